from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Field, Header, Query, Router, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request
from linli.registers.workforce import actions, queries
from linli.registers.workforce.queries import CandidacyCard, VacancyCard

router = Router()
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]


class VacancyIn(Schema):
    organisation: UUID
    title: str
    description: str
    level: str = Field("", description="The lowest level of registration that the post asks for.")
    places: int = 1
    pay_from_fen: int | None = None
    pay_until_fen: int | None = None
    closes_on: date = Field(description="The first day on which nobody may apply any more.")


class VacancyOut(Schema):
    ref: UUID
    organisation: UUID
    organisation_name: str
    region: str
    title: str
    description: str
    level: str
    places: int
    taken: int
    pay_from_fen: int | None
    pay_until_fen: int | None
    closes_on: date
    state: str
    open: bool


class VacanciesOut(Schema):
    items: list[VacancyOut]
    total: int


class CandidacyIn(Schema):
    letter: str
    consented: bool


class AnswerIn(Schema):
    answer: str


class ConsentIn(Schema):
    consented: bool


class CandidacyOut(Schema):
    ref: UUID
    vacancy: UUID
    title: str
    answer: str
    state: str
    moves: list[str]


@router.get("/vacancies", response=VacanciesOut, auth=None, operation_id="workforce_vacancies")
def vacancies(
    request: Request, q: str = "", level: str = "", region: str = "", start: Annotated[int, Query(ge=0)] = 0
) -> dict[str, Any]:
    """Open posts, the newest first, thirty at a time; `level` is what one is registered as."""
    cards, total = queries.vacancies(region=region, q=q, level=level, on=timezone.localdate(request.at), start=start)
    return {"items": [_vacancy(card) for card in cards], "total": total}


@router.get("/vacancies/{uuid:ref}", response=VacancyOut, auth=None, operation_id="workforce_vacancy")
def vacancy(request: Request, ref: UUID) -> dict[str, Any]:
    return _vacancy(queries.vacancy(ref, on=timezone.localdate(request.at)))


@router.post("/vacancies", response={200: VacancyOut, 201: VacancyOut}, operation_id="workforce_advertise")
def advertise(request: Request, body: VacancyIn, key: Key) -> Status[Any]:
    """Advertise posts of one's organisation."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["workforce_advertise", body.dict()],
                           do=lambda: actions.advertise(**body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, vacancy(request, outcome.ref))


@router.post("/vacancies/{uuid:ref}/close", response=VacancyOut, operation_id="workforce_close_vacancy")
def close_vacancy(request: Request, ref: UUID) -> dict[str, Any]:
    actions.close_vacancy(ref, by=request.actor, at=request.at)
    return vacancy(request, ref)


@router.post("/vacancies/{uuid:ref}/candidacies", response={200: CandidacyOut, 201: CandidacyOut},
             operation_id="workforce_send")
def send(request: Request, ref: UUID, body: CandidacyIn, key: Key) -> Status[Any]:
    """Apply for a post, as oneself."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["workforce_send", str(ref), body.dict()],
                           do=lambda: actions.send(ref, **body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, _out(request, outcome.ref))


@router.get("/candidacies/{uuid:ref}", response=CandidacyOut, operation_id="workforce_candidacy")
def candidacy(request: Request, ref: UUID) -> dict[str, Any]:
    """One's own application, or one sent to one's organisation."""
    return _out(request, ref)


@router.post("/candidacies/{uuid:ref}/withdraw", response=CandidacyOut, operation_id="workforce_withdraw_candidacy")
def withdraw(request: Request, ref: UUID) -> dict[str, Any]:
    actions.withdraw_candidacy(ref, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/candidacies/{uuid:ref}/offer", response=CandidacyOut, operation_id="workforce_offer_post")
def offer(request: Request, ref: UUID, body: AnswerIn) -> dict[str, Any]:
    actions.offer_post(ref, answer=body.answer, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/candidacies/{uuid:ref}/refuse", response=CandidacyOut, operation_id="workforce_refuse_candidacy")
def refuse(request: Request, ref: UUID, body: AnswerIn) -> dict[str, Any]:
    actions.refuse_candidacy(ref, answer=body.answer, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/candidacies/{uuid:ref}/take", response=CandidacyOut, operation_id="workforce_take_post")
def take(request: Request, ref: UUID, body: ConsentIn) -> dict[str, Any]:
    """Take the post that was offered: one joins the staff."""
    actions.take_post(ref, consented=body.consented, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/candidacies/{uuid:ref}/decline", response=CandidacyOut, operation_id="workforce_decline_post")
def decline(request: Request, ref: UUID) -> dict[str, Any]:
    actions.decline_post(ref, by=request.actor, at=request.at)
    return _out(request, ref)


def _out(request: Request, ref: UUID) -> dict[str, Any]:
    return _candidacy(queries.candidacy(ref, by=request.actor, on=timezone.localdate(request.at)))


def _vacancy(card: VacancyCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "organisation": card.organisation, "organisation_name": card.organisation_name,
        "region": card.region, "title": card.title, "description": card.description, "level": card.level or "",
        "places": card.places, "taken": card.taken, "pay_from_fen": card.pay_from_fen,
        "pay_until_fen": card.pay_until_fen, "closes_on": card.closes_on, "state": card.state, "open": card.open,
    }


def _candidacy(card: CandidacyCard) -> dict[str, Any]:
    return {"ref": card.ref, "vacancy": card.vacancy, "title": card.title, "answer": card.answer, "state": card.state,
            "moves": [move.name for move in card.moves]}
