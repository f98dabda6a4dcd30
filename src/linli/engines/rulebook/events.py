"""What is recorded about duties. `owner` is a scope: an organisation, an office's region, or a person's ref."""
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class DutyRaised(Fact):
    visibility: ClassVar[Visibility] = Visibility.SHARED
    duty: UUID
    rule: str
    owner: str
    region: str
    due_on: date


@dataclass(frozen=True)
class ClockStopped(Fact):
    visibility: ClassVar[Visibility] = Visibility.SHARED
    duty: UUID
    rule: str
    owner: str
    region: str
    reason: str


@dataclass(frozen=True)
class ClockResumed(Fact):
    visibility: ClassVar[Visibility] = Visibility.SHARED
    duty: UUID
    rule: str
    owner: str
    region: str
    due_on: date


@dataclass(frozen=True)
class DutyExtended(Fact):
    """Its limit was extended, once, as its rule allows."""

    visibility: ClassVar[Visibility] = Visibility.SHARED
    duty: UUID
    rule: str
    owner: str
    region: str
    due_on: date


@dataclass(frozen=True)
class DutyMet(Fact):
    visibility: ClassVar[Visibility] = Visibility.SHARED
    duty: UUID
    rule: str
    owner: str
    region: str


@dataclass(frozen=True)
class DutyMetLate(Fact):
    visibility: ClassVar[Visibility] = Visibility.SHARED
    duty: UUID
    rule: str
    owner: str
    region: str
    days_late: int


@dataclass(frozen=True)
class DutyWaived(Fact):
    visibility: ClassVar[Visibility] = Visibility.SHARED
    duty: UUID
    rule: str
    owner: str
    region: str
    reason: str


@dataclass(frozen=True)
class DutyOverdue(Fact):
    visibility: ClassVar[Visibility] = Visibility.SHARED
    duty: UUID
    rule: str
    owner: str
    region: str
    due_on: date


@dataclass(frozen=True)
class DeadlineMoved(Fact):
    """A provisional deadline was counted again with the published holiday table."""

    visibility: ClassVar[Visibility] = Visibility.SHARED
    duty: UUID
    rule: str
    owner: str
    region: str
    due_on: date
