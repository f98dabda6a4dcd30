from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router, Schema

from linli.kernel.doors import Request, speak
from linli.kernel.geometry import Crs, parse_point
from linli.kernel.refusals import NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import actions, queries
from linli.registers.places.endpoints.regions import Position
from linli.registers.places.rules.facilities import IDLE, KIND, KINDS, Group
from linli.registers.places.rules.reach import MINUTES
from linli.registers.places.rules.regions import Level, whole

router = Router()


class NearOut(Schema):
    ref: UUID
    kind: str
    name: str
    at: Position
    metres: int
    """The way on foot."""


class KindOut(Schema):
    kind: str
    kind_text: str
    within: dict[str, int]
    """How many within 5, 10 and 15 minutes."""
    nearest: UUID | None
    minutes: float | None
    missing: bool


class GroupOut(Schema):
    group: Group
    group_text: str
    metres: dict[str, int]
    """How far the group comes in 5, 10 and 15 minutes, along the way."""
    kinds: list[KindOut]


class CircleOut(Schema):
    at: Position
    district: str | None
    ways: str
    """`streets`: along the loaded ones; `straight_lines`: none are loaded here, and `detour` is an assumption."""
    detour: float | None
    groups: list[GroupOut]
    facilities: list[NearOut]


class CoveredOut(Schema):
    region: str
    name: str
    level: Level
    communities: int
    own: int
    near: int
    without: int
    unplaced: int
    missing: list[str]


class CoverageOut(Schema):
    region: str
    kind: str
    ways: str
    items: list[CoveredOut]
    next: str | None


class GapOut(Schema):
    region: str
    name: str
    people: int
    per_thousand: float
    within: int
    lacks: int


class SiteOut(Schema):
    name: str
    region: str
    at: Position
    premises: UUID | None
    capacity: int
    served: int
    first: int
    within: int


class CatchmentOut(Schema):
    region: str
    kind: str
    ways: str
    reach_m: int
    norm_per_thousand: float
    norm_given: bool
    people_counted: bool
    people: int
    facilities: int
    capacity: int
    facilities_without_capacity: int
    communities_without_point: int
    gaps: list[GapOut]
    sites: list[SiteOut]


@router.get("/life-circle", response=CircleOut, auth=None, operation_id="places_life_circle")
def life_circle(request: Request, at: str, crs: Crs = Crs.WGS84) -> dict[str, Any]:
    """What is within 5, 10 and 15 minutes on foot of a point (lon,lat), for each age group, and what is missing."""
    given = parse_point(at)
    point = actions.given(given.lon, given.lat, crs)
    assert point  # two numbers stand there
    found = queries.life_circle(point, on=timezone.localdate(request.at))
    return {
        "at": found.point, "district": found.district, "ways": _ways(found.streets),
        "detour": None if found.streets else found.detour,
        "facilities": [{"ref": card.ref, "kind": card.kind, "name": card.name, "at": card.point, "metres": round(way)}
                       for card, way in found.facilities],
        "groups": [{
            "group": one.group, "group_text": speak(one.label), "metres": _by_minutes(one.metres), "kinds": [{
                "kind": kind.kind, "kind_text": speak(kind.name), "within": _by_minutes(kind.counts),
                "nearest": kind.nearest.ref if kind.nearest else None, "minutes": kind.minutes,
                "missing": kind.missing} for kind in one.kinds]} for one in found.groups],
    }


@router.get("/coverage", response=CoverageOut, auth=None, operation_id="places_coverage")
def coverage(request: Request, kind: str, region: Annotated[str, Query(max_length=12)] = "") -> dict[str, Any]:
    """How the communities of the regions below one come to a kind of facility: their own, near by, or none."""
    code = _checked(kind, region)
    found = queries.coverage(code, kind=kind, on=timezone.localdate(request.at))
    return {"region": code, "kind": kind, "ways": _ways(any(one.streets for one in found)), "items": found,
            "next": None}


@router.get("/catchments", response=CatchmentOut, auth=None, operation_id="places_catchments")
def catchments(
    request: Request, kind: str, region: Annotated[str, Query(max_length=12)] = "",
    norm: Annotated[float | None, Query(gt=0, le=1000)] = None,
    capacity: Annotated[int | None, Query(ge=1, le=100_000)] = None, sites: Annotated[int, Query(ge=0, le=50)] = 10,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Who has how much of a kind of facility (two-step floating catchment areas), and where a new one helps most.

    `norm` is capacity for a thousand people whom it is for (without it, the region's average); `capacity` what a new
    one would hold.
    """
    code = _checked(kind, region)
    found = queries.catchments(code, kind=kind, on=timezone.localdate(request.at), norm=norm, most=sites,
                               capacity=capacity)
    return {
        "region": code, "kind": kind, "ways": _ways(found.streets), "reach_m": found.reach,
        "norm_per_thousand": found.norm, "norm_given": found.given, "people_counted": found.counted,
        "people": found.people, "facilities": found.facilities, "capacity": found.capacity,
        "facilities_without_capacity": found.uncounted,
        "communities_without_point": found.unplaced,
        "gaps": [{**vars(one), "per_thousand": one.share} for one in found.gaps[:limit]],
        "sites": [{**vars(one), "at": one.point, "premises": one.premises.ref if one.premises else None}
                  for one in found.sites],
    }


def _checked(kind: str, region: str) -> str:
    if kind not in KINDS or kind == IDLE:
        raise RuleBroken(KIND, field="kind")
    code = whole(region) or queries.root().code
    card = queries.region(code)
    if card is None or card.level is Level.PROVINCE:
        raise NotFound(N_("No such region."))
    return code


def _ways(streets: bool) -> str:
    return "streets" if streets else "straight_lines"


def _by_minutes(figures: tuple[int, ...]) -> dict[str, int]:
    return {str(minutes): figure for minutes, figure in zip(MINUTES, figures, strict=True)}
