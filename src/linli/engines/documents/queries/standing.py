"""What was issued. By number: whoever holds a document. By ref, about a thing, of a holder: the contexts that issue."""
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localtime

from linli.engines.documents import access
from linli.engines.documents.models import Document, Sheet
from linli.engines.documents.registry import CORRECTIONS, TEMPLATES, Shape, Since, Values
from linli.engines.documents.rules import numbers
from linli.engines.documents.rules.standing import standing
from linli.engines.documents.rules.states import REASONS, STANDINGS, Reason, Standing, State
from linli.kernel.actor import Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Both, Text

OWN = "linli.engines.documents.urls"
UNKNOWN = N_("No document has this number. Compare it once more with the one on the document; if it is right, the"
             " document was not issued here.")


@dataclass(frozen=True)
class DocumentCard:
    ref: UUID
    number: str
    template: str
    title: Both
    issuer: str
    about: UUID
    holder: str
    state: State
    valid_from: date
    valid_until: date | None
    """The first day it is valid no more."""
    issued_at: datetime
    sha256: str
    size: int
    test: bool
    reason: str
    revoked_at: datetime | None
    replaces: UUID | None
    stamped_at: datetime | None
    """When an authority for that stamped the time on it; None where it has the signer's own clock only."""
    withdrawn_at: datetime | None
    """Since when the key that signed it is to be trusted no more."""
    withdrawn_for: str

    def standing(self, on: date) -> Standing:
        return standing(self.state, valid_from=self.valid_from, valid_until=self.valid_until, on=on)

    @property
    def shown_number(self) -> str:
        return numbers.shown(self.number)


@dataclass(frozen=True)
class Checked:
    """What whoever checks a number is told."""

    card: DocumentCard
    standing: Standing
    word: Text
    why: Text | None
    says: tuple[tuple[Both, Any], ...]
    """The fields that may be shown, in their order."""
    newer: str
    """The number of what replaced it; empty where nothing did, or where it may not be told."""
    may_read: bool
    """Whether this actor may have the file."""
    since: tuple[Since, ...]
    """What it shows and was corrected after it was issued."""
    erased: bool
    """Whether what it says was erased with its holder's data: nobody can have the file any more."""


def address(number: str) -> str:
    """The page that tells how a document stands; it is printed on it."""
    # by this room's own addresses: those of all rooms cost a worker that never serves a page more than a second
    return f"{settings.SITE}{reverse('document', urlconf=OWN, args=[numbers.shown(number)])}"


def list_address() -> str:
    """Where the test authority's list of withdrawn certificates is; it stands in each of them."""
    return f"{settings.SITE}{reverse('withdrawn', urlconf=OWN)}"


def issued(number: str, *, by: Actor, at: datetime) -> Checked:
    """How the document with this number stands, as typed by whoever holds it. Refuses: NotFound."""
    wanted = numbers.read(number)
    row = Document.objects.select_related("key").filter(number=wanted).first() if numbers.sound(wanted) else None
    if row is None:
        raise NotFound(UNKNOWN)
    return checked(row, by=by, at=at)


def checked(row: Document, *, by: Actor, at: datetime) -> Checked:
    card, template = _card(row), TEMPLATES.get(row.template)
    key = access.key(row)
    told = _opened(row, key) if key else {}
    says = tuple((field.label, told[field.key]) for field in template.fields
                 if field.shown and told.get(field.key) not in (None, "")) if template else ()
    public = bool(template and template.public)
    leads = public and key and card.state is State.REPLACED
    newer = Document.objects.filter(replaces=row.ref).first() if leads else None
    stands = card.standing(localtime(at).date())
    corrections = CORRECTIONS.get(row.template) if public and key else None
    since = tuple(corrections(row.about, row.at, at)) if corrections else ()
    return Checked(card, stands, STANDINGS[stands], REASONS[Reason(row.reason)] if row.reason else None, says,
                   numbers.shown(newer.number) if newer else "",
                   key is not None and (public or access.holds(row, by=by)), since, key is None)


def document(ref: UUID) -> DocumentCard:
    """Refuses: NotFound."""
    access.document(ref)
    return _cards(Document.objects.filter(ref=ref))[0]


def about(refs: Collection[UUID]) -> list[DocumentCard]:
    """All that was issued about these things, the newest first."""
    return _cards(Document.objects.filter(about__in=refs))


def held(by: Actor, *, start: int = 0, most: int = 50) -> list[DocumentCard]:
    """What was issued to those for whom the actor may hold documents, the newest first, from `start` on."""
    return _cards(_held(by), slice(start, start + most))


def held_count(by: Actor) -> int:
    return _held(by).count()


def _held(by: Actor) -> QuerySet[Document]:
    scopes = [f"{kind}:{ref}" for kind in ("person", "organisation") for ref in by.scopes(access.HOLD, kind)]
    return Document.objects.filter(holder__in=scopes)


def values(ref: UUID) -> Values:
    """What a document says, as it was given to `issue`. Refuses: NotFound; Conflict (erased)."""
    row = access.document(ref)
    told = _opened(row, access.require_key(row))
    return {field: _value(value, row.template, field) for field, value in told.items()}


def pdf(ref: UUID) -> bytes:
    """The signed file; whom it may be given to is for the caller to know. Refuses: NotFound; Conflict (erased)."""
    row = access.document(ref)
    key = access.require_key(row)
    sealed = bytes(Sheet.objects.get(document=row).file_sealed)
    place = 0

    def read(most: int) -> bytes:
        nonlocal place
        place += most
        return sealed[place - most : place]

    return b"".join(access.keyring().open_pieces(key, read, context=f"document {row.ref} file"))


def _value(value: Any, template: str, key: str) -> Any:
    field = next((one for one in TEMPLATES[template].fields if one.key == key), None)
    return [tuple(pair) for pair in value] if field and field.shape is Shape.ROWS else value


def _opened(row: Document, key: bytes) -> dict[str, Any]:
    told = json.loads(access.keyring().open(key, row.values_sealed, context=f"document {row.ref} values"))
    return {key: date.fromisoformat(value["day"]) if isinstance(value, dict) else value for key, value in told.items()}


def _cards(rows: QuerySet[Document], part: slice = slice(None)) -> list[DocumentCard]:
    return [_card(row) for row in rows.select_related("key").order_by("-id")[part]]


def _card(row: Document) -> DocumentCard:
    template = TEMPLATES.get(row.template)
    return DocumentCard(
        row.ref, row.number, row.template, template.title if template else Both(row.template, row.template),
        row.issuer, row.about, row.holder, State(row.state), row.valid_from, row.valid_until, row.at, row.sha256,
        row.size, row.key.test, row.reason, row.revoked_at, row.replaces, row.stamped, row.key.withdrawn_at,
        row.key.withdrawn_for)
