"""Calendars for people's own programs: what happens when, and nothing of anybody but their own rights' extent."""
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F, Max, Sum

from linli.kernel import crypto
from linli.kernel.actor import Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.accounts import queries as accounts
from linli.registers.directory import queries as directory
from linli.registers.organisations import queries as organisations
from linli.registers.places import queries as places
from linli.work.orders import access, registry, rules
from linli.work.orders.models import Feed, Order
from linli.work.orders.rules import FeedKind, Scope
from linli.work.orders.states import ACCEPT, CHECK_IN, PLANNED, SEE, VISITED, FeedState, State


@dataclass(frozen=True)
class FeedCard:
    """A calendar that can be made; `ref` and `key` where it stands."""

    scope: str
    kind: FeedKind
    name: str
    ref: UUID | None
    key: str
    made_at: datetime | None


@dataclass(frozen=True)
class Happening:
    """One entry of a calendar. `where` is public or a region; `count` how many take part where several do."""

    ref: UUID
    order: UUID | None
    service: str
    provider: str
    begin: datetime
    until: datetime
    where: str
    state: State
    count: int
    changed_at: datetime
    sequence: int
    url: str = ""
    """Of what is no order."""


def feeds(by: Actor) -> list[FeedCard]:
    """The calendars that this actor may have, made or not; those of sites where they answer for bookings."""
    standing = {row.scope: row for row in Feed.objects.filter(account=by.ref, state=FeedState.OPEN)}
    wanted: list[tuple[Scope, str]] = []
    if by.refs(SEE, "person"):
        wanted.append((Scope(FeedKind.OWN), ""))
    wanted += [(Scope(FeedKind.PRACTITIONER, ref), "") for ref in by.refs(CHECK_IN, "practitioner")]
    if by.refs(ACCEPT, "organisation"):
        wanted += [(Scope(FeedKind.SITE, site.ref), site.name)
                   for card in organisations.managed(by, ACCEPT) for site in card.sites if site.open]
    return [FeedCard(str(scope), scope.kind, name, row.ref if row else None, _key(row) if row else "",
                     row.made_at if row else None)
            for scope, name in wanted for row in [standing.get(str(scope))]]


def feed_of(key: str, *, at: datetime) -> tuple[Scope, str, list[Happening]]:
    """What stands in the calendar at this address, in which language, as its account may see it at that moment.

    Refuses: NotFound (no such address, renewed, stopped, or the rights have ended): all read the same.
    """
    ref = rules.ref_of(key)
    row = Feed.one(ref=ref) if ref else None
    scope = rules.scope(row.scope) if row else None
    if row is None or scope is None or row.state != FeedState.OPEN or not rules.same(key, _key(row)):
        raise _nothing()
    by = accounts.actor(row.account, at=at)
    if not access.feeds_on(scope, by):
        raise _nothing()
    return scope, row.language, _at_site(scope.ref, at=at) if scope.kind is FeedKind.SITE else _visits(scope, by, at=at)


def _visits(scope: Scope, by: Actor, *, at: datetime) -> list[Happening]:
    rows = Order.objects.filter(begin__gte=at - rules.BACK, begin__lt=at + rules.AHEAD)
    own = scope.kind is FeedKind.OWN
    if own:
        rows = rows.filter(person__ref__in=by.refs(SEE, "person")).exclude(state=State.LAPSED)
    else:
        rows = rows.filter(practitioner=scope.ref).exclude(state=State.STRUCK)
    found = list(rows.annotate(provider_name=organisations.named("provider")).order_by("begin", "pk")[:rules.MOST])
    cards = directory.services({row.service_id for row in found if row.mode == "on_site"})
    sites = organisations.sites({card.site for card in cards.values() if card.site})
    names = places.named({row.region_code for row in found if row.mode == "home"})
    entries = []
    for row in found:
        state = access.state(row, at=at)
        if state is State.LAPSED:
            continue
        where = names.get(row.region_code, "") if row.mode == "home" and not own else ""
        if row.mode == "on_site" and (card := cards.get(row.service_id)):
            site = sites.get(card.site) if card.site else None
            where = f"{site.name} {site.address}" if site else row.provider_name or ""
        entries.append(Happening(
            row.ref, row.ref, row.service_name, row.provider_name or "", row.begin, row.until, where, state, 1,
            *_changed(row)))
    return sorted([*entries, *_besides(by, at=at)], key=lambda one: one.begin) if own else entries


def _besides(by: Actor, *, at: datetime) -> list[Happening]:
    """What they booked elsewhere: halls and courts."""
    return [Happening(one.ref, None, one.name, one.provider, one.begin, one.until, one.where,
                      State.CANCELLED if one.cancelled else State.ACCEPTED, 1, one.changed_at, 0, one.url)
            for ask in registry.SOURCES.values() for one in ask(by, at - rules.BACK, at + rules.AHEAD)]


def _changed(row: Order) -> tuple[datetime, int]:
    """When it last changed, and which version of its time this is: later ones have a higher number."""
    moments = (row.created_at, row.booked_at, row.accepted_at, row.closed_at, row.confirmed_at, row.rated_at)
    booked = row.booked_at or row.created_at
    return max(filter(None, moments)), int((booked - row.created_at).total_seconds())


def _at_site(site: UUID | None, *, at: datetime) -> list[Happening]:
    """Times with how many take part, not who."""
    place = organisations.sites([site] if site else []).get(site) if site else None
    services = {card.ref: card for card in directory.services_of(place.organisation) if card.site == site} \
        if place else {}
    rows = Order.objects.filter(
        service__ref__in=services, begin__gte=at - rules.BACK, begin__lt=at + rules.AHEAD,
        state__in=[State.BOOKED, *PLANNED, *VISITED]).order_by()
    found = rows.values("slot", "begin", "until", wanted=F("service__ref")).annotate(
        count=Sum("places"), changed=Max("booked_at")).order_by("begin", "slot")[:rules.MOST]
    where = f"{place.name} {place.address}" if place else ""
    return [Happening(row["slot"], None, services[row["wanted"]].name, services[row["wanted"]].provider_name,
                      row["begin"], row["until"], where, State.ACCEPTED, row["count"], row["changed"], 0)
            for row in found]


def _key(row: Feed) -> str:
    return rules.key(row.ref, row.generation, secret=crypto.derived(settings.MASTER_KEY, "calendar addresses"))


def _nothing() -> NotFound:
    return NotFound(N_("There is no calendar at this address."))
