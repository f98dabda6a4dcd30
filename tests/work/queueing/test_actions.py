"""People take numbers, are called in turn, are told honestly how long it takes, and come back after a missed call."""
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from linli.engines.journal.models import Entry
from linli.engines.journal.registry import TELLINGS
from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.directory import actions as listings
from linli.registers.directory import queries as directory
from linli.work.orders import actions as orders
from linli.work.queueing import actions, jobs, queries
from linli.work.queueing.models import Queue, Ticket
from linli.work.queueing.states import LIFE, QueueState, State
from tests.actors import AT
from tests.races import at_once

from .conftest import Scene

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def test_a_number_is_taken_called_served_and_done(scene: Scene) -> None:
    first, = scene.out()
    own = actions.take(scene.queue, by=scene.resident, at=AT)
    card, = queries.mine(scene.queue, by=scene.resident, at=AT)
    assert (card.number, card.ahead, card.state) == ("A002", 1, "waiting") and card.wait and not card.wait.measured
    assert scene.called() == "A001" and scene.called(2) == "A002"
    payload = Entry.objects.filter(fact="queueing.NumberCalled", about=own).get().payload
    assert list(TELLINGS["queueing.NumberCalled"].to(payload)) == [f"person:{scene.resident.person}"]
    assert queries.mine(scene.queue, by=scene.resident, at=AT)[0].counter == 2
    for name, state in (("begin", State.SERVING), ("finish", State.SERVED)):
        actions.move(own, name=name, by=scene.clerk, at=AT + 5 * MINUTE)
        assert scene.row(own).state == state
    assert queries.mine(scene.queue, by=scene.resident, at=AT) == ()
    assert queries.queue(scene.queue, at=AT).called == (("A001", 1),) and first
    assert "person" not in str(queries.line(scene.queue, by=scene.clerk, at=AT))


def test_who_has_a_number_gets_no_second_and_nobody_takes_one_for_a_stranger(scene: Scene) -> None:
    actions.take(scene.queue, by=scene.resident, at=AT)
    with pytest.raises(Conflict, match="already"):
        actions.take(scene.queue, person=scene.resident.person, by=scene.orders.daughter, at=AT)
    with pytest.raises(NotFound):
        actions.take(scene.queue, person=scene.resident.person, by=scene.orders.neighbour, at=AT)
    with pytest.raises(NotAllowed):
        actions.take(scene.queue, by=ANONYMOUS, at=AT)
    with pytest.raises(NotAllowed):
        actions.hand_out(scene.queue, by=scene.resident, at=AT)
    listings.update_service(scene.service, min_age=95, by=scene.manager, at=AT)
    ticket = Ticket.objects.get()
    actions.move(ticket.ref, name="leave", by=scene.resident, at=AT)
    with pytest.raises(RuleBroken, match="certain people"):
        actions.take(scene.queue, by=scene.resident, at=AT)


def test_a_wave_of_booked_people_keeps_its_time_whoever_arrives_first_is_first(scene: Scene) -> None:
    slot, later = directory.slots(scene.service, AT, AT + 60 * MINUTE)[:2]  # 09:10, 09:20
    booked = [orders.book(scene.service, slot=time.ref, by=scene.resident, at=AT) for time in (later, slot)]
    actions.hand_out(scene.queue, by=scene.clerk, at=AT + MINUTE)  # came at 09:01 without a booking
    actions.arrive(scene.queue, order=booked[1], by=scene.resident, at=AT + 8 * MINUTE)
    walked_in = actions.hand_out(scene.queue, by=scene.clerk, at=AT + 15 * MINUTE)
    with pytest.raises(Conflict):  # one person, one number
        actions.arrive(scene.queue, order=booked[0], by=scene.clerk, at=AT + 16 * MINUTE)
    assert [scene.called() for _ in range(3)] == ["A001", "A002", "A003"]
    assert scene.row(walked_in).number == 3


def test_too_late_for_ones_time_is_as_if_one_came_just_then(scene: Scene) -> None:
    slot = directory.slots(scene.service, AT, AT + 60 * MINUTE)[0]
    order = orders.book(scene.service, slot=slot.ref, by=scene.resident, at=AT)
    late = slot.from_ + 11 * MINUTE
    actions.hand_out(scene.queue, by=scene.clerk, at=late - MINUTE)
    ref = actions.arrive(scene.queue, order=order, by=scene.resident, at=late)
    assert scene.row(ref).place == late and scene.called() == "A001"
    with pytest.raises(Conflict, match="its number already"):
        actions.arrive(scene.queue, order=order, by=scene.clerk, at=late)


def test_a_booking_that_is_not_for_this_queue_or_day(scene: Scene) -> None:
    bath = scene.orders.book()
    with pytest.raises(RuleBroken, match="not for this queue"):
        actions.arrive(scene.queue, order=bath, by=scene.resident, at=AT)
    tomorrow = directory.slots(scene.service, AT + DAY, AT + 2 * DAY)[-1]
    order = orders.book(scene.service, slot=tomorrow.ref, by=scene.resident, at=AT)
    with pytest.raises(RuleBroken, match="another day"):
        actions.arrive(scene.queue, order=order, by=scene.resident, at=AT)
    with pytest.raises(NotFound):
        actions.arrive(scene.queue, order=order, by=scene.orders.neighbour, at=AT)


def test_a_missed_call_comes_back_after_the_next_three(scene: Scene) -> None:
    refs = scene.out(6)
    assert scene.called() == "A001"
    actions.move(refs[0], name="miss", by=scene.clerk, at=AT)
    actions.move(refs[0], name="come_back", by=scene.clerk, at=AT + MINUTE)
    assert [scene.called() for _ in range(5)] == ["A002", "A003", "A004", "A001", "A005"]


@pytest.mark.parametrize("state", [state for state in State])
def test_every_step_from_every_state(scene: Scene, state: State) -> None:
    ref = actions.take(scene.queue, by=scene.resident, at=AT)
    path: dict[State, tuple[str, ...]] = {
        State.WAITING: (), State.CALLED: ("call",), State.SERVING: ("call", "begin"),
        State.SERVED: ("call", "begin", "finish"), State.MISSED: ("call", "miss"), State.LEFT: ("leave",)}
    for step in path[state]:
        if step == "call":
            scene.called()
        else:
            actions.move(ref, name=step, by=scene.resident if step == "leave" else scene.clerk, at=AT)
    for name in actions.MOVES:
        for role, by in (("resident", scene.resident), ("clerk", scene.clerk), ("neighbour", scene.orders.neighbour),
                         ("rival", scene.orders.rival)):
            expected = outcome(name, state, role)
            if expected is None:
                continue
            with pytest.raises(expected):
                actions.move(ref, name=name, by=by, at=AT)
    assert scene.row(ref).state == state


def outcome(name: str, state: State, role: str) -> Any:
    """What is refused; None for what would be done."""
    if role in ("neighbour", "rival"):
        return NotFound
    real = "take_back" if name == "come_back" and role == "clerk" else name
    move = LIFE.moves[real]
    own = "queueing.join" if role == "resident" else "queueing.serve"
    if move.permission != own:
        return NotAllowed
    return None if state in move.sources else Conflict


def test_no_more_numbers_and_closed(scene: Scene) -> None:
    scene.out()
    actions.pause(scene.queue, by=scene.clerk, at=AT)
    with pytest.raises(Conflict, match="no more numbers"):
        scene.out()
    assert queries.queue(scene.queue, at=AT).wait is None
    with pytest.raises(Conflict, match="still wait"):
        actions.close(scene.queue, by=scene.clerk, at=AT)
    assert scene.called() == "A001"
    ref = Ticket.objects.get().ref
    for name in ("begin", "finish"):
        actions.move(ref, name=name, by=scene.clerk, at=AT)
    actions.close(scene.queue, by=scene.clerk, at=AT)
    assert queries.queues(at=AT) == []
    for stranger in (scene.resident, scene.orders.rival):
        with pytest.raises(NotAllowed):
            actions.pause(scene.queue, by=stranger, at=AT)
    actions.open_queue(scene.service, name="窗口", by=scene.manager, at=AT)
    assert scene.row(scene.out()[0]).number == 2  # the same day goes on


def test_numbers_begin_anew_each_day_and_nobody_waits_over_night(scene: Scene) -> None:
    refs = scene.out(3)
    with pytest.raises(Conflict, match="no more numbers today"):
        actions.hand_out(scene.queue, by=scene.clerk, at=AT + DAY)
    assert jobs.end_days(AT) == 0 and jobs.end_days(AT + DAY) == 1
    assert {scene.row(ref).state for ref in refs} == {State.LEFT}
    assert Queue.objects.get().state == QueueState.CLOSED
    actions.open_queue(scene.service, name="窗口", by=scene.manager, at=AT + DAY)
    assert scene.row(actions.hand_out(scene.queue, by=scene.clerk, at=AT + DAY)).number == 1


@pytest.mark.parametrize(("said", "sentence"), [
    ({"name": ""}, "name of 1 to"), ({"prefix": "AB"}, "one letter"), ({"counters": 0}, "Between 1 and"),
])
def test_a_queue_that_makes_no_sense(scene: Scene, said: dict[str, Any], sentence: str) -> None:
    actions.close(scene.queue, by=scene.clerk, at=AT)
    with pytest.raises(RuleBroken, match=sentence):
        actions.open_queue(scene.service, **{"name": "窗口"} | said, by=scene.manager, at=AT)
    with pytest.raises(RuleBroken, match="do not come to a site"):
        actions.open_queue(scene.orders.service, name="窗口", by=scene.manager, at=AT)
    with pytest.raises(NotAllowed):
        actions.open_queue(scene.service, name="窗口", by=scene.orders.rival, at=AT)


def test_what_is_said_is_measured_and_whether_it_was_kept_is_shown(scene: Scene) -> None:
    at = AT
    for _ in range(8):
        ref = actions.hand_out(scene.queue, by=scene.clerk, at=at)
        actions.call_next(scene.queue, by=scene.clerk, at=at)
        actions.move(ref, name="begin", by=scene.clerk, at=at)
        at += 4 * MINUTE
        actions.move(ref, name="finish", by=scene.clerk, at=at)
    slow = actions.hand_out(scene.queue, by=scene.clerk, at=at)
    assert scene.row(slow).said_high == 5
    actions.call_next(scene.queue, by=scene.clerk, at=at + 20 * MINUTE)
    for name in ("begin", "finish"):
        actions.move(slow, name=name, by=scene.clerk, at=at + 24 * MINUTE)
    card = queries.queue(scene.queue, at=at + 24 * MINUTE)
    assert card.wait and card.wait.measured and card.kept == (8, 9)


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_counters_that_call_at_once_call_different_people(scene: Scene) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    scene.out(3)

    def call() -> UUID:
        return actions.call_next(scene.queue, by=scene.clerk, at=AT)

    assert at_once(*[call] * 5) == {"done": 3, "told": 2}
    assert Ticket.objects.filter(state=State.CALLED).count() == 3


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_once_are_all_different(scene: Scene) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")

    def own(by: Actor) -> Any:
        return lambda: actions.take(scene.queue, person=scene.resident.person, by=by, at=AT)

    acts = [lambda: actions.hand_out(scene.queue, by=scene.clerk, at=AT)] * 5
    found = at_once(*acts, own(scene.resident), own(scene.orders.daughter))
    assert found == {"done": 6, "told": 1}
    assert sorted(Ticket.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
