"""What an address, a key or a foreign hand cannot do to an order."""
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from linli.engines.journal import actions as journal
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.work.orders import actions
from linli.work.orders.models import Order
from tests.actors import AT
from tests.work.orders.conftest import NEAR, Scene


def test_one_key_of_two_people_is_two_bookings(scene: Scene) -> None:
    whom = (scene.resident, scene.daughter)
    refs = [journal.once("k", by=by, at=AT, body=["book", no], do=partial(scene.book, slot=no, by=by)).ref
            for no, by in enumerate(whom)]
    assert refs[0] != refs[1] and Order.objects.count() == 2


def test_a_hold_is_booked_by_its_own_people_only(scene: Scene) -> None:
    ref = scene.hold()
    for other in (scene.neighbour, scene.manager, scene.rival, scene.carer):
        with pytest.raises(NotFound):
            actions.book_held(ref, by=other, at=AT)
    with pytest.raises(NotAllowed):
        actions.book_held(ref, by=scene.officer, at=AT)
    actions.book_held(ref, by=scene.daughter, at=AT)
    assert scene.row(ref).state == "booked"


def test_nobody_books_for_whom_they_no_longer_act(scene: Scene) -> None:
    with pytest.raises(NotFound):
        scene.book(by=scene.neighbour)
    assert scene.free() == 1 and not Order.objects.exists()


def test_the_door_opens_exactly_fifteen_minutes_before(scene: Scene) -> None:
    ref = scene.accepted()
    opens = scene.row(ref).begin - timedelta(minutes=15)
    with pytest.raises(RuleBroken, match="check-in opens"):
        actions.check_in(ref, lon=NEAR[0], lat=NEAR[1], by=scene.carer, at=opens - timedelta(microseconds=1))
    actions.check_in(ref, lon=NEAR[0], lat=NEAR[1], by=scene.carer, at=opens)
    assert scene.row(ref).state == "in_service"


def test_steps_out_of_turn_change_nothing(scene: Scene) -> None:
    ref = scene.accepted()
    end = scene.row(ref).until
    steps: tuple[Callable[[], object], ...] = (
        lambda: actions.check_out(ref, lon=NEAR[0], lat=NEAR[1], by=scene.carer, at=end),
        lambda: actions.confirm(ref, by=scene.resident, at=end),
        lambda: actions.rate(ref, grade=5, by=scene.resident, at=end),
        lambda: actions.accept(ref, by=scene.manager, at=AT),
    )
    for step in steps:
        with pytest.raises(Conflict):
            step()
    actions.cancel(ref, reason="ill", by=scene.resident, at=AT)
    with pytest.raises(Conflict):
        actions.accept(ref, by=scene.manager, at=AT)
    with pytest.raises(Conflict):
        actions.cancel(ref, reason="ill", by=scene.resident, at=AT)
    assert scene.row(ref).state == "cancelled" and scene.free() == 1


@pytest.mark.parametrize("words", ["好" * 501, "好\x00好"])
def test_words_that_cannot_be_kept_are_refused(scene: Scene, words: str) -> None:
    ref = scene.served()
    end = scene.row(ref).until
    with pytest.raises(RuleBroken) as why:
        actions.rate(ref, grade=5, comment=words, by=scene.resident, at=end)
    assert why.value.field == "comment" and scene.row(ref).state == "served"
    actions.rate(ref, grade=5, comment="👍🏽{很}好%s", by=scene.resident, at=end)
    assert scene.card(ref, at=end).comment == "👍🏽{很}好%s"
    with pytest.raises(Conflict):
        actions.rate(ref, grade=1, by=scene.resident, at=end)
