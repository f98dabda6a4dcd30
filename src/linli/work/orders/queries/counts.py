"""For other contexts and for the clock: figures and refs of sets, without an actor."""
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value

from linli.engines.rulebook import queries as rulebook
from linli.work.orders import rules
from linli.work.orders.models import Dispute, Order
from linli.work.orders.queries.presences import attendance, expected, taking
from linli.work.orders.rules import Presence
from linli.work.orders.states import PENDING, VISITED, State

_DISPUTED = Exists(Dispute.objects.filter(order=OuterRef("pk"), state__in=PENDING))


def counts_by_provider(providers: Collection[UUID], *, since: datetime) -> dict[UUID, int]:
    """How many orders each provider got since then that were not called off; none is absent. One query."""
    rows = Order.objects.filter(provider__in=providers, created_at__gte=since).exclude(
        state__in=[State.HELD, State.LAPSED, State.CANCELLED, State.DECLINED])
    return dict(rows.order_by().values_list("provider").annotate(Count("pk")))


def served_before(person: UUID, services: Collection[UUID]) -> dict[UUID, int]:
    """How often each of these services was given to this person; never is absent. One query."""
    rows = Order.objects.filter(person__ref=person, service__ref__in=services, state__in=VISITED)
    return dict(rows.order_by().values_list("service").annotate(Count("pk")))


class Dealings(NamedTuple):
    """`served_before`, `counts_by_provider`, and when the person has to be elsewhere (without names and places)."""

    served: dict[UUID, int]
    recent: dict[UUID, int]
    elsewhere: list[Presence]


def dealings(
    person: UUID, services: Collection[UUID], providers: Collection[UUID], *, since: datetime,
    between: tuple[datetime, datetime], at: datetime,
) -> Dealings:
    """What the services that are considered for somebody, their providers and this person have had with one another,
    and what the person is expected at `between` two moments; one query."""
    new = Q(created_at__gte=since) & ~Q(state__in=[State.HELD, State.LAPSED, State.CANCELLED, State.DECLINED])
    given = Q(person=person, state__in=VISITED)
    rows = Order.objects.filter(new | given, provider__in=providers).order_by()
    never, unsaid = Value(None, output_field=DateTimeField()), Value("", output_field=CharField())
    past = rows.values("service", "provider").annotate(
        times=Count("pk", filter=given), orders=Count("pk", filter=new), starts=never, ends=never, kind=unsaid,
        way=unsaid, where=unsaid).values_list(*_DEALT)
    due = expected(*between).annotate(
        times=Value(0), orders=Value(0), starts=F("begin"), ends=F("until"), kind=F("category"), way=F("mode"),
        where=F("region_code"))
    ahead = [due.filter(one).values_list(*_DEALT) for one in taking([person])]
    found = Dealings({}, {}, [])
    for service, provider, times, orders, starts, ends, kind, way, where in past.union(*ahead, all=True):
        if orders:
            found.recent[provider] = found.recent.get(provider, 0) + orders
        if times and service in services:
            found.served[service] = times
        if starts and attendance(where, at=at).takes(kind, way):
            found.elsewhere.append(Presence(None, starts, ends, at_home=way != "on_site"))
    return found


_DEALT = ("service", "provider", "times", "orders", "starts", "ends", "kind", "way", "where")


def providers_before(person: UUID, providers: Collection[UUID]) -> dict[UUID, int]:
    """How often each of these providers came to this person; never is absent. One query."""
    rows = Order.objects.filter(person__ref=person, provider__in=providers, state__in=VISITED)
    return dict(rows.order_by().values_list("provider").annotate(Count("pk")))


def holds_over(at: datetime, *, most: int = 500) -> list[UUID]:
    """Held orders whose time is over."""
    return _refs(Order.objects.filter(state=State.HELD, hold_until__lte=at).order_by("hold_until"), most)


def unanswered(at: datetime, *, most: int = 500) -> list[UUID]:
    """Bookings whose time has come without an answer."""
    return _refs(Order.objects.filter(state=State.BOOKED, begin__lte=at).order_by("begin"), most)


def undisputed(at: datetime, *, most: int = 500) -> list[UUID]:
    """Visits that nobody confirmed or disputed for as long as the country's rule says; a region may allow more."""
    days = rulebook.rule(rules.AUTO_CONFIRM, on=rules.day(at)).span
    rows = Order.objects.filter(state=State.SERVED, proof__check_out_at__lte=at - days).exclude(_DISPUTED)
    return _refs(rows.order_by("proof__check_out_at"), most)


def unrated(at: datetime, *, most: int = 500) -> list[UUID]:
    """Finished visits to be asked about: not rated after orders.remind_days, never asked, still open to rating."""
    after, within = (rulebook.rule(id, on=rules.day(at)).span for id in (rules.REMIND, rules.RATE_WITHIN))
    rows = Order.objects.filter(state__in=[State.SERVED, State.CONFIRMED], reminded_on=None,
                                proof__check_out_at__range=(at - within, at - after)).exclude(_DISPUTED)
    return _refs(rows.order_by("proof__check_out_at"), most)


def _refs(rows: QuerySet[Order], most: int) -> list[UUID]:
    return list(rows.values_list("ref", flat=True)[:most])
