"""What somebody's data are used for, a copy of them, what is asked of the office, and erasing them."""
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.actor import Actor
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.registers.people import actions, queries, rules
from linli.registers.people.endpoints.people import Key, router
from linli.registers.people.queries import RequestCard, UseCard
from linli.registers.people.states import Asked

Words = Annotated[str, Field(max_length=1200)]


class Use(Schema):
    """A purpose, and what the person says to it. Not `changeable`: it ends with the erasure of their data.
    `outdated`: they consented to less than it means now, and it counts no more."""

    purpose: rules.Purpose
    name: str
    sentence: str
    without: str
    basis: str
    allowed: bool
    changeable: bool
    decided_at: datetime | None
    outdated: bool


class Uses(Schema):
    items: list[Use]


class Choice(Schema):
    purpose: Annotated[str, Field(max_length=20)]


class Opening(Schema):
    field: rules.Field | None
    """None for what another part of the site keeps sealed, such as numbers in an application; `label` says what."""
    label: str
    reason: str
    opened_by: str
    at: datetime


class Openings(Schema):
    items: list[Opening]


class Decision(Schema):
    """What a machine decided: result and reasons in words, the rule it went by, the page where it can be changed."""

    about: UUID
    name: str
    result: str
    at: datetime | None
    why: list[str]
    rule: str
    url: str


class Decisions(Schema):
    items: list[Decision]


class Asking(Schema):
    """`part` says what a correction is of; `about` which decision is to be explained."""

    right: Annotated[str, Field(max_length=20)]
    words: Words
    part: Annotated[str, Field(max_length=20)] = ""
    about: UUID | None = None


class Owed(Schema):
    """The duty to answer. `days_late` counts after the day."""

    rule: str
    due_on: date
    days_late: int


class DataRequest(Schema):
    ref: UUID
    person: UUID
    number: str
    right: rules.Right
    name: str
    part: str
    words: str
    about: UUID | None
    region: str
    state: Asked
    label: str
    answer: str
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str
    duty: Owed | None
    moves: list[str]


class DataRequests(Schema):
    items: list[DataRequest]


class Answer(Schema):
    """`value` is what is right, where a checked part is corrected."""

    answer: Words
    value: Annotated[str, Field(max_length=100)] = ""


class Copying(Schema):
    as_: Annotated[Literal["json", "csv"], Field(alias="as")] = "json"


class Erasing(Schema):
    sure: bool


# What the data are used for


@router.get("/people/{uuid:ref}/uses", response=Uses, operation_id="people_uses")
def uses(request: Request, ref: UUID) -> dict[str, Any]:
    """Every purpose with the person's answer; for themself and their guardian."""
    return {"items": [_use(one) for one in queries.uses(ref, by=request.actor, at=request.at)]}


@router.post("/people/{uuid:ref}/consents", response=Uses, operation_id="people_give_consent")
def give_consent(request: Request, ref: UUID, body: Choice, key: Key) -> dict[str, Any]:
    """Consent to one purpose, or take back that it was refused."""
    return _choose(request, ref, body, key, "people_give_consent")


@router.post("/people/{uuid:ref}/consents/withdraw", response=Uses, operation_id="people_withdraw_consent")
def withdraw_consent(request: Request, ref: UUID, body: Choice, key: Key) -> dict[str, Any]:
    """Withdraw a consent, or refuse a purpose that may be refused; it holds from this moment."""
    return _choose(request, ref, body, key, "people_withdraw_consent")


def _choose(request: Request, ref: UUID, body: Choice, key: str, operation: str) -> dict[str, Any]:
    by, at = request.actor, request.at
    act = actions.give_consent if operation == "people_give_consent" else actions.withdraw_consent

    def do() -> UUID:
        act(ref, purpose=body.purpose, by=by, at=at)
        return ref

    journal.once(key, by=by, at=at, body=[operation, str(ref), body.dict()], do=do)
    return uses(request, ref)


# What is kept, who looked, what was decided


@router.get("/people/{uuid:ref}/openings", response=Openings, operation_id="people_openings")
def openings(request: Request, ref: UUID) -> dict[str, Any]:
    """Who opened which sealed field, when and why, newest first; for the person and who acts for them."""
    found = queries.openings(ref, by=request.actor)
    return {"items": [asdict(one) | {"label": speak(one.label), "reason": speak(one.reason)} for one in found]}


@router.get("/people/{uuid:ref}/decisions", response=Decisions, operation_id="people_decisions")
def decisions(request: Request, ref: UUID) -> dict[str, Any]:
    """What machines decided about somebody, newest first; for themself and their guardian."""
    found = queries.decisions(ref, by=request.actor, at=request.at)
    return {"items": [asdict(one) | {"name": speak(one.name)} for one in found]}


@router.post("/people/{uuid:ref}/copy", operation_id="people_take_copy")
def take_copy(request: Request, ref: UUID, body: Copying) -> HttpResponse:
    """Everything that is kept: `json` (one document, names the same in every language) or `csv` (a ZIP with a table for
    each part). That it was taken is noted, and the person told."""
    parts = actions.take_copy(ref, by=request.actor, at=request.at)
    answer = (HttpResponse(queries.as_tables(parts), content_type="application/zip") if body.as_ == "csv"
              else HttpResponse(queries.as_json(parts, at=request.at), content_type="application/json"))
    answer["Cache-Control"] = "no-store"
    return answer


@router.post("/people/{uuid:ref}/erase", response={204: None}, operation_id="people_erase")
def erase(request: Request, ref: UUID, body: Erasing) -> Status[None]:
    """Destroy the person's key: name, numbers and texts become unreadable for everybody, and what was done stays on
    record. For themself and their guardian; it cannot be undone."""
    if not body.sure:
        raise RuleBroken(N_("This cannot be undone. Say that you are sure."), field="sure", rule="PIPL Art. 47")
    actions.erase(ref, by=request.actor, at=request.at)
    return Status(204, None)


# What is asked of the office


@router.get("/people/{uuid:ref}/requests", response=DataRequests, operation_id="people_requests_of")
def requests_of(request: Request, ref: UUID) -> dict[str, Any]:
    """What somebody asked of their data, newest first; for themself and their guardian."""
    on = timezone.localdate(request.at)
    return {"items": [_asked(one) for one in queries.rights_requests(ref, by=request.actor, on=on, at=request.at)]}


@router.post("/people/{uuid:ref}/requests", response={200: DataRequest, 201: DataRequest}, operation_id="people_ask")
def ask(request: Request, ref: UUID, body: Asking, key: Key) -> Status[dict[str, Any]]:
    """Ask the office for a copy on paper, a correction, a deletion or an explanation; its answer is a duty."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["people_ask", str(ref), body.dict()],
                           do=lambda: actions.ask(ref, **body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, _one(outcome.ref, by=by, at=at))


@router.get("/data-requests", response=DataRequests, operation_id="people_requests")
def requests(request: Request, show: Literal["waiting", "settled"] = "waiting") -> dict[str, Any]:
    """For the office: what waits, the oldest first; or the newest that were settled. At most a hundred."""
    on = timezone.localdate(request.at)
    return {"items": [_asked(one) for one in queries.asked_of_us(by=request.actor, on=on, settled=show == "settled")]}


@router.get("/data-requests/{uuid:ref}", response=DataRequest, operation_id="people_request")
def data_request(request: Request, ref: UUID) -> dict[str, Any]:
    """For the person, their guardian who asked, and the office that decides."""
    return _one(ref, by=request.actor, at=request.at)


@router.post("/data-requests/{uuid:ref}/grant", response=DataRequest, operation_id="people_grant")
def grant(request: Request, ref: UUID, body: Answer) -> dict[str, Any]:
    """Do what was asked; what is right is written at once."""
    actions.grant(ref, answer=body.answer, value=body.value, by=request.actor, at=request.at)
    return _one(ref, by=request.actor, at=request.at)


@router.post("/data-requests/{uuid:ref}/refuse", response=DataRequest, operation_id="people_refuse")
def refuse(request: Request, ref: UUID, body: Answer) -> dict[str, Any]:
    """Refuse it, with the reasons that the person reads."""
    actions.refuse(ref, answer=body.answer, by=request.actor, at=request.at)
    return _one(ref, by=request.actor, at=request.at)


@router.post("/data-requests/{uuid:ref}/take-back", response=DataRequest, operation_id="people_take_back")
def take_back(request: Request, ref: UUID) -> dict[str, Any]:
    """Take it back before it is answered."""
    actions.take_back(ref, by=request.actor, at=request.at)
    return _one(ref, by=request.actor, at=request.at)


def _one(ref: UUID, *, by: Actor, at: datetime) -> dict[str, Any]:
    return _asked(queries.rights_request(ref, by=by, on=timezone.localdate(at)))


def _asked(one: RequestCard) -> dict[str, Any]:
    owed = {"rule": rules.rule_of(one.right), "due_on": one.due_on, "days_late": one.days_late} if one.due_on else None
    return asdict(one) | {
        "name": speak(one.name), "label": speak(one.label), "part": one.part or "", "answer": speak(one.answer),
        "words": speak(one.words), "duty": owed, "moves": [move.name.replace("_", "-") for move in one.moves]}


def _use(one: UseCard) -> dict[str, Any]:
    return asdict(one) | {"name": speak(one.name), "sentence": speak(one.sentence), "without": speak(one.without),
                          "decided_at": one.chosen_at}
