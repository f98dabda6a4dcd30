import json
import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.geometry import Point
from linli.registers.directory import queries as directory
from linli.work.needs import actions as needs
from linli.work.needs import queries as asked
from linli.work.needs.states import PROVIDER
from tests.actors import AT, actor
from tests.registers.visiting import text, visit

from .conftest import LUYANG, WORDS, Scene, window


def page(scene: Scene, need: UUID, query: str = "", *, by: Actor | None = None, language: str = "zh") -> str:
    said = dict(part.split("=") for part in query.split("&")) if query else {}
    return text(visit(f"/needs/{need}/matches/", said, by=by or scene.resident, language=language))


def plain(html: str) -> str:
    """What a person reads in the page's main part."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_the_page_says_who_can_come_recommends_one_and_explains_all(scene: Scene) -> None:
    first = scene.list(name="安康助浴")
    scene.list(scene.provider("琥珀街道社区养老服务站"), name="琥珀助浴", point=Point(117.20, 31.85), price_fen=12_000)
    scene.list(scene.provider(until=date(2026, 11, 3)), name="过期的一家")
    scene.list(name="庐阳助浴", area=[LUYANG])
    need = scene.need()
    shown = page(scene, need)
    said = plain(shown)
    assert "<h1>2 家能来，最早今天上午</h1>" in shown
    assert f"“{WORDS}”" in said and "上门助浴" in said
    assert "推荐" in said and "约今天 11:00" in said and "今天 11:00 有空，正在您选的时间内" in said and "王敏" in said
    assert "<s>" in shown and "¥80" in said and "¥20" in said and "补贴后" in said
    slot = re.search(rf"need={need}&amp;service={first}&amp;slot=([0-9a-f-]+)", shown)
    assert slot and reverse("orders:book") in shown
    assert "为什么排第 2" in said and "比第一家远" in said and "比第一家贵 ¥40" in said
    assert "另外 2 项为什么不合适" in said
    assert "当天没有证照齐全的服务人员" in said and "服务范围不含您所在的地方" in said
    assert reverse("rulebook:rule", args=["passport.required"]) in shown
    assert said.index("安康助浴") < said.index("琥珀助浴") < said.index("过期的一家")


def test_the_same_in_english(scene: Scene) -> None:
    scene.list()
    said = plain(page(scene, scene.need(), language="en"))
    assert "1 provider can come, the earliest this morning" in said
    assert "Book today 11:00" in said and "¥20 after a subsidy of ¥60" in said


@pytest.mark.parametrize(("mode", "listing", "heading"), [
    ("on_site", {"category": "meals", "modes": ["on_site"]}, "1 家能接待"),
    ("", {"category": "meals", "modes": ["on_site", "home"]}, "1 家能服务"),
])
def test_the_heading_fits_how_help_is_given(scene: Scene, mode: str, listing: dict[str, Any], heading: str) -> None:
    scene.list(**listing)
    assert heading in page(scene, scene.need(mode=mode, category=listing["category"]))


def test_where_nothing_fits_the_page_says_what_to_do(scene: Scene) -> None:
    scene.list()
    scene.list(category="meals", name="送餐")
    need = scene.need(windows=[window(12, 20)])
    shown = page(scene, need)
    said = plain(shown)
    assert "<h1>暂时没有合适的服务</h1>" in shown and "会继续保留" in said and "tel:12349" in shown
    assert "换个时间：还有 1 项可能合适" in said and "times=any" in shown
    wider = page(scene, need, "times=any")
    assert "1 家能来" in wider and "您正在放宽条件查看：不限时间" in plain(wider)
    assert asked.need(need, by=scene.resident).windows  # the need itself is untouched


def test_nothing_at_all_still_says_what_to_do(scene: Scene) -> None:
    shown = page(scene, scene.need())
    assert "暂时没有合适的服务" in shown and "修改需求" in shown and "为什么不合适" not in shown


def test_a_life_at_risk_shows_the_numbers_first_and_still_matches(scene: Scene) -> None:
    scene.list()
    need = scene.need(text="我妈洗澡时摔倒了，昏迷不醒，叫不应")
    shown = page(scene, need)
    assert shown.index("tel:120") < shown.index("<h1>") and "1 家能来" in shown
    assert "tel:120" not in page(scene, scene.need())


def test_offers_stand_on_top_and_lead_to_booking(scene: Scene) -> None:
    provider = scene.provider("主动应接的机构")
    service = scene.list(provider, name="应接助浴")
    need = scene.need(windows=[window(12, 20)])
    slot = directory.slots(service, AT, AT.replace(day=20))[3]
    needs.offer(need, service=service, slot=slot.ref, note="我们有两名女护理员。",
                by=actor(f"organisation:{provider}", *PROVIDER, "directory.manage"), at=AT)
    shown = page(scene, need)
    assert "有 1 家主动应接" in plain(shown) and "我们有两名女护理员。" in shown
    assert f"need={need}&amp;service={service}&amp;slot={slot.ref}" in shown


def test_a_need_that_is_no_longer_open_says_so(scene: Scene) -> None:
    scene.list()
    need = scene.need()
    assert "查看这条需求的进展" not in page(scene, need)
    needs.withdraw(need, by=scene.resident, at=AT)
    assert "查看这条需求的进展" in page(scene, need)


def test_the_order_can_be_made_plain(scene: Scene) -> None:
    scene.list(name="便宜", point=Point(117.20, 31.85), price_fen=1000, subsidy_fen=0)
    scene.list(name="很近", point=Point(117.251, 31.85), price_fen=20_000, subsidy_fen=0)
    need = scene.need()
    cheap, near = plain(page(scene, need, "order=price")), plain(page(scene, need, "order=distance"))
    assert cheap.index("便宜") < cheap.index("很近") and near.index("很近") < near.index("便宜")
    assert "排在最前" in cheap and "推荐" in plain(page(scene, need, "order=nonsense"))


def test_who_may_see_the_page(scene: Scene) -> None:
    path = f"/needs/{scene.need()}/matches/"
    assert [visit(path, by=by).status_code for by in (ANONYMOUS, scene.neighbour, scene.resident)] == [404, 404, 200]


def test_the_explanation_shows_the_weights_in_force(db: None) -> None:
    shown = text(visit("/matching/how/", language="zh"))
    params = rulebook.rule("matching.weights", on=AT.date()).params
    total = sum(params[name] for name in ("distance", "slot", "price", "rating", "continuity", "fair_share"))
    assert f"{params['distance'] / total:.0%}" in shown and f"{params['fair_share'] / total:.0%}" in shown
    assert "第二十四条" in shown and "3.0 公里" in shown
    assert reverse("rulebook:rule", args=["matching.weights"]) in shown
    assert "Nobody can pay for a better place" in text(visit("/matching/how/"))


def test_the_page_asks_few_questions(scene: Scene, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        scene.list(scene.provider(f"机构{number}"), name=f"助浴{number}")
    need = scene.need()
    with django_assert_max_num_queries(14):
        page(scene, need)


# API


def test_the_api_answers_as_the_contract_says(scene: Scene) -> None:
    service = scene.list()
    scene.list(scene.provider(until=date(2026, 11, 3)))
    path = f"/api/v1/needs/{scene.need()}/matches"
    answer = visit(path, by=scene.resident)
    found = json.loads(answer.content)
    [match] = found["matches"]
    assert answer.status_code == 200 and set(found) == {"matches", "refused"}
    assert match["service"]["ref"] == str(service) and 0 < match["score"] <= 1
    assert set(match["slot"]) == {"ref", "from", "until"} and match["slot"]["from"].endswith(("Z", "+00:00"))
    assert all(set(reason) == {"code", "text", "value"} for reason in match["reasons"])
    assert {r["code"]: r["value"] for r in match["reasons"]}["price"] == 2000
    assert found["refused"]["counts"] == {"credential": 1}
    [example] = found["refused"]["examples"]
    assert example["reasons"][0]["code"] == "credential" and "2 Nov 2026" in example["reasons"][0]["text"]
    for by in (ANONYMOUS, scene.neighbour):
        assert visit(path, by=by).status_code == 404
    assert visit(f"{path}?order=nonsense", {"order": "nonsense"}, by=scene.resident).status_code == 422
