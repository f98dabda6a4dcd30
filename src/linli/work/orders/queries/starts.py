"""What the desks begin their day with."""
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from linli.kernel.actor import Actor
from linli.work.orders import access
from linli.work.orders.queries.cards import OrderLine
from linli.work.orders.queries.lists import lines, whole
from linli.work.orders.rules import SHANGHAI
from linli.work.orders.states import PLANNED, VISITED, State


def longest_waiting(*, by: Actor, at: datetime, most: int = 5) -> list[OrderLine]:
    """The bookings that the actor may know of and that have waited longest for an answer; one query."""
    return lines(whole(access.orders(by)).filter(state=State.BOOKED).order_by("booked_at", "pk")[:most], by=by, at=at)


def morning(organisation: UUID, *, on: date, by: Actor, at: datetime) -> tuple[list[OrderLine], list[OrderLine]]:
    """What waits for a provider's answer, the most urgent first, and its visits of the day; one query."""
    begin = datetime.combine(on, time(), SHANGHAI)
    that_day = Q(state__in=[*PLANNED, *VISITED], begin__gte=begin, begin__lt=begin + timedelta(days=1))
    rows = whole(access.orders(by)).filter(Q(state=State.BOOKED) | that_day, provider=organisation)
    found = lines(rows.order_by("begin", "pk")[:500], by=by, at=at)
    waiting = [line for line in found if line.state == State.BOOKED]
    return sorted(waiting, key=lambda line: line.answer_by or line.from_), [one for one in found if one not in waiting]
