from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connection

from linli.engines.journal import actions
from linli.engines.journal.models import Key
from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict
from linli.kernel.text import N_
from tests.actors import AT, actor


class Shop:
    """Something with an effect that must happen once."""

    def __init__(self) -> None:
        self.sold: list[UUID] = []

    def sell(self) -> UUID:
        self.sold.append(new_ref())
        return self.sold[-1]

    def refuse(self) -> UUID:
        raise Conflict(N_("Sold out."))


@pytest.fixture
def by() -> Actor:
    return actor("person:x")


def test_a_retry_gets_the_first_outcome(db: None, by: Actor) -> None:
    shop = Shop()
    first, again = (actions.once("k", by=by, at=AT, body={"b": 1, "a": new}, do=shop.sell) for new in ("x", "x"))
    assert (first.new, again.new) == (True, False) and first.ref == again.ref and len(shop.sold) == 1
    assert actions.once("k", by=by, at=AT, body={"a": "x", "b": 1}, do=shop.sell).ref == first.ref  # order says nothing


def test_the_same_key_with_another_body_is_a_conflict(db: None, by: Actor) -> None:
    shop = Shop()
    actions.once("k", by=by, at=AT, body={"n": 1}, do=shop.sell)
    with pytest.raises(Conflict):
        actions.once("k", by=by, at=AT, body={"n": 2}, do=shop.sell)
    assert len(shop.sold) == 1


def test_keys_belong_to_their_actor(db: None, by: Actor) -> None:
    shop = Shop()
    one = actions.once("k", by=by, at=AT, body={}, do=shop.sell)
    other = actions.once("k", by=actor("person:y"), at=AT, body={"n": 2}, do=shop.sell)
    assert one.new and other.new and one.ref != other.ref


def test_a_refusal_keeps_no_key(db: None, by: Actor) -> None:
    shop = Shop()
    with pytest.raises(Conflict):
        actions.once("k", by=by, at=AT, body={"n": 1}, do=shop.refuse)
    assert not Key.objects.exists()
    assert actions.once("k", by=by, at=AT, body={"n": 2}, do=shop.sell).new


@pytest.mark.concurrent
@pytest.mark.django_db(transaction=True)
def test_a_key_sent_twice_at_the_same_time_works_once(by: Actor) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time there")
    shop, start, outcomes = Shop(), Barrier(4), []

    def send() -> None:
        start.wait()
        try:
            outcomes.append(actions.once("k", by=by, at=AT, body={}, do=shop.sell))
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(outcomes) == 4 and len({outcome.ref for outcome in outcomes}) == 1
    assert [outcome.new for outcome in outcomes].count(True) == len(shop.sold) == 1
