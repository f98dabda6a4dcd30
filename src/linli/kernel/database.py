"""How the two databases write safely, and what both of them can gather in one statement.

SQLite lets one process write at a time and starves the others while they poll for its lock. A lock file round each
writing transaction (`flock`, fair in practice and released by the kernel when a process dies) takes the polling away.
PostgreSQL needs nothing of the kind.
"""
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import Aggregate, CharField, Count, QuerySet, Value

Tally = QuerySet[Any, tuple[str, int]]
_threads = Lock()  # flock is per open file, and each thread opens its own; the mutex keeps a process's threads in line


@contextmanager
def write_turn() -> Iterator[None]:
    """Hold this database's turn to write; on anything but an SQLite file, at once and for nothing."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or "memory" in name:
        yield
        return
    with _threads:
        turn = os.open(f"{name}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield
        finally:
            os.close(turn)


def in_line(name: str) -> None:
    """Until the running transaction ends, let nobody else past this point under the same name.

    For what no row or constraint can guard: a name that must stay free until it is entered. SQLite writes one at a time
    anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def fold_in() -> bool:
    """Fold what was written into SQLite's file and empty the log beside it, so that what was deleted stands in neither;
    False while somebody still reads the old state. PostgreSQL sees to its own files."""
    if connection.vendor != "sqlite" or "memory" in str(connection.settings_dict["NAME"]):
        return True
    with write_turn(), connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return not cursor.fetchone()[0]


class Joined(Aggregate):
    """What is said of each row of a group in one text: rows with commas, several things of a row with strokes."""

    function = "GROUP_CONCAT"
    arg_joiner = " || '|' || "
    template = "%(function)s(%(expressions)s, ',')"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="STRING_AGG", **extra)


def tallied(*parts: Tally) -> dict[str, int]:
    """What these counted, of whatever tables, by label; one statement. What there is none of is absent."""
    return dict(parts[0].union(*parts[1:], all=True)) if parts else {}


def counting(label: str, rows: QuerySet[Any]) -> Tally:
    """These rows counted under one label, for `tallied`."""
    return grouping(Value(label, CharField()), rows)


def grouping(label: Any, rows: QuerySet[Any]) -> Tally:
    """These rows counted by what this expression says of each, for `tallied`."""
    labelled = rows.order_by().annotate(tally_label=label).values("tally_label")
    found: Tally = labelled.annotate(tally=Count("pk")).values_list("tally_label", "tally")
    return found
