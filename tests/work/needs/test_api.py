"""The API, as programs use it."""
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.work.needs.models import Need, Offer
from tests.actors import AT
from tests.work.needs.conftest import DAY, HUPO, LUYANG, NAME, TEXT, Ask, Scene, data

URL = "/api/v1/needs"
BODY: dict[str, Any] = {
    "text": TEXT, "at": {"lon": 117.262, "lat": 31.852}, "requires": {"gender": "female", "accessibility": ["lift"]},
    "windows": [{"from": "2026-11-18T08:00:00+08:00", "until": "2026-11-18T12:00:00+08:00"}], "mode": "home",
    "repeat": "FREQ=WEEKLY;COUNT=3",
}


def test_a_need_is_posted_once_under_its_key(scene: Scene, ask: Ask) -> None:
    first = ask(URL, scene.resident, BODY, key="one")
    body = data(first)
    assert first.status_code == 201 and set(body) == {"ref", "number", "state", "triage"} and body["state"] == "open"
    assert body["triage"]["category"] == "home_bathing" and body["triage"]["urgency"] == "soon"
    assert body["triage"]["flags"] == [] and any("洗澡" in why for why in body["triage"]["why"])
    again = ask(URL, scene.resident, BODY, key="one")
    assert again.status_code == 200 and data(again) == body and Need.objects.count() == 1
    other = ask(URL, scene.resident, BODY | {"text": "送饭"}, key="one")
    assert other.status_code == 409 and other["Content-Type"] == "application/problem+json"
    assert Need.objects.count() == 1
    assert ask(URL, scene.resident, BODY).status_code == 422
    zh = data(ask(URL, scene.resident, BODY, key="two", language="zh-hans"))
    assert any("说明需要这类服务" in why for why in zh["triage"]["why"])


def test_danger_comes_back_at_once(scene: Scene, ask: Ask) -> None:
    body = data(ask(URL, scene.resident, {"text": "我爸突然胸口剧痛，喘不上气"}, key="k"))
    assert {"life_risk", "medical_emergency"} <= set(body["triage"]["flags"])
    assert body["triage"]["urgency"] == "urgent"


def test_one_reads_changes_and_takes_back_ones_own(scene: Scene, ask: Ask) -> None:
    ref = data(ask(URL, scene.resident, BODY, key="k"))["ref"]
    need = data(ask(f"{URL}/{ref}", scene.resident))
    assert need["text"] == TEXT and need["for"] == str(scene.person) and need["at"] == BODY["at"]
    assert need["windows"] == [{"from": "2026-11-18T00:00:00Z", "until": "2026-11-18T04:00:00Z"}]
    assert (need["visits"], need["repeat"], need["region"]) == (3, "FREQ=WEEKLY;COUNT=3", HUPO)
    assert need["moves"] == ["change", "withdraw"] and need["requires"]["accessibility"] == ["lift"]
    changed = data(ask(f"{URL}/{ref}/change", scene.resident, {"urgency": "urgent"}))
    assert changed["triage"]["urgency"] == "urgent" and changed["text"] == TEXT and changed["mode"] == "home"
    assert data(ask(f"{URL}/{ref}/withdraw", scene.resident, {}))["state"] == "withdrawn"
    assert ask(f"{URL}/{ref}/withdraw", scene.resident, {}).status_code == 409
    for who in (scene.stranger, scene.rival):
        assert ask(f"{URL}/{ref}", who).status_code == 404
        assert ask(f"{URL}/{ref}/change", who, {"urgency": "soon"}).status_code == 404


def test_the_list_goes_page_by_page(scene: Scene, ask: Ask) -> None:
    made = [str(scene.post(at=AT - timedelta(minutes=one))) for one in range(3)] + [str(scene.post(at=AT - DAY))]
    first = data(ask(f"{URL}?limit=2", scene.resident))
    second = data(ask(f"{URL}?limit=2&after={first['next']}", scene.resident))
    assert [one["ref"] for one in first["items"] + second["items"]] == made and second["next"] is None
    for bad in ("limit=0", "limit=101", "limit=x", "after=1", "open=2", "limit=99999999999999999999"):
        assert ask(f"{URL}?{bad}", scene.resident).status_code == 422, bad
    assert ask(URL, scene.officer).status_code == 403


def test_who_acts_for_others_says_for_whom(scene: Scene, ask: Ask) -> None:
    body = {"text": TEXT, "for": str(scene.person)}
    assert ask(URL, scene.daughter, body, key="a").status_code == 201
    assert ask(URL, scene.agent, body, key="a").status_code == 403
    assert ask(URL, scene.agent, body | {"consented": True}, key="a").status_code == 201
    assert ask(URL, scene.stranger, body, key="a").status_code == 404
    assert set(Need.objects.values_list("channel", flat=True)) == {"family", "agent"}


def test_a_provider_reads_it_without_name_words_and_place_and_offers(scene: Scene, ask: Ask) -> None:
    ref = scene.post()
    listed = ask(f"{URL}?open=1", scene.manager)
    one = ask(f"{URL}/{ref}", scene.manager)
    for answer in (listed, one):
        raw = json.dumps(data(answer), ensure_ascii=False)
        assert str(ref) in raw and NAME not in raw and "洗澡" not in raw and str(scene.person) not in raw
    assert data(one)["text"] is None and data(one)["at"] is None and data(one)["triage"]["why"] == []
    body = {"service": str(scene.service), "slot": str(scene.slot()), "note": "可以来"}
    made = ask(f"{URL}/{ref}/offers", scene.manager, body, key="o")
    again = ask(f"{URL}/{ref}/offers", scene.manager, body, key="o")
    assert (made.status_code, again.status_code) == (201, 200) and data(made) == data(again)
    assert data(ask(f"{URL}/{ref}", scene.resident))["offers"][0]["note"] == "可以来"
    assert data(ask(f"{URL}/{ref}", scene.manager))["offers"][0]["state"] == "open"
    offer = data(made)["ref"]
    assert ask(f"/api/v1/offers/{offer}/withdraw", scene.rival, {}).status_code == 404
    assert data(ask(f"/api/v1/offers/{offer}/withdraw", scene.manager, {}))["state"] == "withdrawn"
    assert ask(f"/api/v1/offers/{offer}/withdraw", scene.manager, {}).status_code == 409
    assert ask(f"{URL}?open=1", scene.resident).status_code == 403
    assert data(ask(f"{URL}?open=1", scene.rival))["items"] == []


def test_who_is_not_signed_in_is_told_so(scene: Scene, ask: Ask) -> None:
    answer = ask(URL, data=BODY, key="k")
    assert answer.status_code == 403 and "Sign in first" in data(answer)["detail"]
    assert answer["Content-Type"] == "application/problem+json" and not Need.objects.exists()


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, "text"), ({"text": "x" * 100_000}, "text"), ({"text": 7}, "text"), ({"text": "\x00"}, "text"),
    ({"at": {"lon": 31.852, "lat": 117.262}}, "at"), ({"at": {"lon": 116.39, "lat": 39.9}}, "at"),
    ({"at": {"lon": 1e308, "lat": 0}}, "at"), ({"at": {"lon": "NaN", "lat": 1}}, "at"), ({"at": {"lon": 117}}, "at"),
    ({"region": LUYANG}, "at"), ({"at": None, "region": "349999999999"}, "region"), ({"region": "１" * 12}, "region"),
    ({"windows": [{"from": "2026-11-18T12:00:00+08:00", "until": "2026-11-18T08:00:00+08:00"}]}, "windows"),
    ({"windows": [{"from": "2026-11-18T08:00:00", "until": "2026-11-18T12:00:00"}]}, "windows"),
    ({"windows": [{"from": "0001-01-01T00:00:00+14:00", "until": "2026-11-18T08:00:00Z"}]}, "windows"),
    ({"windows": [{"from": "2026-11-18T08:00:00Z", "until": "9999-12-31T23:59:59-14:00"}]}, "windows"),
    ({"windows": [{"from": 1e300, "until": "2026-11-18T08:00:00Z"}]}, "windows"),
    ({"windows": [{"from": "2026-02-30T08:00:00Z", "until": "2026-11-18T08:00:00Z"}]}, "windows"),
    ({"repeat": "FREQ=SECONDLY"}, "repeat"), ({"repeat": "\x00"}, "repeat"), ({"category": "owl"}, "category"),
    ({"category": "\x00"}, "category"), ({"urgency": "now"}, "urgency"), ({"mode": "owl"}, "mode"),
    ({"requires": {"language": "\x00"}}, "requires"), ({"requires": {"gender": "owl"}}, "requires"),
    ({"requires": {"accessibility": ["moat"]}}, "requires"), ({"requires": {"credential": "a b"}}, "requires"),
    ({"for": "me"}, "for"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_what_cannot_be_is_refused_naming_the_field(scene: Scene, ask: Ask, wrong: dict[str, Any], field: str) -> None:
    answer = ask(URL, scene.resident, BODY | wrong, key="k")
    told = data(answer)
    assert answer.status_code == 422 and told["detail"] and not Need.objects.exists(), told
    assert any(field in error["field"] for error in told["errors"]), told


def test_odd_references_are_absent(scene: Scene, ask: Ask) -> None:
    ref = scene.post()
    for path in (f"{URL}/{uuid4()}", f"{URL}/{uuid4()}/withdraw", f"/api/v1/offers/{uuid4()}/withdraw"):
        body: dict[str, Any] | None = {} if path.endswith("withdraw") else None
        assert ask(path, scene.resident, body).status_code == 404
    sent = {"service": str(uuid4()), "slot": str(uuid4())}
    assert ask(f"{URL}/{ref}/offers", scene.manager, sent, key="k").status_code == 404
    assert ask(f"{URL}/{ref}/offers", scene.resident, sent, key="k").status_code == 404 and not Offer.objects.exists()
