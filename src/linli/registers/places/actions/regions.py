from collections.abc import Iterable, Mapping
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
from linli.kernel.rows import load
from linli.kernel.text import N_
from linli.registers.places import events, queries
from linli.registers.places.models import Change, Edition, Region
from linli.registers.places.queries import PACKAGED_FROM
from linli.registers.places.rules import history
from linli.registers.places.rules import regions as rules
from linli.registers.places.rules.history import ChangeRow
from linli.registers.places.rules.regions import Issuer, Level, RegionRow

MANAGE = "places.manage"
_LATER = N_("A later edition already names {code} otherwise.")
_COLUMNS = ("ref", "issuer", "level", "code", "name", "parent_code", "since", "recorded_at", "recorded_by")
_CHANGE = ("year", "kind", "level", "old_code", "old_name", "new_code", "new_name", "document", "source", "note")
_REFUSED = N_("No region was imported: {count} rows cannot stand. The first: row {row}, {why}")


@dataclass(frozen=True)
class Imported:
    new: int
    changed: int
    same: int
    refused: tuple[RowError, ...] = ()
    ended: int = 0


@action
def import_regions(
    rows: Iterable[RegionRow], *, issuer: str = Issuer.STATS, from_: date = PACKAGED_FROM, complete: bool = False,
    partial: bool = False, by: Actor, at: datetime,
) -> Imported:
    """Take over an issuer's table, in force from a day. The same table again changes nothing.

    A code with another name or parent ends the earlier row on that day (on the same day it corrects it). Where the
    table is `complete`, what it lacks has ended with it.
    Refuses: NotAllowed; FileRefused with every bad row (all of it, unless `partial` keeps the good ones).
    """
    require(by, settings.REGION)
    lines = list(rows)
    existing = _existing(issuer)
    known = {line.code for line in lines if not line.stands_in} | {code for _, code in existing}
    errors = list(_errors(lines, known, existing, from_))
    if errors and not partial:
        first = errors[0]
        raise FileRefused(_REFUSED, rows=tuple(errors), count=len(errors), row=first.row, why=first.why.message.format(
            **first.why.values))
    bad = {error.row for error in errors}
    new: list[RegionRow] = []
    changed: list[tuple[_Kept, RegionRow]] = []
    same, kept = 0, set[tuple[str, str]]()
    for number, line in enumerate(lines, start=1):
        if number in bad:
            continue
        key = (_level(line), line.code)
        row = existing.get(key)
        kept.add(key)
        if row is None:
            new.append(line)
        elif (row.name, row.parent) == (line.name, line.parent):
            same += 1
        else:
            changed.append((row, line))
    new += _changed(changed, from_)
    gone = [row.pk for key, row in existing.items() if complete and key not in kept and row.since < from_]
    for start in range(0, len(gone), 500):
        Region.objects.filter(pk__in=gone[start:start + 500]).update(until=from_)
    load(Region, _COLUMNS, (
        (new_ref(), str(issuer), _level(line), line.code, line.name, line.parent, from_, at, by.ref) for line in new))
    done = Imported(len(new) - sum(row.since < from_ for row, _ in changed), len(changed), same, tuple(errors),
                    len(gone))
    if new or changed or gone:
        Edition.objects.update_or_create(issuer=issuer, on=from_, defaults={
            "rows": len(kept), "recorded_at": at, "recorded_by": by.ref})
        fact = events.RegionsImported(Issuer(issuer), done.new, done.changed, same)
        journal.record(fact, about=new_ref(), by=by, at=at)
        queries.forget()
        transaction.on_commit(queries.forget)  # again: who read meanwhile has the old ones
    return done


@dataclass(frozen=True, slots=True)
class _Kept:
    pk: int
    name: str
    parent: str
    since: date


def _existing(issuer: str) -> dict[tuple[str, str], _Kept]:
    rows = Region.objects.filter(issuer=issuer, until=None).values_list(
        "level", "code", "pk", "name", "parent_code", "since")
    return {(level, code): _Kept(pk, name, parent, since)
            for level, code, pk, name, parent, since in rows.iterator(chunk_size=10_000)}


def _level(line: RegionRow) -> str:
    level = rules.level_named(line.level)
    assert level is not None  # a flaw otherwise
    return level.value


def _changed(pairs: Iterable[tuple[_Kept, RegionRow]], from_: date) -> list[RegionRow]:
    """End the earlier rows, or correct those of the same day; gives the lines that begin anew."""
    anew = []
    for row, line in pairs:
        if row.since == from_:
            Region.objects.filter(pk=row.pk).update(name=line.name, parent_code=line.parent)
        else:
            Region.objects.filter(pk=row.pk).update(until=from_)
            anew.append(line)
    return anew


@action
def import_changes(
    rows: Iterable[ChangeRow], *, closing: Mapping[str, RegionRow], closed_on: date, by: Actor, at: datetime
) -> Imported:
    """Take over the changes between the yearly tables, and put those tables together again from them.

    `closing` is a whole table of county level and above, as of a day after the last of them: it says what has lasted.
    The same changes again change nothing. Refuses: NotAllowed, RuleBroken (a change of no known kind).
    """
    require(by, settings.REGION)
    lines = list(dict.fromkeys(rows))
    if strange := next((line.kind for line in lines if line.kind not in history.CHINESE), None):
        raise RuleBroken(N_("No such kind of change is known: {kind}."), field="kind", kind=strange)
    known = set(Change.objects.values_list(*_CHANGE[:7]))
    new = [line for line in lines if (line.year, line.kind, line.level, *line[3:7]) not in known]
    if not new:
        return Imported(0, 0, len(lines))
    load(Change, (*_CHANGE, "recorded_at", "recorded_by"), ((*line, at, by.ref) for line in new))
    every = [ChangeRow(*row) for row in Change.objects.order_by("pk").values_list(*_CHANGE)]
    lives = history.periods(every, closing={code: row.name for code, row in closing.items()}, closed_on=closed_on)
    parents = {code: row.parent for code, row in closing.items()}
    Region.objects.filter(issuer=Issuer.YEARLY).delete()
    load(Region, (*_COLUMNS, "until"), (
        (new_ref(), Issuer.YEARLY.value, rules.level_of(life.code), life.code, life.name,
         parents.get(life.code, (rules.ancestors(life.code) or ("",))[-1]), life.since, at, by.ref, life.until)
        for life in lives))
    Edition.objects.update_or_create(issuer=Issuer.YEARLY, on=closed_on, defaults={
        "rows": len(lives), "recorded_at": at, "recorded_by": by.ref})
    journal.record(events.ChangesImported(len(new), len(lines) - len(new)), about=new_ref(), by=by, at=at)
    queries.forget_changes()
    transaction.on_commit(queries.forget_changes)
    read_anew()
    return Imported(len(new), 0, len(lines) - len(new))


@action
def place_point(code: str, *, point: Point, by: Actor, at: datetime) -> None:
    """Say where a street, community or village lies, as one point.

    Refuses: NotFound, NotAllowed, RuleBroken (a larger region, outside the district, longitude and latitude swapped).
    """
    row = Region.objects.select_for_update().filter(issuer=Issuer.STATS, code=code, until=None).first()
    if row is None:
        raise NotFound(N_("No such region."))
    require(by, code)
    if Level(row.level) not in (Level.TOWNSHIP, Level.VILLAGE):
        raise RuleBroken(N_("Only a street, township, community or village is shown by a point."), field="code")
    queries.require_inside(point, region=code)
    row.lon, row.lat, row.placed_at, row.placed_by = point.lon, point.lat, at, by.ref
    row.save(update_fields=["lon", "lat", "placed_at", "placed_by"])
    read_anew()
    journal.record(events.PointPlaced(row.ref), about=row.ref, by=by, at=at)


def _errors(lines: list[RegionRow], known: set[str], existing: Mapping[tuple[str, str], _Kept], from_: date
            ) -> Iterable[RowError]:
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(lines, start=1):
        if flaw := rules.flaw(line, known=known):
            yield RowError(number, flaw.column, RuleBroken(flaw.message, rule=None, field=flaw.column, **flaw.values))
            continue
        key = (_level(line), line.code)
        if key in seen:
            yield RowError(number, "code", RuleBroken(rules.TWICE, field="code", code=line.code))
            continue
        seen.add(key)
        row = existing.get(key)
        if row and row.since > from_ and (row.name, row.parent) != (line.name, line.parent):
            yield RowError(number, "name", RuleBroken(_LATER, field="name", code=line.code))


def require(by: Actor, code: str) -> None:
    if by != SYSTEM and MANAGE not in by.held(f"region:{code}"):
        raise NotAllowed(N_("Your role does not let you change regions here."))
