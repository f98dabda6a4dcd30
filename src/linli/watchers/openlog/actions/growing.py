"""The log grows: plain statements, for nothing here is worth more than the rows themselves."""
import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
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
    the same root. Refuses: LogBroken (it has not, or a key file is another's).
    """
    with connection.cursor() as cursor:
        head = keys.locked_head(cursor)
        fresh = [entry for entry in entries if (entry.position or 0) > head.position]
        if not fresh:
            return 0
        hashing, numbers = access.profile().hashing, json.loads(head.numbers)
        tree = merkle.Frontier(head.size, head.peaks, hashing)
        rows = [_leaf(entry, head.size + place, numbers, hashing) for place, entry in enumerate(fresh)]
        if head.size < head.signed:
            _withhold_again(rows)
        signed = b""
        for row in rows:
            tree.append(row[_HASH])
            if tree.size == head.signed:
                signed = tree.root()
        _write(cursor, "openlog_leaf", _COLUMNS, rows)
        _count(cursor, rows)
        _fill(cursor, head.size, [row[_HASH] for row in rows], hashing)
        if signed and Checkpoint.objects.filter(size=head.signed).exclude(root=signed).exists():
            raise keys.LogBroken(f"made again, the first {head.signed} leaves have another root than was signed then")
        if tree.size > head.signed:
            checkpoint = notes.Checkpoint(settings.LOG_ORIGIN, tree.size, tree.root())
            note = notes.signed(checkpoint.text(), keys.signers(head, by=by, at=at)).whole()
            _write(cursor, "openlog_checkpoint", _SIGNED,
                   [(checkpoint.size, checkpoint.root, tree.peaks, note, "", at, by.ref)])
        cursor.execute("UPDATE openlog_head SET size = %s, signed = %s, position = %s, peaks = %s, numbers = %s",
                       [tree.size, max(tree.size, head.signed), fresh[-1].position, tree.peaks, json.dumps(numbers)])
    return len(rows)


@action
def forget() -> None:
    """Empty the log, to be made again from the journal. What was signed, withheld or cosigned stays."""
    for model in (Leaf, Tile, Day):
        model._default_manager.all().delete()
    Head.objects.update(size=0, peaks=b"", position=0, numbers="{}")


def _leaf(entry: EntryCard, index: int, numbers: dict[str, int], hashing: merkle.Hashing) -> tuple[Any, ...]:
    series, position = entry.fact.partition(".")[0], entry.position or 0
    number = numbers[series] = numbers.get(series, 0) + 1
    made, payload = leaves.made(
        fact=entry.fact, number=number, at=entry.at, about=str(entry.about), fields=entry.payload, salts=_salts(),
        committed=facts.committed(entry.fact, entry.payload), position=position, digest=hashing.digest)
    return (index, position, entry.about, series, number, leaves.day_of(entry.at), made, payload,
            hashing.leaf(made.encode()))


@cache
def _salts() -> leaves.Salts:
    return queries.salts()


def _withhold_again(rows: list[tuple[Any, ...]]) -> None:
    withheld = set(Withheld.objects.filter(leaf__range=(rows[0][0], rows[-1][0])).values_list("leaf", flat=True))
    for place, row in enumerate(rows):
        if row[0] in withheld:
            rows[place] = (*row[:_PAYLOAD], "", *row[_PAYLOAD + 1 :])


def _write(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows as the driver takes them: SQLite keeps refs, days and moments as text."""
    if connection.vendor == "sqlite":
        rows = [[value if (kind := type(value)) is str or kind is int or kind is bytes else _plain(value)
                 for value in row] for row in rows]
    insert = _insert(table, tuple(columns))
    if len(rows) == 1:
        cursor.execute(insert, rows[0])
    else:
        cursor.executemany(insert, rows)


@cache
def _insert(table: str, columns: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    return (f"INSERT INTO {quote(table)} ({', '.join(map(quote, columns))})"
            f" VALUES ({', '.join(['%s'] * len(columns))})")


def _count(cursor: Any, rows: list[tuple[Any, ...]]) -> None:
    counts: dict[tuple[Any, str], int] = {}
    for row in rows:
        key = row[_DAY], row[_SERIES]
        counts[key] = counts.get(key, 0) + 1
    for (day, series), count in sorted(counts.items()):
        cursor.execute("INSERT INTO openlog_day (day, series, leaves) VALUES (%s, %s, %s) ON CONFLICT (day, series)"
                       " DO UPDATE SET leaves = openlog_day.leaves + excluded.leaves", [day.isoformat(), series, count])


def _fill(cursor: Any, size: int, added: list[bytes], hashing: merkle.Hashing) -> None:
    """Write down the rows of 256 hashes that have become full; each adds one hash to the level above."""
    level = 0
    while added and (size + len(added)) // tiles.WIDTH > size // tiles.WIDTH:
        first, begun = divmod(size, tiles.WIDTH)
        row = (access.hashes(tiles.Tile(level, first, begun))[0] if begun else b"") + b"".join(added)
        wide, full, above = tiles.WIDTH * hashing.length, [], []
        for place in range(len(row) // wide):
            part = row[place * wide : (place + 1) * wide]
            over = tiles.folded([part[n : n + hashing.length] for n in range(0, wide, hashing.length)], hashing)
            full.append((level, first + place, part, over))
            above.append(over)
        _write(cursor, "openlog_tile", ("level", "number", "hashes", "root"), full)
        level, size, added = level + 1, first, above


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value
