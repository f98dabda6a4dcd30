"""The log for programs: its own resources at the site's root (C2SP tlog-tiles, tlog-witness, tlog-proof), and the API.

What stands under `/log/` is public, the same for everyone and free to be fetched from any other site.
"""
import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from ninja import Query, Router, Schema

from linli.kernel.doors import Request, say, speak
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.watchers.openlog import actions, queries
from linli.watchers.openlog.rules import tiles

router = Router(tags=["log"])
PLAIN, BYTES = "text/plain; charset=utf-8", "application/octet-stream"
FOR_EVER, FRESH, SHORT = "public, max-age=31536000, immutable", "public, no-cache", "public, max-age=60"
LONGEST = 100_000  # bytes of a witness's request


def _open(content: bytes | str, kind: str, cache: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(content, status=status, content_type=kind, headers={
        "Cache-Control": cache, "Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"})


def _json(told: Any, cache: str = FRESH, *, status: int = 200) -> HttpResponse:
    return _open(json.dumps(told, ensure_ascii=False), "application/json", cache, status=status)


def _absent(why: NotFound | None = None) -> HttpResponse:
    return _open(say(why) + "\n" if why else "not found\n", PLAIN, "no-store", status=404)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint, with its witnesses' cosignatures."""
    head = queries.head()
    return _open(head.note, PLAIN, FRESH) if head else _absent()


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile or a bundle of entries: from its file, or from the database where there is none yet."""
    wanted = tiles.read_path(f"tile/{path}")
    if wanted is None:
        return _absent()
    try:
        return _open(Path(settings.LOG_FOLDER, wanted.path()).read_bytes(), BYTES, FOR_EVER)
    except OSError:
        made = queries.tile(wanted)
    return _absent() if made is None else _open(made, BYTES, FOR_EVER)


@require_safe
def payload(request: HttpRequest, index: int) -> HttpResponse:
    """What an entry speaks of; 410 with the reason where it is withheld."""
    try:
        leaf = queries.leaf(index)
    except NotFound as why:
        return _absent(why)
    if leaf.payload is None:
        return _open(speak(leaf.withheld or "") + "\n", PLAIN, "no-store", status=410)
    return _open(leaf.payload, "application/json", SHORT)


@require_safe
def receipt(request: HttpRequest, ref: UUID | int) -> HttpResponse:
    """The `.tlog-proof` of the newest leaf about a thing; `?index=` or `?number=` for another."""
    try:
        made = queries.receipt(ref, index=_number(request, "index"), number=_number(request, "number"))
    except NotFound as why:
        return _absent(why)
    answer = _open(made.text, PLAIN, FRESH)
    answer["Content-Disposition"] = f'inline; filename="{made.leaf.index}.tlog-proof"'
    return answer


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise NotFound(N_("There is no such leaf."))
    return int(text)


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The log's keys, one a line, the newest first, each with the days from and until which it signs."""
    lines = [f"{one.verifier} {one.from_:%Y-%m-%d} {one.until and f'{one.until:%Y-%m-%d}' or '-'}\n"
             for one in queries.log_keys()]
    return _open("".join(lines), PLAIN, FRESH) if lines else _absent()


@require_safe
def days(request: HttpRequest) -> HttpResponse:
    """How many leaves each day and series has; they add up to the size."""
    found = queries.days()
    return _json({"size": found.size, "days": [
        {"day": one.day.isoformat(), "leaves": one.leaves, "series": one.series} for one in found.days]})


@csrf_exempt  # no cookie counts here: the signature under the checkpoint is what lets somebody in
@require_POST
def add_checkpoint(request: Request) -> HttpResponse:
    """Cosign another log's checkpoint (C2SP tlog-witness): 200, 400, 403, 404, 409 with the size we know, 422."""
    body = request.read(LONGEST + 1)
    said = actions.witness(body, by=request.actor, at=request.at) if len(body) <= LONGEST else None
    if said is None:
        return _open("too long\n", PLAIN, FRESH, status=400)
    kind = "text/x.tlog.size" if said.status == 409 else PLAIN
    return _open(said.text, kind, "no-store", status=said.status)


@require_safe
def seen(request: HttpRequest, digest: str) -> HttpResponse:
    """The last checkpoint that we cosigned of another log, by the SHA-256 of its origin."""
    try:
        return _open(queries.seen(digest), PLAIN, FRESH)
    except NotFound as why:
        return _absent(why)


# The API


class LeafOut(Schema):
    index: int
    series: str
    number: int
    fact: str
    at: datetime
    day: date
    entry: str
    payload: dict[str, Any] | None
    withheld: str | None
    hash: str


class Leaves(Schema):
    items: list[LeafOut]
    next: str | None


class OpeningOut(Schema):
    field: str
    salt: str
    value: Any


class Openings(Schema):
    items: list[OpeningOut]


def leaf_out(card: queries.LeafCard) -> dict[str, Any]:
    return {
        "index": card.index, "series": card.series, "number": card.number, "fact": card.fact, "at": card.at,
        "day": card.day, "entry": card.entry, "hash": card.hash.hex(),
        "payload": None if card.payload is None else json.loads(card.payload),
        "withheld": speak(card.withheld) if card.withheld else None,
    }


@router.get("/log/entries", response=Leaves, auth=None, operation_id="openlog_entries")
def entries(
    request: Request, series: Annotated[str | None, Query(max_length=40)] = None, day: date | None = None,
    after: Annotated[int | None, Query(ge=0, lt=1 << 62, description="a page's `next`")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The log's leaves, the newest first."""
    found = queries.entries(series=series, day=day, before=after, limit=limit + 1)
    return {"items": [leaf_out(card) for card in found[:limit]],
            "next": str(found[limit - 1].index) if len(found) > limit else None}


@router.get("/log/about/{ref}", response=Leaves, auth=None, operation_id="openlog_about")
def about(request: Request, ref: UUID) -> dict[str, Any]:
    """The leaves about a thing (an order, an organisation, a service), the newest first; at most 100."""
    return {"items": [leaf_out(card) for card in queries.about(ref)], "next": None}


@router.get("/log/openings/{ref}", response=Openings, auth=None, operation_id="openlog_openings")
def openings(
    request: Request, ref: UUID, index: Annotated[int | None, Query(ge=0, lt=1 << 62)] = None,
) -> dict[str, Any]:
    """What the newest leaf about a thing hides (or the one with this index), for whom it names; 404 to others."""
    return {"items": [one.told() for one in queries.openings(ref, by=request.actor, index=index)]}
