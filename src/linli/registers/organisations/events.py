from dataclasses import dataclass
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class OrganisationApplied(Fact):
    visibility = Visibility.PRIVATE
    organisation: UUID
    applicant: UUID
    region: str


@dataclass(frozen=True)
class ApplicationAmended(Fact):
    visibility = Visibility.PRIVATE
    organisation: UUID
    applicant: UUID
    region: str


@dataclass(frozen=True)
class ApplicationReturned(Fact):
    visibility = Visibility.PRIVATE
    organisation: UUID
    applicant: UUID
    region: str


@dataclass(frozen=True)
class ApplicationRefused(Fact):
    """That somebody was refused is public; who it was, the open log only commits to."""

    visibility = Visibility.PUBLIC
    committed = ("about", "organisation", "applicant")
    organisation: UUID
    applicant: UUID
    region: str


@dataclass(frozen=True)
class OrganisationApproved(Fact):
    """Accounts listens, and lets the applicant's account manage the organisation."""

    visibility = Visibility.PUBLIC
    committed = ("applicant",)
    organisation: UUID
    applicant: UUID
    region: str


@dataclass(frozen=True)
class EntryEntrusted(Fact):
    """Who was named in the application as acting for it keeps its entry from its establishment on; accounts listens."""

    visibility = Visibility.PUBLIC
    committed = ("holder",)
    organisation: UUID
    holder: UUID
    region: str


@dataclass(frozen=True)
class OrganisationSuspended(Fact):
    visibility = Visibility.PUBLIC
    organisation: UUID
    region: str


@dataclass(frozen=True)
class OrganisationRestored(Fact):
    visibility = Visibility.PUBLIC
    organisation: UUID
    region: str


@dataclass(frozen=True)
class OrganisationDescribed(Fact):
    visibility = Visibility.PUBLIC
    organisation: UUID


@dataclass(frozen=True)
class SiteAdded(Fact):
    visibility = Visibility.PUBLIC
    organisation: UUID
    site: UUID
    region: str


@dataclass(frozen=True)
class SiteChanged(Fact):
    visibility = Visibility.PUBLIC
    organisation: UUID
    site: UUID
    region: str


@dataclass(frozen=True)
class SiteClosed(Fact):
    visibility = Visibility.PUBLIC
    organisation: UUID
    site: UUID


@dataclass(frozen=True)
class OrganisationListed(Fact):
    """A public list knows of it; nobody has confirmed it."""

    visibility = Visibility.PUBLIC
    organisation: UUID
    region: str


@dataclass(frozen=True)
class ClaimMade(Fact):
    visibility = Visibility.PRIVATE
    organisation: UUID
    claim: UUID
    claimant: UUID
    region: str


@dataclass(frozen=True)
class ClaimGranted(Fact):
    visibility = Visibility.PRIVATE
    organisation: UUID
    claim: UUID
    claimant: UUID
    region: str


@dataclass(frozen=True)
class ClaimRefused(Fact):
    visibility = Visibility.PRIVATE
    organisation: UUID
    claim: UUID
    claimant: UUID
    region: str


@dataclass(frozen=True)
class FilingMade(Fact):
    """The register says something else than before; what, its filing tells."""

    visibility = Visibility.PUBLIC
    organisation: UUID
    filing: UUID
    kind: str
    region: str


@dataclass(frozen=True)
class FilingCorrected(Fact):
    """What a filing said was wrong; whoever took it over should look again."""

    visibility = Visibility.PUBLIC
    organisation: UUID
    filing: UUID
    corrects: UUID
    region: str


@dataclass(frozen=True)
class ReaderTold(Fact):
    """Somebody had read what a correction took back."""

    visibility = Visibility.PRIVATE
    person: UUID
    organisation: UUID
    filing: UUID


@dataclass(frozen=True)
class RegisterImported(Fact):
    """A file of the register was brought in; what it changed are filings of their own."""

    visibility = Visibility.PUBLIC
    intake: UUID
    new: int
    changed: int
    same: int
    aside: int


@dataclass(frozen=True)
class DoubtSettled(Fact):
    """A row of a file went off the work list by hand."""

    visibility = Visibility.SHARED
    doubt: UUID
    region: str


@dataclass(frozen=True)
class WatchedChanged(Fact):
    """Something was entered of organisations that somebody watches: of how many, and one of them."""

    visibility = Visibility.PRIVATE
    person: UUID
    organisation: UUID
    count: int
