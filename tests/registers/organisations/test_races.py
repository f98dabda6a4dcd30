"""Files and readers at the same moment, on a server that lets them; and what that server itself refuses."""
import csv
import io
from collections.abc import Iterator
from threading import Event, Thread
from types import ModuleType
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from linli.engines.archive.models import Package, freeze
from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM
from linli.registers.organisations import actions, queries
from linli.registers.organisations.actions import Change
from linli.registers.organisations.models import Filing, Organisation
from tests.actors import AT
from tests.engines.archive.conftest import Sender, papers, sender
from tests.engines.archive.test_pack import Papers, packed
from tests.registers.organisations.files import row, text
from tests.registers.test_races import together

__all__ = ["papers", "sender"]
pytestmark = [pytest.mark.concurrent, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _a_real_server(regions: ModuleType) -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    yield


def bring(*rows: dict[str, str]) -> actions.Brought:
    lines = list(csv.reader(io.StringIO(text(*rows))))
    return actions.import_register(lambda: lines, source="名录", on=AT.date(), by=SYSTEM, at=AT)


def test_the_same_file_twice_at_once_comes_in_once() -> None:
    rows = [row(number) for number in range(1, 41)]
    done = together(*[lambda: bring(*rows)] * 3)
    assert sorted((one.new, one.same, one.aside) for one in done) == [(0, 40, 0), (0, 40, 0), (40, 0, 0)]
    assert Organisation.objects.count() == Filing.objects.count() == 40
    changed = [row(number, 住所=f"新址 {number} 号") for number in range(1, 41)]
    done = together(*[lambda: bring(*changed)] * 2)
    assert sorted((one.changed, one.same) for one in done) == [(0, 40), (40, 0)]
    assert Filing.objects.count() == 80


def _follow(after: int) -> list[dict[str, Any]]:
    journal.sequence()
    journal.catch_up("organisations.stream")
    return queries.changes(after=after, most=7)


def test_one_reader_misses_nothing_of_several_who_file() -> None:
    bring(*[row(number) for number in range(1, 6)])
    refs = list(Organisation.objects.order_by("pk").values_list("ref", flat=True))
    written, go_on, done = Event(), Event(), Event()

    def change(ref: Any, said: str) -> None:
        actions.file(ref, kind="change", changes=[Change("address", said)], effective_on=AT.date(), basis="申请",
                     by=SYSTEM, at=AT)

    @action
    def slow() -> None:
        change(refs[0], "最慢的一个")
        written.set()
        assert go_on.wait(30)

    def write(acts: list[Any]) -> None:
        try:
            for act in acts:
                act()
        finally:
            connection.close()

    late = Thread(target=write, args=([slow],))
    late.start()
    assert written.wait(30)
    change(refs[1], "后写先成")  # written after it, committed before it
    seen: list[dict[str, Any]] = []
    while some := _follow(seen[-1]["position"] if seen else 0):
        seen += some
    assert [one["changes"] for one in seen[5:]] == [[["address", "后写先成"]]]
    threads = [Thread(target=write, args=([lambda n=n, ref=ref: change(ref, f"{ref} {n} 号") for n in range(6)],))
               for ref in refs[1:]]
    for thread in threads:
        thread.start()

    def end() -> None:
        for thread in threads:
            thread.join()
        go_on.set()
        late.join()
        done.set()

    Thread(target=end).start()
    while True:
        ended = done.is_set()
        some = _follow(seen[-1]["position"])
        seen += some
        if ended and not some:
            break
    assert [one["filing"] for one in seen] == [one["filing"] for one in queries.changes(most=1000)]
    assert {one["filing"] for one in seen} == {str(ref) for ref in Filing.objects.values_list("ref", flat=True)}
    assert len(seen) == 5 + 1 + 24 + 1 and seen == sorted(seen, key=lambda one: one["position"])
    [place] = [place for place, one in enumerate(seen) if one["changes"] == [["address", "最慢的一个"]]]
    assert place > 5  # begun first, committed last: told after what was read meanwhile, and not skipped


def test_the_server_itself_refuses_to_change_a_filing_or_a_package(sender: Sender, papers: Papers) -> None:
    bring(row(1))
    freeze()
    made = packed(sender, papers)
    for table in (Filing._meta.db_table, Package._meta.db_table):
        for write in (f"UPDATE {table} SET ref = ref", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as one:
                one.execute(write)
    assert Filing.objects.count() == 1 and Package.objects.get().sha256 == made.sha256
