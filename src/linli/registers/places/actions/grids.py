from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action, attempt
from linli.kernel.actor import Actor
from linli.kernel.geometry import Boundary, Crs
from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import events, queries
from linli.registers.places.actions.facilities import day, each, figure, fits
from linli.registers.places.actions.regions import Imported, require
from linli.registers.places.models import GridCell, GridPost
from linli.registers.places.rules.regions import Level, whole

_CODE = N_("A grid cell's code has 1 to 20 letters and digits.")
_NAME = N_("A grid cell has a name of 1 to 60 characters.")
_WHERE = N_("A grid cell is part of a community or village.")
_TAKEN = N_("There is a grid cell {code} already.")
_GONE = N_("No such grid cell.")
_CALLED = N_("Give the officer's name and duty phone: residents see them.")
_EARLY = N_("A post begins on the day its predecessor's ends, or later.")
_SHAPE = N_("A boundary is a GeoJSON Polygon or MultiPolygon.")


@action
def add_grid_cell(
    code: str, *, name: str, region: str, households: int | None = None, boundary: Mapping[str, Any] | None = None,
    is_demo: bool = False, by: Actor, at: datetime,
) -> UUID:
    """Make a part of a community a grid cell; `boundary` is GeoJSON in WGS-84 where it is drawn.

    Refuses: NotAllowed, RuleBroken (code, name, no community, a boundary elsewhere), Conflict (the code is given).
    """
    card = _community(region, by)
    shape = _drawn(boundary, card)
    if not (0 < len(code) <= 20 and code.isalnum()):
        raise RuleBroken(_CODE, field="code")
    if not 0 < len(name.strip()) <= 60:
        raise RuleBroken(_NAME, field="name")
    if GridCell.objects.filter(code=code, closed_on=None).exists():
        raise Conflict(_TAKEN, field="code", code=code)
    row = GridCell.objects.create(code=code, name=name.strip(), region_code=region, households=households,
                                  boundary=shape, is_demo=is_demo, recorded_at=at, recorded_by=by.ref)
    journal.record(events.GridCellAdded(row.ref, region), about=row.ref, by=by, at=at)
    return row.ref


@action
def appoint(cell: UUID, *, called: str, phone: str, from_on: date, by: Actor, at: datetime) -> UUID:
    """Give a cell its officer from a day; the one before leaves on it, and is named no more. Gives the post's ref.

    Refuses: NotFound, NotAllowed, RuleBroken (no name or phone, before the last one's beginning).
    """
    row = _cell(cell, by)
    if not 0 < len(called.strip()) <= 40 or not 0 < len(phone.strip()) <= 30:
        raise RuleBroken(_CALLED, field="called" if not called.strip() else "phone")
    last = GridPost.objects.select_for_update().filter(cell=row, until_on=None).first()
    if last:
        if from_on < last.from_on:
            raise RuleBroken(_EARLY, field="from_on")
        _leave(row, last, from_on, by, at)
    post = GridPost.objects.create(cell=row, called=called.strip(), phone=phone.strip(), from_on=from_on,
                                   recorded_at=at, recorded_by=by.ref)
    journal.record(events.GridOfficerAppointed(row.ref, post.ref, from_on), about=row.ref, by=by, at=at)
    return post.ref


@action
def relieve(cell: UUID, *, until_on: date, by: Actor, at: datetime) -> None:
    """A cell's officer leaves on a day. Refuses: NotFound, NotAllowed, Conflict (nobody walks it), RuleBroken."""
    row = _cell(cell, by)
    post = GridPost.objects.select_for_update().filter(cell=row, until_on=None).first()
    if post is None:
        raise Conflict(N_("This grid cell has no officer now."))
    if until_on < post.from_on:
        raise RuleBroken(N_("A post ends on the day it began or later."), field="until_on")
    _leave(row, post, until_on, by, at)


@action
def import_grid_cells(
    rows: Iterable[Mapping[str, str]], *, crs: Crs = Crs.WGS84, partial: bool = False, by: Actor, at: datetime
) -> Imported:
    """Take over a table of grid cells: cell (its code), name, region, and where known households, officer, phone,
    from_on. A cell that is there already keeps its name and place; another officer takes over from the one before.

    Refuses: FileRefused with every bad row (all of it, unless `partial` keeps the good ones).
    """
    lines = list(rows)
    codes = [line["cell"] for line in lines]
    there = {row.code: row for row in GridCell.objects.filter(code__in=codes, closed_on=None)}
    posts = {post.cell_id: post for post in GridPost.objects.filter(cell__code__in=codes, until_on=None)}
    told = {"new": 0, "changed": 0}

    def take(line: Mapping[str, str]) -> None:
        row, officer, region = there.get(line["cell"]), line.get("officer", ""), whole(line["region"])
        households = figure(line.get("households", ""), "households")
        since = day(line.get("from_on", ""), "from_on") or at.date()
        if officer and not line.get("phone"):
            raise RuleBroken(_CALLED, field="phone")
        if row is None:
            ref = add_grid_cell(line["cell"], name=line["name"], region=region, households=households, by=by, at=at)
        else:
            require(by, row.region_code)
            post, ref = posts.get(row.pk), row.ref
            if not officer or post and (post.called, post.phone) == (officer, line["phone"]):
                return
        if officer:
            appoint(ref, called=officer, phone=line["phone"], from_on=since, by=by, at=at)
        told["changed" if row else "new"] += 1

    def tried(line: Mapping[str, str]) -> None:
        with attempt():  # what was written of a row that is refused goes with it
            take(line)

    refused = each(lines, tried, partial=partial)
    return Imported(told["new"], told["changed"], len(lines) - len(refused) - sum(told.values()), refused)


def _leave(cell: GridCell, post: GridPost, on: date, by: Actor, at: datetime) -> None:
    post.called, post.phone, post.until_on = "", "", on
    post.save(update_fields=["called", "phone", "until_on"])
    journal.record(events.GridOfficerRelieved(cell.ref, post.ref, on), about=cell.ref, by=by, at=at)


def _cell(ref: UUID, by: Actor) -> GridCell:
    row = GridCell.objects.select_for_update().filter(ref=ref, closed_on=None).first()
    if row is None:
        raise NotFound(_GONE)
    require(by, row.region_code)
    return row


def _community(code: str, by: Actor) -> queries.RegionCard:
    card = queries.region(code)
    if card is None or card.level is not Level.VILLAGE:
        raise RuleBroken(_WHERE, field="region")
    require(by, code)
    return card


def _drawn(boundary: Mapping[str, Any] | None, card: queries.RegionCard) -> dict[str, Any] | None:
    if boundary is None:
        return None
    try:
        shape = Boundary(boundary)
    except ValueError:
        raise RuleBroken(_SHAPE, field="boundary") from None
    fits(shape.centre, card.code)
    return shape.geojson


