"""Every time limit of registration and of the hall, named by its rule, against dates counted by hand.

2026 as the State Council has it: 元旦 1–3 January (Sunday 4th worked); 春节 15–23 February (Saturdays 14th and 28th
worked); 清明 4–6 April; 劳动节 1–5 May (Saturday 9th worked); 端午 19–21 June; 中秋 25–27 September (Sunday 20th
worked);
国庆 1–7 October (Saturday 10th worked). Nothing is published for 2027: working days of that year are provisional.
"""
from datetime import date
from decimal import Decimal

import pytest

from linli.engines.rulebook import queries, rules
from linli.engines.rulebook.rules import Confidence, Kind, Rule, Stop, Unit
from linli.kernel.calendar import add_workdays, workdays_between

BOZHOU, YINCHUAN, HEFEI = "341600000000", "640100000000", "340100000000"


def the(id: str, since: str, region: str | None = None) -> Rule:
    return queries.rule(id, on=date.fromisoformat(since), region=region)


def day(text: str) -> date:
    return date.fromisoformat(text)


WORKDAYS = [
    ("gov.tell_gaps_once", "2026-02-12", "2026-02-26"),  # 13, Saturday 14, then 24, 25, 26
    ("gov.tell_gaps_once", "2026-09-30", "2026-10-13"),  # 8, 9, Saturday 10, 12, 13
    ("gov.tell_gaps_once", "2026-09-18", "2026-09-24"),  # Sunday 20, then 21 to 24
    ("gov.tell_gaps_once", "2025-12-31", "2026-01-08"),  # Sunday 4, then 5 to 8
    ("gov.decide", "2026-02-09", "2026-03-13"),
    ("gov.decide", "2026-09-10", "2026-10-14"),
    ("gov.decide_jointly", "2026-08-10", "2026-10-16"),
    ("gov.deliver", "2026-04-24", "2026-05-12"),  # 27–30, 6–8, Saturday 9, 11, 12
    ("gov.ask_for_hearing", "2026-06-17", "2026-06-25"),  # 18, then 22 to 25
    ("gov.hold_hearing", "2026-01-30", "2026-03-05"),
    ("gov.information_request", "2026-04-28", "2026-05-28"),
    ("gov.information_completion", "2026-04-02", "2026-04-14"),  # 3, 7–10, 13, 14
    ("gov.information_publish", "2026-04-28", "2026-05-28"),
    ("gov.information_third_party", "2026-09-21", "2026-10-19"),
    ("service.rectify_bad_rating", "2026-02-10", "2026-03-09"), ("gov.rectify_bad_rating", "2026-02-10", "2026-03-09"),
    ("hall.opinion", "2026-09-28", "2026-10-16"), ("hall.check_promise", "2026-01-30", "2026-03-19"),
    ("hall.mend_promise", "2026-09-18", "2026-10-15"),
    ("data.share_open", "2026-09-30", "2026-10-08"),
    ("data.share_conditional", "2026-09-23", "2026-10-14"),
    ("data.supply", "2026-02-05", "2026-03-11"),
    ("data.correct", "2026-02-13", "2026-03-05"),
    ("data.catalogue", "2026-09-28", "2026-10-16"),
    ("data.catalogue_review", "2026-09-30", "2026-10-09"),
]


@pytest.mark.parametrize(("id", "since", "due"), WORKDAYS)
def test_working_days_pass_over_holidays_and_count_weekends_that_are_worked(id: str, since: str, due: str) -> None:
    rule = the(id, since)
    assert rule.unit is Unit.WORKDAY
    assert rules.due_on(rule, day(since)) == (day(due), False)


CALENDAR = [
    ("registration.decide_society", "2026-01-05", "2026-03-06"),  # 26 days of January, 28 of February, 6
    ("registration.decide_society", "2026-08-03", "2026-10-02"),  # ends in the holidays: the law moves nothing
    ("registration.decide_agency", "2026-12-15", "2027-02-13"),
    ("registration.decide_foundation", "2026-01-31", "2026-04-01"),
    ("registration.decide_foundation_branch", "2026-06-20", "2026-08-19"),
    ("registration.decide_charity", "2026-09-05", "2026-10-05"),
    ("registration.claim_certificate", "2026-03-12", "2026-05-11"),
    ("registration.issue_certificate", "2026-05-11", "2026-06-10"),
    ("registration.change_society", "2026-01-20", "2026-02-19"),
    ("registration.change_agency", "2026-09-04", "2026-10-04"),
    ("registration.find_supervisor", "2026-07-05", "2026-10-03"),
    ("registration.deregister_society", "2026-02-04", "2026-02-19"),
    ("registration.deregister_agency", "2026-09-21", "2026-10-06"),
    ("registration.deregister_foundation", "2026-12-20", "2027-01-04"),
    ("registration.begin_society", "2024-02-29", "2025-02-28"),
    ("registration.begin_society", "2026-10-03", "2027-10-03"),
    ("registration.begin_foundation", "2026-10-31", "2027-10-31"),
    ("registration.decide_penalty", "2026-07-10", "2026-10-08"),
    ("registration.hold_evidence", "2026-09-28", "2026-10-05"),
    ("naming.reuse_after_end", "2025-10-01", "2026-10-01"),
    ("naming.reuse_after_revocation", "2024-05-02", "2027-05-02"),
    ("founding.agency_premises", "2026-02-17", "2027-02-17"),
    ("founding.agency_certificate", "2024-02-29", "2028-02-29"),
    ("founding.officer_bar", "2021-10-01", "2026-10-01"),
    ("annual.agency_rectify", "2026-07-31", "2026-10-31"),
    ("annual.agency_rectify", "2026-11-30", "2027-02-28"),  # February has no 30th
    ("data.keep_records_of_use", "2028-02-29", "2031-02-28"),
    ("gov.ask_for_review", "2026-08-05", "2026-10-04"), ("gov.sue", "2026-08-31", "2027-02-28"),
    ("hall.promise_bar", "2024-02-29", "2027-02-28"), ("naming.held", "2026-08-31", "2027-02-28"),
]


@pytest.mark.parametrize(("id", "since", "due"), CALENDAR)
def test_days_months_and_years_run_through_holidays(id: str, since: str, due: str) -> None:
    rule = the(id, since)
    assert rule.unit in {Unit.DAY, Unit.MONTH, Unit.YEAR}
    assert rules.due_on(rule, day(since)) == (day(due), False)


def test_a_rating_is_asked_for_three_days_later_where_a_city_says_so() -> None:
    rule = the("gov.ask_for_rating", "2026-09-30", BOZHOU)
    assert rules.due_on(rule, day("2026-09-30")) == (day("2026-10-03"), False)
    with pytest.raises(queries.RuleNotFound):
        the("gov.ask_for_rating", "2026-09-30", HEFEI)


@pytest.mark.parametrize(("id", "since", "due"), [
    ("gov.decide", "2026-12-09", "2027-01-06"),  # sixteen days of December, then four of January
    ("gov.tell_gaps_once", "2026-12-29", "2027-01-05"),  # 30, 31, Friday 1 as if worked, 4, 5
])
def test_past_the_published_year_a_day_is_provisional(id: str, since: str, due: str) -> None:
    assert rules.due_on(the(id, since), day(since)) == (day(due), True)


EXTENDED = [
    ("gov.decide", "2026-09-10", "2026-10-14", "2026-10-28"),
    ("gov.decide_jointly", "2026-08-10", "2026-10-16", "2026-11-06"),
    ("gov.information_request", "2026-04-28", "2026-05-28", "2026-06-26"),  # past 端午: Friday 19 June
    ("data.share_conditional", "2026-09-23", "2026-10-14", "2026-10-28"),
    ("data.catalogue", "2026-09-28", "2026-10-16", "2026-10-23"),
]


@pytest.mark.parametrize(("id", "since", "due", "extended"), EXTENDED)
def test_an_extension_in_working_days_runs_on_from_the_end(id: str, since: str, due: str, extended: str) -> None:
    rule = the(id, since)
    assert add_workdays(rules.due_on(rule, day(since))[0], int(rule.params["extension"])) == day(extended)


def test_calendar_extensions_are_those_of_the_law() -> None:
    assert the("registration.decide_charity", "2026-09-05").params["extension"] == 60
    assert the("registration.decide_penalty", "2026-07-10").params["extension"] == 30


@pytest.mark.parametrize(("id", "since", "stop", "due"), [
    # the clock stood from 28 September until 12 October: 29, 30, 8, 9, Saturday 10 and 12 are given back
    ("gov.decide", "2026-09-10", ("2026-09-28", "2026-10-12"), "2026-10-22"),
    # ten calendar days of an expert's work are ten calendar days
    ("registration.decide_society", "2026-08-10", ("2026-09-01", "2026-09-11"), "2026-10-19"),
    # over 春节: Saturday 14, 24, 25 are given back
    ("gov.decide", "2026-02-09", ("2026-02-13", "2026-02-25"), "2026-03-18"),
])
def test_a_stopped_clock_gives_back_what_it_stood(id: str, since: str, stop: tuple[str, str], due: str) -> None:
    assert rules.due_on(the(id, since), day(since), [Stop(day(stop[0]), day(stop[1]))]) == (day(due), False)


BEFORE = [
    ("gov.renew", "2026-10-15", "2026-08-30"),  # thirty working days lie after it, up to the 15th itself
    ("gov.hearing_notice", "2026-10-12", "2026-09-27"),  # 28, 29, 30, 8, 9, Saturday 10, 12
]


@pytest.mark.parametrize(("id", "event", "last"), BEFORE)
def test_what_comes_before_an_event_is_counted_back_from_it(id: str, event: str, last: str) -> None:
    rule = the(id, event)
    assert rule.params["before"] and rule.unit is Unit.WORKDAY
    assert workdays_between(day(last), day(event)) == rule.amount
    assert workdays_between(day(last).replace(day=day(last).day + 1), day(event)) < rule.amount


YEARLY = [
    ("annual.society_notice", 1, 31), ("annual.society_to_supervisor", 3, 31), ("annual.society_to_registrar", 5, 31),
    ("annual.society_conclude", 9, 30), ("annual.agency_to_supervisor", 3, 31), ("annual.agency_to_registrar", 5, 31),
    ("annual.foundation_to_registrar", 3, 31), ("charity.publish_report", 5, 31), ("gov.information_report", 1, 31),
]


@pytest.mark.parametrize(("id", "month", "number"), YEARLY)
def test_days_of_the_year(id: str, month: int, number: int) -> None:
    rule = the(id, "2026-03-31")
    assert (rule.params["month"], rule.params["day"]) == (month, number)


def test_a_government_reports_two_months_after_its_departments() -> None:
    assert the("gov.information_report", "2026-03-31").params["government"] == {"month": 3, "day": 31}


def test_a_city_gave_longer_for_one_year() -> None:
    local = the("annual.agency_to_registrar", "2021-05-20", YINCHUAN)
    assert (local.params["month"], local.params["day"], local.kind) == (6, 30, Kind.SETTING)
    assert the("annual.agency_to_registrar", "2021-05-20", HEFEI).params["month"] == 5
    assert the("annual.agency_to_registrar", "2022-05-20", YINCHUAN).params["month"] == 5


@pytest.mark.parametrize("id", ["registration.decide_society", "registration.change_society",
                                "registration.deregister_society", "founding.society_members",
                                "founding.society_funds"])
def test_societies_go_by_the_text_of_2026_from_its_first_day(id: str) -> None:
    before, after = the(id, "2026-03-11"), the(id, "2026-03-12")
    assert "2016" in before.article and "2026" in after.article
    assert before.figure == after.figure  # the figures stayed


def test_what_was_read_in_no_law_bars_nobody() -> None:
    ours = ("registration", "naming", "founding", "foundations", "annual")
    found = [rule for versions in queries.book().values() for rule in versions if rule.topic in ours]
    assert len(found) > 80
    assert [rule.id for rule in found if (rule.kind is Kind.RULE) != (rule.confidence is Confidence.S)] == []


FIGURES = [
    ("founding.society_members", 50), ("founding.society_funds", 30_000_00), ("founding.foundation_fund", 2_000_000_00),
    ("founding.foundation_ministry", 20_000_000_00), ("founding.council_size", 5), ("founding.council_term", 5),
    ("founding.council_meetings", 2), ("founding.officer_stay", 3), ("annual.agency_misses", 2),
    ("annual.society_young", 6), ("annual.agency_young", 6), ("annual.society_correct", 2),
]


@pytest.mark.parametrize(("id", "figure"), FIGURES)
def test_figures_of_the_law(id: str, figure: int) -> None:
    assert the(id, "2026-11-22").figure == Decimal(figure)


def test_no_time_of_registration_or_of_the_hall_is_left_out_here() -> None:
    topics = {"registration", "naming", "founding", "foundations", "annual", "government", "hall"}
    named = {id for table in (WORKDAYS, CALENDAR, EXTENDED, BEFORE, YEARLY, FIGURES) for id, *_ in table}
    elsewhere = {"gov.ask_for_rating", "register.corrections_shown", "register.readers_told"}  # above; test_readers
    timed = {rule.id for versions in queries.book().values() for rule in versions if rule.topic in topics and (
        rule.unit in {Unit.WORKDAY, Unit.DAY, Unit.MONTH, Unit.YEAR} or "month" in rule.params)}
    longer = {rule.id for versions in queries.book().values() for rule in versions
              if rule.topic in topics and "extension" in rule.params and rule.unit is Unit.WORKDAY}
    assert timed - named - elsewhere == set() and longer == {id for id, *_ in EXTENDED}
