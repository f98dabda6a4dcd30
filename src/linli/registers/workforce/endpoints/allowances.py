from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Field, Header, Query, Router, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request
from linli.registers.workforce import actions, queries
from linli.registers.workforce.queries import AllowanceCard
from linli.registers.workforce.rules import Level
from linli.registers.workforce.states import Allowance

router = Router()
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]


class ClaimIn(Schema):
    month: date = Field(description="Any day of a month that is over.")


class PaymentIn(Schema):
    paid_on: date
    voucher: str = Field(description="The number by which the payment stands in the books.")


class RefusalIn(Schema):
    reasons: str


class AllowanceOut(Schema):
    ref: UUID
    organisation: UUID
    organisation_name: str
    level: Level
    month: date = Field(description="Its first day.")
    amount_fen: int
    state: str
    paid_on: date | None
    voucher: str
    reasons: str
    moves: list[str]


class MyAllowances(Schema):
    items: list[AllowanceOut]
    months: list[date] = Field(description="For which one may still claim, as their first days.")


class Allowances(Schema):
    items: list[AllowanceOut]
    total: int
    paid_fen: int


@router.get("/workforce/allowances", response=Allowances, operation_id="workforce_allowances")
def allowances(
    request: Request, state: Allowance | None = None, start: Annotated[int, Query(ge=0)] = 0
) -> dict[str, Any]:
    """Allowances in the office's regions, the newest first, fifty at a time, and how much of them was paid."""
    cards, total, paid = queries.overseen_allowances(by=request.actor, state=state or "", start=start)
    return {"items": [_allowance(card) for card in cards], "total": total, "paid_fen": paid}


@router.get("/workforce/allowances/mine", response=MyAllowances, operation_id="workforce_my_allowances")
def my_allowances(request: Request) -> dict[str, Any]:
    """One's own, and the months for which one may still claim."""
    cards, months = queries.my_allowances(by=request.actor, on=timezone.localdate(request.at))
    return {"items": [_allowance(card) for card in cards], "months": months}


@router.post("/workforce/allowances", response={200: AllowanceOut, 201: AllowanceOut}, operation_id="workforce_claim")
def claim(request: Request, body: ClaimIn, key: Key) -> Status[Any]:
    """Claim the allowance of a month, as oneself."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["workforce_claim", body.dict()],
                           do=lambda: actions.claim(**body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, _out(request, outcome.ref))


@router.get("/workforce/allowances/{uuid:ref}", response=AllowanceOut, operation_id="workforce_allowance")
def allowance(request: Request, ref: UUID) -> dict[str, Any]:
    """One's own, one of one's organisation's staff, or one of the office's regions."""
    return _out(request, ref)


@router.post("/workforce/allowances/{uuid:ref}/withdraw", response=AllowanceOut,
             operation_id="workforce_withdraw_claim")
def withdraw_claim(request: Request, ref: UUID) -> dict[str, Any]:
    actions.withdraw_claim(ref, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/workforce/allowances/{uuid:ref}/confirm", response=AllowanceOut, operation_id="workforce_confirm_claim")
def confirm_claim(request: Request, ref: UUID) -> dict[str, Any]:
    """Say, for the organisation, that they worked there that month."""
    actions.confirm_claim(ref, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/workforce/allowances/{uuid:ref}/reject", response=AllowanceOut, operation_id="workforce_reject_claim")
def reject_claim(request: Request, ref: UUID, body: RefusalIn) -> dict[str, Any]:
    """Say, for the organisation, that they did not."""
    actions.reject_claim(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/workforce/allowances/{uuid:ref}/pay", response=AllowanceOut, operation_id="workforce_pay")
def pay(request: Request, ref: UUID, body: PaymentIn) -> dict[str, Any]:
    """Record that it was paid, for the office; no money moves here."""
    actions.pay(ref, **body.dict(), by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/workforce/allowances/{uuid:ref}/refuse", response=AllowanceOut, operation_id="workforce_refuse_claim")
def refuse_claim(request: Request, ref: UUID, body: RefusalIn) -> dict[str, Any]:
    actions.refuse_claim(ref, reasons=body.reasons, by=request.actor, at=request.at)
    return _out(request, ref)


def _out(request: Request, ref: UUID) -> dict[str, Any]:
    return _allowance(queries.allowance(ref, by=request.actor))


def _allowance(card: AllowanceCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "organisation": card.organisation, "organisation_name": card.organisation_name,
        "level": card.level, "month": card.month, "amount_fen": card.amount_fen, "state": card.state,
        "paid_on": card.paid_on, "voucher": card.voucher, "reasons": card.reasons,
        "moves": [move.name for move in card.moves],
    }
