"""Bad input, through the doors: a refusal that names the field or the rule, what was typed kept, nothing changed."""
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.journeys.browser import Person, Program, problem
from tests.journeys.conftest import HERE, Always, listed, times
from tests.node import Node

pytestmark = pytest.mark.slow
NAUGHTY = json.loads((Path(__file__).parents[1] / "data" / "blns" / "blns.json").read_text())
WANTED = {"text": "想有人陪陪", "category": "companionship"}


def needs(node: Node, who: str = "resident") -> int:
    return len(list(Program(node, who).every("/needs")))


@pytest.mark.parametrize(("said", "names"), [
    ({"text": "想" * 100_000}, "text"), ({"text": ""}, "text"), ({"text": " \n "}, "text"),
    ({"text": "陪陪", "at": {"lon": 121.47, "lat": 31.23}}, "at"),
    ({"text": "陪陪", "at": {"lon": 31.86, "lat": 117.26}}, "at"),
    ({"text": "陪陪", "at": {"lon": 500, "lat": 31}}, "lon"), ({"text": "陪陪", "region": "999999999999"}, "region"),
    ({"text": "陪陪", "region": "34010400300"}, "region"), ({"text": "陪陪", "category": "nothing"}, "category"),
    ({"text": "陪陪", "windows": [{"from": "2026-02-30T09:00:00+08:00", "until": "2026-03-01T09:00:00+08:00"}]},
     "windows"),
    ({"text": "陪陪", "windows": [{"from": "2020-01-01T09:00:00+08:00", "until": "2020-01-01T10:00:00+08:00"}]},
     "windows"),
    ({"text": "陪陪", "repeat": "FREQ=SECONDLY"}, "repeat"),
], ids=lambda one: one if isinstance(one, str) else "")
def test_a_need_that_cannot_be_right(node: Node, said: dict[str, Any], names: str) -> None:
    before = needs(node)
    told = problem(Program(node, "resident").post("/needs", said, key=str(uuid4())), 422)
    assert any(names in one["field"] for one in told["errors"]), told
    assert needs(node) == before


def test_a_page_keeps_what_was_typed(node: Node) -> None:
    person, before = Person(node, "resident"), needs(node)
    page = person.open("/needs/new/")
    page = person.send(page, page.form(having="text"), text="想有人陪我聊聊")
    long = "陪" * 100_000
    again = person.send(page, page.form(having="key"), button="post", text=long)
    assert again.status == 422 and "2,000" in again.text and again.form(having="key").value("text") == long
    again = person.send(page, page.form(having="key"), button="post", lon="31.86", lat="117.26")
    form = again.form(having="key")
    assert again.status == 422 and (form.value("lon"), form.value("lat")) == ("31.86", "117.26")
    again = person.send(page, page.form(having="key"), button="post", when="days", day1="2026-02-30")
    assert again.status == 422 and again.form(having="key").value("text") == "想有人陪我聊聊"
    assert needs(node) == before


def test_a_replayed_key_with_another_body_and_a_forged_token(node: Node) -> None:
    resident, key = Program(node, "resident"), str(uuid4())
    made = resident.post("/needs", WANTED, key=key)
    before = needs(node)
    problem(resident.post("/needs", WANTED | {"text": "别的事"}, key=key), 409)
    assert resident.post("/needs", WANTED, key=key)["ref"] == made["ref"] and needs(node) == before
    token = node.persona("resident")["token"]
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), "linli_nothing", token.upper(), "Bearer " + token):
        problem(Program(node, token=forged).post("/needs", WANTED, key=str(uuid4())), 403)
        problem(Program(node, token=forged).get(f"/needs/{made['ref']}"), 404)
    assert needs(node) == before


def test_a_revoked_token_no_longer_opens(node: Node) -> None:
    person = Person(node, "family")
    page = person.open("/me/tokens/")
    page = person.send(page, page.form(having="label"), label="short")
    token = next(word for word in page.text.split() if word.startswith("linli_"))
    assert Program(node, token=token).get("/me").status == 200
    page = person.send(page, next(form for form in page.forms if "/revoke/" in form.action))
    problem(Program(node, token=token).get("/me"), 403)


def test_a_check_in_far_away_or_a_day_early(node: Node, always: Always) -> None:
    resident, provider = Program(node, "resident"), Program(node, "provider")
    free = times(resident, always.service)
    tomorrow = next(one for one in free if datetime.fromisoformat(one["from"]) > datetime.now(UTC) + timedelta(days=1))
    for slot, place, rule in ((free[0], {"lon": 117.3, "lat": 31.9}, "orders.check_in_metres"),
                              (tomorrow, HERE, "orders.check_in_early_minutes")):
        order = resident.post("/orders", {"service": always.service, "slot": slot["ref"], "at": HERE}, key=str(uuid4()))
        path = f"/orders/{order['ref']}"
        assert provider.post(f"{path}/accept", {"practitioner": always.carer}).status == 200
        assert problem(provider.post(f"{path}/check-in", {"at": place}), 422)["rule"] == rule
        swapped = problem(provider.post(f"{path}/check-in", {"at": {"lon": place["lat"], "lat": place["lon"]}}), 422)
        assert swapped["rule"] in {"places.swapped", "orders.check_in_early_minutes"}
        page = Person(node, "provider").open(f"{path}/")
        if slot is free[0]:  # a day early the page does not even offer it
            page = Person(node, "provider").send(page, page.form("/check-in/"), lon=place["lon"], lat=place["lat"])
            assert page.status == 422
        assert provider.get(path)["state"] == "accepted" and not provider.get(path)["proof"]
        assert resident.post(f"{path}/cancel", {"reason": "other"}).status == 200


def test_overlapping_hours(node: Node) -> None:
    service, provider = listed(node, name="有时间的服务"), Program(node, "provider")
    before = len(provider.get(f"/services/{service}/slots")["items"])
    told = provider.post(f"/services/{service}/set-hours", {"hours": [
        {"weekday": 0, "opens": "09:00", "closes": "12:00"}, {"weekday": 0, "opens": "11:00", "closes": "13:00"}]})
    assert problem(told, 422)["errors"]
    assert before - 1 <= len(provider.get(f"/services/{service}/slots")["items"]) <= before
    person = Person(node, "provider")
    page = person.open(f"/provider/services/{service}/hours/")
    page = person.send(page, page.form(having="d0_0_opens"), d0_0_opens="09:00", d0_0_closes="12:00",
                       d0_1_opens="11:00", d0_1_closes="13:00")
    assert page.status == 422 and page.form(having="d0_1_opens").value("d0_1_opens") == "11:00"


@pytest.mark.parametrize("wrong", ["52340103DM0000001X", "123", "52340103DM000000!1"])
def test_a_wrong_credit_code(node: Node, wrong: str) -> None:
    family, said = Person(node, "family"), {"kind": "agency", "name": "错码中心", "region": "340103006000",
                                           "address": "1号", "phone": "0551-62345678"}
    page = family.open("/provider/join/form/")
    page = family.send(page, page.form(having="uscc"), uscc=wrong, **said)
    assert page.status == 422 and page.form(having="uscc").value("uscc") == wrong
    told = problem(Program(node, "family").post("/organisations", said | {"uscc": wrong}, key=str(uuid4())), 422)
    assert told["errors"][0]["field"] == "uscc"


@pytest.mark.parametrize("wrong", ["110105194912310021", "11010519490230002X", "110105209912310020", "abc"])
def test_wrong_digits_and_an_impossible_date_in_an_identity_number(node: Node, wrong: str) -> None:
    said = {"name": "何来电", "region": "340104003000", "consent_by_phone": True, "id_number": wrong}
    told = problem(Program(node, "hotline_agent").post("/people", said, key=str(uuid4())), 422)
    assert told["errors"][0]["field"] == "id_number" and wrong not in str(told)
    one = Person(node)
    page = one.open("/accounts/sign-up/")
    page = one.send(page, page.form(having="username"), name="何来电", username=f"bad-{uuid4().hex[:8]}",
                    password="long enough 9", id_number=wrong, agreed="on")
    assert page.status == 422 and page.form(having="username").value("id_number") == wrong


def test_naughty_strings_come_back_as_they_were_or_are_refused(node: Node) -> None:
    resident, program = Person(node, "resident"), Program(node)
    for text in filter(None, NAUGHTY[::6]):
        text = text.encode("utf-8", "ignore").decode()
        assert program.get(f"/search?q={text[:80].replace('&', '').replace('#', '').replace('+', '')}").status < 500
        page = resident.open("/needs/new/")
        page = resident.send(page, page.form(having="text"), text=text)
        assert page.status in {200, 422}, (page.status, ascii(text))
        shown = page.form("/needs/new/", having="text").value("text")
        assert shown.replace("\r\n", "\n").strip() == text.replace("\x00", "").strip(), ascii(text)
        told = Program(node, "resident").post("/needs", {"text": text, "category": "companionship"}, key=str(uuid4()))
        assert told.status in {201, 422}, (told.status, ascii(text))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"text": 1}', b"\xff\xfe", b'{"text": "\\ud800"}'])
def test_a_body_that_is_no_need(node: Node, body: bytes) -> None:
    before = needs(node)
    told = Program(node, "resident").call("POST", "/needs", body, key=str(uuid4()))
    assert told.status in {400, 422} and told.kind == "application/problem+json", (told.status, told.body)
    assert needs(node) == before
