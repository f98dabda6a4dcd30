"""Who shares what there is: two-step floating catchment areas (2SFCA; Luo and Wang, 2003), and where to build next.

First each facility's capacity is divided by all who reach it; then each place adds up the shares of all the facilities
that it reaches. Unlike the nearest facility or a count per district, this sees crowds and borders.
"""
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, radians
from typing import Generic, NamedTuple, TypeVar

from linli.kernel.geometry import Point, metres
from linli.registers.places.rules.reach import Streets

K = TypeVar("K")
_DEGREE = 6_371_008.8 * pi / 180


class Place(NamedTuple):
    """Where people live, or where something is: a point and how many people, or how many places there are."""

    key: str
    point: Point
    amount: float


@dataclass(frozen=True)
class Access:
    """What a place has: the facilities within reach, and their capacity shared out, for one person."""

    key: str
    people: float
    share: float
    within: int


class Along(NamedTuple):
    """Streets to walk along, and how many metres of way people come."""

    streets: Streets
    way: float


class Near(Generic[K]):
    """Points in bins as wide as a reach, so that few are measured.

    Between two that lie at streets, the way `along` them counts; else the straight line of `reach` metres.
    """

    def __init__(self, points: Iterable[tuple[K, Point]], *, reach: float, along: Along | None = None) -> None:
        self._reach, self._bins = reach, defaultdict[tuple[int, int], list[tuple[K, Point]]](list)
        self._along, self._far = along, max(reach, along.way) if along else reach
        self._high = self._far / _DEGREE
        self._wide = self._high / cos(radians(54))  # the country's north: no bin is narrower than the reach
        for key, point in points:
            self._bins[self._bin(point)].append((key, point))

    def of(self, point: Point) -> list[K]:
        """The keys of all points within the reach, measured along the streets or a great circle."""
        column, row = self._bin(point)
        near = [(key, other) for x in (column - 1, column, column + 1) for y in (row - 1, row, row + 1)
                for key, other in self._bins.get((x, y), ()) if metres(point, other) <= self._far]
        if self._along is None or not self._along.streets.begins_at(point):
            return [key for key, other in near if metres(point, other) <= self._reach]
        streets, most = self._along
        ways = streets.ways(point, [other for _, other in near], most=most)
        return [key for (key, other), way in zip(near, ways, strict=True) if way is not None
                or metres(point, other) <= self._reach and not streets.begins_at(other)]

    def _bin(self, point: Point) -> tuple[int, int]:
        return int(point.lon // self._wide), int(point.lat // self._high)


def shared(
    homes: Sequence[Place], facilities: Sequence[Place], *, reach: float, along: Along | None = None
) -> list[Access]:
    """What each home has of these facilities' capacity within `reach` metres as the crow flies, or the way `along`.

    What nobody reaches is shared by nobody, so over all people the shares add up to the capacity that is reached.
    """
    around = Near(((home, home.point) for home in homes), reach=reach, along=along)
    share: dict[str, float] = defaultdict(float)
    within: dict[str, int] = defaultdict(int)
    for facility in facilities:
        who = around.of(facility.point)
        people = sum(home.amount for home in who)
        for home in who:
            within[home.key] += 1
            if people:
                share[home.key] += facility.amount / people
    return [Access(home.key, home.amount, share[home.key], within[home.key]) for home in homes]


@dataclass(frozen=True)
class Site:
    """A place for a new facility. `served` people get what they lack; `first` of them have nothing within reach now."""

    key: str
    served: float
    first: float
    within: float
    """All people within reach."""


def ranked(
    homes: Sequence[Place], access: Mapping[str, Access], candidates: Sequence[Place], *, reach: float, norm: float,
    most: int, along: Along | None = None,
) -> list[Site]:
    """The best places for new facilities, best first: each is judged after those before it have been built.

    Someone lacks what is missing to `norm` (capacity a person). A candidate's `amount` is what it would hold. Of two
    that serve as many, the one that reaches more people who have nothing now goes first, then the order given.
    Refuses: ValueError unless the norm is above 0.
    """
    if norm <= 0:
        raise ValueError("a norm is above 0")
    around = Near(((home, home.point) for home in homes), reach=reach, along=along)
    lacking = {home.key: home.amount * max(0.0, 1 - access[home.key].share / norm) for home in homes}
    without = {home.key: home.amount for home in homes if not access[home.key].within}
    reached = {one.key: around.of(one.point) for one in candidates}
    left, found = list(candidates), list[Site]()
    while left and len(found) < most:
        sites = [_site(one, reached[one.key], lacking, without, norm) for one in left]
        best = max(range(len(left)), key=lambda index: (round(sites[index].served, 6), round(sites[index].first, 6),
                                                        -index))
        if sites[best].served <= 0:
            break
        chosen = left.pop(best)
        found.append(sites[best])
        wanting = sum(lacking[home.key] for home in reached[chosen.key])
        for home in reached[chosen.key]:
            lacking[home.key] *= 1 - sites[best].served / wanting
            without.pop(home.key, None)
    return found


def _site(one: Place, who: Sequence[Place], lacking: Mapping[str, float], without: Mapping[str, float],
          norm: float) -> Site:
    wanting = sum(lacking[home.key] for home in who)
    return Site(one.key, min(wanting, one.amount / norm), sum(without.get(home.key, 0.0) for home in who),
                sum(home.amount for home in who))
