from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from django.urls import reverse
from ninja import Field, Header, Query, Router, Schema, Status
from pydantic import AfterValidator

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request
from linli.kernel.geometry import Point
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import actions, queries
from linli.registers.directory.queries import CategoryCard, ExceptionCard, HoursCard, ServiceCard

router = Router(tags=["directory"])
Mode = Literal["on_site", "home", "remote"]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]
Region = Annotated[str, Field(pattern=r"^\d{12}$")]
Limit = Annotated[int, Query(ge=1, le=100)]
After = Annotated[str, Query(max_length=12, pattern=r"^\d{0,6}$")]
MOST_DAYS = 62


class Names(Schema):
    zh: str
    en: str

    @staticmethod
    def resolve_en(text: Any) -> str:
        return str(text)


class Domain(Schema):
    key: str
    name: Names
    sentence: Names


class Category(Schema):
    key: str
    domain: str
    name: Names
    sentence: Names
    keywords: list[str]
    modes: list[str]
    credentials: list[str]
    minutes: int

    @staticmethod
    def resolve_domain(card: CategoryCard) -> str:
        return card.domain.key

    @staticmethod
    def resolve_credentials(card: CategoryCard) -> list[str]:
        return sorted(card.credentials)


class Categories(Schema):
    items: list[Category]
    domains: list[Domain]
    next: str | None = None


class Provider(Schema):
    ref: UUID
    name: str


class Place(Schema):
    lon: float
    lat: float


class SubsidyFor(Schema):
    min_age: int | None
    groups: list[str]


class Price(Schema):
    amount_fen: int
    unit: str
    subsidy_fen: int
    subsidy_for: SubsidyFor
    after_subsidy_fen: int


class Eligibility(Schema):
    min_age: int | None
    max_age: int | None
    groups: list[str]
    gender: str


class Service(Schema):
    ref: UUID
    name: str
    summary: str
    category: str
    provider: Provider
    site: UUID | None
    modes: list[str]
    at: Place | None
    distance_m: int | None
    region: str
    area: list[str]
    languages: list[str]
    accessibility: list[str]
    price: Price
    eligibility: Eligibility
    credentials: list[str]
    duration_minutes: int
    capacity: int
    lead_minutes: int
    open_on_holidays: bool
    setup_minutes: int
    buffer_minutes: int
    wave: bool
    assured_on: date | None
    state: str
    demo: bool
    url: str
    moves: list[str]


class Services(Schema):
    items: list[Service]
    next: str | None


class Slot(Schema):
    ref: UUID
    service: UUID
    from_: datetime = Field(serialization_alias="from")
    until: datetime
    book_until: datetime
    capacity: int
    free: int


class Wave(Schema):
    """Called for the same start, served one after another: at most how many minutes after it, of whom 9 in 10 keep."""

    most_minutes: int
    measured: bool


class Slots(Schema):
    """`wave` where the places of a time are called for its beginning; else all take part together."""

    items: list[Slot]
    wave: Wave | None = None
    next: str | None = None


OfDay = Annotated[time, AfterValidator(lambda clock: clock.replace(tzinfo=None))]
"""A time on the local clock, whatever zone a program adds to it."""


class Clock(Schema):
    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: OfDay
    closes: OfDay
    from_: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None


class Exceptional(Schema):
    on: date
    opens: OfDay | None = None
    closes: OfDay | None = None
    reason: Annotated[str, Field(max_length=100)] = ""


class Hours(Schema):
    hours: Annotated[tuple[Clock, ...], Field(max_length=100)]


Fen = Annotated[int, Field(ge=0, le=100_000_000)]
Words = Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(max_length=40)]


class Changes(Schema):
    """Everything that can be said about a service; what is left out stays, or gets its default."""

    category: Annotated[str, Field(max_length=40)] = ""
    name: Annotated[str, Field(max_length=1000)] = ""
    summary: Annotated[str, Field(max_length=5000)] = ""
    modes: tuple[Mode, ...] = ()
    region: Region | None = None
    site: UUID | None = None
    at: Place | None = None
    area: Annotated[tuple[Region, ...], Field(max_length=200)] = ()
    languages: Words = ()
    accessibility: Words = ()
    price_fen: Fen = 0
    price_unit: Annotated[str, Field(max_length=20)] = "visit"
    subsidy_fen: Fen = 0
    subsidy_min_age: Annotated[int | None, Field(ge=0, le=130)] = None
    subsidy_groups: Words = ()
    min_age: Annotated[int | None, Field(ge=0, le=130)] = None
    max_age: Annotated[int | None, Field(ge=0, le=130)] = None
    groups: Words = ()
    gender: Literal["", "female", "male"] = ""
    duration_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    buffer_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    capacity: Annotated[int, Field(ge=1, le=500)] = 1
    lead_minutes: Annotated[int, Field(ge=0, le=43_200)] = 120
    horizon_days: Annotated[int, Field(ge=1, le=180)] = 28
    open_on_holidays: bool = False
    setup_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    wave: bool = False

    def said(self) -> Any:
        found = self.dict(exclude_unset=True, exclude={"organisation", "hours", "draft"})
        place = found.pop("at", None)
        if place:
            found["point"] = queries.placed(place["lon"], place["lat"], field="at")
        return {name: value for name, value in found.items() if value is not None or name not in ("region", "site")}


class Listing(Changes):
    organisation: UUID
    category: Annotated[str, Field(min_length=1, max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=1000)]
    summary: Annotated[str, Field(min_length=1, max_length=5000)]
    hours: Annotated[tuple[Clock, ...], Field(max_length=100)] = ()
    draft: bool = False


@router.get("/categories", response=Categories, auth=None, operation_id="directory_categories")
def categories(request: Request) -> dict[str, Any]:
    """The taxonomy in both languages: seven domains, welfare and everyday services."""
    return {"items": queries.categories(), "domains": queries.domains()}


@router.get("/services", response=Services, auth=None, operation_id="directory_services")
def services(
    request: Request, category: Annotated[str, Query(max_length=40)] = "",
    domain: Annotated[str, Query(max_length=40)] = "", q: Annotated[str, Query(max_length=100)] = "",
    near: Annotated[str, Query(max_length=60)] = "",
    within_m: Annotated[int | None, Query(ge=1, le=200_000)] = None, open_at: datetime | None = None,
    mode: Mode | None = None, region: Annotated[Region | None, Query()] = None, provider: UUID | None = None,
    sort: Literal["", "distance", "price", "soonest", "assured"] = "", limit: Limit = 20, after: After = "",
) -> dict[str, Any]:
    """Open services; every condition given holds. With `near` the nearest come first."""
    point = queries.near(near) if near else None
    if within_m is not None and point is None:
        raise RuleBroken(N_("Say near which point (near=lon,lat) the distance is meant."), field="near")
    _require_moment(open_at, field="open_at")
    if sort == "distance" and point is None:
        raise RuleBroken(N_("To sort by distance, say near which point (near=lon,lat)."), field="near")
    skip = int(after or 0)
    found = queries.find(
        categories=_categories(category, domain), text=q, mode=mode, region=region, near=point,
        within_m=within_m, open_at=open_at, sort=sort, provider=provider, at=request.at, skip=skip, most=limit,
        counted=False,
    )
    items = [_service(card, request, point) for card in found.items]
    return {"items": items, "next": str(skip + limit) if found.more else None}


@router.get("/services/{uuid:ref}", response=Service, auth=None, operation_id="directory_service")
def service(request: Request, ref: UUID) -> dict[str, Any]:
    return _service(queries.service_for(ref, by=request.actor), request)


@router.get("/services/{uuid:ref}/slots", response=Slots, by_alias=True, auth=None, operation_id="directory_slots")
def slots(
    request: Request, ref: UUID, from_: Annotated[datetime | None, Query(alias="from")] = None,
    until: datetime | None = None, places: Annotated[int | None, Query(ge=1, le=500)] = None,
) -> dict[str, Any]:
    """The service's times, free or not, from now (or `from`) on; two weeks unless `until` says otherwise.

    With `places` only those that can be booked now and have so many places left.
    """
    card = queries.service_for(ref, by=request.actor)
    _require_moment(from_, field="from")
    _require_moment(until, field="until")
    begin = from_ or request.at
    try:
        end = until or begin + timedelta(days=14)
        long = end - begin > timedelta(days=MOST_DAYS)
    except OverflowError:
        raise RuleBroken(N_("There is no such day."), field="from") from None
    if end <= begin or long:
        raise RuleBroken(N_("Ask for at most {days} days, ending after they begin."), field="until", days=MOST_DAYS)
    found = queries.slots(ref, begin, end)
    if places:
        found = [slot for slot in found if slot.free >= places and slot.bookable(request.at)]
    wait = queries.wave_wait(card)
    return {"items": found, "wave": {"most_minutes": wait.most, "measured": wait.measured} if wait else None}


@router.post("/services", response={200: Service, 201: Service}, operation_id="directory_list_service")
def list_service(request: Request, body: Listing, key: Key) -> Status[Any]:
    """List a service of an organisation, or keep it as a draft."""
    by, at = request.actor, request.at
    move = actions.draft_service if body.draft else actions.list_service
    outcome = journal.once(
        key, by=by, at=at, body=["directory_list_service", body.dict()],
        do=lambda: move(body.organisation, hours=_hours(body.hours), by=by, at=at, **body.said()),
    )
    return Status(201 if outcome.new else 200, _service(queries.service_for(outcome.ref, by=by), request))


@router.post("/services/{uuid:ref}/update", response=Service, operation_id="directory_update_service")
def update_service(request: Request, ref: UUID, body: Changes) -> dict[str, Any]:
    """Change what is said; what is left out stays."""
    actions.update_service(ref, by=request.actor, at=request.at, **body.said())
    return _service(queries.service_for(ref, by=request.actor), request)


@router.post("/services/{uuid:ref}/set-hours", response=Service, operation_id="directory_set_hours")
def set_hours(request: Request, ref: UUID, body: Hours) -> dict[str, Any]:
    """Replace the weekly hours (weekday 0 is Monday; closing at 00:00 is the end of the day)."""
    actions.set_hours(ref, hours=_hours(body.hours), by=request.actor, at=request.at)
    return _service(queries.service_for(ref, by=request.actor), request)


@router.post("/services/{uuid:ref}/add-exception", response=Service, operation_id="directory_add_exception")
def add_exception(request: Request, ref: UUID, body: Exceptional) -> dict[str, Any]:
    """One day that differs from the weekly hours; closed where it has no times."""
    day = ExceptionCard(body.on, body.opens, body.closes, body.reason)
    actions.add_exception(ref, day=day, by=request.actor, at=request.at)
    return _service(queries.service_for(ref, by=request.actor), request)


@router.post("/services/{uuid:ref}/{move}", response=Service, operation_id="directory_move")
def move(
    request: Request, ref: UUID, move: Literal["list", "pause", "resume", "withdraw", "assure"]
) -> dict[str, Any]:
    """A step in the life of the listing."""
    act = {"list": actions.list_draft, "pause": actions.pause, "resume": actions.resume,
           "withdraw": actions.withdraw, "assure": actions.assure}[move]
    act(ref, by=request.actor, at=request.at)
    return _service(queries.service_for(ref, by=request.actor), request)


def _require_moment(moment: datetime | None, *, field: str) -> None:
    """Refuses, RuleBroken: a time without its zone, or one that other zones cannot express."""
    if moment is None:
        return
    if moment.tzinfo is None:
        raise RuleBroken(N_("Give the time with its zone, such as 2026-11-22T09:00:00+08:00."), field=field)
    if not 1900 <= moment.year <= 9998:
        raise RuleBroken(N_("There is no such day."), field=field)


def _categories(category: str, domain: str) -> tuple[str, ...] | None:
    if category and not queries.leaves(category) or domain and not queries.within(domain):
        raise RuleBroken(N_("There is no such category. See /api/v1/categories for all of them."),
                         field="category" if category and not queries.leaves(category) else "domain")
    chosen = [set(keys) for keys in (queries.leaves(category), queries.within(domain)) if keys]
    return tuple(sorted(set.intersection(*chosen))) if chosen else None


def _hours(rows: tuple[Clock, ...]) -> list[HoursCard]:
    return [
        HoursCard(row.weekday, row.opens.replace(tzinfo=None), row.closes.replace(tzinfo=None), row.from_, row.until)
        for row in rows
    ]


def _service(card: ServiceCard, request: Request, near: Point | None = None) -> dict[str, Any]:
    away = card.metres_from(near)
    same = ("ref", "name", "summary", "category", "site", "modes", "region", "area", "languages", "accessibility",
            "duration_minutes", "capacity", "lead_minutes", "open_on_holidays", "assured_on", "state", "setup_minutes",
            "buffer_minutes", "wave")
    return {name: getattr(card, name) for name in same} | {
        "provider": {"ref": card.provider, "name": card.provider_name},
        "at": {"lon": card.point.lon, "lat": card.point.lat} if card.point else None,
        "distance_m": None if away is None else round(away),
        "price": {
            "amount_fen": card.price_fen, "unit": card.unit, "subsidy_fen": card.subsidy_fen,
            "subsidy_for": {"min_age": card.subsidy_for.min_age, "groups": card.subsidy_for.groups},
            "after_subsidy_fen": card.lowest_fen,
        },
        "eligibility": {"min_age": card.eligibility.min_age, "max_age": card.eligibility.max_age,
                        "groups": card.eligibility.groups, "gender": card.eligibility.gender},
        "credentials": sorted(card.credentials), "demo": card.is_demo,
        "url": reverse("directory:service", args=[card.ref]),
        "moves": [move.name for move in queries.moves(card, by=request.actor)],
    }
