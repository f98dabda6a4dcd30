import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.registers.accounts import actions as accounts
from linli.registers.accounts import queries as known
from linli.registers.accounts.models import Account, Token
from linli.registers.people import actions, queries
from linli.registers.people.models import Person
from tests.actors import AT
from tests.registers.people.conftest import DISTRICT, ID_CHILD, ID_DAUGHTER, ID_MOTHER, OTHER, Town

PASSWORD = "warm tea at 5"


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def browser(username: str, language: str = "en") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(Account.objects.get(username=username))
    return client


def person_of(username: str) -> Actor:
    return known.actor(Account.objects.get(username=username).ref, at=AT)


@pytest.fixture
def daughter(town: Town) -> Client:
    accounts.open_account("daughter", person=town.daughter, by=SYSTEM, at=AT)
    return browser("daughter")


FORM = {"name": "周小乐", "id_number": ID_CHILD, "kind": "guardian", "agreed": "on", "agreed_for_child": "on"}


def test_adding_a_child_and_keeping_their_data(daughter: Client) -> None:
    assert "You act for nobody yet" in text(daughter.get("/me/family/"))
    answer = daughter.post("/me/family/add/", FORM)
    assert answer.status_code == 302 and "You may act for them" in text(daughter.get(answer["Location"]))
    page = text(daughter.get("/me/family/"))
    theirs = re.search(r"/me/profile/[\w-]{36}/", page)
    assert "周小乐" in page and theirs and ID_CHILD not in page
    saved = daughter.post(theirs[0], {"phone": "13600136000", "address": "", "language": "", "region": OTHER})
    page = text(daughter.get(saved["Location"]))
    assert "Saved." in page and "13600136000" in page and "庐阳区" in page


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"id_number": ID_CHILD[:-1] + "4"}, "last digit"), ({"name": ""}, "required"), ({"agreed": ""}, "required"),
    ({"name": "李桂兰", "id_number": ID_MOTHER}, "registered already"), ({"until": "2020-01-01"}, "in the past"),
    ({"agreed_for_child": ""}, "agree to them for the child"),
])
def test_a_refused_addition_keeps_what_was_typed(daughter: Client, wrong: dict[str, str], sentence: str) -> None:
    before = Person.objects.count()
    answer = daughter.post("/me/family/add/", {**FORM, **wrong})
    page = text(answer)
    assert answer.status_code == 422 and sentence in page and Person.objects.count() == before
    assert f'value="{wrong.get("id_number", ID_CHILD)}"' in page


def test_a_mother_with_an_account_agrees_herself(town: Town, daughter: Client) -> None:
    accounts.open_account("mother", person=town.mother, by=SYSTEM, at=AT)
    mother = browser("mother", "zh-hans")
    asked = daughter.post("/me/family/add/", {**FORM, "name": "王秀英", "id_number": ID_MOTHER, "kind": "family"})
    assert "They have to agree first" in text(daughter.get(asked["Location"]))
    assert "王**" in text(daughter.get("/me/family/")) and "王秀英" not in text(daughter.get("/me/family/"))
    page = text(mother.get("/me/family/"))
    accept = re.search(r"/me/family/[\w-]{36}/accept/", page)
    assert "周敏" in page and accept
    assert daughter.post(accept[0]).status_code == 409
    assert mother.post(accept[0]).status_code == 302
    assert "王秀英" in text(daughter.get("/me/family/"))
    end = accept[0].replace("accept", "end")
    assert "btn-danger" in text(mother.get(end)) and queries.represented_by(town.daughter, at=AT) == []  # from now on
    assert mother.post(end).status_code == 302
    assert "王秀英" not in text(daughter.get("/me/family/"))
    assert mother.post(end).status_code == 409


def test_a_page_of_somebody_else_is_absent(town: Town, daughter: Client) -> None:
    assert daughter.get(f"/me/profile/{town.mother}/").status_code == 404
    assert daughter.get(f"/me/openings/{town.mother}/").status_code == 404


def test_the_profile_keeps_what_was_typed_and_changes_the_region(town: Town, daughter: Client) -> None:
    answer = daughter.post("/me/profile/", {"phone": "7", "address": "翠微路8号", "language": "", "region": ""})
    assert answer.status_code == 422 and 'value="翠微路8号"' in text(answer) and "no phone number" in text(answer)
    page = text(daughter.get(f"/me/profile/?region={DISTRICT}"))
    assert "once you save" in page and f'value="{DISTRICT}"' in page
    sent = {"phone": "13600136000", "address": "", "language": "en", "region": DISTRICT}
    assert daughter.post("/me/profile/", sent).status_code == 302
    assert queries.regions([town.daughter]) == {town.daughter: DISTRICT}
    refused = daughter.post("/me/profile/", {**sent, "region": "999999999999"})
    assert refused.status_code == 422


def test_checking_the_id_number(daughter: Client) -> None:
    refused = daughter.post("/me/real-name/", {"id_number": ID_MOTHER})
    assert refused.status_code == 422 and "registered already" in text(refused)
    assert daughter.post("/me/real-name/", {"id_number": ID_DAUGHTER}).status_code == 302
    page = text(daughter.get("/me/profile/"))
    assert "*" * 14 + ID_DAUGHTER[-4:] in page and "1988" in page


def test_who_opened_my_data_stands_on_my_page(town: Town, daughter: Client) -> None:
    actions.change(town.daughter, region=DISTRICT, by=SYSTEM, at=AT)
    assert "Nobody has opened" in text(daughter.get("/me/openings/"))
    officer = accounts.open_account("officer", name="赵主任", by=SYSTEM, at=AT)
    accounts.grant_role(officer, role="officer", scope=f"region:{DISTRICT}", by=SYSTEM, at=AT)
    by = known.actor(officer, at=AT)
    actions.open_field(town.daughter, field="phone", reason="核实上门时间", by=by, at=AT)
    page = text(daughter.get("/me/openings/"))
    assert "赵主任" in page and "核实上门时间" in page and "phone number" in page


def test_erasing_takes_a_confirmation_and_closes_the_account(town: Town, daughter: Client) -> None:
    assert daughter.post("/me/erase/", {}).status_code == 422 and queries.exists(town.daughter)
    account = known.account_of(town.daughter)
    assert account
    accounts.issue_token(account, label="周敏的手机", by=SYSTEM, at=timezone.now())
    assert "Your data was erased" in text(daughter.post("/me/erase/", {"sure": "on"}))
    journal.run()
    assert daughter.get("/me/").status_code == 302 and not queries.exists(town.daughter)
    assert not Token.objects.filter(label__contains="周敏").exists(), "what they called their programs by goes too"


@pytest.mark.parametrize("page", ["family/", "family/add/", "profile/", "real-name/", "openings/", "erase/"])
def test_officials_and_strangers_have_no_such_page(town: Town, page: str) -> None:
    assert Client().get(f"/me/{page}").status_code == 302
    accounts.open_account("official", name="赵主任", by=SYSTEM, at=AT)
    assert browser("official").get(f"/me/{page}").status_code == 403


def token(username: str, role: str | None = None) -> dict[str, str]:
    account = accounts.open_account(username, name=username, region=DISTRICT, by=SYSTEM, at=AT)
    if role:
        accounts.grant_role(account, role=role, scope=f"region:{DISTRICT}", by=SYSTEM, at=AT)
    issued = accounts.issue_token(account, label="test", by=SYSTEM, at=timezone.now())
    return {"Authorization": f"Bearer {issued}", "Idempotency-Key": "k1"}


def test_an_agent_registers_a_caller_over_the_api_once(town: Town) -> None:
    agent, officer, nobody = token("agent", "hotline_agent"), token("officer", "officer"), token("nobody")

    def post(path: str, body: dict[str, object], headers: dict[str, str]) -> tuple[int, Any]:
        answer = Client().post(f"/api/v1/people{path}", body, "application/json", headers=headers)
        return answer.status_code, answer.json()

    caller = {"name": "李桂兰", "region": DISTRICT, "phone": "13900139000", "consent_by_phone": True}
    (first, made), (again, same) = post("", caller, agent), post("", caller, agent)
    assert (first, again) == (201, 200) and made == same and made["name"] == "李**" and not made["full"]
    assert post("", {**caller, "name": "李四"}, agent)[0] == 409
    status, problem = post("", {**caller, "consent_by_phone": False}, {**agent, "Idempotency-Key": "k2"})
    assert (status, problem["errors"][0]["field"]) == (422, "consent_by_phone")
    assert post("", caller, nobody)[0] == 403 and post("", caller, {"Idempotency-Key": "k"})[0] == 403
    assert [one["ref"] for one in post("/find", {"phone": "139 0013 9000"}, agent)[1]["items"]] == [made["ref"]]
    opened = post(f"/{made['ref']}/open", {"field": "phone", "reason": "核实上门时间"}, officer)
    assert opened == (200, {"field": "phone", "value": "13900139000"})
    assert post(f"/{made['ref']}/open", {"field": "phone", "reason": "核实上门时间"}, agent)[0] == 403
    assert post(f"/{made['ref']}/open", {"field": "shoe", "reason": "核实上门时间"}, officer)[0] == 422
    for headers, status in ((officer, 200), (nobody, 404), ({}, 404)):
        assert Client().get(f"/api/v1/people/{made['ref']}", headers=headers).status_code == status


def test_signing_up_makes_a_person(town: Town) -> None:
    accounts.sign_up("new.one", password=PASSWORD, name="李强", by=ANONYMOUS, at=AT)
    by = person_of("new.one")
    assert by.person and queries.person(by.person, by=by).name == "李强"
