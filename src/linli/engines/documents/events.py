from dataclasses import dataclass
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class DocumentIssued(Fact):
    """`sha256` is of the signed file: whoever has the file finds it in the open log, and nobody else learns of it."""

    visibility = Visibility.PUBLIC
    committed = ("document", "subject", "holder", "replaces", "about")

    document: UUID
    template: str
    sha256: str
    subject: UUID
    holder: str
    replaces: UUID | None = None


@dataclass(frozen=True)
class DocumentRevoked(Fact):
    visibility = Visibility.PUBLIC
    committed = ("document", "subject", "holder", "about")

    document: UUID
    template: str
    sha256: str
    reason: str
    subject: UUID
    holder: str


@dataclass(frozen=True)
class SigningKeyWithdrawn(Fact):
    """From then on nothing that a key signs is to be relied on."""

    visibility = Visibility.PUBLIC

    key: UUID
    reason: str


@dataclass(frozen=True)
class SigningKeyMade(Fact):
    """The certificate, so that everybody can tell since when a key signs."""

    visibility = Visibility.PUBLIC

    key: UUID
    certificate: str
