from dataclasses import dataclass
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class NeedPosted(Fact):
    visibility = Visibility.SHARED
    need: UUID
    person: UUID
    region: str
    category: str
    urgency: str
    flags: tuple[str, ...]
    channel: str


@dataclass(frozen=True)
class NeedChanged(Fact):
    visibility = Visibility.SHARED
    need: UUID
    person: UUID
    category: str
    urgency: str


@dataclass(frozen=True)
class NeedWithdrawn(Fact):
    visibility = Visibility.SHARED
    need: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class NeedBooked(Fact):
    visibility = Visibility.SHARED
    need: UUID
    person: UUID
    order: UUID


@dataclass(frozen=True)
class NeedReopened(Fact):
    visibility = Visibility.SHARED
    need: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class NeedMet(Fact):
    visibility = Visibility.SHARED
    need: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class NeedExpired(Fact):
    visibility = Visibility.SHARED
    need: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class OfferMade(Fact):
    visibility = Visibility.SHARED
    offer: UUID
    need: UUID
    person: UUID
    provider: UUID
    service: UUID


@dataclass(frozen=True)
class OfferTakenBack(Fact):
    visibility = Visibility.SHARED
    offer: UUID
    need: UUID
    person: UUID
    provider: UUID


@dataclass(frozen=True)
class OfferDecided(Fact):
    visibility = Visibility.SHARED
    offer: UUID
    need: UUID
    provider: UUID
    chosen: bool
