"""Figures over orders: how soon they are answered, how many began in time, how many needs they met."""
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Count, DateTimeField, ExpressionWrapper, F, Min, Q, Value, When
from django.db.models.functions import Coalesce

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM, prefix
from linli.kernel.database import Tally, grouping
from linli.work.orders import rules
from linli.work.orders.models import Order
from linli.work.orders.states import State

ON_TIME = "orders.on_time_minutes"


def first_answers(*, since: datetime, region: str) -> dict[UUID, datetime]:
    """By need: when a provider first answered a booking of it, yes or no; of what was booked since then. One query."""
    rows = Order.objects.filter(booked_at__gte=since, region_code__startswith=prefix(region), need__isnull=False)
    answered = Q(accepted_at__isnull=False) | Q(state=State.DECLINED)
    found = rows.filter(answered).values("need").order_by().annotate(first=Min(Coalesce("accepted_at", "closed_at")))
    return {need: first for need, first in found.values_list("need", "first") if need}


def needs_met(from_: datetime, until: datetime, *, region: str) -> int:
    """For how many needs a visit was finished in this time. One query."""
    rows = Order.objects.filter(proof__check_out_at__gte=from_, proof__check_out_at__lt=until).exclude(
        state=State.STRUCK)
    rows = rows.filter(region_code__startswith=prefix(region), need__isnull=False)
    met: int = rows.aggregate(needs=Count("need", distinct=True))["needs"]
    return met


def punctuality(from_: datetime, until: datetime, *, region: str) -> tuple[int, int]:
    """How many visits of this time began in time, and of how many: all that began, and those to which nobody came.

    In time is what `orders.on_time_minutes` allows. One query.
    """
    within: timedelta = rulebook.rule(ON_TIME, on=rules.day(until), region=region).span
    latest = ExpressionWrapper(F("begin") + within, output_field=DateTimeField())
    rows = Order.objects.filter(begin__gte=from_, begin__lt=until, region_code__startswith=prefix(region))
    found = rows.aggregate(
        began=Count("pk", filter=Q(proof__isnull=False)),
        in_time=Count("pk", filter=Q(proof__began__lte=latest)),
        nobody=Count("pk", filter=Q(proof=None, state=State.NO_SHOW, reason=rules.PROVIDER_ABSENT)),
    )
    return found["in_time"], found["began"] + found["nobody"]


def answered_tally(from_: datetime, until: datetime, *, region: str) -> Tally:
    """How many bookings of this time were answered by a provider within `orders.answer`, and how many were not.

    What was called off before the answer, and what may still be answered in time, does not count. To be counted
    together with other things; `answered_of` reads it.
    """
    within: timedelta = rulebook.rule(rules.ANSWER, on=rules.day(until), region=region).span
    latest = ExpressionWrapper(F("booked_at") + within, output_field=DateTimeField())
    answer = Q(accepted_at__lte=latest) | Q(state=State.DECLINED, closed_at__lte=latest) & ~Q(closed_by=SYSTEM.ref)
    called_off = Q(state=State.CANCELLED, accepted_at=None)
    rows = Order.objects.filter(booked_at__gte=from_, booked_at__lt=until, region_code__startswith=prefix(region))
    rows = rows.exclude(called_off).exclude(state=State.BOOKED, booked_at__gt=until - within)
    return grouping(Case(When(answer, then=Value("answered in time")), default=Value("not answered in time")), rows)


def answered_of(counted: Mapping[str, int]) -> tuple[int, int]:
    """How many were answered in time, and of how many, of what was counted."""
    in_time = counted.get("answered in time", 0)
    return in_time, in_time + counted.get("not answered in time", 0)
