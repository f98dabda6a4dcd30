"""What is recorded about applications: refs, figures and words from closed lists; nothing that was filled in."""
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class OfApplication:
    """What every fact of an application says of it."""

    application: UUID
    matter: str
    person: UUID
    organisation: UUID | None
    region: str


@dataclass(frozen=True)
class ApplicationDrafted(OfApplication, Fact):
    visibility = Visibility.PRIVATE


@dataclass(frozen=True)
class ApplicationSubmitted(OfApplication, Fact):
    """Handed in: the office says by that day whether it is complete."""

    visibility = Visibility.SHARED
    due_on: date


@dataclass(frozen=True)
class ApplicationCompleted(OfApplication, Fact):
    visibility = Visibility.SHARED
    due_on: date


@dataclass(frozen=True)
class ApplicationWithdrawn(OfApplication, Fact):
    visibility = Visibility.SHARED


@dataclass(frozen=True)
class PaperAdded(OfApplication, Fact):
    visibility = Visibility.PRIVATE
    material: str


@dataclass(frozen=True)
class PaperRemoved(OfApplication, Fact):
    visibility = Visibility.PRIVATE
    material: str


@dataclass(frozen=True)
class ApplicationTaken(OfApplication, Fact):
    visibility = Visibility.PRIVATE
    officer: UUID


@dataclass(frozen=True)
class NumbersOpened(OfApplication, Fact):
    """A desk read the identity and telephone numbers in full, for one of the listed reasons."""

    visibility = Visibility.PRIVATE
    officer: UUID
    why: str


@dataclass(frozen=True)
class CompletionAsked(OfApplication, Fact):
    """Everything that is missing was asked for, at once."""

    visibility = Visibility.SHARED


@dataclass(frozen=True)
class ApplicationAccepted(OfApplication, Fact):
    """Decided by that day."""

    visibility = Visibility.SHARED
    due_on: date


@dataclass(frozen=True)
class SilenceAccepted(OfApplication, Fact):
    """The office said nothing in time: it counts as accepted on the day that it arrived."""

    visibility = Visibility.SHARED
    due_on: date


@dataclass(frozen=True)
class ReturnProposed(OfApplication, Fact):
    """One officer would not accept it; another reads that a second time."""

    visibility = Visibility.PRIVATE
    why: str


@dataclass(frozen=True)
class ReturnSentBack(OfApplication, Fact):
    visibility = Visibility.PRIVATE


@dataclass(frozen=True)
class ApplicationReturned(OfApplication, Fact):
    """Not accepted."""

    visibility = Visibility.SHARED
    why: str


@dataclass(frozen=True)
class ApplicationTransferred(OfApplication, Fact):
    """Passed to the office of another region."""

    visibility = Visibility.SHARED
    due_on: date


@dataclass(frozen=True)
class StepBegun(OfApplication, Fact):
    visibility = Visibility.SHARED
    step: str


@dataclass(frozen=True)
class StepFinished(OfApplication, Fact):
    visibility = Visibility.SHARED
    step: str
    favourable: bool


@dataclass(frozen=True)
class OpinionAsked(OfApplication, Fact):
    """A body was asked, at the desk of that region, for an opinion by that day."""

    visibility = Visibility.SHARED
    body: str
    desk: str
    due_on: date


@dataclass(frozen=True)
class OpinionGiven(OfApplication, Fact):
    visibility = Visibility.SHARED
    body: str
    favourable: bool


@dataclass(frozen=True)
class SilenceAssented(OfApplication, Fact):
    """A body said nothing in time, and the matter's declaration counts that as assent."""

    visibility = Visibility.SHARED
    body: str


@dataclass(frozen=True)
class LimitExtended(OfApplication, Fact):
    """The head of the office extended the limit of the decision, once: decided by that day."""

    visibility = Visibility.SHARED
    days: int
    due_on: date


@dataclass(frozen=True)
class HearingOffered(OfApplication, Fact):
    """The applicant was told of the right to a hearing: it can be asked for until that day."""

    visibility = Visibility.SHARED
    due_on: date


@dataclass(frozen=True)
class HearingAsked(OfApplication, Fact):
    """It takes place by that day; until it is over, the clock of the decision stands."""

    visibility = Visibility.SHARED
    due_on: date


@dataclass(frozen=True)
class HearingWaived(OfApplication, Fact):
    visibility = Visibility.SHARED


@dataclass(frozen=True)
class HearingLapsed(OfApplication, Fact):
    """Nobody asked for it in time."""

    visibility = Visibility.SHARED


@dataclass(frozen=True)
class HearingCalled(OfApplication, Fact):
    """Its day is set, or was moved to this one."""

    visibility = Visibility.SHARED
    due_on: date


@dataclass(frozen=True)
class HearingHeld(OfApplication, Fact):
    """Its record is filed, and the clock runs on."""

    visibility = Visibility.SHARED


@dataclass(frozen=True)
class ApplicationGranted(OfApplication, Fact):
    visibility = Visibility.SHARED


@dataclass(frozen=True)
class PromiseSigned(OfApplication, Fact):
    """It was promised in writing in place of a paper."""

    visibility = Visibility.PRIVATE
    material: str


@dataclass(frozen=True)
class PromisesToCheck(OfApplication, Fact):
    """It was granted on promises: they are checked by that day."""

    visibility = Visibility.SHARED
    due_on: date


@dataclass(frozen=True)
class PromiseKept(OfApplication, Fact):
    visibility = Visibility.SHARED
    material: str


@dataclass(frozen=True)
class PromiseToMend(OfApplication, Fact):
    """What was promised is not so: it is mended by that day, or what was granted may be revoked."""

    visibility = Visibility.SHARED
    material: str
    due_on: date


@dataclass(frozen=True)
class MendingAnswered(OfApplication, Fact):
    visibility = Visibility.PRIVATE
    material: str


@dataclass(frozen=True)
class PromiseMended(OfApplication, Fact):
    visibility = Visibility.SHARED
    material: str


@dataclass(frozen=True)
class RevocationProposed(OfApplication, Fact):
    visibility = Visibility.PRIVATE
    material: str


@dataclass(frozen=True)
class RevocationSentBack(OfApplication, Fact):
    visibility = Visibility.PRIVATE
    material: str


@dataclass(frozen=True)
class GrantRevoked(OfApplication, Fact):
    """A promise was broken and not mended: what was granted is revoked, and no promise is taken until that day."""

    visibility = Visibility.SHARED
    material: str
    until: date


@dataclass(frozen=True)
class RefusalProposed(OfApplication, Fact):
    visibility = Visibility.PRIVATE
    ground: str


@dataclass(frozen=True)
class RefusalSentBack(OfApplication, Fact):
    visibility = Visibility.PRIVATE


@dataclass(frozen=True)
class ApplicationRefused(OfApplication, Fact):
    visibility = Visibility.SHARED
    ground: str


@dataclass(frozen=True)
class ApplicationDelivered(OfApplication, Fact):
    visibility = Visibility.SHARED


@dataclass(frozen=True)
class DeliveryHeldUp(OfApplication, Fact):
    """It failed several times; nothing is lost, and somebody has to look."""

    visibility = Visibility.SHARED
    failure: str


@dataclass(frozen=True)
class DeliveryResumed(OfApplication, Fact):
    visibility = Visibility.SHARED


@dataclass(frozen=True)
class ApplicationRated(OfApplication, Fact):
    visibility = Visibility.SHARED
    grade: int


@dataclass(frozen=True)
class RatingAnswered(OfApplication, Fact):
    visibility = Visibility.SHARED


@dataclass(frozen=True)
class PackageMade(OfApplication, Fact):
    """Everything about it lies in the archive, frozen."""

    visibility = Visibility.SHARED
    package: UUID


@dataclass(frozen=True)
class PackingFailed(OfApplication, Fact):
    """It was tried several times to put it into the archive, and could not be done. It is tried on."""

    visibility = Visibility.PRIVATE
