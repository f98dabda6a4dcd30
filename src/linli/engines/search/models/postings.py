"""Which documents have which token: for each token and shelf one row with the places that have it.

The same table on both databases; only how it is laid down differs. It is no model, as it is made again from the
documents: it is made after migrating, and again where it is missing.
"""
from collections.abc import Collection, Iterable, Sequence
from secrets import randbits
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from linli.engines.search.rules import sets
from linli.engines.search.rules.tokens import SHELF, Tokens

TABLE = "search_postings"
INLINE = 256
"""Sets up to this size are read with the directory, the others when they are needed."""
AT_HAND = 4096
"""Sets that a process keeps of those it has read: at most 32 MB, for the words that are asked for again and again."""
_BATCH = 5000
_LARGE = 1000  # pages of a table that is worth laying in order: smaller ones are in memory whole
_IN_ORDER = 0.9
_PLACE = (1 << SHELF) - 1
_at_hand: dict[tuple[int, int, int], sets.Places] = {}
"""By token, shelf and the change of the shelf: what was read of a shelf before it changed is never asked for again."""


class Level(NamedTuple):
    """A shelf as it is looked at: what stands on it, its number, and since which change it is as it is."""

    kind: str
    lang: str
    level: int
    number: int
    changed: int


class Directory(NamedTuple):
    """The shelves in the order in which they are looked at, and of each token what is on them.

    `row` says where a token stands in the others. `sizes` are over all shelves, `counts` by shelf; where these are
    `few` (`INLINE`), `keys` has the places of token after token in order, with their
    shelf above (`sets.Wide`), from `starts[row]` on.
    """

    shelves: list[Level]
    row: dict[int, int]
    sizes: list[int]
    counts: sets.Places
    few: sets.Places
    keys: sets.Places
    starts: list[int]


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


def directory(tokens: Collection[int]) -> Directory:
    """What there is of these tokens; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NULL, number, level, changed, kind, lang, NULL FROM search_shelf UNION ALL SELECT token, shelf,"
            f" count, NULL, NULL, NULL, CASE WHEN count <= {INLINE} THEN places END FROM {TABLE}"
            f" WHERE token IN ({_listed(tokens)})")
        found = cursor.fetchall()
    shelves = sorted((Level(kind, lang, level, number, changed)
                      for token, number, level, changed, kind, lang, _ in found if token is None),
                     key=lambda one: (one.kind, one.lang, -one.level, one.number))
    place, width = {one.number: n for n, one in enumerate(shelves)}, len(shelves)
    row = {token: n for n, token in enumerate(tokens)}
    there = sorted([(row[token] * width + place[shelf], count, places) for token, shelf, count, *_, places in found
                    if token is not None and shelf in place])
    counts = np.zeros((len(row), width), np.int64)
    keys, starts = sets.NOWHERE, [0] * (len(row) + 1)
    if there:
        at, sizes, kept = zip(*there, strict=True)
        counts.put(at, sizes)
        inline = np.where(counts <= INLINE, counts, 0)
        heads = np.tile(np.arange(width, dtype=np.uint32) << SHELF, len(row))
        keys = np.frombuffer(b"".join([places for places in kept if places]), "<u2") | heads.repeat(inline.ravel())
        starts = [0, *inline.sum(1).cumsum().tolist()]
    return Directory(shelves, row, counts.sum(1).tolist(), counts, counts <= INLINE, keys, starts)


def places(wanted: Iterable[tuple[int, Level]]) -> dict[tuple[int, int], sets.Places]:
    """The larger sets of these tokens and shelves (by number), as far as there are any. What was read lately and has
    not changed since is at hand; the rest is one statement."""
    asked = {(token, shelf.number): (token, shelf.number, shelf.changed) for token, shelf in wanted}
    found = {pair: one for pair, key in asked.items() if (one := _at_hand.get(key)) is not None}
    if missing := asked.keys() - found.keys():
        if len(_at_hand) + len(missing) > AT_HAND:
            _at_hand.clear()
        for token, number, one in _read(sorted(missing)):
            found[token, number] = _at_hand[asked[token, number]] = one
    return found


def _read(wanted: Collection[tuple[int, int]]) -> Iterable[tuple[int, int, sets.Places]]:
    pairs = ",".join(f"({int(token)},{int(shelf)})" for token, shelf in wanted)
    statement = (f"WITH wanted(one, place) AS (VALUES {pairs}) SELECT token, shelf, places FROM wanted"
                 f" CROSS JOIN {TABLE} WHERE token = one AND shelf = place")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(statement)
            found = cursor.fetchall()
        else:  # in an answer of text bits are written out in digits, which takes twice as long
            with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT BINARY)") as copy:
                copy.set_types(["int8", "int4", "bytea"])
                found = [*copy.rows()]
        return [(token, shelf, sets.read(docs)) for token, shelf, docs in found]


def change(shelf: int, *, add: Tokens, drop: Tokens, fresh: bool) -> None:
    """Add and drop tokens with places (`tokens.index`); `fresh` where nothing stands on the shelf yet."""
    wanted = np.union1d(add >> SHELF, drop >> SHELF)
    if len(wanted):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE search_shelf SET changed = %s WHERE number = %s", [randbits(62), shelf])
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


def lie_apart() -> bool:
    """Whether the rows of a token are so scattered over the disk that reading them takes long. The rows of SQLite stand
    in order by themselves."""
    if connection.vendor == "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpages, correlation FROM pg_class JOIN pg_stats ON tablename = relname"
                       " WHERE relname = %s AND attname = 'token' AND schemaname = current_schema()", [TABLE])
        pages, order = cursor.fetchone() or (0, None)
        return pages >= _LARGE and order is not None and abs(order) < _IN_ORDER


def lay_together() -> None:
    """Write the rows anew in the order of their tokens. Whoever searches goes on in the old table until the new one
    takes its name; whoever changes the index waits."""
    with connection.cursor() as cursor:
        for statement in (
            f"LOCK TABLE {TABLE} IN EXCLUSIVE MODE",
            f"CREATE TABLE {TABLE}_anew (LIKE {TABLE} INCLUDING STORAGE)",
            f"INSERT INTO {TABLE}_anew SELECT * FROM {TABLE} ORDER BY token, shelf",
            f"ALTER TABLE {TABLE}_anew ADD PRIMARY KEY (token, shelf)",
            "SET LOCAL lock_timeout = '2s'",  # a backup that reads the old one for an hour must not make others wait
            f"DROP TABLE {TABLE}",
            f"ALTER TABLE {TABLE}_anew RENAME TO {TABLE}",
            f"ALTER INDEX {TABLE}_anew_pkey RENAME TO {TABLE}_pkey",
            f"ANALYZE {TABLE}",
        ):
            cursor.execute(statement)
