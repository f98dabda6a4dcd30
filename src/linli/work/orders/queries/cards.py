"""What orders look like to whoever may know of them."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli.kernel.machine import Move
from linli.kernel.text import Text
from linli.registers.people.queries import Contact
from linli.registers.practitioners.queries import Colour, PractitionerCard
from linli.work.orders.rules import Grade, Method, Near, PartyKind, Stay
from linli.work.orders.states import LABELS, TONES, Coming, State


@dataclass(frozen=True)
class BundleMark:
    """Which visit of which bundle, booked as a whole, an order is."""

    booking: UUID
    bundle: UUID
    name: str
    no: int
    of: int


@dataclass(frozen=True)
class OrderLine:
    """One order in a list. Names are masked but for those who stand for the person or are on the way to them."""

    ref: UUID
    number: str
    need: UUID | None
    person: UUID
    person_name: str
    service: UUID
    service_name: str
    category: str
    provider: UUID
    provider_name: str
    practitioner: UUID | None
    practitioner_name: str
    from_: datetime
    until: datetime
    state: State
    hold_until: datetime | None
    answer_by: datetime | None
    """Until when the provider owes an answer."""
    price_fen: int
    subsidy_fen: int
    mode: str
    region: str
    series: UUID | None
    series_no: int | None
    series_of: int | None
    grade: int | None
    booked_at: datetime | None
    slot: UUID
    reduced_fen: int = 0
    """By how much a decision reduced what is paid."""
    bundle: BundleMark | None = None
    party: str = ""
    """What kind of group it is booked for; then `places` are taken, for the organisation `unit` if there is one."""
    places: int = 1
    unit: UUID | None = None
    stay: Stay | None = None
    """How it fills the day of who goes."""

    @property
    def label(self) -> Text:
        return LABELS[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def pays_fen(self) -> int:
        return self.price_fen - self.subsidy_fen - self.reduced_fen


@dataclass(frozen=True)
class Place:
    """One place of a group. `name` is empty where nobody is named, or for who may not know it."""

    no: int
    name: str
    state: Coming
    pays_fen: int


@dataclass(frozen=True)
class PartyCard:
    """A group that takes part together: who, as far as the actor may know, and for which organisation."""

    kind: PartyKind
    unit_name: str
    places: tuple[Place, ...]
    came: int | None

    @property
    def coming(self) -> int:
        return sum(place.state is Coming.COMING for place in self.places)


@dataclass(frozen=True)
class ProofCard:
    """The six elements and how they are known. `worth` is empty until check-out."""

    service: UUID
    person: UUID
    on: date
    region: str
    practitioner: UUID
    began: datetime
    ended: datetime | None
    minutes: int | None
    capped: bool
    check_in_at: datetime
    check_in_method: Method
    check_in_metres: int | None
    check_in_reason: str
    check_out_at: datetime | None
    check_out_method: Method | None
    check_out_metres: int | None
    check_out_reason: str
    resident_confirmed_at: datetime | None
    worth: Grade | None
    came: int | None = None
    """How many of a group came."""


@dataclass(frozen=True)
class Event:
    """One line of the timeline. `values` go into `text`; `who` is ready to be shown to the asking actor."""

    fact: str
    text: Text
    values: Mapping[str, Any] = field(hash=False)
    at: datetime
    who: str
    note: Text | None
    note_name: str = ""


@dataclass(frozen=True)
class Planned:
    """A time of a practitioner that is taken, with what is kept free round it."""

    order: UUID
    practitioner: UUID
    slot: UUID
    stay: Stay

    @property
    def from_(self) -> datetime:
        return self.stay.from_

    @property
    def until(self) -> datetime:
        return self.stay.until


@dataclass(frozen=True)
class OrderCard:
    """One order as this actor may see it, with the moves open to them at that moment."""

    line: OrderLine
    side: str
    """resident, provider, practitioner or office."""
    channel: str
    closed_reason: str
    cancelled_late: bool
    region_name: str
    contact: Contact | None
    """Whom to visit and where, in clear; only for those on their way."""
    address: str
    """Where the visit is: for the resident's side, and for who is on the way; else empty."""
    has_address: bool
    practitioner: PractitionerCard | None
    colour: Colour | None
    """On the day of the visit, while it still lies ahead."""
    proof: ProofCard | None
    comment: str
    rate_until: datetime | None
    moves: tuple[Move, ...]
    timeline: tuple[Event, ...]
    siblings: tuple[OrderLine, ...]
    """The other visits of its series."""
    dispute: UUID | None
    """The dispute about it that was not taken back, for who may read it."""
    party: PartyCard | None = None
    tight: tuple[tuple[Planned, int], ...] = ()
    """Visits of who goes that leave so many minutes too few for the way, for the provider's side."""
    parts: tuple[OrderLine, ...] = ()
    """The other visits of the bundle that it was booked with, as far as the actor may know of them."""
    ways: tuple[Near, ...] = ()
    """What else the person has booked that can hardly be reached in time, for the resident's side."""

@dataclass(frozen=True)
class Visit:
    """A visit of a practitioner's day: whom and where in clear once it is theirs to make."""

    line: OrderLine
    contact: Contact | None
    address: str
    region_name: str
    moves: tuple[Move, ...]
    began: datetime | None
    opens: datetime
    """From when on it can be checked in."""


@dataclass(frozen=True)
class Incoming:
    """A booking that waits for an answer, and who could go."""

    line: OrderLine
    region_name: str
    fit: tuple[PractitionerCard, ...]
    """Papers in order on that day, and free then."""
    why_not: Text | None
    """Why nobody can go, where nobody can."""
    tight: Mapping[UUID, int] = field(default_factory=dict, hash=False)
    """For whom the way from or to another visit takes so many minutes more than are left."""


@dataclass(frozen=True)
class DayOf:
    """One of the staff on one day: their visits, or why they are sent nowhere."""

    practitioner: PractitionerCard
    colour: Colour
    visits: tuple[OrderLine, ...]


@dataclass(frozen=True)
class Page:
    """A part of a list; `next` is the last ref, where there is more."""

    items: tuple[OrderLine, ...]
    next: UUID | None
