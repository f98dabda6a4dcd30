from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import Actor, Grant
from linli.kernel.refs import new_ref
from linli.registers.accounts.registry import ROLES
from linli.registers.people import actions as people
from linli.work.venues import actions
from linli.work.venues.models import Booking
from linli.work.venues.rules import Offer, Span
from tests.actors import AT, CITY
from tests.registers.directory.conftest import organisation
from tests.work.orders.conftest import HUPO, LUYANG, SHUSHAN, as_role

NINE = datetime.fromisoformat("2026-11-17T09:00:00+08:00")  # a Tuesday; AT is Monday at nine
HOUR = timedelta(hours=1)
COURT = Offer("一号羽毛球场", "court", "木地板，四片场地。", "琥珀路 1 号", HUPO, 12,
              tuple(Span(day, time(9), time(21)) for day in range(7)), ("nets", "lights"), "请穿室内运动鞋。",
              "门卫 0551-62345678", 4000, most_hours=3, cancel_hours=12)


@dataclass(frozen=True)
class Scene:
    """A school with a court, its manager, a rival's, two residents, a daughter, an agent and officers."""

    school: UUID
    court: UUID
    manager: Actor
    rival: Actor
    person: UUID
    resident: Actor
    other: Actor
    daughter: Actor
    agent: Actor
    officer: Actor
    elsewhere: Actor

    def book(self, *, hour: float = 0, length: float = 1, days: int = 0, by: Actor | None = None, at: datetime = AT,
             **said: Any) -> UUID:
        begin = NINE + timedelta(days=days, hours=hour)
        whole: dict[str, Any] = {"people": 4, "purpose": "sport", **said}
        return actions.book(self.court, begin=begin, until=begin + timedelta(hours=length), by=by or self.resident,
                            at=at, **whole).bookings[0]

    def row(self, ref: UUID) -> Booking:
        return Booking.objects.select_related("venue").get(ref=ref)

    def open(self, **said: Any) -> UUID:
        return actions.open_venue(self.school, offer=replace(COURT, **said), by=self.manager, at=AT)


def _person(name: str, agent: Actor) -> UUID:
    return people.register(name=name, region=HUPO, phone="13855512345", consent_by_phone=True, by=agent,
                           at=AT - timedelta(days=30))


@pytest.fixture
def scene(regions: ModuleType) -> Scene:
    school = organisation("合肥市琥珀小学", "52340100500000015P", SHUSHAN)
    rival = organisation("庐阳区和顺社区服务中心", "52340103500000023K", LUYANG)
    manager = as_role("provider_admin", f"organisation:{school}")
    agent = as_role("hotline_agent", f"region:{CITY}")
    first, second = _person("张桂英", agent), _person("李强", agent)
    daughter = new_ref()
    court = actions.open_venue(school, offer=COURT, by=manager, at=AT)
    return Scene(
        school, court, manager, as_role("provider_admin", f"organisation:{rival}"), first,
        as_role("resident", f"person:{first}", person=first), as_role("resident", f"person:{second}", person=second),
        as_role("resident", f"person:{daughter}", person=daughter,
                also=(Grant(ROLES["resident"].permissions, f"person:{first}"),)),
        agent, as_role("officer", f"region:{SHUSHAN}"), as_role("officer", f"region:{LUYANG}"))
