"""What somebody decides on their data, and who acts for whom, as a program does it."""
import csv
import json
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM
from linli.registers.accounts import actions as accounts
from linli.registers.people import actions, queries
from linli.registers.people.models import Membership, RightsRequest
from tests.actors import AT
from tests.registers.people.conftest import DISTRICT, ID_CHILD, ID_DAUGHTER, ID_MOTHER, OTHER, Town

REASON = "回访本周的服务"


class Caller:
    """A program with somebody's token."""

    def __init__(self, username: str, role: str = "", *, person: UUID | None = None, region: str = DISTRICT) -> None:
        account = accounts.open_account(username, person=person, name="" if person else username, region=region,
                                        by=SYSTEM, at=AT)
        if role:
            accounts.grant_role(account, role=role, scope=f"region:{region}", by=SYSTEM, at=AT)
        issued = accounts.issue_token(account, label="test", by=SYSTEM, at=timezone.now())
        self.headers = {"Authorization": f"Bearer {issued}", "Accept-Language": "en"}

    def call(self, method: str, path: str, body: Any = None, *, key: str = "", status: int = 200) -> Any:
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(Client(), method)(f"/api/v1{path}", headers=self.headers | {
            "Idempotency-Key": key or str(uuid4())}, **sent)
        assert answer.status_code == status, (answer.status_code, answer.content.decode())
        if status >= 400:
            assert answer["Content-Type"] == "application/problem+json"
        return answer.json() if answer.content and "json" in answer["Content-Type"] else answer

    def get(self, path: str, **said: Any) -> Any:
        return self.call("get", path, **said)

    def post(self, path: str, body: Any = None, **said: Any) -> Any:
        return self.call("post", path, {} if body is None else body, **said)


@pytest.fixture
def mother(town: Town) -> Caller:
    return Caller("mother", person=town.mother)


@pytest.fixture
def daughter(town: Town) -> Caller:
    actions.check_real_name(town.daughter, id_number=ID_DAUGHTER, by=SYSTEM, at=AT)
    return Caller("daughter", person=town.daughter)


def test_a_consent_is_given_and_withdrawn_once_for_each_key(town: Town, mother: Caller, daughter: Caller) -> None:
    path = f"/people/{town.mother}/consents"
    for _ in range(2):
        told = mother.post(path, {"purpose": "outreach"}, key="k")
        assert {one["purpose"]: one["allowed"] for one in told["items"]}["outreach"]
    assert Entry.objects.filter(fact="people.ConsentGiven").count() == 1
    mother.post(path, {"purpose": "subsidies"}, key="k", status=409)
    told = mother.post(f"{path}/withdraw", {"purpose": "outreach"})
    assert not {one["purpose"]: one["allowed"] for one in told["items"]}["outreach"]
    wrong = mother.post(path, {"purpose": "advertising"}, status=422)
    assert wrong["errors"][0]["field"] == "purpose"
    assert "erased" in mother.post(f"{path}/withdraw", {"purpose": "service"}, status=422)["detail"]
    daughter.post(path, {"purpose": "outreach"}, status=404)


def test_the_person_reads_who_opened_what_and_why(town: Town, mother: Caller, daughter: Caller) -> None:
    clerk = Caller("clerk", "officer")
    opened = clerk.post(f"/people/{town.mother}/open", {"field": "phone", "reason": REASON})
    assert opened["value"] == "13800138000"
    [seen] = mother.get(f"/people/{town.mother}/openings")["items"]
    assert (seen["field"], seen["reason"], seen["opened_by"]) == ("phone", REASON, "clerk")
    assert clerk.get(f"/people/{town.mother}/openings")["items"] == [], "only the person and who acts for them"
    daughter.get(f"/people/{town.mother}/openings", status=404)


def test_a_request_its_duty_and_its_answer(town: Town, mother: Caller) -> None:
    asked = {"right": "correction", "part": "name", "words": "我的名字写错了"}
    made = mother.post(f"/people/{town.mother}/requests", asked, key="a", status=201)
    again = mother.post(f"/people/{town.mother}/requests", asked, key="a")
    assert again["ref"] == made["ref"] and RightsRequest.objects.count() == 1
    assert made["duty"] == {"rule": "people.correction", "due_on": made["duty"]["due_on"], "days_late": 0}
    assert (made["state"], made["moves"]) == ("open", ["take-back"])
    officer, other = Caller("clerk", "officer"), Caller("elsewhere", "officer", region=OTHER)
    [waits] = officer.get("/data-requests")["items"]
    assert waits["ref"] == made["ref"] and set(waits["moves"]) == {"grant", "refuse"}
    assert other.get("/data-requests")["items"] == []
    path = f"/data-requests/{made['ref']}"
    other.get(path, status=404)
    mother.post(f"{path}/grant", {"answer": "我自己改了", "value": "王秀瑛"}, status=403)
    officer.post(f"{path}/grant", {"answer": "已更正。", "value": "王1"}, status=422)
    assert officer.post(f"{path}/grant", {"answer": "已更正。", "value": "王秀瑛"})["state"] == "granted"
    officer.post(f"{path}/refuse", {"answer": "已办结不再办理。"}, status=409)
    mother.post(f"{path}/take-back", status=409)
    [settled] = officer.get("/data-requests?show=settled")["items"]
    assert settled["answer"] == "已更正。" and mother.get(f"/people/{town.mother}")["name"] == "王秀瑛"
    [kept] = mother.get(f"/people/{town.mother}/requests")["items"]
    assert kept["answer"] == "已更正。" and kept["decided_by"] == "clerk"


def test_a_copy_goes_with_its_owner_as_json_or_tables(town: Town, mother: Caller, daughter: Caller) -> None:
    copy = mother.post(f"/people/{town.mother}/copy")
    [own] = next(part["rows"] for part in copy["parts"] if part["key"] == "person")
    assert (own["full_name"], own["id_number"], own["region"]) == ("王秀英", ID_MOTHER, DISTRICT)
    mother.headers["Accept-Language"] = "zh-hans"
    assert mother.post(f"/people/{town.mother}/copy")["parts"][0]["rows"][0].keys() == own.keys(), "in every language"
    tables = mother.post(f"/people/{town.mother}/copy", {"as": "csv"})
    assert tables["Cache-Control"] == "no-store"
    with ZipFile(BytesIO(tables.content)) as whole:
        [head, row] = csv.reader(StringIO(whole.read("person.csv").decode("utf-8-sig")))
        assert dict(zip(head, row, strict=True))["身份证号"] == ID_MOTHER
    assert Entry.objects.filter(fact="people.CopyTaken", about=town.mother).count() == 3
    daughter.post(f"/people/{town.mother}/copy", status=404)
    mother.post(f"/people/{town.mother}/copy", {"as": "pdf"}, status=422)


def test_special_groups_are_seen_by_their_circle(town: Town, mother: Caller) -> None:
    clerk, agent = Caller("clerk", "officer"), Caller("agent", "hotline_agent")
    path = f"/people/{town.mother}/groups"
    for status in (201, 200):
        told = clerk.post(path, {"group": "low_income"}, key="g", status=status)
        assert [one["group"] for one in told["items"]] == ["low_income"]
    assert Membership.objects.count() == 1
    assert mother.get(path)["items"][0]["recorded_by"] == "clerk" and agent.get(path)["items"] == []
    clerk.post(path, {"group": "violence"}, status=403)
    clerk.post(path, {"group": "redheads"}, status=422)
    clerk.post(path, {"group": "low_income", "until": "2031-01-01"}, status=422)
    agent.post(path, {"group": "disabled"}, status=404)
    count = next(one for one in clerk.get("/special-groups")["items"] if one["group"] == "low_income")
    assert (count["count"], count["welcoming"]) == (1, 0)
    page = clerk.get("/special-groups/low_income?limit=1")
    assert page["items"][0]["name"] == "王**" and page["next"] is None
    agent.get("/special-groups/low_income", status=403)
    clerk.get("/special-groups/redheads", status=404)
    assert clerk.post(f"{path}/end", {"group": "low_income"})["items"] == []
    clerk.post(f"{path}/end", {"group": "low_income"}, status=404)


def test_leave_to_open_a_minors_data_is_given_by_a_second_officer(town: Town, daughter: Caller) -> None:
    child = actions.register(name="周小乐", region=DISTRICT, id_number=ID_CHILD, phone="13600136000",
                             guardian=town.daughter, by=SYSTEM, at=AT)
    clerk, guard = Caller("clerk", "officer"), Caller("guard", "protection_officer")
    wish = {"field": "phone", "reason": REASON}
    clerk.post(f"/people/{child}/open", wish, status=409)
    made = clerk.post(f"/people/{child}/leaves", wish, key="l", status=201)
    assert clerk.post(f"/people/{child}/leaves", wish, key="l")["ref"] == made["ref"]
    assert made["mine"] and made["moves"] == []
    clerk.post(f"/people/{child}/leaves", wish, status=409)
    clerk.get("/leaves", status=403)
    [waits] = guard.get("/leaves")["items"]
    assert (waits["ref"], waits["reason"], set(waits["moves"])) == (made["ref"], REASON, {"allow", "disallow"})
    clerk.post(f"/leaves/{made['ref']}/allow", status=404)
    assert guard.post(f"/leaves/{made['ref']}/allow")["state"] == "allowed"
    guard.post(f"/leaves/{made['ref']}/disallow", status=409)
    assert clerk.get(f"/leaves/{made['ref']}")["state"] == "allowed"
    assert clerk.post(f"/people/{child}/open", wish)["value"] == "13600136000"
    clerk.post(f"/people/{child}/open", wish, status=409)
    assert daughter.get(f"/people/{child}/openings")["items"][0]["opened_by"] == "clerk"


def test_a_daughter_acts_for_her_mother_with_her_consent(town: Town, mother: Caller, daughter: Caller) -> None:
    wish = {"name": "王秀英", "id_number": ID_MOTHER, "agreed": True}
    daughter.get(f"/people/{town.mother}", status=404)
    daughter.post("/representations", wish | {"agreed": False}, status=422)
    daughter.post("/representations", wish | {"name": "王秀"}, status=409)
    made = daughter.post("/representations", wish, key="r", status=201)
    assert daughter.post("/representations", wish, key="r")["ref"] == made["ref"]
    assert (made["state"], made["name"], made["moves"]) == ("requested", "王**", ["end-representation"])
    daughter.get(f"/people/{town.mother}", status=404)  # she has not agreed yet
    daughter.post(f"/representations/{made['ref']}/accept", status=403)
    [asked] = mother.get("/representations")["items"]
    assert asked["name"] == "周敏" and set(asked["moves"]) == {"accept", "end-representation"}
    assert mother.post(f"/representations/{made['ref']}/accept")["state"] == "active"
    seen = daughter.get(f"/people/{town.mother}")
    assert seen["full"] and seen["phone"] == "13800138000"
    daughter.get(f"/people/{town.mother}/uses", status=403)  # family is not a guardian: her data are hers
    daughter.post(f"/people/{town.mother}/erase", {"sure": True}, status=403)
    mother.post(f"/representations/{made['ref']}/end", status=204)
    daughter.get(f"/people/{town.mother}", status=404)
    daughter.post(f"/representations/{made['ref']}/end", status=409)


def test_erasing_says_that_it_is_for_good(town: Town, mother: Caller) -> None:
    mother.post(f"/people/{town.mother}/erase", {"sure": False}, status=422)
    assert queries.exists(town.mother)
    mother.post(f"/people/{town.mother}/erase", {"sure": True}, status=204)
    assert not queries.exists(town.mother)
    Caller("later", "officer").get(f"/people/{town.mother}", status=404)


def test_decisions_of_the_machine_are_told(town: Town, mother: Caller) -> None:
    assert mother.get(f"/people/{town.mother}/decisions")["items"] == []
    wish = {"right": "explanation", "words": "为什么这样排", "about": str(uuid4())}
    mother.post(f"/people/{town.mother}/requests", wish, status=404)
