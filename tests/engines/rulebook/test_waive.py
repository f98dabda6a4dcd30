import pytest

from linli.engines.rulebook import actions
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from tests.actors import AT
from tests.engines.rulebook.conftest import Owed


def test_an_officer_waives_for_a_listed_reason(owed: Owed) -> None:
    actions.waive(owed.duty, reason="withdrawn", by=owed.officer, at=AT)
    assert owed.card().state == "waived" and owed.facts() == ["DutyRaised", "DutyWaived"]
    with pytest.raises(Conflict):
        actions.waive(owed.duty, reason="withdrawn", by=owed.officer, at=AT)


def test_waiving_is_refused(owed: Owed) -> None:
    with pytest.raises(NotFound):
        actions.waive(owed.duty, reason="withdrawn", by=owed.stranger, at=AT)
    with pytest.raises(NotAllowed):
        actions.waive(owed.duty, reason="withdrawn", by=owed.provider, at=AT)
    with pytest.raises(RuleBroken) as refused:
        actions.waive(owed.duty, reason="a friend", by=owed.officer, at=AT)
    assert refused.value.field == "reason" and owed.card().state == "running"
