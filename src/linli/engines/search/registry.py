"""What can be found. Each context adds its kinds in `apps.ready()`; only what everybody may see is registered."""
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from linli.engines.journal.events import Fact
from linli.engines.journal.registry import EntryCard
from linli.kernel.text import Text


@dataclass(frozen=True)
class Document:
    """A thing as it is found. One ref may have one document for each `lang` (`zh`, `en`, or empty for both).

    `also` is what it is found by besides and never shown: synonyms, codes. `cell` is its place
    (`kernel.geometry.cell`), `weight` (0 to 10) lifts it among equals, `url` is its page.
    """

    ref: UUID
    title: str
    url: str
    body: str = ""
    also: str = ""
    region_code: str = ""
    cell: int | None = None
    weight: float = 0
    lang: str = ""


@dataclass(frozen=True)
class Kind:
    key: str
    name: Text
    documents: Callable[[set[UUID]], Iterable[Document]]
    refs: Callable[[EntryCard], Iterable[UUID]]
    among: Callable[[Sequence[EntryCard]], Iterable[UUID]] | None = None

    def changed(self, entries: Sequence[EntryCard]) -> set[UUID]:
        """The things that these facts may have changed."""
        return set(self.among(entries)) if self.among else {ref for entry in entries for ref in self.refs(entry)}


KINDS: dict[str, Kind] = {}
FACTS: dict[str, list[str]] = {}
"""By fact, the kinds that it may change."""


def searchable(
    kind: str, *, name: Text, facts: Iterable[type[Fact]], documents: Callable[[set[UUID]], Iterable[Document]],
    refs: Callable[[EntryCard], Iterable[UUID]] = lambda entry: (entry.about,),
    among: Callable[[Sequence[EntryCard]], Iterable[UUID]] | None = None,
) -> None:
    """Have a kind of thing found. After any of `facts`, `documents` is asked again for the refs that the fact names.

    A ref for which it gives none is no longer found. `refs` says which refs a fact changes: what it is about, unless
    something else is said here. Where that must be looked up, `among` says it of many facts at once: a file of the
    register brings 900,000.
    """
    if kind in KINDS:
        raise ValueError(f"{kind} is searchable already")
    KINDS[kind] = Kind(kind, name, documents, refs, among)
    for fact in facts:
        FACTS.setdefault(fact.label(), []).append(kind)
