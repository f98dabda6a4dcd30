from datetime import timedelta

import pytest

from linli.engines.journal.models import Entry
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, RuleBroken
from linli.work.orders import actions, jobs
from linli.work.orders.states import State
from tests.actors import AT
from tests.work.orders.conftest import Scene


def test_accepting_and_choosing_who_goes_in_one_step(scene: Scene) -> None:
    ref = scene.book()
    actions.accept(ref, practitioner=scene.wang, by=scene.clerk, at=AT)
    row = scene.row(ref)
    assert (row.state, row.practitioner, row.accepted_by) == (State.ACCEPTED, scene.wang, scene.clerk.ref)
    assert [e.fact for e in Entry.objects.filter(about=ref).order_by("pk")] == [
        "orders.OrderBooked", "orders.OrderAccepted", "orders.PractitionerAssigned"]
    assert [duty.state for duty in rulebook.duties(on=AT.date(), about=[ref])] == ["met"]


def test_who_cannot_go_leaves_the_booking_unanswered(scene: Scene) -> None:
    ref = scene.book()
    with pytest.raises(RuleBroken, match="your own staff"):
        actions.accept(ref, practitioner=scene.person, by=scene.manager, at=AT)
    assert scene.row(ref).state == State.BOOKED and Entry.objects.filter(about=ref).count() == 1


def test_a_time_that_has_passed_is_not_accepted(scene: Scene) -> None:
    ref = scene.book()
    with pytest.raises(RuleBroken, match="has passed"):
        actions.accept(ref, by=scene.manager, at=scene.row(ref).begin)


def test_declining_frees_the_time_and_the_need(scene: Scene) -> None:
    ref = scene.book()
    actions.decline(ref, reason="too_far", by=scene.manager, at=AT)
    row = scene.row(ref)
    assert (row.state, row.reason, scene.free()) == (State.DECLINED, "too_far", 1)
    assert scene.need(row.need) == "open"
    assert [duty.state for duty in rulebook.duties(on=AT.date(), about=[ref])] == ["met"]
    with pytest.raises(Conflict):
        actions.accept(ref, by=scene.manager, at=AT)


def test_declining_takes_a_reason_of_the_list(scene: Scene) -> None:
    ref = scene.book()
    for reason in ("", "because", "no_answer"):
        with pytest.raises(RuleBroken, match="listed reasons"):
            actions.decline(ref, reason=reason, by=scene.manager, at=AT)
    assert scene.row(ref).state == State.BOOKED


def test_what_nobody_answered_is_declined_when_its_time_comes(scene: Scene) -> None:
    ref, answered = scene.book(), scene.accepted(slot=1)
    begin = scene.row(answered).begin
    assert jobs.decline_unanswered(scene.row(ref).begin - timedelta(seconds=1)) == 0
    assert jobs.decline_unanswered(begin) == 1 and jobs.decline_unanswered(begin) == 0
    row = scene.row(ref)
    assert (row.state, row.reason, row.closed_by) == (State.DECLINED, "no_answer", SYSTEM.ref)
    assert scene.need(row.need) == "open" and scene.row(answered).state == State.ACCEPTED
