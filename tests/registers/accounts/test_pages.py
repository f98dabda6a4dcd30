import re
from datetime import timedelta
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.urls import include, path

from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.text import Both
from linli.registers.accounts import actions, queries, registry, urls
from linli.registers.accounts.models import Account
from linli.shell import urls as shell_urls
from tests.actors import AT
from tests.registers.accounts.conftest import DISTRICT, OTHER, Staff, official

pytestmark = pytest.mark.usefixtures("regions")
PASSWORD = "warm tea at 5"
PHONE = "13800138000"
SIGN_UP = {"name": "周敏", "username": PHONE, "password": PASSWORD, "region": DISTRICT, "id_number": "", "agreed": "on"}


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def text(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())  # type: ignore[attr-defined]


def signed_in(client: Client, username: str) -> None:
    client.force_login(Account.objects.get(username=username))


def test_signing_up_by_phone_out_and_in_again(english: Client) -> None:
    answer = english.post("/accounts/sign-up/", {**SIGN_UP, "next": "/me/family/"})
    assert (answer.status_code, answer["Location"]) == (302, "/me/family/")
    me = text(english.get("/me/"))
    assert "周敏" in me and "Resident" in me and re.search(r"\b[1-9]\d{9}\b", me)
    assert not Account.objects.filter(username__contains=PHONE).exists()
    assert english.post("/accounts/sign-out/").status_code == 302
    answer = english.get("/me/")
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/sign-in/?next={quote('/me/', safe='')}")
    answer = english.post("/accounts/sign-in/", {"username": "+86 138 0013 8000", "password": PASSWORD, "next": "/me/"})
    assert (answer.status_code, answer["Location"]) == (302, "/me/")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_nobody_is_sent_elsewhere_after_signing_in(client: Client, target: str) -> None:
    actions.sign_up("zhou.min", password=PASSWORD, name="周敏", by=ANONYMOUS, at=AT)
    answer = client.post("/accounts/sign-in/", {"username": "zhou.min", "password": PASSWORD, "next": target})
    assert answer["Location"] == "/me/"


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"name": "R2-D2"}, "no digits or signs"), ({"username": "a b"}, "3 to 40"), ({"password": "12345678"}, "too weak"),
    ({"id_number": "110105194912310021"}, "last digit"), ({"username": "11010519491231002X"}, "ID number"),
    ({"agreed": ""}, "required"),
])
def test_a_refused_sign_up_keeps_what_was_typed(english: Client, wrong: dict[str, str], sentence: str) -> None:
    answer = english.post("/accounts/sign-up/", {**SIGN_UP, **wrong})
    page = text(answer)
    assert answer.status_code == 422 and sentence in page
    assert f'value="{wrong.get("name", "周敏")}"' in page and PASSWORD not in page
    assert not Account.objects.exists() and not Session.objects.exists()


def test_a_name_signs_up_once(english: Client) -> None:
    english.post("/accounts/sign-up/", SIGN_UP)
    again = Client()
    again.cookies["django_language"] = "en"
    answer = again.post("/accounts/sign-up/", SIGN_UP)
    assert answer.status_code == 422 and "signs in with this already" in text(answer)


def test_wrong_passwords_close_the_door_for_a_while_and_say_the_same_as_an_unknown_name(english: Client) -> None:
    account = actions.sign_up("zhou.min", password=PASSWORD, name="周敏", by=ANONYMOUS, at=AT)

    def trial(username: str, password: str) -> tuple[int, str]:
        answer = english.post("/accounts/sign-in/", {"username": username, "password": password})
        return answer.status_code, re.sub(r'value="[^"]*"', "", text(answer))

    unknown = trial("nobody.here", "wrong")
    assert {trial("zhou.min", "wrong") for _ in range(5)} == {unknown} and "5 minutes" in unknown[1]
    assert trial("zhou.min", PASSWORD) == unknown, "closed, although the password is right"
    row = Account.objects.get(ref=account)
    assert row.locked_until
    Account.objects.update(locked_until=row.locked_until - timedelta(minutes=5, seconds=1))
    assert trial("zhou.min", PASSWORD)[0] == 302


def test_a_code_handed_over_chooses_a_new_password_once(english: Client, staff: Staff) -> None:
    account = actions.sign_up("zhou.min", password=PASSWORD, name="周敏", region=DISTRICT, by=ANONYMOUS, at=AT)
    signed_in(english, "system_admin")
    page = text(english.post(f"/officer/accounts/{account}/code/"))
    code = re.search(r"\b[A-Z2-9]{8}\b", page)
    assert code and "not shown again" in page and code[0] not in text(english.get(f"/officer/accounts/{account}/"))
    door = Client()
    door.cookies["django_language"] = "en"
    assert settings.HOTLINE in text(door.get("/accounts/reset/"))
    sent = {"username": "zhou.min", "code": code[0].lower(), "password": "cold tea at 6"}
    wrong = door.post("/accounts/reset/code/", {**sent, "code": "AAAAAAAA"})
    assert wrong.status_code == 422 and "do not fit" in text(wrong)
    assert door.post("/accounts/reset/code/", {**sent, "password": "12345678"}).status_code == 422
    assert "was changed" in text(door.post("/accounts/reset/code/", sent))
    assert door.post("/accounts/reset/code/", sent).status_code == 422
    assert door.post("/accounts/sign-in/", {"username": "zhou.min", "password": "cold tea at 6"}).status_code == 302


def test_a_changed_password_ends_other_sessions(english: Client) -> None:
    actions.sign_up("zhou.min", password=PASSWORD, name="周敏", by=ANONYMOUS, at=AT)
    other = Client()
    for client in (english, other):
        signed_in(client, "zhou.min")
    wrong = english.post("/me/password/", {"old": "x", "new": "cold tea at 6"})
    assert wrong.status_code == 422 and "present password is wrong" in text(wrong)
    assert english.post("/me/password/", {"old": PASSWORD, "new": "cold tea at 6"}).status_code == 302
    assert english.get("/me/").status_code == 200 and other.get("/me/").status_code == 302


def test_a_token_is_shown_once_and_taken_back(english: Client) -> None:
    account = actions.sign_up("zhou.min", password=PASSWORD, name="周敏", by=ANONYMOUS, at=AT)
    signed_in(english, "zhou.min")
    page = text(english.post("/me/tokens/", {"label": "my script"}))
    token = re.search(r"linli_[\w-]{43}", page)
    assert token and token[0] not in text(english.get("/me/tokens/"))
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token[0]}"})
    assert answer.json()["ref"] == str(account) and answer.json()["name"] == "周敏"
    found = re.search(r"/me/tokens/([\w-]{36})/revoke/", text(english.get("/me/tokens/")))
    assert found and english.post(found[0]).status_code == 302
    for bad in (token[0], "linli_forged", ""):
        assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {bad}"}).status_code == 403


@pytest.mark.parametrize(("language", "sentence"), [
    ("en", "not known here: it has ended, was taken back, or never was one"), ("zh-hans", "令牌无效"),
])
def test_a_token_that_ended_or_was_forged_is_refused_with_its_reason(
    client: Client, language: str, sentence: str
) -> None:
    account = actions.sign_up("zhou.min", password=PASSWORD, name="周敏", by=ANONYMOUS, at=AT)
    me, day = queries.actor(account, at=AT), timedelta(days=1)
    token = actions.issue_token(account, label="script", until=AT + day, by=me, at=AT)
    assert queries.actor_by_token(token, at=AT + day - timedelta(seconds=1)).ref == account
    assert queries.actor_by_token(token, at=AT + day) == ANONYMOUS
    for sent in (token, "linli_forged"):
        for url, status in (("/api/v1/me", 403), (f"/api/v1/needs/{account}", 404)):
            answer = client.get(url, headers={"Authorization": f"Bearer {sent}", "Accept-Language": language})
            assert answer.status_code == status and answer["Content-Type"] == "application/problem+json"
            assert sentence in answer.json()["detail"] and answer.json()["rule"] == "accounts.token", answer.json()
            assert token not in answer.content.decode()
    nobody = client.get("/api/v1/me", headers={"Accept-Language": language}).json()
    assert sentence not in nobody["detail"] and "rule" not in nobody


def test_the_security_administrator_gives_and_takes_back_a_role(english: Client, staff: Staff) -> None:
    signed_in(english, "security_admin")
    listed = text(english.get("/officer/accounts/"))
    assert "new.official" in listed and "Security administrator" in listed
    url = f"/officer/accounts/{staff.new}/"
    refused = english.post(f"{url}roles/", {"role": "officer", "region": DISTRICT, "until": "2020-01-01"})
    assert refused.status_code == 422 and "before it begins" in text(refused)
    assert english.post(f"{url}roles/", {"role": "officer", "region": DISTRICT}).status_code == 302
    page = text(english.get(url))
    back = re.search(rf"{url}roles/[\w-]{{36}}/revoke/", page)
    assert "蜀山区" in page and back
    assert english.post(back[0]).status_code == 302 and not re.search(r"roles/[\w-]{36}", text(english.get(url)))


def test_an_administrator_sees_only_the_own_region(english: Client, staff: Staff) -> None:
    far = official("far.official", region=OTHER)
    signed_in(english, "system_admin")
    assert english.get(f"/officer/accounts/{far}/").status_code == 404
    assert "far.official" not in text(english.get("/officer/accounts/"))
    found = text(english.post("/officer/accounts/", {"text": "far.official"}))
    assert "No account that you look after fits" in found and "new.official" not in found
    assert "new.official" in text(english.post("/officer/accounts/", {"text": "new.official"}))
    sent = {"role": "officer", "region": DISTRICT}
    assert english.post(f"/officer/accounts/{staff.new}/roles/", sent).status_code == 422


def test_opening_an_account_for_an_official(english: Client, staff: Staff) -> None:
    signed_in(english, "system_admin")
    sent = {"username": "li.na", "name": "李娜", "region": DISTRICT}
    answer = english.post("/officer/accounts/new/", sent)
    assert answer.status_code == 302 and "No role yet" in text(english.get(answer["Location"]))
    for wrong in (sent, {**sent, "username": "x.y.z", "region": OTHER}, {**sent, "username": "x.y.z", "name": "<"}):
        assert english.post("/officer/accounts/new/", wrong).status_code == 422


@pytest.mark.parametrize("url", ["", "new/"])
def test_residents_find_no_desk_of_administrators(client: Client, url: str) -> None:
    actions.sign_up("zhou.min", password=PASSWORD, name="周敏", by=ANONYMOUS, at=AT)
    assert client.get(f"/officer/accounts/{url}").status_code == 302
    signed_in(client, "zhou.min")
    assert client.get(f"/officer/accounts/{url}").status_code == 403


class WithDemo:
    urlpatterns = (path("", include((urls.patterns(demo=True), "accounts"))), *shell_urls.urlpatterns)


@pytest.fixture
def persona(regions: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "PERSONAS", [])
    actions.sign_up("zhou.min", password=PASSWORD, name="周敏", by=SYSTEM, at=AT)
    registry.persona("resident", name=Both("Zhou Min", "周敏"), username="zhou.min", sentence=Both("Asks.", "提需求。"))


@pytest.mark.usefixtures("persona")
def test_a_persona_is_picked_in_the_demo_only(english: Client) -> None:
    assert english.get("/demo/").status_code == 404
    with override_settings(ROOT_URLCONF=WithDemo):
        assert english.post("/demo/", {"persona": "resident"}).status_code == 404, "outside the demo"
        with override_settings(DEMO=True):
            assert "Zhou Min" in text(english.get("/demo/"))
            assert english.post("/demo/", {"persona": "nobody"}).status_code == 404
            assert english.post("/demo/", {"persona": "resident"}).status_code == 302
            assert "周敏" in text(english.get("/me/"))


def test_the_demo_shows_the_code_and_says_the_same_for_a_name_that_nobody_has(english: Client) -> None:
    actions.sign_up("zhou.min", password=PASSWORD, name="周敏", by=ANONYMOUS, at=AT)
    before = registry.use_delivery(registry.OnThePage())
    try:
        pages = [re.sub(r'value="[^"]*"', "", text(english.post("/accounts/reset/", {"username": name})))
                 for name in ("zhou.min", "nobody.here")]
    finally:
        registry.use_delivery(before)
    codes = [re.findall(r"<b class=.num reference.>([A-Z2-9]{8})</b>", page) for page in pages]
    assert len(codes[0]) == len(codes[1]) == 1
    assert pages[0].replace(codes[0][0], "") == pages[1].replace(codes[1][0], "")


def test_pages_stay_within_their_queries(english: Client, staff: Staff, django_assert_max_num_queries: Any) -> None:
    account = actions.sign_up("zhou.min", password=PASSWORD, name="周敏", by=ANONYMOUS, at=AT)
    signed_in(english, "zhou.min")
    with django_assert_max_num_queries(10):
        english.get("/me/")
    for by, name in ((queries.actor(account, at=AT), "周敏"), (staff.system, "system_admin"), (ANONYMOUS, "")):
        with django_assert_max_num_queries(1):
            assert queries.name_of(by) == name
