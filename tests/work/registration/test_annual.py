from datetime import date
from typing import Any

import pytest

from linli.kernel.refusals import RuleBroken
from linli.work.registration import queries
from linli.work.registration.rules import Figures, Kind, annual
from linli.work.registration.rules.annual import Conclusion, Owed, Progress, Window


def figures(on: str = "2026-03-31", region: str | None = None) -> Figures:
    return queries.figures(annual.RULES, on=date.fromisoformat(on), region=region)


def days(kind: Kind, year: int, on: str = "2026-03-31", *, charity: bool = False, supervised: bool = True,
         ) -> list[tuple[Owed, date]]:
    found = annual.windows(kind, year, figures=figures(on), charity=charity, supervised=supervised)
    return [(one.owed, one.due_on) for one in found]


def test_a_society_hands_in_twice_and_hears_by_september() -> None:
    assert days(Kind.SOCIETY, 2025) == [
        (Owed.NOTICE, date(2026, 1, 31)), (Owed.SUPERVISOR, date(2026, 3, 31)), (Owed.REGISTRAR, date(2026, 5, 31)),
        (Owed.CONCLUSION, date(2026, 9, 30)),
    ]


def test_before_2026_the_law_had_no_day_for_notice_and_conclusion() -> None:
    assert days(Kind.SOCIETY, 2024, "2025-03-31") == [
        (Owed.SUPERVISOR, date(2025, 3, 31)), (Owed.REGISTRAR, date(2025, 5, 31)),
    ]


def test_without_a_supervising_unit_the_report_goes_straight_to_the_registrar() -> None:
    assert Owed.SUPERVISOR not in dict(days(Kind.SOCIETY, 2025, supervised=False))


def test_a_charity_publishes_instead_of_being_checked() -> None:
    found = dict(days(Kind.SOCIETY, 2025, charity=True))
    assert found[Owed.PUBLICATION] == date(2026, 5, 31) and Owed.CONCLUSION not in found


def test_an_agency_hands_in_twice() -> None:
    assert days(Kind.AGENCY, 2025) == [(Owed.SUPERVISOR, date(2026, 3, 31)), (Owed.REGISTRAR, date(2026, 5, 31))]


def test_a_foundation_hands_in_by_the_end_of_march() -> None:
    assert days(Kind.FOUNDATION, 2025) == [(Owed.REGISTRAR, date(2026, 3, 31))]


def test_a_city_that_gave_longer_is_heard() -> None:
    found = annual.windows(Kind.AGENCY, 2020, figures=figures("2021-05-20", "640100000000"))
    assert {one.owed: one.due_on for one in found}[Owed.REGISTRAR] == date(2021, 6, 30)


@pytest.mark.parametrize(("kind", "established", "year", "skips"), [
    (Kind.SOCIETY, "2025-06-30", 2025, False),  # six months were full on 30 December
    (Kind.SOCIETY, "2025-07-01", 2025, True),
    (Kind.AGENCY, "2025-06-30", 2025, False),
    (Kind.AGENCY, "2025-07-01", 2025, True),
    (Kind.FOUNDATION, "2025-12-30", 2025, False),  # no grace for foundations
    (Kind.FOUNDATION, "2026-01-05", 2025, True),
    (Kind.AGENCY, "2020-01-01", 2025, False),
])
def test_who_is_young_skips_the_year(kind: Kind, established: str, year: int, skips: bool) -> None:
    assert annual.young(kind, date.fromisoformat(established), year, figures=figures()) is skips


WINDOW = Window(Owed.REGISTRAR, date(2026, 5, 31), "annual.society_to_registrar", 2025)


@pytest.mark.parametrize(("on", "handed_in", "stands"), [
    ("2025-12-31", None, Progress.NOT_YET), ("2026-01-01", None, Progress.OPEN), ("2026-05-31", None, Progress.OPEN),
    ("2026-06-01", None, Progress.MISSING), ("2026-06-02", "2026-05-31", Progress.IN_TIME),
    ("2026-06-02", "2026-06-01", Progress.LATE),
])
def test_the_due_day_is_in_time_and_a_late_report_is_taken(on: str, handed_in: str | None, stands: Progress) -> None:
    came = date.fromisoformat(handed_in) if handed_in else None
    assert annual.progress(WINDOW, on=date.fromisoformat(on), handed_in_on=came) is stands


@pytest.mark.parametrize(("kind", "faults", "comes_to", "lawful"), [
    (Kind.SOCIETY, (), Conclusion.PASSED, True), (Kind.SOCIETY, (), Conclusion.FAULTY, False),
    (Kind.SOCIETY, ("meetings",), Conclusion.FAULTY, True), (Kind.SOCIETY, ("meetings",), Conclusion.FAILED, True),
    (Kind.SOCIETY, ("meetings",), Conclusion.PASSED, True),  # slight, or cured before the conclusion
    (Kind.SOCIETY, ("no_activity",), Conclusion.FAULTY, False),  # fails at once, whatever was cured
    (Kind.SOCIETY, ("meetings", "false_papers"), Conclusion.FAILED, True),
    (Kind.AGENCY, ("no_activity",), Conclusion.FAULTY, True),  # the rule of agencies weighs all by gravity
    (Kind.SOCIETY, ("ugly",), Conclusion.FAULTY, False),
])
def test_what_a_check_may_come_to(kind: Kind, faults: tuple[str, ...], comes_to: Conclusion, lawful: bool) -> None:
    if lawful:
        annual.require_conclusion(kind, comes_to, faults, figures=figures())
        return
    with pytest.raises(RuleBroken):
        annual.require_conclusion(kind, comes_to, faults, figures=figures())


@pytest.mark.parametrize(("kind", "year", "concluded", "stands"), [
    (Kind.SOCIETY, 2024, True, False), (Kind.SOCIETY, 2023, True, True), (Kind.SOCIETY, 2023, False, False),
    (Kind.AGENCY, 2020, True, False),  # only the rule on societies says so
])
def test_of_a_societys_conclusions_those_of_the_last_two_check_years_may_be_corrected(
    kind: Kind, year: int, concluded: bool, stands: bool,
) -> None:
    said: dict[str, Any] = {"concluded": concluded, "on": date(2026, 11, 16), "figures": figures()}
    if not stands:
        return annual.require_correctable(kind, year, **said)
    with pytest.raises(RuleBroken, match="only those on 2024 and later"):
        annual.require_correctable(kind, year, **said)


def test_the_faults_are_those_of_the_rule() -> None:
    params = figures()["annual.society_grades"].params
    assert set(params["faults"]) | set(params["straight"]) == set(annual.FAULTS) and len(params["straight"]) == 4


@pytest.mark.parametrize(("kind", "concluded", "by"), [
    (Kind.AGENCY, "2026-07-31", "2026-10-31"), (Kind.AGENCY, "2026-11-30", "2027-02-28"),
    (Kind.SOCIETY, "2026-07-31", None),  # the registrar sets the time
])
def test_an_agency_has_three_months_to_put_right(kind: Kind, concluded: str, by: str | None) -> None:
    found = annual.rectify_by(kind, date.fromisoformat(concluded), figures=figures())
    assert found == (date.fromisoformat(by) if by else None)


@pytest.mark.parametrize(("kind", "years", "row"), [
    (Kind.AGENCY, {2023: Conclusion.PASSED, 2024: None, 2025: None}, (2024, 2025)),
    (Kind.AGENCY, {2024: Conclusion.FAILED, 2025: Conclusion.FAILED}, (2024, 2025)),
    (Kind.AGENCY, {2024: None, 2025: Conclusion.FAILED}, ()),  # one of each is not two of a kind
    (Kind.AGENCY, {2023: None, 2024: None, 2025: Conclusion.PASSED}, ()),  # made good since
    (Kind.AGENCY, {2023: None, 2025: None}, ()),  # not in a row
    (Kind.AGENCY, {2025: None}, ()),
    (Kind.SOCIETY, {2024: None, 2025: None}, ()),  # only the rule on agencies says so
    (Kind.AGENCY, {}, ()),
])
def test_two_years_in_a_row_end_an_agency(
    kind: Kind, years: dict[int, Conclusion | None], row: tuple[int, ...],
) -> None:
    assert annual.misses(kind, years, figures=figures()) == row
