"""Many want the same bundle at the same times, or some of them: each gets all of it or nothing; on either database."""
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from linli.kernel.refusals import Conflict
from linli.registers.directory import actions as listings
from linli.registers.directory import queries as services
from linli.registers.directory.models import Slot
from linli.work.orders import actions, queries, rules
from linli.work.orders.models import Bundled, Order
from tests.actors import AT
from tests.work.orders.conftest import HOME, Scene
from tests.work.orders.test_book_bundle import make
from tests.work.orders.test_race import ROOT


def race(plans: list[tuple[UUID, list[UUID]]], scene: Scene) -> Counter[str]:
    """What became of as many bookings at one moment, each for somebody else."""
    outcomes, start = Counter[str](), Barrier(len(plans))
    people = [scene.someone(f"李{name}英") for name in "甲乙丙丁戊己"[:len(plans)]]

    def book(bundle: UUID, slots: list[UUID], person: UUID) -> None:
        start.wait()
        try:
            actions.book_bundle(bundle, slots=slots, person=person, address="琥珀路 5 号", point=HOME, by=scene.agent,
                                at=AT)
            outcomes["booked"] += 1
        except Conflict:
            outcomes["told"] += 1
        finally:
            connection.close()

    threads = [Thread(target=book, args=(*plan, person)) for plan, person in zip(plans, people, strict=True)]
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


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_long_bundle_is_taken_whole_by_one_or_by_nobody_else(scene: Scene) -> None:
    """Sixteen visits each, in opposite plans: who comes second is told, and nothing of theirs stays."""
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory; the threads below race on a file")
    ref, plans = long_bundle(scene)
    assert race([(ref, slots) for slots in plans * 2], scene) == {"booked": 1, "told": 3}
    assert Order.objects.count() == Bundled.objects.count() == VISITS


VISITS = 16


def long_bundle(scene: Scene) -> tuple[UUID, list[list[UUID]]]:
    """A bundle of one nursing and fifteen baths, and two plans that share its last visit only."""
    actors: dict[str, Any] = {"by": scene.manager, "at": AT}
    listings.update_service(scene.service, horizon_days=40, **actors)
    listings.publish_slots(scene.service, **actors)
    nursing = make(scene).nursing
    ref = listings.draft_bundle(
        scene.provider, kind="medical_elderly", name="三周套餐", summary="护理加助浴。", services=[
            listings.Chosen(nursing), listings.Chosen(scene.service, times=VISITS - 1)], **actors)
    listings.agree_to_bundle(ref, by=scene.rival, at=AT)
    listings.list_bundle(ref, **actors)
    steps = queries.steps(services.bundle(ref, by=scene.resident), by=scene.resident, at=AT)
    by_day: dict[object, list[UUID]] = {}
    for one in steps[1].times:
        by_day.setdefault(rules.day(one.from_), []).append(one.ref)
    days = [times for times in list(by_day.values())[1:] if len(times) > 1][:VISITS - 1]
    first, second = ([steps[0].times[n].ref, *(times[n] for times in days)] for n in (0, 1))
    second[-1] = first[-1]
    return ref, [first, second]


RACE = """
import django; django.setup()
from collections import Counter
from django.core.management import call_command
call_command("migrate", verbosity=0, run_syncdb=True)
from linli.kernel.actor import SYSTEM
from linli.registers.places import actions, queries
from linli.work.orders.models import Bundled
from tests.actors import AT
from tests.conftest import STREETS
from tests.work.orders.conftest import set_stage
from tests.work.orders.test_bundle_race import long_bundle, race
rows = [row for row in queries.packaged() if row.code.endswith("000000") or row.code.startswith(STREETS)]
actions.import_regions(rows, by=SYSTEM, at=AT)
scene = set_stage()
ref, plans = long_bundle(scene)
print(sorted(race([(ref, slots) for slots in plans * 2], scene).items()), Bundled.objects.count())
"""


@pytest.mark.slow
def test_threads_race_for_a_long_bundle_on_an_sqlite_file(tmp_path: Path) -> None:
    env = dict(os.environ, LINLI_TESTING="1", LINLI_DATABASE_URL=f"sqlite:///{tmp_path}/race.sqlite3",
               LINLI_DATA=str(tmp_path), DJANGO_SETTINGS_MODULE="linli.shell.settings", PYTHONPATH=f"{ROOT}/src:{ROOT}")
    ran = subprocess.run([sys.executable, "-c", RACE], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stdout.split("\n")[-2:-1] == [f"{[('booked', 1), ('told', 3)]} {VISITS}"], ran.stderr[-2000:]
