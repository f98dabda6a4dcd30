from datetime import timedelta

import pytest

from linli.engines.rulebook import actions
from linli.engines.rulebook.models import ClockStop
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from tests.actors import AT
from tests.engines.rulebook.conftest import RULE, Owed


def meet(owed: Owed, days: int) -> None:
    assert actions.meet(about=owed.about, rule_id=RULE, by=owed.provider, at=AT + timedelta(days=days)) == (owed.duty,)


@pytest.mark.parametrize("days", [0, 20, 21])  # due on day 21
def test_met_in_time(owed: Owed, days: int) -> None:
    meet(owed, days)
    assert owed.card(days=60).state == "met" and owed.card(days=60).days_late == 0
    assert owed.facts() == ["DutyRaised", "DutyMet"]


@pytest.mark.parametrize("marked", [True, False])
def test_met_late_whether_or_not_the_clock_had_marked_it(owed: Owed, marked: bool) -> None:
    if marked:
        actions.mark_overdue(by=SYSTEM, at=AT + timedelta(days=22))
    meet(owed, 24)
    card = owed.card(days=60)
    assert (card.state, card.days_late) == ("met_late", 3)  # as on the day it was met, not growing for ever
    assert owed.facts()[-1] == "DutyMetLate"


def test_meeting_ends_a_clock_stop(owed: Owed) -> None:
    actions.stop_clock(owed.duty, reason="hearing", by=owed.officer, at=AT)
    meet(owed, 40)
    assert owed.card(days=60).state == "met" and not ClockStop.objects.filter(until_on=None).exists()


def test_nothing_owed_is_nothing_met(owed: Owed) -> None:
    assert actions.meet(about=new_ref(), rule_id=RULE, by=owed.provider, at=AT) == ()
    assert actions.meet(about=owed.about, rule_id="orders.answer", by=owed.provider, at=AT) == ()
    meet(owed, 0)
    assert actions.meet(about=owed.about, rule_id=RULE, by=owed.provider, at=AT) == ()
