"""Audits of how data are handled, for who audits."""
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Field, Schema

from linli.kernel.doors import Request, speak
from linli.registers.people import actions, queries, rules
from linli.registers.people.endpoints.people import router
from linli.registers.people.queries import AuditCard
from linli.registers.people.states import Audited


class DataAudit(Schema):
    ref: UUID
    kind: rules.Audit
    name: str
    region: str
    from_on: date
    state: Audited
    rule: str
    due_on: date | None
    days_late: int
    faults: int | None
    report: str
    reported_on: date | None
    concluded_at: datetime | None
    concluded_by: str
    moves: list[str]


class DataAudits(Schema):
    items: list[DataAudit]


class AuditFile(DataAudit):
    """With the figures: as they stand, or stood when it was concluded."""

    figures: dict[str, int]


class Conclusion(Schema):
    faults: int
    report: Annotated[str, Field(max_length=5000)]
    reported_on: date | None = None


@router.get("/data-audits", response=DataAudits, operation_id="people_audits")
def audits(request: Request) -> dict[str, Any]:
    """What is to be audited in the caller's regions, then what was."""
    return {"items": [_card(one) for one in queries.audits(by=request.actor, on=timezone.localdate(request.at))]}


@router.get("/data-audits/{uuid:ref}", response=AuditFile, operation_id="people_audit")
def audit(request: Request, ref: UUID) -> dict[str, Any]:
    """One of them with its figures."""
    one, figures = queries.audit(ref, by=request.actor, on=timezone.localdate(request.at))
    return _card(one) | {"figures": figures}


@router.post("/data-audits/{uuid:ref}/conclude", response=AuditFile, operation_id="people_conclude")
def conclude(request: Request, ref: UUID, body: Conclusion) -> dict[str, Any]:
    """Say what was found; the figures are kept, and the next audit is owed from today on."""
    actions.conclude(ref, **body.dict(), by=request.actor, at=request.at)
    return audit(request, ref)


def _card(one: AuditCard) -> dict[str, Any]:
    return asdict(one) | {"name": speak(one.name), "moves": [move.name for move in one.moves]}
