from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Header, Query, Router, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request, speak
from linli.kernel.geometry import Crs, parse_point
from linli.registers.places import actions, queries
from linli.registers.places.actions import Entry
from linli.registers.places.endpoints.regions import Position
from linli.registers.places.queries import CellCard, FacilityCard
from linli.registers.places.rules.facilities import Tier
from linli.registers.places.rules.regions import whole

router = Router()
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]
NEAR = 2000


class At(Schema):
    """A point in one of three systems; what is kept and given back is WGS-84."""

    lon: float
    lat: float
    crs: Crs = Crs.WGS84


class FacilityOut(Schema):
    ref: UUID
    kind: str
    kind_text: str
    tier: Tier
    name: str
    region: str
    address: str
    at: Position | None
    given_crs: str
    capacity: int | None
    unit: str
    area_m2: int | None
    phone: str
    opened_on: date | None
    closed_on: date | None
    demo: bool
    metres: int | None = None
    """How far it is from the point that was asked about, as the crow flies."""


class Facilities(Schema):
    items: list[FacilityOut]
    next: str | None


class FacilityIn(Schema):
    kind: str
    name: Annotated[str, Field(max_length=100)]
    region: Annotated[str, Field(max_length=12)]
    tier: Tier | None = None
    """Whom it serves; those of its region where nothing is said."""
    address: Annotated[str, Field(max_length=200)] = ""
    at: At | None = None
    capacity: Annotated[int | None, Field(ge=0, le=10**8)] = None
    area_m2: Annotated[int | None, Field(ge=0, le=10**8)] = None
    phone: Annotated[str, Field(max_length=30)] = ""
    opened_on: date | None = None


class Closing(Schema):
    on: date


class CellOut(Schema):
    ref: UUID
    code: str
    name: str
    region: str
    households: int | None
    officer: str
    """The name that residents see while the officer is on duty."""
    phone: str
    since: date | None
    demo: bool


class Cells(Schema):
    items: list[CellOut]
    next: str | None


class CellIn(Schema):
    code: Annotated[str, Field(max_length=20)]
    name: Annotated[str, Field(max_length=60)]
    region: Annotated[str, Field(max_length=12)]
    households: Annotated[int | None, Field(ge=0, le=10**6)] = None
    boundary: dict[str, Any] | None = None


class Post(Schema):
    called: Annotated[str, Field(max_length=40)]
    phone: Annotated[str, Field(max_length=30)]
    from_on: date


class Leaving(Schema):
    until_on: date


@router.get("/facilities", response=Facilities, auth=None, operation_id="places_facilities")
def facilities(
    request: HttpRequest, region: Annotated[str, Query(max_length=12)] = "", kind: str = "", tier: Tier | None = None,
    q: Annotated[str, Query(max_length=60)] = "", near: str = "", crs: Crs = Crs.WGS84,
    within_m: Annotated[int, Query(ge=1, le=20_000)] = NEAR, after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Facilities of the public that are open, in the order of their entry; with `near`, the nearest first."""
    if near:
        given = parse_point(near)
        point = actions.given(given.lon, given.lat, crs)
        assert point  # two numbers stand there
        found = queries.facilities_within(point, within_m, kinds=[kind] if kind else None)
        return {"items": [_facility(card, metres) for card, metres in found[:limit]], "next": None}
    cards = queries.facilities(region=whole(region), kind=kind, tier=tier or "", q=q, after=after, most=limit + 1)
    more = str(cards[limit - 1].ref) if len(cards) > limit else None
    return {"items": [_facility(card) for card in cards[:limit]], "next": more}


@router.get("/facilities/{uuid:ref}", response=FacilityOut, auth=None, operation_id="places_facility")
def facility(request: HttpRequest, ref: UUID) -> dict[str, Any]:
    """One facility, closed ones too."""
    return _facility(queries.facility(ref))


@router.post("/facilities", response={200: FacilityOut, 201: FacilityOut}, operation_id="places_add_facility")
def add_facility(request: Request, body: FacilityIn, key: Key) -> Status[Any]:
    """Enter a facility into the register of places."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["places_add_facility", body.dict()],
                           do=lambda: actions.add_facility(_entry(body), by=by, at=at))
    return Status(201 if outcome.new else 200, _facility(queries.facility(outcome.ref)))


@router.post("/facilities/{uuid:ref}/change", response=FacilityOut, operation_id="places_change_facility")
def change_facility(request: Request, ref: UUID, body: FacilityIn) -> dict[str, Any]:
    """Say anew, and whole, what a facility is."""
    actions.change_facility(ref, _entry(body), by=request.actor, at=request.at)
    return _facility(queries.facility(ref))


@router.post("/facilities/{uuid:ref}/close", response=FacilityOut, operation_id="places_close_facility")
def close_facility(request: Request, ref: UUID, body: Closing) -> dict[str, Any]:
    """The facility closes for good on a day."""
    actions.close_facility(ref, on=body.on, by=request.actor, at=request.at)
    return _facility(queries.facility(ref))


@router.post("/facilities/{uuid:ref}/confirm", response=FacilityOut, operation_id="places_confirm_facility")
def confirm_facility(request: Request, ref: UUID) -> dict[str, Any]:
    """Everything still stands as entered."""
    actions.confirm_facility(ref, by=request.actor, at=request.at)
    return _facility(queries.facility(ref))


@router.get("/grid-cells", response=Cells, auth=None, operation_id="places_grid_cells")
def grid_cells(
    request: HttpRequest, region: Annotated[str, Query(max_length=12)] = "", at: str = "", crs: Crs = Crs.WGS84,
    after: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Grid cells and who walks them; with `at` (lon,lat), the drawn cell in which that point lies."""
    if at:
        place = parse_point(at)
        point = actions.given(place.lon, place.lat, crs)
        assert point  # two numbers stand there
        card = queries.grid_cell_at(point, region=whole(region) or queries.root().code)
        return {"items": [_cell(card)] if card else [], "next": None}
    cards = queries.grid_cells(region=whole(region), start=after, most=limit + 1)
    return {"items": [_cell(card) for card in cards[:limit]],
            "next": str(after + limit) if len(cards) > limit else None}


@router.post("/grid-cells", response={200: CellOut, 201: CellOut}, operation_id="places_add_grid_cell")
def add_grid_cell(request: Request, body: CellIn, key: Key) -> Status[Any]:
    """Make a part of a community a grid cell; its boundary is GeoJSON in WGS-84."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["places_add_grid_cell", body.dict()], do=lambda: actions.
                           add_grid_cell(body.code, name=body.name, region=body.region, households=body.households,
                                         boundary=body.boundary, by=by, at=at))
    return Status(201 if outcome.new else 200, _cell(queries.grid_cell(outcome.ref)))


@router.post("/grid-cells/{uuid:ref}/appoint", response=CellOut, operation_id="places_appoint")
def appoint(request: Request, ref: UUID, body: Post) -> dict[str, Any]:
    """Give a cell its officer from a day; the one before leaves on it."""
    actions.appoint(ref, called=body.called, phone=body.phone, from_on=body.from_on, by=request.actor, at=request.at)
    return _cell(queries.grid_cell(ref))


@router.post("/grid-cells/{uuid:ref}/relieve", response=CellOut, operation_id="places_relieve")
def relieve(request: Request, ref: UUID, body: Leaving) -> dict[str, Any]:
    """The cell's officer leaves on a day, and is named no more."""
    actions.relieve(ref, until_on=body.until_on, by=request.actor, at=request.at)
    return _cell(queries.grid_cell(ref))


def _entry(body: FacilityIn) -> Entry:
    at, card = body.at, queries.region(body.region)
    own = Tier(card.level.value) if card and card.level.value in set(Tier) else Tier.VILLAGE
    return Entry(body.kind, body.name, body.region, body.tier or own, body.address,
                 actions.given(at.lon, at.lat, at.crs) if at else None, at.crs if at else Crs.WGS84, body.capacity,
                 body.area_m2, body.phone, body.opened_on)


def _facility(card: FacilityCard, metres: float | None = None) -> dict[str, Any]:
    return {**vars(card), "kind_text": speak(card.kind_name), "unit": speak(card.unit), "at": card.point,
            "metres": None if metres is None else round(metres)}


def _cell(card: CellCard) -> dict[str, Any]:
    return vars(card)
