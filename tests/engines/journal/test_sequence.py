"""Positions: without holes, in order, and nothing appears below one that was seen."""
from random import Random
from threading import Event, Thread

import pytest
from django.db import connection

from linli.engines.journal import actions, queries
from linli.engines.journal.models import Entry
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from tests.actors import AT
from tests.engines.journal.conftest import Happened, happen, positions


def test_positions_are_given_to_what_is_there_in_its_order(db: None) -> None:
    happen(1, 2)
    assert positions() == [None, None] and queries.entries(after=0) == []
    assert actions.sequence() == 2 and positions() == [1, 2]
    happen(3)
    assert actions.sequence() == 1 and positions() == [1, 2, 3] and actions.sequence() == 0


def test_positions_are_given_in_portions(db: None) -> None:
    happen(*range(5))
    assert [actions.sequence(most=2) for _ in range(4)] == [2, 2, 1, 0] and positions() == [1, 2, 3, 4, 5]


def test_a_rollback_takes_no_position(db: None) -> None:
    @action
    def fail() -> None:
        happen(1)
        raise ZeroDivisionError

    happen(0)
    with pytest.raises(ZeroDivisionError):
        fail()
    happen(2)
    actions.sequence()
    found = Entry.objects.order_by("position")
    assert [(entry.position, entry.payload["number"]) for entry in found] == [(1, 0), (2, 2)]


@pytest.mark.concurrent
@pytest.mark.django_db(transaction=True)
def test_what_commits_late_gets_a_late_position_although_it_was_written_first() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time there")
    written, go_on = Event(), Event()

    @action
    def slow() -> None:
        actions.record(Happened(1), about=new_ref(), by=SYSTEM, at=AT)
        written.set()
        assert go_on.wait(30)

    def run() -> None:
        try:
            slow()
        finally:
            connection.close()

    late = Thread(target=run)
    late.start()
    try:
        assert written.wait(30)
        happen(2)
        assert actions.sequence() == 1  # neither waits for the one that is still open
        (first,) = queries.entries(after=0)
        assert first[1].payload == {"number": 2}
    finally:
        go_on.set()
        late.join(30)
    assert actions.sequence() == 1
    (second,) = queries.entries(after=first[0])  # who read on from the first misses nothing
    assert second[1].payload == {"number": 1} and second[1].id < first[1].id and second[0] == 2


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_reader_beside_many_writers_sees_everything_once_in_order() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time there")
    done = Event()

    @action
    def write(number: int, fail: bool) -> None:
        for part in range(3):
            actions.record(Happened(number * 10 + part), about=new_ref(), by=SYSTEM, at=AT)
        if fail:
            raise ZeroDivisionError

    kept: list[int] = []

    def writer(seed: int) -> None:
        chance = Random(seed)
        try:
            for n in range(40):
                number, fail = seed * 1000 + n, chance.random() < 0.25
                try:
                    write(number, fail)
                    kept.append(number)
                except ZeroDivisionError:
                    pass
        finally:
            connection.close()

    seen: list[tuple[int, int]] = []

    def read_on() -> None:
        actions.sequence(most=7)
        after = seen[-1][0] if seen else 0
        seen.extend((position, entry.payload["number"]) for position, entry in queries.entries(after=after))

    def reader() -> None:
        try:
            while not done.is_set():
                read_on()
        finally:
            connection.close()

    reading = Thread(target=reader)
    writers = [Thread(target=writer, args=[seed]) for seed in range(1, 5)]
    for thread in (reading, *writers):
        thread.start()
    for thread in writers:
        thread.join(60)
    done.set()
    reading.join(60)
    while actions.sequence() or len(seen) < Entry.objects.count():
        read_on()
    assert [position for position, _ in seen] == list(range(1, len(seen) + 1))
    assert sorted(number for _, number in seen) == sorted(number * 10 + part for number in kept for part in range(3))
