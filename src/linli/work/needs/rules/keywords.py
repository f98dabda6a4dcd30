"""The phrases by which a category of help is recognised."""
from collections.abc import Iterable, Mapping
from functools import lru_cache

from linli.work.needs.rules.lexicon import load, normal
from linli.work.needs.rules.triage import Keyword

Table = Mapping[str, tuple[Keyword, ...]]


@lru_cache(maxsize=8)
def table(directory: tuple[tuple[str, tuple[str, ...]], ...] | None = None) -> Table:
    """Phrases by category: how people ask, and the words that the directory has for each of its categories.

    With a directory, only what stands in it can be answered. Each phrase counts by how telling it proved to be
    (`telling.toml`).
    """
    return {
        category: tuple(Keyword(k.phrase, k.weight * _told().get((category, k.phrase), 1.0)) for k in kept)
        for category, kept in plain_table(directory).items()
    }


@lru_cache(maxsize=8)
def plain_table(directory: tuple[tuple[str, tuple[str, ...]], ...] | None = None) -> Table:
    """The same before anything was learned of the phrases."""
    own = {category: dict(map(_weighted, phrases.split())) for category, phrases in load("phrases.toml").items()}
    if directory is None:
        return _made(own)
    merged: dict[str, dict[str, float]] = {}
    for category, phrases in directory:
        merged[category] = {normal(phrase): 1.0 for phrase in phrases if phrase} | own.get(category, {})
    return _made(merged)


@lru_cache(maxsize=1)
def _told() -> dict[tuple[str, str], float]:
    """Category and phrase to how telling the phrase is; one where no sentence has shown it."""
    entries = ((category, entry) for category, text in load("telling.toml").items() for entry in text.split())
    pairs = ((category, entry.rsplit(":", 1)) for category, entry in entries)
    return {(category, phrase.replace("_", " ")): float(factor) for category, (phrase, factor) in pairs}


def _made(found: Mapping[str, Mapping[str, float]]) -> Table:
    return {
        category: tuple(Keyword(phrase, factor * _length(phrase)) for phrase, factor in phrases.items())
        for category, phrases in found.items()
    }


def _weighted(entry: str) -> tuple[str, float]:
    phrase, _, factor = entry.partition("*")
    return normal(phrase.replace("_", " ")), float(factor or 1)


def _length(phrase: str) -> float:
    """A letter says less than a character."""
    return sum(1.0 if c > "\u2e80" else 0.3 for c in phrase)


def rows(categories: Iterable[tuple[str, Iterable[str]]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A directory in the form that `table` can remember."""
    return tuple((key, tuple(phrases)) for key, phrases in categories)
