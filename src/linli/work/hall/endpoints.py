from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Field, File, Form, Header, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from linli.engines.archive import queries as archive
from linli.engines.documents import queries as documents
from linli.engines.journal import actions as journal
from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_, Text
from linli.work.hall import actions, queries, rules
from linli.work.hall.queries import ApplicationCard, ApplicationFile, Guide, HearingCard
from linli.work.hall.registry import Field as Asked
from linli.work.hall.registry import Matter
from linli.work.hall.states import PROCESS

router = Router(tags=["hall"])
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]
Region = Annotated[str, Field(pattern=r"^\d{12}$")]
Words = Annotated[str, Field(max_length=rules.LONGEST)]


class MatterOut(Schema):
    key: str
    title: str
    summary: str
    audience: str


class Matters(Schema):
    items: list[MatterOut]
    next: str | None = None


class Condition(Schema):
    text: str
    rule: str = ""


class MaterialOut(Schema):
    """`trust`: A is fetched and never asked for, B compared at a counter, C uploaded, D made with a promise."""

    key: str
    title: str
    trust: str
    required: bool
    promised: bool
    kinds: list[str]
    most_bytes: int


class StepOut(Schema):
    key: str
    title: str
    kind: str
    level: str
    rule: str
    optional: bool
    bodies: list["BodyOut"] = Field(default_factory=list)


class BodyOut(Schema):
    """One that answers in a joint step; its silence is assent only where `silence_assents` says so."""

    key: str
    title: str
    level: str
    rule: str
    silence_assents: bool


class Limit(Schema):
    step: str
    rule: str
    amount: int
    unit: str
    basis: str


class FieldOut(Schema):
    """`shape` says what it takes; money in fen, days as YYYY-MM-DD; `columns` those of rows."""

    key: str
    label: str
    shape: str
    required: bool
    choices: list[str]
    columns: list["FieldOut"]


class SectionOut(Schema):
    key: str
    title: str
    fields: list[FieldOut]


class GuideOut(MatterOut):
    conditions: list[Condition]
    materials: list[MaterialOut]
    steps: list[StepOut]
    limits: list[Limit]
    basis: list[str]
    questions: list[FieldOut]
    sections: list[SectionOut]
    documents: list[str]
    cost: str
    remedies: str


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
    the days (all that the law allows where left out); a hearing's moves a text, and calling it `sits_from`, `place`."""

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


class LetterOut(Schema):
    """`url` tells how it stands, and has the signed file for its holder."""

    number: str
    url: str


class LateOut(Schema):
    matter: str
    step: str
    desk: str
    due_on: date
    days_late: int


class LateSteps(Schema):
    items: list[LateOut]
    next: str | None = None


@router.get("/matters", response=Matters, auth=None, operation_id="hall_matters")
def matters(request: Request, q: Annotated[str, Query(max_length=100)] = "",
            audience: Annotated[str, Query(max_length=20)] = "") -> dict[str, Any]:
    """Everything that can be applied for. Public."""
    return {"items": [_matter(one) for one in queries.matters(q=q, audience=audience)]}


@router.get("/matters/late", response=LateSteps, auth=None, operation_id="hall_late")
def late(request: Request, region: Annotated[Region | None, Query()] = None,
         after: Annotated[int, Query(ge=0, le=100_000)] = 0,
         limit: Annotated[int, Query(ge=1, le=200)] = 50) -> dict[str, Any]:
    """Steps that offices owe and that are late, the latest first; not who applied. Public."""
    found, total = queries.late_steps(at=request.at, region=region or "", start=after, most=limit)
    return {"items": [{"matter": one.matter, "step": speak(one.step), "desk": one.desk, "due_on": one.due_on,
                       "days_late": one.days_late} for one in found],
            "next": str(after + limit) if total > after + limit else None}


@router.get("/matters/{key}", response=GuideOut, auth=None, operation_id="hall_guide")
def guide(request: Request, key: str, region: Annotated[Region | None, Query()] = None) -> dict[str, Any]:
    """The guide of a matter as it holds in a region, or in the whole country. Public."""
    on = timezone.localdate(request.at)
    return _guide(queries.guide(key, region=region or "", on=on), queries.challenged_within(
        region=region or "", on=on))


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
}


def _matter(one: Matter) -> dict[str, Any]:
    return {"key": one.key, "title": speak(one.title), "summary": speak(one.summary), "audience": one.audience}


def _asked(one: Asked) -> dict[str, Any]:
    return {"key": one.key, "label": speak(one.label), "shape": one.shape, "required": one.required,
            "choices": [value for value, _ in one.choices], "columns": [_asked(c) for c in one.columns]}


def _guide(found: Guide, within: Mapping[str, Text]) -> dict[str, Any]:
    one = found.matter
    return _matter(one) | {
        "conditions": [{"text": speak(text, **rule.said) if rule else speak(text), "rule": rule.id if rule else ""}
                       for text, rule in found.conditions],
        "materials": [{"key": m.key, "title": speak(m.title), "trust": m.trust, "required": m.required,
                       "promised": m.promised, "kinds": list(m.kinds), "most_bytes": m.most_bytes}
                      for m in found.materials],
        "steps": [{"key": s.step.key, "title": speak(s.step.title), "kind": s.step.kind, "level": s.step.level,
                   "rule": s.rule.id if s.rule else "", "optional": s.step.optional, "bodies": [
                       {"key": b.key, "title": speak(b.title), "level": b.level, "rule": b.rule,
                        "silence_assents": b.silence_assents} for b in s.step.bodies]} for s in found.steps],
        "limits": [{"step": s.step.key, "rule": s.rule.id, "amount": s.rule.amount, "unit": s.rule.unit or "",
                    "basis": s.rule.article} for s in found.steps if s.rule and s.rule.figure is not None],
        "basis": [speak(text) for text in one.basis], "questions": [_asked(q) for q in one.questions],
        "sections": [{"key": s.key, "title": speak(s.title), "fields": [_asked(f) for f in s.fields]}
                     for s in one.sections],
        "documents": [speak(text) for text in one.documents], "cost": speak(one.cost),
        "remedies": speak(one.remedies, **within),
    }


def _heard(one: HearingCard | None) -> dict[str, Any] | None:
    return None if one is None else {
        "state": one.state, "told": one.told, "ask_until": one.ask_until, "asked": one.asked,
        "sits_from": one.sits_from, "place": one.place, "record": one.record}


def _line(card: ApplicationCard) -> dict[str, Any]:
    return {"ref": card.ref, "number": card.number, "matter": card.matter, "state": card.state, "region": card.region,
            "desk": card.desk, "step": speak(card.step) if card.step else "", "submitted_at": card.submitted_at,
            "due_on": card.waits_on, "days_late": card.days_late}


def _whole(request: Request, ref: UUID, *, clear: bool = False) -> dict[str, Any]:
    one: ApplicationFile = queries.application(ref, by=request.actor, at=request.at, clear=clear)
    return _line(one.card) | {
        "version": one.version, "answers": one.content.answers, "held": one.content.held,
        "promises": list(one.content.promises), "asked": one.asked, "silent": one.silent,
        "papers": [{"file": p.file, "material": p.material, "name": p.name, "kind": p.kind, "size": p.size,
                    "trust": p.trust, "url": archive.link(UUID(p.file), by=request.actor, at=request.at)}
                   for p in one.content.papers],
        "accepted_at": one.accepted_at, "closed_at": one.closed_at, "extended": one.extended,
        "extended_at": one.extended_at, "hearing": _heard(one.hearing),
        "opinions": [{name: getattr(opinion, name) for name in OpinionOut.model_fields} for opinion in one.opinions],
        "ground": one.ground, "reasons": one.reasons,
        "remedies": speak(one.matter.remedies, **queries.challenged_within(
            region=one.card.desk, on=timezone.localdate(one.closed_at))) if (
            one.card.state in ("refused", "returned") and one.closed_at) else "",
        "stages": [{"step": s.step.key, "begun_at": s.begun_at, "finished_at": s.finished_at,
                    "favourable": s.favourable} for s in one.stages],
        "products": [{"title": speak(p.title), "number": p.number, "link": p.link} for p in one.products],
        "grade": one.grade, "package": one.package, "moves": sorted(
            name.replace("_", "-") for name in one.moves),
    }
