"""The one way to a document: by ref for those who act on it, by number for whoever holds it."""
from uuid import UUID

from django.conf import settings

from linli.engines.documents.models import Document
from linli.engines.documents.registry import KEYS
from linli.kernel.actor import Actor
from linli.kernel.crypto import Keyring
from linli.kernel.refusals import Conflict, NotFound
from linli.kernel.text import N_

HOLD = "documents.hold"
ERASED = N_("What this document says was erased with the data of the person it was issued to. Its number, its days and"
            " the digest of its file are left.")


def keyring() -> Keyring:
    return Keyring(settings.MASTER_KEY, cipher=settings.CIPHER)


def document(ref: UUID, *, lock: bool = False) -> Document:
    """Refuses: NotFound."""
    rows = Document.objects.select_for_update() if lock else Document.objects.all()
    row = rows.filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("There is no such document."))
    return row


def key(row: Document) -> bytes | None:
    """The wrapped key that seals a document; None once that of its holder was destroyed."""
    return bytes(row.data_key) if row.data_key is not None else holders_key(row.holder)


def require_key(row: Document) -> bytes:
    """Refuses: Conflict (erased)."""
    found = key(row)
    if found is None:
        raise Conflict(ERASED)
    return found


def has_keys(holder: str) -> bool:
    """Whether what is issued to such a holder goes when their key is destroyed."""
    return holder.partition(":")[0] in KEYS


def holders_key(holder: str) -> bytes | None:
    kind, _, whose = holder.partition(":")
    return KEYS[kind]([UUID(whose)]).get(UUID(whose)) if kind in KEYS else None


def holds(row: Document, *, by: Actor) -> bool:
    """Whether the actor is its holder, or acts for the body that is."""
    return HOLD in by.held(row.holder)
