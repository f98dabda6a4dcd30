from datetime import timedelta

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.refusals import Conflict, RuleBroken
from linli.work.orders import actions
from linli.work.orders.states import State
from tests.actors import AT
from tests.work.orders.conftest import NEAR, Scene


def test_the_resident_cancels_and_the_time_is_free_again(scene: Scene) -> None:
    ref = scene.accepted()
    actions.cancel(ref, reason="ill", by=scene.daughter, at=AT)
    row = scene.row(ref)
    assert (row.state, row.reason, row.cancelled_late, scene.free()) == (State.CANCELLED, "ill", False, 1)
    assert scene.need(row.need) == "open"
    told = Entry.objects.filter(about=ref).latest("pk").payload
    assert told["by_provider"] is False and told["practitioner"] == str(scene.wang)


def test_late_cancelling_is_marked_but_allowed(scene: Scene) -> None:
    ref = scene.book()
    actions.cancel(ref, reason="ill", by=scene.resident, at=scene.row(ref).begin - timedelta(minutes=119))
    assert scene.row(ref).cancelled_late and scene.card(ref).cancelled_late


def test_the_provider_cancels_what_it_accepted_with_its_own_reasons(scene: Scene) -> None:
    ref = scene.accepted()
    with pytest.raises(RuleBroken, match="listed reasons"):
        actions.cancel(ref, reason="price", by=scene.manager, at=AT)
    actions.cancel(ref, reason="staff_ill", by=scene.manager, at=AT)
    assert Entry.objects.filter(about=ref).latest("pk").payload["by_provider"] is True
    unanswered = scene.book()
    with pytest.raises(Conflict):  # a booking is declined, not cancelled
        actions.cancel(unanswered, reason="staff_ill", by=scene.manager, at=AT)


def test_a_visit_under_way_is_not_cancelled(scene: Scene) -> None:
    ref = scene.begun()
    with pytest.raises(Conflict, match="no longer open: Cancel"):
        actions.cancel(ref, reason="ill", by=scene.resident, at=scene.row(ref).begin)


def test_nobody_there_or_nobody_came(scene: Scene) -> None:
    ref = scene.accepted()
    begin = scene.row(ref).begin
    for by in (scene.manager, scene.resident):
        with pytest.raises(RuleBroken, match="Wait until then"):
            actions.no_show(ref, by=by, at=begin - timedelta(seconds=1))
    actions.no_show(ref, by=scene.resident, at=begin + timedelta(minutes=30))
    row = scene.row(ref)
    assert (row.state, row.reason) == (State.NO_SHOW, "provider_absent")
    assert scene.need(row.need) == "open" and scene.free() == 0  # its time is over
    other = scene.accepted(days=2)
    actions.no_show(other, by=scene.clerk, at=scene.row(other).begin)
    assert scene.row(other).reason == "resident_absent"
    assert Entry.objects.filter(about=other).latest("pk").payload["provider_absent"] is False


def test_a_need_that_was_served_is_not_opened_again_when_the_rest_is_cancelled(scene: Scene) -> None:
    first = scene.book()
    need = scene.row(first).need
    others = [scene.book(slot=1, need=need), scene.book(days=2, need=need)]
    actions.accept(first, practitioner=scene.wang, by=scene.manager, at=AT)
    actions.check_in(first, lon=NEAR[0], lat=NEAR[1], by=scene.carer, at=scene.row(first).begin)
    actions.check_out(first, lon=NEAR[0], lat=NEAR[1], by=scene.carer, at=scene.row(first).until)
    actions.cancel(others[0], reason="not_needed", by=scene.resident, at=AT)
    actions.confirm(first, by=scene.resident, at=scene.row(first).until)
    assert scene.need(need) == "booked"
    actions.cancel(others[1], reason="not_needed", by=scene.resident, at=AT)
    assert scene.need(need) == "met"


def test_a_visit_that_waits_for_the_residents_word_keeps_its_need_closed(scene: Scene) -> None:
    first = scene.served()
    other = scene.book(slot=1, need=scene.row(first).need)
    actions.cancel(other, reason="not_needed", by=scene.resident, at=AT)
    assert scene.need(scene.row(first).need) == "booked"
    actions.confirm(first, by=scene.resident, at=scene.row(first).until)
    assert scene.need(scene.row(first).need) == "met"


def test_what_the_provider_declines_opens_the_need_again(scene: Scene) -> None:
    first = scene.served()
    other = scene.book(slot=1, need=scene.row(first).need)
    actions.confirm(first, by=scene.resident, at=scene.row(first).until)
    actions.decline(other, reason="no_staff", by=scene.manager, at=AT)
    assert scene.need(scene.row(first).need) == "open"
