"""A limit is extended once, before it has passed, by what its rule allows."""
from datetime import date, timedelta

import pytest

from linli.engines.rulebook import actions, queries
from linli.engines.rulebook.models import Duty
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, RuleBroken
from tests.actors import AT

ABOUT, OFFICE = new_ref(), "region:340104000000"


def raised(rule: str = "gov.decide") -> Duty:
    ref = actions.raise_duty(rule, owner=OFFICE, owed_to=f"person:{new_ref()}", about=ABOUT, region=OFFICE[7:],
                             since=AT.date(), by=SYSTEM, at=AT)
    return Duty.objects.get(ref=ref)


def extend(days: int, after: int = 1, rule: str = "gov.decide") -> date:
    return actions.extend(about=ABOUT, rule_id=rule, days=days, by=SYSTEM, at=AT + timedelta(days=after))


def test_ten_working_days_more(db: None) -> None:
    assert raised().due_on == date(2026, 12, 14)  # Monday 16 November and twenty working days
    assert extend(10) == date(2026, 12, 28)
    duty = Duty.objects.get()
    assert queries.recount(duty, duty.stops.all()) == (date(2026, 12, 28), False)
    with pytest.raises(Conflict, match="once only"):
        extend(1)


@pytest.mark.parametrize("days", [0, -1, 11])
def test_no_more_than_the_law_allows(db: None, days: int) -> None:
    raised()
    with pytest.raises(RuleBroken, match="1 to 10"):
        extend(days)


def test_a_joint_decision_takes_fifteen_more(db: None) -> None:
    raised("gov.decide_jointly")
    extend(15, rule="gov.decide_jointly")
    assert Duty.objects.get().extension == 15


def test_a_limit_that_has_passed_or_that_no_law_extends_stays(db: None) -> None:
    raised()
    raised("gov.deliver")
    with pytest.raises(RuleBroken, match="The limit passed"):
        extend(5, after=29)
    with pytest.raises(RuleBroken, match="does not let it"):
        extend(5, rule="gov.deliver")
    actions.meet(about=ABOUT, rule_id="gov.decide", by=SYSTEM, at=AT)
    with pytest.raises(Conflict, match="Nothing is owed"):
        extend(5)


def test_while_the_clock_stands_nothing_is_extended(db: None) -> None:
    raised()
    Duty.objects.update(state="stopped")
    with pytest.raises(Conflict):
        extend(5)
