from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from linli.engines.journal import actions as journal
from linli.engines.journal.events import Fact
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.registers.directory.events import ServiceListed, ServicePaused
from linli.work.orders.events import OrderRated
from tests.actors import AT

Publish = Callable[..., list[UUID]]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    """The log's files, each test's own."""
    settings.LOG_FOLDER = tmp_path / "log"


@action
def record(fact: Fact, *, about: UUID, minutes: int = 0) -> None:
    journal.record(fact, about=about, by=SYSTEM, at=AT + timedelta(minutes=minutes))


def listed(count: int) -> list[UUID]:
    """That many public facts about services, recorded in one action; the services."""
    refs = [new_ref() for _ in range(count)]
    write(refs)
    return refs


@action
def write(refs: list[UUID]) -> None:
    for minutes, ref in enumerate(refs):
        fact = ServicePaused(ref, refs[0]) if minutes % 3 == 2 else ServiceListed(ref, refs[0], 100 * minutes)
        journal.record(fact, about=ref, by=SYSTEM, at=AT + timedelta(minutes=minutes))


def rated(*, person: UUID | None = None, provider: UUID | None = None) -> UUID:
    """An order that was rated; the order."""
    order = new_ref()
    record(OrderRated(order, new_ref(), provider or new_ref(), person or new_ref(), 4, "340104003001"), about=order)
    return order


@pytest.fixture
def publish(db: None) -> Publish:
    """Record so many public facts and let the log read them; the things that they are about."""

    def published(count: int = 1) -> list[UUID]:
        refs = listed(count)
        journal.run()
        return refs

    return published


