from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Header, Query, Router, Schema, Status
from pydantic import AfterValidator, AwareDatetime

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request
from linli.kernel.refusals import Refusal, RuleBroken
from linli.kernel.text import N_
from linli.work.venues import actions, queries, rules
from linli.work.venues.queries import BookingCard, VenueCard
from linli.work.venues.rules import Offer, Span

router = Router(tags=["venues"])
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]
OfDay = Annotated[time, AfterValidator(lambda clock: clock.replace(tzinfo=None))]
"""A time on the local clock."""
Region = Annotated[str, Field(pattern=r"^\d{12}$")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]


class Hours(Schema):
    """`weekday` 0 is Monday; closing at 00:00 is the end of the day."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: OfDay
    closes: OfDay


class Period(Schema):
    from_: datetime = Field(serialization_alias="from")
    until: datetime


class Said(Schema):
    """What a venue is. Money in fen an hour."""

    name: Annotated[str, Field(max_length=100)]
    kind: Annotated[str, Field(max_length=20)]
    about: Annotated[str, Field(max_length=1000)] = ""
    address: Annotated[str, Field(max_length=200)]
    region: Region
    capacity: int
    hours: Annotated[tuple[Hours, ...], Field(max_length=30)]
    equipment: Annotated[tuple[Annotated[str, Field(max_length=20)], ...], Field(max_length=30)] = ()
    house_rules: Annotated[str, Field(max_length=1000)] = ""
    opened_by: Annotated[str, Field(max_length=200)]
    price_fen: int = 0
    lead_hours: int = 2
    cancel_hours: int = 12
    most_hours: int = 3
    horizon_days: int = 28

    def offer(self) -> Offer:
        said = self.dict()
        return Offer(**said | {"hours": tuple(Span(**one) for one in said["hours"])})


class Opening(Said):
    organisation: UUID


class Venue(Said):
    """`free` are the free periods of the day that was asked for."""

    ref: UUID
    organisation: UUID
    organisation_name: str
    state: str
    demo: bool
    free: list[Period]
    moves: list[str]


class Venues(Schema):
    items: list[Venue]
    next: str | None = None


class Wanted(Schema):
    """Whole half hours; `weeks` for the same time every week."""

    from_: AwareDatetime = Field(alias="from")
    until: AwareDatetime
    people: Annotated[int, Field(ge=1, le=rules.MOST_PEOPLE)]
    purpose: Literal["sport", "meeting", "class", "culture", "celebration", "other"]
    weeks: Annotated[int, Field(ge=1, le=52)] = 1
    for_: UUID | None = Field(None, alias="for")


class Booking(Schema):
    """`code` is said at the door; only who booked sees it. `bookings` are those of its weekly series."""

    ref: UUID
    venue: UUID
    venue_name: str
    from_: datetime = Field(serialization_alias="from")
    until: datetime
    people: int
    purpose: str
    amount_fen: int
    code: str
    series: UUID | None
    state: str
    change_until: datetime
    moves: list[str]


class Bookings(Schema):
    items: list[Booking]
    next: str | None = None


class Move(Schema):
    """What a move takes."""

    from_: AwareDatetime | None = Field(None, alias="from")
    until: AwareDatetime | None = None
    people: Annotated[int | None, Field(ge=1, le=rules.MOST_PEOPLE)] = None
    rest: bool = False


class Kept(Schema):
    from_: AwareDatetime = Field(alias="from")
    until: AwareDatetime


class Code(Schema):
    organisation: UUID
    code: Annotated[str, Field(min_length=6, max_length=10)]


@router.get("/venues", response=Venues, auth=None, operation_id="venues_venues", by_alias=True)
def venues(
    request: Request, on: Annotated[Day | None, Query()] = None, region: Annotated[Region | None, Query()] = None,
    kind: Annotated[str, Query(max_length=20)] = "", people: Annotated[int, Query(ge=1, le=rules.MOST_PEOPLE)] = 1,
    begin: OfDay | None = None, until: OfDay | None = None,
) -> dict[str, Any]:
    """Venues with something free on a day (today, where none is given), the whole of begin to until where both are."""
    if kind and kind not in rules.KINDS:
        raise RuleBroken(N_("“{value}” is not one of the choices here."), field="kind", value=kind)
    found = queries.find(on=on or rules.day(request.at), at=request.at, region=region or "", kind=kind, people=people,
                         begin=begin, until=until)
    return {"items": [_venue(card) for card in found]}


@router.get("/venues/{uuid:ref}", response=Venue, auth=None, operation_id="venues_venue", by_alias=True)
def venue(request: Request, ref: UUID, on: Annotated[Day | None, Query()] = None) -> dict[str, Any]:
    """One venue, with what is free on a day (today, where none is given)."""
    return _venue(queries.venue(ref, by=request.actor, at=request.at, on=on or rules.day(request.at)))


@router.post("/venues", response={200: Venue, 201: Venue}, operation_id="venues_open_venue", by_alias=True)
def open_venue(request: Request, body: Opening, key: Key) -> Status[dict[str, Any]]:
    """Open a venue of an organisation to residents."""
    def do() -> UUID:
        offer = Said.offer(Said(**body.dict(exclude={"organisation"})))
        return actions.open_venue(body.organisation, offer=offer, by=request.actor, at=request.at)

    outcome = journal.once(key, by=request.actor, at=request.at, body=["venues_open_venue", body.dict()], do=do)
    return Status(201 if outcome.new else 200, venue(request, outcome.ref))


@router.post("/venues/check-in", response=Booking, operation_id="venues_check_in", by_alias=True)
def check_in(request: Request, body: Code) -> dict[str, Any]:
    """Let in who says the code of a booking of now, at any of the organisation's venues."""
    ref = actions.check_in(body.organisation, code=body.code, by=request.actor, at=request.at)
    return _booking(queries.booking(ref, by=request.actor))


@router.post("/venues/{uuid:ref}/update", response=Venue, operation_id="venues_update_venue", by_alias=True)
def update_venue(request: Request, ref: UUID, body: Said) -> dict[str, Any]:
    """Say anew what a venue is and when it is open."""
    actions.update_venue(ref, offer=body.offer(), by=request.actor, at=request.at)
    return venue(request, ref)


@router.post("/venues/{uuid:ref}/bookings", response={200: Bookings, 201: Bookings}, operation_id="venues_book",
             by_alias=True)
def book(request: Request, ref: UUID, body: Wanted, key: Key) -> Status[dict[str, Any]]:
    """Book a venue; of a weekly series every week that had the time free. The same key again gives the same."""
    def do() -> UUID:
        made = actions.book(ref, begin=body.from_, until=body.until, people=body.people, purpose=body.purpose,
                            weeks=body.weeks, person=body.for_, by=request.actor, at=request.at)
        return made.bookings[0]

    with _named():
        outcome = journal.once(key, by=request.actor, at=request.at, body=["venues_book", str(ref), body.dict()], do=do)
    first = queries.booking(outcome.ref, by=request.actor)
    found = queries.series(first.series, by=request.actor) if first.series else [first]
    return Status(201 if outcome.new else 200, {"items": [_booking(card) for card in found]})


@router.post("/venues/{uuid:ref}/block", response={200: Booking, 201: Booking}, operation_id="venues_block",
             by_alias=True)
def block(request: Request, ref: UUID, body: Kept, key: Key) -> Status[dict[str, Any]]:
    """Keep a period for the organisation's own use."""
    with _named():
        outcome = journal.once(
            key, by=request.actor, at=request.at, body=["venues_block", str(ref), body.dict()],
            do=lambda: actions.block(ref, begin=body.from_, until=body.until, by=request.actor, at=request.at))
    return Status(201 if outcome.new else 200, _booking(queries.booking(outcome.ref, by=request.actor)))


@router.post("/venues/{uuid:ref}/{move}", response=Venue, operation_id="venues_turn", by_alias=True)
def turn(request: Request, ref: UUID, move: Literal["close", "reopen"]) -> dict[str, Any]:
    """Take no more bookings, or open again."""
    act = actions.close_venue if move == "close" else actions.reopen_venue
    act(ref, by=request.actor, at=request.at)
    return venue(request, ref)


@router.get("/venue-bookings", response=Bookings, operation_id="venues_bookings", by_alias=True)
def bookings(request: Request) -> dict[str, Any]:
    """What the caller has booked, and those for whom they act: ahead by date, then what is over."""
    return {"items": [_booking(card) for card in queries.mine(request.actor, at=request.at)]}


@router.get("/venue-bookings/{uuid:ref}", response=Booking, operation_id="venues_booking", by_alias=True)
def booking(request: Request, ref: UUID) -> dict[str, Any]:
    """One booking, as the caller may know it."""
    return _booking(queries.booking(ref, by=request.actor))


@router.post("/venue-bookings/{uuid:ref}/{move}", response=Booking, operation_id="venues_move", by_alias=True)
def move(request: Request, ref: UUID, move: Literal["change", "cancel", "no-show"],
         body: Move | None = None) -> dict[str, Any]:
    """A step of a booking."""
    by, at = request.actor, request.at

    def moved() -> None:
        if body is None or body.from_ is None or body.until is None:
            raise RuleBroken(N_("Give “{name}” with this move."), field="from", name="from, until")
        actions.change(ref, begin=body.from_, until=body.until, people=body.people, by=by, at=at)

    acts: dict[str, Callable[[], object]] = {
        "change": moved, "cancel": lambda: actions.cancel(ref, rest=bool(body and body.rest), by=by,
                                                                   at=at),
        "no-show": lambda: actions.no_show(ref, by=by, at=at)}
    with _named():
        acts[move]()
    return booking(request, ref)


@contextmanager
def _named() -> Iterator[None]:
    """Programs call the beginning of a period `from`: so do their refusals."""
    try:
        yield
    except Refusal as why:
        why.field = "from" if why.field == "begin" else why.field
        raise


def _venue(card: VenueCard) -> dict[str, Any]:
    offer = asdict(card.offer)
    return offer | {
        "ref": card.ref, "organisation": card.organisation, "organisation_name": card.organisation_name,
        "state": card.state, "demo": card.is_demo, "moves": list(card.moves),
        "free": [{"from_": begin.astimezone(UTC), "until": until.astimezone(UTC)} for begin, until in card.free]}


def _booking(card: BookingCard) -> dict[str, Any]:
    shared = {"cancel_for_venue": "cancel", "check_in": "check-in", "no_show": "no-show"}
    return {name: getattr(card, name) for name in (
        "ref", "venue", "venue_name", "until", "people", "purpose", "code", "series", "state", "change_until")} | {
            "from_": card.begin, "amount_fen": card.price_fen,
            "moves": list(dict.fromkeys(shared.get(name, name) for name in card.moves))}
