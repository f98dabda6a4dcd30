from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models import Value as V

from linli.kernel.actor import prefix
from linli.kernel.geometry import OFF_EARTH, Point, cells_within, looks_swapped, metres, parse_point
from linli.kernel.refusals import NotFound, RuleBroken
from linli.kernel.text import N_, Text
from linli.registers.directory.models import OpeningException, OpeningHours, Service, ServiceArea, Slot
from linli.registers.directory.queries.listing import ServiceCard, as_cards, open_services, rows_of, whole_rows
from linli.registers.directory.queries.nearest import Conditions, in_order, nearest
from linli.registers.directory.rules import hours as opening
from linli.registers.directory.rules import offers
from linli.registers.directory.rules.taxonomy import taxonomy
from linli.registers.directory.states import State
from linli.registers.organisations import queries as organisations
from linli.registers.places import queries as places

SORTS: dict[str, Text] = {
    "distance": N_("nearest"), "price": N_("lowest price"), "soonest": N_("free soonest"),
    "assured": N_("freshest listing"),
}


MOST_COUNTED = 10_000
"""Nobody turns so many pages: counting on would go through every service of the country."""


@dataclass(frozen=True)
class Found:
    """One page of a result list. `total` counts all of them, or as many as are counted (MOST_COUNTED)."""

    items: list[ServiceCard]
    total: int
    more: bool = False
    """Whether any come after these."""


def counts() -> dict[str, int]:
    """How many open services each category has; without any it is absent."""
    return dict(open_services().order_by().values_list("category").annotate(Count("pk")))


def near(text: str) -> Point:
    """Read "117.22,31.82" as a point of this node's region. Refuses, RuleBroken naming `near`: swapped, or outside."""
    lon, _, lat = text.partition(",")
    try:
        return placed(float(lon), float(lat), field="near")
    except ValueError:
        pass
    try:
        parse_point(text)
    except RuleBroken as why:
        raise RuleBroken(why.message, field="near") from None
    raise RuleBroken(OFF_EARTH, field="near")


def placed(lon: float, lat: float, *, field: str) -> Point:
    """A point that lies in one of the node's districts. Refuses, RuleBroken naming the field: swapped, or outside."""
    if looks_swapped(lon, lat):
        raise RuleBroken(N_("Longitude and latitude look swapped: give the longitude first, such as 117.22,31.82."),
                         rule="places.swapped", field=field)
    point = Point(lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None
    if point is None or places.locate(point) is None:
        raise RuleBroken(N_("This point lies outside {region}."), rule="places.inside", field=field,
                         region=places.root().name)
    return point


def landmarks(about: Point, within: float) -> list[tuple[str, Point]]:
    """Names and points of open providers' sites within so many metres of a point, in one query."""
    rows = _inside(open_services(), about, within).annotate(provider_name=organisations.named("provider_id"))
    spots = rows.order_by().values_list("provider_name", "lon", "lat").distinct()
    found = [(name, Point(lon, lat)) for name, lon, lat in spots if lon is not None and lat is not None]
    return [(name, point) for name, point in found if metres(about, point) <= within]


def candidates(
    categories: Collection[str], *, near: Point | None = None, region: str | None = None, mode: str | None = None,
    limit: int = 100,
) -> list[ServiceCard]:
    """Open services of these categories, nearest first, at most `limit`; seven queries at most, one without `near`
    or where there were fewer the last time.

    Those without a point come last. Without `near`, those that lie in or serve the region come by how close their
    region is. What a region or a person rules out is left in: matching counts and explains it.
    """
    keys = {leaf for key in categories for leaf in taxonomy().leaves(key)}
    given = Service.objects.filter(**{_mode(mode): True}) if mode else None
    rows = open_services().filter(category__in=keys, **{mode: True} if mode else {})
    if near and mode != "remote":
        return as_cards(_near(rows, near, Conditions(frozenset(keys), others=given), mode, limit))
    if region:
        rows = rows.filter(Q(region_code__startswith=region[:4]) | Q(_serving(region)))
        return as_cards(whole_rows(rows.order_by(*_closeness(region), "ref"), most=limit))
    return as_cards(whole_rows(rows.order_by("ref"), most=limit))


def find(
    *, categories: Collection[str] | None = None, text: str = "", mode: str | None = None, region: str | None = None,
    near: Point | None = None, within_m: float | None = None, open_at: datetime | None = None, sort: str = "",
    provider: UUID | None = None, at: datetime, skip: int = 0, most: int = 20, counted: bool = True,
) -> Found:
    """Open services that meet every condition given, in the order asked for; two queries, by nearness eight at most.

    `text` is sought in names, summaries and the words of the categories; `region` keeps what lies in it or serves it;
    `open_at` what is open at that moment by its hours, exceptions and holidays. Who needs no total says so: it takes
    longer than the answer where there are many.
    """
    keys = None if categories is None else {leaf for key in categories for leaf in taxonomy().leaves(key)}
    rows = open_services()
    for word in text.split()[:8]:
        rows = rows.filter(
            Q(category__in=taxonomy().matching(word)) | Q(name__icontains=word) | Q(summary__icontains=word)
        )
    if mode:
        rows = rows.filter(**{_mode(mode): True})
    if region:
        rows = rows.filter(Q(region_code__startswith=prefix(region)) | _serving(region))
    if provider:
        rows = rows.filter(provider__ref=provider)
    sort = sort or ("distance" if near else "assured")
    others = rows if text.split() or mode or region or provider else None
    if near and sort == "distance":
        wanted = Conditions(None if keys is None else frozenset(keys), open_at, others)
        found = nearest(near, wanted, most=MOST_COUNTED if within_m is not None else skip + most + 1, within=within_m)
        cards = as_cards(_these(found[skip:skip + most]))
        if within_m is not None:
            total = len(found)
        elif len(found) <= skip + most:
            total = max(len(found), skip)
        else:
            total = _counted(_meeting(rows, keys, open_at)) if counted else len(found)
        return Found(cards, total, len(found) > skip + most)
    whole = _meeting(rows, keys, open_at)
    if near and within_m is not None:
        whole = _inside(whole, near, within_m)  # the ranges of cells hold farther points too
    whole = _sorted(whole, sort, at)
    if near and within_m is not None:
        close = [key for key, lon, lat in whole.values_list("pk", "lon", "lat")[:MOST_COUNTED]
                 if lon is not None and lat is not None and metres(near, Point(lon, lat)) <= within_m]
        chosen = [(key, None) for key in close[skip:skip + most]]
        return Found(as_cards(_these(chosen)), len(close), len(close) > skip + most)
    some = as_cards(whole_rows(whole, skip=skip, most=most + 1))
    return Found(some[:most], _counted(whole) if counted else skip + len(some), len(some) > most)


def _meeting(rows: QuerySet[Service], keys: set[str] | None, open_at: datetime | None) -> QuerySet[Service]:
    rows = rows if keys is None else rows.filter(category__in=keys)
    return rows.filter(_open_at(open_at)) if open_at else rows


def _counted(rows: QuerySet[Service]) -> int:
    return rows.order_by()[:MOST_COUNTED].count()


_few: set[tuple[frozenset[str] | None, str | None]] = set()
"""Of what this process found fewer than wanted the last time, by categories and mode: all of it is read at once."""


def _near(rows: QuerySet[Service], near: Point, wanted: Conditions, mode: str | None, limit: int) -> list[Any]:
    """The nearest of `rows`, which are those that `wanted` says too."""
    kind = wanted.categories, mode
    if kind in _few:
        read = whole_rows(rows.order_by(), most=limit + 1)
        if len(read) <= limit:
            return in_order(near, read)
        _few.discard(kind)
    found = nearest(near, wanted, most=limit)
    if len(found) < limit:
        _few.add(kind)
    return _these(found)


def _these(found: Sequence[tuple[int, float | None]]) -> list[Any]:
    """The rows of these keys as cards need them, in their order; what a card needs is read for these alone."""
    if not found:
        return []
    read = rows_of([key for key, _ in found])
    return [read[key] for key, _ in found if key in read]


def open_now(refs: Collection[UUID], *, at: datetime) -> set[UUID]:
    """Which of these services are open at this moment, by their hours, exceptions and holidays; one query."""
    rows = Service.objects.filter(_open_at(at), ref__in=refs, state=State.LISTED, provider_open=True)
    return set(rows.order_by().values_list("ref", flat=True))


def _mode(mode: str) -> str:
    if mode not in offers.MODES:
        raise NotFound(N_("There is no such way of giving a service."))
    return mode


def _serving(region: str) -> Exists:
    own = ServiceArea.objects.filter(service=OuterRef("pk"))
    return Exists(own.filter(region_code__in=offers.above(region)))


def _closeness(region: str) -> list[Any]:
    """To sort by: the same village first, then township, county, city."""
    return [Case(*(When(region_code__startswith=region[:digits], then=V(digits)) for digits in (12, 9, 6, 4)),
                 default=V(0)).desc()]


def _inside(rows: QuerySet[Service], near: Point, radius: float) -> QuerySet[Service]:
    within = Q(pk__in=[])
    for low, high in cells_within(near, radius):
        within |= Q(cell__range=(low, high))
    return rows.filter(within)


def _sorted(rows: QuerySet[Service], sort: str, at: datetime) -> QuerySet[Service]:
    if sort == "price":
        return rows.order_by(F("price_fen") - F("subsidy_fen"), "price_fen", "ref")
    if sort == "soonest":
        free = Slot.objects.filter(
            service=OuterRef("pk"), begin__gte=at, book_until__gte=at, taken__lt=F("capacity")
        ).order_by("begin").values("begin")[:1]
        return rows.annotate(soonest=Subquery(free)).order_by(F("soonest").asc(nulls_last=True), "ref")
    return rows.order_by(F("assured_on").desc(nulls_last=True), "ref")


def _open_at(moment: datetime) -> Q:
    here = moment.astimezone(opening.SHANGHAI)
    day, clock = here.date(), here.time().replace(microsecond=0)
    now = Q(opens__lte=clock) & (Q(closes__gt=clock) | Q(closes=time(0)))
    special = OpeningException.objects.filter(service=OuterRef("pk"), on=day)
    usual = OpeningHours.objects.filter(
        now, Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gt=day), service=OuterRef("pk"),
        weekday=day.weekday(),
    )
    weekly = ~Q(Exists(special)) & Q(Exists(usual))
    if opening.is_holiday(day):
        weekly &= Q(open_on_holidays=True)
    return Q(Exists(special.filter(now))) | weekly
