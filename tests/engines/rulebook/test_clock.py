from datetime import date, timedelta

import pytest

from linli.engines.rulebook import actions, queries
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from tests.actors import AT
from tests.engines.rulebook.conftest import Owed


def test_a_clock_that_stood_moves_the_due_day_by_its_working_days(owed: Owed) -> None:
    actions.stop_clock(owed.duty, reason="site_check", by=owed.officer, at=AT + timedelta(days=2))
    assert owed.card().state == "stopped"
    due = actions.resume_clock(owed.duty, by=owed.officer, at=AT + timedelta(days=9))  # five working days
    assert due == owed.card().due_on == date(2026, 12, 14) and owed.card().state == "running"
    actions.stop_clock(owed.duty, reason="hearing", by=owed.officer, at=AT + timedelta(days=10))
    assert actions.resume_clock(owed.duty, by=owed.officer, at=AT + timedelta(days=11)) == date(2026, 12, 15)
    stops = queries.duty(owed.duty, on=AT.date(), by=owed.officer).stops
    assert [(stop.reason, stop.from_, stop.until) for stop in stops] == [
        ("site_check", date(2026, 11, 18), date(2026, 11, 25)), ("hearing", date(2026, 11, 26), date(2026, 11, 27))]
    assert owed.facts() == ["DutyRaised", *["ClockStopped", "ClockResumed"] * 2]


def test_while_the_clock_stands_nothing_is_overdue(owed: Owed) -> None:
    actions.stop_clock(owed.duty, reason="expert_review", by=owed.officer, at=AT)
    assert actions.mark_overdue(by=SYSTEM, at=AT + timedelta(days=90)) == 0 and owed.card(days=90).days_late == 0


def test_only_listed_reasons_stop_a_clock(owed: Owed) -> None:
    with pytest.raises(RuleBroken) as refused:
        actions.stop_clock(owed.duty, reason="张三病了", by=owed.officer, at=AT)
    assert refused.value.field == "reason" and owed.card().state == "running"


def test_stop_and_resume_refuse_the_wrong_people_and_states(owed: Owed) -> None:
    with pytest.raises(NotFound):
        actions.stop_clock(owed.duty, reason="hearing", by=owed.stranger, at=AT)
    for by in (owed.auditor, owed.provider):
        with pytest.raises(NotAllowed):
            actions.stop_clock(owed.duty, reason="hearing", by=by, at=AT)
    with pytest.raises(Conflict):
        actions.resume_clock(owed.duty, by=owed.officer, at=AT)
    actions.stop_clock(owed.duty, reason="hearing", by=owed.officer, at=AT)
    with pytest.raises(Conflict):
        actions.stop_clock(owed.duty, reason="hearing", by=owed.officer, at=AT)
    with pytest.raises(NotAllowed):
        actions.resume_clock(owed.duty, by=owed.provider, at=AT)
