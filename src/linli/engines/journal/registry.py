"""What a fact says to people, and who reads on from the journal. Each context adds its own in `apps.ready()`."""
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility
from linli.kernel.text import Text

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class EntryCard:
    """One fact as it was recorded. `payload` holds its fields as JSON (refs and times as text).

    `position` stays the same for ever; None while the entry waits for one, which a watcher never sees.
    """

    id: int
    fact: str
    about: UUID
    payload: dict[str, Any]
    by: UUID
    at: datetime
    position: int | None = None


@dataclass(frozen=True)
class Telling:
    """`text` is the line in a timeline; `notice` what those in `to` are told in the app, with the page it leads to."""

    text: Text
    notice: Text | None = None
    to: Callable[[Payload], Iterable[str]] = lambda payload: ()
    link: Callable[[Payload], str] | None = None
    urgent: bool = False


@dataclass(frozen=True)
class Watcher:
    """Reads every entry once, in order. `react` runs in the transaction that moves its position: all or nothing.

    `forget` empties what the watcher made, so that it can be rebuilt from zero; None where its effects are acts of
    their own that must never be done twice (those cannot be rebuilt).
    """

    name: str
    react: Callable[[list[EntryCard]], None]
    forget: Callable[[], None] | None = None
    facts: frozenset[str] | None = None
    """Only these are handed over; None for all."""
    visibility: Visibility | None = None
    """Only what was recorded so; None for all."""


TELLINGS: dict[str, Telling] = {}
WATCHERS: dict[str, Watcher] = {}


def tell(fact: type[Fact], text: Text, *, notice: Text | None = None,
         to: Callable[[Payload], Iterable[str]] = lambda payload: (),
         link: Callable[[Payload], str] | None = None, urgent: bool = False) -> None:
    """Give a fact its words. `to` gives scopes: `person:REF`, `organisation:REF`, `region:CODE`."""
    if fact.label() in TELLINGS:
        raise ValueError(f"{fact.label()} has a text already")
    TELLINGS[fact.label()] = Telling(text, notice, to, link, urgent)


def watch(name: str, react: Callable[[list[EntryCard]], None], *, facts: Iterable[type[Fact]] | None = None,
          forget: Callable[[], None] | None = None, visibility: Visibility | None = None) -> None:
    """Have `react` called with each entry (or each of `facts`, or of a visibility), in order, once. `name` keeps the
    position."""
    if name in WATCHERS:
        raise ValueError(f"there is a watcher {name} already")
    labels = None if facts is None else frozenset(fact.label() for fact in facts)
    WATCHERS[name] = Watcher(name, react, forget, labels, visibility)
