"""What people decide on their data, as they see it; and the desk's side of it."""
import csv
import dataclasses
import json
import re
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from linli.kernel.actor import SYSTEM
from linli.kernel.money import Money
from linli.kernel.text import N_, Text
from linli.registers.accounts import actions as accounts
from linli.registers.people import actions, queries, registry
from linli.registers.people.models import OpeningPermit, RightsRequest
from tests.actors import AT
from tests.registers.people.conftest import DISTRICT, ID_CHILD, ID_MOTHER, OTHER, Town, me
from tests.registers.people.test_open_field import office
from tests.registers.people.test_pages import browser, text


@pytest.fixture
def mother(town: Town) -> Client:
    accounts.open_account("mother", person=town.mother, by=SYSTEM, at=AT)
    return browser("mother")


@pytest.fixture
def child(town: Town) -> Any:
    ref = actions.represent_new(name="周小乐", id_number=ID_CHILD, kind="guardian", representative=town.daughter,
                                agreed_for_child=True, by=me(town.daughter), at=AT).person
    actions.change(ref, phone="13600136000", region=DISTRICT, by=SYSTEM, at=AT)
    return ref


def test_a_purpose_is_allowed_and_no_longer(town: Town, mother: Client) -> None:
    page = text(mother.get("/me/privacy/"))
    assert page.count('value="no">') == 2 and page.count('value="yes">') == 2
    url = f"/me/privacy/{town.mother}/choose/"
    assert mother.post(url, {"purpose": "outreach", "allow": "yes"})["Location"] == "/me/privacy/"
    assert "outreach" in queries.allowed(town.mother) and text(mother.get("/me/privacy/")).count('value="no">') == 3
    mother.post(url, {"purpose": "outreach", "allow": "no"})
    assert "outreach" not in queries.allowed(town.mother)
    assert mother.post(url, {"purpose": "service", "allow": "no"}).status_code == 422


def test_a_copy_is_read_or_taken_along(town: Town, mother: Client) -> None:
    url = f"/me/privacy/{town.mother}/copy/"
    page = mother.post(url, {"as": "page"})
    assert "王秀英" in text(page) and ID_MOTHER in text(page) and page["Cache-Control"] == "no-store"
    file = mother.post(url, {"as": "file"})
    told = json.loads(file.content)
    assert told["format"] == "linli-person-1" and ID_MOTHER in str(told["parts"])
    assert "attachment" in file["Content-Disposition"] and "13800138000" in str(told)
    tables = mother.post(url, {"as": "tables"})
    with ZipFile(BytesIO(tables.content)) as whole:
        [head, own] = csv.reader(StringIO(whole.read("person.csv").decode("utf-8-sig")))
        assert own[head.index("ID number")] == ID_MOTHER and {f"{part['key']}.csv" for part in told["parts"]} == {
            *whole.namelist()}
    assert mother.get(url).status_code == 405, "looking at an address takes no copy"


def test_a_copy_on_paper_is_written_for_people(town: Town, mother: Client) -> None:
    actions.record_group(town.mother, group="living_alone", by=SYSTEM, at=AT)
    page = text(mother.post(f"/me/privacy/{town.mother}/copy/", {"as": "page"}))
    assert "A special group was noted, until 2027-11-16" in page and "{" not in page, "no text with a gap in it"
    assert "Mon 16 Nov 2026, 09:00" in page and "+00:00" not in page, "times as people there read them"
    assert "蜀山区" in page and DISTRICT not in page, "regions by name"


def test_what_is_too_wide_for_a_sheet_stands_line_by_line(town: Town, mother: Client, monkeypatch: pytest.MonkeyPatch
                                                         ) -> None:
    rows: list[dict[str, Any]] = [{N_("number"): n, N_("service"): "上门助浴", N_("begins"): AT, N_("ends"): AT,
                                   N_("price"): Money(17500), N_("state"): N_("Registered")} for n in range(2)]
    narrow = [{name: row[name] for name in list(row)[:5]} for row in rows]
    kept: dict[str, tuple[Text, registry.Holding]] = {
        "visits": (N_("My visits"), lambda ref: rows), "short": (N_("My needs"), lambda ref: narrow)}
    monkeypatch.setattr(registry, "_kept", dataclasses.replace(registry._kept, holdings=kept))
    page = mother.post(f"/me/privacy/{town.mother}/copy/", {"as": "page"}).content.decode()
    wide, table = page.partition("<h2>My visits</h2>")[2].split("<h2>My needs</h2>")
    assert wide.count("<dl") == 2 and "<table" not in wide, "each as lines of a name and what it says"
    assert "<dl" not in table and table.count("<tr") >= 3
    assert page.count("¥175.00") == 4 and "17500" not in page
    file = json.loads(mother.post(f"/me/privacy/{town.mother}/copy/", {"as": "file"}).content)
    assert {row["price"] for part in file["parts"] if part["key"] == "visits" for row in part["rows"]} == {"¥175.00"}


def test_a_reason_that_looks_like_a_formula_is_harmless_in_a_spreadsheet(town: Town, mother: Client) -> None:
    actions.open_field(town.mother, field="phone", reason="=HYPERLINK(1)", by=town.officer, at=AT)
    tables = mother.post(f"/me/privacy/{town.mother}/copy/", {"as": "tables"})
    with ZipFile(BytesIO(tables.content)) as whole:
        assert "'=HYPERLINK(1)" in whole.read("openings.csv").decode("utf-8-sig")


def test_something_is_asked_and_answered(town: Town, mother: Client) -> None:
    desk = office("officer", "officer")
    url = f"/me/privacy/{town.mother}/ask/"
    refused = mother.post(url, {"right": "correction", "words": "我的名字写错了", "part": ""})
    assert refused.status_code == 422 and "我的名字写错了" in text(refused) and "Choose what is wrong" in text(refused)
    sent = mother.post(url, {"right": "correction", "words": "我的名字写错了", "part": "name"})
    page = text(mother.get(sent["Location"]))
    assert "with the office" in page and "我的名字写错了" in page and "Take it back" in page
    waiting = text(desk.get("/officer/requests/"))
    link = re.search(r"/officer/requests/[\w-]{36}/", waiting)
    assert link and "王" not in waiting
    assert "我的名字写错了" in text(desk.get(link[0]))
    kept = desk.post(link[0], {"do": "grant", "value": "王1", "answer": "已按身份证更正"})
    assert kept.status_code == 422 and 'value="王1"' in text(kept) and "已按身份证更正" in text(kept)
    assert desk.post(link[0], {"do": "grant", "value": "王秀瑛", "answer": "已按身份证更正"}).status_code == 302
    page = text(mother.get(sent["Location"]))
    assert "已按身份证更正" in page and "Take it back" not in page
    assert "王秀瑛" in text(mother.get("/me/profile/"))
    assert link[0] in text(desk.get("/officer/requests/?show=settled"))
    assert desk.post(link[0], {"do": "refuse", "answer": "再说一遍也不行"}).status_code == 422, "settled stays settled"


def test_an_office_refuses_with_reasons_or_not_at_all(town: Town, mother: Client) -> None:
    desk = office("officer", "officer")
    ref = actions.ask(town.mother, right="deletion", words="请删掉旧地址", by=me(town.mother), at=AT)
    assert desk.post(f"/officer/requests/{ref}/", {"do": "refuse", "answer": ""}).status_code == 422
    assert desk.post(f"/officer/requests/{ref}/", {"do": "refuse", "answer": "依法须保存三年"}).status_code == 302
    page = text(mother.get(f"/me/requests/{ref}/"))
    assert "refused" in page and "依法须保存三年" in page


def test_a_request_is_taken_back(town: Town, mother: Client) -> None:
    ref = actions.ask(town.mother, right="copy", words="请寄一份纸质", by=me(town.mother), at=AT)
    assert mother.get(f"/me/requests/{ref}/take-back/").status_code == 405
    assert mother.post(f"/me/requests/{ref}/take-back/").status_code == 302
    assert "taken back" in text(mother.get(f"/me/requests/{ref}/"))
    assert mother.post(f"/me/requests/{ref}/take-back/").status_code == 409


def test_pages_of_others_are_absent(town: Town, mother: Client, child: Any) -> None:
    ref = actions.ask(town.daughter, right="copy", words="请寄一份纸质", by=me(town.daughter), at=AT)
    for path in (f"/me/privacy/{town.daughter}/", f"/me/privacy/{child}/", f"/me/privacy/{child}/decisions/",
                 f"/me/privacy/{child}/ask/", f"/me/requests/{ref}/", f"/me/erase/{child}/"):
        assert mother.get(path).status_code == 404, path
    for path in (f"/me/privacy/{child}/choose/", f"/me/privacy/{child}/copy/", f"/me/requests/{ref}/take-back/"):
        assert mother.post(path, {"purpose": "outreach", "allow": "yes"}).status_code == 404, path
    assert Client().get("/me/privacy/").status_code == 302
    wrong = office("far", "officer", OTHER)
    assert wrong.get(f"/officer/requests/{ref}/").status_code == 404
    assert office("audit", "auditor").get("/officer/requests/").status_code == 403


def test_family_without_guardianship_decides_nothing(town: Town) -> None:
    actions.represent(town.mother, representative=town.daughter, kind="family", by=SYSTEM, at=AT)
    accounts.open_account("daughter", person=town.daughter, by=SYSTEM, at=AT)
    daughter = browser("daughter")
    assert daughter.get(f"/me/privacy/{town.mother}/").status_code == 403
    assert "rights of" not in text(daughter.get(f"/me/profile/{town.mother}/"))


def test_a_guardian_erases_a_childs_data(town: Town, child: Any) -> None:
    accounts.open_account("daughter", person=town.daughter, by=SYSTEM, at=AT)
    daughter = browser("daughter")
    assert f"/me/privacy/{child}/" in text(daughter.get(f"/me/profile/{child}/"))
    rights = text(daughter.get(f"/me/privacy/{child}/"))
    assert "周小乐 is under 14: you decide as the guardian. From " in rights and "周小乐 does." in rights
    assert "under 14" not in text(daughter.get("/me/privacy/"))
    assert "周小乐" in text(daughter.get(f"/me/erase/{child}/"))
    assert "The data was erased" in text(daughter.post(f"/me/erase/{child}/", {"sure": "on"}))
    assert not queries.exists(child) and queries.exists(town.daughter)


def test_an_officer_notes_a_group_and_the_person_reads_who_may_see_it(town: Town, mother: Client) -> None:
    desk, guard = office("officer", "officer"), office("guard", "protection_officer")
    page = text(desk.get(f"/officer/people/{town.mother}/"))
    assert "older people who live alone" in page and "violence" not in page
    url = f"/officer/people/{town.mother}/groups/"
    assert desk.post(url, {"group": "violence"}).status_code == 422
    late = desk.post(url, {"group": "living_alone", "until": "2039-01-01"})
    assert late.status_code == 422 and "at most 12 months" in text(late) and "2039-01-01" in text(late)
    assert desk.post(url, {"group": "living_alone"}).status_code == 302
    assert guard.post(url, {"group": "violence"}).status_code == 302
    shown = text(mother.get("/me/privacy/"))
    assert "live alone" in shown and "violence" in shown and "Only the protection officers" in shown
    assert "王**" in text(desk.get("/officer/groups/living_alone/"))
    assert desk.get("/officer/groups/violence/").status_code == 403
    assert "王**" in text(guard.get("/officer/groups/violence/"))
    assert desk.get("/officer/groups/rich/").status_code == 404
    assert desk.post(url, {"end": "living_alone"}).status_code == 302
    assert "王**" not in text(desk.get("/officer/groups/living_alone/"))


def test_the_data_of_a_minor_take_two(town: Town, child: Any) -> None:
    desk, guard = office("officer", "officer"), office("guard", "protection_officer")
    url, ask = f"/officer/people/{child}/", {"field": "phone", "reason": "核实监护人联系方式"}
    assert "under 18" in text(desk.get(url))
    alone = desk.post(url, {**ask, "do": "open"})
    assert alone.status_code == 422 and "13600136000" not in text(alone) and "second officer" in text(alone)
    assert desk.post(url, {**ask, "do": "ask"}).status_code == 302
    assert "waits for a second person" in text(desk.get(url))
    assert desk.get("/officer/openings/").status_code == 403
    page = text(guard.get("/officer/openings/"))
    permit = OpeningPermit.objects.get().ref
    assert "核实监护人联系方式" in page and str(permit) in page
    assert guard.post(f"/officer/openings/{permit}/", {"do": "allow"}).status_code == 302
    opened = desk.post(url, {**ask, "do": "open"})
    assert opened.status_code == 200 and "13600136000" in text(opened)


def test_what_still_goes_on_is_told_before_erasing(town: Town, mother: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry._kept, "standing", [(N_("Visits booked or under way"), lambda ref: 2)])
    assert "Visits booked or under way: 2" in text(mother.get("/me/erase/"))


def test_no_page_of_rights_asks_more_than_eight_times(
    town: Town, mother: Client, child: Any, django_assert_max_num_queries: Any
) -> None:
    desk, guard = office("officer", "officer"), office("guard", "protection_officer")
    asked = [actions.ask(town.mother, right=right, part="other", words="请帮我看看", by=me(town.mother), at=AT)
             for right in ("copy", "correction", "deletion")]
    actions.record_group(town.mother, group="living_alone", by=SYSTEM, at=AT)
    actions.ask_to_open(child, field="phone", reason="核实监护人联系方式", by=town.officer, at=AT)
    visits = [(mother, path) for path in (
        "/me/privacy/", f"/me/privacy/{town.mother}/ask/", f"/me/requests/{asked[0]}/", "/me/erase/")]
    visits += [(desk, path) for path in (
        "/officer/requests/", "/officer/requests/?show=settled", f"/officer/requests/{asked[0]}/", "/officer/groups/",
        "/officer/groups/living_alone/", f"/officer/people/{town.mother}/", f"/officer/people/{child}/")]
    visits += [(guard, "/officer/openings/"), (guard, f"/officer/people/{town.mother}/")]
    for client, path in visits:
        with django_assert_max_num_queries(8):
            assert client.get(path).status_code == 200, path
    assert RightsRequest.objects.count() == 3
