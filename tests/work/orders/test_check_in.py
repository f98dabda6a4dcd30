from datetime import date, timedelta
from typing import Any

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.registers.practitioners.models import Credential
from linli.work.orders import actions
from linli.work.orders.models import Proof
from linli.work.orders.states import State
from tests.actors import AT
from tests.work.orders.conftest import FAR, NEAR, Scene

HERE: dict[str, Any] = {"lon": NEAR[0], "lat": NEAR[1]}


def test_a_visit_proves_its_six_elements(scene: Scene) -> None:
    ref = scene.served()
    proof, row = scene.proof(ref), scene.row(ref)
    assert (proof.service, proof.person, proof.practitioner) == (scene.service, scene.person, scene.wang)
    assert (proof.on, proof.region_code) == (date(2026, 11, 17), row.region_code)
    assert (proof.began, proof.ended, proof.minutes, proof.worth) == (row.begin, row.until, 60, "B")
    assert (proof.check_in_method, proof.check_in_metres) == ("geofence", 65)
    told = Entry.objects.filter(about=ref, fact="orders.CheckedOut").get().payload
    assert (told["minutes"], told["worth"], told["metres"]) == (60, "B", 65) and "lon" not in told


def test_the_door_opens_fifteen_minutes_before(scene: Scene) -> None:
    ref = scene.accepted()
    begin = scene.row(ref).begin
    for early in (timedelta(days=1), timedelta(minutes=16)):
        with pytest.raises(RuleBroken, match="check-in opens at 2026-11-17 08:45") as why:
            actions.check_in(ref, **HERE, by=scene.carer, at=begin - early)
        assert why.value.rule == "orders.check_in_early_minutes"
    assert scene.row(ref).state == State.ACCEPTED and not Proof.objects.exists()
    actions.check_in(ref, **HERE, by=scene.carer, at=begin - timedelta(minutes=15))


def test_where_one_has_to_be(scene: Scene) -> None:
    ref = scene.accepted()
    begin = scene.row(ref).begin
    cases: tuple[tuple[dict[str, Any], str, str], ...] = (
        ({"lon": FAR[0], "lat": FAR[1]}, "1516 m from the agreed place", "lon"),
        ({"lon": NEAR[1], "lat": NEAR[0]}, "look swapped", "lon"), ({"lon": NEAR[0]}, "latitude", "lat"),
        ({}, "Turn on your phone", "method"),
    )
    for here, sentence, field in cases:
        with pytest.raises(RuleBroken, match=sentence) as why:
            actions.check_in(ref, **here, by=scene.carer, at=begin)
        assert why.value.field == field
    assert not Proof.objects.exists()


def test_without_a_known_point_the_district_is_what_can_be_checked(scene: Scene) -> None:
    ref = scene.accepted(point=None)
    begin = scene.row(ref).begin
    with pytest.raises(RuleBroken, match="not in the district of this visit, 琥珀街道"):
        actions.check_in(ref, lon=117.30, lat=31.93, by=scene.carer, at=begin)
    actions.check_in(ref, lon=117.25, lat=31.86, by=scene.carer, at=begin)
    assert (scene.proof(ref).check_in_method, scene.proof(ref).check_in_metres) == ("district", None)


def test_a_later_entry_has_its_reason_and_stays_marked(scene: Scene) -> None:
    ref = scene.accepted()
    begin, now = scene.row(ref).begin, scene.row(ref).until + timedelta(days=1)
    with pytest.raises(RuleBroken, match="later entry"):
        actions.check_in(ref, **HERE, by=scene.carer, at=now)
    with pytest.raises(RuleBroken, match="listed reasons"):
        actions.check_in(ref, method="later", began=begin, by=scene.manager, at=now)
    with pytest.raises(RuleBroken, match="Give the time"):
        actions.check_in(ref, method="later", reason="forgot", by=scene.manager, at=now)
    actions.check_in(ref, method="later", reason="forgot", began=begin, by=scene.manager, at=now)
    with pytest.raises(RuleBroken, match="cannot end before it began"):
        actions.check_out(ref, method="later", reason="forgot", ended=begin - timedelta(minutes=5), by=scene.manager,
                          at=now)
    actions.check_out(ref, method="later", reason="forgot", ended=begin + timedelta(minutes=50), by=scene.manager,
                      at=now)
    actions.confirm(ref, by=scene.resident, at=now)
    proof = scene.proof(ref)
    assert (proof.minutes, proof.worth, proof.check_in_reason, proof.check_in_at) == (50, "D", "forgot", now)


def test_only_the_office_supervises(scene: Scene) -> None:
    ref = scene.accepted()
    begin = scene.row(ref).begin
    with pytest.raises(NotAllowed, match="provider's office"):
        actions.check_in(ref, method="supervisor", reason="phone", by=scene.carer, at=begin)
    actions.check_in(ref, method="supervisor", reason="phone", by=scene.manager, at=begin)
    actions.check_out(ref, **HERE, by=scene.carer, at=begin + timedelta(hours=1))
    assert scene.proof(ref).worth == "C"
    actions.confirm(ref, by=scene.resident, at=begin + timedelta(hours=2))
    assert scene.proof(ref).worth == "B"


def test_the_passport_is_looked_at_again_at_the_door(scene: Scene) -> None:
    ref = scene.accepted()
    Credential.objects.filter(practitioner__ref=scene.wang, kind="no_bar").update(valid_until=date(2026, 11, 17))
    with pytest.raises(RuleBroken, match="王敏 cannot go") as why:
        actions.check_in(ref, **HERE, by=scene.carer, at=scene.row(ref).begin)
    assert why.value.rule == "passport.required" and scene.row(ref).state == State.ACCEPTED


def test_somebody_has_to_be_chosen_first(scene: Scene) -> None:
    ref = scene.book()
    actions.accept(ref, by=scene.manager, at=AT)
    with pytest.raises(RuleBroken, match="Nobody has been chosen"):
        actions.check_in(ref, method="supervisor", reason="phone", by=scene.manager, at=scene.row(ref).begin)


def test_a_check_out_comes_after_a_check_in_and_once(scene: Scene) -> None:
    ref = scene.accepted()
    until = scene.row(ref).until
    with pytest.raises(Conflict, match="no longer open: Check out"):
        actions.check_out(ref, **HERE, by=scene.carer, at=until)
    actions.check_in(ref, **HERE, by=scene.carer, at=scene.row(ref).begin)
    with pytest.raises(RuleBroken, match="m from the agreed place"):
        actions.check_out(ref, lon=FAR[0], lat=FAR[1], by=scene.carer, at=until)
    actions.check_out(ref, **HERE, by=scene.carer, at=until)
    with pytest.raises(Conflict):
        actions.check_out(ref, **HERE, by=scene.carer, at=until)


def test_a_forgotten_check_out_counts_to_the_planned_end_only(scene: Scene) -> None:
    ref = scene.begun()
    row = scene.row(ref)
    actions.check_out(ref, **HERE, by=scene.carer, at=row.until + timedelta(hours=7))
    proof = scene.proof(ref)
    assert (proof.ended, proof.minutes, proof.capped, proof.worth) == (row.until, 60, True, "C")

