"""The pages as people see them, and the API as programs do."""
import json
import re
from collections.abc import Callable
from datetime import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import translation

from linli.kernel.actor import ANONYMOUS, Actor
from linli.registers.directory import actions, queries
from linli.registers.directory.models import Service, Slot
from tests.actors import AT
from tests.registers.directory.conftest import BATH, HERE, HUPO, Scene

Ask = Callable[..., Any]


@pytest.fixture
def ask(rf: RequestFactory) -> Ask:
    """A page or an endpoint, asked as somebody, at the tests' moment and in English unless told otherwise."""

    def run(path: str, by: Actor = ANONYMOUS, data: Any = None, language: str = "en", htmx: bool = False,
            key: str = "", **kinds: Any) -> HttpResponse:
        from linli.shell.middleware import Doors

        method = rf.get if data is None else rf.post
        if path.startswith("/api/"):
            kinds["content_type"], data = "application/json", None if data is None else json.dumps(data)
        headers = {"HX-Request": "true"} if htmx else {}
        request: Any = method(path, data, headers=headers | ({"Idempotency-Key": key} if key else {}), **kinds)
        request.actor, request.at, request.account, request.htmx = by, AT, None, htmx
        request._dont_enforce_csrf_checks = True
        match = resolve(request.path)
        with translation.override(language):
            try:
                done: HttpResponse = match.func(request, *match.args, **match.kwargs)
                return done
            except Exception as why:
                answer = Doors(lambda r: HttpResponse()).process_exception(request, why)
                if answer is None:
                    raise
                return answer

    return run


def text(answer: HttpResponse) -> str:
    body = answer.content.decode()
    assert "!!missing" not in body, re.findall(r"!!missing[^!]*!!", body)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_residents_find_what_is_open_and_see_what_it_costs_them(scene: Scene, ask: Ask) -> None:
    scene.list()
    hidden = scene.list(name="停办的助浴")
    actions.pause(hidden, by=scene.manager, at=AT)
    page = text(answer := ask("/services/?category=home_bathing&near=117.261,31.851"))
    assert answer.status_code == 200 and "停办的助浴" not in page
    for said in (
        "Bathing at home: 1 service", "上门助浴", "合肥安康居家养老服务中心", "150 m", "¥20", "¥80", "At your home",
        "from age 60", "Next free: Tue 17 Nov 2026, 09:00",
    ):
        assert said in page, said
    chinese = text(ask("/services/?category=home_bathing", language="zh-hans"))
    assert "上门助浴：1 项服务" in chinese and "最近可约：2026年11月17日" in chinese and "Sort" not in chinese


def test_an_empty_list_says_what_to_do(scene: Scene, ask: Ask) -> None:
    page = text(ask("/services/?q=洗澡"))
    assert "Nothing fits yet" in page and "Post a need instead" in page
    scene.list()
    assert "“洗澡”: 1 service" in text(ask("/services/?q=洗澡"))


def test_a_point_swapped_or_far_away_is_said_and_the_rest_still_shown(scene: Scene, ask: Ask) -> None:
    scene.list()
    assert "look swapped" in (page := text(ask("/services/?near=31.85,117.26"))) and "1 service" in page
    assert "lies outside 合肥市" in text(ask("/services/?near=116.39,39.90"))
    assert "longitude, a comma" in text(ask("/services/?near=here"))


def test_what_an_address_cannot_mean_is_left_out(scene: Scene, ask: Ask) -> None:
    scene.list()
    for query in ("category=%00", "mode=owl", "region=1", "sort=magic", "page=-3", "page=999999999", "domain=<script>"):
        page = ask(f"/services/?{query}")
        assert page.status_code == 200 and "service" in text(page), query


def test_the_list_takes_few_queries_and_htmx_gets_it_alone(
    scene: Scene, ask: Ask, django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        scene.list(name=f"助浴{number}", hours=())
    with django_assert_max_num_queries(8):
        full = ask("/services/")
    assert "1–20 of 25" in text(full)
    part = ask("/services/", htmx=True).content.decode()
    assert part.startswith('<section id="results"') and "<html" not in part
    assert "21–25 of 25" in text(ask("/services/?page=2"))


def test_the_service_page_tells_everything_and_leads_to_booking(scene: Scene, ask: Ask) -> None:
    ref = scene.list(min_age=60, groups=["disabled"], languages=["zh", "csl"], horizon_days=60)
    page = ask(f"/services/{ref}/")
    said = text(page)
    for words in (
        "Chinese sign language", "from age 60", "disabled people", "¥80 per visit", "¥60", "Monday", "09:00–12:00",
        "Saturday closed", "Closed on public holidays", "next year are not published", "Carer certificate",
        "assured on 16 Nov 2026", "12349", "琥珀站", "蜀山区", "Step-free entrance", "at least 2 hours",
    ):
        assert words in said, words
    slot = Slot.objects.filter(service__ref=ref).order_by("begin")[1]
    assert f"/orders/book/?service={ref}&amp;slot={slot.ref}" in page.content.decode()
    assert "<path" in page.content.decode() and "The same as a table" in said
    need = uuid4()
    asked = ask(f"/services/{ref}/?need={need}").content.decode()
    assert f"/orders/book/?need={need}&amp;service={ref}&amp;slot={slot.ref}" in asked, "whoever comes from a need"
    assert f"/orders/waits/join/?need={need}&amp;service={ref}" in asked and f"?need={need}&amp;from=" in asked
    assert "need=" not in ask(f"/services/{ref}/?need=<b>", htmx=True).content.decode()
    assert "No free time in this week" in text(ask(f"/services/{ref}/?from=2031-01-01"))
    week = ask(f"/services/{ref}/?from=2026-11-23", htmx=True).content.decode()
    assert week.startswith('<section class="cardx" id="week"') and "2026" in week


def test_a_taken_time_is_not_a_link(scene: Scene, ask: Ask) -> None:
    ref = scene.list()
    slot = Slot.objects.filter(service__ref=ref).order_by("begin")[1]
    actions.take_slot(slot.ref, by=scene.resident, at=AT)
    assert str(slot.ref) not in ask(f"/services/{ref}/").content.decode()


def test_a_draft_is_nobodys_business(scene: Scene, ask: Ask) -> None:
    ref = actions.draft_service(scene.provider, **BATH, by=scene.manager, at=AT)
    assert ask(f"/services/{ref}/").status_code == ask(f"/services/{uuid4()}/").status_code == 404
    assert ask(f"/services/{ref}/", scene.stranger).status_code == 404
    assert ask(f"/services/{ref}/", scene.manager).status_code == 200


def test_every_category_is_on_one_page(scene: Scene, ask: Ask) -> None:
    scene.list()
    page = ask("/services/categories/", language="zh-hans")
    assert all(card.name.zh in text(page) for card in queries.categories())
    assert "?category=home_bathing" in page.content.decode() and "?domain=elderly_care" in page.content.decode()


FORM: dict[str, Any] = {
    "category": "home_bathing", "name": "上门助浴", "summary": "两人上门。", "modes": ["home"], "languages": ["zh"],
    "price_fen": "1,080.50", "price_unit": "visit", "subsidy_fen": "", "duration_minutes": "60", "buffer_minutes": "0",
    "capacity": "1", "lead_minutes": "60", "horizon_days": "28", "gender": "",
}


def test_a_provider_lists_changes_and_assures(scene: Scene, ask: Ask) -> None:
    answer = ask("/provider/services/new/", scene.manager, FORM | {"site": str(scene.site)})
    assert answer.status_code == 302
    ref = Service.objects.get().ref
    assert str(ref) in answer["Location"] and "hours" in answer["Location"]
    card = queries.service(ref)
    assert (card.price_fen, card.site, card.point, card.open) == (108_050, scene.site, HERE, True)
    shown = ask(f"/provider/services/{ref}/", scene.manager).content.decode()
    assert 'value="1080.50"' in shown and "listed" in shown
    again = ask(f"/provider/services/{ref}/", scene.manager, FORM | {"site": str(scene.site), "price_fen": "90"})
    assert again.status_code == 302 and queries.service(ref).price_fen == 9000
    assert ask(f"/provider/services/{ref}/assure/", scene.manager, {}).status_code == 302
    desk = text(ask("/provider/services/?done=assure", scene.manager))
    assert "Assured as right today" in desk and "¥90" in desk and "16 Nov 2026" in desk


def test_a_refused_form_keeps_what_was_typed_and_names_the_field(scene: Scene, ask: Ask) -> None:
    wrong = FORM | {"modes": ["on_site"], "price_fen": "80", "as": "draft"}
    answer = ask("/provider/services/new/", scene.manager, wrong)
    body = answer.content.decode()
    assert answer.status_code == 422 and "not given so" in body
    assert 'value="80"' in body and 'href="#id_modes_0"' in body
    answer = ask("/provider/services/new/", scene.manager, FORM | {"price_fen": "lots", "name": ""})
    assert answer.status_code == 422 and "not an amount" in text(answer) and 'value="lots"' in answer.content.decode()
    assert not Service.objects.exists()


def grid(**said: str) -> dict[str, str]:
    blank = {f"d{d}_{n}_{end}": "" for d in range(7) for n in range(2) for end in ("opens", "closes")}
    seasons = (f"s{n}_{part}" for n in range(3) for part in ("weekday", "opens", "closes", "from", "until"))
    return blank | dict.fromkeys(seasons, "") | said


def test_hours_are_set_as_a_grid_and_refused_beside_what_was_typed(scene: Scene, ask: Ask) -> None:
    ref = scene.list()
    shown = ask(f"/provider/services/{ref}/hours/", scene.manager)
    assert 'name="d0_0_opens" value="09:00"' in shown.content.decode() and "Monday" in text(shown)
    wrong = grid(d0_0_opens="09:00", d0_0_closes="12:00", d0_1_opens="11:00", d0_1_closes="13:00")
    answer = ask(f"/provider/services/{ref}/hours/", scene.manager, wrong)
    assert answer.status_code == 422 and "On Monday, 09:00–12:00 and 11:00–13:00 overlap" in text(answer)
    assert 'value="13:00"' in answer.content.decode() and len(queries.hours(ref)) == 5
    half = ask(f"/provider/services/{ref}/hours/", scene.manager, grid(d0_0_opens="09:00"))
    assert half.status_code == 422 and "Give both times" in text(half)
    right = grid(d0_0_opens="09:00", d0_0_closes="12:00", s0_weekday="5", s0_opens="10:00", s0_closes="11:00",
                 s0_from="2026-12-01", s0_until="2027-03-01")
    assert ask(f"/provider/services/{ref}/hours/", scene.manager, right).status_code == 302
    season = queries.hours(ref)[1]
    assert (season.weekday, season.opens, str(season.from_)) == (5, time(10), "2026-12-01")
    assert "2027-03-01" in ask(f"/provider/services/{ref}/hours/", scene.manager).content.decode()


def test_an_exceptional_day_tells_of_what_is_booked(scene: Scene, ask: Ask) -> None:
    ref = scene.list()
    slot = Slot.objects.filter(service__ref=ref).latest("begin")
    actions.take_slot(slot.ref, by=scene.resident, at=AT)
    on = slot.begin.date()
    answer = ask(f"/provider/services/{ref}/exceptions/", scene.manager, {"on": on, "reason": "停电"})
    page = text(ask(answer["Location"], scene.manager))
    assert "停电" in page and "1 booked visit on that day is now outside the hours" in page
    late = ask(f"/provider/services/{ref}/exceptions/", scene.manager, {"on": "2020-01-01"})
    assert late.status_code == 422 and "has passed" in text(late) and "2020-01-01" in late.content.decode()
    assert ask(f"/provider/services/{ref}/exceptions/drop/", scene.manager, {"on": on}).status_code == 302
    assert ask(f"/provider/services/{ref}/exceptions/drop/", scene.manager, {"on": "soon"}).status_code == 404


def test_withdrawing_asks_first(scene: Scene, ask: Ask) -> None:
    ref = scene.list()
    assert "cannot be undone" in text(ask(f"/provider/services/{ref}/withdraw/", scene.manager))
    assert queries.service(ref).open
    ask(f"/provider/services/{ref}/withdraw/", scene.manager, {})
    assert not queries.service(ref).open
    assert ask(f"/provider/services/{ref}/withdraw/", scene.manager, {}).status_code == 409
    assert ask(f"/provider/services/{ref}/explode/", scene.manager, {}).status_code == 404


DESK = [("", False), ("new/", False), ("import/", False), ("{ref}/", True), ("{ref}/hours/", True),
        ("{ref}/withdraw/", True)]


@pytest.mark.parametrize(("path", "one"), DESK)
def test_the_desk_is_for_those_who_keep_the_listing(scene: Scene, ask: Ask, path: str, one: bool) -> None:
    url = "/provider/services/" + path.format(ref=scene.list())
    assert ask(url, scene.manager).status_code == 200
    assert ask(url, scene.resident).status_code == 403
    assert ask(url, scene.stranger).status_code == (403 if one else 200)


# The API

def test_the_taxonomy_in_both_languages(ask: Ask) -> None:
    body = json.loads(ask("/api/v1/categories").content)
    bath = next(row for row in body["items"] if row["key"] == "home_bathing")
    assert bath["name"] == {"zh": "上门助浴", "en": "Bathing at home"} and "carer_certificate" in bath["credentials"]
    assert len(body["domains"]) == 9 and body["next"] is None


def test_services_near_a_point(scene: Scene, ask: Ask) -> None:
    ref, far = scene.list(), scene.list(name="远处的", site=None, region=HUPO, point=None)
    rows = json.loads(ask("/api/v1/services?category=home_bathing&near=117.261,31.851").content)["items"]
    assert [row["ref"] for row in rows] == [str(ref), str(far)] and rows[0]["distance_m"] in range(130, 160)
    assert rows[0]["price"] == {"amount_fen": 8000, "unit": "visit", "subsidy_fen": 6000, "after_subsidy_fen": 2000,
                                "subsidy_for": {"min_age": 60, "groups": []}}
    close = json.loads(ask("/api/v1/services?near=117.261,31.851&within_m=100").content)
    assert close == {"items": [], "next": None}
    first = json.loads(ask("/api/v1/services?limit=1").content)
    second = json.loads(ask(f"/api/v1/services?limit=1&after={first['next']}").content)
    assert {first["items"][0]["ref"], second["items"][0]["ref"]} == {str(ref), str(far)} and second["next"] is None


@pytest.mark.parametrize(("query", "field", "detail"), [
    ("near=31.85,117.26", "near", "swapped"), ("near=116.4,39.9", "near", "outside"),
    ("near=nan,1", "near", "outside|comma"),
    ("near=117", "near", "comma"), ("near=500,31", "near", "outside|between"), ("within_m=100", "near", "Say near"),
    ("sort=distance", "near", "sort by distance"), ("category=alchemy", "category", "no such category"),
    ("open_at=2026-11-16T09:00:00", "open_at", "zone"),
    ("open_at=0001-01-01T00:00:00%2B08:00", "open_at", "no such day"),
])
def test_what_cannot_be_asked_names_the_field(scene: Scene, ask: Ask, query: str, field: str, detail: str) -> None:
    answer = ask(f"/api/v1/services?{query}")
    body = json.loads(answer.content)
    assert answer.status_code == 422 and body["errors"][0]["field"] == field and re.search(detail, body["detail"])


def test_open_at_a_moment(scene: Scene, ask: Ask) -> None:
    scene.list()

    def found(moment: str) -> int:
        return len(json.loads(ask(f"/api/v1/services?open_at={moment}%2B08:00").content)["items"])

    assert (found("2026-11-16T09:00:00"), found("2026-11-16T11:59:00")) == (1, 1)
    assert (found("2026-11-16T08:59:00"), found("2026-11-16T12:00:00"), found("2026-11-21T10:00:00")) == (0, 0, 0)
    assert found("2026-10-01T10:00:00") == 0  # National Day
    assert found("1980-01-07T10:00:00") == 1  # older than any holiday table: the weekly hours rule


def test_times_of_a_service(scene: Scene, ask: Ask) -> None:
    ref = scene.list()
    body = json.loads(ask(f"/api/v1/services/{ref}/slots").content)
    assert len(body["items"]) == 19 and body["items"][0]["from"] == "2026-11-16T02:30:00Z"
    assert body["items"][0]["free"] == 1
    for query, field in (("from=2026-11-16T00:00:00Z&until=2027-06-01T00:00:00Z", "until"),
                         ("from=2026-11-16T00:00:00", "from"), ("from=9999-12-31T23:00:00Z", "from"),
                         ("from=0001-01-01T00:00:00%2B08:00", "from"),
                         ("until=2020-01-01T00:00:00Z", "until")):
        answer = ask(f"/api/v1/services/{ref}/slots?{query}")
        assert (answer.status_code, json.loads(answer.content)["errors"][0]["field"]) == (422, field), query
    assert ask(f"/api/v1/services/{uuid4()}/slots").status_code == 404


def test_a_program_lists_a_service_once(scene: Scene, ask: Ask) -> None:
    body: dict[str, Any] = BATH | {
        "organisation": str(scene.provider), "site": str(scene.site),
        "hours": [{"weekday": 0, "opens": "09:00", "closes": "12:00"}],
    }
    first = ask("/api/v1/services", scene.manager, body, key="k1")
    again = ask("/api/v1/services", scene.manager, body, key="k1")
    other = ask("/api/v1/services", scene.manager, body | {"name": "别的"}, key="k1")
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    one = json.loads(first.content)
    assert one == json.loads(again.content) and Service.objects.count() == 1
    assert {"pause", "withdraw", "assure"} <= set(one["moves"]) and one["at"] == {"lon": HERE.lon, "lat": HERE.lat}

    url = f"/api/v1/services/{one['ref']}"
    assert json.loads(ask(f"{url}/update", scene.manager, {"price_fen": 9000}).content)["price"]["amount_fen"] == 9000
    assert queries.service(UUID(one["ref"])).name == "上门助浴"
    assert json.loads(ask(f"{url}/pause", scene.manager, {}).content)["state"] == "paused"
    assert ask(f"{url}/pause", scene.manager, {}).status_code == 409
    assert ask(f"{url}/resume", scene.stranger, {}).status_code == 403
    assert ask(f"{url}/explode", scene.manager, {}).status_code == 422
    assert ask(f"{url}/set-hours", scene.manager, {"hours": []}).status_code == 200
    assert ask(f"{url}/add-exception", scene.manager, {"on": "2026-12-01", "reason": "停水"}).status_code == 200
    wrong = ask("/api/v1/services", scene.manager, body | {"at": {"lon": 31.8, "lat": 117.2}}, key="k2")
    assert wrong.status_code == 422 and json.loads(wrong.content)["errors"][0]["field"] == "at"
    assert ask("/api/v1/services", scene.resident, body, key="k3").status_code == 403


def test_a_get_through_the_whole_stack(scene: Scene, client: Client) -> None:
    """The middleware lets it pass: nothing is written."""
    ref = scene.list()
    assert client.get("/services/").status_code == client.get(f"/services/{ref}/").status_code == 200
    assert client.get(f"/api/v1/services/{ref}").json()["ref"] == str(ref)
