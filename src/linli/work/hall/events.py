"""What is recorded about applications: refs, figures and words from closed lists; nothing that was filled in."""
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class ApplicationDrafted(Fact):
    visibility = Visibility.PRIVATE
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str


@dataclass(frozen=True)
class ApplicationSubmitted(Fact):
    """Handed in: the office says by that day whether it is complete."""

    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    due_on: date


@dataclass(frozen=True)
class ApplicationCompleted(Fact):
    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    due_on: date


@dataclass(frozen=True)
class ApplicationWithdrawn(Fact):
    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str


@dataclass(frozen=True)
class PaperAdded(Fact):
    visibility = Visibility.PRIVATE
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    material: str


@dataclass(frozen=True)
class PaperRemoved(Fact):
    visibility = Visibility.PRIVATE
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    material: str


@dataclass(frozen=True)
class ApplicationTaken(Fact):
    visibility = Visibility.PRIVATE
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    officer: UUID


@dataclass(frozen=True)
class CompletionAsked(Fact):
    """Everything that is missing was asked for, at once."""

    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str


@dataclass(frozen=True)
class ApplicationAccepted(Fact):
    """Decided by that day."""

    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    due_on: date


@dataclass(frozen=True)
class SilenceAccepted(Fact):
    """The office said nothing in time: it counts as accepted on the day that it arrived."""

    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    due_on: date


@dataclass(frozen=True)
class ApplicationReturned(Fact):
    """Not accepted."""

    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    why: str


@dataclass(frozen=True)
class ApplicationTransferred(Fact):
    """Passed to the office of another region."""

    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    due_on: date


@dataclass(frozen=True)
class StepBegun(Fact):
    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    step: str


@dataclass(frozen=True)
class StepFinished(Fact):
    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    step: str
    favourable: bool


@dataclass(frozen=True)
class ApplicationGranted(Fact):
    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str


@dataclass(frozen=True)
class RefusalProposed(Fact):
    visibility = Visibility.PRIVATE
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    ground: str


@dataclass(frozen=True)
class RefusalSentBack(Fact):
    visibility = Visibility.PRIVATE
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str


@dataclass(frozen=True)
class ApplicationRefused(Fact):
    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    ground: str


@dataclass(frozen=True)
class ApplicationDelivered(Fact):
    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str


@dataclass(frozen=True)
class DeliveryHeldUp(Fact):
    """It failed several times; nothing is lost, and somebody has to look."""

    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    failure: str


@dataclass(frozen=True)
class DeliveryResumed(Fact):
    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str


@dataclass(frozen=True)
class ApplicationRated(Fact):
    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    grade: int


@dataclass(frozen=True)
class RatingAnswered(Fact):
    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str


@dataclass(frozen=True)
class PackageMade(Fact):
    """Everything about it lies in the archive, frozen."""

    visibility = Visibility.SHARED
    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str
    package: UUID
