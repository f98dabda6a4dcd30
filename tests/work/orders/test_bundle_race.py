"""Many want the same bundle at the same times, or some of them: each gets all of it or nothing."""
from collections import Counter
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connection

from linli.kernel.refusals import Conflict
from linli.registers.directory.models import Slot
from linli.work.orders import actions
from linli.work.orders.models import Bundled, Order
from tests.actors import AT
from tests.work.orders.conftest import HOME, Scene
from tests.work.orders.test_book_bundle import make


def race(plans: list[tuple[UUID, list[UUID]]], scene: Scene) -> Counter[str]:
    """What became of as many bookings at one moment."""
    outcomes, start = Counter[str](), Barrier(len(plans))

    def book(bundle: UUID, slots: list[UUID]) -> None:
        start.wait()
        try:
            actions.book_bundle(bundle, slots=slots, person=scene.person, address="琥珀路 5 号", point=HOME,
                                by=scene.daughter, at=AT)
            outcomes["booked"] += 1
        except Conflict:
            outcomes["told"] += 1
        finally:
            connection.close()

    threads = [Thread(target=book, args=plan) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_six_want_the_same_times(scene: Scene) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    bundle = make(scene)
    assert race([(bundle.ref, bundle.slots)] * 6, scene) == {"booked": 1, "told": 5}
    assert Order.objects.count() == Bundled.objects.count() == 3
    assert all(Slot.objects.get(ref=ref).taken == 1 for ref in bundle.slots)


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_who_shares_one_time_only_gets_all_or_nothing(scene: Scene) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    bundle = make(scene)
    nursing, bath = bundle.times(bundle.nursing), [bundle.times(scene.service, days=days) for days in (2, 3, 4)]
    plans = [[nursing[0].ref, bath[0][0].ref, bath[2][0].ref], [nursing[1].ref, bath[1][0].ref, bath[2][0].ref],
             [nursing[2].ref, bath[0][0].ref, bath[1][0].ref]]
    outcomes = race([(bundle.ref, slots) for slots in plans * 2], scene)
    assert outcomes["booked"] >= 1 and outcomes["booked"] + outcomes["told"] == 6
    assert Order.objects.count() == Bundled.objects.count() == 3 * outcomes["booked"]
    assert {slot.taken for slot in Slot.objects.filter(ever_taken=True)} == {1}
