"""The one way to a document: by ref for those who act on it, by number for whoever holds it."""
from uuid import UUID

from django.conf import settings

from linli.engines.documents.models import Document
from linli.kernel.actor import Actor
from linli.kernel.crypto import Keyring
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_

HOLD = "documents.hold"


def keyring() -> Keyring:
    return Keyring(settings.MASTER_KEY, cipher=settings.CIPHER)


def document(ref: UUID, *, lock: bool = False) -> Document:
    """Refuses: NotFound."""
    rows = Document.objects.select_for_update() if lock else Document.objects.all()
    row = rows.filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("There is no such document."))
    return row


def holds(row: Document, *, by: Actor) -> bool:
    """Whether the actor is its holder, or acts for the body that is."""
    return HOLD in by.held(row.holder)
