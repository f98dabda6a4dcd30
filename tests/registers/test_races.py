"""Two people at the same moment: one is first, the other is told so, and nothing stands twice."""
from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, Refusal
from linli.registers.directory import actions as directory
from linli.registers.directory.models import Service
from linli.registers.organisations import actions as organisations
from linli.registers.organisations.models import Decision, Organisation
from linli.registers.practitioners import actions as practitioners
from linli.registers.practitioners import rules
from linli.registers.practitioners.models import Practitioner
from tests.actors import AT, CITY, actor, resident
from tests.registers.directory.conftest import Scene, scene
from tests.registers.organisations.conftest import FORM

__all__ = ["scene"]
pytestmark = [pytest.mark.concurrent, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
STAFF = "姓名,身份证号,岗位\n王敏,340104198501010027,护理员\n李强,34010419790515003X,护工\n".encode()


@pytest.fixture(autouse=True)
def _a_real_server(db: None) -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    yield


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What each gave, or the refusal that it was told; anything else ends the test."""
    start, given = Barrier(len(acts)), list[Any]()

    def run(act: Callable[[], Any]) -> None:
        start.wait()
        try:
            given.append(act())
        except Refusal as why:
            given.append(why)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == len(acts), "one of them failed"
    return given


def test_of_two_officers_the_first_decides(scene: Scene) -> None:
    ref = organisations.apply_to_join(**FORM | {"uscc": "52340100500000031D"}, by=resident(new_ref()), at=AT)
    one, other = (actor(f"region:{CITY}", "organisations.approve") for _ in range(2))
    told = together(lambda: organisations.approve(ref, by=one, at=AT),
                    lambda: organisations.refuse(ref, reasons="材料不符", by=other, at=AT))
    assert sorted(isinstance(one, Conflict) for one in told) == [False, True]
    assert Decision.objects.filter(organisation__ref=ref).count() == 1
    assert Organisation.objects.get(ref=ref).state in ("approved", "refused")


def test_the_same_code_applies_once(scene: Scene) -> None:
    form = FORM | {"uscc": "52340100500000031D"}
    told = together(*[lambda: organisations.apply_to_join(**form, by=resident(new_ref()), at=AT)] * 4)
    assert sum(isinstance(one, Conflict) for one in told) == 3
    assert Organisation.objects.filter(uscc=form["uscc"]).count() == 1


def test_the_same_file_of_services_sent_twice_adds_them_once(scene: Scene) -> None:
    row = {"category": "home_bathing", "summary": "两名护理员上门。"}
    rows = [row | {"name": f"上门助浴 {number}"} for number in range(5)]
    done = together(*[lambda: directory.import_services(scene.provider, rows=rows, by=scene.manager, at=AT)] * 2)
    assert sorted((one.added, one.same) for one in done) == [(0, 5), (5, 0)]
    assert Service.objects.count() == 5


def test_the_same_file_of_staff_sent_twice_adds_them_once(scene: Scene) -> None:
    rows = rules.read_staff(STAFF)
    by = actor(f"organisation:{scene.provider}", "practitioners.manage", "practitioners.see")
    done = together(*[
        lambda: practitioners.import_staff(scene.provider, rows=rows, consented=True, by=by, at=AT)
    ] * 2)
    assert sorted((one.new, one.same) for one in done) == [(0, 2), (2, 0)]
    assert Practitioner.objects.count() == 2
