import csv
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from linli.kernel.action import read_anew, read_once
from linli.kernel.actor import prefix
from linli.kernel.geometry import Boundary, Point, looks_swapped
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.registers.places.models import Region
from linli.registers.places.rules import regions as rules
from linli.registers.places.rules.regions import Issuer, Level, RegionRow

_DATA = Path(__file__).parents[1] / "data"
_names: dict[str, str] = {}
_short: dict[str, str] = {}
_districts: list[tuple[str, str, list[tuple[str, str]]]] = []


@dataclass(frozen=True)
class RegionCard:
    ref: UUID
    code: str
    level: Level
    name: str
    parent: str
    full_name: str
    """City to village in one: 合肥市蜀山区琥珀街道."""
    above: tuple[str, ...]
    """The names of those above it, the province's first."""
    point: Point | None
    issuer: Issuer
    from_: date
    until: date | None


@dataclass(frozen=True)
class Around:
    here: RegionCard
    above: list[RegionCard]
    below: list[RegionCard]


@dataclass(frozen=True)
class BoundaryCard:
    code: str
    name: str
    boundary: Boundary
    label: Point
    """Where its name is best written."""


def region(code: str, issuer: str = Issuer.STATS, *, on: date | None = None) -> RegionCard | None:
    """The region that bore this code on that day (today's when no day is given), or None."""
    return regions([code], issuer, on=on).get(code)


def regions(codes: Collection[str], issuer: str = Issuer.STATS, *, on: date | None = None) -> dict[str, RegionCard]:
    """Those of these codes that exist, in one query."""
    wanted = frozenset(code for code in codes if rules.level_of(code))
    return dict(read_once(("places.regions", wanted, issuer, on), lambda: _regions(wanted, issuer, on)))


def _regions(wanted: frozenset[str], issuer: str, on: date | None) -> dict[str, RegionCard]:
    rows = with_ancestors(wanted, issuer, on)
    known = {row.code: row.name for row in rows}
    return {row.code: card_of(row, known) for row in rows if row.code in wanted}


def children(code: str, issuer: str = Issuer.STATS, *, on: date | None = None) -> list[RegionCard]:
    """The regions right below this one, by code."""
    rows = list(in_force(issuer, on).filter(parent_code=code).order_by("code"))
    known = {row.code: row.name for row in with_ancestors({code}, issuer, on)} | {row.code: row.name for row in rows}
    return [card_of(row, known) for row in rows]


def below(code: str, issuer: str = Issuer.STATS, *, on: date | None = None) -> list[tuple[str, str]]:
    """Code and name of the regions right below this one on a day, by code; one query."""
    return list(in_force(issuer, on).filter(parent_code=code).order_by("code").values_list("code", "name"))


def around(code: str) -> Around | None:
    """A region with those above and right below it, in one query; None where there is none of this code."""
    above = rules.ancestors(code) if rules.level_of(code) else ()
    rows = list(in_force(Issuer.STATS, None).filter(Q(code__in=[code, *above]) | Q(parent_code=code)).order_by("code"))
    known = {row.code: row.name for row in rows}
    cards = {row.code: card_of(row, known) for row in rows}
    if code not in cards:
        return None
    return Around(cards[code], [cards[one] for one in above if one in cards],
                  [card for card in cards.values() if card.parent == code])


def region_choices(parent: str, *, itself: bool = False) -> list[tuple[str, str]]:
    """Code and name of the regions right below this one, for a form's choices; with `itself`, of this one before."""
    which = Q(parent_code=parent) | Q(code=parent) if itself else Q(parent_code=parent)
    return list(in_force(Issuer.STATS, None).filter(which).order_by("code").values_list("code", "name"))


def names(codes: Collection[str]) -> dict[str, str]:
    """The short names of those of these codes that exist."""
    wanted = frozenset(codes)
    return dict(read_once(("places.names", wanted), lambda: dict(
        in_force(Issuer.STATS, None).filter(level__in=list(Level), code__in=wanted).values_list("code", "name"))))


def full_names(codes: Collection[str]) -> dict[str, str]:
    """City to village in one, of those of these codes that exist."""
    return {code: card.full_name for code, card in regions(codes).items()}


def called(codes: Collection[str]) -> dict[str, str]:
    """`full_names`, for pages: remembered by this process, because a region keeps its name while a node runs."""
    if missing := [code for code in codes if code not in _names]:
        _names.update(full_names(missing))
    return {code: _names[code] for code in codes if code in _names}


def named(codes: Collection[str]) -> dict[str, str]:
    """`names`, for pages: remembered as `called` is."""
    if missing := [code for code in codes if code not in _short]:
        _short.update(names(missing))
    return {code: _short[code] for code in codes if code in _short}


def districts() -> list[tuple[str, str]]:
    """Code and name of the node's districts, for a form's choices; remembered by this process."""
    return [(code, name) for code, name, _ in streets()]


def streets() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The node's districts, each with its streets: one query, then remembered by this process."""
    if not _districts:
        root = in_force(Issuer.STATS, None).filter(parent_code=settings.REGION)
        below = in_force(Issuer.STATS, None).filter(parent_code__in=root.values("code"))
        rows = list((root | below).order_by("code").values_list("code", "name", "parent_code"))
        _districts.extend((code, name, [(one, called) for one, called, parent in rows if parent == code])
                          for code, name, above in rows if above == settings.REGION)
    return list(_districts)


def forget() -> None:
    """Read `called`, `named`, `districts` and `streets` anew: the regions have changed."""
    _names.clear()
    _short.clear()
    _districts.clear()
    read_anew()


def under(code: str) -> str:
    """What the codes of this region and of everything below it begin with."""
    return prefix(code)


def root() -> RegionCard:
    """The region that this node serves (the setting REGION). Refuses: LookupError before its regions are imported."""
    card = region(settings.REGION)
    if card is None:
        raise LookupError(f"The regions of {settings.REGION} are not imported.")
    return card


def search(text: str, most: int = 10) -> list[RegionCard]:
    """Regions of the node whose name holds every word of the text, the highest and shortest first."""
    words = text.split()
    if not words:
        return []
    rows = in_force(Issuer.STATS, None).filter(code__startswith=under(settings.REGION))
    for word in words:
        rows = rows.filter(name__icontains=word)
    found = sorted(rows[:500], key=lambda row: (rules.LEVELS.index(Level(row.level)), len(row.name), row.code))[:most]
    known = {row.code: row.name for row in with_ancestors({row.code for row in found}, Issuer.STATS, None)}
    return [card_of(row, known) for row in found]


def boundaries(codes: Collection[str] | None = None) -> list[BoundaryCard]:
    """The boundaries that are known, of these codes or all, by code. Districts only; development zones have none."""
    return [card for card in _boundaries() if codes is None or card.code in codes]


def locate(point: Point) -> str | None:
    """The code of the district that the point lies in; None outside all of them."""
    return next((card.code for card in _boundaries() if card.boundary.contains(point)), None)


def inside(point: Point, code: str) -> bool:
    """Whether the point can lie in this region: in its district's boundary, or in its city's where that has none."""
    found = locate(point)
    if found is None:
        return False
    own = {code, *rules.ancestors(code)}
    if own.isdisjoint(card.code for card in _boundaries()):
        own = {card.code for card in _boundaries() if card.code.startswith(code[:4])}
    return found in own


def require_inside(point: Point, *, region: str) -> None:
    """Refuses, RuleBroken: a point that cannot lie in this region, saying so where its two numbers look swapped."""
    if looks_swapped(point.lon, point.lat):
        raise RuleBroken(N_("Longitude and latitude look swapped: give the longitude first, such as 117.22,31.82."),
                         rule="places.swapped", field="point")
    if not inside(point, region):
        name = full_names([region]).get(region, region)
        raise RuleBroken(N_("This point lies outside {region}."), rule="places.inside", field="point", region=name)


@lru_cache(maxsize=1)
def packaged() -> tuple[RegionRow, ...]:
    """The divisions that come along: Anhui, Hefei and everything in it to village level, of 30 June 2023."""
    with (_DATA / "hefei_subtree_nbs2023.csv").open(encoding="utf-8", newline="") as file:
        lines = [RegionRow(r["code12"], r["level"], r["name"], r["parent12"]) for r in csv.DictReader(file)]
    return (RegionRow("340000000000", Level.PROVINCE, "安徽省", ""), *lines)


PACKAGED_FROM = date(2023, 6, 30)


@lru_cache(maxsize=1)
def _boundaries() -> tuple[BoundaryCard, ...]:
    features = json.loads((_DATA / "hefei_districts.geojson").read_text(encoding="utf-8"))["features"]
    cards = (
        BoundaryCard(f["properties"]["code"].ljust(12, "0"), f["properties"]["name"], Boundary(f["geometry"]),
                     Point(*f["properties"]["label"]))
        for f in features
    )
    return tuple(sorted(cards, key=lambda card: card.code))


def in_force(issuer: str, on: date | None) -> QuerySet[Region]:
    rows = Region.objects.filter(issuer=issuer).exclude(parent_code=F("code"))  # without those that only stand in
    return rows.filter(until=None) if on is None else rows.filter(Q(until=None) | Q(until__gt=on), since__lte=on)


def middle_beside(column: str) -> Subquery:
    """The middle and the name of the region whose code stands in this column: a column of another context's own query,
    for `middle_of`."""
    rows = in_force(Issuer.STATS, None).filter(level__in=list(Level), code=OuterRef(column)).order_by()
    said = Concat(Cast("lon", CharField()), Value(","), Cast("lat", CharField()), Value(","), "name")
    return Subquery(rows.annotate(said=said).values("said")[:1])


def middle_of(said: str | None) -> tuple[Point | None, str]:
    """Of the column that `middle_beside` gave: the point, where there is one, and the name; asks no database."""
    lon, lat, name = (said or ",,").split(",", 2)
    return Point(float(lon), float(lat)) if lon and lat else None, name


def with_ancestors(codes: Iterable[str], issuer: str, on: date | None) -> list[Region]:
    every = {above for code in codes for above in (code, *rules.ancestors(code))}
    # every level is named so that the index of issuer, level and code is used, whatever the database knows of itself
    rows = in_force(issuer, on).filter(level__in=list(Level), code__in=every)
    return list(rows.order_by("code")) if every else []


def card_of(row: Region, known: dict[str, str]) -> RegionCard:
    chain = [known[code] for code in (*rules.ancestors(row.code)[1:], row.code) if code in known]
    point = Point(row.lon, row.lat) if row.lon is not None and row.lat is not None else None
    above = tuple(known[code] for code in rules.ancestors(row.code) if code in known)
    return RegionCard(row.ref, row.code, Level(row.level), row.name, row.parent_code, rules.full_name(chain), above,
                      point, Issuer(row.issuer), row.since, row.until)
