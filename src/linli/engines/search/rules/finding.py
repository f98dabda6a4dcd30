"""Pure parts of searching: the terms of a query, how good a hit is, and what of a text to show."""
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate, groupby
from math import exp

from linli.engines.search.rules import tokens
from linli.kernel import cjk

MOST_CHARACTERS = 200  # of a query; what stands behind is not looked at
MOST_TERMS = 8
MOST_BODY = 4000  # characters of a text that are indexed
NEAR = 3000  # metres at which nearness counts a third
NEARNESS = 30.0
SNIPPET = 80


@dataclass(frozen=True)
class Part:
    """A stretch of text, and whether it was searched for."""

    text: str
    hit: bool


def clean(text: str) -> str:
    """Without control characters and halves of characters, which no database keeps."""
    if text.isprintable():
        return " ".join(text.split())
    kept = (" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs"})
    return " ".join("".join(kept).split())


def terms(query: str) -> list[str]:
    """What to look for: each term of the query as `tokens.plain` writes texts; without a letter or digit there is
    none."""
    words = cjk.normalise(clean(query[:MOST_CHARACTERS])).split()
    return list(dict.fromkeys(term for word in words if (term := tokens.plain(word))))[:MOST_TERMS]


def words(query: str) -> list[str]:
    """The terms of a query as they are marked: normalised, without punctuation."""
    bare = "".join(c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in key(query))
    return list(dict.fromkeys(bare.split()))[: 2 * MOST_TERMS]


def key(text: str) -> str:
    """A query as its words are cut: normalised, at most 200 characters."""
    return cjk.normalise(clean(text))[:MOST_CHARACTERS]


class Tier(IntEnum):
    """How well the words fit; what is heard (pinyin, initials) stands just below what is written."""

    NONE = 0
    SOME = 100
    HEARD = 150
    TITLE = 200
    HEARD_BEGINS = 250
    BEGINS = 300
    HEARD_WHOLE = 350
    WHOLE = 400


def tier(title: str, body: str, *, query: str, wanted: list[str]) -> Tier | None:
    """How well plain terms fit a plain title and body; None where one of them does not occur in either."""
    if title == query:
        return Tier.WHOLE
    inside = [tokens.occurs(term, title) for term in wanted]
    if all(inside):
        return Tier.BEGINS if title.startswith(query) else Tier.TITLE
    if all(here or tokens.occurs(term, body) for here, term in zip(inside, wanted, strict=True)):
        return Tier.SOME if any(inside) else Tier.NONE
    return None


def score(fits: Tier, *, title: str, query: str, weight: float, metres: float | None) -> float:
    """How good a hit is. How the words fit goes before nearness, nearness before weight; each step of `Tier` is wider
    than all below it together."""
    near = NEARNESS * exp(-metres / NEAR) if metres is not None else 0
    shortness = 8 / (1 + max(0, len(title) - len(query)) / 10)
    return round(fits + near + min(10.0, max(0.0, weight)) + shortness, 3)


def marked(text: str, wanted: list[str], *, heard: tuple[int, int] | None = None) -> tuple[Part, ...]:
    """The text with what was searched for set apart; compared in the normalised form, shown as it was written.

    `heard` are characters that were searched for by how they are said."""
    low = _low(text)
    if low is not None:
        return _cut(text, low, wanted, [heard] if heard else [])
    hits = _hits(text, wanted)
    if heard:
        hits[heard[0] : heard[1]] = [True] * (min(heard[1], len(text)) - heard[0])
    return tuple(Part("".join(c for c, _ in run), hit) for hit, run in groupby(zip(text, hits, strict=True), _second))


def _low(text: str) -> str | None:
    """A text that is written as it is compared, but for capitals, wide letters and dots, in small letters; None for any
    other. Each character stands where it stood."""
    if not unicodedata.is_normalized("NFKC", text):
        text = text.translate(_WIDE)
    low = text.casefold()
    return low if len(low) == len(text) and unicodedata.is_normalized("NFKC", low) else None


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, ord("…"): ord(".")}


def _cut(text: str, low: str, wanted: list[str], spans: list[tuple[int, int]]) -> tuple[Part, ...]:
    """The same for a text with its small letters, in a tenth of the time."""
    spans = [*spans]
    for word in wanted:
        at = low.find(word)
        while at >= 0:
            spans.append((at, at + len(word)))
            at = low.find(word, at + len(word))
    parts: list[Part] = []
    done = 0
    for start, end in _merged(sorted(spans)):
        if start > done:
            parts.append(Part(text[done:start], False))
        parts.append(Part(text[start:end], True))
        done = end
    return (*parts, Part(text[done:], False)) if done < len(text) else tuple(parts)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _second(pair: tuple[str, bool]) -> bool:
    return pair[1]


@lru_cache(maxsize=20_000)
def _fold(character: str) -> str:
    return cjk.normalise(character) or (" " if character.isspace() else "")


def _hits(text: str, wanted: list[str]) -> list[bool]:
    """Of each character, whether it was searched for."""
    folded = list(map(_fold, text))
    starts = [0, *accumulate(map(len, folded))]
    whole = "".join(folded)
    hits = [False] * len(text)
    for word in wanted:
        at = whole.find(word)
        while at >= 0 and word:
            first, last = bisect_right(starts, at) - 1, bisect_right(starts, at + len(word) - 1)
            hits[first:last] = [True] * (last - first)
            at = whole.find(word, at + len(word))
    return hits


def joined(body: str, also: str) -> str:
    """What is kept of a thing, cleaned: what may be shown on the first line, what it is only found by below it."""
    return f"{clean(body)[:MOST_BODY]}\n{clean(also)}"[:MOST_BODY]


def snippet(body: str, wanted: list[str]) -> str:
    """About 80 characters of the first line of a clean text, round the first thing searched for, with dots where it was
    cut."""
    flat = body.partition("\n")[0]
    before = _first(flat, wanted)
    start = max(0, before - SNIPPET // 4) if before + SNIPPET // 2 > SNIPPET else 0
    cut = flat[start : start + SNIPPET]
    return ("…" if start else "") + cut + ("…" if start + SNIPPET < len(flat) else "")


def _first(text: str, wanted: list[str]) -> int:
    """Where the first thing searched for stands; 0 where none does."""
    low = _low(text)
    if low is not None:
        return min((at for word in wanted if (at := low.find(word)) >= 0), default=0)
    hits = _hits(text, wanted)
    return hits.index(True) if True in hits else 0
