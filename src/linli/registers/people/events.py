from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from linli.engines.journal.events import Fact, Sealed, Visibility
from linli.registers.people.rules import Audit, Consent, Field, Kind, Purpose, Right


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


@dataclass(frozen=True)
class ConsentGiven(Fact):
    """To one purpose as this version describes it, or that the refusal of it was taken back."""

    visibility = Visibility.PRIVATE
    person: UUID
    purpose: Purpose
    version: str


@dataclass(frozen=True)
class ConsentWithdrawn(Fact):
    visibility = Visibility.PRIVATE
    person: UUID
    purpose: Purpose


@dataclass(frozen=True)
class ChildGrewUp(Fact):
    """They are 14: they decide on their data themselves, and what their guardians allowed has ended."""

    visibility = Visibility.PRIVATE
    person: UUID
    guardians: tuple[UUID, ...]


@dataclass(frozen=True)
class GroupRecorded(Fact):
    """Which group, only the person's key tells."""

    visibility = Visibility.PRIVATE
    shred = ("group",)
    person: UUID
    group: Sealed
    until: date


@dataclass(frozen=True)
class GroupEnded(Fact):
    visibility = Visibility.PRIVATE
    shred = ("group",)
    person: UUID
    group: Sealed


@dataclass(frozen=True)
class CopyTaken(Fact):
    """Of all that is kept about the person."""

    visibility = Visibility.PRIVATE
    person: UUID


@dataclass(frozen=True)
class RightAsked(Fact):
    visibility = Visibility.PRIVATE
    request: UUID
    person: UUID
    right: Right
    region: str


@dataclass(frozen=True)
class RightGranted(Fact):
    visibility = Visibility.PRIVATE
    request: UUID
    person: UUID
    right: Right


@dataclass(frozen=True)
class RightRefused(Fact):
    """With reasons, which the person reads on their page."""

    visibility = Visibility.PRIVATE
    request: UUID
    person: UUID
    right: Right


@dataclass(frozen=True)
class RightTakenBack(Fact):
    visibility = Visibility.PRIVATE
    request: UUID
    person: UUID
    right: Right


@dataclass(frozen=True)
class PartCorrected(Fact):
    """Which checked part was corrected, not into what."""

    visibility = Visibility.PRIVATE
    person: UUID
    part: str


@dataclass(frozen=True)
class OpeningAsked(Fact):
    """Somebody wants to open the data of a person under age; a second one decides."""

    visibility = Visibility.PRIVATE
    permit: UUID
    person: UUID
    field: Field
    region: str


@dataclass(frozen=True)
class OpeningAllowed(Fact):
    visibility = Visibility.PRIVATE
    permit: UUID
    person: UUID
    field: Field
    until: datetime


@dataclass(frozen=True)
class OpeningDisallowed(Fact):
    visibility = Visibility.PRIVATE
    permit: UUID
    person: UUID
    field: Field


@dataclass(frozen=True)
class AuditOpened(Fact):
    """That the handling of people's data is to be looked into, over the time since that day."""

    visibility = Visibility.PRIVATE
    audit: UUID
    kind: Audit
    region: str
    since: date


@dataclass(frozen=True)
class AuditConcluded(Fact):
    visibility = Visibility.PRIVATE
    audit: UUID
    kind: Audit
    region: str
    faults: int


@dataclass(frozen=True)
class ErasureAnnounced(Fact):
    """Nobody used the data for as long as the rule says: they are erased on that day unless the person comes back."""

    visibility = Visibility.PRIVATE
    person: UUID
    on: date


@dataclass(frozen=True)
class ErasureCalledOff(Fact):
    visibility = Visibility.PRIVATE
    person: UUID


@dataclass(frozen=True)
class HouseholdFormed(Fact):
    visibility = Visibility.PRIVATE
    household: UUID
    head: UUID
    region: str


@dataclass(frozen=True)
class HouseholdMoved(Fact):
    """Its address or region changed, not into what."""

    visibility = Visibility.PRIVATE
    household: UUID


@dataclass(frozen=True)
class HouseholdRelated(Fact):
    """How a member stands to the head was noted anew, not as what."""

    visibility = Visibility.PRIVATE
    household: UUID
    member: UUID
    person: UUID


@dataclass(frozen=True)
class HouseholdInvited(Fact):
    visibility = Visibility.PRIVATE
    household: UUID
    member: UUID
    person: UUID


@dataclass(frozen=True)
class HouseholdJoined(Fact):
    """By their own consent, or that of who may consent for them."""

    visibility = Visibility.PRIVATE
    household: UUID
    member: UUID
    person: UUID
    head: UUID
    version: str


@dataclass(frozen=True)
class HouseholdLeft(Fact):
    """Somebody lives there no longer, or the invitation came to nothing."""

    visibility = Visibility.PRIVATE
    household: UUID
    member: UUID
    person: UUID
    head: UUID
    lived: bool


@dataclass(frozen=True)
class HouseholdHandedOver(Fact):
    """The head left; who stands now in their place."""

    visibility = Visibility.PRIVATE
    household: UUID
    head: UUID


@dataclass(frozen=True)
class HouseholdEnded(Fact):
    visibility = Visibility.PRIVATE
    household: UUID
    head: UUID
