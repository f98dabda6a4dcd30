"""Which venues there are, what of them is free when, and who booked what, as each may know it."""
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse

from linli.kernel.actor import Actor, prefix
from linli.kernel.money import Money
from linli.kernel.text import N_, Text
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.work.orders.registry import Besides
from linli.work.venues import access, rules
from linli.work.venues.models import Booking, TakenHalf, Venue, VenueHours
from linli.work.venues.rules import Offer, Span
from linli.work.venues.states import (
    BOOK,
    KEEP,
    LABELS,
    LIFE,
    SEE,
    STANDING,
    TONES,
    VENUE_LABELS,
    VENUE_TONES,
    VENUES,
    State,
    VenueState,
)

Period = tuple[datetime, datetime]
MOST_ENTRIES = 500
"""Of one calendar."""


@dataclass(frozen=True)
class VenueCard:
    """A venue as everybody sees it. `free` are the free periods of the day that was asked for."""

    ref: UUID
    organisation: UUID
    organisation_name: str
    offer: Offer
    region_name: str
    state: VenueState
    moves: tuple[str, ...]
    is_demo: bool
    free: tuple[Period, ...] = ()

    @property
    def label(self) -> Text:
        return VENUE_LABELS[self.state]

    @property
    def tone(self) -> str:
        return VENUE_TONES[self.state]


@dataclass(frozen=True)
class BookingCard:
    """A booking as this actor may know it. `code` only for who booked; the name masked but for them."""

    ref: UUID
    venue: UUID
    venue_name: str
    organisation: UUID
    organisation_name: str
    address: str
    opened_by: str
    person: UUID | None
    person_name: str
    begin: datetime
    until: datetime
    people: int
    purpose: str
    price_fen: int
    code: str
    series: UUID | None
    state: State
    came_at: datetime | None
    change_until: datetime
    moves: tuple[str, ...]

    @property
    def label(self) -> Text:
        return LABELS[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]


@dataclass(frozen=True)
class Use:
    """A venue over some days: half hours open and taken, bookings, those nobody came for, and people let in."""

    venue: UUID
    name: str
    organisation_name: str
    region: str
    region_name: str
    open_hours: float
    taken_hours: float
    bookings: int
    unused: int
    people: int

    @property
    def percent(self) -> int:
        return round(100 * self.taken_hours / self.open_hours) if self.open_hours else 0


def find(*, on: date, at: datetime, region: str = "", kind: str = "", people: int = 1, begin: time | None = None,
         until: time | None = None, equipment: Collection[str] = (), most: int = 50) -> list[VenueCard]:
    """Open venues that have something free on that day, in that part of it where one is given; five queries.

    Those of a suspended organisation are not among them. With both ends the whole period is free; those with the most
    free time come first.
    """
    rows = Venue.objects.filter(state=VenueState.OPEN, capacity__gte=people)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(region_code__startswith=prefix(region)) if region else rows
    found = [row for row in whole(rows).order_by("name", "pk")[:500] if set(equipment) <= set(row.equipment)]
    active = organisations.active({row.organisation_id for row in found})
    found = [row for row in found if row.organisation_id in active]
    low = rules.midnight(on) + timedelta(minutes=rules.minute(begin)) if begin else rules.midnight(on)
    high = rules.midnight(on) + timedelta(minutes=rules.minute(until, end=True)) if until else (
        rules.midnight(on) + timedelta(days=1))
    cards, named = [], places.called({row.region_code for row in found})
    for row, card, free in _free(found, on, at=at):
        spans = tuple((max(low, one), min(high, other)) for one, other in free if one < high and other > low)
        exact = not (begin and until) or (low, high) in spans
        if spans and exact and rules.day(at) + timedelta(days=row.horizon_days) > on:
            cards.append(_card(row, hours=card, free=spans, region=named.get(row.region_code, "")))
    cards.sort(key=lambda card: -sum((end - start).total_seconds() for start, end in card.free))
    return cards[:most]


def venue(ref: UUID, *, by: Actor, at: datetime, on: date | None = None) -> VenueCard:
    """One venue, with what is free on a day where one is given. Refuses: NotFound."""
    access.venue(ref, by=by)
    rows = list(whole(Venue.objects.filter(ref=ref)))
    row, hours, free = next(iter(_free(rows, on or rules.day(at), at=at)))
    held = access.held(row, by)
    moves = tuple(move.name for move in VENUES.open_to(held, state=row.state))
    return _card(row, hours=hours, free=tuple(free) if on else (), moves=moves,
                 region=places.called([row.region_code]).get(row.region_code, ""))


def venues_of(organisation: UUID) -> list[VenueCard]:
    """Everything an organisation keeps, by name; for its own desk."""
    rows = list(whole(Venue.objects.filter(organisation__ref=organisation)).order_by("name", "pk"))
    hours = _hours(rows)
    named = places.called({row.region_code for row in rows})
    return [_card(row, hours=hours.get(row.pk, ()), region=named.get(row.region_code, "")) for row in rows]


def busy(venue: UUID, begin: datetime, until: datetime) -> list[Period]:
    """When a venue is taken, by nobody's name; for its public calendar."""
    rows = Booking.objects.filter(venue__ref=venue, state__in=STANDING, begin__lt=until, until__gt=begin)
    return list(rows.order_by("begin").values_list("begin", "until"))


def mine(by: Actor, *, at: datetime, most: int = 50) -> list[BookingCard]:
    """What this person and those for whom they act have booked: ahead by date, then what is over."""
    rows = _with(Booking.objects.filter(person__ref__in=by.refs(BOOK, "person"))).order_by("-begin")[:most]
    found = _cards(list(rows), by=by)
    ahead = [card for card in found if card.state in STANDING and card.until > at]
    return sorted(ahead, key=lambda card: card.begin) + [card for card in found if card not in ahead]


def booking(ref: UUID, *, by: Actor) -> BookingCard:
    """Refuses: NotFound."""
    found = _cards(list(_with(access.bookings(by).filter(ref=ref))), by=by)
    if not found:
        raise access.no_booking()
    return found[0]


def series(ref: UUID, *, by: Actor) -> list[BookingCard]:
    """The bookings of a weekly series that the actor may know of, by date."""
    return _cards(list(_with(access.bookings(by).filter(series=ref)).order_by("begin")), by=by)


def between(organisation: UUID, begin: datetime, until: datetime, *, by: Actor) -> list[BookingCard]:
    """The bookings of an organisation's venues that begin in a period, by time; what was cancelled left out."""
    rows = access.bookings(by).filter(venue__organisation__ref=organisation, begin__gte=begin, begin__lt=until)
    return _cards(list(_with(rows.exclude(state=State.CANCELLED)).order_by("begin", "pk")[:500]), by=by)


def use(region: str, from_: date, until: date) -> list[Use]:
    """How much the venues of a region were open and used between two days, the least used first; four queries.

    The caller has judged who may see it.
    """
    rows = list(whole(Venue.objects.filter(region_code__startswith=prefix(region), state=VenueState.OPEN)).order_by(
        "pk")[:500])
    hours = _hours(rows)
    first, last = rules.midnight(from_), rules.midnight(until)
    taken = dict(TakenHalf.objects.filter(venue__in=rows, begin__gte=first, begin__lt=last).order_by().values_list(
        "venue").annotate(n=Count("pk")))
    booked = {row["venue"]: row for row in Booking.objects.filter(
        venue__in=rows, begin__gte=first, begin__lt=last, person__isnull=False).order_by().values("venue").annotate(
        n=Count("pk", filter=~Q(state=State.CANCELLED)), unused=Count("pk", filter=Q(state=State.NO_SHOW)),
        came=Sum("people", filter=Q(came_at__isnull=False)))}
    named = places.called({row.region_code for row in rows})
    found = []
    for row in rows:
        open_ = sum(len(rules.open_halves(hours.get(row.pk, ()), from_ + timedelta(days=n)))
                    for n in range((until - from_).days))
        figures = booked.get(row.pk, {"n": 0, "unused": 0, "came": 0})
        found.append(Use(row.ref, row.name, row.organisation_name or "", row.region_code,
                         named.get(row.region_code, ""), open_ / 2, taken.get(row.pk, 0) / 2, figures["n"],
                         figures["unused"], figures["came"] or 0))
    return sorted(found, key=lambda one: (one.percent, one.name))


def over(at: datetime, *, most: int = 500) -> list[UUID]:
    """Bookings whose time is over."""
    rows = Booking.objects.filter(state__in=STANDING, until__lte=at).order_by("until", "pk")
    return list(rows.values_list("ref", flat=True)[:most])


def keeping(by: Actor) -> list[organisations.OrganisationCard]:
    """The organisations whose venues this actor keeps."""
    return organisations.managed(by, KEEP, sites=False)


def whole(rows: QuerySet[Venue]) -> QuerySet[Any]:
    """With the name of who opens it."""
    return rows.annotate(organisation_name=organisations.named("organisation_id"))


def _hours(rows: Iterable[Venue]) -> dict[int, tuple[Span, ...]]:
    found: dict[int, tuple[Span, ...]] = {}
    spans = VenueHours.objects.filter(venue__in=list(rows)).order_by("weekday", "opens")
    for venue, weekday, opens, closes in spans.values_list("venue", "weekday", "opens", "closes"):
        found[venue] = (*found.get(venue, ()), Span(weekday, opens, closes))
    return found


def _free(rows: list[Any], on: date, *, at: datetime) -> Iterable[tuple[Any, tuple[Span, ...], list[Period]]]:
    """Each with its hours and what of that day is free and can still be booked; two queries."""
    hours, begin = _hours(rows), rules.midnight(on)
    taken: dict[int, set[datetime]] = {}
    for venue, half in TakenHalf.objects.filter(
            venue__in=rows, begin__gte=begin, begin__lt=begin + timedelta(days=1)).values_list("venue", "begin"):
        taken.setdefault(venue, set()).add(half)
    for row in rows:
        spans, last = hours.get(row.pk, ()), at + timedelta(hours=row.lead_hours)
        halves = [half for half in rules.open_halves(spans, on) if half >= last]
        yield row, spans, rules.free_spans(halves, taken.get(row.pk, set()))


def _card(row: Any, *, hours: tuple[Span, ...], free: tuple[Period, ...] = (), moves: tuple[str, ...] = (),
          region: str = "") -> VenueCard:
    offer = Offer(
        row.name, row.kind, row.about, row.address, row.region_code, row.capacity, hours, tuple(row.equipment),
        row.house_rules, row.opened_by, row.price_fen, row.lead_hours, row.cancel_hours, row.most_hours,
        row.horizon_days)
    return VenueCard(row.ref, row.organisation_id, row.organisation_name or "", offer, region, VenueState(row.state),
                     moves, row.is_demo, free)


def _with(rows: QuerySet[Booking]) -> QuerySet[Any]:
    return rows.select_related("venue").annotate(organisation_name=organisations.named("venue__organisation_id"))


def _cards(rows: list[Any], *, by: Actor) -> list[BookingCard]:
    names = people.names({row.person_id for row in rows if row.person_id}, by=by)
    cards = []
    for row in rows:
        may, venue = access.may(row, by), row.venue
        cards.append(BookingCard(
            row.ref, venue.ref, venue.name, venue.organisation_id, row.organisation_name or "", venue.address,
            venue.opened_by, row.person_id, names.get(row.person_id, ""), row.begin, row.until, row.people,
            row.purpose, row.price_fen, row.code if BOOK in may else "", row.series, State(row.state), row.came_at,
            row.begin - timedelta(hours=venue.cancel_hours),
            tuple(move.name for move in LIFE.open_to(may, state=row.state))))
    return cards


def lies_in(ref: UUID) -> str:
    """The full name of the region that a venue lies in."""
    region = Venue.objects.values_list("region_code", flat=True).get(ref=ref)
    return places.full_names([region]).get(region, "")


def oversees(by: Actor) -> tuple[str, ...]:
    """The codes of the regions whose venues this actor looks after."""
    return by.scopes(SEE, "region")


def calendar(by: Actor, begin: datetime, until: datetime) -> list[Besides]:
    """What this actor and whom they act for have booked between two moments, for their own calendar; without codes."""
    rows = Booking.objects.filter(Q(person__in=by.refs(BOOK, "person")), begin__gte=begin, begin__lt=until)
    return [Besides(row.ref, row.venue.name, row.organisation_name or "", row.begin, row.until, row.venue.address,
                    row.state in (State.CANCELLED, State.NO_SHOW), reverse("venues:booking", args=[row.ref]),
                    row.closed_at or row.made_at) for row in _with(rows).order_by("begin", "pk")[:MOST_ENTRIES]]


def booking_ahead(persons: Collection[UUID]) -> set[UUID]:
    """Who of these has a venue booked, or uses it now."""
    rows = Booking.objects.filter(person__ref__in=set(persons), state__in=STANDING)
    return set(rows.values_list("person__ref", flat=True))


def held_of(person: UUID) -> list[dict[str, Any]]:
    """The venues that somebody booked; for the copy that they take."""
    rows = Booking.objects.filter(person__ref=person).select_related("venue").order_by("-begin")
    return [{N_("venue"): row.venue.name, N_("begins"): row.begin, N_("ends"): row.until,
             N_("purpose"): rules.PURPOSES[row.purpose], N_("price"): Money(row.price_fen),
             N_("state"): LABELS[State(row.state)]} for row in rows]
