from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref
from linli.registers.organisations import actions
from tests.actors import AT, CITY, actor, resident

FORM: dict[str, Any] = {
    "kind": "agency", "name": "合肥安康居家养老服务中心", "uscc": "52340100500000015P", "region": "340104000000",
    "address": "蜀山区琥珀街道 1 号", "phone": "0551-62345678", "introduction": "上门助浴和陪诊。",
}
SITE: dict[str, Any] = {
    "name": "琥珀站", "address": "琥珀路 1 号", "region": "340104003000", "lon": 117.26, "lat": 31.85,
    "accessibility": ["step_free"],
}


@dataclass(frozen=True)
class Scene:
    """Who is there: the applicant, an officer of the city, one of another district, a manager of the organisation."""

    applicant: Actor
    officer: Actor
    elsewhere: Actor
    stranger: Actor
    organisation: UUID
    manager: Actor

    def state(self) -> str:
        from linli.registers.organisations.models import Organisation

        return Organisation.objects.get(ref=self.organisation).state


@pytest.fixture
def scene(regions: ModuleType) -> Scene:
    applicant = resident(new_ref())
    ref = actions.apply_to_join(**FORM, by=applicant, at=AT)
    return Scene(
        applicant, actor(f"region:{CITY}", "organisations.approve"),
        actor("region:340103000000", "organisations.approve"), resident(new_ref()), ref,
        actor(f"organisation:{ref}", "organisations.manage"),
    )


@pytest.fixture
def approved(scene: Scene) -> Scene:
    actions.approve(scene.organisation, by=scene.officer, at=AT)
    return replace(scene)
