from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref
from linli.registers.organisations import actions as organisations
from linli.registers.practitioners import actions
from linli.registers.practitioners.models import Practitioner
from tests.actors import AT, CITY, actor, resident
from tests.registers.organisations.conftest import FORM

ID, ID_2 = "340104198501010027", "34010419790515003X"  # made up; a woman and a man
SINCE, UNTIL = date(2026, 1, 1), date(2027, 12, 1)
WANG: dict[str, Any] = {"name": "王敏", "id_number": ID, "phone": "13800138000", "title": "护理员", "consented": True}


@dataclass(frozen=True)
class Scene:
    """An approved organisation, who manages its staff, an officer, others, and one carer with all base papers."""

    organisation: UUID
    manager: Actor
    officer: Actor
    elsewhere: Actor
    stranger: Actor
    carer: UUID

    @property
    def number(self) -> str:
        return Practitioner.objects.get(ref=self.carer).number

    def holds(self, *kinds: str, until: date | None = UNTIL) -> None:
        for kind in kinds:
            actions.record_credential(self.carer, kind=kind, number=f"NO-{kind}", valid_from=SINCE, valid_until=until,
                                      issuer="合肥市疾控中心", by=self.manager, at=AT)


@pytest.fixture
def scene(regions: ModuleType) -> Scene:
    officer = actor(f"region:{CITY}", "organisations.approve", "practitioners.see")
    organisation = organisations.apply_to_join(**FORM, by=resident(new_ref()), at=AT)
    organisations.approve(organisation, by=officer, at=AT)
    manager = actor(f"organisation:{organisation}", "practitioners.manage", "practitioners.see")
    carer = actions.enrol(organisation=organisation, **WANG, by=manager, at=AT)
    return Scene(organisation, manager, officer, actor(f"organisation:{new_ref()}", "practitioners.manage"),
                 resident(new_ref()), carer)


@pytest.fixture
def green(scene: Scene) -> Scene:
    scene.holds("health_certificate", "insurance", "no_bar")
    return scene
