"""What is within a walk: how far each age group comes, along streets where they are known, else as the crow flies.

Sources: distances of GB 50180-2018 (300, 500 and 800 to 1,000 m for 5, 10 and 15 minutes), with which an adult's walk
at 72 m a minute and detours of 30 % agree (277, 554 and 831 m); the speeds of the others are assumptions, in the rule
`places.walking`.
"""
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from math import cos, hypot, pi, radians
from typing import NamedTuple

from linli.kernel.geometry import Point, metres
from linli.registers.places.rules.facilities import Group

MINUTES = (5, 10, 15)
SNAP = 150.0
"""Metres that one walks to the next street at most; what is farther from any is not reached along streets."""
Node = tuple[float, float]
_DEGREE = 6_371_008.8 * pi / 180


@dataclass(frozen=True)
class Walking:
    """How people walk: metres a minute by age group, and by how much a way is longer than the straight line."""

    pace: Mapping[Group, float]
    detour: float

    def way(self, group: Group, minutes: float) -> float:
        """Metres that this group walks in so many minutes."""
        return self.pace[group] * minutes

    def minutes(self, group: Group, way: float) -> float:
        return way / self.pace[group]

    @property
    def farthest(self) -> float:
        """Metres of way that anybody comes within the longest of the walks."""
        return max(self.pace.values()) * max(MINUTES)


class Stretch(NamedTuple):
    """A piece of street between two points, walked both ways."""

    from_lon: float
    from_lat: float
    to_lon: float
    to_lat: float
    metres: float


def straight(origin: Point, targets: Iterable[Point], *, detour: float) -> list[float]:
    """The ways to these points, taken as the straight line and its detour; metres."""
    return [metres(origin, one) * detour for one in targets]


class Streets:
    """A net of streets near a place: ways along it from any point, from the nearest crossing on either end."""

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self._next: dict[Node, list[tuple[Node, float]]] = defaultdict(list)
        for one in stretches:
            here, there = (one.from_lon, one.from_lat), (one.to_lon, one.to_lat)
            self._next[here].append((there, one.metres))
            self._next[there].append((here, one.metres))
        self._bins: dict[tuple[int, int], list[Node]] = defaultdict(list)
        for node in self._next:
            self._bins[_bin(*node)].append(node)

    def __bool__(self) -> bool:
        return bool(self._next)

    def begins_at(self, point: Point) -> bool:
        """Whether there is a street to begin at."""
        return self._nearest(point) is not None

    def ways(self, origin: Point, targets: Iterable[Point], *, most: float) -> list[float | None]:
        """Metres along the streets to each point, None where it is farther than `most` or off any street."""
        begin = self._nearest(origin)
        if begin is None:
            return [None for _ in targets]
        reached, found = self._walk(begin[0], most - begin[1]), []
        for target in targets:
            end = self._nearest(target)
            way = None if end is None or end[0] not in reached else begin[1] + reached[end[0]] + end[1]
            if end is not None and way is not None and end[0] == begin[0]:
                way = min(way, metres(origin, target))  # at one crossing: not there and back again
            found.append(way if way is not None and way <= most else None)
        return found

    def _walk(self, begin: Node, most: float) -> dict[Node, float]:
        reached: dict[Node, float] = {}
        queue = [(0.0, begin)]
        while queue:
            way, node = heappop(queue)
            if node in reached:
                continue
            reached[node] = way
            for there, step in self._next[node]:
                if there not in reached and way + step <= most:
                    heappush(queue, (way + step, there))
        return reached

    def _nearest(self, point: Point) -> tuple[Node, float] | None:
        column, row = _bin(point.lon, point.lat)
        near = [node for x in (column - 1, column, column + 1) for y in (row - 1, row, row + 1)
                for node in self._bins.get((x, y), ())]
        measured = min(((apart(point, node), node) for node in near), default=None)
        return (measured[1], measured[0]) if measured and measured[0] <= SNAP else None


def apart(point: Point, node: Node) -> float:
    """Metres between two places near each other, on a plane."""
    shrink = cos(radians(point.lat))
    return hypot((point.lon - node[0]) * shrink, point.lat - node[1]) * _DEGREE


def _bin(lon: float, lat: float) -> tuple[int, int]:
    return int(lon // 0.0025), int(lat // 0.0025)  # no narrower than SNAP anywhere in the country
