from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class RegistrationApplied(Fact):
    visibility = Visibility.PRIVATE
    registration: UUID
    person: UUID
    region: str
    kind: str


@dataclass(frozen=True)
class RegistrationWithdrawn(Fact):
    visibility = Visibility.PRIVATE
    registration: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class Registered(Fact):
    visibility = Visibility.SHARED
    registration: UUID
    person: UUID
    region: str
    level: str
    valid_until: date


@dataclass(frozen=True)
class RegistrationRefused(Fact):
    visibility = Visibility.PRIVATE
    registration: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class RegistrationRevoked(Fact):
    visibility = Visibility.SHARED
    registration: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class RegistrationLapses(Fact):
    """Said once, when it may be renewed."""

    visibility = Visibility.PRIVATE
    registration: UUID
    person: UUID
    last_day: date


@dataclass(frozen=True)
class LearningReported(Fact):
    visibility = Visibility.PRIVATE
    learning: UUID
    person: UUID
    region: str
    minutes: int


@dataclass(frozen=True)
class LearningTakenBack(Fact):
    visibility = Visibility.PRIVATE
    learning: UUID
    person: UUID


@dataclass(frozen=True)
class LearningConfirmed(Fact):
    visibility = Visibility.PRIVATE
    learning: UUID
    person: UUID
    minutes: int


@dataclass(frozen=True)
class LearningDeclined(Fact):
    visibility = Visibility.PRIVATE
    learning: UUID
    person: UUID


@dataclass(frozen=True)
class StationOpened(Fact):
    visibility = Visibility.SHARED
    station: UUID
    facility: UUID
    organisation: UUID
    region: str


@dataclass(frozen=True)
class StationClosed(Fact):
    visibility = Visibility.SHARED
    station: UUID
    organisation: UUID
    region: str


@dataclass(frozen=True)
class StationStaffed(Fact):
    visibility = Visibility.PRIVATE
    station: UUID
    practitioner: UUID
    person: UUID


@dataclass(frozen=True)
class StationLeft(Fact):
    visibility = Visibility.PRIVATE
    station: UUID
    practitioner: UUID
    person: UUID


@dataclass(frozen=True)
class VacancyAdvertised(Fact):
    visibility = Visibility.SHARED
    vacancy: UUID
    organisation: UUID
    region: str
    places: int


@dataclass(frozen=True)
class VacancyFilled(Fact):
    visibility = Visibility.SHARED
    vacancy: UUID
    organisation: UUID


@dataclass(frozen=True)
class VacancyClosed(Fact):
    visibility = Visibility.SHARED
    vacancy: UUID
    organisation: UUID


@dataclass(frozen=True)
class CandidacySent(Fact):
    visibility = Visibility.PRIVATE
    candidacy: UUID
    vacancy: UUID
    organisation: UUID


@dataclass(frozen=True)
class CandidacyWithdrawn(Fact):
    visibility = Visibility.PRIVATE
    candidacy: UUID
    vacancy: UUID
    organisation: UUID


@dataclass(frozen=True)
class PostOffered(Fact):
    visibility = Visibility.PRIVATE
    candidacy: UUID
    vacancy: UUID
    person: UUID


@dataclass(frozen=True)
class CandidacyRefused(Fact):
    visibility = Visibility.PRIVATE
    candidacy: UUID
    vacancy: UUID
    person: UUID


@dataclass(frozen=True)
class PostTaken(Fact):
    visibility = Visibility.PRIVATE
    candidacy: UUID
    vacancy: UUID
    organisation: UUID


@dataclass(frozen=True)
class PostDeclined(Fact):
    visibility = Visibility.PRIVATE
    candidacy: UUID
    vacancy: UUID
    organisation: UUID


@dataclass(frozen=True)
class HonourBestowed(Fact):
    visibility = Visibility.SHARED
    honour: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class HonourWithdrawn(Fact):
    visibility = Visibility.SHARED
    honour: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class HonourDisplayed(Fact):
    visibility = Visibility.PRIVATE
    honour: UUID
    person: UUID
    shown: bool


@dataclass(frozen=True)
class SanctionProposed(Fact):
    """The notice to the person: what is proposed, and until when they may speak."""

    visibility = Visibility.PRIVATE
    sanction: UUID
    person: UUID
    region: str
    penalty: str
    speak_by: date


@dataclass(frozen=True)
class StatementMade(Fact):
    visibility = Visibility.PRIVATE
    sanction: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class HearingAsked(Fact):
    visibility = Visibility.PRIVATE
    sanction: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class HearingHeld(Fact):
    visibility = Visibility.PRIVATE
    sanction: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class SanctionImposed(Fact):
    visibility = Visibility.SHARED
    sanction: UUID
    person: UUID
    region: str
    penalty: str
    ground: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True)
class SanctionDropped(Fact):
    visibility = Visibility.PRIVATE
    sanction: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class SanctionAppealed(Fact):
    visibility = Visibility.PRIVATE
    sanction: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class SanctionUpheld(Fact):
    visibility = Visibility.PRIVATE
    sanction: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class SanctionLifted(Fact):
    visibility = Visibility.SHARED
    sanction: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class SanctionEnded(Fact):
    visibility = Visibility.SHARED
    sanction: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class NewsPublished(Fact):
    visibility = Visibility.SHARED
    news: UUID
    region: str
    from_on: date
    until_on: date


@dataclass(frozen=True)
class NewsPinned(Fact):
    visibility = Visibility.SHARED
    news: UUID
    region: str
    pinned: bool


@dataclass(frozen=True)
class NewsWithdrawn(Fact):
    visibility = Visibility.SHARED
    news: UUID
    region: str


@dataclass(frozen=True)
class QuestionAsked(Fact):
    visibility = Visibility.PRIVATE
    contribution: UUID
    news: UUID
    region: str


@dataclass(frozen=True)
class QuestionAnswered(Fact):
    """`person`: who asked."""

    visibility = Visibility.PRIVATE
    contribution: UUID
    news: UUID
    person: UUID


@dataclass(frozen=True)
class WordsTakenBack(Fact):
    visibility = Visibility.PRIVATE
    contribution: UUID
    news: UUID


@dataclass(frozen=True)
class WordsReported(Fact):
    visibility = Visibility.PRIVATE
    contribution: UUID
    news: UUID
    region: str


@dataclass(frozen=True)
class WordsHidden(Fact):
    """`person`: who wrote them."""

    visibility = Visibility.PRIVATE
    contribution: UUID
    news: UUID
    person: UUID


@dataclass(frozen=True)
class WordsShown(Fact):
    """`person`: who wrote them."""

    visibility = Visibility.PRIVATE
    contribution: UUID
    news: UUID
    person: UUID


@dataclass(frozen=True)
class WordsLeft(Fact):
    """An office looked into reports, and let the words stand."""

    visibility = Visibility.PRIVATE
    contribution: UUID
    news: UUID


@dataclass(frozen=True)
class AllowanceClaimed(Fact):
    visibility = Visibility.PRIVATE
    allowance: UUID
    person: UUID
    organisation: UUID
    month: date
    fen: int


@dataclass(frozen=True)
class AllowanceWithdrawn(Fact):
    visibility = Visibility.PRIVATE
    allowance: UUID
    person: UUID
    organisation: UUID


@dataclass(frozen=True)
class AllowanceConfirmed(Fact):
    visibility = Visibility.PRIVATE
    allowance: UUID
    person: UUID
    region: str


@dataclass(frozen=True)
class AllowanceRefused(Fact):
    visibility = Visibility.PRIVATE
    allowance: UUID
    person: UUID


@dataclass(frozen=True)
class AllowancePaid(Fact):
    visibility = Visibility.PRIVATE
    allowance: UUID
    person: UUID
    region: str
    month: date
    fen: int
    paid_on: date
