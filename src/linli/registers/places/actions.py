from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from linli.engines.journal import actions as journal
from linli.kernel.action import action, read_anew
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.geometry import Point
from linli.kernel.refs import new_ref
from linli.kernel.refusals import FileRefused, NotAllowed, NotFound, RowError, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import events, queries, rules
from linli.registers.places.models import Region
from linli.registers.places.rules import Issuer, Level, RegionRow

MANAGE = "places.manage"
_LATER = N_("A later edition already names {code} otherwise.")
_REFUSED = N_("No region was imported: {count} rows cannot stand. The first: row {row}, {why}")


@dataclass(frozen=True)
class Imported:
    new: int
    changed: int
    same: int
    refused: tuple[RowError, ...] = ()


@action
def import_regions(
    rows: Iterable[RegionRow], *, issuer: str = Issuer.STATS, from_: date = queries.PACKAGED_FROM,
    partial: bool = False, by: Actor, at: datetime,
) -> Imported:
    """Take over an issuer's table, in force from a day. The same table again changes nothing.

    A code with another name or parent ends the earlier row on that day (on the same day it corrects it).
    Refuses: NotAllowed; FileRefused with every bad row (all of it, unless `partial` keeps the good ones).
    """
    _require(by, settings.REGION)
    lines = list(rows)
    codes = {line.code for line in lines}
    existing = {row.code: row for row in Region.objects.filter(issuer=issuer, until=None)}
    errors = list(_errors(lines, codes | existing.keys(), existing, from_))
    if errors and not partial:
        first = errors[0]
        raise FileRefused(_REFUSED, rows=tuple(errors), count=len(errors), row=first.row, why=first.why.message.format(
            **first.why.values))
    bad = {error.row for error in errors}
    new: list[Region] = []
    changed = same = 0
    for number, line in enumerate(lines, start=1):
        if number in bad:
            continue
        level, name = rules.level_of(line.code), line.name.strip()
        assert level is not None  # checked above
        row = existing.get(line.code)
        if row and (row.name, row.parent_code) == (name, line.parent):
            same += 1
            continue
        if row:
            changed += 1
            if row.since == from_:
                row.name, row.parent_code = name, line.parent
                row.save(update_fields=["name", "parent_code"])
                continue
            row.until = from_
            row.save(update_fields=["until"])
        new.append(Region(issuer=issuer, level=level, code=line.code, name=name, parent_code=line.parent, since=from_,
                          recorded_at=at, recorded_by=by.ref))
    Region.objects.bulk_create(new, batch_size=500)
    if new or changed:
        fact = events.RegionsImported(Issuer(issuer), len(new), changed, same)
        journal.record(fact, about=new_ref(), by=by, at=at)
        queries.forget()
        transaction.on_commit(queries.forget)  # again: who read meanwhile has the old ones
    return Imported(len(new), changed, same, tuple(errors))


@action
def place_point(code: str, *, point: Point, by: Actor, at: datetime) -> None:
    """Say where a street, community or village lies, as one point.

    Refuses: NotFound, NotAllowed, RuleBroken (a larger region, outside the district, longitude and latitude swapped).
    """
    row = Region.objects.select_for_update().filter(issuer=Issuer.STATS, code=code, until=None).first()
    if row is None:
        raise NotFound(N_("No such region."))
    _require(by, code)
    if Level(row.level) not in (Level.TOWNSHIP, Level.VILLAGE):
        raise RuleBroken(N_("Only a street, township, community or village is shown by a point."), field="code")
    queries.require_inside(point, region=code)
    row.lon, row.lat, row.placed_at, row.placed_by = point.lon, point.lat, at, by.ref
    row.save(update_fields=["lon", "lat", "placed_at", "placed_by"])
    read_anew()
    journal.record(events.PointPlaced(row.ref), about=row.ref, by=by, at=at)


def _errors(lines: list[RegionRow], known: set[str], existing: dict[str, Region], from_: date) -> Iterable[RowError]:
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if line.code in seen:
            yield RowError(number, "code", RuleBroken(rules.TWICE, field="code", code=line.code))
            continue
        seen.add(line.code)
        flaw = rules.flaw(line, known=known)
        row = existing.get(line.code)
        if flaw:
            yield RowError(number, flaw.column, RuleBroken(flaw.message, rule=None, field=flaw.column, **flaw.values))
        elif row and row.since > from_ and (row.name, row.parent_code) != (line.name.strip(), line.parent):
            yield RowError(number, "name", RuleBroken(_LATER, field="name", code=line.code))


def _require(by: Actor, code: str) -> None:
    if by != SYSTEM and MANAGE not in by.held(f"region:{code}"):
        raise NotAllowed(N_("Your role does not let you change regions here."))
