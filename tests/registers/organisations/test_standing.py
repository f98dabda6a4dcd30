"""Good standing and what is due, each with its reason; without a database."""
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from linli.registers.organisations.rules.adding import Folded
from linli.registers.organisations.rules.filing import Change, Filing, FilingKind, fold
from linli.registers.organisations.rules.standing import Standing, Window, standing

ON = date(2026, 11, 16)
AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
WINDOWS = [Window(2024, date(2025, 5, 31), "annual.society_to_registrar"),
           Window(2025, date(2026, 5, 31), "annual.society_to_registrar"),
           Window(2026, date(2027, 5, 31), "annual.society_to_registrar")]
REPORTS = [Change("annual_reports", {"year": year, "conclusion": "passed"}) for year in (2024, 2025)]


def folded(*changes: Change, status: str = "registered") -> Folded:
    packed = [change.packed() for change in (Change("status", status), *changes)]
    return fold([Filing(1, UUID(int=1), FilingKind.IMPORT, date(2020, 1, 6), AT, packed)], on=ON, known_at=AT)


def judged(*changes: Change, status: str = "registered", on: date = ON) -> Standing:
    return standing(folded(*changes, status=status), WINDOWS, on=on)


def against(found: Standing) -> list[str]:
    return [reason.text.format(**reason.values) for reason in found.reasons if not reason.good]


def test_who_did_everything_is_in_good_standing_and_knows_what_comes_next() -> None:
    found = judged(*REPORTS)
    assert found.good and not found.overdue and len(found.reasons) == 4
    assert [(due.due_on, due.overdue, due.rule) for due in found.dues] == [
        (date(2027, 5, 31), False, "annual.society_to_registrar")]


def test_a_report_is_missing_from_the_day_after_it_was_due() -> None:
    assert judged(REPORTS[0], on=date(2026, 5, 31)).good
    late = judged(REPORTS[0], on=date(2026, 6, 1))
    assert against(late) == ["The annual report of 2025 is missing: it was due on 2026-05-31."]
    assert late.dues[0].overdue and late.reasons[1].rule == "annual.society_to_registrar"


@pytest.mark.parametrize(("change", "sentence"), [
    (Change("annual_reports", {"year": 2026, "conclusion": "failed"}), "The annual report of 2026: Failed."),
    (Change("lists", {"list": "abnormal", "entered_on": "2026-07-01", "reason": "未按时报送"}),
     "It stands in the list “Abnormal-activity list” since 2026-07-01: 未按时报送"),
    (Change("certificates", {"title": "copy", "number": "018", "from_": "2022-11-16", "until": "2026-11-16"}),
     "Duplicate of the certificate of registration 018 has expired."),
])
def test_what_speaks_against_it_is_said(change: Change, sentence: str) -> None:
    assert against(judged(*REPORTS, change)) == [sentence]


@pytest.mark.parametrize("change", [
    Change("annual_reports", {"year": 2025, "conclusion": "faulty"}),  # to be put right, yet no failure
    Change("lists", {"list": "serious", "entered_on": "2024-07-01", "reason": "x", "until": "2026-07-01"}),
    Change("certificates", {"title": "copy", "number": "018", "from_": "2022-11-17", "until": "2026-11-17"}),
    Change("certificates", {"title": "charity", "number": "7", "from_": "2020-01-01", "until": "2021-01-01",
                            "reason": "交回"}),
    Change("penalties", {"number": "3", "reason": "x", "basis": "x", "result": "警告", "decided_on": "2026-01-01"}),
])
def test_what_does_not(change: Change) -> None:
    assert judged(REPORTS[0], change if change.item == "annual_reports" else REPORTS[1], change).good


def test_a_renewed_certificate_takes_the_place_of_the_old_one() -> None:
    old = {"title": "copy", "number": "1", "from_": "2021-03-01", "until": "2025-03-01"}
    new = {"title": "copy", "number": "2", "from_": "2025-03-01", "until": "2029-03-01"}
    found = judged(*REPORTS, Change("certificates", old), Change("certificates", new))
    assert found.good and [(due.due_on, due.overdue) for due in found.dues] == [
        (date(2027, 5, 31), False), (date(2029, 3, 1), False)]


def test_the_council_is_elected_before_the_term_of_its_chair_ends() -> None:
    chair: dict[str, Any] = {"name": "张明", "post": "chair", "from_": "2022-01-01", "until": "2027-01-01"}
    assert [due.due_on for due in judged(*REPORTS, Change("officers", chair)).dues] == [
        date(2027, 1, 1), date(2027, 5, 31)]


@pytest.mark.parametrize("status", ["liquidating", "deregistered", "revoked"])
def test_who_is_registered_no_longer_owes_only_what_is_late(status: str) -> None:
    found = judged(REPORTS[0], status=status)
    assert not found.good and [(due.due_on, due.overdue) for due in found.dues] == [(date(2026, 5, 31), True)]
