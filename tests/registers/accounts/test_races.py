"""Two at the same moment: one wins, the other reads a sentence, and nothing is there twice."""
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import RequestFactory

from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.refusals import Conflict, Refusal, RuleBroken
from linli.registers.accounts import actions, queries, registry
from linli.registers.accounts.models import Account, GrantRow, ResetCode, Token
from linli.registers.people import actions as people
from linli.registers.people.models import Person, Representation
from linli.registers.places import actions as places
from linli.registers.places import queries as regions
from tests.actors import AT, resident
from tests.registers.people.conftest import ID_CHILD, ID_MOTHER, RESIDENT

pytestmark = [pytest.mark.concurrent, pytest.mark.django_db(transaction=True)]
DISTRICT, PASSWORD = "340104000000", "warm tea at 5"


@pytest.fixture(autouse=True)
def ground() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time there")
    rows = [row for row in regions.packaged() if row.code in {"340000000000", "340100000000", DISTRICT}]
    places.import_regions(rows, by=SYSTEM, at=AT)


def together(do: Callable[[int], Any], *, times: int = 4) -> list[Any]:
    """What each of them got: an outcome, or the refusal; anything else is a fault."""
    start = Barrier(times)

    def run(number: int) -> Any:
        start.wait()
        try:
            return do(number)
        except Refusal as why:
            return why
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def refused(got: list[Any]) -> list[Refusal]:
    return [one for one in got if isinstance(one, Refusal)]


def sign_up(username: str, **more: str) -> Any:
    return actions.sign_up(username, password=PASSWORD, name="周敏", region=DISTRICT, by=ANONYMOUS, at=AT, **more)  # type: ignore[arg-type]


def test_one_username() -> None:
    whys = refused(together(lambda n: sign_up("zhou.min")))
    assert len(whys) == 3 and {why.field for why in whys} == {"username"}
    assert Account.objects.count() == Person.objects.count() == 1


def test_one_id_number() -> None:
    whys = refused(together(lambda n: sign_up(f"zhou.{n}.min", id_number=ID_MOTHER)))
    assert len(whys) == 3 and {why.field for why in whys} == {"id_number"}
    assert Account.objects.count() == Person.objects.count() == 1


def test_one_id_number_checked_by_several() -> None:
    refs = [people.register(name="周敏", region=DISTRICT, by=SYSTEM, at=AT) for _ in range(4)]
    whys = refused(together(lambda n: people.check_real_name(refs[n], id_number=ID_MOTHER, by=SYSTEM, at=AT)))
    assert len(whys) == 3 and all(isinstance(why, Conflict) and why.field == "id_number" for why in whys)
    assert Person.objects.exclude(id_index="").count() == 1


def test_one_representation() -> None:
    mother, daughter = (people.register(name=name, region=DISTRICT, by=SYSTEM, at=AT) for name in ("王秀英", "周敏"))
    got = together(lambda n: people.represent(mother, representative=daughter, by=SYSTEM, at=AT))
    assert len(refused(got)) == 3 and all(isinstance(why, Conflict) for why in refused(got))
    assert Representation.objects.count() == 1


def test_one_child_added_twice() -> None:
    daughter = people.register(name="周敏", region=DISTRICT, by=SYSTEM, at=AT)
    got = together(lambda n: people.represent_new(
        name="周小乐", id_number=ID_CHILD, kind="guardian", representative=daughter, agreed_for_child=True,
        by=resident(daughter, *RESIDENT), at=AT))
    assert len(refused(got)) == 3 and all(isinstance(why, Conflict) for why in refused(got))
    assert Representation.objects.count() == 1 and Person.objects.count() == 2


def test_one_reset_code_and_one_use_of_it() -> None:
    account = sign_up("zhou.min")
    before = registry.use_delivery(registry.OnThePage())
    try:
        codes = together(lambda n: actions.ask_reset("zhou.min", by=ANONYMOUS, at=AT))
    finally:
        registry.use_delivery(before)
    assert not refused(codes) and ResetCode.objects.count() == 1
    code = actions.make_reset_code(account, by=SYSTEM, at=AT)
    got = together(lambda n: actions.reset_password("zhou.min", code=code, password=f"cold tea at {n}", by=ANONYMOUS,
                                                    at=AT))
    assert len(refused(got)) == 3 and all(isinstance(why, RuleBroken) for why in refused(got))


def test_every_wrong_password_counts() -> None:
    sign_up("zhou.min")
    Account.objects.update(password=make_password(PASSWORD))

    def guess(number: int) -> Any:
        return actions.sign_in("zhou.min", password=f"guess {number}", request=RequestFactory().post("/"),
                               by=ANONYMOUS, at=AT)

    assert len(refused(together(guess))) == 4 and Account.objects.get().failed_count == 4


def test_one_role_and_its_token_count() -> None:
    account = actions.open_account("li.na", name="李娜", region=DISTRICT, by=SYSTEM, at=AT)
    got = together(lambda n: actions.grant_role(account, role="officer", scope=f"region:{DISTRICT}", by=SYSTEM, at=AT))
    assert len(refused(got)) == 3 and GrantRow.objects.count() == 1
    for number in range(18):
        actions.issue_token(account, label=f"script {number}", by=SYSTEM, at=AT)
    got = together(lambda n: actions.issue_token(account, label=f"more {n}", by=queries.actor(account, at=AT), at=AT))
    assert len(refused(got)) == 2 and Token.objects.count() == 20
