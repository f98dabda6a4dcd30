from datetime import timedelta

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, NotFound
from linli.work.needs import queries as asked
from linli.work.orders import actions, jobs, queries
from linli.work.orders.states import State
from tests.actors import AT
from tests.work.orders.conftest import Scene

OVER = AT + timedelta(minutes=10)


def test_a_hold_keeps_the_time_and_tells_nobody(scene: Scene) -> None:
    ref = scene.hold()
    row = scene.row(ref)
    assert (row.state, row.hold_until, row.need, scene.free()) == (State.HELD, OVER, None, 0)
    assert not asked.mine(scene.resident) and not queries.waiting(scene.manager)
    assert Entry.objects.get(about=ref).visibility == "private"
    with pytest.raises(NotFound):
        scene.card(ref, by=scene.manager)
    with pytest.raises(Conflict, match="just been taken"):
        scene.book(by=scene.daughter)


def test_booking_what_was_held(scene: Scene) -> None:
    ref = scene.hold()
    actions.book_held(ref, by=scene.resident, at=OVER - timedelta(seconds=1))
    row = scene.row(ref)
    assert row.state == State.BOOKED and row.hold_until is None and row.need
    assert queries.waiting(scene.manager).count() == 1 and scene.card(ref, by=scene.manager).line.number == row.number


def test_a_hold_that_ran_out_is_over_at_once_whether_or_not_the_clock_came_by(scene: Scene) -> None:
    ref = scene.hold()
    assert scene.card(ref, at=OVER).line.state is State.LAPSED and not scene.card(ref, at=OVER).moves
    with pytest.raises(Conflict, match="kept until 2026-11-16 09:10"):
        actions.book_held(ref, by=scene.resident, at=OVER)
    other = actions.book(scene.service, slot=scene.row(ref).slot, person=scene.person, by=scene.daughter, at=OVER)
    assert scene.row(ref).state == State.LAPSED and scene.row(other).state == State.BOOKED
    assert scene.free() == 0


def test_the_clock_lets_holds_lapse_once(scene: Scene) -> None:
    ref = scene.hold()
    assert jobs.lapse_holds(OVER - timedelta(seconds=1)) == 0
    assert jobs.lapse_holds(OVER) == 1 and jobs.lapse_holds(OVER) == 0
    assert (scene.row(ref).state, scene.free()) == (State.LAPSED, 1)
    assert actions.lapse(ref, by=SYSTEM, at=OVER) is False and scene.free() == 1
    with pytest.raises(NotAllowed):
        actions.lapse(scene.hold(slot=1), by=scene.resident, at=OVER)
