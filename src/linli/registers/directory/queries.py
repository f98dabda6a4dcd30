from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import cos, radians
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When, Window
from django.db.models import Value as V
from django.db.models.functions import RowNumber
from django.urls import reverse

from linli.engines.search.registry import Document
from linli.kernel.actor import Actor, prefix
from linli.kernel.geometry import OFF_EARTH, Point, cell, cells_within, looks_swapped, metres, parse_point
from linli.kernel.machine import Move
from linli.kernel.refusals import NotFound, RuleBroken
from linli.kernel.text import N_, Text
from linli.registers.directory import access
from linli.registers.directory.models import OpeningException, OpeningHours, Service, ServiceArea, Slot
from linli.registers.directory.rules import hours as opening
from linli.registers.directory.rules import offers
from linli.registers.directory.rules.hours import ExceptionalDay, Hours
from linli.registers.directory.rules.offers import Eligibility, SubsidyFor
from linli.registers.directory.rules.taxonomy import Category, Domain, taxonomy
from linli.registers.directory.states import LABELS, LIFE, State
from linli.registers.organisations import queries as organisations
from linli.registers.places import queries as places

RING = 8_000
"""Metres looked through before everything is: most neighbourhoods fill a list within them."""

CategoryCard = Category
DomainCard = Domain
MODES, LANGUAGES, ACCESSIBILITY = offers.MODES, offers.LANGUAGES, offers.ACCESSIBILITY
GROUPS, GENDERS = offers.GROUPS, offers.GENDERS
HoursCard = Hours
ExceptionCard = ExceptionalDay
SHANGHAI = opening.SHANGHAI
KEYS = frozenset(taxonomy().categories)
SORTS: dict[str, Text] = {
    "distance": N_("nearest"), "price": N_("lowest price"), "soonest": N_("free soonest"),
    "assured": N_("freshest listing"),
}


@dataclass(frozen=True)
class ServiceCard:
    """One service as it is listed. Money in fen, times in minutes; `area` holds codes, each with its subtree."""

    ref: UUID
    provider: UUID
    provider_name: str
    site: UUID | None
    category: str
    name: str
    summary: str
    modes: tuple[str, ...]
    point: Point | None
    region: str
    area: tuple[str, ...]
    languages: tuple[str, ...]
    accessibility: tuple[str, ...]
    price_fen: int
    unit: str
    subsidy_fen: int
    subsidy_for: SubsidyFor
    eligibility: Eligibility
    duration_minutes: int
    buffer_minutes: int
    capacity: int
    lead_minutes: int
    horizon_days: int
    open_on_holidays: bool
    assured_on: date | None
    state: State
    open: bool
    """Whether it can be found and booked: listed, by a provider that is not suspended."""
    is_demo: bool

    @property
    def label(self) -> Text:
        return LABELS[self.state]

    @property
    def credentials(self) -> frozenset[str]:
        """The kinds of credential that whoever gives it must hold."""
        return taxonomy().categories[self.category].credentials

    def price_for(self, *, age: int | None = None, groups: Collection[str] = ()) -> int:
        """What this person pays, in fen, after the subsidy where it is for them."""
        return offers.price_after(self.price_fen, self.subsidy_fen, self.subsidy_for, age=age, groups=groups)

    @property
    def lowest_fen(self) -> int:
        """What those pay for whom the subsidy is."""
        return self.price_fen - self.subsidy_fen

    def serves(self, region: str) -> bool:
        """Whether the region lies in the area served."""
        return offers.serves(self.area, region)

    def against(self, *, age: int | None, gender: str = "", groups: Collection[str] = ()) -> tuple[str, ...]:
        """Which of its conditions (min_age, max_age, gender, groups) a person does not meet; unknown counts as met."""
        return self.eligibility.against(age=age, gender=gender, groups=groups)

    def metres_from(self, point: Point | None) -> float | None:
        return metres(point, self.point) if point and self.point else None


@dataclass(frozen=True)
class SlotCard:
    ref: UUID
    service: UUID
    from_: datetime
    until: datetime
    capacity: int
    free: int
    book_until: datetime

    def bookable(self, at: datetime) -> bool:
        return self.free > 0 and at <= self.book_until


@dataclass(frozen=True)
class Found:
    """One page of a result list. `total` counts all of them."""

    items: list[ServiceCard]
    total: int


# The taxonomy

def categories() -> list[CategoryCard]:
    """All categories, domain by domain, as the taxonomy orders them. Source: taxonomy.toml."""
    return list(taxonomy().categories.values())


def domains() -> list[DomainCard]:
    return list(taxonomy().domains.values())


def category(key: str) -> CategoryCard:
    """Refuses: NotFound."""
    try:
        return taxonomy().categories[key]
    except KeyError:
        raise NotFound(N_("There is no such category.")) from None


def leaves(key: str) -> tuple[str, ...]:
    """The category itself, else all of the domain; nothing for a key that is neither."""
    return taxonomy().leaves(key)


def within(domain: str) -> tuple[str, ...]:
    """The categories of a domain."""
    return taxonomy().within(domain)


def matching_categories(text: str) -> tuple[str, ...]:
    """The categories whose name or keywords stand in the text, or in whose name or keywords the text stands."""
    return taxonomy().matching(text)


def counts() -> dict[str, int]:
    """How many open services each category has; without any it is absent."""
    return dict(_open().order_by().values_list("category").annotate(Count("pk")))


# Places

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


# Services

def service(ref: UUID) -> ServiceCard:
    """One service in whatever state, for other contexts; no actor needed. Refuses: NotFound."""
    found = services([ref])
    if ref not in found:
        raise NotFound(N_("There is no such service."))
    return found[ref]


def service_for(ref: UUID, *, by: Actor) -> ServiceCard:
    """One service as this actor may know of it. Refuses: NotFound."""
    access.service(ref, by=by)
    return service(ref)


def services(refs: Collection[UUID]) -> dict[UUID, ServiceCard]:
    """Those of these that exist, in whatever state; two queries."""
    found = _cards(_rows(Service.objects.filter(ref__in=refs).order_by("ref"))) if refs else []
    return {card.ref: card for card in found}


def services_of(provider: UUID) -> list[ServiceCard]:
    """Everything a provider keeps (not what it withdrew), by name; for its own desk and for other contexts."""
    kept = Service.objects.filter(provider__ref=provider).exclude(state=State.WITHDRAWN)
    return _cards(_rows(kept.order_by("name", "ref")))


def refs(*, after: UUID | None = None, most: int = 1000) -> list[UUID]:
    """Every service that is open, in order of ref; for whoever goes through all of them."""
    rows = _open().order_by("ref")
    return list((rows.filter(ref__gt=after) if after else rows).values_list("ref", flat=True)[:most])


def refs_of(provider: UUID) -> list[UUID]:
    """Every service of a provider, in whatever state."""
    return list(Service.objects.filter(provider__ref=provider).order_by("ref").values_list("ref", flat=True))


def documents(refs: set[UUID]) -> Iterator[Document]:
    """What the one box finds of these services: those that are open, in both languages."""
    cards = [card for card in services(refs).values() if card.open]
    regions = places.full_names([card.region for card in cards])
    for card in cards:
        kind, url = category(card.category), reverse("directory:service", args=[card.ref])
        where, spot = regions.get(card.region, ""), cell(card.point) if card.point else None
        for lang, name, words, title in (
            ("zh", kind.name.zh, kind.keywords_zh, card.name),
            ("en", str(kind.name), kind.keywords_en, f"{card.name} ({kind.name})"),
        ):
            body = f"{card.summary} {card.provider_name} {where} {name} {' '.join(words)}"
            yield Document(card.ref, title, url, body, card.region, spot, weight=3, lang=lang)


def moves(card: ServiceCard, *, by: Actor) -> tuple[Move, ...]:
    """The moves open to this actor, for buttons."""
    return LIFE.open_to(by.held(f"organisation:{card.provider}", f"region:{card.region}"), state=card.state)


def price_for(ref: UUID, *, age: int | None = None, groups: Collection[str] = ()) -> int:
    """What this person pays for the service, in fen. Refuses: NotFound."""
    return service(ref).price_for(age=age, groups=groups)


def candidates(
    categories: Collection[str], *, near: Point | None = None, region: str | None = None, mode: str | None = None,
    limit: int = 100,
) -> list[ServiceCard]:
    """Open services of these categories, nearest first, at most `limit`; at most three queries, most often two.

    With a point it looks through 8 km first and, where that gives too few, through all; those without a point come
    last. Without one, those that lie in or serve the region come by how close their region is. What a region or a
    person rules out is left in: matching counts and explains it.
    """
    keys = {leaf for key in categories for leaf in taxonomy().leaves(key)}
    rows = _open().filter(category__in=keys)
    if mode:
        rows = rows.filter(**{_mode(mode): True})
    if near and mode != "remote":
        return _cards(_nearest(rows, near, limit))
    if region:
        rows = rows.filter(Q(region_code__startswith=region[:4]) | Q(_serving(region)))
        return _cards(_rows(rows.order_by(*_closeness(region), "ref"), most=limit))
    return _cards(_rows(rows.order_by("ref"), most=limit))


def find(
    *, categories: Collection[str] | None = None, text: str = "", mode: str | None = None, region: str | None = None,
    near: Point | None = None, within_m: float | None = None, open_at: datetime | None = None, sort: str = "",
    provider: UUID | None = None, at: datetime, skip: int = 0, most: int = 20,
) -> Found:
    """Open services that meet every condition given, in the order asked for; three queries.

    `text` is sought in names, summaries and the words of the categories; `region` keeps what lies in it or serves it;
    `open_at` what is open at that moment by its hours, exceptions and holidays.
    """
    rows = _open()
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
        close = [row for row in _rows(rows, most=5000) if metres(near, Point(row.lon, row.lat)) <= within_m]
        return Found(_cards(close[skip:skip + most]), len(close))
    return Found(_cards(_rows(rows, skip=skip, most=most)), rows.order_by().count())


def open_now(refs: Collection[UUID], *, at: datetime) -> set[UUID]:
    """Which of these services are open at this moment, by their hours, exceptions and holidays; one query."""
    rows = Service.objects.filter(_open_at(at), ref__in=refs, state=State.LISTED, provider_open=True)
    return set(rows.order_by().values_list("ref", flat=True))


def hours(ref: UUID) -> list[Hours]:
    rows = OpeningHours.objects.filter(service__ref=ref).order_by("weekday", "opens")
    return [Hours(row.weekday, row.opens, row.closes, row.since, row.until) for row in rows]


def exceptions(ref: UUID, *, from_: date) -> list[ExceptionalDay]:
    """From this day on, in order."""
    rows = OpeningException.objects.filter(service__ref=ref, on__gte=from_).order_by("on")
    return [ExceptionalDay(row.on, row.opens, row.closes, row.reason) for row in rows]


# Slots

def slot(ref: UUID) -> SlotCard:
    """Refuses: NotFound."""
    found = slots_by_ref([ref])
    if ref not in found:
        raise NotFound(N_("There is no such time."))
    return found[ref]


def slots_by_ref(refs: Collection[UUID]) -> dict[UUID, SlotCard]:
    """Those of these slots that exist, taken or not; one query."""
    return {row.ref: row for row in _slot_cards(Slot.objects.filter(ref__in=refs).order_by("ref"))}


def slots(service: UUID, from_: datetime, until: datetime) -> list[SlotCard]:
    """Every slot of the service that begins from `from_` on and before `until`, free or not, in order."""
    return _slot_cards(Slot.objects.filter(service__ref=service, begin__gte=from_, begin__lt=until).order_by("begin"))


def first_free(
    services: Collection[UUID], from_: datetime, until: datetime, windows: Iterable[Any] = (), *,
    at: datetime | None = None,
) -> dict[UUID, SlotCard]:
    """For each service its first slot with a free place that can still be booked; without one it is absent. One query.

    `windows` (things with `from_` and `until`, or pairs) narrow it: the whole slot lies in one of them. `at` is now,
    for the lead time; `from_` where it is not given.
    """
    if not services:
        return {}
    rows = Slot.objects.filter(
        service__ref__in=services, begin__gte=from_, begin__lt=until, taken__lt=F("capacity"),
        book_until__gte=at or from_,
    )
    within = Q()
    for window in windows:
        begin, end = (window.from_, window.until) if hasattr(window, "from_") else window
        within |= Q(begin__gte=begin, until__lte=end)
    ranked = rows.filter(within).annotate(
        place=Window(RowNumber(), partition_by=F("service_id"), order_by=F("begin").asc())
    )
    return {card.service: card for card in _slot_cards(ranked.filter(place=1).order_by("begin"))}


def free_by_day(service: UUID, from_: datetime, until: datetime, *, at: datetime) -> dict[date, int]:
    """How many places can still be booked on each day of Asia/Shanghai."""
    found: dict[date, int] = {}
    for card in slots(service, from_, until):
        if card.bookable(at):
            day = card.from_.astimezone(opening.SHANGHAI).date()
            found[day] = found.get(day, 0) + card.free
    return found


# How it is done

class _Joined(Aggregate):
    """Texts of a group in one, with commas: the areas of a service come along in its own query."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, ',')"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="STRING_AGG", **extra)


def _open() -> QuerySet[Service]:
    return Service.objects.filter(state=State.LISTED, provider_open=True)


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
    close = _rows(_inside(rows, near, RING).order_by(_farness(near), "ref"), most=limit)
    return close if len(close) >= limit else _rows(rows.order_by(_farness(near), "ref"), most=limit)


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


def _rows(rows: QuerySet[Service], *, skip: int = 0, most: int | None = None) -> list[Any]:
    """The rows with their area beside them, in one query."""
    own = ServiceArea.objects.filter(service=OuterRef("pk")).order_by().values("service")
    area = Subquery(own.annotate(joined=_Joined("region_code")).values("joined"), output_field=CharField())
    return list(rows.annotate(area_codes=area)[skip:None if most is None else skip + most])


def _cards(rows: Sequence[Any]) -> list[ServiceCard]:
    """As many queries as it takes to name the providers: one."""
    names = organisations.names({row.provider_id for row in rows}) if rows else {}
    return [_card(row, names.get(row.provider_id, "")) for row in rows]


def _card(row: Any, provider_name: str) -> ServiceCard:
    return ServiceCard(
        ref=row.ref, provider=row.provider_id, provider_name=provider_name, site=row.site, category=row.category,
        name=row.name, summary=row.summary, modes=tuple(mode for mode in offers.MODES if getattr(row, mode)),
        point=None if row.lon is None else Point(row.lon, row.lat), region=row.region_code,
        area=tuple(sorted((row.area_codes or "").split(","))) if row.area_codes else (),
        languages=tuple(row.languages), accessibility=tuple(row.accessibility), price_fen=row.price_fen,
        unit=row.price_unit, subsidy_fen=row.subsidy_fen,
        subsidy_for=SubsidyFor(row.subsidy_min_age, tuple(row.subsidy_groups)),
        eligibility=Eligibility(row.min_age, row.max_age, tuple(row.groups), row.gender),
        duration_minutes=row.duration_minutes, buffer_minutes=row.buffer_minutes, capacity=row.capacity,
        lead_minutes=row.lead_minutes, horizon_days=row.horizon_days, open_on_holidays=row.open_on_holidays,
        assured_on=row.assured_on, state=State(row.state), open=row.state == State.LISTED and row.provider_open,
        is_demo=row.is_demo,
    )


def _slot_cards(rows: QuerySet[Slot]) -> list[SlotCard]:
    values = rows.values_list("ref", "service__ref", "begin", "until", "capacity", "taken", "book_until")
    return [SlotCard(ref, service, begin, until, capacity, capacity - taken, book_until)
            for ref, service, begin, until, capacity, taken, book_until in values]
