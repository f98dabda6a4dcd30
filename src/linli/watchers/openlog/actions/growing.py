"""The log grows: plain statements, for nothing here is worth more than the rows themselves."""
import json
import os
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from functools import cache, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from linli.engines.journal.registry import EntryCard
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.watchers.openlog import access, queries
from linli.watchers.openlog.actions import keys
from linli.watchers.openlog.models import Checkpoint, Day, Head, Leaf, Tile, Withheld
from linli.watchers.openlog.rules import facts, leaves, merkle, notes, tiles

_COLUMNS = ("index", "position", "about", "series", "number", "day", "entry", "payload", "hash")
_SIGNED = ("size", "root", "peaks", "note", "cosignatures", "at", "by")
_SERIES: Final = 3
_DAY: Final = 5
_PAYLOAD: Final = 7
_HASH: Final = 8


@action
def append(entries: Sequence[EntryCard], *, by: Actor, at: datetime) -> int:
    """Make leaves of public facts, in the journal's order, and sign the tree that they lead to; how many were new.

    While the log is made again nothing is signed until it is as large as what was signed before, and then it must have
    the same root. Refuses: LogBroken (it has not, a key file is another's, or the files know more than the database).
    """
    with closing(connection.connection.cursor()) as cursor:  # the driver's own: in an action there is a connection
        head = keys.locked_head(cursor)
        fresh = [entry for entry in entries if (entry.position or 0) > head.position]
        if not fresh:
            return 0
        hashing, numbers = access.profile().hashing, json.loads(head.numbers)
        tree = merkle.Frontier(head.size, head.peaks, hashing)
        dashes = connection.vendor != "sqlite"  # as each keeps refs
        rows = _maker(hashing, dashes).made(fresh, head.size, numbers)
        if head.size < head.signed:
            _withhold_again(rows)
        hashes, until = [row[_HASH] for row in rows], max(0, head.signed - head.size)
        full, signed = tree.extend(hashes[:until]), tree.root() if 0 < until <= len(rows) else b""
        full += tree.extend(hashes[until:])
        statements = [_count(rows)]
        _write(cursor, "openlog_leaf", _COLUMNS, rows, statements)
        if full:
            _fill(cursor, head, hashes, full)
        if signed and Checkpoint.objects.filter(size=head.signed).exclude(root=signed).exists():
            raise keys.LogBroken(f"made again, the first {head.signed} leaves have another root than was signed then")
        if tree.size > head.signed:
            _nothing_later(head.signed)
            checkpoint = notes.Checkpoint(settings.LOG_ORIGIN, tree.size, tree.root())
            note = notes.signed(checkpoint.text(), keys.signers(head, by=by, at=at)).whole()
            _write(cursor, "openlog_checkpoint", _SIGNED,
                   [(checkpoint.size, checkpoint.root, tree.peaks, note, "", _plain(at), _plain(by.ref))], statements)
        statements.append((
            "UPDATE openlog_head SET size = %s, signed = %s, position = %s, peaks = %s, numbers = %s",
            [tree.size, max(tree.size, head.signed), fresh[-1].position, tree.peaks, json.dumps(numbers)]))
        _execute(cursor, statements)
    _keep(head, b"".join(hashes), tree)
    return len(rows)


@action
def forget() -> None:
    """Empty the log, to be made again from the journal. What was signed, withheld or cosigned stays."""
    for model in (Leaf, Tile, Day):
        model._default_manager.all().delete()
    Head.objects.update(size=0, peaks=b"", position=0, numbers="{}")


def _nothing_later(signed: int) -> None:
    """Refuses: LogBroken where a later checkpoint than the database's was published: the database is an older one."""
    file = f"{settings.LOG_FOLDER}/checkpoint"
    try:
        later = _published(file, os.stat(file).st_mtime_ns)
    except FileNotFoundError:
        return
    if later > signed:
        raise keys.LogBroken(f"{settings.LOG_FOLDER} holds a checkpoint of {later} leaves, the database has signed"
                             f" {signed}: was an older backup restored? Going on would fork the log")


@lru_cache(maxsize=4)
def _published(file: str, _: int) -> int:
    """How many leaves the checkpoint in this file covers, read again when the file has changed."""
    try:
        return int(Path(file).read_text().split("\n", 2)[1])
    except (ValueError, IndexError):
        return 0


@cache
def _maker(hashing: merkle.Hashing, dashes: bool) -> leaves.Maker:
    return leaves.Maker(facts.committed, queries.salts(), hashing.hasher, dashes)


def _withhold_again(rows: list[leaves.Made]) -> None:
    withheld = set(Withheld.objects.filter(leaf__range=(rows[0][0], rows[-1][0])).values_list("leaf", flat=True))
    for place, row in enumerate(rows):
        if row[0] in withheld:
            rows[place] = (*row[:_PAYLOAD], "", row[_HASH])


Statement = tuple[str, list[Any]]


def _write(cursor: Any, table: str, columns: tuple[str, ...], rows: Sequence[Sequence[Any]],
           statements: list[Statement]) -> None:
    """Rows as the driver takes them quickest; a single one waits among the statements."""
    insert, copy = _insert(table, columns)
    if len(rows) == 1:
        statements.append((insert, list(rows[0])))
    elif connection.vendor == "postgresql":
        with cursor.copy(copy) as into:
            for row in rows:
                into.write_row(row)
    else:
        cursor.executemany(_marked(insert), rows)


@cache
def _insert(table: str, columns: tuple[str, ...]) -> tuple[str, str]:
    quote = connection.ops.quote_name
    into = f"{quote(table)} ({', '.join(map(quote, columns))})"
    return f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(columns))})", f"COPY {into} FROM STDIN"


def _execute(cursor: Any, statements: list[Statement]) -> None:
    """PostgreSQL takes them in one message, SQLite one by one."""
    if connection.vendor == "postgresql":
        whole = "; ".join(sql for sql, _ in statements)
        statements = [(whole, [value for _, values in statements for value in values])]
    for sql, values in statements:
        cursor.execute(_marked(sql), values)


@lru_cache(maxsize=100)
def _marked(sql: str) -> str:
    """With the marks for values that the driver knows."""
    return sql.replace("%s", "?") if connection.vendor == "sqlite" else sql


def _count(rows: list[leaves.Made]) -> Statement:
    """Add the leaves to the counts of their days."""
    counts = Counter(map(itemgetter(_DAY, _SERIES), rows))
    values = [value for (day, series), count in sorted(counts.items()) for value in (day, series, count)]
    marks = ", ".join(["(%s, %s, %s)"] * len(counts))
    return (f"INSERT INTO openlog_day (day, series, leaves) VALUES {marks} ON CONFLICT (day, series)"
            " DO UPDATE SET leaves = openlog_day.leaves + excluded.leaves"), values


def _fill(cursor: Any, head: keys.Locked, added: list[bytes], full: list[tuple[merkle.Hash, ...]]) -> None:
    """Write down the rows of 256 hashes that have become full: `full` are the hashes over them, of each its level's
    first. Each adds one hash to the level above."""
    level, size, insert = 0, head.size, _insert("openlog_tile", ("level", "number", "hashes", "root"))[0]
    while full:
        first, begun = divmod(size, tiles.WIDTH)
        known = None if level else _edge.get(head.peaks)
        row = (_begun(cursor, level, size - begun, size) if known is None else known) + b"".join(added)
        wide = len(row) // (begun + len(added)) * tiles.WIDTH
        cursor.executemany(_marked(insert), [(level, first + place, row[place * wide : (place + 1) * wide], one[0])
                                    for place, one in enumerate(full)])
        level, size, added, full = level + 1, first, [one[0] for one in full], [one[1:] for one in full if one[1:]]


_edge: dict[bytes, bytes] = {}
"""By its peaks, of the tree that this process knew last: the hashes of the row that is not full yet. Peaks are hashes
over all of it, so whatever became of the transaction, they never name another row."""


def _keep(head: keys.Locked, added: bytes, tree: merkle.Frontier) -> None:
    edge, known = tree.size % tiles.WIDTH * tree.hashing.length, _edge.get(head.peaks)
    _edge.clear()
    if edge <= len(added):
        _edge[tree.peaks] = added[len(added) - edge :]
    elif known is not None:
        _edge[tree.peaks] = known + added


def _begun(cursor: Any, level: int, start: int, end: int) -> bytes:
    """The hashes of a row that is not full yet."""
    if start == end:
        return b""
    if level:
        cursor.execute(_marked("SELECT root FROM openlog_tile WHERE level = %s AND number >= %s AND number < %s"
                               " ORDER BY number"), [level - 1, start, end])
    else:
        index = connection.ops.quote_name("index")
        cursor.execute(_marked(f"SELECT hash FROM openlog_leaf WHERE {index} >= %s AND {index} < %s ORDER BY {index}"),
                       [start, end])
    return b"".join(bytes(held) for (held,) in cursor.fetchall())


def _plain(value: datetime | UUID) -> Any:
    """As the database keeps it: SQLite as text."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.hex if connection.vendor == "sqlite" else value
