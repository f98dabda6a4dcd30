from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from math import cos, radians
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models import Value as V

from linli.kernel.actor import prefix
from linli.kernel.geometry import OFF_EARTH, Point, cells_within, looks_swapped, metres, parse_point
from linli.kernel.refusals import NotFound, RuleBroken
from linli.kernel.text import N_, Text
from linli.registers.directory.models import OpeningException, OpeningHours, Service, ServiceArea, Slot
from linli.registers.directory.queries.listing import ServiceCard, as_cards, open_services, whole_rows
from linli.registers.directory.rules import hours as opening
from linli.registers.directory.rules import offers
from linli.registers.directory.rules.taxonomy import taxonomy
from linli.registers.directory.states import State
from linli.registers.places import queries as places

SORTS: dict[str, Text] = {
    "distance": N_("nearest"), "price": N_("lowest price"), "soonest": N_("free soonest"),
    "assured": N_("freshest listing"),
}


@dataclass(frozen=True)
class Found:
    """One page of a result list. `total` counts all of them."""

    items: list[ServiceCard]
    total: int


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


def candidates(
    categories: Collection[str], *, near: Point | None = None, region: str | None = None, mode: str | None = None,
    limit: int = 100,
) -> list[ServiceCard]:
    """Open services of these categories, nearest first, at most `limit`; one query.

    Those without a point come last. Without `near`, those that lie in or serve the region come by how close their
    region is. What a region or a person rules out is left in: matching counts and explains it.
    """
    keys = {leaf for key in categories for leaf in taxonomy().leaves(key)}
    rows = open_services().filter(category__in=keys)
    if mode:
        rows = rows.filter(**{_mode(mode): True})
    if near and mode != "remote":
        return as_cards(_nearest(rows, near, limit))
    if region:
        rows = rows.filter(Q(region_code__startswith=region[:4]) | Q(_serving(region)))
        return as_cards(whole_rows(rows.order_by(*_closeness(region), "ref"), most=limit))
    return as_cards(whole_rows(rows.order_by("ref"), most=limit))


def find(
    *, categories: Collection[str] | None = None, text: str = "", mode: str | None = None, region: str | None = None,
    near: Point | None = None, within_m: float | None = None, open_at: datetime | None = None, sort: str = "",
    provider: UUID | None = None, at: datetime, skip: int = 0, most: int = 20,
) -> Found:
    """Open services that meet every condition given, in the order asked for; two queries.

    `text` is sought in names, summaries and the words of the categories; `region` keeps what lies in it or serves it;
    `open_at` what is open at that moment by its hours, exceptions and holidays.
    """
    rows = open_services()
    if categories is not None:
        rows = rows.filter(category__in={leaf for key in categories for leaf in taxonomy().leaves(key)})
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
    if open_at:
        rows = rows.filter(_open_at(open_at))
    if near and within_m is not None:
        rows = _inside(rows, near, within_m)
    rows = _sorted(rows, sort or ("distance" if near else "assured"), near, at)
    if near and within_m is not None:  # the ranges of cells hold farther points too: measured here, where few are left
        close = [row for row in whole_rows(rows, most=5000) if metres(near, Point(row.lon, row.lat)) <= within_m]
        return Found(as_cards(close[skip:skip + most]), len(close))
    return Found(as_cards(whole_rows(rows, skip=skip, most=most)), rows.order_by().count())


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


def _farness(near: Point) -> Any:
    """Square degrees of latitude: enough to sort by, and every database can."""
    shrink = cos(radians(near.lat)) ** 2
    east, north = F("lon") - V(near.lon), F("lat") - V(near.lat)
    return (east * east * V(shrink) + north * north).asc(nulls_last=True)


def _nearest(rows: QuerySet[Service], near: Point, limit: int) -> list[Any]:
    chosen = rows.order_by(_farness(near), "ref").values("pk")[:limit]  # what a card needs is read for these alone
    return whole_rows(Service.objects.filter(pk__in=chosen).order_by(_farness(near), "ref"))


def _sorted(rows: QuerySet[Service], sort: str, near: Point | None, at: datetime) -> QuerySet[Service]:
    if sort == "distance" and near:
        return rows.order_by(_farness(near), "ref")
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
