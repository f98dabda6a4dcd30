from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Field, File, Form, Query, Schema, Status
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from linli.engines.archive import queries as archive
from linli.engines.documents import queries as documents
from linli.engines.journal import actions as journal
from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, say, speak
from linli.kernel.refusals import NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.ui import written
from linli.work.hall import actions, queries, rules
from linli.work.hall.endpoints.shapes import Key, Region, Words, router
from linli.work.hall.queries import ApplicationCard, ApplicationFile, HearingCard, PromiseCard
from linli.work.hall.states import PROCESS


class Begun(Schema):
    """`person` is whose it is, the caller where left out; organisations' matters name the `organisation` instead.
    `submit` hands it in at once, all or nothing."""

    matter: Annotated[str, Field(max_length=60)]
    person: UUID | None = None
    organisation: UUID | None = None
    region: Region | None = None
    answers: dict[str, Any] = Field(default_factory=dict)
    promises: list[str] = Field(default_factory=list, max_length=50)
    submit: bool = False


class Move(Schema):
    """What a move takes: `save` version, answers and promises; `submit` and `complete` a version; a desk's moves
    `text`, `reasons`, `ground`, `why`, `step`, `favourable`, `region`; `rate` a grade and a remark; `extend` a text and
    the days (all that the law allows where left out); a hearing's moves a text, and calling it `sits_from`, `place`; a
    promise's moves its `material` and a text. To name a material among `promises` signs what the guide says of it."""

    version: Annotated[int, Field(ge=0, lt=10**9)] | None = None
    answers: dict[str, Any] | None = None
    promises: Annotated[list[str], Field(max_length=50)] | None = None
    text: Annotated[str, Field(max_length=rules.hearing.RECORD)] = ""
    reasons: Words = ""
    ground: Annotated[str, Field(max_length=40)] = ""
    why: Annotated[str, Field(max_length=40)] = ""
    step: Annotated[str, Field(max_length=40)] = ""
    favourable: bool | None = None
    region: Region | None = None
    grade: int | None = None
    remark: Words = ""
    file: UUID | None = None
    body: Annotated[str, Field(max_length=40)] = ""
    material: Annotated[str, Field(max_length=40)] = ""
    days: Annotated[int, Field(ge=1, le=1000)] | None = None
    sits_from: AwareDatetime | None = None
    place: Annotated[str, Field(max_length=200)] = ""


class ProductOut(Schema):
    title: str
    number: str
    link: str


class PaperOut(Schema):
    """`url` holds for a quarter of an hour, for who asked."""

    file: UUID
    material: str
    name: str
    kind: str
    size: int
    trust: str
    url: str


class Said(Schema):
    label: str
    value: str


class FetchedOut(Schema):
    """What we fetch ourselves in place of a paper: from which `source`, as of when; where it is not `held`, why."""

    material: str
    held: bool
    source: str
    number: str
    fetched_at: datetime
    says: list[Said]
    sha256: str


class PromiseOut(Schema):
    """A promise in place of a paper. `state` is empty before it is granted, then owed, kept, mending, mended, proposed
    or broken; `reasons` and `barred_until` where it was found broken."""

    material: str
    says: str
    signed_at: datetime | None
    state: str
    due_on: date | None
    days_late: int
    finding: str
    answer: str
    reasons: str
    barred_until: date | None
    moves: list[str]


class StageOut(Schema):
    step: str
    begun_at: datetime | None
    finished_at: datetime | None
    favourable: bool | None


class Line(Schema):
    ref: UUID
    number: str
    matter: str
    state: str
    region: str
    desk: str
    step: str
    submitted_at: datetime | None
    due_on: date | None
    days_late: int


class Lines(Schema):
    items: list[Line]
    next: str | None = None


class OpinionOut(Schema):
    """`state` is asked, given or silent; `finding` is for the offices alone."""

    step: str
    body: str
    desk: str
    state: str
    due_on: date
    days_late: int
    given_at: datetime | None
    favourable: bool | None
    finding: str


class HearingOut(Schema):
    """`told` is what it is about; until `ask_until` it can be asked for."""

    state: str
    told: str
    ask_until: date
    asked: str
    sits_from: datetime | None
    place: str
    record: str


class ApplicationOut(Line):
    version: int
    answers: dict[str, Any]
    held: dict[str, Any]
    promises: list[str]
    papers: list[PaperOut]
    fetched: list[FetchedOut]
    promised: list[PromiseOut]
    asked: str
    silent: bool
    accepted_at: datetime | None
    closed_at: datetime | None
    extended: str
    extended_at: datetime | None
    hearing: HearingOut | None
    opinions: list[OpinionOut]
    ground: str
    reasons: str
    remedies: str
    stages: list[StageOut]
    products: list[ProductOut]
    grade: int | None
    package: UUID | None
    moves: list[str]
    against: list["AgainstOut"]
    """All that stands against handing it in, or accepting it, today; `bars` where it cannot be handed in so."""


class AgainstOut(Schema):
    field: str
    rule: str
    text: str
    bars: bool


class LetterOut(Schema):
    """`url` tells how it stands, and has the signed file for its holder."""

    number: str
    url: str


@router.post("/applications", response={201: ApplicationOut}, operation_id="hall_draft")
def draft(request: Request, body: Begun, key: Key) -> Status[dict[str, Any]]:
    """Begin an application, and with `submit` hand it in. What is missing is told at once, field by field."""
    by, at = request.actor, request.at

    def do() -> UUID:
        ref = actions.draft(body.matter, person=body.person, organisation=body.organisation, region=body.region or "",
                            answers=body.answers, by=by, at=at)
        version = 1
        if body.promises:
            version = actions.save(ref, version=1, answers={}, promises=body.promises, by=by, at=at)
        if body.submit:
            actions.submit(ref, version=version, by=by, at=at)
        return ref

    made = journal.once(key, by=by, at=at, body=["hall_draft", body.dict()], do=do)
    return Status(201, _whole(request, made.ref))


@router.get("/applications", response=Lines, operation_id="hall_applications")
def applications(request: Request, desk: bool = False, after: Annotated[str, Query(max_length=60)] = "",
                 limit: Annotated[int, Query(ge=1, le=200)] = 50) -> dict[str, Any]:
    """One's own, the last touched first; with `desk`, what lies at one's desks, the most urgent first."""
    if request.actor == ANONYMOUS:
        raise NotAllowed(N_("Sign in to see your applications."))
    if not desk:
        return {"items": [_line(card) for card in queries.mine(by=request.actor, at=request.at)]}
    if not request.actor.scopes(PROCESS, "region"):
        raise NotAllowed(N_("This page is for officers who look after a region."))
    found = queries.queue(by=request.actor, at=request.at, after=after, most=limit)
    return {"items": [_line(card) for card in found.cards], "next": found.next or None}


@router.get("/applications/{uuid:ref}", response=ApplicationOut, operation_id="hall_application")
def application(request: Request, ref: UUID) -> dict[str, Any]:
    """One application, for who applies and the offices at whose desk or in whose region it lies."""
    return _whole(request, ref)


@router.post("/applications/{uuid:ref}/papers", response={201: ApplicationOut}, operation_id="hall_attach")
def attach(request: Request, ref: UUID, material: Annotated[str, Form(max_length=40)],
           file: Annotated[UploadedFile, File()]) -> Status[dict[str, Any]]:
    """Hand in a paper. What it is, is seen from what is in it, not from its name."""
    actions.attach(ref, material=material, name=file.name or "", stream=file, by=request.actor, at=request.at)
    return Status(201, _whole(request, ref))


@router.post("/applications/{uuid:ref}/letters/{letter}", response={201: LetterOut}, operation_id="hall_letter")
def letter(request: Request, ref: UUID, letter: str) -> Status[dict[str, str]]:
    """A letter of the office about one's own application, signed: `accepted`, `incomplete`, `returned` or `refused`.
    Asked for again, the same one."""
    number = actions.take_letter(ref, letter=letter, by=request.actor, at=request.at)
    return Status(201, {"number": number, "url": documents.address(number.replace("-", ""))})


@router.post("/applications/{uuid:ref}/{move}", response=ApplicationOut, operation_id="hall_move")
def move(request: Request, ref: UUID, move: str, body: Move) -> dict[str, Any]:
    """One move: those open to the caller stand in `moves`, with hyphens for underscores."""
    name = move.replace("-", "_")
    if name not in _TAKES:
        raise NotFound(N_("There is no such step. Go back to the application."))
    given, said = body.dict(), {}
    for field in _TAKES[name]:
        if given[field] is None and field not in _OPTIONAL:
            raise RuleBroken(N_("This move needs “{field}”."), field=field, rule="hall.form")
        said[field] = given[field]
    if name == "save":
        said["answers"] = said["answers"] or {}
    if name == "finish_step":
        said["finding"] = said.pop("text")
    getattr(actions, {"object": "object_"}.get(name, name))(ref, **said, by=request.actor, at=request.at)
    return _whole(request, ref, clear=name == "open_numbers")


_OPTIONAL = {"promises", "answers", "days"}
_TAKES: dict[str, tuple[str, ...]] = {
    "save": ("version", "answers", "promises"), "submit": ("version",), "complete": ("version",), "withdraw": (),
    "rate": ("grade", "remark"), "take": (), "ask_completion": ("text",), "accept": (),
    "propose_return": ("why", "text"), "confirm_return": (), "object_return": ("text",),
    "transfer": ("region",), "begin_step": ("step",), "grant": (), "propose_refusal": ("reasons", "ground"),
    "confirm_refusal": (), "object": ("text",), "resume": (), "answer_rating": ("text",), "detach": ("file",),
    "compare": ("file",), "open_numbers": ("why",), "extend": ("text", "days"), "offer_hearing": ("text",),
    "ask_hearing": ("text",), "waive_hearing": (), "call_hearing": ("sits_from", "place"), "file_hearing": ("text",),
    "give_opinion": ("body", "favourable", "text"), "finish_step": ("step", "favourable", "text"),
    "confirm_revocation": ("material",), **dict.fromkeys((
        "find_kept", "ask_mending", "answer_mending", "find_mended", "propose_revocation", "object_revocation",
    ), ("material", "text")),
}


def _heard(one: HearingCard | None) -> dict[str, Any] | None:
    return None if one is None else {
        "state": one.state, "told": one.told, "ask_until": one.ask_until, "asked": one.asked,
        "sits_from": one.sits_from, "place": one.place, "record": one.record}


def _promised(one: PromiseCard) -> dict[str, Any]:
    told = one.signed and (one.signed.zh if written.chinese() else one.signed.en)
    return {"material": one.material, "says": told[0] if told else "",
            "signed_at": one.signed.signed_at if one.signed else None, "state": one.state or "", "due_on": one.due_on,
            "days_late": one.days_late, "finding": one.finding, "answer": one.answer, "reasons": one.reasons,
            "barred_until": one.barred_until, "moves": sorted(name.replace("_", "-") for name in one.moves)}


def _line(card: ApplicationCard) -> dict[str, Any]:
    return {"ref": card.ref, "number": card.number, "matter": card.matter, "state": card.state, "region": card.region,
            "desk": card.desk, "step": speak(card.step) if card.step else "", "submitted_at": card.submitted_at,
            "due_on": card.waits_on, "days_late": card.days_late}


def _whole(request: Request, ref: UUID, *, clear: bool = False) -> dict[str, Any]:
    one: ApplicationFile = queries.application(ref, by=request.actor, at=request.at, clear=clear, judge=True)
    return _line(one.card) | {
        "version": one.version, "answers": one.content.answers, "held": one.content.held,
        "promises": list(one.content.promises), "asked": one.asked, "silent": one.silent,
        "papers": [{"file": p.file, "material": p.material, "name": p.name, "kind": p.kind, "size": p.size,
                    "trust": p.trust, "url": archive.link(UUID(p.file), by=request.actor, at=request.at)}
                   for p in one.content.papers],
        "fetched": [{"material": f.material, "held": f.held, "source": f.zh if written.chinese() else f.en,
                     "number": f.number, "fetched_at": f.fetched_at, "sha256": f.sha256, "says": [
                         {"label": zh if written.chinese() else en, "value": value} for en, zh, value in f.says]}
                    for f in one.fetched],
        "promised": [_promised(card) for card in one.promises],
        "accepted_at": one.accepted_at, "closed_at": one.closed_at, "extended": one.extended,
        "extended_at": one.extended_at, "hearing": _heard(one.hearing),
        "opinions": [{name: getattr(opinion, name) for name in OpinionOut.model_fields} for opinion in one.opinions],
        "ground": one.ground, "reasons": one.reasons,
        "remedies": speak(one.matter.remedies, **queries.challenged_within(
            region=one.card.desk, on=timezone.localdate(one.closed_at))) if (
            one.card.state in ("refused", "returned", "revoked") and one.closed_at) else "",
        "stages": [{"step": s.step.key, "begun_at": s.begun_at, "finished_at": s.finished_at,
                    "favourable": s.favourable} for s in one.stages],
        "products": [{"title": speak(p.title), "number": p.number, "link": p.link} for p in one.products],
        "grade": one.grade, "package": one.package, "moves": sorted(
            name.replace("_", "-") for name in one.moves), "against": _against(one),
    }


def _against(one: ApplicationFile) -> list[dict[str, Any]]:
    found = one.judged
    return [{"field": why.field or "", "rule": why.rule or "", "text": say(why), "bars": bars}
            for bars, whys in ((True, found.whys), (False, found.notes)) for why in whys]
