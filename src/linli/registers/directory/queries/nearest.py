"""The nearest services that meet conditions, found in ever wider rings of cells.

A ring is a few ranges of one index, which holds all that is asked of a row that is only passed by. How wide the first
one is, the neighbourhood says; whether it was wide enough, the distance of the last one found. Measured is the
great-circle distance, so that the answer is the one that measuring every service would give.
"""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, cos, log, pi, radians, sin, sqrt
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from linli.kernel.geometry import Point, cell, cells_within, coarser, metres_between, spans_around
from linli.registers.directory.models import Service
from linli.registers.directory.rules import hours as opening
from linli.registers.directory.states import State

ALL = 300
"""Where there are no more than these, every one of them is measured."""
FARTHEST = 1_000_000.0
"""Metres; who has not enough within this distance has every service measured."""
_SPARES: tuple[float, ...] = (1.5, 3.0, 6.0, 6.0)
"""One for each ring: from one to the next more than seems needed is looked at."""
_SPARE = 1.4  # times what is wanted in the first: the density is a guess
_MORE, _WIDER = 16, 8.0  # times as many rows and as wide at most from one ring to the next
_USUAL, _RAREST = 0.8, 0.05  # the part that is open of those that may be, where nothing is known yet, and the least
_LEVELS, _LAST = (8, 6, 4), (3,)
_AREAS = {8: 0.737, 6: 36.13, 4: 1770.0, 3: 12393.0}  # square kilometres of a cell
_EMPTY, _ARMS = (1, 0), 7  # a span without rows, and by how many spans statements differ: they are kept prepared
_BEYOND = 3  # times what is wanted are counted: how steeply a town begins
Away = tuple[int, float | None]
"""The key of a service, and its metres; None without a point."""
_OPEN = f"state = '{State.LISTED.value}' AND provider_open"
_READ = "id, lon, lat, special_until, open_on_holidays"


@dataclass(frozen=True)
class Conditions:
    """What a service has to meet besides being open to residents; `others` filters rows by whatever else."""

    categories: frozenset[str] | None = None
    open_at: datetime | None = None
    others: QuerySet[Service] | None = None


def nearest(near: Point, conditions: Conditions, *, most: int, within: float | None = None) -> list[Away]:
    """Keys and metres of the `most` nearest that meet the conditions, the oldest listing first where they are equal.

    `within` metres, or without it all: those that have no point come last. Six queries at most, one in a small place.
    """
    if conditions.categories is not None and not conditions.categories:
        return []
    wanted = max(most, 8) * _SPARE / _expected(conditions)
    here = _neighbourhood(near, conditions, most)
    radius, looked, rings = _usual.get(here, 0.0), int(wanted * 1.2), _SPARES
    if not radius:
        few, counts = _looked(near, conditions, ceil(wanted * _BEYOND), _LEVELS)
        if few is not None:
            return _ordered(few, most=most, within=within)
        if counts[min(counts)] < wanted:
            counts |= _looked(near, conditions, ceil(wanted * _BEYOND), _LAST)[1]
            rings = _SPARES[:-1]  # no more queries in all
        radius = _first(counts, wanted)
    for spare in rings:
        radius = min(radius, FARTHEST, within or FARTHEST)
        found, seen, fit, sure = _ring(near, conditions, radius, looked)
        _learn(conditions, fit, seen)
        if len(found) >= most or within is not None and sure >= within:
            _remember(here, found, most)
            return found[:most]
        if sure >= FARTHEST:
            break
        rows = min(max(most * spare * max(seen, 4) / max(fit, 0.5), looked * 2), looked * _MORE)
        radius *= min(max(sqrt(rows / max(seen, 4)), 1.5), _WIDER)
        looked = int(max(rows, looked))
    return _ordered(_all(near, conditions), most=most, within=within)


def in_order(near: Point, rows: Sequence[Any]) -> list[Any]:
    """Rows (with `pk`, `lon`, `lat`) as `nearest` puts them in order."""
    read = {row.pk: row for row in rows}
    found = [_away(near, row.pk, row.lon, row.lat) for row in rows]
    return [read[key] for key, _ in _ordered(found, most=len(found), within=None)]


def _first(counts: dict[int, int], wanted: float) -> float:
    """The radius in metres that so many are expected within, between two that were counted."""
    narrow, fewer = 0.0, 0
    for level, count in counts.items():
        wide = sqrt(7 * _AREAS[level] / pi) * 1000
        if count >= wanted:
            if not fewer:
                return wide * sqrt(wanted / count)
            return float(narrow * (wide / narrow) ** (log(wanted / fewer) / log(count / fewer)))
        narrow, fewer = wide, count
    return FARTHEST / 4


_usual: dict[Any, float] = {}
"""In which radius enough were found here the last time: it only sets the first ring."""
_many: set[frozenset[str] | None] = set()
"""Categories with too many rows for all to be measured: they are not counted again, as they would be found in rings."""
_MOST_USUAL = 50_000
_WIDE = 1.4  # times the distance of the last one, as the next point lies elsewhere in the neighbourhood


def _neighbourhood(near: Point, conditions: Conditions, most: int) -> Any:
    """What answers alike are remembered by: some eight kilometres of ground, what is asked for and the hour."""
    if conditions.others is not None:
        return None
    hour = _hour(conditions.open_at) if conditions.open_at else None
    return coarser(cell(near), 5), most, conditions.categories, hour


def _remember(here: Any, found: Sequence[Away], most: int) -> None:
    last = found[most - 1][1] if here and len(found) >= most else None
    if last:
        if len(_usual) >= _MOST_USUAL:
            _usual.clear()
        _usual[here] = last * _WIDE


_shares: dict[tuple[bool, int, int], float] = {}


def _expected(conditions: Conditions) -> float:
    """What part of the rows is likely to meet the conditions, as it was the last times: it only sets the first ring."""
    return _shares.get(_hour(conditions.open_at), _USUAL) if conditions.open_at else 1.0


def _learn(conditions: Conditions, fit: int, seen: int) -> None:
    if conditions.open_at and conditions.others is None and seen:
        hour, share = _hour(conditions.open_at), max(fit / seen, _RAREST)
        _shares[hour] = _shares.get(hour, share) * 0.9 + share * 0.1


def _hour(moment: datetime) -> tuple[bool, int, int]:
    here = moment.astimezone(opening.SHANGHAI)
    return opening.is_holiday(here.date()), here.weekday(), here.hour


def _looked(
    near: Point, conditions: Conditions, counted: int, cells: Collection[int]
) -> tuple[list[Away] | None, dict[int, int]]:
    """All that meet the conditions, where the categories have few rows in all; and how many rows the cells round the
    point have, counted no further than said."""
    params: list[Any] = []
    few = ""
    if conditions.categories not in _many:
        rows = _among(conditions, params)
        meets, given = _meets(conditions)
        params += given
        few = (f"WITH few AS (SELECT {_READ} FROM {rows} LIMIT {ALL + 1})"
               f" SELECT 0, near.id, near.lon, near.lat FROM few near WHERE (SELECT COUNT(*) FROM few) <= {ALL}"
               f" AND {meets} = 1 UNION ALL SELECT 1, COUNT(*), NULL, NULL FROM few UNION ALL ")
    levels = []
    for level in cells:
        ring = _ranges(conditions, spans_around(near, level), "1 AS one", params)
        levels.append(f"SELECT {level}, (SELECT COUNT(*) FROM (SELECT one FROM ({ring}) c LIMIT {counted}) b),"
                      " NULL, NULL")
    with connection.cursor() as cursor:
        cursor.execute(f"{few}{' UNION ALL '.join(levels)}", params)
        told = cursor.fetchall()
    counts = {level: count for level, count, _, _ in told if level}
    if counts.pop(1, ALL + 1) <= ALL:
        return [_away(near, key, lon, lat) for level, key, lon, lat in told if not level], counts
    if len(_many) >= _MOST_USUAL:
        _many.clear()
    _many.add(conditions.categories)
    return None, counts


def _ring(
    near: Point, conditions: Conditions, radius: float, most: int
) -> tuple[list[Away], int, int, float]:
    """Those that meet the conditions, in order; how many rows were looked at, and how many of them do; and up to where
    none can be missing."""
    meets, params = _meets(conditions)
    rows = _ranges(conditions, cells_within(near, radius), _READ, params)
    farness = _farness(near, params)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT near.id, near.lon, near.lat, {meets} FROM (SELECT {_READ} FROM ({rows}) ring"
            f" ORDER BY {farness} LIMIT %s) near", [*params, most])
        measured = [(metres_between(near.lon, near.lat, lon, lat), key, fits)
                    for key, lon, lat, fits in cursor.fetchall()]
    sure = radius
    if len(measured) == most:  # what was cut off is farther, as far as the order by square degrees can tell
        last = max(away for away, _, _ in measured)
        sure = min(radius, last * (1 - 2 * _doubt(last)))
    fitting = [(away, key) for away, key, fits in measured if fits]
    return [(key, away) for away, key in sorted(fitting) if away <= sure], len(measured), len(fitting), sure


def _all(near: Point, conditions: Conditions) -> list[Away]:
    params: list[Any] = []
    rows = _among(conditions, params)
    meets, given = _meets(conditions)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT near.id, near.lon, near.lat FROM (SELECT {_READ} FROM {rows}) near"
                       f" WHERE {meets} = 1", [*params, *given])
        return [_away(near, *row) for row in cursor.fetchall()]


def _away(near: Point, key: int, lon: float | None, lat: float | None) -> Away:
    return key, None if lon is None or lat is None else metres_between(near.lon, near.lat, lon, lat)


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
    maybe = f" AND ({_maybe(conditions.open_at)})" if conditions.open_at else ""
    spans = [*spans, *[_EMPTY] * (-len(spans) % _ARMS)]
    for low, high in spans:
        params += [*keys, low, high]
    return " UNION ALL ".join(
        [f"SELECT {columns} FROM directory_service WHERE {among}cell BETWEEN %s AND %s AND {_OPEN}{maybe}"]
        * len(spans))


def _farness(near: Point, params: list[Any]) -> str:
    """Square degrees of latitude, the parallels as short as they are half-way: enough to sort a ring by."""
    lat = radians(near.lat)
    params += [near.lon, near.lon, cos(lat) ** 2, cos(lat) * sin(lat) * pi / 180, near.lat, near.lat, near.lat]
    return "(lon - %s) * (lon - %s) * (%s - %s * (lat - %s)) + (lat - %s) * (lat - %s)"


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


def _maybe(moment: datetime) -> str:
    """Whether a row may be open then, as the index tells: it passes by who is closed at that hour of the clock."""
    here = moment.astimezone(opening.SHANGHAI)
    usual = f"open_hours & {opening.clock_hour(here)} <> 0"
    if opening.is_holiday(here.date()):
        usual += " AND open_on_holidays"
    return f"{usual} OR special_until >= '{here.date().isoformat()}'"


def _open(moment: datetime) -> tuple[str, list[Any]]:
    """Whether `near` is open then: an exception goes before everything, a public holiday before the weekly hours."""
    here = moment.astimezone(opening.SHANGHAI)
    day, clock = here.date().isoformat(), here.strftime("%H:%M:%S")
    now = "opens <= %s AND (closes > %s OR closes = '00:00:00')"
    special = 'EXISTS (SELECT 1 FROM directory_openingexception WHERE service_id = near.id AND "on" = %s'
    usual = ("EXISTS (SELECT 1 FROM directory_openinghours WHERE service_id = near.id AND weekday = %s"
             f" AND {now} AND (since IS NULL OR since <= %s) AND (until IS NULL OR until > %s))")
    if opening.is_holiday(here.date()):
        usual += " AND near.open_on_holidays"
    return (f"CASE WHEN near.special_until >= %s AND {special}) THEN {special} AND {now}) ELSE {usual} END",
            [day, day, day, clock, clock, here.weekday(), clock, clock, day, day])
