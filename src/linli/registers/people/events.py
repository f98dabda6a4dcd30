from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.engines.journal.events import Fact, Sealed, Visibility
from linli.registers.people.rules import Consent, Field, Kind


@dataclass(frozen=True)
class PersonRegistered(Fact):
    visibility = Visibility.PRIVATE
    person: UUID
    region: str


@dataclass(frozen=True)
class ConsentRecorded(Fact):
    """That somebody consented to the privacy notice of this version, and how."""

    visibility = Visibility.PRIVATE
    person: UUID
    way: Consent
    version: str


@dataclass(frozen=True)
class RealNameChecked(Fact):
    visibility = Visibility.PRIVATE
    person: UUID
    method: str


@dataclass(frozen=True)
class PersonChanged(Fact):
    """Which of these changed, not into what."""

    visibility = Visibility.PRIVATE
    person: UUID
    contact: bool
    home: bool
    region: bool


@dataclass(frozen=True)
class FieldOpened(Fact):
    visibility = Visibility.PRIVATE
    shred = ("reason",)
    person: UUID
    field: Field
    reason: Sealed


@dataclass(frozen=True)
class PersonErased(Fact):
    visibility = Visibility.PRIVATE
    person: UUID


@dataclass(frozen=True)
class RepresentationRequested(Fact):
    visibility = Visibility.PRIVATE
    representation: UUID
    person: UUID
    representative: UUID
    kind: Kind


@dataclass(frozen=True)
class RepresentationDeclared(Fact):
    """The representative may act from now on."""

    visibility = Visibility.PRIVATE
    representation: UUID
    person: UUID
    representative: UUID
    kind: Kind
    version: str
    until: datetime | None


@dataclass(frozen=True)
class RepresentationAccepted(Fact):
    visibility = Visibility.PRIVATE
    representation: UUID
    person: UUID
    representative: UUID
    kind: Kind


@dataclass(frozen=True)
class RepresentationEnded(Fact):
    visibility = Visibility.PRIVATE
    representation: UUID
    person: UUID
    representative: UUID
