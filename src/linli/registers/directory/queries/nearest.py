"""The nearest services that meet conditions, found in ever wider rings of cells.

A ring is a few ranges of one index, which holds all that is asked of a row that is only passed by. How wide the first
one is, the neighbourhood says; whether it was wide enough, the distance of the last one found. Measured is the
great-circle distance, so that the answer is the one that measuring every service would give.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, pi, radians, sin, sqrt
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from linli.kernel.geometry import Point, cell_span, cells_within, metres
from linli.registers.directory.models import Service
from linli.registers.directory.rules import hours as opening
from linli.registers.directory.states import State

ALL = 500
"""Where there are no more than these, every one of them is measured."""
FARTHEST = 1_000_000.0
"""Metres; who has not enough within this distance has every service measured."""
RINGS = 4
_SPARE = 2.5  # times what is wanted are looked at first: not everything is open, and a ring of cells is no circle
_MORE = 16  # times as many at most from one ring to the next, so that no guess costs much
_LEVELS = {8: 0.737, 7: 5.161, 6: 36.13, 5: 252.9, 4: 1770.0, 3: 12393.0, 2: 86802.0}  # square kilometres of a cell
_KNOWN, _COUNTED = 12, 40  # rows of a cell that say how dense they are there; more are not counted
Away = tuple[int, float | None]
"""The key of a service, and its metres; None without a point."""
_OPEN = f"state = '{State.LISTED.value}' AND provider_open"


@dataclass(frozen=True)
class Conditions:
    """What a service has to meet besides being open to residents; `others` filters rows by whatever else."""

    categories: frozenset[str] | None = None
    open_at: datetime | None = None
    others: QuerySet[Service] | None = None

    @property
    def free(self) -> bool:
        """Whether everything of the categories meets them."""
        return self.open_at is None and self.others is None


def nearest(
    near: Point, conditions: Conditions, *, most: int, within: float | None = None
) -> list[Away]:
    """Keys and metres of the `most` nearest that meet the conditions, the oldest listing first where they are equal.

    `within` metres, or without it all: those that have no point come last. Six queries at most, one in a small place.
    """
    if conditions.categories is not None and not conditions.categories:
        return []
    few, counts = _looked(near, conditions)
    if few is not None:
        return _ordered(few, most=most, within=within)
    wanted = max(most, 8) * _SPARE
    radius, looked = _first(counts, wanted), wanted * 2
    for _ in range(RINGS):
        radius = min(radius, FARTHEST, within or FARTHEST)
        found, seen, sure = _ring(near, conditions, radius, int(looked))
        if len(found) >= most or (within is not None and sure >= within):
            return found[:most]
        if radius >= FARTHEST and sure >= FARTHEST:
            break
        rows = min(max(most * 1.5 / max(len(found), 0.5) * max(seen, 4), looked * 2), looked * _MORE)
        radius *= min(max(sqrt(rows / max(seen, 4)), 1.5), 8.0)
        looked = rows
    return _ordered(_all(near, conditions), most=most, within=within)


def _first(counts: dict[int, int], wanted: float) -> float:
    """The radius in metres within which that many are to be expected, from the finest cell that says how dense."""
    for level, count in counts.items():
        if count >= _KNOWN:
            return sqrt(wanted * _LEVELS[level] / count / pi) * 1000
    return FARTHEST / 4


def _looked(near: Point, conditions: Conditions) -> tuple[list[Away] | None, dict[int, int]]:
    """All that meet the conditions, where the categories have few rows in all; and how many rows the cells round the
    point have, counted as far as it matters."""
    params: list[Any] = []
    rows = _among(conditions, params)
    meets, given = _meets(conditions)
    params += given
    levels = []
    for level in _LEVELS:
        ring = _ranges(conditions, [cell_span(near, level)], "1 AS one", params)
        levels.append(f"SELECT {level}, (SELECT COUNT(*) FROM (SELECT one FROM ({ring}) c LIMIT {_COUNTED}) b),"
                      " NULL, NULL")
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH few AS (SELECT id, lon, lat FROM {rows} LIMIT {ALL + 1})"
            f" SELECT 0, near.id, near.lon, near.lat FROM few near WHERE (SELECT COUNT(*) FROM few) <= {ALL}"
            f" AND {meets} = 1 UNION ALL SELECT 1, COUNT(*), NULL, NULL FROM few"
            f" UNION ALL {' UNION ALL '.join(levels)}", params)
        told = cursor.fetchall()
    counts = {level: count for level, count, _, _ in told if level}
    few = [_away(near, key, lon, lat) for level, key, lon, lat in told if not level]
    return few if counts.pop(1) <= ALL else None, counts


def _ring(
    near: Point, conditions: Conditions, radius: float, most: int
) -> tuple[list[Away], int, float]:
    """Those that meet the conditions, in order; how many rows were looked at; and up to where none can be missing."""
    params: list[Any] = []
    rows = _ranges(conditions, cells_within(near, radius), "id, lon, lat", params)
    meets, given = _meets(conditions)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT near.id, near.lon, near.lat, {meets} FROM (SELECT id, lon, lat FROM ({rows}) ring"
            f" ORDER BY {_farness(near)} LIMIT {most}) near", [*given, *params])
        measured = [(metres(near, Point(lon, lat)), key, fits) for key, lon, lat, fits in cursor.fetchall()]
    sure = radius
    if len(measured) == most:  # what was cut off is farther, as far as the order by square degrees can tell
        last = max(away for away, _, _ in measured)
        sure = min(radius, last * (1 - 2 * _doubt(last)))
    found = sorted((away, key) for away, key, fits in measured if fits and away <= sure)
    return [(key, away) for away, key in found], len(measured), sure


def _all(near: Point, conditions: Conditions) -> list[Away]:
    params: list[Any] = []
    rows = _among(conditions, params)
    meets, given = _meets(conditions)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT near.id, near.lon, near.lat FROM (SELECT id, lon, lat FROM {rows}) near"
                       f" WHERE {meets} = 1", [*params, *given])
        return [_away(near, *row) for row in cursor.fetchall()]


def _away(near: Point, key: int, lon: float | None, lat: float | None) -> Away:
    return key, None if lon is None or lat is None else metres(near, Point(lon, lat))


def _ordered(found: Sequence[Away], *, most: int, within: float | None) -> list[Away]:
    close = [one for one in found if within is None or one[1] is not None and one[1] <= within]
    return sorted(close, key=lambda one: (one[1] is None, one[1] or 0.0, one[0]))[:most]


def _among(conditions: Conditions, params: list[Any]) -> str:
    where = f"directory_service WHERE {_OPEN}"
    if conditions.categories is None:
        return where
    params += sorted(conditions.categories)
    return f"{where} AND category IN ({', '.join(['%s'] * len(conditions.categories))})"


def _ranges(conditions: Conditions, spans: Sequence[tuple[int, int]], columns: str, params: list[Any]) -> str:
    """The rows of these spans of cells: each a range of its own, as neither database makes one of alternatives."""
    among, keys = "", sorted(conditions.categories or ())
    if keys:
        among = f"category IN ({', '.join(['%s'] * len(keys))}) AND "
        params += [key for _ in spans for key in keys]
    return " UNION ALL ".join(
        f"SELECT {columns} FROM directory_service WHERE {among}cell BETWEEN {low} AND {high} AND {_OPEN}"
        for low, high in spans)


def _farness(near: Point) -> str:
    """Square degrees of latitude, the parallels as short as they are half-way: enough to sort a ring by."""
    lat = radians(near.lat)
    shrink, less = cos(lat) ** 2, cos(lat) * sin(lat) * pi / 180
    east, north = f"(lon - ({near.lon!r}))", f"(lat - ({near.lat!r}))"
    return f"{east} * {east} * ({shrink!r} - ({less!r}) * {north}) + {north} * {north}"


def _doubt(away: float) -> float:
    """By how much of itself a distance sorted by `_farness` may differ from the great circle's, well above."""
    return 2 * (away / 6_371_000) ** 2 + 1e-9


def _meets(conditions: Conditions) -> tuple[str, list[Any]]:
    """1 where the row called `near` meets the conditions, else 0."""
    parts, params = list[str](), list[Any]()
    if conditions.open_at is not None:
        text, more = _open(conditions.open_at)
        parts.append(text)
        params += more
    if conditions.others is not None:
        rows = conditions.others.filter(pk=RawSQL("near.id", ())).order_by().values("pk")
        text, given = rows.query.sql_with_params()
        parts.append(f"EXISTS ({text})")
        params += given
    return (f"CASE WHEN {' AND '.join(parts)} THEN 1 ELSE 0 END" if parts else "1"), params


def _open(moment: datetime) -> tuple[str, list[Any]]:
    """Whether `near` is open then: an exception goes before everything, a public holiday before the weekly hours."""
    here = moment.astimezone(opening.SHANGHAI)
    day, clock = here.date().isoformat(), here.strftime("%H:%M:%S")
    now = "opens <= %s AND (closes > %s OR closes = '00:00:00')"
    special = 'EXISTS (SELECT 1 FROM directory_openingexception WHERE service_id = near.id AND "on" = %s'
    usual = ("EXISTS (SELECT 1 FROM directory_openinghours WHERE service_id = near.id AND weekday = %s"
             f" AND {now} AND (since IS NULL OR since <= %s) AND (until IS NULL OR until > %s))")
    if opening.is_holiday(here.date()):
        usual += " AND EXISTS (SELECT 1 FROM directory_service own WHERE own.id = near.id AND own.open_on_holidays)"
    return (f"CASE WHEN {special}) THEN {special} AND {now}) ELSE {usual} END",
            [day, day, clock, clock, here.weekday(), clock, clock, day, day])
