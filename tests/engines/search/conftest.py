from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest

from linli.engines.journal import actions as journal
from linli.engines.journal.events import Fact, Visibility
from linli.engines.search import registry
from linli.engines.search.registry import Document
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.kernel.text import N_
from tests.actors import AT


@dataclass(frozen=True)
class Listed(Fact):
    visibility: ClassVar[Visibility] = Visibility.PUBLIC


@dataclass(frozen=True)
class Ignored(Fact):
    visibility: ClassVar[Visibility] = Visibility.PUBLIC


class Shelf:
    """Things that others would register: what they are now, and how they come to be known."""

    def __init__(self) -> None:
        self.things: dict[UUID, Document] = {}
        self.asked: list[set[UUID]] = []

    def documents(self, refs: set[UUID]) -> list[Document]:
        self.asked.append(refs)
        return [document for ref, document in self.things.items() if ref in refs]

    def put(self, title: str, body: str = "", *, ref: UUID | None = None, told: bool = True, **given: object) -> UUID:
        ref = ref or new_ref()
        self.things[ref] = Document(ref, title, f"/things/{ref}/", body, **given)  # type: ignore[arg-type]
        if told:
            self.tell(ref)
        return ref

    def take(self, ref: UUID) -> None:
        del self.things[ref]
        self.tell(ref)

    @staticmethod
    @action
    def tell(ref: UUID, fact: type[Fact] = Listed) -> None:
        journal.record(fact(), about=ref, by=SYSTEM, at=AT)


@pytest.fixture
def shelf(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setattr(Listed, "label", classmethod(lambda cls: "tests.Listed"))
    monkeypatch.setattr(Ignored, "label", classmethod(lambda cls: "tests.Ignored"))
    kinds, facts = registry.KINDS.copy(), registry.FACTS.copy()
    registry.KINDS.clear()
    registry.FACTS.clear()
    shelf = Shelf()
    registry.searchable("thing", name=N_("Thing"), facts=[Listed], documents=shelf.documents)
    yield shelf
    registry.KINDS.clear()
    registry.FACTS.clear()
    registry.KINDS.update(kinds)
    registry.FACTS.update(facts)
