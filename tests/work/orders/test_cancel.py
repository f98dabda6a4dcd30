from datetime import timedelta

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.refusals import Conflict, RuleBroken
from linli.work.orders import actions
from linli.work.orders.states import State
from tests.actors import AT
from tests.work.orders.conftest import Scene


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
