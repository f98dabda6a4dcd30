from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from linli.engines.search import rules
from linli.engines.search.models import Indexed, text_index
from linli.engines.search.registry import Document
from linli.engines.search.rules import Part
from linli.kernel.actor import prefix
from linli.kernel.geometry import Point, cell_point, metres

__all__ = ["Document"]

CANDIDATES = 1000
BEST_TITLES = 200


@dataclass(frozen=True)
class Hit:
    """Something found. `title_parts` and `snippet_parts` set apart what was searched for."""

    kind: str
    ref: UUID
    title: str
    snippet: str
    url: str
    score: float
    title_parts: tuple[Part, ...]
    snippet_parts: tuple[Part, ...]


@dataclass(frozen=True)
class Results:
    """The best hits, and how many things of each kind there are among the candidates, the other kinds included."""

    hits: list[Hit]
    counts: dict[str, int]


def search(
    q: str, *, kinds: Collection[str] | None = None, region: str | None = None, near: Point | None = None,
    limit: int = 20, lang: str = "",
) -> list[Hit]:
    """The best hits for a query. Every term must occur: CJK anywhere in the text, words from their beginning.

    `region` keeps its subtree, and what belongs to no region; `near` lifts what is close; `lang` prefers the document
    in that language. At most 1,000 candidates are ranked, those with the words in the title first. Never fails on what
    somebody typed; a query without a letter or digit finds nothing.
    """
    return results(q, kinds=kinds, region=region, near=near, limit=limit, lang=lang).hits


def counts(q: str, *, region: str | None = None) -> dict[str, int]:
    """How many things of each kind are found, among the first 1,000."""
    return results(q, region=region, limit=0).counts


def results(
    q: str, *, kinds: Collection[str] | None = None, region: str | None = None, near: Point | None = None,
    limit: int = 20, lang: str = "",
) -> Results:
    """`search` and `counts` in one."""
    phrases = rules.terms(q)
    if not phrases:
        return Results([], {})
    wanted, query = rules.words(q), rules.key(q)
    rows = _candidates(phrases, query, _scope(None, region))
    counted = dict(Counter(kind for kind, _ in {(row.kind, row.ref) for row in rows}))
    if kinds is not None:
        full = len(rows) >= CANDIDATES
        rows = _candidates(phrases, query, _scope(kinds, region)) if full else [r for r in rows if r.kind in kinds]
    ranked = sorted(((_score(row, query, wanted, near), row) for row in rows),
                    key=lambda found: (-found[0], found[1].lang != lang, found[1].title, found[1].pk))
    best: dict[tuple[str, UUID], tuple[float, Indexed]] = {}
    for score, row in ranked:
        if len(best) == limit:
            break
        best.setdefault((row.kind, row.ref), (score, row))
    shown = Indexed.objects.in_bulk([row.pk for _, row in best.values()])
    return Results([_hit(shown[row.pk], score, wanted) for score, row in best.values()], counted)


def _scope(kinds: Collection[str] | None, region: str | None) -> QuerySet[Indexed]:
    rows = Indexed.objects.all()
    rows = rows if kinds is None else rows.filter(kind__in=kinds)
    return rows if region is None else rows.filter(Q(region_code="") | Q(region_code__startswith=prefix(region)))


def _candidates(phrases: list[list[str]], query: str, rows: QuerySet[Indexed]) -> list[Indexed]:
    """What to rank, without bodies: titles that begin with the query, then titles with its terms, then the rest."""
    rows = rows.only("kind", "ref", "lang", "title", "title_key", "weight", "cell")
    found = {row.pk: row for row in rows.filter(_begins(query)).order_by("title_key")[:BEST_TITLES]}
    index = text_index()
    for title in (True, False):
        if len(found) < CANDIDATES:
            for row in index.match(phrases, title=title, rows=rows, most=CANDIDATES):
                found.setdefault(row.pk, row)
    return list(found.values())[:CANDIDATES]


def _begins(query: str) -> Q:
    if connection.vendor == "sqlite":  # LIKE with an escape takes no index there
        return Q(title_key__gte=query, title_key__lt=query + "\U0010ffff")
    return Q(title_key__startswith=query)


def _score(row: Indexed, query: str, wanted: list[str], near: Point | None) -> float:
    far = metres(near, cell_point(row.cell)) if near is not None and row.cell is not None else None
    return rules.score(title=row.title_key, query=query, wanted=wanted, weight=row.weight, metres=far)


def _hit(row: Indexed, score: float, wanted: list[str]) -> Hit:
    snippet = rules.snippet(row.body, wanted)
    return Hit(row.kind, row.ref, row.title, snippet, row.url, score,
               rules.marked(row.title, wanted), rules.marked(snippet, wanted))
