from dataclasses import dataclass
from types import ModuleType
from uuid import UUID

import pytest

from linli.kernel.actor import SYSTEM, Actor
from linli.registers.people import actions
from tests.actors import AT, CITY, actor, resident

DISTRICT, OTHER = "340104000000", "340103000000"  # 蜀山区, 庐阳区
ID_MOTHER, ID_DAUGHTER = "340104195005051010", "340104198809151029"  # invented, with true check digits
ID_CHILD = "340104201506011023"
RESIDENT = ("people.see", "people.manage", "people.consent")


def me(person: UUID) -> Actor:
    return resident(person, *RESIDENT)


@dataclass(frozen=True)
class Town:
    """Two people, an agent and an officer of the district, an officer of the neighbouring one."""

    mother: UUID
    daughter: UUID
    agent: Actor
    officer: Actor
    stranger: Actor


@pytest.fixture
def town(regions: ModuleType) -> Town:
    mother = actions.register(name="王秀英", id_number=ID_MOTHER, phone="13800138000", address="翠微路8号3栋201",
                              region=DISTRICT, by=SYSTEM, at=AT)
    daughter = actions.register(name="周敏", region=CITY, phone="0551-62345678", by=SYSTEM, at=AT)
    agent = actor(f"region:{DISTRICT}", "people.find", "people.register", "people.see", "people.consent")
    return Town(mother, daughter, agent, actor(f"region:{DISTRICT}", "people.open", "people.see"),
                actor(f"region:{OTHER}", "people.open", "people.see", "people.find", "people.register"))
