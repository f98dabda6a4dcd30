"""That an annual check is failed is proposed by one officer and confirmed or sent back by another."""
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from linli.engines.journal import queries as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.work.registration import actions, queries
from linli.work.registration.models import FailedCheck
from linli.work.registration.states import CONCLUDE, FAILURE, State
from tests.actors import AT, actor
from tests.registers.visiting import text, visit
from tests.work.registration.conftest import Establish, file

PROVINCE = "region:340000000000"
FAULTS: dict[str, Any] = {"year": 2025, "faults": ["meetings", "finance"], "reasons": "全年没有开过理事会，账目不清。"}


def officer() -> Actor:
    return actor(PROVINCE, CONCLUDE, "organisations.approve")


@pytest.fixture
def reported(establish: Establish) -> UUID:
    ref = establish(at=datetime(2024, 5, 10, 4, tzinfo=UTC))
    file(ref, "annual_report", on=date(2026, 5, 3), annual_reports={
        "year": 2025, "filed_on": "2026-05-03", "conclusion": "filed"})
    return ref


def concluded(ref: UUID) -> str:
    return str(queries.annual_reports(ref, on=AT.date(), at=AT).years[0].record["conclusion"])


def test_it_holds_when_another_has_read_it(reported: UUID) -> None:
    first, second = officer(), officer()
    with pytest.raises(RuleBroken, match="read by two"):
        actions.conclude(reported, conclusion="failed", **FAULTS, by=first, at=AT)
    ref = actions.propose_failure(reported, **FAULTS, by=first, at=AT)
    assert concluded(reported) == "filed" and not rulebook.duties(on=AT.date(), about=[reported])
    with pytest.raises(Conflict, match="second reading"):
        actions.propose_failure(reported, **FAULTS, by=second, at=AT)
    with pytest.raises(Conflict, match="second reading"):
        actions.conclude(reported, year=2025, conclusion="passed", faults=[], by=second, at=AT)
    with pytest.raises(RuleBroken, match="Somebody else reads"):
        actions.confirm_failure(ref, by=first, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():  # nor past the action
        FailedCheck.objects.update(state="confirmed", read_at=AT, read_by=first.ref)
    actions.confirm_failure(ref, by=second, at=AT)
    assert concluded(reported) == "failed"
    (duty,) = rulebook.duties(on=AT.date(), about=[reported])
    assert (duty.rule_id, duty.due_on) == ("annual.agency_rectify", date(2027, 2, 16))
    assert journal.history([reported], facts=["registration.CheckFailed"])
    with pytest.raises(Conflict):
        actions.object_failure(ref, text="晚了。", by=second, at=AT)


def test_what_is_sent_back_is_concluded_on_anew(reported: UUID) -> None:
    first, second = officer(), officer()
    ref = actions.propose_failure(reported, **FAULTS, by=first, at=AT)
    with pytest.raises(RuleBroken, match="Say why it goes back"):
        actions.object_failure(ref, text=" ", by=second, at=AT)
    actions.object_failure(ref, text="会议记录没有看。", by=second, at=AT)
    assert concluded(reported) == "filed"
    actions.conclude(reported, year=2025, conclusion="faulty", faults=["finance"], reasons="不清。", by=first, at=AT)
    assert concluded(reported) == "faulty"


@pytest.mark.parametrize("given", [{"faults": []}, {"reasons": " "}, {"year": 2024}])
def test_a_failure_needs_a_report_faults_and_reasons(reported: UUID, given: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        actions.propose_failure(reported, **(FAULTS | given), by=officer(), at=AT)


def test_only_the_registrar_reads_it_in_its_state(reported: UUID) -> None:
    ref = actions.propose_failure(reported, **FAULTS, by=officer(), at=AT)
    other = actor("region:340103000000", CONCLUDE, "organisations.approve")
    with pytest.raises(NotAllowed):
        actions.confirm_failure(ref, by=other, at=AT)
    with pytest.raises(NotAllowed):
        actions.propose_failure(reported, **FAULTS, by=other, at=AT)
    with pytest.raises(NotFound):
        actions.confirm_failure(new_ref(), by=officer(), at=AT)
    for state in State:
        wanted = {"confirm_failure", "object_failure"} if state is State.PROPOSED else set()
        assert {move.name for move in FAILURE.open_to({CONCLUDE}, state=state)} == wanted
        assert not FAILURE.open_to(set(), state=state)


def test_two_officers_see_it_through_on_the_page(reported: UUID) -> None:
    first, second, path = officer(), officer(), f"/officer/annual-reports/{reported}/2025/"
    sent = {"conclusion": "failed", "faults": ["finance"], "reasons": "账目不清。"}
    wrong = visit(path, sent | {"reasons": ""}, by=first, method="POST")
    assert wrong.status_code == 422 and "Say what was found" in text(wrong)
    assert visit(path, sent, by=first, method="POST")["Location"] == path
    page = text(visit(path, by=second, language="zh"))
    assert "账目不清。" in page and "复核" in page and 'name="conclusion"' not in page
    own = visit(path, {"move": "confirm_failure"}, by=first, method="POST")
    assert own.status_code == 422 and "Somebody else reads" in text(own)
    empty = visit(path, {"move": "object_failure", "object-text": ""}, by=second, method="POST")
    assert empty.status_code == 422
    visit(path, {"move": "object_failure", "object-text": "再核一次。"}, by=second, method="POST")
    assert "再核一次。" in text(visit(path, by=first)) and 'name="conclusion"' in text(visit(path, by=first))
    visit(path, sent, by=first, method="POST")
    reports = f"/organisations/{reported}/annual-reports/"
    assert "review the decision" not in text(visit(reports))
    assert visit(path, {"move": "confirm_failure"}, by=second, method="POST")["Location"] == reports
    assert "review the decision" in text(visit(reports))
    assert visit(path, {"move": "moon"}, by=second, method="POST").status_code == 404
