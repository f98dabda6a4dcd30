from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from uuid import UUID

import pytest

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.registers.directory import actions as directory
from linli.registers.directory.states import MANAGE
from linli.registers.organisations.models import Organisation
from linli.registers.people import actions as people
from linli.work.orders import events as orders
from linli.work.quality import queries
from linli.work.quality.models import Rectification
from linli.work.quality.states import ANSWER, JUDGE, SEE
from tests.actors import AT, CITY, actor, resident

HUPO, SHUSHAN, LUYANG = "340104003000", "340104000000", "340103000000"


@action
def record(fact: orders.OrderRated | orders.RatingStruck, *, at: datetime) -> None:
    journal.record(fact, about=fact.order, by=SYSTEM, at=at)


@dataclass(frozen=True)
class Scene:
    """A provider with two services, a resident who used them, and those who should not see or do anything."""

    provider: UUID
    bath: UUID
    meals: UUID
    person: UUID
    manager: Actor
    rival: Actor
    resident: Actor
    neighbour: Actor
    officer: Actor
    other_officer: Actor

    def rate(self, grade: int, *, order: UUID | None = None, service: UUID | None = None, read: bool = True,
             at: datetime = AT) -> UUID:
        """Tell of a rated order, as orders does, and let the watchers read it unless told otherwise."""
        order = order or new_ref()
        record(orders.OrderRated(order=order, service=service or self.bath, provider=self.provider, person=self.person,
                                 grade=grade, region=HUPO), at=at)
        if read:
            journal.run()
        return order

    def strike(self, order: UUID) -> None:
        """Tell of a decision that a rating does not count."""
        record(orders.RatingStruck(order=order, service=self.bath, provider=self.provider, person=self.person,
                                   region=HUPO), at=AT)
        journal.run()

    def bad(self, grade: int = 2, *, at: datetime = AT) -> UUID:
        """A badly rated order; the ref of its rectification."""
        return Rectification.objects.get(order=self.rate(grade, at=at)).ref

    def card(self, ref: UUID, *, by: Actor | None = None, at: datetime = AT) -> queries.RectificationCard:
        return queries.rectification(ref, by=by or self.resident, at=at)


def organisation(name: str, uscc: str, region: str) -> UUID:
    return Organisation.objects.create(
        kind="agency", name=name, uscc=uscc, region_code=region, address="1 号", phone="12349", state="approved",
        applied_at=AT, applied_by=new_ref(),
    ).ref


@pytest.fixture
def scene(regions: ModuleType) -> Scene:
    provider = organisation("合肥安康居家养老服务中心", "52340100500000015P", SHUSHAN)
    rival = organisation("庐阳区和顺社区服务中心", "52340103500000023K", LUYANG)
    lists = actor(f"organisation:{provider}", MANAGE)
    bath, meals = (
        directory.list_service(provider, category=category, name=name, summary="两名护理员上门。", modes=["home"],
                               region=HUPO, by=lists, at=AT, publish=False)
        for category, name in (("home_bathing", "上门助浴"), ("meals", "送餐上门")))
    person = people.register(name="张桂英", region=HUPO, phone="13855512345", consent_by_phone=True,
                             by=actor(f"region:{CITY}", "people.register"), at=AT - timedelta(days=30))
    return Scene(
        provider, bath, meals, person, actor(f"organisation:{provider}", ANSWER),
        actor(f"organisation:{rival}", ANSWER), resident(person, JUDGE), resident(new_ref(), JUDGE),
        actor(f"region:{SHUSHAN}", SEE), actor(f"region:{LUYANG}", SEE),
    )
