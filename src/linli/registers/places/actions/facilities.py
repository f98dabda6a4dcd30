from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as rulebook
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.geometry import Crs, Point, cell, inside_china, looks_swapped, to_wgs84
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, FileRefused, NotFound, Refusal, RowError, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import events, queries
from linli.registers.places.actions.regions import Imported, require
from linli.registers.places.models import Facility
from linli.registers.places.rules.facilities import KIND, KINDS, TIERS, WHOSE, Tier
from linli.registers.places.rules.regions import LEVELS, Level, whole

_REGION = N_("No such region.")
_NAME = N_("A facility has a name of 2 to 100 characters.")
_SAME = N_("There is a facility of this kind and name in this region already.")
_CLOSED = N_("This facility has closed.")
_WHEN = N_("A facility closes on the day it opened or after it.")
_FIGURE = N_("{value} is no whole number of 0 or more.")
_DAY = N_("{value} is no day: write it like 2026-11-22.")
_POINT = N_("A point needs both its longitude and its latitude, in degrees.")
_CRS = N_("{value} is no coordinate system that is known: wgs84, gcj02 or bd09.")
_FILE = N_("Nothing was imported: {count} rows cannot stand. The first: row {row}, {why}")


@dataclass(frozen=True)
class Entry:
    """What is said of a facility. `point` is WGS-84; `crs` the system in which it was given."""

    kind: str
    name: str
    region: str
    tier: Tier = Tier.VILLAGE
    address: str = ""
    point: Point | None = None
    crs: Crs = Crs.WGS84
    capacity: int | None = None
    area_m2: int | None = None
    phone: str = ""
    opened_on: date | None = None


def given(lon: float | None, lat: float | None, crs: Crs = Crs.WGS84) -> Point | None:
    """The point in WGS-84 that was given in this system; None where none was. Refuses: RuleBroken."""
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        raise RuleBroken(_POINT, field="lon")
    if looks_swapped(lon, lat):
        raise RuleBroken(N_("Longitude and latitude look swapped: give the longitude first, such as 117.22,31.82."),
                         rule="places.swapped", field="lon")
    try:
        return to_wgs84(lon, lat, crs)
    except ValueError:
        raise RuleBroken(_POINT, field="lon") from None


@action
def add_facility(entry: Entry, *, is_demo: bool = False, by: Actor, at: datetime) -> UUID:
    """Enter a facility into the register of places; gives its ref.

    Refuses: NotAllowed, RuleBroken (kind, name, region, its level, a point outside of it), Conflict (there already).
    """
    _levels = _checked(entry, _level_of([entry.region]))
    require(by, entry.region)
    if Facility.objects.filter(region_code=entry.region, kind=entry.kind, name=entry.name, closed_on=None).exists():
        raise Conflict(_SAME, field="name")
    row = Facility(**_columns(entry), is_demo=is_demo, recorded_at=at, recorded_by=by.ref, changed_at=at,
                   changed_by=by.ref)
    row.save(force_insert=True)
    journal.record(events.FacilityAdded(row.ref, entry.kind, entry.tier, entry.region), about=row.ref, by=by, at=at)
    return row.ref


@action
def change_facility(ref: UUID, entry: Entry, *, by: Actor, at: datetime) -> None:
    """Say anew what a facility is; the same again changes nothing.

    Refuses: NotFound, NotAllowed (here or where it moves to), RuleBroken and Conflict as when it is added, closed.
    """
    row = still_open(ref, by=by)
    require(by, entry.region)
    _checked(entry, _level_of([entry.region]))
    columns = _columns(entry)
    if all(getattr(row, name) == value for name, value in columns.items()):
        return
    twin = Facility.objects.filter(region_code=entry.region, kind=entry.kind, name=entry.name, closed_on=None)
    if twin.exclude(pk=row.pk).exists():
        raise Conflict(_SAME, field="name")
    for name, value in columns.items():
        setattr(row, name, value)
    row.changed_at, row.changed_by = at, by.ref
    row.save(update_fields=[*columns, "changed_at", "changed_by"])
    rulebook.meet(about=ref, rule_id=queries.CONFIRM, by=by, at=at)
    journal.record(events.FacilityChanged(ref, entry.region), about=ref, by=by, at=at)


@action
def close_facility(ref: UUID, *, on: date, by: Actor, at: datetime) -> None:
    """A facility closes for good on a day. Refuses: NotFound, NotAllowed, Conflict (closed), RuleBroken (too early)."""
    row = still_open(ref, by=by)
    if row.opened_on and on < row.opened_on:
        raise RuleBroken(_WHEN, field="on")
    row.closed_on, row.changed_at, row.changed_by = on, at, by.ref
    row.save(update_fields=["closed_on", "changed_at", "changed_by"])
    rulebook.meet(about=ref, rule_id=queries.CONFIRM, by=by, at=at)
    journal.record(events.FacilityClosed(ref, on), about=ref, by=by, at=at)


@action
def import_facilities(
    rows: Iterable[Mapping[str, str]], *, crs: Crs = Crs.WGS84, partial: bool = False, is_demo: bool = False,
    by: Actor, at: datetime,
) -> Imported:
    """Take over a table of facilities: kind, name, region, and where known tier, address, lon, lat, crs, capacity,
    area_m2, phone, opened_on. One of the same kind and name in the same region is changed, not doubled.

    Refuses: FileRefused with every bad row (all of it, unless `partial` keeps the good ones).
    """
    lines = list(rows)
    levels = _level_of([whole(line.get("region", "")) for line in lines])
    there = {(row.region_code, row.kind, row.name): row for row in Facility.objects.filter(
        closed_on=None, region_code__in=levels)}
    new: list[Facility] = []
    changed: list[Facility] = []
    seen: set[tuple[str, str, str]] = set()

    def take(line: Mapping[str, str]) -> None:
        entry = _checked(_entry(line, crs, levels), levels)
        require(by, entry.region)
        key = (entry.region, entry.kind, entry.name)
        if key in seen:
            raise Conflict(_SAME, field="name")
        seen.add(key)
        row, columns = there.get(key), _columns(entry)
        if row is None:
            new.append(Facility(**columns, is_demo=is_demo, recorded_at=at, recorded_by=by.ref, changed_at=at,
                                changed_by=by.ref))
        elif any(getattr(row, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(row, name, value)
            row.changed_at, row.changed_by = at, by.ref
            changed.append(row)

    refused = each(lines, take, partial=partial)
    Facility.objects.bulk_create(new, batch_size=500)
    if changed:
        Facility.objects.bulk_update(changed, [*_COLUMNS, "changed_at", "changed_by"], batch_size=200)
    done = Imported(len(new), len(changed), len(lines) - len(refused) - len(new) - len(changed), refused)
    if new or changed:
        journal.record(events.FacilitiesImported(done.new, done.changed, done.same), about=new_ref(), by=by, at=at)
    return done


def each(lines: Iterable[Mapping[str, str]], take: Callable[[Mapping[str, str]], None], *, partial: bool
         ) -> tuple[RowError, ...]:
    """Try every row; those refused. Refuses: FileRefused with all of them, unless `partial`."""
    refused: list[RowError] = []
    for number, line in enumerate(lines, start=1):
        try:
            take(line)
        except Refusal as why:
            refused.append(RowError(number, why.field or "", why))
    if refused and not partial:
        first = refused[0]
        raise FileRefused(_FILE, rows=tuple(refused), count=len(refused), row=first.row, why=str(first.why))
    return tuple(refused)


def figure(text: str, field: str) -> int | None:
    """A whole number of 0 or more, None where nothing stands. Refuses: RuleBroken."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise RuleBroken(_FIGURE, field=field, value=text)
    return int(text)


def day(text: str, field: str) -> date | None:
    """A day as 2026-11-22, None where nothing stands. Refuses: RuleBroken."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RuleBroken(_DAY, field=field, value=text) from None


def degrees(line: Mapping[str, str], lon: str, lat: str, crs: Crs) -> Point | None:
    """The point of a row's two columns, in WGS-84. Refuses: RuleBroken."""
    try:
        system = Crs(line.get("crs") or crs)
    except ValueError:
        raise RuleBroken(_CRS, field="crs", value=line["crs"]) from None
    try:
        x, y = (float(line[name]) if line.get(name) else None for name in (lon, lat))
    except ValueError:
        raise RuleBroken(_POINT, field=lon) from None
    return given(x, y, system)


def _entry(line: Mapping[str, str], crs: Crs, levels: Mapping[str, str]) -> Entry:
    kinds = {kind.name.zh: key for key, kind in KINDS.items()}
    kind, region, tier = line["kind"], whole(line["region"]), line.get("tier", "")
    if not tier:
        tier = levels.get(region, Tier.VILLAGE)
    if tier not in set(Tier):
        raise RuleBroken(N_("A facility serves a city, a district, a street or a community."), field="tier")
    return Entry(
        kinds.get(kind, kind), line["name"], region, Tier(tier), line.get("address", "")[:200],
        degrees(line, "lon", "lat", crs), Crs(line.get("crs") or crs), figure(line.get("capacity", ""), "capacity"),
        figure(line.get("area_m2", ""), "area_m2"), line.get("phone", "")[:30],
        day(line.get("opened_on", ""), "opened_on"))


def _level_of(codes: Iterable[str]) -> dict[str, str]:
    return {code: card.level.value for code, card in queries.regions(set(codes)).items()}


def _checked(entry: Entry, levels: Mapping[str, str]) -> Entry:
    if entry.kind not in KINDS:
        raise RuleBroken(KIND, field="kind")
    if not 2 <= len(entry.name) <= 100:
        raise RuleBroken(_NAME, field="name")
    level = levels.get(entry.region)
    if level is None:
        raise RuleBroken(_REGION, field="region")
    if LEVELS.index(Level(level)) < LEVELS.index(Level(entry.tier.value)):
        raise RuleBroken(WHOSE, field="tier", tier=TIERS[entry.tier])
    if entry.point:
        fits(entry.point, entry.region)
    return entry


def fits(point: Point, region: str) -> None:
    """Refuses, RuleBroken: a point outside the region, where its borders are known; else one outside the country."""
    if any(card.code.startswith(region[:4]) for card in queries.boundaries()):
        queries.require_inside(point, region=region)
    elif not inside_china(point):
        raise RuleBroken(N_("This point lies outside {region}."), rule="places.inside", field="point", region=region)


def _columns(entry: Entry) -> dict[str, object]:
    point = entry.point
    return {
        "kind": entry.kind, "tier": entry.tier.value, "name": entry.name, "region_code": entry.region,
        "address": entry.address, "lon": point.lon if point else None, "lat": point.lat if point else None,
        "given_crs": entry.crs.value, "cell": cell(point) if point else None, "capacity": entry.capacity,
        "area_m2": entry.area_m2, "phone": entry.phone, "opened_on": entry.opened_on,
    }


_COLUMNS = ("kind", "tier", "name", "region_code", "address", "lon", "lat", "given_crs", "cell", "capacity",
            "area_m2", "phone", "opened_on")
assert len(_COLUMNS) == len(fields(Entry)) + 2  # a point is three columns


def still_open(ref: UUID, *, by: Actor) -> Facility:
    """The row, locked. Refuses: NotFound, NotAllowed, Conflict (closed)."""
    row = Facility.objects.select_for_update().filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("No such facility."))
    require(by, row.region_code)
    if row.closed_on:
        raise Conflict(_CLOSED)
    return row
