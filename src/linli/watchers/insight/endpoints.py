"""The same figures for programs; who may not see a page may not see it here either."""
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema

from linli.kernel.doors import Request, speak
from linli.registers.directory.actions.reminding import ask_to_assure
from linli.registers.places import actions as premises
from linli.watchers.insight import queries
from linli.watchers.insight.queries import Asked, Freshness, Unreached
from linli.watchers.insight.rules.measures import MEASURES, Count, Measure, Subject

router = Router(tags=["insight"])
Code = Annotated[str, Query(max_length=12)]
Word = Annotated[str, Query(max_length=40)]
Days = Annotated[int, Query(ge=0, le=365)]
After = Annotated[int, Query(ge=0, le=100_000, description="a page's `next`")]
Limit = Annotated[int, Query(ge=1, le=200)]


class LineOut(Schema):
    region: str
    name: str
    figures: dict[str, float | None] | None
    """None where they speak of too few people to be shown."""


class DefinitionOut(Schema):
    measure: Measure
    name: str
    sentence: str


class CoverageTable(Schema):
    measure: Measure
    region: str
    name: str
    days: int
    what: str
    group: str
    kind: str
    counted_at: datetime
    residents_on: date | None
    free_at: datetime | None
    definitions: list[DefinitionOut]
    items: list[LineOut]
    elsewhere: dict[str, float | None] | None
    total: dict[str, float | None] | None
    next: str | None


class NeedOut(Schema):
    need: UUID
    region: str
    category: str
    state: str
    posted_at: datetime
    ended_at: datetime | None


class NeedsOut(Schema):
    items: list[NeedOut]
    next: str | None


class SupplyOut(Schema):
    service: UUID
    name: str
    provider: UUID
    provider_name: str
    category: str
    free: int | None


class SuppliesOut(Schema):
    items: list[SupplyOut]
    total: int
    next: str | None


class StandOut(Schema):
    key: str
    """A provider's ref, or a township's code."""
    name: str
    region: str
    overdue: int
    never: int
    oldest: date | None
    reminded_at: datetime | None
    remindable: bool


class StandsOut(Schema):
    items: list[StandOut]
    keepers: int
    things: int
    days: int
    next: str | None


class RemindedOut(Schema):
    reminded_of: int


class UnreachedOut(Schema):
    key: str
    name: str
    members: int | None
    unreached: int | None


class UnreachedTableOut(Schema):
    region: str
    group: str
    days: int
    least: int
    counted_at: datetime
    groups: list[UnreachedOut]
    items: list[UnreachedOut]
    next: str | None


class PersonOut(Schema):
    person: UUID
    number: str
    name: str
    region: str
    last_reached_at: datetime | None


class PeopleOut(Schema):
    items: list[PersonOut]
    total: int
    next: str | None


@router.get("/insight/coverage", response=CoverageTable, auth=None, operation_id="insight_coverage")
def coverage(request: Request, measure: Measure = Measure.UNMET, region: Code = "", days: Days = 28, what: Word = "",
             group: Word = "", kind: Word = "") -> dict[str, Any]:
    """The figures of a measure's subject by district or township. `what` is a kind of help, or a domain with a star
    (`elderly_care*`); `days` one of 7, 28, 90, 365."""
    of = queries.asked(measure=measure, region=region, days=days, what=what, group=group, kind=kind, by=request.actor)
    found = queries.coverage(of, by=request.actor, at=request.at)
    return {
        **vars(of), "name": found.name, "counted_at": found.at, "residents_on": found.people_on,
        "free_at": found.free_at, "next": None, "elsewhere": _figures(of, found.rest) if found.rest else None,
        "total": _figures(of, found.total),
        "items": [{"region": one.region, "name": one.name, "figures": _figures(of, one.count)}
                  for one in found.lines],
        "definitions": [{"measure": key, "name": speak(about.name), "sentence": queries.sentence(key, of)}
                        for key, about in MEASURES.items() if about.subject is of.subject],
    }


@router.get("/insight/coverage/needs", response=NeedsOut, auth=None, operation_id="insight_needs")
def needs(request: Request, region: Code = "", days: Days = 28, what: Word = "", state: Word = "", after: After = 0,
          limit: Limit = 50) -> dict[str, Any]:
    """The needs behind the figures, without names or words; `state` is one of theirs, or `unmet`."""
    of = queries.asked(region=region, days=days, what=what, by=request.actor)
    found = queries.needs(of, state=state, by=request.actor, at=request.at, start=after, most=limit + 1)
    return {"items": [vars(one) for one in found[:limit]],
            "next": str(after + limit) if len(found) > limit else None}


@router.get("/insight/coverage/services", response=SuppliesOut, auth=None, operation_id="insight_services")
def services(request: Request, region: Code = "", what: Word = "", group: Word = "", there: bool = False,
             after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """The services behind the figures, by name, with their free places as counted last: all that can be had there, or
    those only that are `there`."""
    of = queries.asked(measure=Measure.SERVICES, region=region, what=what, group=group, by=request.actor)
    found, count = queries.services(of, there=there, by=request.actor, start=after, most=limit)
    return {"total": count, "next": str(after + limit) if count > after + limit else None, "items": [
        {"service": card.ref, "name": card.name, "provider": card.provider, "provider_name": card.provider_name,
         "category": card.category, "free": free} for card, free in found]}


@router.get("/insight/freshness", response=StandsOut, auth=None, operation_id="insight_freshness")
def freshness(request: Request, region: Code = "", after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """Listings that were not assured in time, by provider, the oldest first."""
    found = queries.freshness(region, by=request.actor, at=request.at, start=after, most=limit)
    return _stands(found, str(after + limit) if found.keepers > after + limit else None)


@router.get("/insight/freshness/facilities", response=StandsOut, auth=None, operation_id="insight_facilities")
def facilities(request: Request, region: Code = "") -> dict[str, Any]:
    """Facilities whose entry nobody confirmed in time, by township, the oldest first."""
    return _stands(queries.facilities(region, by=request.actor, at=request.at), None)


@router.post("/insight/freshness/providers/{uuid:ref}/remind", response=RemindedOut, auth=None,
             operation_id="insight_remind_provider")
def remind_provider(request: Request, ref: UUID) -> dict[str, int]:
    """The provider is told, and owes the assurance of all of its listings there that are old."""
    return {"reminded_of": ask_to_assure(ref, by=request.actor, at=request.at)}


@router.post("/insight/freshness/offices/{str:code}/remind", response=RemindedOut, auth=None,
             operation_id="insight_remind_office")
def remind_office(request: Request, code: str) -> dict[str, int]:
    """The office of a township is told, and owes the confirmation of all entries there that are old."""
    return {"reminded_of": premises.ask_to_confirm(code[:12], by=request.actor, at=request.at)}


@router.get("/insight/unreached", response=UnreachedTableOut, auth=None, operation_id="insight_unreached")
def unreached(request: Request, group: Word = "", region: Code = "", days: Days = 0) -> dict[str, Any]:
    """Whom nobody reached for some days (28, 90, 365), by special group and region; small figures are left out."""
    found = queries.unreached(group=group, region=region, days=days, by=request.actor, at=request.at)
    return {"region": found.region, "group": found.group, "days": found.days, "least": found.least,
            "counted_at": found.at, "groups": _unreached(found.groups), "items": _unreached(found.lines), "next": None}


@router.get("/insight/unreached/people", response=PeopleOut, auth=None, operation_id="insight_people")
def people(request: Request, group: Word = "", region: Code = "", days: Days = 0, after: After = 0, limit: Limit = 50
           ) -> dict[str, Any]:
    """Who they are, masked, for those who may open their data with a reason."""
    found = queries.people(group=group, region=region, days=days, by=request.actor, at=request.at, start=after,
                           most=limit)
    return {"total": found.total, "next": str(after + limit) if found.total > after + limit else None, "items": [
        {"person": card.ref, "number": card.number, "name": card.name, "region": card.region, "last_reached_at": last}
        for card, last in found.items]}


def _figures(of: Asked, count: Count | None) -> dict[str, float | None] | None:
    if count is None:
        return None
    more = {Subject.SUPPLY: "rate", Subject.REACH: "share"}.get(of.subject)
    return vars(count) | ({more: getattr(count, more)} if more else {})


def _stands(found: Freshness, following: str | None) -> dict[str, Any]:
    return {"items": [vars(one) for one in found.items], "keepers": found.keepers, "things": found.things,
            "days": found.days, "next": following}


def _unreached(found: list[Unreached]) -> list[dict[str, Any]]:
    return [vars(one) | {"name": speak(one.name)} for one in found]
