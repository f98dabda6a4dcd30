from dataclasses import dataclass
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class OrderHeld(Fact):
    visibility = Visibility.PRIVATE
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    slot: UUID
    region: str


@dataclass(frozen=True)
class HoldLapsed(Fact):
    visibility = Visibility.PRIVATE
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    slot: UUID
    region: str


@dataclass(frozen=True)
class OrderBooked(Fact):
    """`channel` is self, family or agent; what is paid is the price less the subsidy, in fen."""

    visibility = Visibility.SHARED
    order: UUID
    need: UUID
    person: UUID
    provider: UUID
    service: UUID
    slot: UUID
    region: str
    channel: str
    price_fen: int
    subsidy_fen: int


@dataclass(frozen=True)
class BundleBooked(Fact):
    """Several orders in one act; `price_fen` and `subsidy_fen` are those of the whole."""

    visibility = Visibility.PRIVATE
    booking: UUID
    bundle: UUID
    person: UUID
    provider: UUID
    region: str
    orders: int
    price_fen: int
    subsidy_fen: int


@dataclass(frozen=True)
class PartyBooked(Fact):
    """So many places of one time for a group; `unit` is the organisation for which it was booked."""

    visibility = Visibility.PRIVATE
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str
    kind: str
    places: int
    unit: UUID | None


@dataclass(frozen=True)
class ParticipantWithdrawn(Fact):
    """`places` are left; `late` is less than the free time before it begins."""

    visibility = Visibility.SHARED
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    practitioner: UUID | None
    region: str
    places: int
    late: bool


@dataclass(frozen=True)
class OrderAccepted(Fact):
    visibility = Visibility.SHARED
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str


@dataclass(frozen=True)
class OrderDeclined(Fact):
    visibility = Visibility.SHARED
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str
    reason: str


@dataclass(frozen=True)
class PractitionerAssigned(Fact):
    visibility = Visibility.SHARED
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    practitioner: UUID
    before: UUID | None
    region: str


@dataclass(frozen=True)
class CheckedIn(Fact):
    """`metres` from the place, where both are known."""

    visibility = Visibility.SHARED
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    practitioner: UUID
    region: str
    method: str
    metres: int | None


@dataclass(frozen=True)
class CheckedOut(Fact):
    """`worth` is the proof's grade from A to D."""

    visibility = Visibility.SHARED
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    practitioner: UUID
    region: str
    method: str
    metres: int | None
    minutes: int
    worth: str
    capped: bool


@dataclass(frozen=True)
class ServiceConfirmed(Fact):
    """By the resident's side, or by time where `by_itself`. Whose visit, and where, the open log only commits to."""

    visibility = Visibility.PUBLIC
    committed = ("about", "order", "person", "region")
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str
    minutes: int
    worth: str
    by_itself: bool


@dataclass(frozen=True)
class RatingAsked(Fact):
    visibility = Visibility.PRIVATE
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str


@dataclass(frozen=True)
class OrderRated(Fact):
    """`grade` from 1 (very dissatisfied) to 5. Whose visit it was, and where, the open log only commits to."""

    visibility = Visibility.PUBLIC
    committed = ("about", "order", "person", "region")
    order: UUID
    service: UUID
    provider: UUID
    person: UUID
    grade: int
    region: str


@dataclass(frozen=True)
class OrderChanged(Fact):
    visibility = Visibility.SHARED
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    practitioner: UUID | None
    region: str
    slot: UUID
    before: UUID


@dataclass(frozen=True)
class OrderCancelled(Fact):
    """`late`: too late to go unmarked, by `orders.free_cancel_hours`; not `booked`: only held, nobody else knew."""

    visibility = Visibility.SHARED
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    practitioner: UUID | None
    region: str
    by_provider: bool
    reason: str
    late: bool
    booked: bool


@dataclass(frozen=True)
class NoShow(Fact):
    """Who was absent: the resident, or whoever should have come."""

    visibility = Visibility.SHARED
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    practitioner: UUID | None
    region: str
    provider_absent: bool


@dataclass(frozen=True)
class WaitJoined(Fact):
    visibility = Visibility.PRIVATE
    wait: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str


@dataclass(frozen=True)
class TurnGiven(Fact):
    """A time that became free is kept for who is next in line, by a held order of theirs."""

    visibility = Visibility.PRIVATE
    wait: UUID
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    slot: UUID
    region: str


@dataclass(frozen=True)
class TurnTaken(Fact):
    visibility = Visibility.PRIVATE
    wait: UUID
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str


@dataclass(frozen=True)
class TurnPassed(Fact):
    """Not taken: passed on by them, or missed."""

    visibility = Visibility.PRIVATE
    wait: UUID
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str
    missed: bool
    in_line: bool


@dataclass(frozen=True)
class WaitLeft(Fact):
    visibility = Visibility.PRIVATE
    wait: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str


@dataclass(frozen=True)
class WaitEnded(Fact):
    """The days that were waited for are over, or too many turns were not taken."""

    visibility = Visibility.PRIVATE
    wait: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str


@dataclass(frozen=True)
class DisputeRaised(Fact):
    """`side` is resident or provider; `claim` what they say is wrong."""

    visibility = Visibility.SHARED
    dispute: UUID
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str
    side: str
    claim: str


@dataclass(frozen=True)
class StatementMade(Fact):
    visibility = Visibility.SHARED
    dispute: UUID
    order: UUID
    person: UUID
    provider: UUID
    region: str
    side: str


@dataclass(frozen=True)
class DisputeWithdrawn(Fact):
    visibility = Visibility.SHARED
    dispute: UUID
    order: UUID
    person: UUID
    provider: UUID
    region: str
    side: str


@dataclass(frozen=True)
class DisputeDecided(Fact):
    """`minutes` that count where they were corrected; `reduced_fen` by which the price was reduced."""

    visibility = Visibility.SHARED
    dispute: UUID
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str
    side: str
    claim: str
    outcome: str
    minutes: int | None
    reduced_fen: int


@dataclass(frozen=True)
class VisitStruck(Fact):
    """A visit that was written down, and perhaps confirmed, does not count, by decision."""

    visibility = Visibility.PUBLIC
    committed = ("about", "order", "person", "region")
    order: UUID
    person: UUID
    provider: UUID
    service: UUID
    region: str


@dataclass(frozen=True)
class RatingStruck(Fact):
    """A rating does not count, by decision."""

    visibility = Visibility.PUBLIC
    committed = ("about", "order", "person", "region")
    order: UUID
    service: UUID
    provider: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class FeedMade(Fact):
    """A secret calendar address holds from now on; with `again` the one before no longer does."""

    visibility = Visibility.PRIVATE
    feed: UUID
    account: UUID
    again: bool


@dataclass(frozen=True)
class FeedStopped(Fact):
    visibility = Visibility.PRIVATE
    feed: UUID
    account: UUID
