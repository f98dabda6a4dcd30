"""Pure parts of searching: the terms of a query, how good a hit is, and what of a text to show."""
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate, groupby
from math import exp

from linli.kernel import cjk

MOST_CHARACTERS = 200  # of a query; what stands behind is not looked at
MOST_TERMS = 8
MOST_BODY = 4000  # characters of a text that are indexed: positions past 16,383 are lost on PostgreSQL
MOST_TOKEN = 64
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
    kept = (" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs"})
    return " ".join("".join(kept).split())


def terms(query: str) -> list[list[str]]:
    """What to look for: for each term of the query the tokens that stand in a row, the last one as a prefix."""
    words = cjk.normalise(clean(query[:MOST_CHARACTERS])).split()
    phrases = [_short(cjk.phrase(word)) for word in words]
    return list({tuple(phrase): phrase for phrase in phrases if phrase}.values())[:MOST_TERMS]


def words(query: str) -> list[str]:
    """The terms of a query as they are compared and marked: normalised, without punctuation."""
    bare = "".join(c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in key(query))
    return list(dict.fromkeys(bare.split()))[: 2 * MOST_TERMS]


def tokens(text: str) -> list[str]:
    """What a text is indexed by."""
    return _short(cjk.bigrams(clean(text)[:MOST_BODY]))


def key(text: str) -> str:
    """A title as it is compared: normalised, at most 200 characters."""
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


def score(*, title: str, query: str, wanted: list[str], weight: float, metres: float | None,
          heard: Tier = Tier.NONE) -> float:
    """How good a hit is; `title` and `query` as `key` gives them. The words of the title go before the body,
    nearness before weight; each step is wider than all below it together."""
    if title == query:
        words = Tier.WHOLE
    elif title.startswith(query):
        words = Tier.BEGINS
    elif all(word in title for word in wanted):
        words = Tier.TITLE
    else:
        words = Tier.SOME if any(word in title for word in wanted) else Tier.NONE
    near = NEARNESS * exp(-metres / NEAR) if metres is not None else 0
    shortness = 8 / (1 + max(0, len(title) - len(query)) / 10)
    return round(max(words, heard) + near + min(10.0, max(0.0, weight)) + shortness, 3)


def marked(text: str, wanted: list[str], *, heard: tuple[int, int] | None = None) -> tuple[Part, ...]:
    """The text with what was searched for set apart; compared in the normalised form, shown as it was written.

    `heard` are characters that were searched for by how they are said."""
    hits = _hits(text, wanted)
    if heard:
        hits[heard[0] : heard[1]] = [True] * (min(heard[1], len(text)) - heard[0])
    return tuple(Part("".join(c for c, _ in run), hit) for hit, run in groupby(zip(text, hits, strict=True), _second))


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
    """About 80 characters of the text's first line, round the first thing searched for, with dots where it was cut."""
    flat = clean(body.partition("\n")[0])
    hits = _hits(flat[:MOST_BODY], wanted)
    before = hits.index(True) if True in hits else 0
    start = max(0, before - SNIPPET // 4) if before + SNIPPET // 2 > SNIPPET else 0
    cut = flat[start : start + SNIPPET]
    return ("…" if start else "") + cut + ("…" if start + SNIPPET < len(flat) else "")


def _short(found: list[str]) -> list[str]:
    return [token[:MOST_TOKEN] for token in found]
