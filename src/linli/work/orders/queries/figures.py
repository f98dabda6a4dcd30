"""Figures over orders that everybody may see: no names, no addresses."""
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, DateTimeField, ExpressionWrapper, F, Min, Q
from django.db.models.functions import Coalesce

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import prefix
from linli.work.orders import rules
from linli.work.orders.models import Order
from linli.work.orders.states import State

ON_TIME = "orders.on_time_minutes"


def first_answers(*, since: datetime, region: str) -> dict[UUID, datetime]:
    """By need: when a provider first answered a booking of it, yes or no; of what was booked since then. One query."""
    rows = Order.objects.filter(booked_at__gte=since, region_code__startswith=prefix(region), need__isnull=False)
    answered = Q(accepted_at__isnull=False) | Q(state=State.DECLINED)
    found = rows.filter(answered).values("need").order_by().annotate(first=Min(Coalesce("accepted_at", "closed_at")))
    return dict(found.values_list("need", "first"))


def punctuality(from_: datetime, until: datetime, *, region: str) -> tuple[int, int]:
    """How many visits of this time began in time, and of how many: all that began, and those to which nobody came.

    In time is what `orders.on_time_minutes` allows. One query.
    """
    within: timedelta = rulebook.rule(ON_TIME, on=rules.day(until), region=region).span
    latest = ExpressionWrapper(F("from_") + within, output_field=DateTimeField())
    rows = Order.objects.filter(from___gte=from_, from___lt=until, region_code__startswith=prefix(region))
    found = rows.aggregate(
        began=Count("pk", filter=Q(proof__isnull=False)),
        in_time=Count("pk", filter=Q(proof__began__lte=latest)),
        nobody=Count("pk", filter=Q(proof=None, state=State.NO_SHOW, reason=rules.PROVIDER_ABSENT)),
    )
    return found["in_time"], found["began"] + found["nobody"]
