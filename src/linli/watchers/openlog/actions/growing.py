"""The log grows: plain statements, for nothing here is worth more than the rows themselves."""
import json
import os
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
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
_DAY, _SERIES, _PAYLOAD, _HASH = (_COLUMNS.index(name) for name in ("day", "series", "payload", "hash"))


@action
def append(entries: Sequence[EntryCard], *, by: Actor, at: datetime) -> int:
    """Make leaves of public facts, in the journal's order, and sign the tree that they lead to; how many were new.

    While the log is made again nothing is signed until it is as large as what was signed before, and then it must have
    the same root. Refuses: LogBroken (it has not, a key file is another's, or the files know more than the database).
    """
    with connection.cursor() as cursor:
        head = keys.locked_head(cursor)
        fresh = [entry for entry in entries if (entry.position or 0) > head.position]
        if not fresh:
            return 0
        hashing, numbers = access.profile().hashing, json.loads(head.numbers)
        tree = merkle.Frontier(head.size, head.peaks, hashing)
        dashes = connection.vendor != "sqlite"  # as each keeps refs
        rows = [_leaf(entry, head.size + place, numbers, hashing, dashes) for place, entry in enumerate(fresh)]
        if head.size < head.signed:
            _withhold_again(rows)
        signed, full = b"", list[tuple[merkle.Hash, ...]]()
        for row in rows:
            filled = tree.append(row[_HASH])
            if filled:
                full.append(filled)
            if tree.size == head.signed:
                signed = tree.root()
        statements = [_count(rows)]
        _write(cursor, "openlog_leaf", _COLUMNS, rows, statements)
        if full:
            _fill(cursor, head.size, [row[_HASH] for row in rows], full)
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


def _leaf(entry: EntryCard, index: int, numbers: dict[str, int], hashing: merkle.Hashing,
          dashes: bool) -> tuple[Any, ...]:
    fact, position, about, fields = entry.fact, entry.position or 0, str(entry.about), entry.payload
    series = fact.partition(".")[0]
    number = numbers[series] = numbers.get(series, 0) + 1
    made, payload, day = leaves.made(
        fact=fact, number=number, at=entry.at, about=about, fields=fields, salts=_salts(),
        committed=facts.committed(fact, fields), position=position, digest=hashing.digest)
    return (index, position, about if dashes else entry.about.hex, series, number, day, made, payload,
            hashing.leaf(made.encode()))


@cache
def _salts() -> leaves.Salts:
    return queries.salts()


def _withhold_again(rows: list[tuple[Any, ...]]) -> None:
    withheld = set(Withheld.objects.filter(leaf__range=(rows[0][0], rows[-1][0])).values_list("leaf", flat=True))
    for place, row in enumerate(rows):
        if row[0] in withheld:
            rows[place] = (*row[:_PAYLOAD], "", *row[_PAYLOAD + 1 :])


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
        cursor.executemany(insert, rows)


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
        cursor.execute(sql, values)


def _count(rows: list[tuple[Any, ...]]) -> Statement:
    """Add the leaves to the counts of their days."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        key = row[_DAY], row[_SERIES]
        counts[key] = counts.get(key, 0) + 1
    values = [value for (day, series), count in sorted(counts.items()) for value in (day, series, count)]
    marks = ", ".join(["(%s, %s, %s)"] * len(counts))
    return (f"INSERT INTO openlog_day (day, series, leaves) VALUES {marks} ON CONFLICT (day, series)"
            " DO UPDATE SET leaves = openlog_day.leaves + excluded.leaves"), values


def _fill(cursor: Any, size: int, added: list[bytes], full: list[tuple[merkle.Hash, ...]]) -> None:
    """Write down the rows of 256 hashes that have become full: `full` are the hashes over them, of each its level's
    first. Each adds one hash to the level above."""
    level, insert = 0, _insert("openlog_tile", ("level", "number", "hashes", "root"))[0]
    while full:
        first, begun = divmod(size, tiles.WIDTH)
        row = _begun(cursor, level, size - begun, size) + b"".join(added)
        wide = len(row) // (begun + len(added)) * tiles.WIDTH
        cursor.executemany(insert, [(level, first + place, row[place * wide : (place + 1) * wide], one[0])
                                    for place, one in enumerate(full)])
        level, size, added, full = level + 1, first, [one[0] for one in full], [one[1:] for one in full if one[1:]]


def _begun(cursor: Any, level: int, start: int, end: int) -> bytes:
    """The hashes of a row that is not full yet."""
    if start == end:
        return b""
    if level:
        cursor.execute("SELECT root FROM openlog_tile WHERE level = %s AND number >= %s AND number < %s"
                       " ORDER BY number", [level - 1, start, end])
    else:
        index = connection.ops.quote_name("index")
        cursor.execute(f"SELECT hash FROM openlog_leaf WHERE {index} >= %s AND {index} < %s ORDER BY {index}",
                       [start, end])
    return b"".join(bytes(held) for (held,) in cursor.fetchall())


def _plain(value: datetime | UUID) -> Any:
    """As the database keeps it: SQLite as text."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.hex if connection.vendor == "sqlite" else value
