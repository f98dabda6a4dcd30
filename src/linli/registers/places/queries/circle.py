from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians
from typing import NamedTuple

from django.conf import settings
from django.db.models import Max, Q, Sum

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import prefix
from linli.kernel.geometry import Point, cells_within
from linli.kernel.text import Text
from linli.registers.places.models import Population, Street
from linli.registers.places.queries.facilities import FacilityCard, facilities, facilities_within, placed
from linli.registers.places.queries.regions import in_force, locate
from linli.registers.places.rules import catchment
from linli.registers.places.rules.catchment import Access, Along, Near, Place, Site
from linli.registers.places.rules.facilities import GROUPS, IDLE, KINDS, STATIONS, Group, serving
from linli.registers.places.rules.reach import MINUTES, Streets, Stretch, Walking
from linli.registers.places.rules.regions import Issuer, Level

WALKING = "places.walking"
HELD = 60
"""What idle premises of unknown size would hold, and the smallest that a new facility is planned for."""
M2_A_PLACE = 4


@dataclass(frozen=True)
class Within:
    """A kind of facility as one age group reaches it: how many within each of the walks, and the nearest."""

    kind: str
    name: Text
    counts: tuple[int, ...]
    nearest: FacilityCard | None
    minutes: float | None
    """The group's walk to the nearest; None where none is within reach of the longest walk."""

    @property
    def missing(self) -> bool:
        return not self.counts[-1]


@dataclass(frozen=True)
class GroupCircle:
    group: Group
    label: Text
    metres: tuple[int, ...]
    """How far the group comes in each of the walks, along the way."""
    kinds: tuple[Within, ...]


@dataclass(frozen=True)
class Circle:
    """What is within 5, 10 and 15 minutes on foot of a point, for each age group."""

    point: Point
    district: str | None
    streets: bool
    """Whether ways follow loaded streets; else they are straight lines and a detour, which pages must say."""
    detour: float
    groups: tuple[GroupCircle, ...]
    facilities: tuple[tuple[FacilityCard, float], ...]
    """All within reach of the fastest, with the metres of way, the nearest first."""


@dataclass(frozen=True)
class Covered:
    """A region's communities by how they come to a kind of facility."""

    region: str
    name: str
    level: Level
    communities: int
    own: int
    """With one of their own."""
    near: int
    """With none of their own, but within the walk of the people whom it is for."""
    without: int
    unplaced: int
    """With none of their own, and no point on the map from which to measure."""
    missing: tuple[str, ...]
    """The codes of those without."""
    streets: bool
    """Whether ways follow loaded streets; else they are straight lines and a detour, which pages must say."""


@dataclass(frozen=True)
class Gap:
    """A community and its share of a kind of facility."""

    region: str
    name: str
    people: int
    share: float
    """Places (beds, meals …) for a thousand people of the groups it is for."""
    within: int
    lacks: int
    """People who have none of the capacity that the norm would give them."""


@dataclass(frozen=True)
class Proposal:
    """A place for a new facility: idle premises, or a community's middle."""

    name: str
    region: str
    point: Point
    premises: FacilityCard | None
    capacity: int
    served: int
    first: int
    within: int


@dataclass(frozen=True)
class Catchment:
    """Who has how much of a kind of facility, and where more would help most."""

    kind: str
    reach: int
    """Metres that people come, by the pace of the slowest group whom it is for: as the crow flies, or of way."""
    streets: bool
    """Whether ways follow loaded streets."""
    norm: float
    """Capacity for a thousand people against which gaps are measured: given, or the region's own average."""
    given: bool
    counted: bool
    """Whether people have been counted; else every community counts as 1,000, which pages must say."""
    facilities: int
    capacity: int
    people: int
    uncounted: int
    """Facilities of the kind whose capacity is not known: they share out nothing."""
    unplaced: int
    """Communities without a point on the map: nothing is known of them here."""
    gaps: list[Gap]
    sites: list[Proposal]


def walking(on: date, region: str = "") -> Walking:
    """How people walk, by the rule that is in force there."""
    params = rulebook.rule(WALKING, on=on, region=region or settings.REGION).params
    return Walking({group: float(params[group.value]) for group in Group}, params["detour_percent"] / 100)


def life_circle(point: Point, *, on: date) -> Circle:
    """What each age group reaches on foot from here. Three queries, however much there is."""
    pace = walking(on)
    net = _net(point, pace.farthest)
    near = facilities_within(point, pace.farthest)
    if net:
        ways = net.ways(point, [card.point for card, _ in near if card.point], most=pace.farthest)
    else:
        ways = [metres * pace.detour for _, metres in near]
    found = sorted(((card, way) for (card, _), way in zip(near, ways, strict=True)
                    if way is not None and way <= pace.farthest), key=lambda pair: (pair[1], pair[0].ref))
    groups = tuple(_group(group, pace, found) for group in Group)
    return Circle(point, locate(point), bool(net), pace.detour, groups, tuple(found))


def coverage(region: str, *, kind: str, on: date) -> list[Covered]:
    """How the communities of the regions right below this one come to a kind of facility. Four queries."""
    cards = {card.code: card for card in _spots(region)}
    villages = [card for card in cards.values() if card.level == Level.VILLAGE]
    own = {card.region for card in _serving(kind, region)}
    near, streets = _reached(kind, villages, own, region, on)
    by: dict[str, list[_Spot]] = defaultdict(list)
    below = [card for card in cards.values() if card.parent == region] or [cards[region]] if region in cards else []
    sizes = sorted({len(prefix(card.code)) for card in below}, reverse=True)
    heads = {prefix(card.code): card.code for card in below}
    for village in villages:
        head = next((village.code[:size] for size in sizes if village.code[:size] in heads), "")
        by[heads.get(head, "")].append(village)
    found = []
    for card in below:
        members = by[card.code]
        mine = [one for one in members if one.code in own]
        others = [one for one in members if one.code not in own]
        missing = tuple(one.code for one in others if one.point and one.code not in near)
        found.append(Covered(
            card.code, card.name, Level(card.level), len(members), len(mine),
            sum(one.code in near for one in others), len(missing), sum(one.point is None for one in others), missing,
            streets))
    return found


def communities(region: str, *, kind: str, on: date) -> dict[str, str]:
    """How each community of a region comes to a kind of facility: `own`, `near`, `without`, or `unplaced` where it
    has none of its own and no point on the map. Four queries."""
    villages = [card for card in _spots(region) if card.level == Level.VILLAGE]
    own = {card.region for card in _serving(kind, region)}
    near, _ = _reached(kind, villages, own, region, on)
    return {one.code: "own" if one.code in own else "near" if one.code in near else "without" if one.point
            else "unplaced" for one in villages}


def catchments(
    region: str, *, kind: str, on: date, norm: float | None = None, most: int = 10, capacity: int | None = None
) -> Catchment:
    """Two-step floating catchment areas of a kind of facility in a region, its gaps, and ranked sites for new ones.

    Facilities count from the whole node, homes from the region. `norm` is capacity for a thousand people of the
    groups; without one, it is the average of the region. Sites are judged one after another. Five queries.
    """
    groups = KINDS[kind].groups
    way, distance = _comes(kind, region, on)
    villages = [spot for spot in _spots(region) if spot.level == Level.VILLAGE]
    counted = _people(region, groups)
    homes = [Place(card.code, card.point, float(counted.get(card.code, 0) if counted else 1000))
             for card in villages if card.point]
    everywhere = placed([kind], region=settings.REGION)
    sized = [card for card in everywhere if card.capacity]
    supply = [Place(str(card.ref), card.point, float(card.capacity or 0)) for card in sized if card.point]
    along = _along([home.point for home in homes], way)
    access = catchment.shared(homes, supply, reach=distance, along=along)
    people = sum(home.amount for home in homes)
    average = sum(one.share * one.people for one in access) / people if people else 0.0
    wanted = norm / 1000 if norm else average
    names = {card.code: card.name for card in villages}
    sites = _sites(region, homes, access, villages, distance, along, wanted, capacity, most)
    inside = [card for card in everywhere if card.region.startswith(prefix(region))]
    return Catchment(
        kind, round(along.way if along else distance), along is not None, wanted * 1000, bool(norm), bool(counted),
        len(inside), sum(card.capacity or 0 for card in inside), round(people),
        sum(not card.capacity for card in inside), sum(card.point is None for card in villages),
        _gaps(access, names, wanted), sites)


def stations() -> tuple[str, ...]:
    """The kinds of facility that each community is to have of its own or within reach."""
    return STATIONS


def facility_kinds() -> dict[str, Text]:
    """The kinds of facility that serve people, by key, with their names."""
    return {key: kind.name for key, kind in KINDS.items() if key != IDLE}


def people_of(region: str) -> dict[str, int]:
    """How many people of each age group have been counted in a region and below it; empty where none were."""
    found: dict[str, int] = defaultdict(int)
    for group, people in Population.objects.filter(region_code__startswith=prefix(region)).values_list(
            "group", "people"):
        found[group] += people
    return dict(found)


def people_below(region: str) -> dict[str, tuple[int, date]]:
    """How many people have been counted in each region below this one that has a figure, of all ages, and on which
    day at the latest; one query."""
    rows = Population.objects.filter(region_code__startswith=prefix(region)).order_by().values_list("region_code")
    return {code: (people, on) for code, people, on in rows.annotate(sum=Sum("people"), on=Max("counted_on"))}


def _net(point: Point, farthest: float) -> Streets | None:
    """The streets about a point; None where none are loaded near it."""
    spans = Q()
    for low, high in cells_within(point, farthest + 500):
        spans |= Q(cell__range=(low, high))
    rows = Street.objects.filter(spans).values_list("from_lon", "from_lat", "to_lon", "to_lat", "metres")
    net = Streets(Stretch(*row) for row in rows)
    return net if net and net.begins_at(point) else None


def _along(points: Sequence[Point], way: float) -> Along | None:
    """The streets about all of these points, to walk so many metres along; None where none are loaded there."""
    if not points:
        return None
    lons, lats = [one.lon for one in points], [one.lat for one in points]
    high = way / 111_000
    wide = high / cos(radians(max(map(abs, lats))))
    rows = Street.objects.filter(from_lon__range=(min(lons) - wide, max(lons) + wide),
                                 from_lat__range=(min(lats) - high, max(lats) + high))
    net = Streets(Stretch(*row) for row in rows.values_list("from_lon", "from_lat", "to_lon", "to_lat", "metres"))
    return Along(net, way) if net else None


def _comes(kind: str, region: str, on: date) -> tuple[float, float]:
    """How many metres of way the slowest whom it is for come to such a facility, and how far that is as the crow
    flies."""
    pace = walking(on, region)
    way = min(pace.pace[group] for group in KINDS[kind].groups) * KINDS[kind].minutes
    return way, way / pace.detour


def _group(group: Group, pace: Walking, found: Sequence[tuple[FacilityCard, float]]) -> GroupCircle:
    kinds = []
    for key in serving(group):
        mine = [(card, way) for card, way in found if card.kind == key]
        counts = tuple(sum(way <= pace.way(group, minutes) for _, way in mine) for minutes in MINUTES)
        nearest = mine[0] if mine and counts[-1] else None
        kinds.append(Within(key, KINDS[key].name, counts, nearest[0] if nearest else None,
                            round(pace.minutes(group, nearest[1]), 1) if nearest else None))
    return GroupCircle(group, GROUPS[group], tuple(round(pace.way(group, minutes)) for minutes in MINUTES),
                       tuple(kinds))


class _Spot(NamedTuple):
    """A region as far as it is needed where there are thousands."""

    code: str
    name: str
    level: str
    parent: str
    point: Point | None


def _spots(region: str) -> list[_Spot]:
    rows = in_force(Issuer.STATS, None).filter(code__startswith=prefix(region)).order_by("code")
    return [_Spot(code, name, level, parent, None if lon is None or lat is None else Point(lon, lat))
            for code, name, level, parent, lon, lat in rows.values_list(
                "code", "name", "level", "parent_code", "lon", "lat")]


def _serving(kind: str, region: str) -> list[FacilityCard]:
    return facilities(region=region, kind=kind, most=100_000)


def _reached(kind: str, villages: Sequence[_Spot], own: set[str], region: str, on: date) -> tuple[set[str], bool]:
    """Of the communities without one of their own, those within the walk of the slowest whom it is for; and whether
    ways follow streets."""
    way, distance = _comes(kind, region, on)
    along = _along([card.point for card in villages if card.point], way)
    near = Near(((card.ref, card.point) for card in placed([kind], region=settings.REGION) if card.point),
                reach=distance, along=along)
    found = {card.code for card in villages if card.point and card.code not in own and near.of(card.point)}
    return found, along is not None


def _people(region: str, groups: Sequence[Group]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    rows = Population.objects.filter(region_code__startswith=prefix(region), group__in=list(groups))
    for code, people in rows.values_list("region_code", "people"):
        found[code] += people
    return dict(found)


def _gaps(access: Sequence[Access], names: dict[str, str], wanted: float) -> list[Gap]:
    found = [Gap(one.key, names[one.key], round(one.people), one.share * 1000, one.within,
                 round(one.people * max(0.0, 1 - one.share / wanted)) if wanted else round(one.people))
             for one in access if one.people]
    return sorted(found, key=lambda gap: (-gap.lacks, gap.share, gap.region))


def _sites(region: str, homes: Sequence[Place], access: Sequence[Access], villages: Sequence[_Spot],
           distance: float, along: Along | None, wanted: float, capacity: int | None, most: int) -> list[Proposal]:
    """Idle premises first, then the middles of communities; where nothing is known to serve, by whom they reach."""
    idle = placed([IDLE], region=region)
    choices: dict[str, tuple[str, str, Point, FacilityCard | None, int]] = {}
    for card in idle:
        if card.point:
            holds = capacity or card.capacity or (card.area_m2 or 0) // M2_A_PLACE or HELD
            choices[f"premises {card.ref}"] = card.name, card.region, card.point, card, holds
    for village in villages:
        if village.point:
            choices[village.code] = village.name, village.code, village.point, None, capacity or HELD
    norm = wanted or 1.0  # nothing is shared yet: each place of the new facility is one person's
    candidates = [Place(key, choice[2], float(choice[4])) for key, choice in choices.items()]
    found: list[Site] = catchment.ranked(homes, {one.key: one for one in access}, candidates, reach=distance,
                                         norm=norm, most=most, along=along)
    return [Proposal(choices[site.key][0], choices[site.key][1], choices[site.key][2], choices[site.key][3],
                     choices[site.key][4], round(site.served), round(site.first), round(site.within))
            for site in found]

