from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Field, Router, Schema
from ninja.responses import Response

from linli.kernel.doors import Request
from linli.registers.directory.queries import ServiceCard
from linli.work.matching import queries
from linli.work.matching.rules.values import Order, Reason

router = Router(tags=["matching"])


class Service(Schema):
    ref: UUID
    name: str
    category: str
    provider: UUID
    provider_name: str
    modes: list[str]
    price_fen: int
    amount_fen: int | None = None
    """What this person pays, after the subsidy."""


class ReasonOut(Schema):
    code: str
    text: str
    value: float | int | str | None


class Slot(Schema):
    ref: UUID
    from_: datetime = Field(serialization_alias="from")
    until: datetime


class MatchOut(Schema):
    service: Service
    score: float
    reasons: list[ReasonOut]
    slot: Slot


class Example(Schema):
    service: Service
    reasons: list[ReasonOut]


class RefusedOut(Schema):
    counts: dict[str, int]
    examples: list[Example]


class MatchesOut(Schema):
    matches: list[MatchOut]
    refused: RefusedOut


@router.get("/needs/{uuid:ref}/matches", response=MatchesOut, by_alias=True, operation_id="matching_matches")
def matches(request: Request, ref: UUID, order: Order = Order.RANKED) -> HttpResponse:
    """The services that fit a need, best first (at most 20), and why the others do not (at most 20 examples).

    `order` other than `ranked` sorts by that figure alone. `score` is 0 to 1. Money in fen, distances in metres.
    """
    found = queries.matches(ref, by=request.actor, at=request.at, order=order)
    # written as MatchesOut says, without reading the own words again: that took as long as a third of the matching
    return Response({
        "matches": [
            {"service": _service(one.service, one.pays_fen),
             "score": one.score, "reasons": [_reason(reason, request) for reason in one.reasons],
             "slot": {"ref": one.slot.ref, "from": one.slot.from_, "until": one.slot.until}}
            for one in found.matches
        ],
        "refused": {
            "counts": dict(found.refused.counts),
            "examples": [{"service": _service(one.service), "reasons": [_reason(r, request) for r in one.reasons]}
                         for one in found.refused.examples],
        },
    }, content_type="application/json; charset=utf-8")


def _service(card: ServiceCard, amount_fen: int | None = None) -> dict[str, Any]:
    return {"ref": card.ref, "name": card.name, "category": card.category, "provider": card.provider,
            "provider_name": card.provider_name, "modes": card.modes, "price_fen": card.price_fen,
            "amount_fen": amount_fen}


def _reason(reason: Reason, request: Request) -> dict[str, Any]:
    value = reason.value.isoformat() if isinstance(reason.value, datetime) else reason.value
    return {"code": reason.code, "text": queries.sentence(reason, at=request.at), "value": value}
