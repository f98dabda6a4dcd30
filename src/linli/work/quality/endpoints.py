from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Field, Router, Schema

from linli.kernel.doors import Request, speak
from linli.registers.directory import queries as directory
from linli.work.quality import actions, queries
from linli.work.quality.queries import RectificationCard
from linli.work.quality.rules import LONGEST

router = Router(tags=["quality"])
Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class Quality(Schema):
    service: UUID
    mean: float | None
    count: int
    shrunk: float
    grades: list[int]


class Said(Schema):
    text: Words


class RoundOut(Schema):
    text: str
    answered_at: datetime
    objection: str
    rejected_at: datetime | None


class Rectification(Schema):
    ref: UUID
    order: UUID
    service: UUID
    provider: UUID
    grade: int
    state: str
    raised_at: datetime
    due_on: date | None
    days_late: int
    rounds: list[RoundOut]
    moves: list[str]


@router.get("/services/{uuid:ref}/quality", response=Quality, operation_id="quality_score")
def quality(request: Request, ref: UUID) -> Quality:
    """What rated orders say about a service. Public. `grades` counts them from 1 to 5; `shrunk` ranks."""
    service = directory.service_for(ref, by=request.actor)
    score = queries.scores([ref], region=service.region)[ref]
    return Quality(service=ref, mean=score.mean, count=score.count, shrunk=score.shrunk, grades=list(score.grades))


@router.get("/rectifications/{uuid:ref}", response=Rectification, operation_id="quality_rectification")
def rectification(request: Request, ref: UUID) -> Rectification:
    """What a provider did about a bad rating, for both sides and who watches over the region."""
    return _shown(queries.rectification(ref, by=request.actor, at=request.at))


@router.post("/rectifications/{uuid:ref}/answer", response=Rectification, operation_id="quality_answer")
def answer(request: Request, ref: UUID, body: Said) -> Rectification:
    """Say what was done. 409 when it was answered already."""
    actions.answer(ref, text=body.text, by=request.actor, at=request.at)
    return rectification(request, ref)


@router.post("/rectifications/{uuid:ref}/accept", response=Rectification, operation_id="quality_accept")
def accept(request: Request, ref: UUID) -> Rectification:
    """Say that it is solved."""
    actions.accept(ref, by=request.actor, at=request.at)
    return rectification(request, ref)


@router.post("/rectifications/{uuid:ref}/reject", response=Rectification, operation_id="quality_reject")
def reject(request: Request, ref: UUID, body: Said) -> Rectification:
    """Say what is still wrong; the provider answers again."""
    actions.reject(ref, text=body.text, by=request.actor, at=request.at)
    return rectification(request, ref)


def _shown(card: RectificationCard) -> Rectification:
    return Rectification(
        ref=card.ref, order=card.order, service=card.service, provider=card.provider, grade=card.grade,
        state=card.state, raised_at=card.raised_at, due_on=card.due_on, days_late=card.days_late,
        rounds=[RoundOut(text=speak(r.text), answered_at=r.answered_at, objection=speak(r.objection),
                         rejected_at=r.rejected_at) for r in card.rounds],
        moves=[move.name for move in card.moves],
    )
