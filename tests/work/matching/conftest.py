from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import Actor
from linli.kernel.geometry import Point
from linli.kernel.refs import new_ref
from linli.registers.directory import actions as directory
from linli.registers.directory.queries import HoursCard
from linli.registers.directory.states import MANAGE
from linli.registers.organisations.models import Organisation
from linli.registers.people import actions as people
from linli.registers.people.models import Person
from linli.registers.practitioners.models import Credential, Practitioner
from linli.work.needs import actions as needs
from linli.work.needs.rules.wishes import Window
from linli.work.needs.states import RESIDENT
from tests.actors import AT, CITY, actor, resident

VILLAGE, HUPO, SHUSHAN, LUYANG = "340104003001", "340104003000", "340104000000", "340103000000"
HERE = Point(117.25, 31.85)
PAPERS = ("identity", "health_certificate", "carer_certificate", "insurance", "no_bar")
BATH: dict[str, Any] = {
    "category": "home_bathing", "name": "上门助浴", "summary": "两名护理员上门。", "modes": ["home"], "region": SHUSHAN,
    "point": Point(117.26, 31.85), "price_fen": 8000, "subsidy_fen": 6000, "subsidy_min_age": 60,
}
WEEK = [HoursCard(day, time(9), time(12)) for day in range(5)]
WORDS = "我妈妈 82 岁，刚出院，想找人每周上门帮她洗澡、量血压"
_numbers = count(1)


@dataclass(frozen=True)
class Scene:
    """A resident of 82 in 琥珀街道, and providers as they are made."""

    person: UUID
    resident: Actor
    neighbour: Actor

    def provider(
        self, name: str = "合肥安康居家养老服务中心", *, staff: int = 1, until: date = date(2027, 12, 1)
    ) -> UUID:
        """An approved organisation with carers who hold every paper until then."""
        number = next(_numbers)
        row = Organisation.objects.create(
            kind="agency", name=name, uscc=f"52{number:016d}", region_code=SHUSHAN, address="1 号", phone="12349",
            state="approved", applied_at=AT, applied_by=new_ref(),
        )
        for _ in range(staff):
            one = next(_numbers)
            person = Person.objects.create(
                number=f"{one:010d}", region_code=HUPO, registered_at=AT, registered_by=new_ref())
            carer = Practitioner.objects.create(
                organisation=row, person=person, number=f"P{one:010d}", title="护理员", public_name="王敏",
                gender="female", languages=["zh"], state="active", joined_on=AT.date(), added_at=AT, added_by=new_ref(),
            )
            Credential.objects.bulk_create(
                Credential(practitioner=carer, kind=kind, valid_from=date(2026, 1, 1), issuer="合肥市疾控中心",
                           valid_until=until if kind == "health_certificate" else date(2028, 1, 1), recorded_at=AT,
                           recorded_by=new_ref()) for kind in PAPERS)
        return row.ref

    def list(self, provider: UUID | None = None, **said: Any) -> UUID:
        """List a bathing service, open Monday to Friday from 9 to 12, with what is said differently."""
        provider = provider or self.provider()
        hours = said.pop("hours", WEEK)
        return directory.list_service(
            provider, **BATH | said, hours=hours, by=actor(f"organisation:{provider}", MANAGE), at=AT)

    def need(self, **said: Any) -> UUID:
        """What the resident asks for: a bath at home within three days, unless said differently."""
        wanted: dict[str, Any] = {
            "text": WORDS, "category": "home_bathing", "point": HERE, "region": VILLAGE, "mode": "home",
            "windows": [window(0, 72)],
        } | said
        return needs.post(**wanted, by=self.resident, at=AT)


def window(begin: float, end: float, *, at: datetime = AT) -> Window:
    return Window(at + timedelta(hours=begin), at + timedelta(hours=end))


@pytest.fixture
def scene(regions: ModuleType) -> Scene:
    person = people.register(
        name="张桂英", region=VILLAGE, phone="13855512345", birth_on=date(1944, 3, 1), gender="female",
        consent_by_phone=True, by=actor(f"region:{CITY}", "people.register"), at=AT - timedelta(days=30))
    return Scene(person, resident(person, *RESIDENT), resident(new_ref(), *RESIDENT))
