"""A watcher that is stopped anywhere loses nothing and repeats nothing."""
from collections.abc import Callable
from itertools import count
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connection

from linli.engines.journal import actions, jobs, queries, registry
from linli.engines.journal.models import Key, Reader
from linli.engines.journal.registry import EntryCard
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from tests.actors import AT
from tests.engines.journal.conftest import Aside, Happened, happen


class Killed(OperationalError):
    """As when the connection is gone."""


class Book:
    """A watcher whose effects are rows: one for each entry that it has read."""

    def __init__(self, name: str = "book") -> None:
        self.name = name
        self.before: Callable[[int], None] = lambda number: None
        self.after: Callable[[int], None] = lambda number: None

    def react(self, entries: list[EntryCard]) -> None:
        for entry in entries:
            self.before(entry.payload["number"])
            Key.objects.create(by=new_ref(), key=f"{self.name} {entry.payload['number']}", at=AT, digest="")
            self.after(entry.payload["number"])

    def forget(self) -> None:
        Key.objects.filter(key__startswith=f"{self.name} ").delete()

    def read(self) -> list[int]:
        rows = Key.objects.filter(key__startswith=f"{self.name} ").order_by("id")
        return [int(row.key.split()[1]) for row in rows]


@pytest.fixture
def book(db: None) -> Book:
    book = Book()
    registry.watch("book", book.react, forget=book.forget)
    return book


def kill_at(wanted: int) -> Callable[[int], None]:
    def maybe(number: int) -> None:
        if number == wanted:
            raise Killed

    return maybe


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("number", range(6))
def test_killed_at_any_entry_it_loses_and_repeats_nothing(book: Book, number: int, where: str) -> None:
    happen(*range(6))
    actions.sequence()
    setattr(book, where, kill_at(number))
    with pytest.raises(Killed):
        while actions.catch_up("book", most=2):
            pass
    assert book.read() == list(range(number // 2 * 2))  # the portion in which it fell stands not at all
    setattr(book, where, lambda number: None)
    assert actions.run() == 6 - number // 2 * 2 and book.read() == list(range(6))
    assert actions.run() == 0 and book.read() == list(range(6))


def test_killed_at_any_statement_it_loses_and_repeats_nothing(book: Book) -> None:
    happen(*range(3))
    actions.sequence()
    for point in count(1):
        asked = 0

        def kill(execute: Any, *query: Any, point: int = point) -> Any:
            nonlocal asked
            asked += 1
            if asked == point:
                raise Killed
            return execute(*query)

        try:
            with connection.execute_wrapper(kill):
                actions.catch_up("book")
        except Killed:
            assert book.read() == [] and not Reader.objects.filter(last__gt=0).exists()
        else:
            break
    assert point > 8 and book.read() == [0, 1, 2]  # it was killed in more places than it has entries


def test_it_stops_and_resumes_where_it_was(book: Book) -> None:
    happen(*range(5))
    actions.sequence()
    assert [actions.catch_up("book", most=2) for _ in range(4)] == [2, 2, 1, 0]
    happen(5)
    assert actions.run() == 1 and book.read() == list(range(6))


def test_it_is_made_again_from_nothing(book: Book) -> None:
    happen(*range(3))
    actions.run()
    actions.rebuild("book")
    assert book.read() == [] and queries.lag()["book"] == (3, "")
    assert actions.run() == 3 and book.read() == [0, 1, 2]


def test_what_must_never_be_done_twice_cannot_be_made_again(db: None) -> None:
    registry.watch("letters", Book("letters").react)
    happen(1)
    actions.run()
    with pytest.raises(ValueError, match="never done twice"):
        actions.rebuild("letters")
    assert queries.lag()["letters"] == (0, "")


def test_one_that_fails_keeps_its_place_says_so_and_holds_up_nobody(book: Book) -> None:
    bad = Book("bad")
    bad.before = kill_at(1)
    registry.watch("bad", bad.react, forget=bad.forget)
    happen(0, 1, 2)
    actions.run()
    assert book.read() == [0, 1, 2] and bad.read() == []
    assert queries.lag() == {"book": (0, ""), "bad": (3, "Killed")}
    bad.before = lambda number: None
    actions.run()
    assert bad.read() == [0, 1, 2] and queries.lag() == {"book": (0, ""), "bad": (0, "")}


def test_only_the_facts_it_watches_are_handed_over_and_the_others_passed(db: None) -> None:
    seen: list[str] = []
    registry.watch("some", lambda entries: seen.extend(entry.fact for entry in entries), facts=[Aside])

    @action
    def both() -> None:
        for fact in (Happened(1), Aside(), Happened(2)):
            actions.record(fact, about=new_ref(), by=SYSTEM, at=AT)

    both()
    actions.run()
    assert seen == ["tests.Aside"] and queries.lag()["some"] == (0, "")


def test_what_a_watcher_records_is_read_by_the_others(book: Book) -> None:
    def echo(entries: list[EntryCard]) -> None:
        for entry in entries:
            if entry.payload["number"] < 100:
                happen(entry.payload["number"] + 100)

    registry.watch("echo", echo)
    happen(1, 2)
    actions.run()
    assert book.read() == [1, 2, 101, 102]


def test_a_name_keeps_one_position(book: Book) -> None:
    with pytest.raises(ValueError, match="already"):
        registry.watch("book", book.react)


@pytest.mark.django_db(transaction=True)  # the job closes connections that are not its own to keep
def test_the_job_reads_until_it_is_told_to_stop(book: Book) -> None:
    happen(1)
    stop = Event()
    book.after = lambda number: stop.set()
    jobs.keep_reading(stop, pause=0)
    assert book.read() == [1]
