from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.registers.organisations import actions as organisations
from linli.registers.people import actions as people
from linli.registers.practitioners import actions as practitioners
from linli.registers.practitioners.models import Practitioner
from linli.registers.workforce import actions
from tests.actors import AT, CITY, actor, resident
from tests.registers.organisations.conftest import FORM
from tests.registers.practitioners.conftest import ID, ID_2

ON = date(2026, 11, 16)
LICENCE: dict[str, Any] = {"level": "worker", "certificate": "ZG-2026-0001", "certified_on": date(2026, 6, 1)}
COURSE: dict[str, Any] = {
    "study": "course", "subject": "老年社会工作", "organiser": "安徽省社会工作者协会", "hours": 40,
    "first_on": date(2027, 3, 1), "last_on": date(2027, 3, 5), "certificate": "PX-0001",
}
LATER = datetime(2029, 10, 1, 1, 0, tzinfo=UTC)
"""Within the last three months of a term that began at AT."""


@dataclass(frozen=True)
class Scene:
    """A social worker on the staff of an approved organisation, a second one, and who decides."""

    worker: Actor
    other: Actor
    office: Actor
    elsewhere: Actor
    reader: Actor
    organisation: UUID
    manager: Actor
    practitioner: UUID

    @property
    def person(self) -> UUID:
        assert self.worker.person
        return self.worker.person

    @property
    def number(self) -> str:
        return Practitioner.objects.get(ref=self.practitioner).number

    def applied(self, *, at: datetime = AT, **changes: Any) -> UUID:
        return actions.apply(**LICENCE | changes, by=self.worker, at=at)

    def registered(self, *, at: datetime = AT, **changes: Any) -> UUID:
        ref = self.applied(at=at, **changes)
        actions.register(ref, by=self.office, at=at)
        return ref

    def learnt(self, hours: float = 40, *, first_on: date, at: datetime, number: str, count: bool = True) -> UUID:
        ref = actions.report(**COURSE | {
            "hours": hours, "first_on": first_on, "last_on": first_on + timedelta(days=int(hours // 8)),
            "certificate": number}, by=self.worker, at=at)
        if count:
            actions.confirm(ref, by=self.office, at=at)
        return ref


def person(name: str, id_number: str) -> Actor:
    ref = people.register(name=name, region="340104003000", id_number=id_number, by=SYSTEM, at=AT)
    return resident(ref, "workforce.practise")


@pytest.fixture
def scene(regions: ModuleType) -> Scene:
    officer = actor(f"region:{CITY}", "organisations.approve")
    organisation = organisations.apply_to_join(**FORM, by=resident(new_ref()), at=AT)
    organisations.approve(organisation, by=officer, at=AT)
    manager = actor(f"organisation:{organisation}", "practitioners.manage", "practitioners.see", "workforce.recruit")
    worker, other = person("王敏", ID), person("李强", ID_2)
    practitioner = practitioners.add(organisation=organisation, person=worker.person or new_ref(), title="社工",
                                     consented=True, by=manager, at=AT)
    return Scene(worker, other, actor(f"region:{CITY}", "workforce.see", "workforce.register"),
                 actor("region:340103000000", "workforce.see", "workforce.register"),
                 actor(f"region:{CITY}", "workforce.see"), organisation, manager, practitioner)
