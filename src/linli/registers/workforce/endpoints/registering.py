from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Field, Header, Router, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request, speak
from linli.registers.workforce import actions, queries
from linli.registers.workforce.queries import LearningCard, RegistrationCard
from linli.registers.workforce.rules import Level, Study

router = Router()
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]


class ApplicationIn(Schema):
    level: Level
    certificate: str
    certified_on: date


class ReasonsIn(Schema):
    reasons: str


class RegistrationOut(Schema):
    ref: UUID
    level: Level
    level_name: str
    kind: str
    state: str
    valid_from: date | None
    last_day: date | None
    moves: list[str]


class LearningIn(Schema):
    study: Study
    subject: str
    organiser: str
    first_on: date
    last_on: date
    hours: float = Field(0, ge=0, le=1500, description="A degree counts by the rule, whatever stands here.")
    certificate: str = ""


class LearningOut(Schema):
    ref: UUID
    study: Study
    first_on: date
    last_on: date
    minutes: int
    state: str
    reasons: str
    moves: list[str]


class TermOut(Schema):
    level: Level
    valid_from: date
    last_day: date
    current: bool
    minutes_needed: int
    minutes_counted: int
    minutes_waiting: int


class ProfessionOut(Schema):
    registrations: list[RegistrationOut]
    terms: list[TermOut]
    learning: list[LearningOut]
    renewable_from: date | None


@router.get("/workforce/me", response=ProfessionOut, operation_id="workforce_profession")
def profession(request: Request) -> dict[str, Any]:
    """One's own registrations, the hours of each term, and what one learnt."""
    found = queries.own_file(by=request.actor, on=timezone.localdate(request.at))
    return {
        "registrations": [_registration(card) for card in found.registrations],
        "terms": [{
            "level": one.term.level, "valid_from": one.term.from_, "last_day": one.term.last_day,
            "current": one.current, "minutes_needed": one.account.needed, "minutes_counted": one.account.counted,
            "minutes_waiting": one.account.waiting,
        } for one in found.terms],
        "learning": [_learning(card) for card in found.learnt], "renewable_from": found.renewable_from,
    }


@router.post(
    "/workforce/registrations", response={200: RegistrationOut, 201: RegistrationOut}, operation_id="workforce_apply"
)
def apply(request: Request, body: ApplicationIn, key: Key) -> Status[Any]:
    """Apply for registration or its renewal, as oneself."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["workforce_apply", body.dict()],
                           do=lambda: actions.apply(**body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, _registration(queries.registration(outcome.ref, by=by)))


@router.get("/workforce/registrations/{uuid:ref}", response=RegistrationOut, operation_id="workforce_registration")
def registration(request: Request, ref: UUID) -> dict[str, Any]:
    return _registration(queries.registration(ref, by=request.actor))


@router.post("/workforce/registrations/{uuid:ref}/withdraw", response=RegistrationOut,
             operation_id="workforce_withdraw_application")
def withdraw_application(request: Request, ref: UUID) -> dict[str, Any]:
    actions.withdraw_application(ref, by=request.actor, at=request.at)
    return registration(request, ref)


@router.post("/workforce/registrations/{uuid:ref}/register", response=RegistrationOut,
             operation_id="workforce_register")
def register(request: Request, ref: UUID) -> dict[str, Any]:
    """Enter somebody in the register, for the office."""
    actions.register(ref, by=request.actor, at=request.at)
    return registration(request, ref)


@router.post("/workforce/registrations/{uuid:ref}/refuse", response=RegistrationOut, operation_id="workforce_refuse")
def refuse(request: Request, ref: UUID, body: ReasonsIn) -> dict[str, Any]:
    actions.refuse(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return registration(request, ref)


@router.post("/workforce/registrations/{uuid:ref}/revoke", response=RegistrationOut, operation_id="workforce_revoke")
def revoke(request: Request, ref: UUID, body: ReasonsIn) -> dict[str, Any]:
    actions.revoke(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return registration(request, ref)


@router.post("/workforce/learning", response={200: LearningOut, 201: LearningOut}, operation_id="workforce_report")
def report(request: Request, body: LearningIn, key: Key) -> Status[Any]:
    """Report what one learnt."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["workforce_report", body.dict()],
                           do=lambda: actions.report(**body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, _learning(queries.learning(outcome.ref, by=by)))


@router.post("/workforce/learning/{uuid:ref}/take-back", response=LearningOut, operation_id="workforce_take_back")
def take_back(request: Request, ref: UUID) -> dict[str, Any]:
    actions.take_back(ref, by=request.actor, at=request.at)
    return _learning(queries.learning(ref, by=request.actor))


@router.post("/workforce/learning/{uuid:ref}/confirm", response=LearningOut, operation_id="workforce_confirm")
def confirm(request: Request, ref: UUID) -> dict[str, Any]:
    actions.confirm(ref, by=request.actor, at=request.at)
    return _learning(queries.learning(ref, by=request.actor))


@router.post("/workforce/learning/{uuid:ref}/decline", response=LearningOut, operation_id="workforce_decline")
def decline(request: Request, ref: UUID, body: ReasonsIn) -> dict[str, Any]:
    actions.decline(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return _learning(queries.learning(ref, by=request.actor))


def _registration(card: RegistrationCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "level": card.level, "level_name": speak(card.level_name), "kind": card.kind,
        "state": card.state, "valid_from": card.term and card.term.from_, "last_day": card.term and card.term.last_day,
        "moves": [move.name for move in card.moves],
    }


def _learning(card: LearningCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "study": card.study, "first_on": card.first_on, "last_on": card.last_on,
        "minutes": card.minutes, "state": card.state, "reasons": card.reasons,
        "moves": [move.name for move in card.moves],
    }
