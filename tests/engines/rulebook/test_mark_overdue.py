from datetime import date, timedelta

from linli.engines.rulebook import actions, jobs, queries
from linli.engines.rulebook.models import Duty
from linli.kernel import calendar
from linli.kernel.actor import SYSTEM
from tests.actors import AT
from tests.engines.rulebook.conftest import DISTRICT, Owed


def test_a_duty_is_overdue_the_day_after_it_was_due(owed: Owed) -> None:
    assert actions.mark_overdue(by=SYSTEM, at=AT + timedelta(days=21)) == 0
    assert owed.card(days=22).days_late == 1  # shown as late before the clock has marked it
    assert actions.mark_overdue(by=SYSTEM, at=AT + timedelta(days=22)) == 1
    assert actions.mark_overdue(by=SYSTEM, at=AT + timedelta(days=22)) == 0
    assert owed.card(days=30).state == "overdue" and owed.card(days=30).days_late == 9
    assert owed.facts() == ["DutyRaised", "DutyOverdue"]
    (late,) = queries.duties(on=date(2026, 12, 16), public=True, state="overdue")
    assert late.ref == owed.duty and late.days_late == 9


def test_nobody_is_held_to_a_provisional_day(owed: Owed) -> None:
    since = date(calendar.published_until().year, 12, 28)
    actions.raise_duty("gov.decide", owner=f"region:{DISTRICT}", owed_to=f"region:{DISTRICT}", about=owed.about,
                       region=DISTRICT, since=since, by=SYSTEM, at=AT)
    late = AT.replace(year=since.year + 2)
    actions.mark_overdue(by=SYSTEM, at=late)
    (card,) = queries.duties(on=late.date(), rule_id="gov.decide")
    assert card.provisional and card.state == "running" and card.days_late == 0
    assert actions.recount(by=SYSTEM, at=late) == 0  # still not published


def test_a_provisional_day_is_counted_again_once_the_holidays_are_out(owed: Owed) -> None:
    Duty.objects.update(provisional=True, due_on=date(2026, 12, 4))  # as counted before the year was published
    assert actions.recount(by=SYSTEM, at=AT) == 1 and actions.recount(by=SYSTEM, at=AT) == 0
    assert owed.card().due_on == date(2026, 12, 7) and not owed.card().provisional
    assert owed.facts() == ["DutyRaised", "DeadlineMoved"]


def test_the_clock_marks_what_is_late_today(owed: Owed) -> None:
    late = AT + timedelta(days=22)
    assert jobs.mark_overdue(AT) == 0 and jobs.mark_overdue(late) == 1 and jobs.mark_overdue(late) == 0
    assert [job for job, _ in jobs.JOBS] == [jobs.mark_overdue]
