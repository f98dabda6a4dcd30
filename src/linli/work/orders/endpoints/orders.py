from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Header, Query, Router, Schema, Status
from pydantic import AwareDatetime

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.work.orders import actions, queries, rules
from linli.work.orders.queries import OrderCard, OrderLine, State

router = Router(tags=["orders"])
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]
Limit = Annotated[int, Query(ge=1, le=100)]
Words = Annotated[str, Field(max_length=rules.LONGEST)]
Code = Annotated[str, Field(min_length=1, max_length=20)]


class Place(Schema):
    lon: float
    lat: float


class Group(Schema):
    """A group: `places` in all, of them `people` known here and `names` of those who agreed to be named."""

    kind: Literal["family", "class", "elders", "group"]
    places: Annotated[int, Field(ge=2, le=500)]
    unit: UUID | None = None
    people: Annotated[tuple[UUID, ...], Field(max_length=100)] = ()
    names: Annotated[tuple[Annotated[str, Field(max_length=100)], ...], Field(max_length=100)] = ()
    names_agreed: bool = False


class Wanted(Schema):
    """`hold` keeps the time for some minutes instead of booking it. `at` and `address` are for visits at home."""

    service: UUID
    slot: UUID
    need: UUID | None = None
    hold: bool = False
    for_: UUID | None = Field(None, alias="for")
    mode: Literal["on_site", "home", "remote"] | None = None
    address: Annotated[str, Field(max_length=rules.LONGEST_ADDRESS)] = ""
    at: Place | None = None
    weeks: Annotated[int, Field(ge=1, le=52)] = 1
    party: Group | None = None


class Proof(Schema):
    service: UUID
    person: UUID
    on: date
    region: str
    practitioner: UUID
    began: datetime
    ended: datetime | None
    minutes: int | None
    capped: bool
    check_in_method: str
    check_in_metres: int | None
    check_out_method: str | None
    check_out_metres: int | None
    resident_confirmed_at: datetime | None
    grade: str | None
    came: int | None

class Tight(Schema):
    """Another visit of who goes, from or to which the way takes so many minutes more than are left."""

    order: UUID
    minutes: int


class TooFar(Schema):
    """Something else that the person has booked, so far away that the way takes longer than the minutes left between;
    by the estimate of orders.person_way."""

    from_: datetime = Field(serialization_alias="from")
    until: datetime
    metres: int
    minutes: int
    left: int


class PartyPlace(Schema):
    no: int
    name: str
    state: str
    amount_fen: int


class Party(Schema):
    """Names as far as the caller may know them."""

    kind: str
    unit: UUID | None
    coming: int
    came: int | None
    places: list[PartyPlace]


class Event(Schema):
    fact: str
    text: str
    who: str
    at: datetime


class InBundle(Schema):
    """Which visit of a bundle that was booked as a whole."""

    booking: UUID
    bundle: UUID
    name: str
    no: int
    of: int


class Brief(Schema):
    ref: UUID
    number: str
    state: str
    service: UUID
    provider: UUID
    need: UUID | None
    practitioner: UUID | None
    from_: datetime = Field(serialization_alias="from")
    until: datetime
    amount_fen: int
    subsidy_fen: int
    region: str
    mode: str
    expires_at: datetime | None
    series: UUID | None
    grade: int | None
    places: int
    bundle: InBundle | None

class Order(Brief):
    """What this caller may see. `amount_fen` is what is paid, after the subsidy."""

    person: UUID
    answer_by: datetime | None
    timeline: list[Event]
    proof: Proof | None
    moves: list[str]
    orders: list[UUID]
    dispute: UUID | None
    party: Party | None
    tight: list[Tight]
    ways: list[TooFar]


class Orders(Schema):
    items: list[Brief]
    next: UUID | None


class Move(Schema):
    """What a move takes; each takes its own part of it and leaves the rest."""

    practitioner: UUID | None = None
    participant: int | None = None
    came: Annotated[int | None, Field(ge=1, le=500)] = None
    reason: Code | None = None
    slot: UUID | None = None
    rest: bool = False
    grade: int | None = None
    comment: Words = ""
    at: Place | None = None
    method: Literal["", "supervisor", "later"] = ""
    began: AwareDatetime | None = None
    ended: AwareDatetime | None = None


def _door(body: Move, when: str) -> dict[str, Any]:
    return {"method": body.method, "lon": body.at.lon if body.at else None, "lat": body.at.lat if body.at else None,
            "reason": body.reason or "", when: getattr(body, when)}


def _needed(body: Move, *names: str) -> dict[str, Any]:
    for name in names:
        if getattr(body, name) is None:
            raise RuleBroken(N_("Give “{name}” with this move."), field=name, name=name)
    return {name: getattr(body, name) for name in names}


MOVES: dict[str, tuple[Callable[..., Any], Callable[[Move], dict[str, Any]]]] = {
    "book": (actions.book_held, lambda body: {}),
    "accept": (actions.accept, lambda body: {"practitioner": body.practitioner}),
    "decline": (actions.decline, lambda body: _needed(body, "reason")),
    "assign": (actions.assign, lambda body: _needed(body, "practitioner")),
    "check-in": (actions.check_in, lambda body: _door(body, "began") | {"came": body.came}),
    "check-out": (actions.check_out, lambda body: _door(body, "ended")),
    "confirm": (actions.confirm, lambda body: {}),
    "rate": (actions.rate, lambda body: _needed(body, "grade") | {"comment": body.comment}),
    "change": (actions.change, lambda body: _needed(body, "slot")),
    "cancel": (actions.cancel, lambda body: _needed(body, "reason") | {"rest": body.rest}),
    "no-show": (actions.no_show, lambda body: {}),
    "withdraw-participant": (actions.withdraw_participant, lambda body: _needed(body, "participant")),
    "dispute": (actions.dispute, lambda body: {"claim": body.reason or "", "text": body.comment}),
}
Word = Literal["book", "accept", "decline", "assign", "check-in", "check-out", "confirm", "rate", "change", "cancel",
               "no-show", "withdraw-participant", "dispute"]


@router.post("/orders", response={200: Order, 201: Order}, operation_id="orders_book", by_alias=True)
def book(request: Request, body: Wanted, key: Key) -> Status[dict[str, Any]]:
    """Book a time, or hold it; without a need one is made. The same key again gives the same order."""
    common: dict[str, Any] = {
        "slot": body.slot, "need": body.need, "person": body.for_, "mode": body.mode, "address": body.address,
        "point": rules.position(body.at.lon, body.at.lat) if body.at else None, "by": request.actor, "at": request.at,
    }

    def do() -> UUID:
        if body.party:
            common["party"] = _group(body.party, request)
            common["person"] = body.for_ or request.actor.person
        if body.hold:
            return actions.hold(body.service, **common)
        if body.weeks > 1:
            return actions.book_series(body.service, weeks=body.weeks, **common).orders[0]
        return actions.book(body.service, **common)

    outcome = journal.once(key, by=request.actor, at=request.at, body=["orders_book", body.dict()], do=do)
    return Status(201 if outcome.new else 200, _order(request, outcome.ref))


@router.get("/orders", response=Orders, operation_id="orders_list", by_alias=True)
def listed(
    request: Request, state: State | None = None, after: UUID | None = None, limit: Limit = 20
) -> dict[str, Any]:
    """The orders that the caller may know of, newest first."""
    page = queries.listed(by=request.actor, at=request.at, state=[state] if state else None, after=after, most=limit)
    return {"items": [_brief(line) for line in page.items], "next": page.next}


@router.get("/orders/{uuid:ref}", response=Order, operation_id="orders_order", by_alias=True)
def order(request: Request, ref: UUID) -> dict[str, Any]:
    """One order, with its timeline, its proof and the moves open to the caller."""
    return _order(request, ref)


class WaitIn(Schema):
    """`until` is the first day that no longer counts."""

    service: UUID
    from_: date = Field(alias="from")
    until: date
    part: Literal["any", "morning", "afternoon"] = "any"
    need: UUID | None = None
    for_: UUID | None = Field(None, alias="for")
    mode: Literal["on_site", "home", "remote"] | None = None
    address: Annotated[str, Field(max_length=rules.LONGEST_ADDRESS)] = ""
    at: Place | None = None


class Wait(Schema):
    """`place` in line while it stands; `order` is held for them until `expires_at` when it is their turn."""

    ref: UUID
    service: UUID
    person: UUID
    from_: date = Field(serialization_alias="from")
    until: date
    part: str
    state: str
    place: int | None
    order: UUID | None
    expires_at: datetime | None
    joined_at: datetime


@router.post("/waits", response={200: Wait, 201: Wait}, operation_id="orders_join", by_alias=True)
def join(request: Request, body: WaitIn, key: Key) -> Status[dict[str, Any]]:
    """Stand in line for a time of a service; a time that becomes free is kept for who is next."""
    def do() -> UUID:
        return actions.join(
            body.service, from_on=body.from_, until_on=body.until, part=body.part, need=body.need, person=body.for_,
            mode=body.mode, address=body.address, point=rules.position(body.at.lon, body.at.lat) if body.at else None,
            by=request.actor, at=request.at)

    outcome = journal.once(key, by=request.actor, at=request.at, body=["orders_join", body.dict()], do=do)
    return Status(201 if outcome.new else 200, _wait(request, outcome.ref))


@router.get("/waits", response=list[Wait], operation_id="orders_waits", by_alias=True)
def waits(request: Request) -> list[dict[str, Any]]:
    """Where the caller, or somebody for whom they act, stands in line, and the last that are over."""
    return [asdict(card) for card in queries.waits(by=request.actor, at=request.at)]


@router.post("/waits/{uuid:ref}/leave", response=Wait, operation_id="orders_leave", by_alias=True)
def leave(request: Request, ref: UUID) -> dict[str, Any]:
    """Leave the line; a time that was kept goes to the next."""
    actions.leave(ref, by=request.actor, at=request.at)
    return _wait(request, ref)


def _wait(request: Request, ref: UUID) -> dict[str, Any]:
    return asdict(queries.waits(by=request.actor, at=request.at, ref=ref)[0])


@router.post("/orders/{uuid:ref}/{move}", response=Order, operation_id="orders_move", by_alias=True)
def move(request: Request, ref: UUID, move: Word, body: Move | None = None) -> dict[str, Any]:
    """A step of an order's life, by its word."""
    act, said = MOVES[move]
    act(ref, **said(body or Move()), by=request.actor, at=request.at)
    return _order(request, ref)


class StatementOut(Schema):
    ref: UUID
    side: str
    text: str
    file: str | None
    at: datetime


class Dispute(Schema):
    """`side` raised it; `own` is the caller's side, null for who decides."""

    ref: UUID
    order: UUID
    side: str
    own: str | None
    claim: str
    state: str
    raised_at: datetime
    answer_until: datetime
    due_on: date | None
    outcome: str | None
    reasons: str
    minutes: int | None
    reduced_fen: int
    statements: list[StatementOut]
    outcomes: list[str]
    moves: list[str]


class DisputeMove(Schema):
    """`text` is what a side says, or the reasons of a decision."""

    text: Annotated[str, Field(max_length=rules.LONGEST_STATEMENT)] = ""
    outcome: Code | None = None
    minutes: int | None = None
    reduced_fen: int | None = None


@router.get("/disputes/{uuid:ref}", response=Dispute, operation_id="orders_dispute")
def dispute(request: Request, ref: UUID) -> dict[str, Any]:
    """A dispute about a visit, for its two sides and the office that decides."""
    card = queries.dispute(ref, by=request.actor, at=request.at)
    line = card.line
    return {
        "ref": ref, "order": line.order, "side": line.side, "own": card.own, "claim": line.claim, "state": line.state,
        "raised_at": line.raised_at, "answer_until": line.answer_until, "due_on": line.due_on, "outcome": line.outcome,
        "reasons": speak(card.reasons), "minutes": card.minutes, "reduced_fen": card.reduced_fen,
        "statements": [{"ref": one.ref, "side": one.side, "text": speak(one.text), "file": one.kind, "at": one.at}
                       for one in card.statements],
        "outcomes": list(card.outcomes), "moves": [one.name for one in card.moves],
    }


@router.post("/disputes/{uuid:ref}/{move}", response=Dispute, operation_id="orders_dispute_move")
def dispute_move(request: Request, ref: UUID, move: Literal["say", "withdraw", "decide"],
                 body: DisputeMove | None = None) -> dict[str, Any]:
    """Say something, take it back, or decide with reasons."""
    said = body or DisputeMove()
    common: dict[str, Any] = {"by": request.actor, "at": request.at}
    if move == "say":
        actions.say(ref, text=said.text, **common)
    elif move == "withdraw":
        actions.withdraw(ref, **common)
    else:
        actions.decide(ref, outcome=said.outcome or "", reasons=said.text, minutes=said.minutes,
                       reduced_fen=said.reduced_fen, **common)
    return dispute(request, ref)


def _brief(line: OrderLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in (
        "ref", "number", "state", "service", "provider", "need", "practitioner", "from_", "until", "subsidy_fen",
        "region", "mode", "series", "grade", "bundle", "places")} | {
            "amount_fen": line.pays_fen, "expires_at": line.hold_until}


def _order(request: Request, ref: UUID) -> dict[str, Any]:
    card = queries.order(ref, by=request.actor, at=request.at)
    return _brief(card.line) | {
        "person": card.line.person, "answer_by": card.line.answer_by, "moves": _words(card), "orders": _series(card),
        "dispute": card.dispute, "party": _party(card), 
        "tight": [{"order": one.order, "minutes": minutes} for one, minutes in card.tight],
        "ways": [{"from_": one.other.from_, "until": one.other.until, "metres": one.way.metres,
                  "minutes": one.way.minutes, "left": one.left} for one in card.ways],
        "proof": asdict(card.proof) | {"grade": card.proof.worth} if card.proof else None,
        "timeline": [{"fact": e.fact, "text": speak(e.text, **e.values), "who": e.who, "at": e.at}
                     for e in card.timeline],
    }


def _group(group: Group, request: Request) -> rules.Party:
    most = rulebook.rule(rules.PARTY_MOST, on=rules.day(request.at)).amount
    return rules.party(group.kind, places=group.places, people=group.people, names=group.names,
                       agreed=group.names_agreed, unit=group.unit, most=most)


def _party(card: OrderCard) -> dict[str, Any] | None:
    if card.party is None:
        return None
    return {"kind": card.party.kind, "unit": card.line.unit, "coming": card.party.coming, "came": card.party.came,
            "places": [{"no": one.no, "name": one.name, "state": one.state, "amount_fen": one.pays_fen}
                       for one in card.party.places]}


def _words(card: OrderCard) -> list[str]:
    """The moves by their words in the address; the two sides' own cancelling and absence share one."""
    shared = {"cancel_for_provider": "cancel", "report_absence": "no_show"}
    return list(dict.fromkeys(shared.get(one.name, one.name).replace("_", "-") for one in card.moves))


def _series(card: OrderCard) -> list[UUID]:
    """Every visit of its series, this one included."""
    return [one.ref for one in sorted([card.line, *card.siblings], key=lambda line: line.from_)]


