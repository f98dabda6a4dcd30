from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest

from linli.engines.journal import actions, registry
from linli.engines.journal.events import Fact, Visibility
from linli.engines.journal.models import Entry
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from tests.actors import AT


@dataclass(frozen=True)
class Happened(Fact):
    visibility: ClassVar[Visibility] = Visibility.PRIVATE
    number: int


@dataclass(frozen=True)
class Aside(Fact):
    visibility: ClassVar[Visibility] = Visibility.PRIVATE


@action
def happen(*numbers: int) -> UUID:
    """So many facts about one thing, in one action."""
    about = new_ref()
    for number in numbers:
        actions.record(Happened(number), about=about, by=SYSTEM, at=AT)
    return about


def positions() -> list[int | None]:
    return list(Entry.objects.order_by("id").values_list("position", flat=True))


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only the watchers that a test makes."""
    monkeypatch.setattr(Happened, "label", classmethod(lambda cls: "tests.Happened"))
    monkeypatch.setattr(Aside, "label", classmethod(lambda cls: "tests.Aside"))
    kept = registry.WATCHERS.copy()
    registry.WATCHERS.clear()
    yield
    registry.WATCHERS.clear()
    registry.WATCHERS.update(kept)
