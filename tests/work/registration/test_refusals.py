"""Sentences of the matters that no other story tells, each through what brings it about."""
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from linli.kernel.refusals import Conflict, RuleBroken
from linli.work.hall import queries as hall_queries
from linli.work.hall.registry import Answers, Case, Unmet
from linli.work.registration import actions
from linli.work.registration.actions import changing, correcting, ending, reporting
from tests.actors import AT
from tests.limits import limit
from tests.work.registration.conftest import file
from tests.work.registration.test_matters import AGENCY, FOUNDATION, SOCIETY, TODAY, Scene, _case, registered, scene
from tests.work.registration.test_matters import HEAD as FOUNDER

__all__ = ["scene"]
HEAD = {"items": ["legal_representative"], "legal_representative": "李明", "fit": True, "reason": "到了换届的时候"}


@pytest.mark.parametrize(("eligible", "held", "text"), [
    (changing.eligible, {"registered_kind": "company"}, "in the register change their items here"),
    (changing.eligible, {"registered_kind": "society", "registered_status": "liquidating"}, "nothing but liquidate"),
    (changing.eligible, {"registered_kind": "society", "registered_status": "revoked"}, "no longer registered"),
    (correcting.eligible, {}, "keeps no entry of this organisation"),
    (ending.may_liquidate, {"registered_kind": "company", "registered_status": "registered"}, "is wound up here"),
    (ending.may_liquidate, {"registered_kind": "agency", "registered_status": "liquidating"}, "registered already"),
    (ending.may_deregister, {"registered_kind": "agency", "registered_status": "registered"}, "liquidation first"),
    (reporting.eligible, {"registered_kind": "institution"}, "report to civil affairs"),
])
def test_who_may_not_apply_is_told_why(
    eligible: Callable[[Answers], Sequence[Unmet]], held: dict[str, str], text: str,
) -> None:
    (why,) = eligible(held)
    assert text in why.text and why.bars


def test_a_foundation_is_not_led_by_who_leads_another(scene: Scene) -> None:
    body = scene.establish("安徽省乐龄公益基金会", "foundation", district="340000")
    assert "founding.foundation_officers" in scene.refused("change_registration", HEAD | {"elsewhere": "other"}, body)


@pytest.mark.parametrize(("said", "rules"), [
    ({"head_marks": ["serving_official"]}, {"founding.foundation_officers"}),
    ({"head_marks": ["in_prison"]}, {"founding.officer_bar"}),
    ({"sentence_ended_on": "2021-11-17"}, {"founding.officer_bar"}), ({"sentence_ended_on": "2021-11-16"}, set()),
    ({"revoked_on": "2024-02-29"}, {"founding.officer_bar"}),
])
def test_who_may_not_head_a_foundation_does_not_come_in_by_a_change(
    scene: Scene, said: dict[str, Any], rules: set[str],
) -> None:
    answers = HEAD | {"elsewhere": "no"} | said
    body = scene.establish("安徽省乐龄公益基金会", "foundation", district="340000")
    ref = scene.draft("change_registration", answers, body)
    assert {why.rule for why in hall_queries.against(ref, by=scene.applicant, at=AT).whys} == rules
    other = scene.draft("change_registration", answers, scene.establish())
    assert not hall_queries.against(other, by=scene.applicant, at=AT).whys  # of an agency it is not asked


def test_the_area_of_a_society_changes_and_others_have_none(scene: Scene) -> None:
    said = {"items": ["area"], "area": "合肥市", "reason": "会员遍布全市了"}
    body = scene.establish("合肥市蜀山区旧梦老友协会", "society", area="蜀山区")
    link = scene.granted("change_registration", said, body)
    assert registered(link).folded.text("area") == "合肥市"
    ref = scene.draft("change_registration", said, scene.establish())
    (why,) = hall_queries.against(ref, by=scene.applicant, at=AT).whys
    assert "of societies alone" in str(why)


def test_the_desk_is_told_of_a_namesake_who_leads_another(scene: Scene) -> None:
    scene.establish("合肥市蜀山区旧梦养老服务中心", legal_representative="李明")
    body = scene.establish()
    ref = scene.draft("change_registration", HEAD | {"elsewhere": "no"}, body)
    (note,) = hall_queries.against(ref, by=scene.applicant, at=AT).notes
    assert "1 other organisation led by somebody of this name" in str(note)


@pytest.mark.parametrize(("matter", "answers", "told"), [
    ("found_society", SOCIETY, True), ("found_foundation", FOUNDATION, True), ("found_agency", AGENCY, False),
    ("found_society", SOCIETY | {"officers": [FOUNDER | {"name": "李明"}]}, False),
])
def test_the_desk_is_told_of_a_namesake_before_another_is_founded(
    scene: Scene, matter: str, answers: dict[str, Any], told: bool,
) -> None:
    scene.establish("合肥市蜀山区旧梦老友协会", "society", legal_representative=FOUNDER["name"])
    found = hall_queries.against(scene.draft(matter, answers), by=scene.applicant, at=AT)
    assert not found.whys
    assert ["led by somebody of this name" in str(note) for note in found.notes] == [True] * told


def test_a_late_deregistration_is_taken_and_marked(scene: Scene) -> None:
    body = scene.establish()
    file(body, "liquidation", on=date(2026, 9, 1))
    ref = scene.draft("deregister", {"reason": "fulfilled", "liquidated_on": "2026-10-10", "settled": True}, body)
    found = hall_queries.against(ref, by=scene.applicant, at=AT)
    (note,) = found.notes
    assert not found.whys and f"within {limit('registration.deregister_agency')} of the end" in str(note)


def test_a_conclusion_of_long_ago_stands(scene: Scene) -> None:
    body = scene.establish("合肥市蜀山区旧梦老友协会", "society", on=date(2020, 1, 1))
    for year in (2023, 2024):
        file(body, "annual_report", on=date(year + 1, 5, 3), annual_reports={
            "year": year, "filed_on": f"{year + 1}-05-03", "conclusion": "passed", "concluded_on": f"{year + 1}-07-01"})
    said: dict[str, Any] = {"conclusion": "faulty", "faults": ["meetings"], "reasons": "不足。", "by": scene.desk,
                            "at": AT}
    with pytest.raises(RuleBroken, match="The conclusion on 2023 stands") as why:
        actions.conclude(body, year=2023, **said)
    assert why.value.rule == "annual.society_correct" and actions.conclude(body, year=2024, **said)


def test_a_correction_of_what_is_said_nowhere_any_more_is_held_up(scene: Scene) -> None:
    """Between handing in and deciding the register was told otherwise."""
    body = scene.establish()
    ref = scene.draft("correct_register", {"items": ["address"], "address": "蜀山区琥珀路 2 号", "cause": "clerical",
                                           "explanation": "门牌号少录了一位。"}, body)
    case: Case = _case(scene, ref)
    gone: dict[str, Any] = {**case.answers, "items": ["phone"], "phone": "055112345678"}
    with pytest.raises(Conflict, match="register has changed since"):
        actions.correct(replace(case, answers=gone, on=TODAY), by=scene.desk, at=AT)
