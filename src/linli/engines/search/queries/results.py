import heapq
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from linli.engines.search import rules
from linli.engines.search.queries.looking import Group, Looking
from linli.engines.search.rules import Part, asking, sounds
from linli.engines.search.rules.asking import Asked
from linli.kernel.actor import prefix
from linli.kernel.geometry import Point, cell_point, metres

MOST_COUNTED = 1000
"""Of a kind; more are not told apart."""
_SPARE = 4
_MORE = 3
_AROUND = 2  # of what is near more is read, as the sets say only about how near
_LEAST = 0.01


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
    """The best hits, and how many things of each kind there are, at most 1,000 of a kind.

    `exact` where every one of them was read. Else the counts are of documents that hold all the pairs of characters,
    less the share of those that did not fit, where any was read.
    """

    hits: list[Hit]
    counts: dict[str, int]
    exact: bool = True


class _Row(NamedTuple):
    key: int
    kind: str
    ref: UUID | str
    lang: str
    title: str
    plain: str
    sounds: str
    body: str
    region: str
    cell: int | None
    weight: float
    url: str


class _Fit(NamedTuple):
    score: float
    row: _Row
    heard: tuple[int, int] | None


def search(
    q: str, *, kinds: Collection[str] | None = None, region: str | None = None, near: Point | None = None,
    limit: int = 20, lang: str = "",
) -> list[Hit]:
    """The best hits for a query. Every term must occur: CJK anywhere in the text, words from their beginning; pinyin
    and initials anywhere in the title.

    The name itself comes first, then names that begin so, names that hold it, texts; among equals what is near, then
    what has weight. `region` keeps its subtree, and what belongs to no region; `near` lifts what is close; `lang`
    prefers the document in that language. Never fails on what somebody typed; a query without a letter or digit finds
    nothing.
    """
    return _results(q, kinds=kinds, region=region, near=near, limit=limit, lang=lang, counting=False).hits


def counts(q: str, *, region: str | None = None) -> dict[str, int]:
    """How many things of each kind are found, at most 1,000 of each."""
    return results(q, region=region, limit=0).counts


def results(
    q: str, *, kinds: Collection[str] | None = None, region: str | None = None, near: Point | None = None,
    limit: int = 20, lang: str = "",
) -> Results:
    """`search` and `counts` in one."""
    return _results(q, kinds=kinds, region=region, near=near, limit=limit, lang=lang, counting=True)


def _results(
    q: str, *, kinds: Collection[str] | None, region: str | None, near: Point | None, limit: int, lang: str,
    counting: bool,
) -> Results:
    within = prefix(region) if region else ""
    asked = asking.read(q, region=within, near=near)
    if not asked.terms:
        return Results([], {})
    looking = Looking(asked, counted=MOST_COUNTED if counting else 0)
    among = [group for group in looking.groups if kinds is None or group[0] in kinds]
    reading = _Reading(looking, asked, among, within, near)
    reading.until(limit)
    best = _best(reading.fits, limit=limit, lang=lang)
    hits = [_hit(one, asked) for one in best]
    if not counting:
        return Results(hits, {})
    if kinds is not None:
        others = [group for group in looking.groups if group[0] not in kinds]
        rest = _Reading(looking, asked, others, within, near)
        rest.until(0)
        reading = reading.joined(rest)
    return Results(hits, *reading.counted())


class _Reading:
    """Documents that are read, group by group, until enough fit or there are no more."""

    def __init__(self, looking: Looking, asked: Asked, among: Collection[Group], within: str, near: Point | None
                 ) -> None:
        self.fits: list[_Fit] = []
        self._looking, self._asked, self._within, self._near = looking, asked, within, near
        self._open = {group: looking.candidates(group, among) for group in among}
        self._next: dict[Group, tuple[int, int]] = {}
        self._read: dict[Group, int] = defaultdict(int)
        self._fitting: dict[Group, int] = defaultdict(int)
        for group in among:
            self._advance(group)

    def _advance(self, group: Group) -> None:
        """See what comes next of a group."""
        if (following := next(self._open[group], None)) is None:
            del self._open[group]
            self._next.pop(group, None)
        else:
            self._next[group] = following

    def until(self, enough: int) -> None:
        """Read until as many fit at least as well as anything that is left may."""
        size, again = enough // max(1, len(self._open)) + _SPARE, False
        wanted = list(self._open)
        while wanted:
            for row in _rows(self._some(wanted, size, (enough + _SPARE) * (1 if self._near is None else _AROUND))):
                self._take(row)
            tiers = {group: self._asked.stages[stage].tier for group, (stage, _) in self._next.items()}
            well = {tier: len({one.row.ref for one in self.fits if one.score >= tier}) for tier in {*tiers.values()}}
            wanted = [group for group, tier in tiers.items() if well[tier] < enough]
            size, again = size * (_MORE if again else 1), True

    def _some(self, wanted: Collection[Group], size: int, enough: int) -> list[int]:
        """The next keys of these groups: of the best stage that any of them is at, `size` of each, and so on until
        there are enough."""
        keys: list[int] = []
        while left := [group for group in wanted if group in self._next]:
            best = min(self._next[group][0] for group in left)
            for group in left:
                before = len(keys)
                while len(keys) < before + size and (one := self._next.get(group)) and one[0] == best:
                    keys.append(one[1])
                    self._advance(group)
                self._read[group] += len(keys) - before
            if len(keys) >= max(enough, size):
                break
        return keys

    def _take(self, row: _Row) -> None:
        if self._within and row.region and not row.region.startswith(self._within):
            return
        title, _, body = row.plain.partition("\n")
        fits = self._asked.fits(title, body, row.sounds)
        if fits is None:
            return
        far = metres(self._near, cell_point(row.cell)) if self._near is not None and row.cell is not None else None
        score = rules.score(fits[0], title=title, query=self._asked.query, weight=row.weight, metres=far)
        self.fits.append(_Fit(score, row, fits[1]))
        self._fitting[row.kind, row.lang] += 1

    def joined(self, other: "_Reading") -> "_Reading":
        """What both read, to be counted."""
        self.fits = [*self.fits, *other.fits]
        self._open |= other._open
        self._next |= other._next
        self._read |= other._read
        self._fitting |= other._fitting
        return self

    def counted(self) -> tuple[dict[str, int], bool]:
        """How many things of each kind there are, and whether every one was read."""
        things: dict[str, set[UUID | str]] = defaultdict(set)
        for one in self.fits:
            things[one.row.kind].add(one.row.ref)
        found = {kind: len(refs) for kind, refs in things.items()}
        for group in self._open:
            share = max(_LEAST, self._fitting[group] / self._read[group]) if self._read[group] else 1
            count = round(share * self._looking.count(group, most=ceil(MOST_COUNTED / share)))
            found[group[0]] = max(found.get(group[0], 0), count)
        return {kind: min(count, MOST_COUNTED) for kind, count in found.items() if count}, not self._open


def _rows(keys: list[int]) -> list[_Row]:
    if not keys:
        return []
    listed = ",".join(map(str, keys))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, kind, ref, lang, title, plain, sounds, body, region_code, cell, weight, url"
                       f" FROM search_indexed WHERE id IN ({listed})")
        return [*map(_Row._make, cursor.fetchall())]


def _best(fits: list[_Fit], *, limit: int, lang: str) -> list[_Fit]:
    """The best of all things: of a thing that has two documents, the better one, or else the reader's."""
    ranked = ((-one.score, one.row.lang != lang, one.row.title, one.row.key, n) for n, one in enumerate(fits))
    best: dict[tuple[str, UUID | str], _Fit] = {}
    for *_, n in heapq.nsmallest(3 * limit, ranked):
        if len(best) < limit:
            best.setdefault((fits[n].row.kind, fits[n].row.ref), fits[n])
    return [*best.values()]


def _hit(one: _Fit, asked: Asked) -> Hit:
    row = one.row
    snippet = rules.snippet(row.body, asked.wanted)
    heard = sounds.span(row.title, one.heard) if one.heard else None
    return Hit(row.kind, row.ref if isinstance(row.ref, UUID) else UUID(row.ref), row.title, snippet, row.url,
               one.score, rules.marked(row.title, asked.wanted, heard=heard), rules.marked(snippet, asked.wanted))
