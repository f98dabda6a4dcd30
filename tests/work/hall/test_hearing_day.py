"""A hearing takes place on a day on which the office works: no Sunday, no holiday, yet a Sunday worked in lieu."""
from datetime import date, datetime

import pytest

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import Text
from linli.work.hall import actions
from linli.work.hall.rules import hearing
from tests.registers.visiting import text, visit

from .conftest import Scene, day

EARLY, LATE = date(2026, 1, 1), date(2027, 12, 31)
NOTICE = Text("seven working days")


@pytest.mark.parametrize(("on", "other"), [
    (date(2026, 11, 29), "30 Nov 2026"),  # a Sunday
    (date(2026, 11, 28), "30 Nov 2026"),
    (date(2026, 10, 1), "8 Oct 2026"),  # 国庆
    (date(2026, 2, 17), "24 Feb 2026"),  # 春节
    (date(2027, 5, 1), "3 May 2027"),  # not published yet: by its weekday
])
def test_no_day_off(on: date, other: str) -> None:
    with pytest.raises(RuleBroken, match=f"does not work on .* such as {other}") as why:
        hearing.day_of(on, earliest=EARLY, due=LATE, notice=NOTICE)
    assert (why.value.field, why.value.rule) == ("sits_from", "hall.hearing_workday")


@pytest.mark.parametrize("on", [
    date(2026, 11, 30), date(2026, 10, 10), date(2026, 2, 14), date(2026, 2, 28), date(2027, 5, 3),
])
def test_a_day_worked_in_lieu_is_a_working_day(on: date) -> None:
    hearing.day_of(on, earliest=EARLY, due=LATE, notice=NOTICE)


def test_the_day_that_is_named_instead_is_not_too_late() -> None:
    with pytest.raises(RuleBroken, match="such as 27 Nov 2026"):
        hearing.day_of(date(2026, 11, 29), earliest=EARLY, due=date(2026, 11, 29), notice=NOTICE)


def test_it_is_refused_by_page_and_api_and_the_day_offered_is_a_working_day(scene: Scene) -> None:
    ref = scene.reviewed()
    actions.offer_hearing(ref, text="拟不予批准。", by=scene.head, at=day(0))
    actions.ask_hearing(ref, by=scene.applicant, at=day(1))
    path = f"/hall/applications/{ref}/"
    offered = hearing.first_workday(date(2026, 11, 26))
    assert f'value="{offered}T09:00"' in text(visit(path, by=scene.head, at=day(1)))
    page = visit(f"{path}call-hearing/", {"call-sits_from": "2026-11-29T09:00", "call-place": "302"}, by=scene.head,
                 at=day(1), method="POST")
    assert page.status_code == 422 and "such as 30 Nov 2026" in text(page) and "2026-11-29T09:00" in text(page)
    said = {"sits_from": datetime(2026, 12, 5, 1).isoformat() + "Z", "place": "302"}
    told = visit(f"/api/v1{path[5:]}call-hearing", said, by=scene.head, at=day(1), method="POST")
    assert told.status_code == 422 and "hall.hearing_workday" in text(told)
    zh = visit(f"{path}call-hearing/", {"call-sits_from": "2026-11-28T09:00", "call-place": "302"}, by=scene.head,
               at=day(1), method="POST", language="zh")
    assert "2026年11月28日不是工作日" in text(zh)
    actions.call_hearing(ref, sits_from=datetime.fromisoformat("2026-11-30T09:00+08:00"), place="302", by=scene.head,
                         at=day(1))
    assert 'value="2026-11-30T09:00"' in text(visit(path, by=scene.head, at=day(1)))
