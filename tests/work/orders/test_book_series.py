from datetime import timedelta

import pytest

from linli.kernel.refusals import Conflict, RuleBroken
from linli.work.orders import actions
from linli.work.orders.actions import Series
from linli.work.orders.models import Order
from linli.work.orders.states import State
from tests.actors import AT
from tests.work.orders.conftest import DAY, Scene


def series(scene: Scene, weeks: int) -> Series:
    return actions.book_series(scene.service, slot=scene.slots()[0].ref, weeks=weeks, person=scene.person,
                               by=scene.resident, at=AT)


def test_every_week_at_the_same_time_for_one_need(scene: Scene) -> None:
    made = series(scene, 3)
    rows = [scene.row(ref) for ref in made.orders]
    assert [row.begin - rows[0].begin for row in rows] == [0 * DAY, 7 * DAY, 14 * DAY] and not made.skipped
    assert [(row.series, row.series_no, row.series_of) for row in rows] == [(made.ref, n, 3) for n in (1, 2, 3)]
    assert len({row.need for row in rows}) == 1 and scene.need(rows[0].need) == "booked"
    assert [line.ref for line in scene.card(made.orders[1]).siblings] == [made.orders[0], made.orders[2]]


def test_a_week_without_a_time_is_skipped_and_told(scene: Scene) -> None:
    scene.book(days=8, by=scene.agent)
    made = series(scene, 5)
    assert [scene.row(ref).series_no for ref in made.orders] == [1, 3, 4]
    assert [(one.from_ - scene.row(made.orders[0]).begin) / DAY for one in made.skipped] == [7, 28]
    taken, beyond = (str(one.why) for one in made.skipped)
    assert "just been taken" in taken and "not open for booking yet" in beyond


def test_what_a_series_cannot_be(scene: Scene) -> None:
    for weeks in (1, 13):
        with pytest.raises(RuleBroken, match="2 to 12 visits") as why:
            series(scene, weeks)
        assert why.value.field == "weeks"
    scene.book(by=scene.agent)
    with pytest.raises(Conflict, match="just been taken"):
        series(scene, 3)
    assert Order.objects.count() == 1


def test_cancelling_one_visit_or_the_rest(scene: Scene) -> None:
    first, second, third = series(scene, 3).orders
    need = scene.row(first).need
    assert actions.cancel(first, reason="ill", by=scene.resident, at=AT) == (first,)
    assert scene.need(need) == "booked"  # the others still stand
    assert actions.cancel(second, reason="ill", rest=True, by=scene.resident, at=AT) == (second, third)
    assert {scene.row(ref).state for ref in (first, second, third)} == {State.CANCELLED}
    assert scene.need(need) == "open" and scene.free(days=8) == 1


def test_the_need_of_a_series_is_met_by_its_last_visit(scene: Scene) -> None:
    first, second = series(scene, 2).orders
    need = scene.row(first).need
    for ref in (first, second):
        actions.accept(ref, practitioner=scene.wang, by=scene.manager, at=AT)
        begin = scene.row(ref).begin
        actions.check_in(ref, method="supervisor", reason="phone", by=scene.manager, at=begin)
        actions.check_out(ref, method="supervisor", reason="phone", by=scene.manager, at=begin + timedelta(hours=1))
        actions.confirm(ref, by=scene.resident, at=begin + timedelta(hours=2))
        assert scene.need(need) == ("booked" if ref == first else "met")
