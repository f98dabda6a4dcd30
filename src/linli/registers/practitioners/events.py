from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class PractitionerAdded(Fact):
    """Accounts listens, and lets the person see their own days."""

    visibility = Visibility.SHARED
    practitioner: UUID
    person: UUID
    organisation: UUID


@dataclass(frozen=True)
class PractitionerChanged(Fact):
    visibility = Visibility.PRIVATE
    practitioner: UUID
    organisation: UUID


@dataclass(frozen=True)
class CredentialRecorded(Fact):
    visibility = Visibility.SHARED
    practitioner: UUID
    organisation: UUID
    kind: str
    valid_until: date | None


@dataclass(frozen=True)
class CredentialWithdrawn(Fact):
    visibility = Visibility.SHARED
    practitioner: UUID
    organisation: UUID
    kind: str
    why: str


@dataclass(frozen=True)
class CredentialLapses(Fact):
    """Said once, some weeks ahead."""

    visibility = Visibility.PRIVATE
    practitioner: UUID
    person: UUID
    organisation: UUID
    kind: str
    valid_until: date


@dataclass(frozen=True)
class PractitionerLeft(Fact):
    visibility = Visibility.SHARED
    practitioner: UUID
    person: UUID
    organisation: UUID


@dataclass(frozen=True)
class PractitionerRejoined(Fact):
    visibility = Visibility.SHARED
    practitioner: UUID
    person: UUID
    organisation: UUID


@dataclass(frozen=True)
class PractitionerForgotten(Fact):
    """The person was erased: nothing shows who it was."""

    visibility = Visibility.PRIVATE
    practitioner: UUID


@dataclass(frozen=True)
class PassportBarred(Fact):
    """An office forbids the work, now or for days to come; or those days changed."""

    visibility = Visibility.SHARED
    practitioner: UUID
    person: UUID
    organisation: UUID


@dataclass(frozen=True)
class PassportCleared(Fact):
    """No office forbids the work any more."""

    visibility = Visibility.SHARED
    practitioner: UUID
    person: UUID
    organisation: UUID
