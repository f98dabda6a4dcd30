from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.refusals import Conflict, RuleBroken
from linli.registers.directory import actions as listings
from linli.registers.people import actions as people
from linli.registers.practitioners import actions as staff
from linli.registers.practitioners.models import Credential
from linli.work.orders import actions, queries
from linli.work.orders.states import State
from tests.actors import AT
from tests.registers.directory.conftest import BATH, WEEK
from tests.work.orders.conftest import HUPO, Scene


def accepted(scene: Scene, **said: Any) -> UUID:
    ref = scene.book(**said)
    actions.accept(ref, by=scene.manager, at=AT)
    return ref


def lapse(practitioner: UUID, kind: str, until: date) -> None:
    Credential.objects.filter(practitioner__ref=practitioner, kind=kind).update(valid_until=until)


def test_somebody_is_sent_and_somebody_else_instead(scene: Scene) -> None:
    ref = accepted(scene)
    actions.assign(ref, practitioner=scene.wang, by=scene.clerk, at=AT)
    actions.assign(ref, practitioner=scene.li, by=scene.clerk, at=AT)
    card = scene.card(ref)
    assert card.practitioner and (card.practitioner.name, card.line.state) == ("李强", State.ACCEPTED)
    assert [e.note_name for e in card.timeline if e.fact == "orders.PractitionerAssigned"] == ["王敏", "李强"]


def test_a_lapsed_paper_is_refused_with_its_reason(scene: Scene) -> None:
    ref = accepted(scene)
    lapse(scene.wang, "health_certificate", date(2026, 11, 17))  # its last day is the 16th, the visit is on the 17th
    with pytest.raises(RuleBroken) as why:
        actions.assign(ref, practitioner=scene.wang, by=scene.manager, at=AT)
    assert "王敏 cannot go" in str(why.value) and "16 Nov 2026" in str(why.value)
    assert (why.value.rule, why.value.field) == ("passport.required", "practitioner")
    lapse(scene.wang, "health_certificate", date(2026, 11, 18))
    actions.assign(ref, practitioner=scene.wang, by=scene.manager, at=AT)  # it holds on the day


def test_only_own_staff_who_still_work_here(scene: Scene) -> None:
    ref = accepted(scene)
    with pytest.raises(RuleBroken, match="your own staff"):
        actions.assign(ref, practitioner=scene.neighbour.ref, by=scene.manager, at=AT)
    staff.leave(scene.li, by=scene.manager, at=AT)
    with pytest.raises(RuleBroken, match="cannot go"):
        actions.assign(ref, practitioner=scene.li, by=scene.manager, at=AT)


def test_nobody_is_in_two_places_nor_without_the_way_between(scene: Scene) -> None:
    quick = listings.list_service(scene.provider, **BATH | {"name": "擦身", "region": HUPO, "duration_minutes": 30,
                                                            "buffer_minutes": 0}, hours=WEEK, by=scene.manager, at=AT)
    begin = scene.slots()[0].from_
    actions.assign(accepted(scene), practitioner=scene.wang, by=scene.manager, at=AT)

    def send(minutes: int) -> None:
        slot = next(s for s in scene.slots(service=quick) if s.from_ == begin + timedelta(minutes=minutes))
        ref = actions.book(quick, slot=slot.ref, person=scene.someone(), by=scene.agent, at=AT)
        actions.accept(ref, practitioner=scene.wang, by=scene.manager, at=AT)

    with pytest.raises(Conflict, match="another visit then, 2026-11-17 09:00 to 2026-11-17 10:00") as why:
        send(30)
    assert why.value.field == "practitioner"
    with pytest.raises(Conflict, match="30 minutes are needed"):
        send(60)  # the quick service needs nothing, but half an hour after the bath is kept free
    send(90)
    later = scene.book(slot=1)  # at 10:30, as the quick one is
    with pytest.raises(Conflict):
        actions.accept(later, practitioner=scene.wang, by=scene.manager, at=AT)
    actions.accept(later, practitioner=scene.li, by=scene.manager, at=AT)


def test_two_residents_of_one_group_share_a_practitioner(scene: Scene) -> None:
    listings.update_service(scene.service, capacity=2, by=scene.manager, at=AT)
    mine, other = scene.accepted(), scene.book(by=scene.agent, person=scene.someone())
    actions.accept(other, practitioner=scene.wang, by=scene.manager, at=AT)
    assert scene.row(mine).practitioner == scene.row(other).practitioner


def test_a_cancelled_visit_no_longer_takes_time(scene: Scene) -> None:
    first = scene.accepted()
    actions.cancel(first, reason="staff_ill", by=scene.manager, at=AT)
    again = scene.book()
    actions.accept(again, practitioner=scene.wang, by=scene.manager, at=AT)
    assert scene.row(again).practitioner == scene.wang


def test_who_can_go_and_why_the_others_cannot(scene: Scene) -> None:
    lapse(scene.wang, "insurance", date(2026, 11, 10))
    ref = scene.book()
    fit, others = queries.choices(scene.card(ref, by=scene.manager).line)
    assert [card.name for card in fit] == ["李强"] and others[0][0] == "王敏" and "9 Nov 2026" in others[0][1]
    row = queries.incoming(scene.provider, by=scene.manager, at=AT)[0]
    assert [card.name for card in row.fit] == ["李强"] and row.why_not is None
    lapse(scene.li, "insurance", date(2026, 11, 10))
    row = queries.incoming(scene.provider, by=scene.manager, at=AT)[0]
    assert not row.fit and row.why_not and not queries.incoming(scene.provider, by=scene.manager, at=AT, able=True)


def test_an_erased_resident_leaves_no_address(scene: Scene) -> None:
    ref = scene.accepted()
    people.erase(scene.person, by=scene.resident, at=AT)
    card = scene.card(ref, by=scene.manager)
    assert "琥珀" not in card.address and card.contact and "张" not in card.contact.name
    actions.check_in(ref, lon=117.2625, lat=31.8524, by=scene.carer, at=scene.row(ref).begin)
    assert scene.proof(ref).check_in_method == "district"
