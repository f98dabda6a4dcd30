"""While the clock stands nobody is late: not at the desk, not on the public list."""
from datetime import date

from linli.work.hall import actions, queries
from tests.actors import AT
from tests.registers.visiting import text, visit

from .conftest import Scene, day


def test_while_the_clock_stands_nobody_is_late(scene: Scene) -> None:
    ref = scene.accepted()  # due on 14 December
    actions.begin_step(ref, step="visit", by=scene.clerk, at=day(1))
    card = scene.file(ref, by=scene.clerk, at=day(40)).card
    assert card.provisional and not card.days_late
    assert not queries.queue(by=scene.clerk, at=day(40), late=True).cards
    assert queries.late_steps(at=day(40)) == ([], 0)
    assert [(one.count, one.late) for one in queries.loads(by=scene.clerk, at=day(40))] == [(1, 0)]
    page = text(visit("/officer/hall/", by=scene.clerk, at=day(40)))
    assert "no firm day yet" in page and "days left" not in page
    actions.finish_step(ref, step="visit", favourable=True, finding="去过了。", by=scene.clerk, at=day(40))
    after = scene.file(ref, by=scene.clerk, at=day(40)).card.waits_on
    assert after and after > date(2026, 12, 28)


def test_a_clock_that_ran_on_can_be_late_again(scene: Scene) -> None:
    ref = scene.accepted()
    actions.begin_step(ref, step="visit", by=scene.clerk, at=AT)
    actions.finish_step(ref, step="visit", favourable=True, finding="去过了。", by=scene.clerk, at=day(1))
    assert scene.file(ref).card.waits_on == date(2026, 12, 15)
    assert [step.days_late for step in queries.late_steps(at=day(31))[0]] == [2]
