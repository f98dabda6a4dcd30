import heapq
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from linli.engines.search import rules
from linli.engines.search.models import Indexed, Row, Term, fetched, text_index
from linli.engines.search.registry import Document
from linli.engines.search.rules import Part, Tier, sounds
from linli.kernel.actor import prefix
from linli.kernel.geometry import Point, cell_point, metres

__all__ = ["Document"]

CANDIDATES = 1000
BEST_TITLES = 200
_COLUMNS = ("pk", "kind", "ref", "lang", "title_key", "weight", "cell", "sounds")
_KEY, _KIND, _, _LANG, _TITLE, _WEIGHT, _CELL, _SOUNDS = range(len(_COLUMNS))


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
    """The best hits for a query. Every term must occur: CJK anywhere in the text, words from their beginning; pinyin
    and initials anywhere in the title.

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
    said = _said(q)
    rows = _candidates(phrases, said, _scope(None, region))
    counted = dict(Counter(kind for kind, _ in {row[_KIND:_LANG] for row in rows}))
    if kinds is not None:
        full = len(rows) >= CANDIDATES
        rows = _candidates(phrases, said, _scope(kinds, region)) if full else [r for r in rows if r[_KIND] in kinds]
    ranked = [(-_score(row, said, near), row[_LANG] != lang, row[_TITLE], row[_KEY], row) for row in rows]
    best: dict[tuple[str, Any], tuple[float, int]] = {}
    for most in (3 * limit, len(ranked)):  # a thing has a document or two: seldom are more needed
        best.clear()
        for score, _, _, _, row in heapq.nsmallest(most, ranked):
            if len(best) == limit:
                break
            best.setdefault(row[_KIND:_LANG], (-score, row[_KEY]))
        if len(best) == limit:
            break
    shown = Indexed.objects.in_bulk([key for _, key in best.values()])
    return Results([_hit(shown[key], score, said) for score, key in best.values()], counted)


@dataclass(frozen=True)
class _Said:
    """A query as it is compared: whole, its terms, those that may be pinyin, and all of it where all of them are."""

    query: str
    wanted: list[str]
    heard: dict[str, sounds.Asked]
    whole: sounds.Asked | None


def _said(q: str) -> _Said:
    query = rules.key(q)
    terms = query.split()
    heard = {term: asked for term in terms if (asked := sounds.asked(term))}
    whole = sounds.asked("".join(heard[term].letters for term in terms)) if len(heard) == len(terms) else None
    return _Said(query, rules.words(q), heard, whole)


def _scope(kinds: Collection[str] | None, region: str | None) -> QuerySet[Indexed, Row]:
    rows = Indexed.objects.values_list(*_COLUMNS)
    rows = rows if kinds is None else rows.filter(kind__in=kinds)
    return rows if region is None else rows.filter(Q(region_code="") | Q(region_code__startswith=prefix(region)))


def _candidates(phrases: list[list[str]], said: _Said, rows: QuerySet[Indexed, Row]) -> list[Row]:
    """What to rank, without bodies: titles that begin with the query, then those with its terms, written or heard, then
    the rest."""
    begins = rows.filter(_begins("title_key", said.query)).order_by("title_key")[:BEST_TITLES]
    found = {row[_KEY]: row for row in fetched(begins)}
    if said.whole:
        for name in ("letters_key", "initials_key"):
            begins = rows.filter(_begins(name, said.whole.letters)).order_by(name)[:BEST_TITLES]
            found |= {row[_KEY]: row for row in fetched(begins)}
    index, written = text_index(), [Term(phrase) for phrase in phrases]
    ways = [(written, True), (_terms(phrases, said), True), (written, False)] if said.heard else [
        (written, True), (written, False)]
    for terms, title in ways:
        if len(found) < CANDIDATES:
            for row in index.match(terms, title=title, rows=rows, most=CANDIDATES):
                if row[_KEY] not in found and (terms is written or _tier(row, said) or _written(row, said)):
                    found[row[_KEY]] = row
    return list(found.values())[:CANDIDATES]


def _terms(phrases: list[list[str]], said: _Said) -> list[Term]:
    """The terms, those in letters written or heard. What is written with marks (xi'an) may be several phrases."""
    heard = {tuple(phrase): asked.tokens for term, asked in said.heard.items() for phrase in rules.terms(term)}
    return [Term(phrase, heard.get(tuple(phrase), ())) for phrase in phrases]


def _written(row: Row, said: _Said) -> bool:
    return all(term in row[_TITLE] for term in said.heard)


def _begins(name: str, text: str) -> Q:
    if connection.vendor == "sqlite":  # LIKE with an escape takes no index there
        return Q(**{f"{name}__gte": text, f"{name}__lt": text + "\U0010ffff"})
    return Q(**{f"{name}__startswith": text})


def _score(row: Row, said: _Said, near: Point | None) -> float:
    far = metres(near, cell_point(row[_CELL])) if near is not None and row[_CELL] is not None else None
    heard = _tier(row, said) if said.heard and row[_SOUNDS] else Tier.NONE
    return rules.score(title=row[_TITLE], query=said.query, wanted=said.wanted, weight=row[_WEIGHT], metres=far,
                       heard=heard)


def _tier(row: Row, said: _Said) -> Tier:
    """How much of the query the title is said like; the tokens alone do not keep it in a row."""
    if said.whole and (hit := said.whole.said.search(row[_SOUNDS])):
        if hit.start():
            return Tier.HEARD
        return Tier.HEARD_WHOLE if said.whole.said.fullmatch(row[_SOUNDS]) else Tier.HEARD_BEGINS
    alone = said.whole is not None and len(said.heard) == 1  # then it has just been looked for
    heard = not alone and all(asked.said.search(row[_SOUNDS]) or term in row[_TITLE]
                              for term, asked in said.heard.items())
    return Tier.HEARD if heard and all(term in said.heard or term in row[_TITLE] for term in said.wanted) else Tier.NONE


def _hit(row: Indexed, score: float, said: _Said) -> Hit:
    snippet, wanted = rules.snippet(row.body, said.wanted), said.wanted
    patterns = [said.whole, *said.heard.values()] if said.whole else [*said.heard.values()]
    spans = (sounds.span(row.title, row.sounds, asked.said) for asked in patterns)
    heard = None if any(word in row.title_key for word in wanted) else next(filter(None, spans), None)
    return Hit(row.kind, row.ref, row.title, snippet, row.url, score,
               rules.marked(row.title, wanted, heard=heard), rules.marked(snippet, wanted))
