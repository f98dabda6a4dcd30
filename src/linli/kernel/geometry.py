"""Points in WGS-84, distances, cells that make nearness an integer range, map offsets, and boundaries."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from math import asin, atan2, cos, hypot, pi, radians, sin, sqrt
from typing import Any, Self

import h3.api.basic_int as h3
import shapely
from shapely.geometry import mapping, shape

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_

RESOLUTION = 9
"""H3 cells as stored: about 200 m along an edge."""

OFF_EARTH = N_("A longitude lies between -180 and 180 degrees, a latitude between -90 and 90.")

_EARTH = 6_371_008.8  # mean radius in metres
_DEGREE = _EARTH * pi / 180  # metres along a meridian
_RINGS = 2  # of coarser cells asked for: at most 19 ranges, few of them wide of the mark
_SPILL = 1.1  # children stick out of their parent, but stay within 1.053 of its radius; the rest is for distortion


@dataclass(frozen=True)
class Point:
    """A place on earth, degrees in WGS-84 (CGCS2000 agrees with it to centimetres). Refuses: ValueError."""

    lon: float
    lat: float

    def __post_init__(self) -> None:
        if not _on_earth(self.lon, self.lat):
            raise ValueError(OFF_EARTH)

    def __str__(self) -> str:
        return f"{self.lon:.6f},{self.lat:.6f}"


def parse_point(text: str) -> Point:
    """Read "117.22,31.82": longitude first. Refuses: RuleBroken."""
    found = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*", unicodedata.normalize("NFKC", text))
    if not found:
        raise RuleBroken(N_("A point is its longitude, a comma and its latitude, such as 117.22,31.82."))
    lon, lat = float(found[1]), float(found[2])
    if not _on_earth(lon, lat):
        raise RuleBroken(OFF_EARTH)
    return Point(lon, lat)


def _on_earth(lon: float, lat: float) -> bool:
    return -180 <= lon <= 180 and -90 <= lat <= 90  # and NaN is nowhere


def inside_china(point: Point) -> bool:
    """Whether the point lies in the box round China: good for catching slips, not for drawing a border."""
    return _in_box(point.lon, point.lat)


def looks_swapped(lon: float, lat: float) -> bool:
    """Whether these two, in this order, lie outside China and would lie in it the other way round."""
    return not _in_box(lon, lat) and _in_box(lat, lon)


def _in_box(lon: float, lat: float) -> bool:
    return 73.4 <= lon <= 135.2 and 3.8 <= lat <= 53.6


def metres(a: Point, b: Point) -> float:
    """Great-circle distance on a sphere; within 0.6 % of the ellipsoid's."""
    return metres_between(a.lon, a.lat, b.lon, b.lat)


def metres_between(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """The same between degrees that are known to be on earth."""
    a, b = radians(lat_a), radians(lat_b)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH * asin(sqrt(min(1.0, half)))


# Cells. Within one resolution the digits of a cell, read in base 7 after its base cell, are its rank; the descendants
# of a cell have consecutive ranks. https://h3geo.org/docs/core-library/h3Indexing


def cell(point: Point, resolution: int = RESOLUTION) -> int:
    """The H3 cell of the point, below 2**60: fits a signed 64-bit column."""
    return int(h3.latlng_to_cell(point.lat, point.lon, resolution))


def cell_point(cell: int) -> Point:
    """The centre of a cell of any resolution. Refuses: ValueError for an integer that is no cell."""
    if not h3.is_valid_cell(cell):
        raise ValueError("This integer is no H3 cell.")
    lat, lon = h3.cell_to_latlng(cell)
    return Point(lon, lat)


def coarser(cell: int, resolution: int) -> int:
    """The cell of this coarser resolution that holds the middle of a cell."""
    return int(h3.cell_to_parent(cell, resolution))


def cells_around(point: Point, resolution: int) -> list[int]:
    """The point's cell of this resolution and the six beside it."""
    return [int(c) for c in h3.grid_disk(cell(point, resolution), 1)]


def cells_within(point: Point, metres: float) -> list[tuple[int, int]]:
    """Ranges (both ends included) of stored cells that hold every point within `metres`, ascending, disjoint.

    They hold farther points too: compare distances afterwards. Refuses: ValueError unless the radius is 0 or more.
    """
    if not metres >= 0:
        raise ValueError("A radius is 0 metres or more.")
    own = cell(point)
    for resolution in range(RESOLUTION, -1, -1):
        if metres > 4 * h3.average_hexagon_edge_length(resolution, "m"):
            continue  # two rings cannot reach; sparing the look saves most of the time
        near = _near(h3.cell_to_parent(own, resolution), point, metres)
        if near is not None:
            return _spans(near, resolution)
    return [(_HEAD, _HEAD | (_BASE_CELLS - 1) << 45 | _SIXES)]  # wider than a continent: everywhere


def spans_around(point: Point, resolution: int) -> list[tuple[int, int]]:
    """Ranges of stored cells, both ends included: the point's cell of this resolution and the six beside it."""
    return _spans(h3.grid_disk(cell(point, resolution), 1), resolution)


_BASE_CELLS = 122
_HEAD = 1 << 59 | RESOLUTION << 52 | (1 << 3 * (15 - RESOLUTION)) - 1  # mode, resolution, unused digits
_SIXES = sum(6 << 3 * (15 - digit) for digit in range(1, RESOLUTION + 1))


def _near(own: int, point: Point, radius: float) -> list[int] | None:
    """The cells of this resolution whose descendants may hold a point within the radius; None if they reach too far.

    Who walks straight out of the disk of rings crosses the next ring, so it is enough that all of that one is too far.
    """
    disk, outside, spill = _surroundings(own)
    lon, lat, reach = point.lon, point.lat, radius + spill
    if not outside or min(metres_between(lon, lat, *centre) for centre in outside) <= reach:
        return None
    return [c for c, centre in disk if metres_between(lon, lat, *centre) <= reach]


Centre = tuple[float, float]
"""Longitude and latitude."""


@lru_cache(maxsize=20_000)
def _surroundings(own: int) -> tuple[list[tuple[int, Centre]], list[Centre], float]:
    """The cells of the rings with their centres, the centres of the next ring, and how far children may stick out."""
    disk = h3.grid_disk(own, _RINGS)
    border = set(h3.grid_disk(own, _RINGS + 1)) - set(disk)
    spill = _SPILL * max(
        metres_between(*_centre(c), lon, lat)
        for c in (own, *_extremes(border)) for lat, lon in h3.cell_to_boundary(c))
    return [(c, _centre(c)) for c in disk], [_centre(c) for c in border], spill


def _centre(cell: int) -> Centre:
    lat, lon = h3.cell_to_latlng(cell)
    return lon, lat


def _extremes(cells: set[int]) -> list[int]:
    return sorted(cells)[:: max(1, len(cells) // 6)]  # sizes change slowly: a sample all round is enough


def _rank(cell: int) -> int:
    rank = cell >> 45 & 0x7F
    for digit in range(1, (cell >> 52 & 0xF) + 1):
        rank = rank * 7 + (cell >> 3 * (15 - digit) & 7)
    return rank


def _spans(cells: Iterable[int], resolution: int) -> list[tuple[int, int]]:
    """Ranges of stored cells, both ends included, of the descendants of these cells; neighbours in rank are joined."""
    spans: list[tuple[int, int, int]] = []
    for rank, one in sorted((_rank(c), c) for c in cells):
        if spans and spans[-1][0] == rank - 1:
            spans[-1] = (rank, spans[-1][1], one)
        else:
            spans.append((rank, one, one))
    finer = (1 << 3 * (RESOLUTION - resolution)) - 1 << 3 * (15 - RESOLUTION)  # the digits that descendants add
    stored = RESOLUTION << 52
    return [(first & ~(0xF << 52 | finer) | stored, last & ~(0xF << 52 | finer) | stored | finer & _SIXES)
            for _, first, last in spans]


class Crs(StrEnum):
    """What a pair of degrees refers to: the world's system, or one of the shifted ones of public maps in China."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(lon: float, lat: float, crs: Crs) -> Point:
    """The point that a map of this system shows at lon, lat; to within 0.1 m. Refuses: ValueError off the earth."""
    given = Point(lon, lat)
    match crs:
        case Crs.WGS84:
            return given
        case Crs.GCJ02:
            return Point(*_undone(_gcj02, lon, lat))
        case Crs.BD09:
            return Point(*_undone(_gcj02, *_undone(_bd09, lon, lat)))


def from_wgs84(point: Point, crs: Crs) -> tuple[float, float]:
    """Longitude and latitude at which a map of this system shows the point."""
    match crs:
        case Crs.WGS84:
            return point.lon, point.lat
        case Crs.GCJ02:
            return _gcj02(point.lon, point.lat)
        case Crs.BD09:
            return _bd09(*_gcj02(point.lon, point.lat))


def _undone(forward: Callable[[float, float], tuple[float, float]], lon: float, lat: float) -> tuple[float, float]:
    """What `forward` takes to lon, lat. The shift hardly changes over its own length, so each round gains 3 digits."""
    x, y = lon, lat
    for _ in range(6):
        there = forward(x, y)
        x, y = x + lon - there[0], y + lat - there[1]
    return x, y


def _gcj02(lon: float, lat: float) -> tuple[float, float]:
    """WGS-84 shifted as the maps do it; outside of China nothing is shifted."""
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):
        return lon, lat
    x, y = lon - 105, lat - 35
    ripple = sin(6 * pi * x) + sin(2 * pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (ripple + sin(pi * y) + 2 * sin(pi * y / 3) + 8 * sin(pi * y / 12) + 16 * sin(pi * y / 30)) * 40 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (ripple + sin(pi * x) + 2 * sin(pi * x / 3) + 7.5 * sin(pi * x / 12) + 15 * sin(pi * x / 30)) * 40 / 3
    semi_major, flatness = 6_378_245.0, 0.00669342162296594323  # Krasovsky 1940
    bend = 1 - flatness * sin(radians(lat)) ** 2
    metres_east = radians(1) * semi_major / sqrt(bend) * cos(radians(lat))
    metres_north = radians(1) * semi_major * (1 - flatness) / bend**1.5
    return lon + east / metres_east, lat + north / metres_north


def _bd09(lon: float, lat: float) -> tuple[float, float]:
    """GCJ-02 shifted once more, as one maker of maps does it."""
    turn = pi * 3000 / 180
    far = hypot(lon, lat) + 0.00002 * sin(lat * turn)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * turn)
    return far * cos(angle) + 0.0065, far * sin(angle) + 0.006


class Boundary:
    """One or more polygons with their holes, in WGS-84. Refuses: ValueError for anything else."""

    def __init__(self, geojson: Mapping[str, Any]) -> None:
        """From a GeoJSON Polygon or MultiPolygon (RFC 7946); edges that cross themselves are mended."""
        if geojson.get("type") not in ("Polygon", "MultiPolygon"):
            raise ValueError(N_("A boundary is a GeoJSON Polygon or MultiPolygon."))
        try:
            drawn = shape(dict(geojson))
        except (shapely.errors.ShapelyError, LookupError, TypeError, ValueError) as error:
            raise ValueError(N_("A boundary is a GeoJSON Polygon or MultiPolygon.")) from error
        self._shape = _polygons(drawn if drawn.is_valid else shapely.make_valid(drawn))
        if self._shape.is_empty:
            raise ValueError(N_("A boundary encloses some ground."))
        west, south, east, north = self._shape.bounds
        self.south_west, self.north_east = Point(west, south), Point(east, north)
        shapely.prepare(self._shape)

    @classmethod
    def _of(cls, polygons: shapely.MultiPolygon) -> Self:
        return cls(mapping(polygons))

    @property
    def geojson(self) -> dict[str, Any]:
        """A GeoJSON MultiPolygon."""
        return dict(mapping(self._shape))

    @cached_property
    def centre(self) -> Point:
        """The centre of gravity, or a point well inside where that one lies outside, as in a crescent."""
        middle = self._shape.centroid
        inside = middle if self._shape.covers(middle) else self._shape.representative_point()
        return Point(inside.x, inside.y)

    def contains(self, point: Point) -> bool:
        """Whether the point lies inside or on the edge, and in no hole."""
        return bool(shapely.intersects_xy(self._shape, point.lon, point.lat))

    def simplified(self, tolerance: float) -> "Boundary":
        """The same ground with fewer corners: the line moves by at most about `tolerance` metres."""
        return Boundary._of(_polygons(self._shape.simplify(tolerance / _DEGREE, preserve_topology=True)))

    def svg_path(self, project: Callable[[float, float], tuple[float, float]]) -> str:
        """The `d` of an SVG path, one decimal; `project` takes (lon, lat) to (x, y). Fill it with the even-odd rule."""
        rings = (ring for part in self._shape.geoms for ring in (part.exterior, *part.interiors))
        return "".join(f"M{'L'.join(_corners(ring, project))}Z" for ring in rings)


def _corners(ring: shapely.LinearRing, project: Callable[[float, float], tuple[float, float]]) -> Iterator[str]:
    previous = ""
    for lon, lat, *_ in ring.coords[:-1]:
        x, y = project(lon, lat)
        corner = f"{x:.1f} {y:.1f}"
        if corner != previous:  # corners that fall on one spot at this scale are one corner
            yield corner
        previous = corner


def _polygons(drawn: shapely.Geometry) -> shapely.MultiPolygon:
    """Only the areas: mending can leave lines and points behind."""
    areas = [a for part in shapely.get_parts(drawn) for a in shapely.get_parts(part) if isinstance(a, shapely.Polygon)]
    return shapely.MultiPolygon([area for area in areas if not area.is_empty])
