import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from linli.engines.journal.models import Entry, Key
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from linli.registers.accounts import actions as accounts
from linli.registers.people import actions, queries
from linli.registers.people.models import Person, Representation
from tests.actors import AT
from tests.registers.people.conftest import DISTRICT, ID_MOTHER, OTHER, RESIDENT, Town, me
from tests.registers.people.test_pages import browser, text, token

NUMBER = "0000000000"


@pytest.fixture
def desk(town: Town) -> Client:
    return office("officer", "officer")


def office(username: str, role: str, region: str = DISTRICT) -> Client:
    account = accounts.open_account(username, name="赵主任", region=region, by=SYSTEM, at=AT)
    accounts.grant_role(account, role=role, scope=f"region:{region}", by=SYSTEM, at=AT)
    return browser(username)


def number(town: Town) -> str:
    return queries.numbers([town.mother])[town.mother]


def test_an_officer_finds_by_number_and_opens_one_part_with_a_reason(town: Town, desk: Client) -> None:
    found = desk.post("/officer/people/", {"number": number(town)})
    assert found.status_code == 302 and number(town) not in found["Location"]
    url = found["Location"]
    page = text(desk.get(url))
    assert "王**" in page and "138****8000" in page
    for hidden in ("王秀英", "13800138000", ID_MOTHER, "翠微路"):
        assert hidden not in page
    refused = desk.post(url, {"field": "phone", "reason": "回访"})
    assert refused.status_code == 422 and "5 to 200 characters" in text(refused) and 'value="回访"' in text(refused)
    assert "13800138000" not in text(refused) and not Entry.objects.filter(fact="people.FieldOpened").exists()
    opened = desk.post(url, {"field": "phone", "reason": "核实上门时间"})
    page = text(opened)
    assert opened.status_code == 200 and "13800138000" in page and "no-store" in opened["Cache-Control"]
    assert "王秀英" not in page and ID_MOTHER not in page, "one part, not all"
    assert "13800138000" not in text(desk.get(url)), "shown once"
    accounts.open_account("mother", person=town.mother, by=SYSTEM, at=AT)
    own = text(browser("mother").get("/me/openings/"))
    assert "赵主任" in own and "核实上门时间" in own


@pytest.mark.parametrize(("typed", "sentence"), [
    (NUMBER, "no Linli number"), ("", "required"), ("12345", "no Linli number"),
])
def test_a_mistyped_number_finds_nobody(desk: Client, typed: str, sentence: str) -> None:
    answer = desk.post("/officer/people/", {"number": typed})
    assert answer.status_code == 422 and sentence in text(answer)


def test_a_person_of_another_region_reads_like_nobody(town: Town) -> None:
    far = office("far", "officer", OTHER)
    answer = far.post("/officer/people/", {"number": number(town)})
    assert answer.status_code == 422 and "Nobody in your region" in text(answer)
    assert far.get(f"/officer/people/{town.mother}/").status_code == 404
    sent = {"field": "phone", "reason": "核实上门时间"}
    assert far.post(f"/officer/people/{town.mother}/", sent).status_code == 404


@pytest.mark.parametrize("role", ["hotline_agent", "system_admin", "security_admin", "auditor"])
def test_other_offices_have_no_such_page(town: Town, role: str) -> None:
    other = office("other", role)
    for url in ("/officer/people/", f"/officer/people/{town.mother}/"):
        assert other.get(url).status_code == 403
    assert Client().get("/officer/people/").status_code == 302


def test_an_agent_does_not_declare_themself_and_the_sister_does_not_wave_it_through(town: Town) -> None:
    agent = Actor(town.agent.ref, town.daughter, (*town.agent.grants, *me(town.daughter).grants))
    made = actions.represent(town.mother, representative=town.daughter, consented=True, by=agent, at=AT)
    assert made.state == "requested" and queries.represented_by(town.daughter, at=AT) == []


def test_a_request_whose_time_is_over_cannot_be_accepted(town: Town) -> None:
    until = AT + timedelta(days=1)
    made = actions.represent_new(name="王秀英", id_number=ID_MOTHER, representative=town.daughter, until=until,
                                 by=me(town.daughter), at=AT)
    with pytest.raises(Conflict, match="is over"):
        actions.accept(made.representation, by=me(town.mother), at=until)


def test_looking_at_the_end_of_a_representation_ends_nothing(town: Town) -> None:
    made = actions.represent(town.mother, representative=town.daughter, by=SYSTEM, at=AT)
    Representation.objects.update(until=AT + timedelta(days=1))
    Representation.objects.update(since=AT - timedelta(days=400), until=AT - timedelta(days=399))
    accounts.open_account("daughter", person=town.daughter, by=SYSTEM, at=AT)
    client = browser("daughter")
    assert client.get(f"/me/family/{made.representation}/end/").status_code == 302
    assert Representation.objects.get().state == "active"


@pytest.mark.parametrize("language", ["zh\x00", "a much longer text", "<b>", "1"])
def test_a_language_is_one(town: Town, language: str) -> None:
    with pytest.raises(RuleBroken) as why:
        actions.register(name="李强", region=DISTRICT, language=language, by=SYSTEM, at=AT)
    assert why.value.field == "language"
    with pytest.raises(RuleBroken):
        actions.change(town.mother, language=language, by=SYSTEM, at=AT)


def test_what_a_retry_is_known_by_cannot_be_guessed_from_what_was_sent(town: Town) -> None:
    from hashlib import sha256

    from linli.engines.journal.actions import _json

    body = {"name": "李桂兰", "region": DISTRICT, "consent_by_phone": True}
    answer = Client().post("/api/v1/people", body, "application/json", headers=token("agent", "hotline_agent"))
    assert answer.status_code == 201
    full = {"name": "李桂兰", "region": DISTRICT, "consent_by_phone": True, "id_number": None, "phone": None,
            "address": None, "birth_on": None, "gender": None, "language": ""}
    assert Key.objects.get().digest != sha256(_json(["people_register", full]).encode()).hexdigest()


def test_a_person_at_the_desk_is_for_who_may_open(town: Town) -> None:
    assert queries.at_the_desk(town.mother, by=town.officer, at=AT).person.name == "王**"
    for by in (town.agent, town.stranger, me(town.daughter)):
        with pytest.raises(NotFound):
            queries.at_the_desk(town.mother, by=by, at=AT)


def test_no_page_asks_more_than_eight_times(town: Town, desk: Client, django_assert_max_num_queries: Any) -> None:
    accounts.open_account("daughter", person=town.daughter, by=SYSTEM, at=AT)
    client = browser("daughter")
    made = actions.represent(town.mother, representative=town.daughter, by=SYSTEM, at=AT)
    actions.open_field(town.mother, field="phone", reason="核实上门时间", by=town.officer, at=AT)
    pages = ["family/", "family/add/", f"family/{made.representation}/", f"family/{made.representation}/end/",
             "profile/", f"profile/?region={OTHER}", f"profile/{town.mother}/", "real-name/", "openings/",
             f"openings/{town.mother}/", "erase/"]
    for url in (*(f"/me/{page}" for page in pages), "/regions/choose/?next=/me/profile/",
                f"/regions/choose/?next=/me/profile/&parent={DISTRICT}", f"/regions/options/?parent={DISTRICT}"):
        with django_assert_max_num_queries(8):
            assert client.get(url).status_code == 200
    for url in ("/officer/people/", f"/officer/people/{town.mother}/"):
        with django_assert_max_num_queries(8):
            assert desk.get(url).status_code == 200


def test_what_was_opened_stands_in_no_address_and_no_entry(town: Town, desk: Client) -> None:
    desk.post(f"/officer/people/{town.mother}/", {"field": "id_number", "reason": "核实补贴资格"})
    told = Entry.objects.get(fact="people.FieldOpened")
    assert told.by != SYSTEM.ref and set(told.payload) == {"person", "field", "reason"}
    assert "核实" not in str(told.payload) and not re.search(ID_MOTHER, str(told.payload))
    assert Person.objects.get(ref=town.mother).erased_at is None and RESIDENT
