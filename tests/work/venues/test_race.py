"""Two never get the same half hour: threads on PostgreSQL, where the database is what decides."""
from datetime import timedelta
from functools import partial
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connection

from linli.work.venues import actions
from linli.work.venues.models import Booking, TakenHalf
from linli.work.venues.states import State
from tests.actors import AT
from tests.races import at_once
from tests.work.venues.conftest import HOUR, NINE, Scene


def _postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_who_want_overlapping_periods(scene: Scene) -> None:
    _postgresql()

    def book(shift: int) -> UUID:
        return scene.book(hour=shift / 2, length=1, by=(scene.resident, scene.other)[shift % 2])

    outcomes = at_once(*[partial(book, shift) for shift in (0, 1, 0, 1, 0, 1, 0, 1)])
    assert outcomes["done"] == 1 and outcomes["told"] == 7  # 9:00 and 9:30 overlap: one of all of them
    assert Booking.objects.count() == 1 and TakenHalf.objects.count() == 2


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_who_swap_their_times_and_one_who_comes_in_between(scene: Scene) -> None:
    _postgresql()
    first, second = scene.book(), scene.book(hour=1, by=scene.other)

    def move(ref: UUID, hour: int) -> None:
        begin = NINE + hour * HOUR
        actions.change(ref, begin=begin, until=begin + HOUR, by=scene.resident if ref == first else scene.other, at=AT)

    for _ in range(5):
        at_once(partial(move, first, 1), partial(move, second, 0), partial(scene.book, hour=1, by=scene.other))
    held = Booking.objects.filter(state=State.BOOKED)
    spans = sorted(held.values_list("begin", "until"))
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert TakenHalf.objects.count() == sum((until - begin) // timedelta(minutes=30) for begin, until in spans)
