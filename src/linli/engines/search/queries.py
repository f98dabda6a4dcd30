from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from linli.engines.search import rules
from linli.engines.search.models import Indexed, Term, text_index
from linli.engines.search.registry import Document
from linli.engines.search.rules import Part, Tier, sounds
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
    counted = dict(Counter(kind for kind, _ in {(row.kind, row.ref) for row in rows}))
    if kinds is not None:
        full = len(rows) >= CANDIDATES
        rows = _candidates(phrases, said, _scope(kinds, region)) if full else [r for r in rows if r.kind in kinds]
    ranked = sorted(((_score(row, said, near), row) for row in rows),
                    key=lambda found: (-found[0], found[1].lang != lang, found[1].title, found[1].pk))
    best: dict[tuple[str, UUID], tuple[float, Indexed]] = {}
    for score, row in ranked:
        if len(best) == limit:
            break
        best.setdefault((row.kind, row.ref), (score, row))
    shown = Indexed.objects.in_bulk([row.pk for _, row in best.values()])
    return Results([_hit(shown[row.pk], score, said) for score, row in best.values()], counted)


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


def _scope(kinds: Collection[str] | None, region: str | None) -> QuerySet[Indexed]:
    rows = Indexed.objects.all()
    rows = rows if kinds is None else rows.filter(kind__in=kinds)
    return rows if region is None else rows.filter(Q(region_code="") | Q(region_code__startswith=prefix(region)))


def _candidates(phrases: list[list[str]], said: _Said, rows: QuerySet[Indexed]) -> list[Indexed]:
    """What to rank, without bodies: titles that begin with the query, then those with its terms, written or heard, then
    the rest."""
    rows = rows.only("kind", "ref", "lang", "title", "title_key", "sounds", "weight", "cell")
    found = {row.pk: row for row in rows.filter(_begins("title_key", said.query)).order_by("title_key")[:BEST_TITLES]}
    if said.whole:
        for name in ("letters_key", "initials_key"):
            begins = rows.filter(_begins(name, said.whole.letters)).order_by(name)[:BEST_TITLES]
            found |= {row.pk: row for row in begins if row.pk not in found}
    index, written = text_index(), [Term(phrase) for phrase in phrases]
    ways = [(written, True), (_terms(phrases, said), True), (written, False)] if said.heard else [
        (written, True), (written, False)]
    for terms, title in ways:
        if len(found) < CANDIDATES:
            for row in index.match(terms, title=title, rows=rows, most=CANDIDATES):
                if row.pk not in found and (terms is written or _heard(row, said)):
                    found[row.pk] = row
    return list(found.values())[:CANDIDATES]


def _terms(phrases: list[list[str]], said: _Said) -> list[Term]:
    """The terms, those in letters written or heard. What is written with marks (xi'an) may be several phrases."""
    heard = {tuple(phrase): asked.tokens for term, asked in said.heard.items() for phrase in rules.terms(term)}
    return [Term(phrase, heard.get(tuple(phrase), ())) for phrase in phrases]


def _heard(row: Indexed, said: _Said) -> bool:
    """Whether the title has, or is said like, each term in letters; the tokens alone do not keep them in a row."""
    return all(asked.said.search(row.sounds) or term in row.title_key for term, asked in said.heard.items())


def _begins(name: str, text: str) -> Q:
    if connection.vendor == "sqlite":  # LIKE with an escape takes no index there
        return Q(**{f"{name}__gte": text, f"{name}__lt": text + "\U0010ffff"})
    return Q(**{f"{name}__startswith": text})


def _score(row: Indexed, said: _Said, near: Point | None) -> float:
    far = metres(near, cell_point(row.cell)) if near is not None and row.cell is not None else None
    return rules.score(title=row.title_key, query=said.query, wanted=said.wanted, weight=row.weight, metres=far,
                       heard=_tier(row, said))


def _tier(row: Indexed, said: _Said) -> Tier:
    if not said.heard or not row.sounds:
        return Tier.NONE
    if said.whole and said.whole.said.match(row.sounds):
        return Tier.HEARD_WHOLE if said.whole.said.fullmatch(row.sounds) else Tier.HEARD_BEGINS
    written = (term in said.heard or term in row.title_key for term in said.wanted)
    return Tier.HEARD if _heard(row, said) and all(written) else Tier.NONE


def _hit(row: Indexed, score: float, said: _Said) -> Hit:
    snippet, wanted = rules.snippet(row.body, said.wanted), said.wanted
    patterns = [said.whole, *said.heard.values()] if said.whole else [*said.heard.values()]
    spans = (sounds.span(row.title, row.sounds, asked.said) for asked in patterns)
    heard = None if any(word in row.title_key for word in wanted) else next(filter(None, spans), None)
    return Hit(row.kind, row.ref, row.title, snippet, row.url, score,
               rules.marked(row.title, wanted, heard=heard), rules.marked(snippet, wanted))
