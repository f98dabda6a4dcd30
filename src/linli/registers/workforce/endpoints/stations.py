from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Header, Query, Router, Schema, Status

from linli.engines.journal import actions as journal
from linli.kernel.doors import Request, speak
from linli.registers.workforce import actions, queries
from linli.registers.workforce.queries import StationCard

router = Router()
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]


class AssignedOut(Schema):
    ref: UUID
    passport: str
    name: str
    title: str
    level: str
    leads: bool


class StationOut(Schema):
    ref: UUID
    facility: UUID
    name: str
    address: str
    phone: str
    region: str
    organisation: UUID
    organisation_name: str
    state: str
    staff: list[AssignedOut]
    people: int
    registered: int
    people_needed: int
    registered_needed: int
    short: bool


class StationsOut(Schema):
    items: list[StationOut]
    total: int


class StationIn(Schema):
    facility: UUID
    uscc: str


class AssignmentIn(Schema):
    practitioner: UUID
    leads: bool = False


@router.get("/stations", response=StationsOut, auth=None, operation_id="workforce_stations")
def stations(request: Request, region: str = "", start: Annotated[int, Query(ge=0)] = 0) -> dict[str, Any]:
    """Open social-work stations with their staff, fifty at a time."""
    cards, total = queries.stations(region=region, on=timezone.localdate(request.at), start=start)
    return {"items": [_station(card) for card in cards], "total": total}


@router.post("/stations", response={200: StationOut, 201: StationOut}, operation_id="workforce_open_station")
def open_station(request: Request, body: StationIn, key: Key) -> Status[Any]:
    """Have an organisation run a station in these premises, for the office."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["workforce_open_station", body.dict()],
                           do=lambda: actions.open_station(**body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, _out(request, outcome.ref))


@router.post("/stations/{uuid:ref}/close", response=StationOut, operation_id="workforce_close_station")
def close_station(request: Request, ref: UUID) -> dict[str, Any]:
    actions.close_station(ref, by=request.actor, at=request.at)
    return _out(request, ref)


@router.post("/stations/{uuid:ref}/staff", response={200: StationOut, 201: StationOut}, operation_id="workforce_assign")
def assign(request: Request, ref: UUID, body: AssignmentIn, key: Key) -> Status[Any]:
    """Have one of the organisation's staff work at its station."""
    by, at = request.actor, request.at
    outcome = journal.once(key, by=by, at=at, body=["workforce_assign", str(ref), body.dict()],
                           do=lambda: actions.assign(ref, **body.dict(), by=by, at=at))
    return Status(201 if outcome.new else 200, _out(request, ref))


@router.post("/stations/{uuid:ref}/staff/{uuid:assignment}/end", response=StationOut, operation_id="workforce_relieve")
def relieve(request: Request, ref: UUID, assignment: UUID) -> dict[str, Any]:
    actions.relieve(ref, assignment=assignment, by=request.actor, at=request.at)
    return _out(request, ref)


def _out(request: Request, ref: UUID) -> dict[str, Any]:
    return _station(queries.station(ref, on=timezone.localdate(request.at)))


def _station(card: StationCard) -> dict[str, Any]:
    needs = card.staffing
    return {
        "ref": card.ref, "facility": card.facility, "name": card.name, "address": card.address, "phone": card.phone,
        "region": card.region, "organisation": card.organisation, "organisation_name": card.organisation_name,
        "state": card.state, "people": needs.people, "registered": needs.registered, "short": needs.short,
        "people_needed": needs.people_needed, "registered_needed": needs.registered_needed,
        "staff": [{"ref": one.ref, "passport": one.number, "name": one.name, "title": one.title, "leads": one.leads,
                   "level": speak(one.level) if one.level else ""} for one in card.staff],
    }
