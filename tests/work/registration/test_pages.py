"""Trying a name, and the days of the yearly report, as a person and a program see them."""
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import NotFound, RuleBroken
from linli.registers.organisations import actions
from linli.registers.organisations import queries as organisations
from linli.work.registration import queries
from linli.work.registration.rules.annual import Owed, Progress
from tests.actors import AT
from tests.work.registration.conftest import NAME, SHUSHAN, Establish, file

TODAY = AT.date()
TRIED = {"kind": "agency", "region": SHUSHAN, "name": "合肥市蜀山区乐灵养老服务中心"}


@pytest.fixture(autouse=True)
def _chinese(client: Client) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"


def test_a_name_is_tried_and_one_that_sounds_the_same_is_shown(client: Client, establish: Establish) -> None:
    ref = establish()
    page = client.get("/names/", TRIED).content.decode()
    assert "可以使用" in page and NAME in page and "读音相同" in page and f"/organisations/{ref}/" in page
    assert 'value="合肥市蜀山区乐灵养老服务中心"' in page  # what was typed stays


def test_a_name_that_is_taken_is_refused_with_its_article(client: Client, establish: Establish) -> None:
    establish()
    page = client.get("/names/", TRIED | {"name": NAME}).content.decode()
    assert "不能使用" in page and "第十六条" in page and "/rules/naming.taken/" in page


def test_nothing_bars_a_new_name_and_an_empty_form_shows_no_verdict(client: Client, establish: Establish) -> None:
    assert "不能使用" not in client.get("/names/").content.decode()
    page = client.get("/names/", TRIED).content.decode()
    assert "可以使用" in page and "没有" in page


def test_a_form_not_filled_is_refused_and_keeps_what_was_typed(client: Client, establish: Establish) -> None:
    answer = client.get("/names/", TRIED | {"region": "", "name": "合肥某某中心"})
    assert answer.status_code == 422 and 'value="合肥某某中心"' in answer.content.decode()


def test_the_answer_to_htmx_is_the_verdict_alone(client: Client, establish: Establish) -> None:
    part = client.get("/names/", TRIED, headers={"HX-Request": "true"}).content.decode()
    assert "<form" not in part and part.strip() in client.get("/names/", TRIED).content.decode()


def test_names_of_the_past_are_barred_until_their_time_is_over(establish: Establish) -> None:
    renamed = establish("合肥市蜀山区旧名养老服务中心")
    file(renamed, "change", on=date(2026, 3, 1), name="合肥市蜀山区新名养老服务中心")
    ended = establish("合肥市蜀山区夕照养老服务中心")
    file(ended, "liquidation", on=date(2026, 4, 1))
    file(ended, "deregistration", on=date(2026, 5, 1))
    revoked = establish("合肥市蜀山区晚晴养老服务中心")
    file(revoked, "revocation", on=date(2024, 11, 20))

    def rules(name: str, on: date = TODAY) -> set[str]:
        return {one.rule for one in queries.check_name(name, kind="agency", region=SHUSHAN, on=on).unmet if one.bars}

    assert rules("合肥市蜀山区旧名养老服务中心") == {"naming.reuse_after_end"}
    assert rules("合肥市蜀山区夕照养老服务中心") == {"naming.reuse_after_end"}
    assert rules("合肥市蜀山区夕照养老服务中心", date(2027, 5, 1)) == set()
    assert rules("合肥市蜀山区晚晴养老服务中心") == {"naming.reuse_after_revocation"}
    assert rules("合肥市蜀山区晚晴养老服务中心", date(2027, 11, 20)) == set()
    file(revoked, "deregistration", on=date(2025, 3, 1))  # the last of it: its name waits for three years all the same
    assert rules("合肥市蜀山区晚晴养老服务中心") == {"naming.reuse_after_revocation"}
    assert rules("合肥市蜀山区晚晴养老服务中心", date(2027, 11, 20)) == set()
    given_back = establish("合肥市蜀山区复苏养老服务中心")
    file(given_back, "revocation", on=date(2024, 11, 20))
    file(given_back, "restoration", on=date(2025, 1, 10))
    file(given_back, "deregistration", on=date(2025, 2, 1))
    assert rules("合肥市蜀山区复苏养老服务中心") == set()


@pytest.mark.parametrize(("revoked_on", "barred", "free"), [  # 民政部令第69号 Art. 16: three years from the revocation
    (date(2025, 2, 20), date(2028, 2, 19), date(2028, 2, 20)),
    (date(2024, 12, 31), date(2027, 12, 30), date(2027, 12, 31)),
    (date(2024, 2, 29), date(2027, 2, 27), date(2027, 2, 28)),  # February has no 29th
])
def test_a_name_from_a_change_that_was_revoked_is_barred_for_three_years(
    client: Client, establish: Establish, revoked_on: date, barred: date, free: date,
) -> None:
    name, own = "合肥市蜀山区晨曦养老服务中心", "合肥市蜀山区旧名养老服务中心"
    ref = establish(own, on=date(2023, 5, 10))
    renamed = file(ref, "change", on=date(2024, 1, 10), name=name)

    def rules(on: date, asked: str = name, but_of: UUID | None = None) -> set[str]:
        found = queries.check_name(asked, kind="agency", region=SHUSHAN, on=on, but_of=but_of)
        return {one.rule for one in found.unmet if one.bars}

    assert rules(barred) == {"naming.taken"}  # still borne
    told: dict[str, Any] = {"kind": "annulment", "changes": [actions.Change("name", None)], "corrects": renamed,
                            "effective_on": revoked_on, "basis": "《行政许可法》第六十九条", "cause": "以欺骗手段取得",
                            "by": SYSTEM, "at": AT}
    annulled = actions.file(ref, **told).ref
    assert organisations.organisation(ref).name == own and rules(free, own) == {"naming.taken"}
    assert (rules(barred), rules(free), rules(barred, but_of=ref)) == (
        {"naming.reuse_after_revocation"}, set(), set())
    page = client.get(f"/organisations/{ref}/filings/").content.decode()
    assert "撤销变更登记" in page and name in page and "以欺骗手段取得" in page
    if revoked_on.day == 31:  # a court gives the name back: it is borne again, and the revocation bars nobody
        actions.file(ref, **told | {"kind": "correction", "changes": [actions.Change("name", name)],
                                    "corrects": annulled})
        assert organisations.organisation(ref).name == name and rules(free) == {"naming.taken"}
        file(ref, "change", on=date(2026, 1, 10), name=own)
        assert rules(date(2026, 12, 1)) == {"naming.reuse_after_end"} and rules(date(2027, 1, 10)) == set()


def test_a_name_that_was_entered_by_mistake_is_free_at_once(establish: Establish) -> None:
    name = "合肥市蜀山区晨曦养老服务中心"
    ref = establish("合肥市蜀山区旧名养老服务中心")
    wrong = file(ref, "change", on=date(2026, 1, 10), name=name)
    actions.file(ref, kind="correction", changes=[actions.Change("name", None)], corrects=wrong, cause="录入有误",
                 effective_on=date(2026, 1, 10), basis="更正决定", by=SYSTEM, at=AT)
    assert queries.check_name(name, kind="agency", region=SHUSHAN, on=TODAY).good


def test_only_names_of_the_same_registrar_count_and_an_organisation_may_keep_its_own(establish: Establish) -> None:
    own = establish()
    establish("合肥市蜀山区他乡养老服务中心", district="340103")
    assert queries.check_name(NAME, kind="agency", region=SHUSHAN, on=TODAY, but_of=own).good
    assert queries.check_name("合肥市蜀山区他乡养老服务中心", kind="agency", region=SHUSHAN, on=TODAY).good


@pytest.mark.parametrize(("kind", "region", "field"), [
    ("company", SHUSHAN, "kind"), ("agency", "999999000000", "region"),
])
def test_a_check_needs_a_kind_and_a_region(establish: Establish, kind: str, region: str, field: str) -> None:
    with pytest.raises(RuleBroken) as why:
        queries.check_name(NAME, kind=kind, region=region, on=TODAY)
    assert why.value.field == field


def test_a_check_costs_few_queries_however_many_names_there_are(establish: Establish) -> None:
    for word in "甲乙丙丁戊己":
        establish(f"合肥市蜀山区{word}{word}养老服务中心")
    with CaptureQueriesContext(connection) as asked:
        queries.check_name(NAME, kind="agency", region=SHUSHAN, on=TODAY)
    assert len(asked) <= 4


def test_a_program_tries_a_name(client: Client, establish: Establish) -> None:
    ref = establish()
    said = client.get("/api/v1/names/check", TRIED).json()
    assert said["good"] and said["trade_name"] == "乐灵" and said["form"] == "服务中心"
    assert [(one["name"], one["organisation"]) for one in said["alike"]] == [(NAME, str(ref))]
    assert client.get("/api/v1/names/check", {"name": NAME}).status_code == 422
    taken = client.get("/api/v1/names/check", TRIED | {"name": NAME}).json()
    assert [one["rule"] for one in taken["faults"] if one["bars"]] == ["naming.taken"]


# Annual reports


def reports(ref: UUID, on: date) -> queries.Reports:
    return queries.annual_reports(ref, on=on, at=datetime(on.year, on.month, on.day, 4, tzinfo=UTC))


def stands(ref: UUID, on: date) -> dict[Owed, Progress | None]:
    current = reports(ref, on).current
    return {day.window.owed: day.progress for day in current.days} if current else {}


FOUNDED = datetime(2024, 5, 10, 4, tzinfo=UTC)


def test_a_society_is_told_its_days_and_what_is_late(establish: Establish) -> None:
    ref = establish("合肥市蜀山区邻里互助协会", "society", at=FOUNDED, supervising_unit="蜀山区教体局")
    assert stands(ref, date(2026, 4, 15))[Owed.REGISTRAR] is Progress.OPEN
    assert stands(ref, date(2026, 6, 1))[Owed.REGISTRAR] is Progress.MISSING
    file(ref, "annual_report", on=date(2026, 6, 3), annual_reports={
        "year": 2025, "filed_on": "2026-06-03", "conclusion": "faulty", "concluded_on": "2026-07-20"})
    found = reports(ref, TODAY)
    assert found.current and found.current.late and found.current.record["conclusion"] == "faulty"
    assert stands(ref, TODAY)[Owed.REGISTRAR] is Progress.LATE
    assert stands(ref, TODAY)[Owed.CONCLUSION] is Progress.IN_TIME
    assert stands(ref, TODAY)[Owed.SUPERVISOR] is None  # the register does not tell


def test_an_agency_that_missed_two_years_is_told_what_follows(client: Client, establish: Establish) -> None:
    ref = establish(at=datetime(2023, 1, 10, 4, tzinfo=UTC), on=date(2023, 1, 10))
    assert reports(ref, TODAY).misses == (2023, 2024, 2025)
    page = client.get(f"/organisations/{ref}/annual-reports/").content.decode()
    assert "2025" in page and "逾期" in page and "2024" in page


def test_three_months_to_put_right_are_shown(establish: Establish) -> None:
    ref = establish(at=FOUNDED)
    file(ref, "annual_report", on=date(2026, 5, 3), annual_reports={
        "year": 2025, "filed_on": "2026-05-03", "conclusion": "failed", "concluded_on": "2026-07-31"})
    current = reports(ref, TODAY).current
    assert current and current.rectify_by == date(2026, 10, 31)


def test_who_was_founded_late_in_the_year_need_not_report(establish: Establish) -> None:
    ref = establish(on=date(2025, 9, 1), at=datetime(2025, 9, 1, 4, tzinfo=UTC))
    found = reports(ref, TODAY)
    assert [(year.year, year.exempt) for year in found.years] == [(2025, True)]


def test_of_what_was_due_before_the_register_knew_it_nothing_is_said(establish: Establish) -> None:
    ref = establish(on=date(2020, 1, 1), at=AT)  # taken over only now
    found = reports(ref, TODAY)
    assert len(found.years) == 5 and not found.misses
    assert {day.progress for year in found.years for day in year.days} == {None}


def test_a_company_reports_elsewhere(client: Client, establish: Establish) -> None:
    ref = establish("合肥某某家政有限公司", "company")
    with pytest.raises(NotFound):
        reports(ref, TODAY)
    assert client.get(f"/organisations/{ref}/annual-reports/").status_code == 404


def test_a_program_reads_the_days(client: Client, establish: Establish) -> None:
    ref = establish(at=FOUNDED)
    said = client.get(f"/api/v1/organisations/{ref}/annual-reports").json()
    last = said["years"][0]
    assert [day["owed"] for day in last["days"]] == ["supervisor", "registrar"]
    assert last["days"][1]["rule"] == "annual.agency_to_registrar"
