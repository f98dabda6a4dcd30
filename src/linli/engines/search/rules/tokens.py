"""What a document is found by: numbers, each of two characters in a row, of a word's beginning, of how it is said.

The top bits of a number say what is meant by the rest (`Tag`), so one index holds all; 46 bits are used. Tokens only
choose what to read: whether a query stands in a text is decided by the text, so two words that share a number cost
a little time and never a wrong answer.
"""
import zlib
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np

from linli.engines.search.rules.sounds import INITIALS, SYLLABLES
from linli.kernel import cjk, geometry

Tokens = np.ndarray[Any, np.dtype[np.int64]]
SHELF = 16
"""Bits of a place on a shelf: 65,536 documents stand on one."""
EDGE = 8  # letters of a word that are looked up; the rest is compared in the text
DENSE = 6  # pairs of a term beyond which every second one is enough to choose what to read
CELLS = (7, 5)
"""Resolutions by which what is close is found: within about 2 and 17 km."""
_REGIONS = (2, 4, 6, 9, 12)
_HASHED = 1 << 41  # no two characters give this bit
_JOINT = 1 << 20  # the two characters stand on either side of a blank
_CODE = _JOINT - 1
_PART = (1 << 21) - 1


class Tag(IntEnum):
    TITLE = 1
    BODY = 2
    BEGINS = 3
    LENGTH = 4
    SAID = 5
    FIRSTS = 6
    FIRSTS_BEGIN = 7
    UNITS = 8
    REGION = 9
    CELL = 10
    SAID_BEGINS = 11
    SAID_BEGINS_3 = 12


Element = tuple[int, ...]
"""Tokens of which one must occur."""


class Document(NamedTuple):
    """What tokens are made of: `title` and `body` as `plain` gives them, `said` as `sounds` does."""

    place: int
    title: str
    body: str
    said: str
    region: str
    cell: int | None


def plain(text: str) -> str:
    """A text as it is compared: runs of Chinese and words with one blank between them, nothing else."""
    return " ".join(run for _, run in cjk.runs(text))


def occurs(term: str, text: str) -> bool:
    """Whether a plain term stands in a plain text: Chinese anywhere, words from their beginning."""
    return term in text if cjk.is_cjk(term[0]) else text.startswith(term) or f" {term}" in text


def written(term: str, tag: Tag) -> tuple[Element, ...]:
    """Tokens of every text in which a plain term stands."""
    runs = term.split(" ")
    found: list[Element] = [(_joint(tag, left[-1], right[0]),) for left, right in pairwise(runs)]
    for run in runs:
        if not cjk.is_cjk(run[0]):
            found.append((_hashed(tag, run[:EDGE]),))
        elif len(run) == 1:
            found.append((_pair(tag, ord(run)),))
        else:
            places = range(len(run) - 1) if len(run) <= DENSE else sorted({*range(0, len(run) - 1, 2), len(run) - 2})
            found += [(_pair(tag, ord(run[n]), ord(run[n + 1])),) for n in places]
    return tuple(dict.fromkeys(found))


def linked(one: Element, other: Element) -> bool:
    """Whether these are pairs in a row: the character or syllable that ends one begins the other."""
    if len(one) > 1 or len(other) > 1 or one[0] >> 42 != other[0] >> 42:
        return False
    (high, low), (above, below) = ((token >> 21 & _PART, token & _PART) for token in (one[0], other[0]))
    return low == above or below == high


def begins(term: str) -> Element:
    """The token of titles that begin as a plain term does."""
    run = term.partition(" ")[0]
    if not cjk.is_cjk(run[0]):
        return (_hashed(Tag.BEGINS, run[:EDGE]),)
    return (_pair(Tag.BEGINS, *map(ord, run[:2])),)


def length(title: str) -> Element:
    """The token of titles that are as long."""
    return (_pair(Tag.LENGTH, len(title)),)


def said(way: Sequence[tuple[str, bool]]) -> tuple[Element, ...]:
    """Tokens of every title that is said this way: syllables (True) and beginnings of them; the last one may go on."""
    (last, _), firsts = way[-1], [part[0] for part, _ in way]
    if len(way) == 1:
        return (_going_on(last, lambda end: (_sound(end), 0)),)
    found: list[Element] = []
    exact = True
    for (left, whole), (right, right_whole) in pairwise(way):
        if not whole:
            exact = False
        elif right_whole:
            found.append((_pair(Tag.SAID, _sound(left), _sound(right)),))
        else:
            found.append(_going_on(right, lambda end, left=left: (_sound(left), _sound(end))))
    if not way[-2][1] and len(last) > 1:
        found.append(_going_on(last, lambda end: (_sound(end), 0)))
    if not exact or len(firsts) > 2:  # pairs alone would let each pair stand elsewhere
        size = min(4, len(firsts))
        found += [(_firsts(firsts[n : n + size]),) for n in range(len(firsts) - size + 1)]
    return tuple(dict.fromkeys(found))


def said_begins(way: Sequence[tuple[str, bool]]) -> tuple[Element, ...]:
    """Tokens of titles that begin as is said this way: up to three syllables, and up to four first letters."""
    (left, whole), *others = way
    if not others:
        return (_going_on(left, lambda end: (_sound(end), 0), tag=Tag.SAID_BEGINS),)
    firsts = (_firsts([part[0] for part, _ in way[:4]], tag=Tag.FIRSTS_BEGIN),)
    if not whole:
        return (firsts,)
    first = _sound(left)
    right, right_whole = others[0]
    if not right_whole:
        found = _going_on(right, lambda end: (first, _sound(end)), tag=Tag.SAID_BEGINS)
    elif len(way) == 2:
        found = (_pair(Tag.SAID_BEGINS, first, _sound(right)),)
    else:
        third, third_whole = others[1]
        two = _two(first, _sound(right))
        found = ((_pair(Tag.SAID_BEGINS_3, two, _sound(third)),) if third_whole
                 else _going_on(third, lambda end: (two, _sound(end)), tag=Tag.SAID_BEGINS_3))
    return (found, firsts) if len(way) > 2 else (found,)


def units(count: int) -> Element:
    """The token of titles with as many characters and words."""
    return (_pair(Tag.UNITS, count),)


def region(prefix: str) -> Element:
    """Tokens of what lies in a region's subtree, or in no region."""
    return _hashed(Tag.REGION, prefix), _hashed(Tag.REGION, "")


def near(point: geometry.Point, resolution: int) -> Element:
    """Tokens of what is in the cells about a point."""
    return tuple(_hashed(Tag.CELL, str(cell)) for cell in geometry.cells_around(point, resolution))


def index(documents: Sequence[Document]) -> Tokens:
    """What documents are found by: ascending, each once, the place on the shelf in the lowest 16 bits."""
    titles, bodies = [one.title for one in documents], [one.body for one in documents]
    places = np.array([one.place for one in documents], np.int64)
    alone = [_pair(Tag.LENGTH, len(one.title)) << SHELF | one.place for one in documents]
    for one in documents:
        if one.title:
            first = one.title.partition(" ")[0]
            if cjk.is_cjk(first[0]):
                made = [_pair(Tag.BEGINS, ord(first[0])), *([begins(first)[0]] if len(first) > 1 else [])]
            else:
                made = [*_edges(Tag.BEGINS, first)]
            alone += [token << SHELF | one.place for token in made]
        alone += [token << SHELF | one.place for token in _whereabouts(one.region, one.cell)]
    found = np.concatenate([
        np.array(alone, np.int64), *_characters(Tag.TITLE, titles, places), *_characters(Tag.BODY, bodies, places),
        *_sounds([one.said for one in documents], places)])
    found.sort()  # a sort is several times faster here than `unique`, which hashes
    return found[np.flatnonzero(np.diff(found, prepend=-1))]


def _characters(tag: Tag, texts: list[str], places: Tokens) -> list[Tokens]:
    """Single characters of Chinese, pairs of them, and beginnings of words."""
    joined = "\n".join(texts)
    if not joined:
        return []
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    owners = np.repeat(places, np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts)))[: len(codes)]
    kinds = np.zeros(int(codes.max()) + 1, np.int8)
    for c in set(joined):
        kinds[ord(c)] = 1 if cjk.is_cjk(c) else 0 if c in " \n" else 2
    kind = kinds[codes]
    chinese = kind == 1
    ones, pairs = np.flatnonzero(chinese), np.flatnonzero(chinese[:-1] & chinese[1:])
    blanks = np.flatnonzero(codes == ord(" "))
    head = tag << 42
    found = [(head | (codes[blanks - 1] & _CODE) << 21 | _JOINT | codes[blanks + 1] & _CODE) << SHELF | owners[blanks],
             (head | codes[ones] << 21) << SHELF | owners[ones],
             (head | codes[pairs] << 21 | codes[pairs + 1]) << SHELF | owners[pairs]]
    edge = np.diff((kind == 2).astype(np.int8), prepend=0, append=0)
    words = [token << SHELF | place
             for start, end, place in zip(np.flatnonzero(edge == 1).tolist(), np.flatnonzero(edge == -1).tolist(),
                                          owners[edge[:-1] == 1].tolist(), strict=True)
             for token in _edges(tag, joined[start : min(end, start + EDGE)])]
    return [*found, np.array(words, np.int64)]


def _sounds(said: list[str], places: Tokens) -> list[Tokens]:
    """Of each title how neighbours are said in all readings: syllables, a syllable and a beginning, first letters."""
    flat: list[str] = []
    counts = []
    for one in said:
        mine = one.split()
        flat += mine
        flat.append("")  # what stands apart is not heard together
        counts.append(len(mine) + 1)
    known: dict[str, int] = {"": 0}
    of = np.fromiter((known.setdefault(unit, len(known)) for unit in flat), np.int64, len(flat))
    if len(known) == 1:
        return []
    owners = np.repeat(places, np.array(counts, np.int64))
    readings, firsts, started, doubled = (np.array(rows, np.int64)[of].T for rows in zip(*map(_heard, known),
                                                                                       strict=True))
    found: list[Tokens] = []

    def add(tag: Tag, at: Tokens, high: Tokens, low: Tokens | int) -> None:
        found.append((tag << 42 | high << 21 | low) << SHELF | owners[at])

    for a in range(3):
        at = np.flatnonzero(readings[a])
        add(Tag.SAID, at, readings[a][at], 0)
        at = np.flatnonzero(doubled[a])
        add(Tag.SAID, at, doubled[a][at], 0)
        for right in (*readings, *started, *doubled):
            at = np.flatnonzero((readings[a][:-1] > 0) & (right[1:] > 0))
            add(Tag.SAID, at, readings[a][at], right[at + 1])
    there = firsts > 0
    for size in (2, 3, 4):
        stop = len(flat) - size + 1
        for ways in product(range(3), repeat=size) if stop > 0 else ():
            fits = there[ways[0]][:stop].copy()
            for n, way in enumerate(ways[1:], start=1):
                fits &= there[way][n : n + stop]
            at = np.flatnonzero(fits)
            if len(at):
                add(Tag.FIRSTS, at, *_rows(firsts, ways, at))
    sizes = np.array(counts, np.int64) - 1
    heads = np.cumsum([0, *counts[:-1]])[sizes > 0]
    for one in (*readings, *doubled):
        at = heads[one[heads] > 0]
        add(Tag.SAID_BEGINS, at, one[at], 0)
    for size in (2, 3, 4):
        fitting = heads[heads + size <= len(flat)]
        for ways in product(range(3), repeat=size):
            at = fitting[np.all([there[way][fitting + n] for n, way in enumerate(ways)], axis=0)]
            if len(at):
                add(Tag.FIRSTS_BEGIN, at, *_rows(firsts, ways, at))
    ends = (*readings, *started, *doubled)
    for left, right in product(readings, ends):
        at = heads[(left[heads] > 0) & (right[heads + 1] > 0)]
        add(Tag.SAID_BEGINS, at, left[at], right[at + 1])
    fitting = heads[heads + 3 <= len(flat)]
    for left, middle in product(readings, readings):
        two = fitting[(left[fitting] > 0) & (middle[fitting + 1] > 0)]
        for right in ends if len(two) else ():
            at = two[right[two + 2] > 0]
            add(Tag.SAID_BEGINS_3, at, _two(left[at], middle[at + 1]), right[at + 2])
    add(Tag.UNITS, heads, sizes[sizes > 0], 0)
    return found


def _rows(firsts: Tokens, ways: tuple[int, ...], at: Tokens) -> tuple[Tokens, Tokens | int]:
    letters = [firsts[way][at + n] for n, way in enumerate(ways)]
    return letters[0] << 10 | letters[1], sum(letter << 10 * n for n, letter in zip((1, 0), letters[2:], strict=False))


@lru_cache(maxsize=50_000)
def _heard(unit: str) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Of a unit its readings, their first letters, the marks of these, and of zh, ch, sh; three of each, 0 for none."""
    readings = unit.split("/") if unit else []
    letters = dict.fromkeys(reading[0] for reading in readings)
    doubles = dict.fromkeys(reading[:2] for reading in readings if reading[:2] in INITIALS and len(reading) > 2)

    def three(numbers: list[int]) -> tuple[int, ...]:
        return tuple((numbers + [0, 0, 0])[:3])

    return (three([*map(_sound, readings)]), three([*map(_first, letters)]),
            three([_sound(f"{letter}-") for letter in letters]), three([_sound(f"{two}-") for two in doubles]))


def _going_on(part: str, pair: Any, *, tag: Tag = Tag.SAID) -> Element:
    """The tokens of a beginning: its own where it is one letter, zh, ch or sh; else of all syllables that begin so."""
    if part in INITIALS:
        return (_pair(tag, *pair(f"{part}-")),)
    return tuple(_pair(tag, *pair(end)) for end in _ends(part))


@lru_cache(maxsize=5000)
def _ends(part: str) -> tuple[str, ...]:
    return tuple(sorted(syllable for syllable in SYLLABLES if syllable.startswith(part)))


@lru_cache(maxsize=50_000)
def _sound(text: str) -> int:
    return zlib.crc32(text.encode()) & _PART or 1


def _two(left: Any, right: Any) -> Any:
    """Two syllables in the room of one; for numbers and rows of them."""
    return left * 2654435 + right & _PART


def _first(text: str) -> int:
    code = ord(text[0])
    return code if code < 512 else 512 | code & 511


def _firsts(letters: Sequence[str], *, tag: Tag = Tag.FIRSTS) -> int:
    a, b, *more = map(_first, letters)
    return _pair(tag, a << 10 | b, sum(letter << 10 * n for n, letter in zip((1, 0), more, strict=False)))


def _pair(tag: Tag, high: int, low: int = 0) -> int:
    return tag << 42 | high << 21 | low


def _joint(tag: Tag, left: str, right: str) -> int:
    return _pair(tag, ord(left) & _CODE, _JOINT | ord(right) & _CODE)


@lru_cache(maxsize=100_000)
def _hashed(tag: Tag, text: str) -> int:
    return tag << 42 | _HASHED | int.from_bytes(blake2b(text.encode(errors="replace"), digest_size=5).digest())


@lru_cache(maxsize=50_000)
def _edges(tag: Tag, word: str) -> tuple[int, ...]:
    return tuple(_hashed(tag, word[:n]) for n in range(1, min(len(word), EDGE) + 1))


@lru_cache(maxsize=50_000)
def _whereabouts(region: str, cell: int | None) -> tuple[int, ...]:
    places = [_hashed(Tag.REGION, region[:size]) for size in _REGIONS if len(region) >= size] or [
        _hashed(Tag.REGION, "")]
    return (*places, *(_hashed(Tag.CELL, str(geometry.coarser(cell, size))) for size in CELLS if cell is not None))
