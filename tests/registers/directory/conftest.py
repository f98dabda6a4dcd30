from dataclasses import dataclass
from datetime import time
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import Actor
from linli.kernel.geometry import Point
from linli.kernel.refs import new_ref
from linli.registers.directory import actions
from linli.registers.directory.queries import HoursCard
from linli.registers.directory.states import CHECK, MANAGE
from linli.registers.organisations.models import Organisation, Site
from tests.actors import AT, CITY, actor, resident

HUPO = "340104003000"  # 琥珀街道
SHUSHAN, LUYANG = "340104000000", "340103000000"
HERE = Point(117.26, 31.85)
BATH: dict[str, Any] = {
    "category": "home_bathing", "name": "上门助浴", "summary": "两名护理员上门，自带助浴设备。", "modes": ["home"],
    "price_fen": 8000, "subsidy_fen": 6000, "subsidy_min_age": 60, "duration_minutes": 60, "buffer_minutes": 30,
    "lead_minutes": 120,
}
WEEK = [HoursCard(day, time(9), time(12)) for day in range(5)]


@dataclass(frozen=True)
class Scene:
    """A provider with a site, its manager, another provider's manager, and a resident."""

    provider: UUID
    site: UUID
    manager: Actor
    stranger: Actor
    officer: Actor
    resident: Actor
    other: UUID

    def list(self, **said: Any) -> UUID:
        """List the bathing service, open Monday to Friday from 9 to 12, with what is said differently."""
        hours = said.pop("hours", WEEK)
        by = said.pop("by", self.manager)
        return actions.list_service(
            said.pop("organisation", self.provider), **{"site": self.site} | BATH | said, hours=hours, by=by, at=AT
        )


def organisation(name: str, uscc: str, region: str, state: str = "approved") -> UUID:
    row = Organisation.objects.create(
        kind="agency", name=name, uscc=uscc, region_code=region, address="1 号", phone="12349", state=state,
        applied_at=AT, applied_by=new_ref(),
    )
    return row.ref


@pytest.fixture
def scene(regions: ModuleType) -> Scene:
    provider = organisation("合肥安康居家养老服务中心", "52340100500000015P", SHUSHAN)
    other = organisation("庐阳区和顺社区服务中心", "52340103500000023K", LUYANG)
    site = Site.objects.create(
        organisation=Organisation.objects.get(ref=provider), name="琥珀站", address="琥珀路 1 号", region_code=HUPO,
        lon=HERE.lon, lat=HERE.lat, accessibility=["step_free"],
    )
    return Scene(
        provider, site.ref, actor(f"organisation:{provider}", MANAGE), actor(f"organisation:{other}", MANAGE),
        actor(f"region:{CITY}", "organisations.approve", CHECK), resident(new_ref()), other,
    )
