from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class VenueOpened(Fact):
    visibility = Visibility.SHARED
    venue: UUID
    organisation: UUID
    kind: str
    region: str
    capacity: int


@dataclass(frozen=True)
class VenueChanged(Fact):
    """`state` as it is now: open or closed."""

    visibility = Visibility.SHARED
    venue: UUID
    organisation: UUID
    region: str
    state: str


@dataclass(frozen=True)
class VenueBooked(Fact):
    """`person` is none where the organisation keeps it for its own use."""

    visibility = Visibility.PRIVATE
    booking: UUID
    venue: UUID
    organisation: UUID
    person: UUID | None
    region: str
    begin: datetime
    until: datetime
    price_fen: int


@dataclass(frozen=True)
class VenueBookingChanged(Fact):
    visibility = Visibility.PRIVATE
    booking: UUID
    venue: UUID
    organisation: UUID
    person: UUID | None
    region: str
    begin: datetime
    until: datetime


@dataclass(frozen=True)
class VenueBookingCancelled(Fact):
    visibility = Visibility.PRIVATE
    booking: UUID
    venue: UUID
    organisation: UUID
    person: UUID | None
    region: str
    by_venue: bool
    late: bool


@dataclass(frozen=True)
class VenueCheckedIn(Fact):
    visibility = Visibility.PRIVATE
    booking: UUID
    venue: UUID
    organisation: UUID
    person: UUID | None
    region: str


@dataclass(frozen=True)
class VenueUnused(Fact):
    """Nobody came for what was booked; the rest of its time is free again."""

    visibility = Visibility.PRIVATE
    booking: UUID
    venue: UUID
    organisation: UUID
    person: UUID | None
    region: str


@dataclass(frozen=True)
class VenueUsed(Fact):
    visibility = Visibility.PRIVATE
    booking: UUID
    venue: UUID
    organisation: UUID
    person: UUID | None
    region: str
