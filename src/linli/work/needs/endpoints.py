from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Header, Query, Router, Schema, Status
from pydantic import AfterValidator, AwareDatetime

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request, speak
from linli.kernel.geometry import Point
from linli.kernel.refusals import NotAllowed, NotFound
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.work.needs import actions, queries
from linli.work.needs.queries import NeedCard, OfferCard, OpenNeed
from linli.work.needs.rules.triage import Flag, Reason, Urgency
from linli.work.needs.rules.wishes import Channel, Window
from linli.work.needs.states import POST, SEE_OPEN, OfferState, State

router = Router(tags=["needs"])
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]
Region = Annotated[str, Field(pattern=r"^\d{12}$")]
Limit = Annotated[int, Query(ge=1, le=100)]
Mode = Literal["on_site", "home", "remote"]
MOST_TYPED = 200_000
"""Characters of a text that is read at all; the rule that refuses long ones, and says so, allows far fewer."""


def _readable(text: str) -> str:
    """Without the sign that no database keeps."""
    return text.replace("\x00", "")


Typed = AfterValidator(_readable)
Words = Annotated[str, Field(max_length=MOST_TYPED), Typed]
Word = Annotated[str, Field(max_length=40)]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]  # swapped ones get a better answer than a bound


class Place(Schema):
    """WGS-84, longitude first."""

    lon: Degrees
    lat: Degrees


class WindowIn(Schema):
    from_: Annotated[AwareDatetime, Field(alias="from")]
    until: AwareDatetime


class Requires(Schema):
    language: Word | None = None
    gender: Literal["female", "male"] | None = None
    credential: Word | None = None
    accessibility: Annotated[tuple[Word, ...], Field(max_length=20)] | Word | None = None


class Changes(Schema):
    """What a need says; in a change, what is left out stays."""

    text: Words | None = None
    category: Word | None = None
    urgency: Urgency | None = None
    at: Place | None = None
    region: Region | None = None
    windows: Annotated[tuple[WindowIn, ...], Field(max_length=100)] | None = None
    repeat: Annotated[str, Field(max_length=200)] | None = None
    requires: Requires | None = None
    mode: Mode | None = None

    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "text": self.text, "category": self.category, "urgency": self.urgency, "region": self.region,
            "point": directory.placed(self.at.lon, self.at.lat, field="at") if self.at else None,
            "windows": None if self.windows is None else [Window(one.from_, one.until) for one in self.windows],
            "repeat": self.repeat, "requires": self.requires.dict(exclude_none=True) if self.requires else None,
            "mode": self.mode,
        }
        return {name: value for name, value in found.items() if value is not None}


class Wanted(Changes):
    """A new need. `for` is a person for whom you act; `consented` says that a caller was asked."""

    text: Words
    for_: Annotated[UUID | None, Field(alias="for")] = None
    consented: bool = False


class Offering(Schema):
    service: UUID
    slot: UUID
    note: Annotated[str, Field(max_length=2000), Typed] = ""


class Triage(Schema):
    category: str
    urgency: Urgency
    flags: list[Flag]
    why: list[str]


class Posted(Schema):
    ref: UUID
    number: str
    state: State
    triage: Triage


class Wish(Schema):
    from_: datetime = Field(serialization_alias="from")
    until: datetime


class Offered(Schema):
    ref: UUID
    need: UUID
    provider: UUID
    service: UUID
    slot: UUID
    note: str
    state: OfferState
    made_at: datetime


class Need(Schema):
    """`text`, `for`, `at` and `triage.why` only for those whose need it is and for the hotline; else left out."""

    ref: UUID
    number: str
    state: State
    text: str | None = None
    for_: UUID | None = Field(None, serialization_alias="for")
    channel: Channel | None = None
    triage: Triage
    region: str
    at: Place | None = None
    age: int | None = None
    windows: list[Wish]
    repeat: str
    visits: int
    requires: dict[str, Any]
    mode: str
    posted_at: datetime
    expires_on: str
    offers: list[Offered] = Field(default_factory=list)
    moves: list[str] = Field(default_factory=list)


class Needs(Schema):
    items: list[Need]
    next: UUID | None = None


@router.post("/needs", response={200: Posted, 201: Posted}, by_alias=True, operation_id="needs_post")
def post(request: Request, body: Wanted, key: Key) -> Status[Any]:
    """Post a need, for oneself or for whom one acts. What was understood of it comes back with the reasons."""
    by, at = request.actor, request.at
    said = body.said()
    outcome = journal.once(
        key, by=by, at=at, body=["needs_post", body.dict()],
        do=lambda: actions.post(person=body.for_, consented=body.consented, by=by, at=at, **said),
    )
    card = queries.need(outcome.ref, by=by)
    found = {"ref": card.ref, "number": card.number, "state": card.state, "triage": _triage(card, card.why)}
    return Status(201 if outcome.new else 200, found)


@router.get("/needs", response=Needs, by_alias=True, operation_id="needs_mine")
def mine(
    request: Request, open: Literal["", "0", "1"] = "", limit: Limit = 20, after: UUID | None = None,
    category: Annotated[str, Query(max_length=40)] = "",
) -> dict[str, Any]:
    """One's own needs, newest first; with `open=1` those that one's organisations could serve, urgent ones first."""
    if open == "1":
        found = queries.open_needs(request.actor, at=request.at, category=category.replace("\x00", ""), most=limit)
        return {"items": [_masked(card) for card in found], "next": None}
    if not request.actor.refs(POST, "person"):
        raise NotAllowed(N_("Sign in as a resident to see your needs."))
    cards = queries.mine(request.actor, after=after, most=limit + 1)
    return {"items": [_need(card) for card in cards[:limit]], "next": cards[limit - 1].ref if cards[limit:] else None}


@router.get("/needs/{uuid:ref}", response=Need, by_alias=True, operation_id="needs_need")
def need(request: Request, ref: UUID) -> dict[str, Any]:
    """One need; providers that could serve it, and offices of its region, get it without name, words and place."""
    try:
        card = queries.need(ref, by=request.actor)
    except NotFound:
        own = queries.offers_of(request.actor.refs(SEE_OPEN, "organisation"), needs=[ref])
        return _masked(queries.need_for(ref, by=request.actor, at=request.at), own)
    return _need(card, queries.offers_to(card))


@router.post("/needs/{uuid:ref}/change", response=Need, by_alias=True, operation_id="needs_change")
def change(request: Request, ref: UUID, body: Changes) -> dict[str, Any]:
    """Correct an open need; what is left out stays."""
    actions.change(ref, by=request.actor, at=request.at, **body.said())
    return need(request, ref)


@router.post("/needs/{uuid:ref}/withdraw", response=Need, by_alias=True, operation_id="needs_withdraw")
def withdraw(request: Request, ref: UUID) -> dict[str, Any]:
    """Take an open need back; standing offers end."""
    actions.withdraw(ref, by=request.actor, at=request.at)
    return need(request, ref)


@router.post("/needs/{uuid:ref}/offers", response={200: Offered, 201: Offered}, operation_id="needs_offer")
def offer(request: Request, ref: UUID, body: Offering, key: Key) -> Status[Any]:
    """Offer one of one's services at a free time to an open need."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["needs_offer", ref, body.dict()],
                           do=lambda: actions.offer(ref, by=by, at=at, **body.dict()))
    return Status(201 if outcome.new else 200, _own_offer(request, outcome.ref))


@router.post("/offers/{uuid:ref}/withdraw", response=Offered, operation_id="needs_withdraw_offer")
def withdraw_offer(request: Request, ref: UUID) -> OfferCard:
    """Take an offer back before it is chosen."""
    actions.withdraw_offer(ref, by=request.actor, at=request.at)
    return _own_offer(request, ref)


def _own_offer(request: Request, ref: UUID) -> OfferCard:
    own = queries.offers_of(request.actor.refs(SEE_OPEN, "organisation"), only=ref)
    return own[0]


def _triage(card: NeedCard | OpenNeed, why: Iterable[Reason] = ()) -> dict[str, Any]:
    return {"category": card.category, "urgency": card.urgency, "flags": list(card.flags),
            "why": [speak(reason.text, phrase=reason.phrase) for reason in why]}


def _common(card: NeedCard | OpenNeed) -> dict[str, Any]:
    return {
        "ref": card.ref, "number": card.number, "state": card.state, "region": card.region,
        "windows": [{"from_": one.from_, "until": one.until} for one in card.windows], "visits": card.weeks,
        "requires": card.requires, "mode": card.mode, "posted_at": card.posted_at,
        "expires_on": card.expires_on.isoformat(),
    }


def _need(card: NeedCard, offers: Iterable[OfferCard] = ()) -> dict[str, Any]:
    return _common(card) | {
        "text": card.text, "for_": card.person, "channel": card.channel, "triage": _triage(card, card.why),
        "at": _place(card.point), "repeat": card.repeat, "offers": list(offers),
        "moves": [move.name for move in card.moves],
    }


def _masked(card: OpenNeed, own: Iterable[OfferCard] = ()) -> dict[str, Any]:
    """Without name, words and place. What dangers were read is for offices, not for those who sell services."""
    repeat = f"FREQ=WEEKLY;COUNT={card.weeks}" if card.weeks > 1 else ""
    return _common(card) | {"triage": _triage(card) | {"flags": []}, "age": card.age, "repeat": repeat,
                            "offers": list(own)}


def _place(point: Point | None) -> dict[str, float] | None:
    return {"lon": point.lon, "lat": point.lat} if point else None
