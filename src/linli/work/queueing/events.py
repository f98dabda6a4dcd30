from dataclasses import dataclass
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class QueueOpened(Fact):
    visibility = Visibility.SHARED
    queue: UUID
    provider: UUID
    service: UUID
    counters: int


@dataclass(frozen=True)
class QueuePaused(Fact):
    visibility = Visibility.SHARED
    queue: UUID
    provider: UUID
    service: UUID


@dataclass(frozen=True)
class QueueClosed(Fact):
    visibility = Visibility.SHARED
    queue: UUID
    provider: UUID
    service: UUID


@dataclass(frozen=True)
class NumberTaken(Fact):
    """`channel`: by phone, at the counter, or on arrival with a booking."""

    visibility = Visibility.PRIVATE
    ticket: UUID
    queue: UUID
    person: UUID | None
    number: int
    channel: str


@dataclass(frozen=True)
class NumberCalled(Fact):
    visibility = Visibility.PRIVATE
    ticket: UUID
    queue: UUID
    person: UUID | None
    number: str
    counter: int


@dataclass(frozen=True)
class TicketMoved(Fact):
    """What became of it: serving, served, missed, waiting again or left."""

    visibility = Visibility.PRIVATE
    ticket: UUID
    queue: UUID
    person: UUID | None
    move: str
