"""What the pages say of time is what the rules say on that day in that place, in both languages; no page knows a number
by heart."""
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linli.engines.rulebook import queries as rulebook
from linli.work.hall import actions, queries
from tests.actors import AT
from tests.limits import limit
from tests.registers.visiting import text, visit

from .conftest import SHUSHAN, Scene, day

HERE = """
[[rule]]
id = "{id}"
kind = "setting"
title = {{en = "Here", zh = "本地"}}
text = {{en = "Another time here.", zh = "本地另有规定。"}}
amount = {amount}
unit = "{unit}"
jurisdiction = "{region}"
from = {from_}
source = {{en = "A local rule", zh = "本地规定"}}
confidence = "M"
"""
OTHER = {"gov.tell_gaps_once": (3, "workday"), "gov.rectify_bad_rating": (8, "workday"),
         "gov.hearing_notice": (9, "workday"), "gov.ask_for_review": (90, "day"), "gov.sue": (1, "year")}


@pytest.fixture
def here(settings: Any, tmp_path: Path, scene: Scene) -> Iterator[None]:
    """The city has set other times, from Monday, 23 November."""
    settings.DATA = tmp_path
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "hefei.toml").write_text("".join(
        HERE.format(id=id, amount=amount, unit=unit, region="340100000000", from_="2026-11-23")
        for id, (amount, unit) in OTHER.items()))
    rulebook.book.cache_clear()
    yield
    rulebook.book.cache_clear()


def test_a_rule_says_its_time_in_both_languages() -> None:
    one = rulebook.rule("gov.decide", on=AT.date())
    assert (str(one.said["limit"]), one.said["limit"].zh) == ("20 working days", "20 个工作日")
    young, report, split = (rulebook.rule(id, on=AT.date()) for id in (
        "founding.agency_premises", "annual.society_to_registrar", "founding.agency_private_share"))
    assert (str(young.said["limit"]), young.said["limit"].zh) == ("1 year", "1 年")
    assert (str(report.said["day"]), report.said["day"].zh) == ("31 May", "5月31日")
    assert not split.said


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("days", [0, 8])
def test_handing_in_rating_and_refusing_tell_the_time_of_the_day_and_the_place(scene: Scene, days: int) -> None:
    at, on = day(days), day(days).date()
    assert {limit(id, on=on, region=SHUSHAN) for id in OTHER} != {limit(id) for id in OTHER} or not days
    guide = text(visit("/hall/matters/test.prize/", {"region": SHUSHAN}, language="zh", at=at))
    for id in ("gov.tell_gaps_once", "gov.ask_for_review", "gov.sue"):
        assert limit(id, zh=True, on=on, region=SHUSHAN) in guide
    ref = scene.ready()
    for zh, language in ((False, "en"), (True, "zh")):
        page = text(visit(f"/hall/applications/{ref}/hand-in/", by=scene.applicant, at=at, language=language))
        assert limit("gov.tell_gaps_once", zh=zh, on=on, region=SHUSHAN) in page
    actions.submit(ref, version=2, by=scene.applicant, at=at)
    actions.ask_completion(ref, text="请补充照片。", by=scene.clerk, at=at)
    page = text(visit(f"/hall/applications/{ref}/", by=scene.applicant, at=at))
    assert f"then has {limit('gov.tell_gaps_once', on=on, region=SHUSHAN)} anew" in page
    actions.complete(ref, version=2, by=scene.applicant, at=at)
    actions.accept(ref, by=scene.clerk, at=at)
    actions.finish_step(ref, step="review", favourable=False, finding="没有。", by=scene.clerk, at=at)
    actions.propose_refusal(ref, reasons="没有查到这件事。", ground="no_deed", by=scene.head, at=at)
    actions.confirm_refusal(ref, by=scene.second, at=at)
    page = text(visit(f"/hall/applications/{ref}/", by=scene.applicant, at=day(20)))
    assert f"the decision within {limit('gov.ask_for_review', on=on, region=SHUSHAN)}," in page
    assert f"court within {limit('gov.sue', on=on, region=SHUSHAN)}." in page  # as it was on the day of the refusal
    page = text(visit(f"/hall/applications/{ref}/", by=scene.applicant, at=at))
    assert f"the office answers within {limit('gov.rectify_bad_rating', on=on, region=SHUSHAN)}." in page
    told = visit(f"/api/v1/applications/{ref}", by=scene.applicant, at=at)
    assert limit("gov.sue", on=on, region=SHUSHAN) in text(told)


@pytest.mark.usefixtures("here")
def test_a_hearing_called_too_soon_is_refused_with_the_time_of_this_place(scene: Scene) -> None:
    ref = scene.reviewed()
    actions.offer_hearing(ref, text="拟不予批准。", by=scene.head, at=day(7))
    actions.ask_hearing(ref, by=scene.applicant, at=day(7))
    page = text(visit(f"/hall/applications/{ref}/call-hearing/", {
        "call-sits_from": "2026-12-02T09:00", "call-place": "302"}, by=scene.head, at=day(7), method="POST"))
    assert f"{limit('gov.hearing_notice', on=day(7).date(), region=SHUSHAN)} before: choose 4 Dec 2026" in page


def test_the_desk_of_a_step_is_whose_rules_the_guide_reads(scene: Scene) -> None:
    """The city decides: what holds in one district alone does not hold for it."""
    steps = {one.step.key: one.rule for one in queries.guide("test.prize", region=SHUSHAN, on=AT.date()).steps}
    assert steps["decision"] and str(steps["decision"].said["limit"]) == limit("gov.decide")
