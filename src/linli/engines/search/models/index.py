"""The words of the documents, in what each database does best: FTS5 in SQLite, `tsvector` with GIN in PostgreSQL.

Both are given ready tokens (bigrams of CJK, whole words, and how a title is said) and asked for phrases of tokens, so
both find the same. The
table is no model, as each database has its own: it is made after migrating, and again where it is missing.
"""
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

TABLE = "search_words"
Words = tuple[int, list[str], list[str], list[str]]
"""Of a document: its key, the tokens of its title, of its body, and of how its title is said."""
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Term:
    """What must occur: these tokens in a row, the last one as a beginning; or, in the title, all the beginnings of one
    of the ways of saying it."""

    phrase: Sequence[str]
    heard: Sequence[Sequence[str]] = ()


class TextIndex(ABC):
    """Tokens hold letters, digits and marks only (`kernel.cjk`), so they can stand in a query as they are."""

    @abstractmethod
    def create(self) -> None:
        """Make the table where it is missing."""

    @abstractmethod
    def put(self, rows: Iterable[Words]) -> None:
        """Index documents, in place of what was there."""

    @abstractmethod
    def match(self, terms: Sequence[Term], *, title: bool, rows: QuerySet[Any, Row], most: int) -> list[Row]:
        """At most `most` of these rows, all of whose terms occur (in the title, or anywhere)."""

    def remove(self, keys: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE {self.key} = %s", [(key,) for key in keys])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE}")

    key = "document"


class Fts5(TextIndex):
    key = "rowid"

    def create(self) -> None:
        with connection.cursor() as cursor:  # the ascii tokeniser takes every other character as part of a word
            cursor.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING"
                           " fts5(title, body, sounds, tokenize='ascii', prefix='3 4')")

    def put(self, rows: Iterable[Words]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT OR REPLACE INTO {TABLE} (rowid, title, body, sounds) VALUES (%s, %s, %s, %s)",
                [(key, *map(" ".join, words)) for key, *words in rows])

    def match(self, terms: Sequence[Term], *, title: bool, rows: QuerySet[Any, Row], most: int) -> list[Row]:
        where = "title" if title else "{title body}"
        asked = " AND ".join(
            "(" + " OR ".join([f'{where} : "{" ".join(term.phrase)}" *'] * bool(term.phrase) + [
                "(" + " AND ".join(f'sounds : "{token}" *' for token in way) + ")" for way in term.heard]) + ")"
            for term in terms)
        return _select(f"{TABLE} MATCH %s", asked, f"{TABLE}.rowid", rows, most)


class Tsvector(TextIndex):
    def create(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (document bigint PRIMARY KEY, words tsvector NOT NULL)")
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {TABLE}_gin ON {TABLE} USING gin (words)")

    def put(self, rows: Iterable[Words]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (document, words) VALUES (%s, %s::tsvector)"
                " ON CONFLICT (document) DO UPDATE SET words = EXCLUDED.words",
                [(key, self._words(title, body, sounds)) for key, title, body, sounds in rows])

    def match(self, terms: Sequence[Term], *, title: bool, rows: QuerySet[Any, Row], most: int) -> list[Row]:
        weight = "A" if title else ""
        asked = " & ".join("(" + " | ".join(self._ways(term, weight)) + ")" for term in terms)
        return _select(f"{TABLE}.words @@ %s::tsquery", asked, f"{TABLE}.document", rows, most)

    @staticmethod
    def _ways(term: Term, weight: str) -> list[str]:
        written = " <-> ".join(f"'{token}':{'*' if n == len(term.phrase) else ''}{weight}".rstrip(":")
                               for n, token in enumerate(term.phrase, start=1))
        heard = ["(" + " & ".join(f"'_{token}':*" for token in way) + ")" for way in term.heard]
        return [f"({written})", *heard] if written else heard

    @staticmethod
    def _words(title: list[str], body: list[str], sounds: list[str]) -> str:
        """Written out as a literal: PostgreSQL's own parser would cut words its own way."""
        body_from = len(title) + 10  # a phrase never runs on from the title into the body
        places = [(token, f":{n}A") for n, token in enumerate(title, start=1)]
        places += [(token, f":{n}") for n, token in enumerate(body, start=body_from)]
        places += [(f"_{token}", "") for token in sounds]  # no word begins so
        return " ".join(f"'{token}'{place}" for token, place in places)


def _select(condition: str, asked: str, joined: str, rows: QuerySet[Any, Row], most: int) -> list[Row]:
    found = rows.extra(tables=[TABLE], where=[condition, f"search_indexed.id = {joined}"], params=[asked])
    return fetched(found.order_by()[:most])


def fetched(rows: QuerySet[Any, Row]) -> list[Row]:
    """These values as the driver gives them: a thousand at a time, most of which nobody is shown."""
    statement, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def text_index() -> TextIndex:
    """The index of the database in use."""
    return Fts5() if connection.vendor == "sqlite" else Tsvector()


def prepare(using: str = "default", **_: Any) -> None:
    """After migrating: the index is there, whether or not migrations ran."""
    if using == "default":
        text_index().create()
