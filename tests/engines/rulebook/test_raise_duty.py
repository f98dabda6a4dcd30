from datetime import date
from uuid import UUID

import pytest

from linli.engines.journal import queries as journal
from linli.engines.rulebook import actions, queries
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.refs import new_ref
from linli.kernel.refusals import NotFound
from tests.actors import AT, CITY
from tests.engines.rulebook.conftest import DISTRICT, RULE, Owed


def test_a_duty_says_who_owes_what_by_when_because_of_which_rule(owed: Owed) -> None:
    card = owed.card()
    assert (card.due_on, card.provisional, card.state, card.days_late) == (date(2026, 12, 7), False, "running", 0)
    assert (card.rule_id, card.title.zh, card.about) == (RULE, "差评整改", owed.about)  # type: ignore[attr-defined]
    (entry,) = journal.history([owed.duty])
    assert entry.fact == "rulebook.DutyRaised" and entry.payload["due_on"] == "2026-12-07"
    assert entry.payload["owner"] == f"organisation:{owed.organisation}" and entry.payload["region"] == DISTRICT


def test_owing_the_same_twice_is_owing_it_once(owed: Owed) -> None:
    assert owed.raised() == owed.duty and owed.facts() == ["DutyRaised"]
    actions.meet(about=owed.about, rule_id=RULE, by=owed.provider, at=AT)
    assert owed.raised() != owed.duty  # a second bad rating of the same thing later is owed anew


def test_an_unknown_rule_raises_nothing(db: None) -> None:
    with pytest.raises(NotFound):
        actions.raise_duty("no.such", owner=f"region:{CITY}", owed_to=f"region:{CITY}", about=new_ref(), region=CITY,
                           since=AT.date(), by=SYSTEM, at=AT)
    assert queries.duties(on=AT.date()) == []


@pytest.mark.parametrize("owner", [
    "张三", "person:13800138000", "region:3401", "organisation:", f"group:{UUID(int=1)}", "",
])
def test_an_owner_is_a_scope_and_nothing_else(db: None, owner: str) -> None:
    with pytest.raises(ValueError, match="scope"):
        actions.raise_duty(RULE, owner=owner, owed_to=f"region:{CITY}", about=new_ref(), region=CITY, since=AT.date(),
                           by=SYSTEM, at=AT)


def test_who_may_know_of_a_duty(owed: Owed) -> None:
    for by in (owed.officer, owed.auditor, owed.provider, owed.resident):
        assert owed.card(by=by).ref == owed.duty
    for by in (owed.stranger, ANONYMOUS):
        with pytest.raises(NotFound):
            owed.card(by=by)
    assert [card.ref for card in queries.duties(on=AT.date(), by=owed.auditor)] == [owed.duty]
    assert queries.duties(on=AT.date(), by=owed.stranger) == []
