"""What can be offered, in both languages. Loaded once; the same for every node."""
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from linli.kernel.text import Both

MODES = ("on_site", "home", "remote")
CREDENTIALS = frozenset({
    "identity", "health_certificate", "insurance", "no_bar", "nurse_licence", "carer_certificate", "social_worker",
    "teacher", "doctor_licence", "guide_licence",
})
"""The kinds of credential that a category may ask for; practitioners keeps and names them."""


@dataclass(frozen=True)
class Domain:
    key: str
    name: Both
    sentence: Both


@dataclass(frozen=True)
class Category:
    key: str
    domain: Domain
    name: Both
    sentence: Both
    keywords_zh: tuple[str, ...]
    keywords_en: tuple[str, ...]
    modes: tuple[str, ...]
    credentials: frozenset[str]
    """The kinds of credential that whoever gives it must hold."""
    minutes: int
    """How long one visit or session usually takes."""

    @property
    def parent(self) -> str:
        return self.domain.key

    @property
    def keywords(self) -> tuple[str, ...]:
        return self.keywords_zh + self.keywords_en


@dataclass(frozen=True)
class Taxonomy:
    domains: Mapping[str, Domain]
    categories: Mapping[str, Category]

    def leaves(self, key: str) -> tuple[str, ...]:
        """The category itself, else all of the domain; nothing for a key that is neither.

        Two domains share their key with one of their categories, which then goes first: ask `within` for the domain.
        """
        return (key,) if key in self.categories else self.within(key)

    def within(self, domain: str) -> tuple[str, ...]:
        """The categories of a domain."""
        return tuple(c.key for c in self.categories.values() if c.domain.key == domain)

    def matching(self, text: str) -> tuple[str, ...]:
        """The categories whose name or keywords stand in the text, or in whose name or keywords the text stands."""
        said = text.strip().lower()
        if not said:
            return ()

        def names(category: Category) -> Iterable[str]:
            return (category.name.zh, category.name.lower(), *category.keywords)

        return tuple(c.key for c in self.categories.values() if any(word in said or said in word for word in names(c)))


def parse(text: str) -> Taxonomy:
    """Read the TOML. Refuses: ValueError for a text in one language only, an unknown domain, mode or credential."""
    data = tomllib.loads(text)
    domains = {d["key"]: Domain(d["key"], _both(d, "name"), _both(d, "sentence")) for d in data["domains"]}
    categories: dict[str, Category] = {}
    for row in data["categories"]:
        key = row["key"]
        if key in categories:
            raise ValueError(f"{key} stands twice in the taxonomy")
        if row["domain"] not in domains:
            raise ValueError(f"{key} is in no known domain")
        if not row["modes"] or not set(row["modes"]) <= set(MODES):
            raise ValueError(f"{key} has an unknown mode")
        if not set(row["credentials"]) <= CREDENTIALS:
            raise ValueError(f"{key} asks for an unknown credential")
        words = row["keywords"]
        if not words.get("zh") or not words.get("en"):
            raise ValueError(f"{key} has keywords in one language only")
        categories[key] = Category(
            key, domains[row["domain"]], _both(row, "name"), _both(row, "sentence"), tuple(words["zh"]),
            tuple(words["en"]), tuple(mode for mode in MODES if mode in row["modes"]), frozenset(row["credentials"]),
            int(row["minutes"]),
        )
    return Taxonomy(domains, categories)


def _both(row: dict[str, Any], name: str) -> Both:
    text = row.get(name, {})
    if not text.get("en", "").strip() or not text.get("zh", "").strip():
        raise ValueError(f"{row['key']} has its {name} in one language only")
    return Both.of(text)


@lru_cache(maxsize=1)
def taxonomy() -> Taxonomy:
    return parse(Path(__file__).parents[1].joinpath("data", "taxonomy.toml").read_text(encoding="utf-8"))
