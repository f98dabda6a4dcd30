"""How fast the open log grows, next to the same rows written by the driver alone; and how long a proof takes.

Both are durable: each append is one transaction, on SQLite with synchronous=FULL, on PostgreSQL with fsync. They take
turns, append by append, on the same disk; what counts is the median of each.

    python -m bench.log            # everything
    python -m bench.log grow URL   # one database, as the whole run starts it
"""
import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

from bench.node import share
from bench.pages import verdict
from tools import postgres

BATCH, BATCHES, SINGLES = 100, 100, 400
LEAST, MOST_US, LEAVES = 0.5, 50.0, 10_000_000
PAGE_BYTES = 60_000
AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


def main() -> int:
    told: list[tuple[str, bool]] = []
    print(f"one write of 4 kB that waits for this disk takes {_disk():.2f} ms")
    with tempfile.TemporaryDirectory() as folder:
        told += _other(f"sqlite:///{folder}/log.sqlite3", "SQLite")
    if postgres.found():
        with postgres.running(durable=True) as url:
            told += _other(url, "PostgreSQL")
    else:
        print("PostgreSQL is not installed: left out")
    return verdict([*told, _proofs(), _page()])


def _disk() -> float:
    """Milliseconds until a write is safe, the median of fifty."""
    spent = []
    with tempfile.TemporaryFile() as file:
        for _ in range(50):
            begin = perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            spent.append((perf_counter() - begin) * 1000)
    return share(spent, .5)


def _other(url: str, name: str) -> list[tuple[str, bool]]:
    """A process of its own for each database, as settings are read once."""
    env = dict(os.environ, LINLI_DATABASE_URL=url, LINLI_TESTING="1", DJANGO_SETTINGS_MODULE="linli.shell.settings")
    done = subprocess.run([sys.executable, "-m", "bench.log", "grow", url], env=env, check=True, stdout=subprocess.PIPE)
    found = []
    for line in done.stdout.decode().splitlines():
        what, ours, raw = line.split("\t")
        ratio = float(ours) / float(raw)
        rates = f"{float(ours):,.0f} leaves/s, the database alone {float(raw):,.0f}"
        found.append((f"{name}, {what}: {rates}: {ratio:.2f} (at least {LEAST})", ratio >= LEAST))
    return found


# Growing


def grow(url: str) -> None:
    """Measure one database: batches and single leaves; after each append of ours the driver writes the same rows."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for _ in range(3):
        _appended(BATCH)  # warm
    gc.collect()
    gc.freeze()  # as the worker does
    for what, size, times in ((f"batches of {BATCH}", BATCH, BATCHES), ("one at a time", 1, SINGLES)):
        ours, raw = list[float](), list[float]()
        with _alone(url) as write:
            for _ in range(times):
                spent, first = _appended(size)
                ours.append(spent)
                raw.append(write(_rows(first, size)))
        print(f"{what}\t{size / share(ours, .5)}\t{size / share(raw, .5)}")


_given = [0]


def _appended(size: int) -> tuple[float, int]:
    """Seconds, and the index of the first leaf."""
    from linli.kernel.actor import SYSTEM
    from linli.watchers.openlog import actions, queries

    first, cards = queries.size(), [_card() for _ in range(size)]
    begin = perf_counter()
    actions.append(cards, by=SYSTEM, at=AT)
    return perf_counter() - begin, first


def _card() -> Any:
    """Public facts as the demo's city has them, as the journal hands them over: of five, two are rated orders (four
    commitments each), two are services, one is hours."""
    from linli.engines.journal.registry import EntryCard

    _given[0] += 1
    number = _given[0]
    order, person, service, provider = (UUID(int=part << 64 | number) for part in (1, 2, 3, 4))
    fact, about, payload = "directory.HoursSet", service, {"service": str(service), "spans": 7}
    if number % 5 < 2:
        fact, about = "orders.OrderRated", order
        payload = {"order": str(order), "person": str(person), "service": str(service), "provider": str(provider),
                   "grade": number % 5 + 1, "region": "340104003001"}
    elif number % 5 < 4:
        fact, payload = "directory.ServiceListed", {
            "service": str(service), "provider": str(provider), "price_fen": number}
    return EntryCard(number, fact, about, payload, UUID(int=1), AT + timedelta(seconds=number), number)


_UPSERT = ("INSERT INTO raw_openlog_day (day, series, leaves) VALUES (?, ?, ?) ON CONFLICT (day, series)"
           " DO UPDATE SET leaves = raw_openlog_day.leaves + excluded.leaves")
Statement = tuple[str, Sequence[Sequence[Any]]]


def _rows(first: int, size: int) -> list[Statement]:
    """What the last append wrote, as statements with their rows."""
    from django.db import connection

    mark, end = "%s" if connection.vendor == "postgresql" else "?", first + size

    def read(table: str, where: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} WHERE {where}")
            return list(cursor.fetchall())

    def insert(table: str, rows: list[Any]) -> Statement:
        return f"INSERT INTO raw_{table} VALUES ({', '.join([mark] * len(rows[0]))})", rows

    leaves = read("openlog_leaf", f'"index" >= {first} ORDER BY "index"')
    assert len(leaves) == size
    days: dict[tuple[Any, str], int] = {}
    for row in leaves:
        days[row[5], row[3]] = days.get((row[5], row[3]), 0) + 1
    tiles = read("openlog_tile", f"level = 0 AND number >= {first // 256} AND number < {end // 256}")
    ((_, *head),) = read("openlog_head", "id = 1")
    names = ("size", "signed", "position", "peaks", "numbers", "keys")
    assert len(head) == len(names)
    return [
        ("SELECT * FROM raw_openlog_head" + (" FOR UPDATE" if mark == "%s" else ""), [()]),
        insert("openlog_leaf", leaves), (_UPSERT.replace("?", mark), [(*key, count) for key, count in days.items()]),
        *([insert("openlog_tile", tiles)] if tiles else []),
        insert("openlog_checkpoint", read("openlog_checkpoint", f"size = {end}")),
        (f"UPDATE raw_openlog_head SET {', '.join(f'{name} = {mark}' for name in names[:5])}", [head[:5]]),
    ]


@contextmanager
def _alone(url: str) -> Iterator[Callable[[list[Statement]], float]]:
    """The driver alone, in tables with the same columns and indexes; gives what writes one transaction and how long
    that took."""
    from django.db import connection

    tables = ("leaf", "day", "tile", "checkpoint", "head")
    if connection.vendor == "sqlite":
        import sqlite3

        line: Any = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=268435456",
                       "cache_size=-32000", "temp_store=MEMORY"):
            line.execute(f"PRAGMA {pragma}")
        for table in tables:
            made = line.execute("SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL"
                                " ORDER BY type DESC", (f"openlog_{table}",)).fetchall()
            line.execute(f"DROP TABLE IF EXISTS raw_openlog_{table}")
            for (sql,) in made:
                line.execute(sql.replace(f'"openlog_{table}"', f'"raw_openlog_{table}"').replace(
                    'INDEX "', 'INDEX "raw_'))
        begin = "BEGIN IMMEDIATE"
    else:
        import psycopg

        line = psycopg.connect(url, autocommit=True)
        for table in tables:
            line.execute(f"DROP TABLE IF EXISTS raw_openlog_{table}")
            line.execute(f"CREATE TABLE raw_openlog_{table} (LIKE openlog_{table} INCLUDING ALL)")
        begin = "BEGIN"
    line.execute("INSERT INTO raw_openlog_head SELECT * FROM openlog_head")

    def write(statements: list[Statement]) -> float:
        cursor = line.cursor()
        start = perf_counter()
        cursor.execute(begin)
        for statement, rows in statements:
            if len(rows) == 1:
                cursor.execute(statement, rows[0])
            elif begin == "BEGIN" and "CONFLICT" not in statement:  # PostgreSQL's quickest way
                copy = statement.partition(" VALUES")[0].replace("INSERT INTO", "COPY")
                with cursor.copy(f"{copy} FROM STDIN") as into:
                    for row in rows:
                        into.write_row(row)
            else:
                cursor.executemany(statement, rows)
            if statement.startswith("SELECT"):
                cursor.fetchall()
        cursor.execute("COMMIT")
        return perf_counter() - start

    try:
        yield write
    finally:
        line.close()


# Proofs and the page


def _proofs() -> tuple[str, bool]:
    """Inclusion proofs in a tree of ten million leaves in memory, at places all over it."""
    import hashlib

    from linli.watchers.openlog.rules import merkle

    tree = merkle.Tree()
    begin = perf_counter()
    tree.extend(b"".join(hashlib.sha256(number.to_bytes(8, "big")).digest() for number in range(LEAVES)))
    built = perf_counter() - begin
    root, spent = tree.root(), list[float]()
    for number in range(2_000):
        index = number * 7_919 * 631 % LEAVES
        start = perf_counter()
        proof = merkle.inclusion(index, LEAVES, tree.read)
        spent.append((perf_counter() - start) * 1e6)
        if number % 100 == 0:
            assert merkle.included(tree.read(0, index), index, LEAVES, proof, root)
    median, late = share(spent, .5), share(spent, .99)
    took = f"p50 {median:.0f} µs, p99 {late:.0f} µs (at most {MOST_US:.0f} µs; tree made in {built:.0f} s)"
    return f"inclusion proof in {LEAVES:,} leaves: {took}", median <= MOST_US


def _page() -> tuple[str, bool]:
    """The verification page with every style sheet, script and picture that it names, as sent (compressed)."""
    import re

    from bench.node import Visitor, demo

    with demo() as (port, _, _):
        visitor = Visitor(port)
        page = visitor.ask("/verify/")
        named = set(re.findall(r'(?:src|href)="([^"]+\.(?:css|js|svg|png|woff2)[^"]*)"', page.body.decode()))
        weight = page.weight + sum(visitor.ask(path).weight for path in named)
    told = f"verification page with its {len(named)} files: {weight:,} bytes (at most {PAGE_BYTES:,})"
    return told, page.status == 200 and weight <= PAGE_BYTES


if __name__ == "__main__":
    if sys.argv[1:2] == ["grow"]:
        grow(sys.argv[2])
    else:
        raise SystemExit(main())
