"""Lists of organisations that somebody watches."""
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request, speak
from linli.registers.organisations import actions, queries
from linli.registers.organisations.endpoints.shapes import Key, router
from linli.registers.organisations.queries import WatchListCard


class WatchedOut(Schema):
    organisation: UUID
    uscc: str
    name: str
    status: str
    marks: list[str]
    entered: str
    """What was entered last, in words; empty where nothing was."""
    entered_at: datetime | None
    effective_on: date | None


class WatchListOut(Schema):
    ref: UUID
    name: str
    organisations: list[WatchedOut]


class WatchLists(Schema):
    items: list[WatchListOut]
    next: str | None


class NameIn(Schema):
    name: Annotated[str, Field(max_length=200)]


class WatchIn(Schema):
    organisations: Annotated[list[UUID], Field(max_length=500)] = Field(default_factory=list)
    codes: Annotated[list[str], Field(max_length=500)] = Field(default_factory=list)


class AddedOut(Schema):
    new: int
    there: int
    unknown: list[str]


class UnwatchIn(Schema):
    organisation: UUID


@router.get("/watch-lists", response=WatchLists, operation_id="organisations_watch_lists")
def watch_lists(request: Request) -> dict[str, Any]:
    """One's own lists, with what was entered last of each organisation."""
    return {"items": [_out(one) for one in queries.watch_lists(request.actor)], "next": None}


@router.post("/watch-lists", response={200: WatchListOut, 201: WatchListOut}, operation_id="organisations_make_list")
def make_list(request: Request, body: NameIn, key: Key) -> Status[Any]:
    """Begin a list."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["organisations_make_list", body.dict()],
                           do=lambda: actions.make_list(body.name, by=by, at=at))
    return Status(201 if outcome.new else 200, _out(queries.watch_list(outcome.ref, by=by)))


@router.post("/watch-lists/{uuid:ref}/watch", response=AddedOut, operation_id="organisations_watch")
def watch(request: Request, ref: UUID, body: WatchIn) -> actions.Added:
    """Put organisations on a list, by ref or by code."""
    return actions.watch(ref, organisations=body.organisations, said="\n".join(body.codes), by=request.actor,
                         at=request.at)


@router.post("/watch-lists/{uuid:ref}/unwatch", response=WatchListOut, operation_id="organisations_unwatch")
def unwatch(request: Request, ref: UUID, body: UnwatchIn) -> dict[str, Any]:
    """Take an organisation off a list."""
    actions.unwatch(body.organisation, ref=ref, by=request.actor, at=request.at)
    return _out(queries.watch_list(ref, by=request.actor))


@router.post("/watch-lists/{uuid:ref}/drop", response={204: None}, operation_id="organisations_drop_list")
def drop_list(request: Request, ref: UUID) -> Status[None]:
    """End a list."""
    actions.drop_list(ref, by=request.actor, at=request.at)
    return Status(204, None)


def _out(one: WatchListCard) -> dict[str, Any]:
    return {"ref": one.ref, "name": one.name, "organisations": [{
        "organisation": card.ref, "uscc": card.uscc, "name": card.name, "status": card.status_key,
        "marks": list(card.marks), "entered": speak(card.entered) if card.entered else "",
        "entered_at": card.entered_at, "effective_on": card.effective_on} for card in one.organisations]}
