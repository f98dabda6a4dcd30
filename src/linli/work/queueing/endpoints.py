from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Header, Router, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request
from linli.work.queueing import actions, queries
from linli.work.queueing.queries import QueueCard, TicketCard

router = Router(tags=["queueing"])
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]


class Wait(Schema):
    """Minutes; nine in ten are called within. Not `measured`: as planned, for want of lengths."""

    low: int
    high: int
    measured: bool


class Queue(Schema):
    ref: UUID
    service: UUID
    provider: UUID
    name: str
    state: str
    counters: int
    waiting: int
    called: list[str]
    wait: Wait | None


class Ticket(Schema):
    ref: UUID
    queue: UUID
    number: str
    state: str
    ahead: int | None
    wait: Wait | None
    counter: int | None
    taken_at: datetime
    moves: list[str]


class Take(Schema):
    """`order` on arrival with a booking."""

    for_: UUID | None = None
    order: UUID | None = None


@router.get("/queues", response=list[Queue], operation_id="queueing_queues")
def queues(request: Request) -> list[dict[str, Any]]:
    """Where numbers are given today. Public."""
    return [_queue(card) for card in queries.queues(at=request.at)]


@router.get("/queues/{uuid:ref}", response=Queue, operation_id="queueing_queue")
def queue(request: Request, ref: UUID) -> dict[str, Any]:
    """What is called now, how many wait, and how long somebody new would. Public."""
    return _queue(queries.queue(ref, at=request.at))


@router.post("/queues/{uuid:ref}/tickets", response={200: list[Ticket], 201: list[Ticket]},
             operation_id="queueing_take")
def take(request: Request, ref: UUID, body: Take, key: Key) -> Status[list[dict[str, Any]]]:
    """Take a number, or arrive with a booking; the caller's numbers in this queue."""
    def do() -> UUID:
        if body.order:
            return actions.arrive(ref, order=body.order, by=request.actor, at=request.at)
        return actions.take(ref, person=body.for_, by=request.actor, at=request.at)

    outcome = journal.once(key, by=request.actor, at=request.at, body=["queueing_take", str(ref), body.dict()], do=do)
    found = [_ticket(one) for one in queries.mine(ref, by=request.actor, at=request.at)]
    return Status(201 if outcome.new else 200, found)


@router.post("/queues/{uuid:ref}/call", response=Queue, operation_id="queueing_call")
def call(request: Request, ref: UUID, counter: int = 1) -> dict[str, Any]:
    """Call who is next."""
    actions.call_next(ref, counter=counter, by=request.actor, at=request.at)
    return queue(request, ref)


@router.post("/tickets/{uuid:ref}/{move}", response={204: None}, operation_id="queueing_move")
def move(request: Request, ref: UUID, move: Literal["begin", "finish", "miss", "come-back", "leave"]) -> Status[None]:
    """A step of a number."""
    actions.move(ref, name=move.replace("-", "_"), by=request.actor, at=request.at)
    return Status(204, None)


def _queue(card: QueueCard) -> dict[str, Any]:
    return {name: getattr(card, name) for name in ("ref", "service", "provider", "name", "state", "counters", "waiting")
            } | {"called": [number for number, _ in card.called], "wait": asdict(card.wait) if card.wait else None}


def _ticket(card: TicketCard) -> dict[str, Any]:
    return asdict(card) | {"moves": [name.replace("_", "-") for name in card.moves]}
