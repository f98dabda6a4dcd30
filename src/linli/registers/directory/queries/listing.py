from collections import namedtuple
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import CharField, DateField, OuterRef, QuerySet, SmallIntegerField, Subquery
from django.db.models import Value as V
from django.urls import reverse

from linli.engines.search.registry import Document
from linli.kernel.action import acting, read_once
from linli.kernel.actor import Actor, prefix
from linli.kernel.database import Joined
from linli.kernel.geometry import Point, cell, metres
from linli.kernel.machine import Move
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Text
from linli.registers.directory import access
from linli.registers.directory.models import OpeningException, OpeningHours, Service, ServiceArea
from linli.registers.directory.queries.taxonomy import category
from linli.registers.directory.rules import offers
from linli.registers.directory.rules.hours import ExceptionalDay, Hours
from linli.registers.directory.rules.offers import Eligibility, SubsidyFor
from linli.registers.directory.rules.taxonomy import taxonomy
from linli.registers.directory.states import LABELS, LIFE, PUBLIC, State
from linli.registers.organisations import queries as organisations
from linli.registers.places import queries as places

HoursCard = Hours
ExceptionCard = ExceptionalDay


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
    checked_on: date | None = None
    """When the office last looked at the listing and found it right."""
    source: str = ""
    """The public list that it was taken from, where nobody has confirmed it since."""
    changed_at: datetime | None = None
    setup_minutes: int = 0
    wave: bool = False
    """Whether the places of one time are called for its beginning, and served one after another."""

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


def service(ref: UUID) -> ServiceCard:
    """One service in whatever state, for other contexts; no actor needed. Refuses: NotFound."""
    found = read_once(kept(ref), lambda: services([ref]).get(ref))
    if found is None:
        raise NotFound(N_("There is no such service."))
    return found


def kept(ref: UUID) -> tuple[str, UUID]:
    """Under which key an action keeps the card of a service."""
    return "directory.service", ref


def service_for(ref: UUID, *, by: Actor) -> ServiceCard:
    """One service as this actor may know of it. Refuses: NotFound."""
    card = read_once(kept(ref), lambda: services([ref]).get(ref)) if acting() else None
    if card and card.open:  # everybody may know of it
        return card
    return as_cards([access.service(ref, by=by, among=with_area)])[0]


def page_of(
    ref: UUID, *, by: Actor
) -> tuple[ServiceCard, organisations.OrganisationCard, organisations.SiteCard | None]:
    """One service as this actor may know of it, with its provider and its site; two queries. Refuses: NotFound."""
    row = access.service(ref, by=by, among=with_area)
    provider, site = organisations.seat(row.provider_id, site=row.site)
    return _card(row, provider.name), provider, site


def services(refs: Collection[UUID]) -> dict[UUID, ServiceCard]:
    """Those of these that exist, in whatever state; one query."""
    found = as_cards(whole_rows(Service.objects.filter(ref__in=refs).order_by("ref"))) if refs else []
    return {card.ref: card for card in found}


def services_of(provider: UUID) -> list[ServiceCard]:
    """Everything a provider keeps (not what it withdrew), by name; for its own desk and for other contexts."""
    kept = Service.objects.filter(provider__ref=provider).exclude(state=State.WITHDRAWN)
    return as_cards(whole_rows(kept.order_by("name", "ref")))


def open_of(providers: Collection[UUID]) -> list[ServiceCard]:
    """Everything that residents can find of these providers, by name; one query."""
    return as_cards(whole_rows(open_services().filter(provider__ref__in=providers).order_by("name", "ref")))


def public_among(refs: Collection[UUID]) -> set[UUID]:
    """Those of these services that everybody may know of."""
    return set(Service.objects.filter(ref__in=refs, state__in=PUBLIC, provider_open=True).values_list("ref", flat=True))


def reach(providers: Collection[UUID]) -> dict[str, set[str]]:
    """What these providers can be found for: by category, what the region codes served begin with; one query."""
    found: dict[str, set[str]] = {}
    rows = ServiceArea.objects.filter(service__in=open_services().filter(provider__ref__in=providers)).order_by()
    for key, code in rows.values_list("service__category", "region_code").distinct() if providers else ():
        found.setdefault(key, set()).add(prefix(code))
    return found


def refs(*, after: UUID | None = None, most: int = 1000) -> list[UUID]:
    """Every service that is open, in order of ref; for whoever goes through all of them."""
    rows = open_services().order_by("ref")
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
            body, also = f"{card.summary} · {card.provider_name} · {where}", f"{name} {' '.join(words)}"
            yield Document(card.ref, title, url, body, also, card.region, spot, weight=3, lang=lang)


def moves(card: ServiceCard, *, by: Actor) -> tuple[Move, ...]:
    """The moves open to this actor, for buttons."""
    return LIFE.open_to(by.held(f"organisation:{card.provider}", f"region:{card.region}"), state=card.state)


def price_for(ref: UUID, *, age: int | None = None, groups: Collection[str] = ()) -> int:
    """What this person pays for the service, in fen. Refuses: NotFound."""
    return service(ref).price_for(age=age, groups=groups)


def hours(ref: UUID) -> list[Hours]:
    rows = OpeningHours.objects.filter(service__ref=ref).order_by("weekday", "opens")
    return [Hours(row.weekday, row.opens, row.closes, row.since, row.until) for row in rows]


def opening(ref: UUID, *, from_: date) -> tuple[list[Hours], list[ExceptionalDay]]:
    """`hours` and `exceptions` in one query."""
    nothing, no_day, no_weekday = V("", CharField()), V(None, DateField()), V(0, SmallIntegerField())
    weekly = OpeningHours.objects.filter(service__ref=ref).order_by().values_list(
        V(0, SmallIntegerField()), "weekday", "opens", "closes", "since", "until", nothing)
    special = OpeningException.objects.filter(service__ref=ref, on__gte=from_).order_by().values_list(
        V(1, SmallIntegerField()), no_weekday, "opens", "closes", "on", no_day, "reason")
    rows = list(weekly.union(special, all=True))
    hours = [Hours(day, opens, closes, since, until) for kind, day, opens, closes, since, until, _ in rows if kind == 0]
    exceptional = [ExceptionalDay(on, opens, closes, reason) for kind, _, opens, closes, on, _, reason in rows if kind]
    return sorted(hours, key=lambda row: (row.weekday, row.opens)), sorted(exceptional, key=lambda row: row.on)


def exceptions(ref: UUID, *, from_: date) -> list[ExceptionalDay]:
    """From this day on, in order."""
    rows = OpeningException.objects.filter(service__ref=ref, on__gte=from_).order_by("on")
    return [ExceptionalDay(row.on, row.opens, row.closes, row.reason) for row in rows]


def open_services() -> QuerySet[Service]:
    """Rows that residents can find: listed, by a provider that is not suspended."""
    return Service.objects.filter(state=State.LISTED, provider_open=True)


def with_area(rows: QuerySet[Service]) -> QuerySet[Any]:
    """The rows with their area and their provider's name beside them, as `_card` needs them."""
    own = ServiceArea.objects.filter(service=OuterRef("pk")).order_by().values("service")
    area = Subquery(own.annotate(joined=Joined("region_code")).values("joined"), output_field=CharField())
    return rows.annotate(area_codes=area, provider_name=organisations.named("provider_id"))


def whole_rows(rows: QuerySet[Service], *, skip: int = 0, most: int | None = None) -> list[Any]:
    """The rows as `with_area` gives them, as far as a card reads them; one query."""
    found = with_area(rows).values_list(*_READ, named=True)
    return list(found[skip:None if most is None else skip + most])


_READ = (
    "pk", "ref", "provider_id", "provider_name", "site", "category", "name", "summary", *offers.MODES, "lon", "lat",
    "region_code", "area_codes", "languages", "accessibility", "price_fen", "price_unit", "subsidy_fen",
    "subsidy_min_age", "subsidy_groups", "min_age", "max_age", "groups", "gender", "duration_minutes",
    "buffer_minutes", "capacity", "lead_minutes", "horizon_days", "open_on_holidays", "assured_on", "state",
    "provider_open", "is_demo", "checked_on", "source", "changed_at", "setup_minutes", "wave",
)


def rows_of(keys: Sequence[int]) -> dict[int, Any]:
    """The rows of these services as `whole_rows` gives them, by key; one query.

    Putting its statement together takes longer than reading twenty rows: it is kept for a few lengths of the list.
    """
    wanted = [*keys, *[0] * (-len(keys) % _STEP)]
    reading = _reading(len(wanted), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(reading.statement, [wanted[-one - 1] if type(one) is int and one < 0 else one
                                           for one in reading.params])
        rows, known = list[Any](), dict[tuple[int, Any], Any]()
        for values in map(list, cursor.fetchall()):
            for place, column, converts in reading.converters:
                said = (place, values[place])  # much is the same in many rows
                if said not in known:
                    value = values[place]
                    for convert in converts:
                        value = convert(value, column, connection)
                    known[said] = value
                values[place] = known[said]
            rows.append(_Whole(*values))
    return {row.pk: row for row in rows}


@dataclass(frozen=True)
class _Reading:
    statement: str
    params: tuple[Any, ...]
    """With -1 for the first of the keys, -2 for the second, and so on."""
    converters: tuple[tuple[int, Any, Sequence[Any]], ...]


_STEP = 20
_Whole: Any = namedtuple("_Whole", _READ)  # type: ignore[misc]  # its names are columns, listed once above


@lru_cache(maxsize=40)
def _reading(count: int, vendor: str) -> _Reading:
    rows = with_area(Service.objects.filter(pk__in=[-n - 1 for n in range(count)])).order_by().values_list(*_READ)
    compiler = rows.query.get_compiler("default")
    statement, params = compiler.as_sql()
    found = compiler.get_converters(column for column, _, _ in compiler.select)
    return _Reading(statement, tuple(params), tuple(
        (place, column, converts) for place, (converts, column) in found.items()))


def as_cards(rows: Sequence[Any]) -> list[ServiceCard]:
    return [_card(row, row.provider_name or "") for row in rows]


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
        is_demo=row.is_demo, checked_on=row.checked_on, source=row.source or "", changed_at=row.changed_at,
        setup_minutes=row.setup_minutes, wave=row.wave,
    )
