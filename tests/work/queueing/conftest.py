from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import Actor
from linli.registers.directory import actions as listings
from linli.work.queueing import actions
from linli.work.queueing.models import Ticket
from tests.actors import AT
from tests.registers.directory.conftest import WEEK
from tests.work.orders.conftest import HOME, HUPO, set_stage
from tests.work.orders.conftest import Scene as Orders

MEAL: dict[str, Any] = {
    "category": "meals", "name": "长者食堂", "summary": "现场就餐。", "modes": ["on_site"], "region": HUPO,
    "point": HOME, "duration_minutes": 10, "capacity": 6, "lead_minutes": 0,
}


@dataclass(frozen=True)
class Scene:
    """A canteen with a queue, and the people of the orders' scene."""

    orders: Orders
    service: UUID
    queue: UUID

    @property
    def manager(self) -> Actor:
        return self.orders.manager

    @property
    def clerk(self) -> Actor:
        return self.orders.clerk

    @property
    def resident(self) -> Actor:
        return self.orders.resident

    def out(self, count: int = 1) -> list[UUID]:
        """Numbers handed out at the counter."""
        return [actions.hand_out(self.queue, by=self.clerk, at=AT + timedelta(seconds=n)) for n in range(count)]

    def row(self, ref: UUID) -> Ticket:
        return Ticket.objects.get(ref=ref)

    def called(self, counter: int = 1) -> str:
        ref = actions.call_next(self.queue, counter=counter, by=self.clerk, at=AT)
        return f"A{self.row(ref).number:03}"


def stage() -> Scene:
    orders = set_stage()
    service = listings.list_service(orders.provider, **MEAL, hours=WEEK, by=orders.manager, at=AT)
    queue = actions.open_queue(service, name="长者食堂窗口", counters=2, by=orders.manager, at=AT)
    return Scene(orders, service, queue)


@pytest.fixture
def scene(regions: ModuleType) -> Scene:
    return stage()
