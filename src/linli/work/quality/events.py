from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class RectificationRaised(Fact):
    """A bad grade: the provider owes an answer by that day."""

    visibility = Visibility.SHARED
    rectification: UUID
    order: UUID
    service: UUID
    provider: UUID
    person: UUID
    region: str
    grade: int
    due_on: date


@dataclass(frozen=True)
class RectificationAnswered(Fact):
    visibility = Visibility.SHARED
    rectification: UUID
    order: UUID
    provider: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class RectificationAccepted(Fact):
    visibility = Visibility.SHARED
    rectification: UUID
    order: UUID
    provider: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class RectificationRejected(Fact):
    visibility = Visibility.SHARED
    rectification: UUID
    order: UUID
    provider: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class RectificationSettled(Fact):
    """Nobody objected to the answer in time, or nobody is left who could."""

    visibility = Visibility.SHARED
    rectification: UUID
    order: UUID
    provider: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class RectificationDropped(Fact):
    """The rating does not count, by decision: nothing is owed for it."""

    visibility = Visibility.SHARED
    rectification: UUID
    order: UUID
    provider: UUID
    person: UUID
    region: str
