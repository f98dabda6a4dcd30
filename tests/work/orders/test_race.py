"""Two people never get the same time: threads on PostgreSQL, processes on an SQLite file."""
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connection

from linli.kernel.refusals import Conflict
from linli.registers.directory import actions as listings
from linli.registers.people import actions as people
from linli.work.orders import actions
from linli.work.orders.models import Dispute, Order, Turn
from linli.work.orders.states import State
from tests.actors import AT
from tests.work.orders.conftest import HUPO, Scene

ROOT = Path(__file__).parents[3]


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_book_one_time(scene: Scene) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory; the processes below race on a file")
    slot, outcomes, start = scene.slots()[0].ref, Counter[str](), Barrier(8)
    people = [scene.someone(f"李{name}英") for name in "甲乙丙丁戊己庚辛"]

    def book(person: UUID) -> None:
        start.wait()
        try:
            actions.book(scene.service, slot=slot, person=person, by=scene.agent, at=AT)
            outcomes["booked"] += 1
        except Conflict:
            outcomes["told"] += 1
        finally:
            connection.close()

    threads = [Thread(target=book, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {"booked": 1, "told": 7} and Order.objects.filter(slot=slot).count() == 1


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_visits_at_one_time_are_not_given_to_one_practitioner(scene: Scene) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    listings.update_service(scene.service, buffer_minutes=0, lead_minutes=0, by=scene.manager, at=AT)
    refs = [scene.book(slot=0), scene.book(slot=1)]
    times = [scene.row(ref) for ref in refs]
    Order.objects.filter(ref=refs[1]).update(begin=times[0].begin + timedelta(minutes=30))  # they overlap now
    outcomes, start = Counter[str](), Barrier(2)

    def accept(ref: object) -> None:
        start.wait()
        try:
            actions.accept(ref, practitioner=scene.wang, by=scene.manager, at=AT)  # type: ignore[arg-type]
            outcomes["sent"] += 1
        except Conflict:
            outcomes["told"] += 1
        finally:
            connection.close()

    threads = [Thread(target=accept, args=(ref,)) for ref in refs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {"sent": 1, "told": 1}
    assert Order.objects.filter(practitioner=scene.wang, state=State.ACCEPTED).count() == 1


def in_line(scene: Scene, name: str) -> UUID:
    """Another resident, in line for tomorrow, all of which is taken."""
    who = people.register(name=name, region=HUPO, phone="13855500000", birth_on=date(1946, 5, 1), address="琥珀路 9 号",
                          consent_by_phone=True, by=scene.agent, at=AT)
    actions.join(scene.service, from_on=date(2026, 11, 17), until_on=date(2026, 11, 18), person=who, by=scene.agent,
                 at=AT)
    return who


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("waiting", [1, 2])
def test_times_given_back_at_once_are_kept_once_for_each_in_line(scene: Scene, waiting: int) -> None:
    """Two cancel, and others try to book what they give back: nobody gets two, and nobody comes in between."""
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    orders = [scene.book(slot=no) for no in range(len(scene.slots()))]
    names = [in_line(scene, name) for name in ("李秀英", "周玉珍")[:waiting]]
    outcomes, start = Counter[str](), Barrier(4)
    slots = [scene.row(ref).slot for ref in orders]

    def run(word: str, do: Callable[[], object]) -> None:
        start.wait()
        try:
            do()
            outcomes[word] += 1
        except Conflict:
            outcomes["told"] += 1
        finally:
            connection.close()

    def cancel(ref: UUID) -> object:
        return actions.cancel(ref, reason="ill", by=scene.resident, at=AT)

    def book(slot: UUID) -> object:
        return actions.book(scene.service, slot=slot, person=scene.person, by=scene.daughter, at=AT)

    acts = [("cancelled", partial(cancel, ref)) for ref in orders[:2]]
    acts += [("booked", partial(book, slot)) for slot in slots[:2]]
    threads = [Thread(target=run, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    turns = Turn.objects.filter(outcome="").select_related("order")
    assert {turn.order.person_id for turn in turns} == set(names) and len(turns) == waiting
    assert outcomes["cancelled"] == 2 and outcomes["booked"] <= 2 - waiting
    for slot in slots:
        live = Order.objects.filter(slot=slot, state__in=[State.HELD, State.BOOKED]).count()
        assert live <= 1 and live == 1 - next(one.free for one in scene.slots() if one.ref == slot)


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_officers_one_decides(scene: Scene) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    ref = scene.served()
    at = scene.row(ref).until
    dispute = actions.dispute(ref, claim="not_given", text="没有人来。", by=scene.resident, at=at)
    actions.say(dispute, text="来过。", by=scene.manager, at=at)
    outcomes, start = Counter[str](), Barrier(2)

    def decide(outcome: str) -> None:
        start.wait()
        try:
            actions.decide(dispute, outcome=outcome, reasons="查看了记录。", by=scene.officer, at=at)
            outcomes["decided"] += 1
        except Conflict:
            outcomes["told"] += 1
        finally:
            connection.close()

    threads = [Thread(target=decide, args=(one,)) for one in ("struck", "stands")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = Dispute.objects.get()
    assert outcomes == {"decided": 1, "told": 1}
    assert (scene.row(ref).state == State.STRUCK) == (found.outcome == "struck")


STAGE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, run_syncdb=True)
from linli.kernel.actor import SYSTEM
from linli.registers.places import actions, queries
from tests.actors import AT
from tests.conftest import STREETS
from tests.work.orders.conftest import set_stage
rows = [row for row in queries.packaged() if row.code.endswith("000000") or row.code.startswith(STREETS)]
actions.import_regions(rows, by=SYSTEM, at=AT)
scene = set_stage()
print(scene.service, scene.person, scene.slots()[0].ref)
"""
RACE = """
import sys, django; django.setup()
from threading import Thread
from uuid import UUID
from django.db import connection
from linli.kernel.refusals import Conflict
from linli.work.orders import actions
from tests.actors import AT
from tests.work.orders.conftest import as_role
service, person, slot = map(UUID, sys.argv[1:])
by = as_role("resident", f"person:{person}", person=person)
def book():
    try:
        actions.book(service, slot=slot, by=by, at=AT)
        print("booked", flush=True)
    except Conflict:
        print("told", flush=True)
    finally:
        connection.close()
print("ready", flush=True); sys.stdin.readline()
threads = [Thread(target=book) for _ in range(2)]
[t.start() for t in threads]; [t.join() for t in threads]
"""


@pytest.mark.slow
def test_processes_race_for_one_time_on_sqlite(tmp_path: Path) -> None:
    env = dict(os.environ, LINLI_TESTING="1", LINLI_DATABASE_URL=f"sqlite:///{tmp_path}/race.sqlite3",
               LINLI_DATA=str(tmp_path), DJANGO_SETTINGS_MODULE="linli.shell.settings", PYTHONPATH=f"{ROOT}/src:{ROOT}")
    staged = subprocess.run([sys.executable, "-c", STAGE], env=env, cwd=ROOT, capture_output=True, text=True,
                            check=False)
    assert staged.returncode == 0, staged.stderr[-2000:]
    racers = [
        subprocess.Popen([sys.executable, "-c", RACE, *staged.stdout.split()[-3:]], env=env, cwd=ROOT, text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for racer in racers:
        assert racer.stdout and racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    ends = [racer.communicate(timeout=60) for racer in racers]
    outcomes = Counter(word for out, _ in ends for word in out.split())
    assert outcomes == {"booked": 1, "told": 5}, [error[-500:] for _, error in ends]
