"""A provider joins, is approved, lists a service that people find; officers see their region; lapsed papers stop."""
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.demo.invented import Inventor
from tests.journeys.browser import Person, Program, problem
from tests.journeys.conftest import HERE, enrolled, listed, times
from tests.journeys.waiting import until
from tests.node import Node

pytestmark = pytest.mark.slow
HELD = {"identity", "no_bar", "insurance", "health_certificate", "carer_certificate", "nurse_licence"}
"""Papers that the demo provider's staff have."""


def test_a_provider_joins_is_approved_lists_a_service_and_is_found(node: Node, inventor: Inventor) -> None:
    head, one, name = Person(node), inventor.someone(oldest=50, youngest=40, on=date.today()), f"新苗{uuid4().hex[:6]}"
    page = head.open("/accounts/sign-up/?next=/provider/join/form/")
    page = head.send(page, page.form(having="username"), name=one.name, username=f"head-{uuid4().hex[:10]}",
                     password="long enough 9", region="340103000000", agreed="on")
    assert page.path == "/provider/join/form/", page.text
    said = {"kind": "agency", "name": f"{name}社区服务中心", "region": "340103006000", "address": "逍遥津1号（演示）",
            "phone": "0551-62345678", "introduction": "上门理发。"}
    page = head.send(page, page.form(having="uscc"), uscc="52340103DM0000001X", **said)
    assert page.status == 422 and page.form(having="uscc").value("name") == said["name"]
    page = head.send(page, page.form(having="uscc"), uscc=inventor.credit_code("agency", "340103"))
    assert page.path.endswith("/sent/"), page.text
    assert head.open("/provider/services/new/").status == 403  # not before somebody has agreed
    assert said["name"] not in Person(node).open("/organisations/?q=" + name).text.replace(name, "", 1)

    assert said["name"] not in Person(node, "officer_township").open("/officer/organisations/?state=applied").text
    officer = Person(node, "officer_city")
    waiting = officer.open("/officer/organisations/?state=applied&q=" + name)
    page = officer.open(waiting.link("/officer/organisations/0"))
    township = Person(node, "officer_township")
    assert township.open(page.path).status == 404
    assert township.post(f"{page.path}approve/").status == 404
    page = officer.send(page, page.form("/approve/"))
    assert page.status == 200 and "已通过" in page.text

    until(lambda: head.open("/provider/services/new/").status == 200, "the head may list services")
    page = head.open("/provider/organisation/sites/")
    page = head.send(page, page.form(having="lon"), name="逍遥津服务点", region="340103006000", address="1号（演示）",
                     lon="117.21", lat="31.91")
    assert page.status == 200, page.text
    page = head.open("/provider/services/new/")
    form = page.form(having="summary")
    page = head.send(page, form, button="listed", category="haircut", name=f"{name}上门理发",
                     summary="带工具上门，理发洗头。", modes=["home"],
        site=max(form.fields["site"].choices), area=["340103000000"], price_fen="20", lead_minutes="0")
    assert page.status == 200 and "/hours/" in page.path, (page.path, page.text)
    page = head.send(page, page.form(having="d0_0_opens"), **{
        f"d{day}_0_{edge}": clock for day in range(7) for edge, clock in (("opens", "00:00"), ("closes", "23:59"))})
    assert page.status == 200, page.text

    anybody, program = Person(node), Program(node)
    until(lambda: any(f"{name}上门理发" == found["title"] for found in program.get(f"/search?q={name}")["items"]),
          "the service, not the organisation only, is found by search")
    hits = anybody.open(f"/search/?q={name}").text.replace(" ", "")  # what was searched for stands marked, apart
    assert name in hits.replace(name, "", 2)
    assert f"{name}上门理发" in anybody.open("/services/?region=340103000000&q=" + name).text
    found = list(program.every(f"/services?q={name}"))
    assert len(found) == 1 and found[0]["provider"]["name"] == said["name"]
    assert program.get(f"/services/{found[0]['ref']}/slots")["items"]


def test_an_officer_sees_only_their_region(node: Node) -> None:
    city, township = Program(node, "officer_city"), Program(node, "officer_township")
    orders = list(city.every("/orders"))
    own = {one["ref"] for one in orders if one["region"].startswith("340104003")}
    others = [one for one in orders if not one["region"].startswith("340104003")]
    assert own and others
    assert {one["ref"] for one in township.every("/orders")} == own
    assert all(one["region"].startswith("340104003") for one in township.every("/orders"))
    for one in others[:5]:
        problem(township.get(f"/orders/{one['ref']}"), 404)
        assert Person(node, "officer_township").open(f"/orders/{one['ref']}/").status == 404
        if one["need"]:
            problem(township.get(f"/needs/{one['need']}"), 404)
    assert city.get(f"/orders/{others[0]['ref']}").status == 200
    offices = ("officer_city", "officer_township")
    wide, narrow = (Person(node, who).open("/officer/needs/?all=1").text for who in offices)
    assert "庐阳区" in wide or "逍遥津" in wide or len(wide) > len(narrow)
    applied = Person(node, "officer_city").open("/officer/organisations/?state=applied")
    refs = [href for href, _ in applied.links if href.startswith("/officer/organisations/0")]
    assert refs
    for href in refs:
        assert Person(node, "officer_township").open(href).status == 404


def test_lapsed_papers_are_refused_at_match_assignment_and_door(node: Node, inventor: Inventor) -> None:
    provider, resident = Program(node, "provider"), Program(node, "resident")
    lapsed = next(href for href, name in Person(node, "provider").open("/provider/staff/").links if name == "赵丽")
    lapsed = lapsed.rstrip("/").rpartition("/")[2]
    why = "健康证已于"

    def book(service: str, need: str = "") -> dict[str, Any]:
        slot = times(resident, service)[0]
        told = resident.post("/orders", {"service": service, "slot": slot["ref"], "at": HERE}, key=str(uuid4()))
        assert told.status == 201, told.body
        found: dict[str, Any] = told.body
        return found

    # assignment: a meal takes a health certificate, and hers has lapsed
    meals = listed(node, category="meals", name="昼夜送餐")
    order = book(meals)
    for path, said in ((f"/orders/{order['ref']}/accept", {"practitioner": lapsed}),):
        refused = problem(provider.post(path, said), 422, says=why)
        assert refused["rule"]
    assert provider.post(f"/orders/{order['ref']}/accept")["state"] == "accepted"
    problem(provider.post(f"/orders/{order['ref']}/assign", {"practitioner": lapsed}), 422, says=why)
    page = Person(node, "provider").open(f"/orders/{order['ref']}/")
    assert lapsed not in page.form("/assign/").fields["practitioner"].choices and why in page.text

    # the door: fit when assigned, the paper withdrawn before the visit
    certificate = date.today() + timedelta(days=90)
    carer = enrolled(node, inventor, {"health_certificate": certificate, "no_bar": certificate})
    assert provider.post(f"/orders/{order['ref']}/assign", {"practitioner": carer}).status == 200
    paper = next(one["ref"] for one in provider.get(f"/practitioners/{carer}")["credentials"]
                 if one["kind"] == "health_certificate")
    assert provider.post(f"/practitioners/{carer}/credentials/{paper}/withdraw", {"why": "revoked"}).status == 200
    refused = problem(provider.post(f"/orders/{order['ref']}/check-in", {"at": HERE}), 422, says="健康证")
    assert refused["rule"]
    assert provider.get(f"/orders/{order['ref']}")["state"] == "accepted"
    assert resident.post(f"/orders/{order['ref']}/cancel", {"reason": "other"}).status == 200


def test_a_service_whose_staff_all_lapsed_is_refused_in_the_matches_with_the_reason(node: Node) -> None:
    """Nobody of the demo provider has the paper that this takes: it never matches, and the reason is counted."""
    resident = Program(node, "resident")
    kind = next(one for one in resident.get("/categories")["items"] if "home" in one["modes"]
                and set(one["credentials"]) - HELD)["key"]
    walk = listed(node, category=kind, name="无人可派的服务")
    need = resident.post("/needs", {"text": "请派人来", "category": kind, "at": HERE}, key=str(uuid4()))
    found = resident.get(f"/needs/{need['ref']}/matches")
    assert walk not in {one["service"]["ref"] for one in found["matches"]}
    said = {one["service"]["ref"]: one["reasons"] for one in found["refused"]["examples"]}
    assert said, found["refused"]
    why = said.get(walk, ())
    assert any("credential" in reason["code"] for reason in why), (why, found["refused"]["counts"])
    assert all(reason["text"] for reason in said[walk])
