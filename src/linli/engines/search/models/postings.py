"""Which documents have which token: for each token and shelf one row with the places that have it.

The same table on both databases; only how it is laid down differs. It is no model, as it is made again from the
documents: it is made after migrating, and again where it is missing.
"""
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from linli.engines.search.rules import sets
from linli.engines.search.rules.tokens import SHELF, Tokens

TABLE = "search_postings"
INLINE = 256
"""Sets up to this size are read with the directory, the others when they are needed."""
_BATCH = 5000
_PLACE = (1 << SHELF) - 1


class Entry(NamedTuple):
    """How many places of a shelf have a token, and which, as they are kept, where they are few."""

    size: int
    places: bytes | None


def create() -> None:
    """Make the table where it is missing."""
    lite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {TABLE} (token bigint NOT NULL, shelf integer NOT NULL,"
            f" count integer NOT NULL, places {'blob' if lite else 'bytea'} NOT NULL, PRIMARY KEY (token, shelf))"
            + " WITHOUT ROWID" * lite)
        if not lite:  # bits do not shrink, and trying takes time
            cursor.execute(f"ALTER TABLE {TABLE} ALTER COLUMN places SET STORAGE EXTERNAL")


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}" if connection.vendor == "sqlite" else f"TRUNCATE {TABLE}")


def directory(tokens: Collection[int]) -> dict[int, dict[int, Entry]]:
    """By token and shelf what there is of it; one statement."""
    found: dict[int, dict[int, Entry]] = {token: {} for token in tokens}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT token, shelf, count, CASE WHEN count <= {INLINE} THEN places END FROM {TABLE}"
                       f" WHERE token IN ({_listed(tokens)})")
        for token, shelf, count, places in cursor.fetchall():
            found[token][shelf] = Entry(count, places)
    return found


def places(wanted: Mapping[frozenset[int], Collection[int]]) -> Iterable[tuple[int, int, sets.Places]]:
    """The larger sets of these tokens on the shelves beside them; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(
            f"SELECT token, shelf, places FROM {TABLE} WHERE token IN ({_listed(tokens)})"
            f" AND shelf IN ({_listed(shelves)})" for tokens, shelves in wanted.items()))
        return [(token, shelf, sets.read(bytes(docs))) for token, shelf, docs in cursor.fetchall()]


def change(shelf: int, *, add: Tokens, drop: Tokens, fresh: bool) -> None:
    """Add and drop tokens with places (`tokens.index`); `fresh` where nothing stands on the shelf yet."""
    wanted = np.union1d(add >> SHELF, drop >> SHELF)
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        before = {} if fresh else _kept(shelf, batch)
        added, dropped = _sliced(add, batch), _sliced(drop, batch)
        rows, empty = list[tuple[int, int, int, bytes]](), list[tuple[int, int]]()
        for token, more, less in zip(batch.tolist(), added, dropped, strict=True):
            there = more
            if token in before or len(less):
                there = sets.without(sets.either([sets.read(before.get(token, b"")), more]), less)
            if len(there):
                rows.append((token, shelf, len(there), sets.written(there)))
            elif token in before:
                empty.append((token, shelf))
        _write(rows, empty, [*before])


def _sliced(found: Tokens, tokens: Tokens) -> list[sets.Places]:
    """The places of each of these tokens."""
    low = np.searchsorted(found, tokens << SHELF)
    high = np.searchsorted(found, tokens + 1 << SHELF)
    places = (found & _PLACE).astype(np.uint16)
    return [places[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)]


def _kept(shelf: int, tokens: Tokens) -> dict[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT token, places FROM {TABLE} WHERE shelf = {int(shelf)}"
                       f" AND token IN ({_listed(tokens.tolist())})")
        return {token: bytes(places) for token, places in cursor.fetchall()}


def _write(rows: Sequence[tuple[int, int, int, bytes]], empty: Sequence[tuple[int, int]], before: list[int]) -> None:
    columns = "(token, shelf, count, places)"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"INSERT OR REPLACE INTO {TABLE} {columns} VALUES (%s, %s, %s, %s)", rows)
            cursor.executemany(f"DELETE FROM {TABLE} WHERE token = %s AND shelf = %s", empty)
            return
        if before:
            shelf = (rows or empty)[0][1]
            cursor.execute(f"DELETE FROM {TABLE} WHERE shelf = {int(shelf)} AND token IN ({_listed(before)})")
        with cursor.copy(f"COPY {TABLE} {columns} FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "int4", "int4", "bytea"])
            for row in rows:
                copy.write_row(row)


def _listed(numbers: Iterable[Any]) -> str:
    """Numbers of ours, written out: there may be more than a statement takes values."""
    return ",".join(str(int(number)) for number in numbers) or "NULL"


def prepare(using: str = "default", **_: Any) -> None:
    """After migrating: the table is there, whether or not migrations ran."""
    if using == "default":
        create()
