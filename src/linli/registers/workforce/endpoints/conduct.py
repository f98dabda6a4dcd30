from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Header, Query, Router, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request
from linli.registers.workforce import actions, queries
from linli.registers.workforce.queries import HonourCard, SanctionCard
from linli.registers.workforce.rules.conduct import Ground, Penalty
from linli.registers.workforce.states import Sanction

router = Router()
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]


class HonourIn(Schema):
    passport: str
    award: str
    giver: str = Field(description="Who gave it.")
    basis: str = Field(description="Title or number of the decision.")
    awarded_on: date


class HonourOut(Schema):
    ref: UUID
    passport: str
    award: str
    giver: str
    basis: str
    awarded_on: date
    shown: bool
    state: str
    reasons: str
    moves: list[str]


class SanctionIn(Schema):
    passport: str
    penalty: Penalty
    ground: Ground
    months: int | None = Field(None, description="Of a suspension or a bar; none for a bar without end.")
    findings: str = Field(description="What happened, for the person alone.")


class StepOut(Schema):
    move: str
    words: str
    taken_at: datetime


class SanctionOut(Schema):
    ref: UUID
    passport: str
    penalty: Penalty
    ground: Ground
    months: int | None
    speak_until: date = Field(description="The last day for a statement, or for asking for a hearing.")
    from_on: date | None
    last_day: date | None
    state: str
    steps: list[StepOut] = Field(description="What was done, oldest first; none in lists.")
    moves: list[str]


class SanctionsOut(Schema):
    items: list[SanctionOut]
    total: int


class HonoursOut(Schema):
    items: list[HonourOut]
    total: int


class ConductOut(Schema):
    honours: list[HonourOut]
    sanctions: list[SanctionOut]


class WordsIn(Schema):
    words: str


class RecordIn(Schema):
    record: str


class WhyIn(Schema):
    reasons: str


@router.get("/workforce/conduct", response=ConductOut, operation_id="workforce_conduct")
def conduct(request: Request) -> dict[str, Any]:
    """One's own honours and sanctions."""
    honours, sanctions = queries.own_conduct(by=request.actor)
    return {"honours": [_honour(card) for card in honours], "sanctions": [_sanction(card) for card in sanctions]}


@router.get("/workforce/honours", response=HonoursOut, operation_id="workforce_honours")
def honours(request: Request, start: Annotated[int, Query(ge=0)] = 0) -> dict[str, Any]:
    """Honours in the office's regions, the newest first, fifty at a time."""
    cards, total = queries.honours(by=request.actor, start=start)
    return {"items": [_honour(card) for card in cards], "total": total}


@router.post("/workforce/honours", response={200: HonourOut, 201: HonourOut}, operation_id="workforce_bestow")
def bestow(request: Request, body: HonourIn, key: Key) -> Status[Any]:
    """Record an honour of whoever has this passport, for the office."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["workforce_bestow", body.dict()],
                           do=lambda: actions.bestow(**body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, _honour(queries.honour(outcome.ref, by=by)))


@router.post("/workforce/honours/{uuid:ref}/withdraw", response=HonourOut, operation_id="workforce_withdraw_honour")
def withdraw_honour(request: Request, ref: UUID, body: WhyIn) -> dict[str, Any]:
    actions.withdraw_honour(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return _honour(queries.honour(ref, by=request.actor))


@router.post("/workforce/honours/{uuid:ref}/show", response=HonourOut, operation_id="workforce_show_honour")
def show_honour(request: Request, ref: UUID) -> dict[str, Any]:
    """Let it stand on one's passport."""
    actions.show_honour(ref, by=request.actor, at=request.at)
    return _honour(queries.honour(ref, by=request.actor))


@router.post("/workforce/honours/{uuid:ref}/hide", response=HonourOut, operation_id="workforce_hide_honour")
def hide_honour(request: Request, ref: UUID) -> dict[str, Any]:
    """Keep it off one's passport."""
    actions.hide_honour(ref, by=request.actor, at=request.at)
    return _honour(queries.honour(ref, by=request.actor))


@router.get("/workforce/sanctions", response=SanctionsOut, operation_id="workforce_sanctions")
def sanctions(
    request: Request, state: Sanction | None = None, start: Annotated[int, Query(ge=0)] = 0
) -> dict[str, Any]:
    """Sanctions in the office's regions, the newest first, fifty at a time."""
    cards, total = queries.sanctions(by=request.actor, state=state or "", start=start)
    return {"items": [_sanction(card) for card in cards], "total": total}


@router.post("/workforce/sanctions", response={200: SanctionOut, 201: SanctionOut}, operation_id="workforce_propose")
def propose(request: Request, body: SanctionIn, key: Key) -> Status[Any]:
    """Give whoever has this passport notice of a sanction, for the office."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["workforce_propose", body.dict()],
                           do=lambda: actions.propose(**body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, _out(request, outcome.ref))


@router.get("/workforce/sanctions/{uuid:ref}", response=SanctionOut, operation_id="workforce_sanction")
def sanction(request: Request, ref: UUID) -> dict[str, Any]:
    """One's own sanction, or one of the office's regions, with all its steps."""
    return _out(request, ref)


@router.post("/workforce/sanctions/{uuid:ref}/make-statement", response=SanctionOut,
             operation_id="workforce_make_statement")
def make_statement(request: Request, ref: UUID, body: WordsIn) -> dict[str, Any]:
    actions.make_statement(ref, words=body.words, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/workforce/sanctions/{uuid:ref}/ask-hearing", response=SanctionOut, operation_id="workforce_ask_hearing")
def ask_hearing(request: Request, ref: UUID) -> dict[str, Any]:
    actions.ask_hearing(ref, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/workforce/sanctions/{uuid:ref}/hold-hearing", response=SanctionOut,
             operation_id="workforce_hold_hearing")
def hold_hearing(request: Request, ref: UUID, body: RecordIn) -> dict[str, Any]:
    actions.hold_hearing(ref, record=body.record, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/workforce/sanctions/{uuid:ref}/impose", response=SanctionOut, operation_id="workforce_impose")
def impose(request: Request, ref: UUID, body: WhyIn) -> dict[str, Any]:
    actions.impose(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/workforce/sanctions/{uuid:ref}/drop", response=SanctionOut, operation_id="workforce_drop")
def drop(request: Request, ref: UUID, body: WhyIn) -> dict[str, Any]:
    actions.drop(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/workforce/sanctions/{uuid:ref}/appeal", response=SanctionOut, operation_id="workforce_appeal")
def appeal(request: Request, ref: UUID, body: WordsIn) -> dict[str, Any]:
    actions.appeal(ref, words=body.words, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/workforce/sanctions/{uuid:ref}/uphold", response=SanctionOut, operation_id="workforce_uphold")
def uphold(request: Request, ref: UUID, body: WhyIn) -> dict[str, Any]:
    actions.uphold(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/workforce/sanctions/{uuid:ref}/lift", response=SanctionOut, operation_id="workforce_lift")
def lift(request: Request, ref: UUID, body: WhyIn) -> dict[str, Any]:
    actions.lift(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return _out(request, ref)


def _out(request: Request, ref: UUID) -> dict[str, Any]:
    return _sanction(queries.sanction(ref, by=request.actor))


def _honour(card: HonourCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "passport": card.passport, "award": card.award, "giver": card.giver, "basis": card.basis,
        "awarded_on": card.awarded_on, "shown": card.shown, "state": card.state, "reasons": card.reasons,
        "moves": [move.name for move in card.moves],
    }


def _sanction(card: SanctionCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "passport": card.passport, "penalty": card.penalty, "ground": card.ground,
        "months": card.months, "speak_until": card.answer_by, "from_on": card.from_,
        "last_day": card.until and card.until - timedelta(days=1), "state": card.state,
        "steps": [{"move": step.move.name, "words": step.words, "taken_at": step.taken_at} for step in card.steps],
        "moves": [move.name for move in card.moves],
    }
