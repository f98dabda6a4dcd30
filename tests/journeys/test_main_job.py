"""The main job from need to rating: by a program, and in a browser without JavaScript in both languages."""
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from tests.journeys.browser import Person, Program, problem
from tests.journeys.conftest import HERE, Always
from tests.journeys.waiting import clear_of_a_quarter, until
from tests.node import Node

pytestmark = pytest.mark.slow
FACTS = ["needs.NeedPosted", "orders.OrderBooked", "orders.OrderAccepted", "orders.PractitionerAssigned",
         "orders.CheckedIn", "orders.CheckedOut", "needs.NeedMet", "orders.ServiceConfirmed", "orders.OrderRated"]


def test_a_need_becomes_a_served_proven_and_rated_service_through_the_api(node: Node) -> None:
    clear_of_a_quarter()
    resident, provider, carer = Program(node, "resident"), Program(node, "provider"), Program(node, "carer")
    other = Program(node, "family")
    key, wanted = str(uuid4()), {"text": "我一个人住，想现在有人上门陪我一刻钟", "at": HERE, "mode": "home"}

    need = resident.post("/needs", wanted, key=key)
    assert need.status == 201 and need["state"] == "open"
    assert need["triage"]["category"] == "companionship" and need["triage"]["why"]
    again = resident.post("/needs", wanted, key=key)
    assert again.status == 200 and again["ref"] == need["ref"]
    problem(resident.post("/needs", wanted | {"text": "买菜"}, key=key), 409)
    problem(resident.post("/needs", wanted), 422, says="Idempotency-Key")
    problem(carer.get(f"/needs/{need['ref']}"), 404)

    found = resident.get(f"/needs/{need['ref']}/matches")
    best = next(one for one in found["matches"] if one["service"]["name"] == "随时上门陪护（全天候）")
    assert {"slot", "distance", "price"} <= {reason["code"] for reason in best["reasons"]}
    assert all(reason["text"] for one in found["matches"] for reason in one["reasons"])
    assert sum(found["refused"]["counts"].values()) >= len(found["refused"]["examples"]) > 0
    scores = [one["score"] for one in found["matches"]]
    assert scores == sorted(scores, reverse=True)

    key = str(uuid4())
    wanted = {"need": need["ref"], "service": best["service"]["ref"], "slot": best["slot"]["ref"], "at": HERE}
    order = resident.post("/orders", wanted, key=key)
    assert order.status == 201 and order["state"] == "booked" and order["amount_fen"] == 500
    assert (order["from"], order["need"]) == (best["slot"]["from"], need["ref"])
    again = resident.post("/orders", wanted, key=key)
    assert again.status == 200 and again["ref"] == order["ref"]
    problem(resident.post("/orders", wanted | {"weeks": 2}, key=key), 409)
    assert {"cancel", "change"} <= set(order["moves"]) and "accept" not in order["moves"]
    path = f"/orders/{order['ref']}"

    problem(resident.post(f"{path}/accept"), 403)
    problem(carer.get(path), 404)  # nobody has been sent yet
    problem(provider.post(f"{path}/check-in", {"at": HERE}), 409)
    assert provider.post(f"{path}/accept")["state"] == "accepted"
    problem(provider.post(f"{path}/accept"), 409)
    sent = provider.post(f"{path}/assign", {"practitioner": node.persona("carer")["practitioner"]})
    assert sent.status == 200 and sent["practitioner"] == node.persona("carer")["practitioner"]
    problem(resident.post(f"{path}/rate", {"grade": 5}), 409)
    away = problem(carer.post(f"{path}/check-in", {"at": {"lon": 117.4, "lat": 31.9}}), 422)
    assert away["rule"] == "orders.check_in_metres"
    begun = carer.post(f"{path}/check-in", {"at": HERE})
    assert begun.status == 200 and begun["state"] == "in_service", begun.body
    assert carer.post(f"{path}/check-out", {"at": HERE})["state"] == "served"
    assert resident.post(f"{path}/confirm")["state"] == "confirmed"
    problem(resident.post(f"{path}/rate", {"grade": 6}), 422)
    problem(provider.post(f"{path}/rate", {"grade": 5}), 403)
    rated = resident.post(f"{path}/rate", {"grade": 5, "comment": "来得准时"})
    assert rated.status == 200 and rated["grade"] == 5 and rated["moves"] == ["dispute"]

    whole: Any = resident.get(path)
    proof = whole["proof"]
    six = ("service", "person", "on", "region", "practitioner", "began", "ended")  # what, whom, day, where, who, times
    assert all(proof[name] for name in six) and proof["grade"] == "A"
    assert proof["person"] == node.persona("resident")["ref"]
    assert (proof["check_in_method"], proof["check_out_method"]) == ("geofence", "geofence")
    assert [event["fact"] for event in whole["timeline"]] == FACTS
    moments = [event["at"] for event in whole["timeline"]]
    assert moments == sorted(moments)
    assert [event["fact"] for event in provider.get(path)["timeline"]] == [e["fact"] for e in whole["timeline"]]
    assert resident.get(f"/needs/{need['ref']}")["state"] == "met"
    problem(Program(node).get(path), 404)
    assert other.get(path).status == 200  # her daughter, who acts for her
    problem(Program(node, token="forged").get(path), 404)


WORDS: dict[str, dict[str, str]] = {
    "zh-hans": {
        "text": "我一个人住，想现在有人上门陪我一刻钟", "understood": "这样理解对吗？", "kind": "陪伴探访",
        "waiting": "等待答复", "there": "正在服务", "confirmed": "服务已完成并确认", "rated": "非常满意",
        "worth": "进出均有定位，居民已确认", "asked": "有新的预约等待答复", "accepted": "您的预约已被接单",
        "settled": "上门的人已经定了",
        "timeline": "需求已发布|预约成功|服务机构已接单|已派人|已签到|已签退|服务已确认|已评价",
    },
    "en": {
        "text": "I live alone and would like a visitor to keep me company at home now",
        "understood": "Is this right?", "kind": "Companionship", "waiting": "Waiting for an answer",
        "there": "is there now", "confirmed": "confirmed", "rated": "Very satisfied",
        "worth": "position in and out, confirmed by the resident", "asked": "A new booking waits for your answer",
        "accepted": "Your booking was accepted", "settled": "It is settled who comes",
        "timeline": "The need was posted|Booked.|The provider accepted.|Who goes was chosen.|The visit began.|"
                    "The visit ended after|The visit was confirmed.|Rated",
    },
}


@pytest.mark.parametrize("language", WORDS)
def test_the_same_on_the_pages(node: Node, always: Always, language: str) -> None:
    clear_of_a_quarter()
    say = WORDS[language]
    resident, provider, carer = (Person(node, who, language=language) for who in ("resident", "provider", "carer"))
    before = {who: newest(node, who) for who in ("resident", "provider", "carer")}

    page = resident.open("/needs/new/")
    page = resident.send(page, page.form("/needs/new/", having="text"), text=say["text"])
    assert say["understood"] in page.text and say["text"] in page.text
    form = page.form(having="key")
    assert form.value("category") == "companionship"
    page = resident.send(page, form, button="post")
    assert page.path.endswith("/matches/") and say["kind"] in page.text
    page = resident.open(page.link(f"service={always.service}"))
    page = resident.send(page, page.form(having="slot"), button="book", lon=HERE["lon"], lat=HERE["lat"])
    assert page.path.endswith("/booked/"), page.text
    page = resident.open(page.link("/orders/0"))
    assert say["waiting"] in page.text
    path = page.path

    page = provider.open("/provider/orders/")
    assert path in [href for href, _ in page.links]
    page = provider.open(path)
    page = provider.send(page, page.form("/accept/"), practitioner=node.persona("carer")["practitioner"])
    assert page.status == 200 and "王敏" in page.text

    page = carer.open("/work/")
    form = page.form(f"{path}check-in/")
    assert path in [href for href, _ in page.links]
    page = carer.send(page, form, lon=HERE["lon"], lat=HERE["lat"])
    assert page.path == "/work/" and page.status == 200
    assert say["there"] in resident.open(path).text
    page = carer.open(path)
    page = carer.send(page, page.form("/check-out/"), lon=HERE["lon"], lat=HERE["lat"])
    assert page.status == 200, page.text

    page = resident.open(path)
    page = resident.send(page, page.form("/confirm/"))
    assert say["confirmed"] in page.text
    page = resident.send(page, page.form("/rate/"), grade="5", comment="Thank you 谢谢")
    assert say["rated"] in page.text and "Thank you 谢谢" in page.text and say["worth"] in page.text
    steps = [page.text.find(step) for step in say["timeline"].split("|")]
    assert -1 not in steps
    after = page.text[steps[0]:]
    assert [after.find(step) for step in say["timeline"].split("|")] == sorted(
        after.find(step) for step in say["timeline"].split("|"))
    assert all(step in provider.open(path).text for step in say["timeline"].split("|"))

    for who, one, words in (("resident", resident, say["accepted"]), ("carer", carer, say["settled"]),
                            ("provider", provider, say["asked"])):
        told = partial(noticed, node, who, language, words, before[who])
        until(told, words)
        assert words in one.open("/notices/").text


def newest(node: Node, who: str) -> int:
    """The position of the newest notice so far."""
    return max((one["position"] for one in Program(node, who).get("/notices?limit=1")["items"]), default=0)


def noticed(node: Node, who: str, language: str, words: str, since: int) -> bool:
    found = Program(node, who, language=language).get("/notices?limit=20")["items"]
    return any(one["position"] > since and words in one["text"] for one in found)
