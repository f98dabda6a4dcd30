"""Penalties and entries in credit lists in the one box: as the public page shows them, and no longer than it does."""
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.engines.journal import actions as journal
from linli.engines.search import queries as search
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.registers.organisations import actions, queries
from linli.registers.organisations.actions import Change
from linli.registers.organisations.models import Organisation
from tests.actors import AT
from tests.registers.organisations.conftest import Scene
from tests.registers.organisations.test_file import DAY, SOCIETY, change, establish, told
from tests.registers.visiting import text, visit

NUMBER, NAME = "蜀民罚〔2026〕3号", SOCIETY["name"]
FINED: dict[str, Any] = {
    "number": NUMBER, "reason": "未按规定变更住所", "basis": "条例第三十条", "result": "警告", "fine": 4_321_000,
    "decided_on": "2026-05-08", "authority": "蜀山区民政局",
}
ABNORMAL: dict[str, Any] = {"list": "abnormal", "entered_on": "2026-07-01", "reason": "未按时报送年报"}


@pytest.fixture
def fined(scene: Scene) -> UUID:
    """The filing that told of a penalty of the society."""
    return change(establish(), kind="penalty", penalties=FINED)


def found(q: str, lang: str = "zh") -> list[str]:
    journal.run()
    return [hit.title for hit in search.search(q, kinds=["penalty"], lang=lang)]


def of(filing: UUID) -> UUID:
    return Organisation.objects.get(filings__ref=filing).ref


def back(filing: UUID, *, item: str = "penalties", key: str = NUMBER, value: Any = None) -> UUID:
    return actions.file(of(filing), kind="correction", changes=[Change(item, value, key=key)], corrects=filing,
                        effective_on=DAY, basis="复查", cause="撤销", by=SYSTEM, at=AT + timedelta(days=1)).ref


def test_a_penalty_is_found_by_number_name_and_cause_and_leads_to_its_block(fined: UUID) -> None:
    title = f"行政处罚 {NUMBER} · {NAME}"
    assert found(NUMBER) == found("邻里互助") == found("变更住所 警告") == found("蜀民罚") == [title]
    assert search.search("变更住所", lang="en")[0].snippet.startswith("Administrative penalty · 未按规定变更住所")
    assert found("administrative penalty", "en") == [title]
    assert found("4321000") == found("43,210") == [], "what the page does not show"
    [hit] = search.search("变更住所", kinds=["penalty"])
    assert "未按规定变更住所" in hit.snippet and hit.url == f"/organisations/{of(fined)}/#penalties"
    assert search.search(NAME)[0].kind == "organisation", "who it is comes before what it did"
    page = text(visit(hit.url.partition("#")[0], language="zh"))
    assert all(said in page.partition('id="penalties"')[2] for said in (NUMBER, "未按规定变更住所"))


def test_the_box_says_how_many_in_both_languages(fined: UUID) -> None:
    journal.run()
    for language, name in (("zh", "行政处罚和信用名单"), ("en", "Penalties and credit lists")):
        assert f'{name} <span class="num">1</span>' in text(visit(f"/search/?q={NUMBER}", language=language))
    told = json.loads(text(visit(f"/api/v1/search?q={NUMBER}")))
    assert told["counts"] == {"penalty": 1} and told["items"][0]["ref"] == str(fined)


def test_an_entry_in_a_list_is_found_and_who_was_removed_is_told_so(fined: UUID) -> None:
    filing = change(of(fined), kind="list", lists=ABNORMAL)
    [title] = found("未按时报送年报")
    assert title == f"活动异常名录 · {NAME}"
    assert search.search("未按时报送", kinds=["penalty"])[0].url == f"/organisations/{of(filing)}/#abnormal"
    change(of(fined), kind="list", lists=ABNORMAL | {"until": DAY.isoformat(), "removal_reason": "已补报"})
    assert found("已补报 异常名录") == [title] and len(found("邻里互助")) == 2
    page = text(visit(f"/organisations/{of(fined)}/", language="zh"))
    assert 'id="abnormal"' in page and "已补报" in page


def test_what_a_correction_takes_back_is_found_no_more(fined: UUID) -> None:
    assert found(NUMBER)
    back(fined)
    assert found(NUMBER) == found("邻里互助") == []


def test_what_a_correction_says_instead_is_found(fined: UUID) -> None:
    assert found("变更住所")
    back(fined, value=FINED | {"reason": "未按规定备案章程"})
    assert found("变更住所") == [] and found("备案章程") == found(NUMBER) == [f"行政处罚 {NUMBER} · {NAME}"]
    change(of(fined), days=2, kind="penalty", penalties=FINED | {"reason": "未按规定备案章程", "result": "罚款"})
    assert found("备案章程 罚款") == [f"行政处罚 {NUMBER} · {NAME}"], "told again, it stands once"


def test_penalties_follow_the_name_of_whose_they_are(fined: UUID) -> None:
    assert found("邻里互助")
    change(of(fined), days=1, name="合肥睦邻协会")
    assert found("邻里互助") == [] and found("睦邻") == [f"行政处罚 {NUMBER} · 合肥睦邻协会"]


def test_a_register_that_is_taken_over_brings_its_penalties(scene: Scene) -> None:
    said = told(SOCIETY) + [Change("penalties", FINED), Change("penalties", FINED | {"number": "蜀民罚〔2026〕9号"}),
                            Change("lists", ABNORMAL)]
    ref = actions.file(None, kind="import", changes=said, effective_on=date(2025, 3, 3), basis="名册", by=SYSTEM,
                       at=AT).organisation
    assert found("2026 9号") == [f"行政处罚 {NUMBER}、行政处罚 蜀民罚〔2026〕9号、活动异常名录 · {NAME}"]
    filing = queries.as_of(ref, on=DAY, known_at=AT).steps[0].filing.ref
    back(filing)
    back(filing, item="lists", key="abnormal|2026-07-01")
    assert found(NAME) == [f"行政处罚 蜀民罚〔2026〕9号 · {NAME}"], "the others of the same filing stand"


def test_organisations_without_any_are_asked_about_together(
    fined: UUID, scene: Scene, django_assert_num_queries: Any
) -> None:
    organisation = of(fined)
    with django_assert_num_queries(1):
        assert queries.penalising([scene.organisation, new_ref(), organisation]) == [fined]
    with django_assert_num_queries(2):
        assert {doc.lang for doc in queries.penalty_documents({fined, new_ref()})} == {"zh", "en"}


def test_of_who_is_not_public_nothing_is_found(fined: UUID) -> None:
    assert list(queries.penalty_documents({fined}))
    Organisation.objects.filter(ref=of(fined)).update(state="refused")
    assert list(queries.penalty_documents({fined})) == []
