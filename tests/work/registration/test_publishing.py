"""What an organisation reported of a year is read by everyone: in the register's block, on a page, by a program."""
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import NotFound
from linli.registers.organisations import actions as register
from linli.registers.organisations import queries as organisations
from linli.registers.organisations.actions import Change
from linli.registers.people import actions as people
from linli.work.hall import queries as hall
from linli.work.registration import actions, queries
from linli.work.registration.rules.annual import Owed, Progress
from tests.actors import AT
from tests.registers.visiting import visit
from tests.work.registration.conftest import file
from tests.work.registration.test_matters import REPORT, Scene, scene

__all__ = ["scene"]
FOUNDED = datetime(2024, 5, 10, 4, tzinfo=UTC)
TODAY = AT.date()
TOLD = REPORT | {"changes": "理事王小明辞职，聘用护理员两名。"}
LATER = AT + timedelta(days=20)


def told(ref: UUID, *, at: datetime = AT) -> str:
    """The page as a visitor reads it, in Chinese."""
    return visit(f"/organisations/{ref}/annual-reports/2025/", at=at, language="zh-hans").content.decode()


def read(path: str) -> Any:
    return json.loads(visit(path).content)


def link(ref: UUID) -> str:
    return f"{settings.SITE}/organisations/{ref}/annual-reports/2025/"


def test_a_report_taken_in_the_hall_is_in_the_register_and_read_by_everyone(scene: Scene) -> None:
    ref = scene.establish(at=FOUNDED)
    assert scene.granted("annual_report", TOLD, ref) == f"/organisations/{ref}/annual-reports/2025/"
    (record,) = organisations.as_of(ref, on=TODAY, known_at=AT).public("annual_reports")
    assert (record["title"], record["published_on"], record["link"]) == ("2025年度工作报告", "2026-11-16", link(ref))
    entry = visit(f"/organisations/{ref}/", language="zh-hans").content.decode()
    assert "2025年度工作报告" in entry and f'href="{link(ref)}"' in entry and "2026年11月16日" in entry
    assert f'href="{link(ref)}"' in visit(f"/organisations/{ref}/annual-reports/").content.decode()
    page = told(ref)
    for said in ("一百二十位老人", "¥800,000.00", "¥780,000.00", "¥200,000.00", "2026年11月16日", "尚未作出结论"):
        assert said in page, said
    assert "王小明" not in page and "护理员" not in page  # what tells of persons is for the office
    with pytest.raises(NotFound):
        queries.published_report(ref, 2025, on=TODAY - timedelta(days=1), at=AT)  # it was not there yet
    said = read(f"/api/v1/organisations/{ref}/annual-reports/2025")
    (one,) = said["reports"]
    answers = {answer["field"]: answer["value"] for answer in one["said"]}
    assert answers["income"] == 80_000_000 and answers["lawful"] == "yes" and "changes" not in answers
    assert (said["conclusion"], one["filed_on"]) == ("filed", "2026-11-16")
    (last, *_) = read(f"/api/v1/organisations/{ref}/annual-reports")["years"]
    assert (last["title"], last["published_on"], last["link"]) == ("2025年度工作报告", "2026-11-16", link(ref))
    with CaptureQueriesContext(connection) as asked:
        queries.published_report(ref, 2025, on=TODAY, at=AT)
    assert len(asked) <= 3


def test_the_page_follows_the_ledger_and_keeps_the_reports_before(scene: Scene) -> None:
    ref = scene.establish(at=FOUNDED, charity=True)
    scene.granted("annual_report", TOLD, ref)
    actions.conclude(ref, year=2025, conclusion="faulty", faults=["meetings"], reasons="理事会只开了一次。",
                     by=scene.desk, at=AT)
    page = told(ref)
    assert "基本合格" in page and "理事会只开了一次" in page
    scene.granted("annual_report", TOLD | {"activities": "补开了理事会，并完善了老人助餐台账和财务制度。"}, ref,
                  at=LATER)
    page = told(ref, at=LATER)
    assert "基本合格" in page and page.index("补开了理事会") < page.index("一百二十位老人")  # the newest first
    assert page.index("2026年12月6日报送的报告") < page.index("2026年11月16日报送的报告")
    assert "一百二十位老人" in told(ref) and "补开了理事会" not in told(ref)  # as it was known
    (record,) = organisations.as_of(ref, on=LATER.date(), known_at=LATER).public("annual_reports")
    assert (record["filed_on"], record["published_on"]) == ("2026-11-16", "2026-12-06")
    (year, *_) = queries.annual_reports(ref, on=LATER.date(), at=LATER).years
    (day,) = [day for day in year.days if day.window.owed is Owed.PUBLICATION]
    assert day.done_on == TODAY and day.progress is Progress.LATE  # due in May; the second one is no later for it
    actions.conclude(ref, year=2025, conclusion="passed", faults=[], by=scene.desk, at=LATER)
    assert "基本合格" not in told(ref, at=LATER)
    newest, _ = [step.filing for step in organisations.filings(ref) if step.filing.effective_on == LATER.date()]
    register.file(ref, kind="correction", changes=[Change("annual_reports", None, key="2025")], corrects=newest.ref,
                  effective_on=LATER.date(), basis="更正决定", cause="误报", by=SYSTEM, at=LATER)
    assert "补开了理事会" not in told(ref, at=LATER) and "一百二十位老人" in told(ref, at=LATER)


def test_a_report_that_was_taken_back_is_read_nowhere(scene: Scene) -> None:
    ref = scene.establish(at=FOUNDED)
    scene.granted("annual_report", TOLD, ref)
    (filed,) = [step.filing for step in organisations.filings(ref) if step.filing.kind == "annual_report"]
    register.file(ref, kind="correction", changes=[Change("annual_reports", None, key="2025")], corrects=filed.ref,
                  effective_on=TODAY, basis="更正决定", cause="报错组织", by=SYSTEM, at=AT)
    assert visit(f"/organisations/{ref}/annual-reports/2025/").status_code == 404
    assert visit(f"/api/v1/organisations/{ref}/annual-reports/2025").status_code == 404


def test_it_stays_when_who_handed_it_in_has_their_data_erased(scene: Scene) -> None:
    ref = scene.establish(at=FOUNDED)
    scene.granted("annual_report", TOLD, ref)
    people.erase(scene.person, by=SYSTEM, at=LATER)
    assert "一百二十位老人" in told(ref, at=LATER)


def test_a_report_taken_over_keeps_its_own_address(scene: Scene) -> None:
    ref, theirs = scene.establish(at=FOUNDED), "https://example.org/2025.pdf"
    file(ref, "annual_report", on=date(2026, 5, 3), annual_reports={
        "year": 2025, "filed_on": "2026-05-03", "conclusion": "faulty", "concluded_on": "2026-07-20",
        "title": "2025年度工作报告书", "published_on": "2026-05-04", "link": theirs})
    entry = visit(f"/organisations/{ref}/").content.decode()
    assert f'href="{theirs}"' in entry and "2025年度工作报告书" in entry
    assert visit(f"/organisations/{ref}/annual-reports/2025/").status_code == 404  # nothing of it is kept here
    scene.granted("annual_report", TOLD, ref)  # how the faults were put right
    page = told(ref)
    assert f'href="{theirs}"' in page and "2025年度工作报告书" in page and "一百二十位老人" in page


@pytest.mark.parametrize("number", ["13800138000", "340104198001011234", "34010419800101123X"])
def test_numbers_of_persons_are_not_published(scene: Scene, number: str) -> None:
    ref = scene.establish(at=FOUNDED)
    said = TOLD | {"activities": f"全年为社区老人提供助餐服务，联系人电话{number}。"}
    draft = scene.draft("annual_report", said, ref)
    (bar,) = hall.against(draft, by=scene.applicant, at=AT).whys
    assert "mobile and identity numbers" in str(bar) and bar.field == "activities"
