import hashlib
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.timezone import localtime

from linli.engines.documents import access, events, queries
from linli.engines.documents.models import Document, Sheet
from linli.engines.documents.registry import TEMPLATES, Field, Shape, Template, Values
from linli.engines.documents.rules import numbers, signatures
from linli.engines.documents.rules.states import Reason, State
from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_, Text

MOST_LINES = 200


@dataclass(frozen=True)
class Issued:
    ref: UUID
    number: str


@action
def issue(template: Template, values: Values, *, about: UUID, holder: str, valid_from: date,
          valid_until: date | None = None, issuer: str = "", language: str = "zh", by: Actor, at: datetime) -> Issued:
    """Make a document, sign it, and keep it. Whether `by` may have it issued is for the caller to know.

    `holder` is a scope (`organisation:REF` or `person:REF`); `valid_until` is the first day it is valid no more, None
    for ever; `issuer` the body that issues it (else the node's own, LINLI_ISSUER); `language` zh or en.
    Refuses: RuleBroken (a value that is missing, too long, or has characters that cannot be printed); Conflict (issued
    to a person whose data were erased; no time stamp could be had).
    """
    return _issued(template, values, about=about, holder=holder, valid_from=valid_from, valid_until=valid_until,
                   issuer=issuer or settings.ISSUER or settings.LOG_ORIGIN.partition("/")[0], language=language,
                   replaces=None, by=by, at=at)


@action
def reissue(ref: UUID, values: Values | None = None, *, valid_from: date | None = None,
            valid_until: date | None = None, by: Actor, at: datetime) -> Issued:
    """Issue a document anew, with what `values` changes in it; the one before is replaced and says so.

    It is valid from today and as long as the one before, unless days are given. Refuses: NotFound; Conflict (it was
    taken back already, or erased with its holder's data); RuleBroken as `issue`.
    """
    row = access.document(ref, lock=True)
    _still_valid(row)
    new = _issued(
        TEMPLATES[row.template], {**queries.values(ref), **(values or {})}, about=row.about, holder=row.holder,
        valid_from=valid_from or max(localtime(at).date(), row.valid_from), valid_until=valid_until or row.valid_until,
        issuer=row.issuer, language=row.language, replaces=row.ref, by=by, at=at)
    _take_back(row, State.REPLACED, Reason.REPLACED, by=by, at=at)
    return new


@action
def revoke(ref: UUID, *, reason: Reason, by: Actor, at: datetime) -> None:
    """Take a document back, for good; whoever checks it is told since when and why.

    Whether `by` may is for the caller to know. Refuses: NotFound; Conflict (it was taken back already).
    """
    row = access.document(ref, lock=True)
    _still_valid(row)
    _take_back(row, State.REVOKED, reason, by=by, at=at)


@action
def revoke_about(about: UUID, *, templates: Collection[Template] | None = None, reason: Reason, by: Actor,
                 at: datetime) -> int:
    """Take back all that stands of what was issued about a thing (or of these kinds); how many that is."""
    rows = Document.objects.select_for_update().filter(about=about, state=State.VALID).order_by("id")
    if templates is not None:
        rows = rows.filter(template__in=[one.key for one in templates])
    taken = list(rows)
    for row in taken:
        _take_back(row, State.REVOKED, reason, by=by, at=at)
    return len(taken)


def _issued(template: Template, values: Values, *, about: UUID, holder: str, valid_from: date,
            valid_until: date | None, issuer: str, language: str, replaces: UUID | None, by: Actor, at: datetime
            ) -> Issued:
    if TEMPLATES.get(template.key) is not template:
        raise ValueError(f"{template.key} is not declared")
    kind, _, whose = holder.partition(":")
    if kind not in {"organisation", "person"} or not whose:
        raise ValueError(f"{holder} is no scope of a holder")
    _check(template, values)
    if valid_until and valid_until <= valid_from:
        raise RuleBroken(N_("It would be valid no more before it is valid. Change the days."), field="valid_until")
    from linli.engines.documents.actions import keys, sheets  # certificates and codes: only who issues waits for them

    key = None if access.has_keys(holder) else access.keyring().new_key()
    sealing = key or access.holders_key(holder)
    if sealing is None:
        raise Conflict(N_("The data of this person were erased: nothing can be issued to them any more."))
    signer = keys.signer(by=by, at=at)
    ref, number = new_ref(), numbers.new(localtime(at).year, draw=secrets.randbelow)
    file = sheets.sign(sheets.draw(
        template, values, number=number, issuer=issuer, url=queries.address(number), language=language,
        valid_from=valid_from, valid_until=valid_until, test=signer.row.test, at=at), signer, at=at)
    stamped = _stamped(file)
    ring, digest = access.keyring(), hashlib.sha256(file).hexdigest()
    told = json.dumps(_plain(values), ensure_ascii=False)
    row = Document.objects.create(
        ref=ref, number=number, template=template.key, language=language, issuer=issuer, about=about, holder=holder,
        state=State.VALID, valid_from=valid_from, valid_until=valid_until, sha256=digest, size=len(file),
        data_key=key, values_sealed=ring.seal(sealing, told, context=f"document {ref} values"), key=signer.row,
        replaces=replaces, at=at, by=by.ref, stamped=stamped)
    sealed = b"".join(ring.seal_pieces(sealing, [file], context=f"document {ref} file"))
    Sheet.objects.create(document=row, file_sealed=sealed)
    journal.record(events.DocumentIssued(ref, template.key, digest, about, holder, replaces), about=ref, by=by, at=at)
    return Issued(ref, numbers.shown(number))


def _stamped(file: bytes) -> datetime | None:
    """When the time was stamped on it. Refuses: Conflict (a stamp that does not lead to whom the operator trusts)."""
    if not settings.DOCUMENT_TSA:
        return None
    said = signatures.examine(file, roots=(), stampers=queries.stampers())
    if said is None or said.stamp is None or not said.stamp.trusted:
        raise Conflict(N_("The time stamp that came is not of the authority that was set. Nothing was issued; call"
                          " whoever runs this site."))
    return said.stamp.at


def _plain(values: Values) -> dict[str, Any]:
    """As they are kept: days as ISO 8601, pairs as lists."""
    return {key: {"day": value.isoformat()} if isinstance(value, date) else value for key, value in values.items()}


def _still_valid(row: Document) -> None:
    if row.state != State.VALID:
        raise Conflict(N_("This document was taken back already."))


def _take_back(row: Document, state: State, reason: Reason, *, by: Actor, at: datetime) -> None:
    row.state, row.reason, row.revoked_at, row.revoked_by = state, reason, at, by.ref
    row.save(update_fields=["state", "reason", "revoked_at", "revoked_by"])
    journal.record(events.DocumentRevoked(row.ref, row.template, row.sha256, reason.value, row.about, row.holder),
                   about=row.ref, by=by, at=at)


# What may stand in it


def _check(template: Template, values: Values) -> None:
    fields = {field.key: field for field in template.fields}
    if strange := set(values) - set(fields):
        raise ValueError(f"{template.key} has no fields {sorted(strange)}")
    for key, field in fields.items():
        value = values.get(key)
        if value is None or value == "":
            if field.needed:
                raise _broken(field, N_("{what} is missing: the document cannot be issued without it."))
            continue
        if not _fits(field.shape, value):
            raise ValueError(f"{template.key}.{key} is not of the shape {field.shape}")
        for text in _texts(value):
            if len(text) > field.most:
                raise _broken(field, N_("{what} is longer than {most} characters. Shorten it."))
            if any(ord(sign) < 32 and sign != "\n" for sign in text):
                raise _broken(field, N_("{what} has characters that cannot be printed. Write it anew."))


def _broken(field: Field, message: Text) -> RuleBroken:
    return RuleBroken(message, field=field.key, what=field.label, most=field.most)


def _fits(shape: Shape, value: Any) -> bool:
    if shape is Shape.DAY:
        return isinstance(value, date)
    if shape is Shape.TEXT:
        return isinstance(value, str | int)
    if isinstance(value, str) or len(value) > MOST_LINES:
        return False
    if shape is Shape.LINES:
        return all(isinstance(line, str) for line in value)
    return all(len(pair) == 2 and all(isinstance(part, str) for part in pair) for pair in value)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, date | int):
        return []
    return [part for line in value for part in ([line] if isinstance(line, str) else line)]
