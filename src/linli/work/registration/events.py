"""What is recorded about the check of yearly reports; what it came to is a filing of the register."""
from dataclasses import dataclass
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class OfCheck:
    """What every fact about the check of a year's report says of it. `region` is the registrar's."""

    organisation: UUID
    region: str
    year: int


@dataclass(frozen=True)
class FailureProposed(OfCheck, Fact):
    """One officer holds the check for failed; another reads that a second time."""

    visibility = Visibility.PRIVATE


@dataclass(frozen=True)
class FailureSentBack(OfCheck, Fact):
    visibility = Visibility.PRIVATE


@dataclass(frozen=True)
class CheckFailed(OfCheck, Fact):
    """Confirmed by a second reader, and entered into the register."""

    visibility = Visibility.SHARED
