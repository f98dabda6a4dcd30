from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Schema, Status
from pydantic import AwareDatetime

from linli.engines.documents import queries as documents
from linli.engines.journal import actions as journal
from linli.kernel.doors import Request, afterwards, speak
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import actions, queries
from linli.registers.organisations.endpoints.shapes import Key, OrganisationOut, found, out, router
from linli.registers.organisations.queries import Registered
from linli.registers.organisations.rules import Kind
from linli.registers.organisations.rules.correcting import corrected
from linli.registers.organisations.rules.filing import LABELS, Step
from linli.registers.organisations.rules.items import ITEMS, Item

T = TypeVar("T", date, datetime)


class Change(Schema):
    """What a filing says of one item. Of records only the parts that change; null takes a value away."""

    item: Annotated[str, Field(max_length=40)]
    value: Any = None
    until: date | None = None
    key: Annotated[str, Field(max_length=120)] = ""


class FilingIn(Schema):
    kind: Annotated[str, Field(max_length=20)]
    changes: Annotated[list[Change], Field(max_length=200)]
    effective_on: date
    basis: Annotated[str, Field(max_length=600)]
    cause: Annotated[str, Field(max_length=2000)] = ""
    corrects: UUID | None = None
    number: Annotated[str, Field(max_length=120)] = ""


class FiledOut(Schema):
    filing: UUID
    organisation: UUID


class Told(Schema):
    item: str
    key: str
    old: Any
    new: Any
    until: date | None
    withdrawn: bool


class FilingOut(Schema):
    ref: UUID
    kind: str
    kind_text: str
    number: str
    effective_on: date
    filed_at: datetime
    corrects: UUID | None
    basis: str
    cause: str
    changes: list[Told]


class Filings(Schema):
    items: list[FilingOut]
    next: str | None


class ExtractOut(Schema):
    """`url` tells everybody how it stands, and has the signed file."""

    number: str
    url: str


class ReasonOut(Schema):
    text: str
    good: bool
    rule: str


class DueOut(Schema):
    text: str
    due_on: date
    overdue: bool
    rule: str


class FormerNameOut(Schema):
    name: str
    until: date


class CorrectedOut(Schema):
    """What the register said wrongly and put right. `corrected_at` is when; `filing` the filing that did."""

    corrected_at: datetime
    item: str
    item_text: str
    old: Any
    new: Any
    cause: str
    filing: UUID


class EntryOut(OrganisationOut):
    """An organisation and what its filings add up to on a day; `items` holds what is registered, by item."""

    as_of: date
    known_at: datetime
    exists: bool
    items: dict[str, Any]
    former_names: list[FormerNameOut]
    good_standing: bool
    reasons: list[ReasonOut]
    dues: list[DueOut]
    filings: int
    corrected: list[CorrectedOut]
    """What was corrected lately, the newest first; the header `Linli-Corrected` has the moment of the newest."""


class Seeking(Schema):
    """As `queries.Sought`: empty asks nothing; ranges include both ends; funds in fen."""

    q: Annotated[str, Field(max_length=100)] = ""
    name: Annotated[str, Field(max_length=100)] = ""
    former: Annotated[str, Field(max_length=100)] = ""
    code: Annotated[str, Field(max_length=30)] = ""
    number: Annotated[str, Field(max_length=60)] = ""
    kind: Kind | Literal[""] = ""
    region: Annotated[str, Field(max_length=12)] = ""
    registrar: Annotated[str, Field(max_length=100)] = ""
    supervising_unit: Annotated[str, Field(max_length=100)] = ""
    legal_representative: Annotated[str, Field(max_length=60)] = ""
    address: Annotated[str, Field(max_length=100)] = ""
    status: Annotated[str, Field(max_length=12)] = ""
    mark: Annotated[str, Field(max_length=20)] = ""
    grade: Annotated[str, Field(max_length=2)] = ""
    established_from: date | None = None
    established_until: date | None = None
    funds_from: Annotated[int, Field(ge=0, le=10**16)] | None = None
    funds_until: Annotated[int, Field(ge=0, le=10**16)] | None = None


class Organisations(Schema):
    items: list[OrganisationOut]
    next: str | None


@router.get("/organisations", response=Organisations, auth=None, operation_id="organisations_list")
def organisations(
    request: HttpRequest, sought: Annotated[Seeking, Query()], after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The public register, oldest entry first, by every question that it answers."""
    cards = queries.register(queries.Sought(**sought.dict()), after=after, most=limit + 1)
    more = len(cards) > limit
    return {"items": [out(card) for card in cards[:limit]], "next": str(cards[limit - 1].ref) if more else None}


@router.get("/organisations/{key}", response=EntryOut, auth=None, operation_id="organisations_organisation")
def organisation(
    request: Request, response: HttpResponse, key: str, as_of: date | None = None,
    known_at: AwareDatetime | None = None,
) -> dict[str, Any]:
    """One organisation, by its ref or its unified social credit code: as of a day, as known at a moment; else now.

    Asked with a token, it is kept for a time that its account read this entry, only to tell it of corrections.
    """
    card = found(request, key)
    today = timezone.localdate(request.at)
    entry = queries.as_of(card.ref, on=_no_later(as_of, today, "as_of"), known_at=_no_later(
        known_at, request.at, "known_at"), by=request.actor)
    told = corrected(entry.steps, since=queries.corrections_shown_since(request.at, region=card.region))
    if told:
        response["Linli-Corrected"] = told[0].at.isoformat(timespec="seconds")
    _keep(request, entry)
    return out(card) | _entry(entry) | {"corrected": [
        {"corrected_at": one.at, "item": one.item.key, "item_text": speak(one.item.label),
         "old": _open(one.item, one.old), "new": _open(one.item, one.new), "cause": one.cause, "filing": one.filing}
        for one in told]}


@router.get("/organisations/{key}/filings", response=Filings, auth=None, operation_id="organisations_filings")
def filings(request: Request, key: str, after: Annotated[str, Query(max_length=9, pattern=r"^\d{0,6}$")] = "",
            limit: Annotated[int, Query(ge=1, le=200)] = 50) -> dict[str, Any]:
    """Every filing of an organisation, the oldest first, with what stood before and after."""
    skip, steps = int(after or 0), queries.filings(found(request, key).ref, by=request.actor)
    return {"items": [_filing(step) for step in steps[skip:skip + limit]],
            "next": str(skip + limit) if skip + limit < len(steps) else None}


@router.post("/organisations/{uuid:ref}/file", response={200: FiledOut, 201: FiledOut},
             operation_id="organisations_file")
def file(request: Request, ref: UUID, body: FilingIn, key: Key) -> Status[Any]:
    """Enter a filing into the ledger; what it may touch depends on its kind."""
    by, at = request.actor, request.at
    said = body.dict() | {"changes": [actions.Change(**change.dict()) for change in body.changes]}
    outcome = journal.once(key, by=by, at=at, body=["organisations_file", str(ref), body.dict()],
                           do=lambda: actions.file(ref, **said, by=by, at=at).ref)
    return Status(201 if outcome.new else 200, {"filing": outcome.ref, "organisation": ref})


def _keep(request: Request, found: Registered) -> None:
    by, at, newest = request.actor, request.at, max((step.filing.filed_at for step in found.steps), default=None)
    if by.person:
        afterwards(request, lambda: actions.note_reading(found.ref, newest=newest, by=by, at=at))


def _entry(found: Registered) -> dict[str, Any]:
    many = {item: found.public(item) for item in found.folded.many}
    single = {item: value for item, value in found.folded.single.items() if not ITEMS[item].masked}
    return {
        "as_of": found.on, "known_at": found.known_at, "exists": found.exists, "items": single | many,
        "former_names": [{"name": name, "until": until} for name, until in found.former_names],
        "good_standing": found.exists and found.standing.good, "filings": len(found.steps),
        "reasons": [{"text": speak(one.text, **one.values), "good": one.good, "rule": one.rule}
                    for one in found.standing.reasons],
        "dues": [{"text": speak(one.text, **one.values), "due_on": one.due_on, "overdue": one.overdue,
                  "rule": one.rule} for one in found.standing.dues],
    }


def _filing(step: Step) -> dict[str, Any]:
    one = step.filing
    return {
        "ref": one.ref, "kind": one.kind, "kind_text": speak(LABELS[one.kind]), "number": one.number,
        "effective_on": one.effective_on, "filed_at": one.filed_at, "corrects": one.corrects, "basis": one.basis,
        "cause": one.cause, "changes": [
            {"item": told.item.key, "key": told.key, "old": _open(told.item, told.old),
             "new": _open(told.item, told.new), "until": told.until, "withdrawn": told.withdrawn}
            for told in step.told if not told.item.masked],
    }


def _open(item: Item, value: Any) -> Any:
    """A value without what is kept for the office."""
    if not isinstance(value, dict):
        return value
    hidden = {part.key for part in item.parts if part.masked}
    return {name: said for name, said in value.items() if name not in hidden}


def _no_later(asked: T | None, now: T, field: str) -> T:
    if asked is not None and asked > now:
        raise RuleBroken(N_("The register knows nothing of days to come. Choose today or an earlier day."), field=field)
    return now if asked is None else asked


@router.post("/organisations/{uuid:ref}/extracts", response={201: ExtractOut}, operation_id="organisations_extract")
def extract(request: Request, ref: UUID) -> Status[dict[str, str]]:
    """A signed extract of what the register says now; whoever takes it is told if that is corrected. Asked for again
    on the same day, the same one, as long as nothing was filed since."""
    number = actions.take_extract(ref, by=request.actor, at=request.at)
    return Status(201, {"number": number, "url": documents.address(number.replace("-", ""))})
