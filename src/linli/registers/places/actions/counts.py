from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise

from django.conf import settings

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.geometry import Crs, Point, cell, metres
from linli.kernel.refs import new_ref
from linli.kernel.refusals import RuleBroken
from linli.kernel.rows import load
from linli.kernel.text import N_
from linli.registers.places import events, queries
from linli.registers.places.actions.facilities import day, degrees, each, figure, given
from linli.registers.places.actions.regions import Imported, require
from linli.registers.places.models import Population, Street
from linli.registers.places.rules.facilities import GROUPS
from linli.registers.places.rules.regions import whole

_GROUP = N_("{value} is no age group that is known: {groups}.")
_LENGTH = N_("A stretch of street is more than 0 and at most 20,000 metres long.")
LONGEST = 20_000.0


@action
def import_population(
    rows: Iterable[Mapping[str, str]], *, crs: Crs = Crs.WGS84, partial: bool = False, is_demo: bool = False,
    by: Actor, at: datetime,
) -> Imported:
    """Take over counts of people: region, group (an age group's word), people, and where known counted_on.

    Refuses: FileRefused with every bad row (all of it, unless `partial` keeps the good ones).
    """
    lines = list(rows)
    codes = {whole(line["region"]) for line in lines}
    known = queries.regions(codes)
    there = {(row.region_code, row.group): row for row in Population.objects.filter(region_code__in=codes)}
    new: list[tuple[object, ...]] = []
    changed: list[Population] = []
    seen: set[tuple[str, str]] = set()

    def take(line: Mapping[str, str]) -> None:
        region, group = whole(line["region"]), line["group"]
        if region not in known:
            raise RuleBroken(N_("No such region."), field="region")
        require(by, region)
        if group not in set(GROUPS):
            raise RuleBroken(_GROUP, field="group", value=group, groups=", ".join(GROUPS))
        people = figure(line["people"] or "-", "people")
        on = day(line.get("counted_on", ""), "counted_on") or at.date()
        if (region, group) in seen:
            raise RuleBroken(N_("This age group of the region stands twice."), field="group")
        seen.add((region, group))
        row = there.get((region, group))
        if row is None:
            new.append((region, group, people, on, is_demo, at, by.ref))
        elif row.people != people or line.get("counted_on") and row.counted_on != on:
            row.people, row.counted_on, row.recorded_at, row.recorded_by = people or 0, on, at, by.ref
            changed.append(row)

    refused = each(lines, take, partial=partial)
    load(Population, ("region_code", "group", "people", "counted_on", "is_demo", "recorded_at", "recorded_by"), new)
    if changed:
        Population.objects.bulk_update(changed, ["people", "counted_on", "recorded_at", "recorded_by"], batch_size=200)
    done = Imported(len(new), len(changed), len(lines) - len(refused) - len(new) - len(changed), refused)
    if new or changed:
        journal.record(events.PopulationImported(done.new, done.changed, done.same), about=new_ref(), by=by, at=at)
    return done


@action
def import_streets(
    lines: Iterable[Iterable[Iterable[float]]], *, crs: Crs = Crs.WGS84, by: Actor, at: datetime
) -> Imported:
    """Take over streets as lines of longitude and latitude; from corner to corner each is a stretch to walk.

    A stretch that is there already is left as it is. Refuses: NotAllowed, RuleBroken (a corner that is no place).
    """
    require(by, settings.REGION)
    stretches = []
    for line in lines:
        corners = [_corner(*list(corner)[:2], crs=crs) for corner in line]
        stretches += [(a, b, metres(a, b)) for a, b in pairwise(corners) if a != b]
    return _kept(stretches, by=by, at=at)


@action
def import_street_rows(
    rows: Iterable[Mapping[str, str]], *, crs: Crs = Crs.WGS84, partial: bool = False, by: Actor, at: datetime
) -> Imported:
    """Take over a table of stretches: from_lon, from_lat, to_lon, to_lat, and metres where it is not the straight line.

    Refuses: NotAllowed, FileRefused with every bad row (all of it, unless `partial` keeps the good ones).
    """
    require(by, settings.REGION)
    stretches: list[tuple[Point, Point, float]] = []

    def take(line: Mapping[str, str]) -> None:
        a, b = (degrees(line, f"{end}_lon", f"{end}_lat", crs) for end in ("from", "to"))
        if a is None or b is None:
            raise RuleBroken(N_("A stretch of street has two ends."), field="from_lon")
        a, b = _round(a), _round(b)
        try:
            long = float(line.get("metres") or metres(a, b))
        except ValueError:
            long = 0.0
        if not 0 < long <= LONGEST:
            raise RuleBroken(_LENGTH, field="metres")
        stretches.append((a, b, long))

    refused = each(rows, take, partial=partial)
    done = _kept(stretches, by=by, at=at)
    return Imported(done.new, 0, done.same, refused)


def _kept(stretches: list[tuple[Point, Point, float]], *, by: Actor, at: datetime) -> Imported:
    there = set(Street.objects.values_list("from_lon", "from_lat", "to_lon", "to_lat"))
    new: dict[tuple[float, ...], tuple[object, ...]] = {}
    for a, b, long in stretches:
        key = (a.lon, a.lat, b.lon, b.lat) if (a.lon, a.lat) < (b.lon, b.lat) else (b.lon, b.lat, a.lon, a.lat)
        if key not in there:
            middle = Point((a.lon + b.lon) / 2, (a.lat + b.lat) / 2)
            new.setdefault(key, (*key, round(long, 1), cell(middle), at, by.ref))
    load(Street, ("from_lon", "from_lat", "to_lon", "to_lat", "metres", "cell", "recorded_at", "recorded_by"),
         new.values())
    done = Imported(len(new), 0, len(stretches) - len(new))
    if new:
        journal.record(events.StreetsImported(done.new, done.same), about=new_ref(), by=by, at=at)
    return done


def _corner(lon: float, lat: float, *, crs: Crs) -> Point:
    try:
        point = given(float(lon), float(lat), crs)
    except (TypeError, ValueError):
        point = None
    if point is None:
        raise RuleBroken(N_("A street's corner has a longitude and a latitude."), field="from_lon")
    return _round(point)


def _round(point: Point) -> Point:
    """To a tenth of a metre, so that streets that meet share a corner."""
    return Point(round(point.lon, 6), round(point.lat, 6))
