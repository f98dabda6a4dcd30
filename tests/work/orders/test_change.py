from datetime import timedelta

import pytest

from linli.engines.journal.models import Entry
from linli.engines.rulebook import queries as rulebook
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from linli.registers.directory import actions as listings
from linli.work.orders import actions
from linli.work.orders.states import State
from tests.actors import AT
from tests.registers.directory.conftest import BATH, WEEK
from tests.work.orders.conftest import HUPO, Scene


def test_another_time_has_to_be_accepted_again(scene: Scene) -> None:
    ref = scene.accepted()
    new = scene.slots(days=2)[0]
    later = AT + timedelta(hours=1)
    actions.change(ref, slot=new.ref, by=scene.daughter, at=later)
    row = scene.row(ref)
    assert (row.state, row.begin) == (State.BOOKED, new.from_)
    assert row.practitioner is None and row.accepted_at is None
    assert (row.booked_at, scene.free(), scene.free(days=2)) == (later, 1, 0)
    entry = Entry.objects.filter(about=ref).latest("pk")
    assert entry.fact == "orders.OrderChanged" and entry.payload["practitioner"] == str(scene.wang)
    assert sorted(duty.state for duty in rulebook.duties(on=AT.date(), about=[ref])) == ["met", "running"]
    actions.accept(ref, practitioner=scene.li, by=scene.manager, at=later)


def test_changing_what_is_only_held_books_the_other_time(scene: Scene) -> None:
    ref = scene.hold()
    actions.change(ref, slot=scene.slots(days=2)[0].ref, by=scene.resident, at=AT)
    row = scene.row(ref)
    assert (row.state, scene.free()) == (State.BOOKED, 1) and row.hold_until is None
    assert scene.need(row.need) == "booked"
    other = scene.hold()
    with pytest.raises(Conflict, match="no longer kept"):
        actions.change(other, slot=scene.slots(days=3)[0].ref, by=scene.resident, at=AT + timedelta(minutes=10))


def test_what_cannot_be_changed_to(scene: Scene) -> None:
    ref = scene.accepted()
    full = scene.slots(days=2)[0].ref
    scene.book(days=2, by=scene.agent)
    other = listings.list_service(scene.provider, **BATH | {"name": "夜间助浴", "region": HUPO}, hours=WEEK,
                                  by=scene.manager, at=AT)
    for slot, kind, sentence in (
        (full, Conflict, "just been taken"), (scene.slots(service=other)[0].ref, RuleBroken, "another service"),
        (scene.row(ref).slot, RuleBroken, "you have already"), (new_ref(), NotFound, "no such time"),
    ):
        with pytest.raises(kind, match=sentence):
            actions.change(ref, slot=slot, by=scene.resident, at=AT)
    with pytest.raises(RuleBroken, match="should have begun"):
        actions.change(ref, slot=scene.slots(days=3)[0].ref, by=scene.resident, at=scene.row(ref).begin)
    assert (scene.row(ref).state, scene.row(ref).practitioner) == (State.ACCEPTED, scene.wang)


def test_a_time_that_was_only_held_past_its_end_can_be_changed_to(scene: Scene) -> None:
    held, ref = scene.hold(slot=1), scene.book()
    late = AT + timedelta(minutes=11)
    actions.change(ref, slot=scene.slots()[1].ref, by=scene.resident, at=late)
    assert scene.row(held).state == "lapsed" and scene.row(ref).slot == scene.slots()[1].ref
    assert (scene.free(slot=0), scene.free(slot=1)) == (1, 0)
