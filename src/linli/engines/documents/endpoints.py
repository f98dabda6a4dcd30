from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.timezone import localtime
from ninja import Path, Query, Router, Schema

from linli.engines.documents import queries
from linli.engines.documents.access import ERASED
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_

router = Router(tags=["documents"])
Number = Annotated[str, Path(max_length=40, description="as it stands on the document; hyphens and case do not count")]


class Said(Schema):
    label: str
    value: Any


class SinceOut(Schema):
    """Something that the document shows and that was corrected since."""

    on: date
    label: str
    old: str
    new: str
    cause: str
    link: str


class DocumentOut(Schema):
    number: str
    template: str
    title: str
    issuer: str
    issued_at: datetime
    valid_from: date
    valid_until: date | None
    standing: str
    standing_text: str
    reason: str
    reason_text: str
    revoked_at: datetime | None
    replaced_by: str
    sha256: str
    test: bool
    stamped_at: datetime | None
    key_withdrawn_at: datetime | None
    erased: bool
    says: list[Said]
    corrected: list[SinceOut]
    file: str | None


class RevokedOut(Schema):
    sha256: str
    reason: str
    at: datetime


class Revoked(Schema):
    items: list[RevokedOut]
    next: str | None = None


class Held(Schema):
    ref: UUID
    number: str
    template: str
    title: str
    issued_at: datetime
    valid_from: date
    valid_until: date | None
    standing: str


class HeldList(Schema):
    items: list[Held]
    next: str | None = None


@router.get("/documents", response=HeldList, operation_id="documents_held")
def held(request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 50,
         after: Annotated[int, Query(ge=0, le=1_000_000)] = 0) -> dict[str, Any]:
    """What was issued to those whom the caller may act for, the newest first."""
    on = localtime(request.at).date()
    found = queries.held(request.actor, start=after, most=limit + 1)
    return {"next": str(after + limit) if len(found) > limit else None, "items": [{
        "ref": card.ref, "number": card.shown_number, "template": card.template, "title": speak(card.title),
        "issued_at": card.issued_at, "valid_from": card.valid_from, "valid_until": card.valid_until,
        "standing": card.standing(on)} for card in found[:limit]]}


@router.get("/documents/revoked", response=Revoked, auth=None, operation_id="documents_revoked")
def revoked(request: Request) -> dict[str, Any]:
    """What was taken back, by the SHA-256 of its file; `./linli verify FILE --revoked LIST` reads the same list."""
    return {"items": queries.revoked()}


@router.get("/documents/{number}", response=DocumentOut, auth=None, operation_id="documents_issued")
def issued(request: Request, number: Number) -> dict[str, Any]:
    """How the document with this number stands. `valid_until` is the first day it is valid no more.

    `standing`: valid, early, expired, replaced, revoked. `stamped_at`: when an authority for that stamped the time;
    null where the signer's own clock is all there is. `key_withdrawn_at`: since when a file signed with this key is to
    be relied on no more, unless stamped before. `erased`: what it says went with its holder's data. `corrected`: what
    it shows and was corrected after it was issued. 404 where no document has this number.
    """
    found = queries.issued(number, by=request.actor, at=request.at)
    card = found.card
    return {
        "number": card.shown_number, "template": card.template, "title": speak(card.title), "issuer": card.issuer,
        "issued_at": card.issued_at, "valid_from": card.valid_from, "valid_until": card.valid_until,
        "standing": found.standing, "standing_text": speak(found.word), "reason": card.reason,
        "reason_text": speak(found.why) if found.why else "", "revoked_at": card.revoked_at,
        "replaced_by": found.newer, "sha256": card.sha256, "test": card.test,
        "stamped_at": card.stamped_at, "key_withdrawn_at": card.withdrawn_at, "erased": found.erased,
        "says": [{"label": speak(label), "value": value} for label, value in found.says],
        "corrected": [asdict(one) for one in found.since],
        "file": f"/api/v1/documents/{card.shown_number}/file" if found.may_read else None}


@router.get("/documents/{number}/file", auth=None, operation_id="documents_file")
def file(request: Request, number: Number) -> HttpResponse:
    """The signed PDF/A, for its holder; where its kind is public, for everybody."""
    found = queries.issued(number, by=request.actor, at=request.at)
    if not found.may_read:
        raise NotFound(ERASED if found.erased else N_("The file is given to its holder only. Sign in if that is you."))
    return HttpResponse(queries.pdf(found.card.ref), content_type="application/pdf")
