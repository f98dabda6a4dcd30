from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import Actor, Grant
from linli.kernel.geometry import Point
from linli.kernel.refs import new_ref
from linli.registers.accounts.registry import ROLES
from linli.registers.directory import actions as listings
from linli.registers.directory import queries as directory
from linli.registers.people import actions as people
from linli.registers.practitioners import actions as staff
from linli.work.needs import queries as needs
from linli.work.orders import actions, queries
from linli.work.orders.models import Order, Proof
from tests.actors import AT, CITY
from tests.registers.directory.conftest import BATH, WEEK, organisation

HUPO, SHUSHAN, LUYANG = "340104003000", "340104000000", "340103000000"
HOME = Point(117.262, 31.852)
NEAR, FAR = (117.2625, 31.8524), (117.275, 31.860)
IDS = ("340104198501010027", "34010419790515003X")  # made up; a woman and a man
PAPERS = ("health_certificate", "carer_certificate", "insurance", "no_bar")
DAY = timedelta(days=1)


def as_role(role: str, scope: str, *, person: UUID | None = None, also: tuple[Grant, ...] = ()) -> Actor:
    """Somebody who holds a real role in one scope."""
    return Actor(new_ref(), person, (Grant(ROLES[role].permissions, scope), *also))


@dataclass(frozen=True)
class Scene:
    """A provider with a bathing service, two carers, a mother with her daughter, an agent, officers and strangers."""

    provider: UUID
    service: UUID
    person: UUID
    resident: Actor
    daughter: Actor
    neighbour: Actor
    agent: Actor
    manager: Actor
    clerk: Actor
    rival: Actor
    wang: UUID
    li: UUID
    carer: Actor
    other_carer: Actor
    officer: Actor
    elsewhere: Actor

    def slots(self, *, days: int = 1, service: UUID | None = None) -> list[directory.SlotCard]:
        return directory.slots(service or self.service, AT + days * DAY, AT + (days + 1) * DAY)

    def book(self, *, slot: int = 0, days: int = 1, by: Actor | None = None, **said: Any) -> UUID:
        """Tomorrow's first bath, booked by the resident unless told otherwise."""
        whole: dict[str, Any] = {"address": "琥珀路 5 号 2 栋 301", "point": HOME, "person": self.person, **said}
        return actions.book(self.service, slot=self.slots(days=days)[slot].ref, by=by or self.resident, at=AT, **whole)

    def someone(self, name: str = "李秀英") -> UUID:
        """Somebody else of the same community, for whom the agent may book."""
        return people.register(name=name, region=HUPO, phone="13855500000", birth_on=date(1946, 5, 1),
                               address="琥珀路 9 号", consent_by_phone=True, by=self.agent, at=AT - 30 * DAY)

    def hold(self, *, slot: int = 0, at: datetime = AT) -> UUID:
        return actions.hold(self.service, slot=self.slots()[slot].ref, address="琥珀路 5 号", point=HOME,
                            by=self.resident, at=at)

    def accepted(self, **said: Any) -> UUID:
        ref = self.book(**said)
        actions.accept(ref, practitioner=self.wang, by=self.manager, at=AT)
        return ref

    def begun(self) -> UUID:
        ref = self.accepted()
        actions.check_in(ref, lon=NEAR[0], lat=NEAR[1], by=self.carer, at=self.row(ref).begin)
        return ref

    def served(self, **said: Any) -> UUID:
        ref = self.begun()
        actions.check_out(ref, **({"lon": NEAR[0], "lat": NEAR[1]} | said), by=self.carer, at=self.row(ref).until)
        return ref

    def confirmed(self) -> UUID:
        ref = self.served()
        actions.confirm(ref, by=self.resident, at=self.row(ref).until)
        return ref

    def row(self, ref: UUID) -> Order:
        return Order.objects.get(ref=ref)

    def need(self, ref: UUID | None) -> str:
        """How the need of an order stands."""
        assert ref
        return needs.need(ref, by=self.resident).state

    def proof(self, ref: UUID) -> Proof:
        return Proof.objects.get(order__ref=ref)

    def card(self, ref: UUID, *, by: Actor | None = None, at: datetime = AT, reveal: bool = False) -> queries.OrderCard:
        return queries.order(ref, by=by or self.resident, at=at, reveal=reveal)

    def free(self, *, slot: int = 0, days: int = 1) -> int:
        return self.slots(days=days)[slot].free

    @property
    def make(self) -> dict[str, Callable[[], UUID]]:
        """How to come by an order in each state."""
        return {
            "held": self.hold, "booked": self.book, "accepted": self.accepted, "in_service": self.begun,
            "served": self.served, "confirmed": self.confirmed, "rated": self._rated, "declined": self._declined,
            "cancelled": self._cancelled, "no_show": self._no_show, "lapsed": self._lapsed,
            "struck": self._struck,
        }

    def _rated(self) -> UUID:
        ref = self.served()
        actions.rate(ref, grade=5, comment="很细心", by=self.resident, at=self.row(ref).until)
        return ref

    def _declined(self) -> UUID:
        ref = self.book()
        actions.decline(ref, reason="no_staff", by=self.manager, at=AT)
        return ref

    def _cancelled(self) -> UUID:
        ref = self.book()
        actions.cancel(ref, reason="not_needed", by=self.resident, at=AT)
        return ref

    def _no_show(self) -> UUID:
        ref = self.accepted()
        actions.no_show(ref, by=self.manager, at=self.row(ref).until)
        return ref

    def _struck(self) -> UUID:
        ref = self.served()
        dispute = actions.dispute(ref, claim="not_given", text="没有人来过。", by=self.resident, at=self.row(ref).until)
        actions.decide(dispute, outcome="struck", reasons="门禁记录显示无人到访。", by=self.officer,
                       at=self.row(ref).until + 6 * DAY)
        return ref

    def _lapsed(self) -> UUID:
        from linli.kernel.actor import SYSTEM

        ref = self.hold()
        actions.lapse(ref, by=SYSTEM, at=AT + timedelta(minutes=11))
        return ref


def papers(
    practitioner: UUID, manager: Actor, *, until: date = date(2027, 12, 1), kinds: tuple[str, ...] = PAPERS
) -> None:
    for kind in kinds:
        staff.record_credential(practitioner, kind=kind, number=f"NO-{kind}", valid_from=date(2026, 1, 1),
                                valid_until=until, issuer="合肥市疾控中心", by=manager, at=AT)


def set_stage() -> Scene:
    provider = organisation("合肥安康居家养老服务中心", "52340100500000015P", SHUSHAN)
    rival = organisation("庐阳区和顺社区服务中心", "52340103500000023K", LUYANG)
    manager = as_role("provider_admin", f"organisation:{provider}")
    service = listings.list_service(provider, **BATH | {"region": HUPO}, hours=WEEK, by=manager, at=AT)
    agent = as_role("hotline_agent", f"region:{CITY}")
    mother = people.register(name="张桂英", region=HUPO, phone="13855512345", birth_on=date(1944, 3, 1),
                             address="琥珀路 5 号 2 栋 301", consent_by_phone=True, by=agent, at=AT - 30 * DAY)
    neighbour, daughter = new_ref(), new_ref()
    wang, li = (
        staff.enrol(organisation=provider, name=name, id_number=number, phone=phone, title="护理员", consented=True,
                    by=manager, at=AT - 30 * DAY)
        for name, number, phone in (("王敏", IDS[0], "13800138000"), ("李强", IDS[1], "13800138001")))
    for practitioner in (wang, li):
        papers(practitioner, manager)
    return Scene(
        provider, service, mother, as_role("resident", f"person:{mother}", person=mother),
        as_role("resident", f"person:{daughter}", person=daughter,
                also=(Grant(ROLES["resident"].permissions, f"person:{mother}"),)),
        as_role("resident", f"person:{neighbour}", person=neighbour), agent, manager,
        as_role("provider_staff", f"organisation:{provider}"), as_role("provider_admin", f"organisation:{rival}"),
        wang, li, as_role("practitioner", f"practitioner:{wang}"), as_role("practitioner", f"practitioner:{li}"),
        as_role("officer", f"region:{SHUSHAN}"), as_role("officer", f"region:{LUYANG}"),
    )


@pytest.fixture
def scene(regions: ModuleType) -> Scene:
    return set_stage()


