"""What keeps an account its owner's: idle sessions, wider offices, wrong passwords, codes and tokens."""
import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from linli.engines.journal.models import Entry
from linli.kernel.action import acting
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.refusals import NotAllowed, NotFound, RuleBroken
from linli.registers.accounts import actions, queries, registry
from linli.registers.accounts.actions import signing
from linli.registers.accounts.models import Account, ResetCode
from linli.registers.people import actions as people
from tests.actors import AT, CITY
from tests.registers.accounts.conftest import DISTRICT, OTHER, Staff, official

pytestmark = pytest.mark.usefixtures("regions")
PASSWORD, OTHERS = "warm tea at 5", "Cold tea at 6"


def browser(username: str) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(Account.objects.get(username=username))
    return client


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def away(client: Client, span: timedelta) -> None:
    """Nobody used this session for so long."""
    session = client.session
    session["seen"] = int((timezone.now() - span).timestamp())
    session.save()


def resident(username: str = "zhou.min") -> Any:
    return actions.sign_up(username, password=PASSWORD, name="周敏", region=DISTRICT, by=ANONYMOUS, at=AT)


# Sessions left alone


def test_an_official_who_was_away_signs_in_again_and_goes_on(staff: Staff) -> None:
    client = browser("system_admin")
    away(client, timedelta(minutes=9))
    assert client.get("/officer/accounts/").status_code == 200
    away(client, timedelta(minutes=10))
    answer = client.get("/officer/accounts/new/?a=b")
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/sign-in/?idle=1&next={quote('/officer/accounts/new/?a=b', safe='')}"
    page = text(client.get(answer["Location"]))
    assert "You were away for a while" in page and 'name="next" value="/officer/accounts/new/?a=b"' in page
    assert Entry.objects.get(fact="accounts.SignedOut").payload["idle"]
    assert client.get("/officer/accounts/").status_code == 302, "the session is gone, not only this answer"


def test_a_form_sent_too_late_leads_back_to_its_page_and_changes_nothing(staff: Staff) -> None:
    client = browser("system_admin")
    url = f"/officer/accounts/{staff.new}/"
    for headers, back in (({"Referer": f"http://testserver{url}"}, url), ({"Referer": "http://evil.example/x"}, "/"),
                          ({"HX-Request": "true", "HX-Current-URL": f"http://testserver{url}"}, url)):
        client.force_login(Account.objects.get(username="system_admin"))
        away(client, timedelta(hours=1))
        answer = client.post(f"{url}lock/", headers=headers)
        door = answer.get("HX-Redirect") if "HX-Request" in headers else answer.get("Location")
        assert door == f"/accounts/sign-in/?idle=1&next={quote(back, safe='')}"
    assert Account.objects.get(ref=staff.new).state == "active"


def typing(answer: Any) -> dict[str, str]:
    """The hidden fields of the form that a page is about."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return dict(re.findall(r'<input type="hidden" name="(?!csrf)([^"]+)" value="([^"]*)"', main))


@pytest.fixture
def provider() -> Client:
    """Somebody of an organisation, who may be away for half an hour."""
    account = resident()
    actions.grant_role(account, role="provider_staff", scope="organisation:01a202ad-f33c-7480-807e-fdf7f1c500f8",
                       by=SYSTEM, at=AT)
    return browser("zhou.min")


def test_what_was_typed_too_late_goes_along_through_the_door(provider: Client) -> None:
    away(provider, timedelta(hours=1))
    here = {"Referer": "http://testserver/me/tokens/"}
    door = provider.post("/me/tokens/?x=1", {"label": "预约程序 & <b>"}, headers=here)
    assert door.status_code == 403 and "what you typed is still here" in text(door)
    assert 'action="/accounts/sign-in/"' in text(door) and "预约程序" not in text(door), "signed and folded"
    again = typing(door)
    wrong = provider.post("/accounts/sign-in/", {"username": "zhou.min", "password": OTHERS, **again})
    assert wrong.status_code == 422 and typing(wrong) == again, "a wrong password loses nothing"
    inside = provider.post("/accounts/sign-in/", {"username": "zhou.min", "password": PASSWORD, **again})
    assert inside.status_code == 200 and 'action="/me/tokens/?x=1"' in text(inside)
    assert 'action="/accounts/sign-out/"' in text(inside), "signed in, and shown so"
    assert 'href="/me/tokens/"' in text(inside), "or not to send it"
    sent = {name: html.unescape(value) for name, value in typing(inside).items()}
    assert sent == {"label": "预约程序 & <b>"}
    made = provider.post("/me/tokens/?x=1", sent)
    assert made.status_code < 400 and "linli_" in text(made)


def test_nobody_sends_what_another_has_typed(provider: Client, staff: Staff) -> None:
    here = {"Referer": "http://testserver/me/tokens/"}
    actions.sign_up("li.wen", password=PASSWORD, name="李文", region=DISTRICT, by=ANONYMOUS, at=AT)
    away(provider, timedelta(hours=1))
    again = typing(provider.post("/me/tokens/", {"label": "x"}, headers=here))
    inside = provider.post("/accounts/sign-in/", {"username": "li.wen", "password": PASSWORD, **again})
    assert inside.status_code == 302 and inside["Location"] == "/me/tokens/"
    provider.logout()
    forged = {**again, "typed": again["typed"][:-2] + "xx"}
    inside = provider.post("/accounts/sign-in/", {"username": "zhou.min", "password": PASSWORD, **forged})
    assert inside.status_code == 302, "and nothing that we have not signed"


@pytest.mark.parametrize(("sent", "headers"), [
    ({"label": "x"}, {"Referer": "http://evil.example/x"}), ({"label": "x"}, {}),
    ({"label": "x", "password": "warm"}, {"Referer": "http://testserver/me/tokens/"}),
])
def test_what_came_from_elsewhere_or_holds_a_password_is_not_kept(provider: Client, sent: dict[str, str],
                                                                  headers: dict[str, str]) -> None:
    away(provider, timedelta(hours=1))
    answer = provider.post("/me/tokens/", sent, headers=headers)
    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/sign-in/?idle=1")


@pytest.mark.parametrize(("path", "status"), [("/me/tokens/", 403), (f"/hall/applications/{UUID(int=1)}/form/x/", 404)])
def test_in_another_window_the_session_is_gone_and_the_words_are_kept_all_the_same(provider: Client, path: str,
                                                                                  status: int) -> None:
    provider.logout()
    door = provider.post(path, {"label": "x"}, headers={"Referer": f"http://testserver{path}"})
    assert door.status_code == status and typing(door)["typed"]


@pytest.mark.parametrize("path", ["/me/tokens/", f"/hall/applications/{UUID(int=1)}/form/x/"])
def test_a_button_pressed_in_another_window_leads_back_to_its_page(provider: Client, path: str) -> None:
    provider.logout()
    door = provider.post(path, headers={"Referer": f"http://testserver{path}?a=b"})
    assert door["Location"] == f"/accounts/sign-in/?next={quote(f'{path}?a=b', safe='')}"
    assert provider.post(f"/hall/applications/{UUID(int=1)}/form/x/").status_code == 404, "from nowhere"


def test_being_there_is_noted_once_a_minute(staff: Staff) -> None:
    client = browser("system_admin")
    away(client, timedelta(minutes=5))
    before = client.session["seen"]
    client.get("/me/")
    noted = client.session["seen"]
    assert noted > before + 200
    away(client, timedelta(seconds=30))
    before = client.session["seen"]
    client.get("/me/")
    assert client.session["seen"] == before


def test_residents_stay_and_an_organisation_has_half_an_hour() -> None:
    account = resident()
    client = browser("zhou.min")
    away(client, timedelta(hours=7))
    assert client.get("/me/").status_code == 200
    scope = "organisation:01a202ad-f33c-7480-807e-fdf7f1c500f8"
    actions.grant_role(account, role="provider_staff", scope=scope, by=SYSTEM, at=AT)
    limits = {}
    for role, over in (("provider_staff", scope), ("officer", f"region:{DISTRICT}")):
        if role == "officer":
            actions.grant_role(account, role=role, scope=over, by=SYSTEM, at=AT)
        limits[role] = queries.idle_limit(queries.actor(account, at=AT), on=AT.date())
    assert limits == {"provider_staff": timedelta(minutes=30), "officer": timedelta(minutes=10)}


# Administrators


def test_a_district_does_not_take_over_the_citys_officer_who_lives_there(staff: Staff) -> None:
    wide = official("wide", region=DISTRICT)
    actions.grant_role(wide, role="officer", scope=f"region:{CITY}", by=SYSTEM, at=AT)
    for move in (actions.make_reset_code, actions.lock, actions.close):
        with pytest.raises(NotAllowed):
            move(wide, by=staff.system, at=AT)
    card = queries.account(wide, by=staff.system, at=AT)
    assert not card.can_reset and not card.moves
    assert actions.make_reset_code(staff.new, by=staff.system, at=AT)


def test_the_system_administrator_does_not_become_the_security_administrator(staff: Staff) -> None:
    with pytest.raises(NotAllowed, match="appoints another"):
        actions.make_reset_code(staff.security.ref, by=staff.system, at=AT)
    assert not queries.account(staff.security.ref, by=staff.system, at=AT).can_reset
    assert "Make a reset code" not in text(browser("system_admin").get(f"/officer/accounts/{staff.security.ref}/"))
    assert actions.make_reset_code(staff.security.ref, by=SYSTEM, at=AT)


def test_nobody_opens_an_account_for_somebody_of_another_region_or_chooses_their_password(staff: Staff) -> None:
    far = people.register(name="王秀英", region=OTHER, by=SYSTEM, at=AT)
    near = people.register(name="李桂兰", region=DISTRICT, by=SYSTEM, at=AT)
    with pytest.raises(NotAllowed):
        actions.open_account("far", person=far, region=DISTRICT, by=staff.system, at=AT)
    with pytest.raises(NotAllowed, match="their own password"):
        actions.open_account("near", person=near, password=PASSWORD, by=staff.system, at=AT)
    assert actions.open_account("near", person=near, by=staff.system, at=AT)


def test_an_official_is_found_by_a_name_of_two_characters(staff: Staff) -> None:
    actions.open_account("li.na", name="李娜", region=DISTRICT, by=SYSTEM, at=AT)
    answer = browser("system_admin").post("/officer/accounts/", {"text": "李娜"})
    assert answer.status_code == 200 and "li.na" in text(answer) and "new.official" not in text(answer)


def test_nobody_reads_another_account_as_their_own(staff: Staff) -> None:
    with pytest.raises(NotAllowed):
        queries.own(Account.objects.get(ref=staff.new), by=staff.system, at=AT)


# Passwords


def test_the_present_password_cannot_be_guessed_from_an_open_session() -> None:
    resident()
    client = browser("zhou.min")
    for _ in range(5):
        assert client.post("/me/password/", {"old": "wrong", "new": OTHERS}).status_code == 422
    row = Account.objects.get(username="zhou.min")
    assert row.locked_until and Entry.objects.filter(fact="accounts.SignInFailed").count() == 5
    assert client.post("/me/password/", {"old": PASSWORD, "new": OTHERS}).status_code == 422, "closed for a while"
    Account.objects.update(locked_until=timezone.now())
    assert client.post("/me/password/", {"old": PASSWORD, "new": PASSWORD}).status_code == 422, "the same again"
    assert client.post("/me/password/", {"old": PASSWORD, "new": OTHERS}).status_code == 302


def test_an_official_with_an_old_password_is_led_to_a_new_one(staff: Staff) -> None:
    Account.objects.filter(ref=staff.system.ref).update(
        password=make_password(PASSWORD), password_changed_at=timezone.now() - timedelta(days=91))
    client = Client()
    client.cookies["django_language"] = "en"
    sent = {"username": "system_admin", "password": PASSWORD, "next": "/officer/accounts/"}
    answer = client.post("/accounts/sign-in/", sent)
    assert answer["Location"] == f"/me/password/?next={quote('/officer/accounts/', safe='')}"
    page = text(client.get(answer["Location"]))
    assert "Your password is old" in page and 'name="next" value="/officer/accounts/"' in page
    plain = client.post("/me/password/", {"old": PASSWORD, "new": "only small letters"})
    assert plain.status_code == 422 and "mixes at least 3" in text(plain)
    answer = client.post("/me/password/", {"old": PASSWORD, "new": OTHERS, "next": "/officer/accounts/"})
    assert answer["Location"] == "/officer/accounts/"
    client.post("/accounts/sign-out/")
    assert client.post("/accounts/sign-in/", {**sent, "password": OTHERS})["Location"] == "/officer/accounts/"


def test_passwords_are_hashed_before_the_turn_to_write(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[tuple[str, bool]] = []

    def noted(name: str, slow: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            turns.append((name, acting()))
            return slow(*args, **kwargs)
        return run

    for name in ("make_password", "check_password"):
        monkeypatch.setattr(signing, name, noted(name, getattr(signing, name)))
    account = resident()
    me = queries.actor(account, at=AT)
    actions.change_password(old=PASSWORD, new=OTHERS, by=me, at=AT)
    code = actions.make_reset_code(account, by=staff.system, at=AT)
    actions.reset_password("zhou.min", code=code, password=PASSWORD, by=ANONYMOUS, at=AT)
    actions.open_account("by.hand", name="李娜", password=OTHERS, by=SYSTEM, at=AT)
    assert len(turns) == 5 and not any(inside for _, inside in turns)


def test_a_code_ends_every_token_and_says_nothing_of_offices_to_who_has_none(staff: Staff) -> None:
    token = actions.issue_token(staff.new, label="script", by=SYSTEM, at=AT)
    actions.grant_role(staff.new, role="officer", scope=f"region:{DISTRICT}", by=staff.security, at=AT)
    code = actions.make_reset_code(staff.new, by=staff.system, at=AT)
    with pytest.raises(RuleBroken, match="do not fit"):  # not: an official's password mixes…
        actions.reset_password("new.official", code="AAAAAAAA", password="only small letters", by=ANONYMOUS, at=AT)
    with pytest.raises(RuleBroken, match="mixes at least 3"):
        actions.reset_password("new.official", code=code, password="only small letters", by=ANONYMOUS, at=AT)
    assert queries.actor_by_token(token, at=AT).ref == staff.new
    actions.reset_password("new.official", code=code, password=OTHERS, by=ANONYMOUS, at=AT)
    assert queries.actor_by_token(token, at=AT) == ANONYMOUS
    assert Entry.objects.filter(fact="accounts.TokenRevoked", about=staff.new).count() == 1


def test_a_code_stands_so_many_tries_and_no_more_is_counted(staff: Staff) -> None:
    resident()
    account = queries.account_named("zhou.min")
    assert account
    code = actions.make_reset_code(account, by=staff.system, at=AT)
    for wrong in ("AAAAAAAA",) * 6 + (code,):
        with pytest.raises(RuleBroken):
            actions.reset_password("zhou.min", code=wrong, password=OTHERS, by=ANONYMOUS, at=AT)
    assert ResetCode.objects.get().tries == 5


def test_who_owns_a_token_is_told_of_it() -> None:
    account = resident()
    actions.issue_token(account, label="script", by=queries.actor(account, at=AT), at=AT)
    from linli.engines.journal.registry import TELLINGS

    told, payload = TELLINGS["accounts.TokenIssued"], Entry.objects.get(fact="accounts.TokenIssued").payload
    assert told.notice and list(told.to(payload)) == [f"person:{queries.actor(account, at=AT).person}"]


def test_closing_says_of_each_token_that_it_ended(staff: Staff) -> None:
    actions.issue_token(staff.new, label="script", by=SYSTEM, at=AT)
    actions.close(staff.new, by=staff.system, at=AT)
    assert Entry.objects.filter(fact="accounts.TokenRevoked", about=staff.new).count() == 1
    with pytest.raises(NotFound):
        queries.account(staff.new, by=queries.actor(staff.new, at=AT), at=AT)


def test_the_demo_hands_out_one_code_at_a_time() -> None:
    resident()
    before = registry.use_delivery(registry.OnThePage())
    try:
        first, second = (actions.ask_reset("zhou.min", by=ANONYMOUS, at=AT) for _ in range(2))
    finally:
        registry.use_delivery(before)
    with pytest.raises(RuleBroken):
        actions.reset_password("zhou.min", code=first, password=OTHERS, by=ANONYMOUS, at=AT)
    assert actions.reset_password("zhou.min", code=second, password=OTHERS, by=ANONYMOUS, at=AT)


# Queries


def test_no_page_asks_more_than_eight_times(staff: Staff, django_assert_max_num_queries: Any) -> None:
    account = resident()
    me = queries.actor(account, at=AT)
    assert me.person
    mother = people.register(name="王秀英", region=DISTRICT, by=SYSTEM, at=AT)
    people.represent(mother, representative=me.person, by=SYSTEM, at=AT)
    actions.grant_role(account, role="provider_staff", scope=f"organisation:{mother}", by=SYSTEM, at=AT)
    actions.issue_token(account, label="script", by=me, at=timezone.now())
    actions.grant_role(staff.new, role="officer", scope=f"region:{DISTRICT}", by=SYSTEM, at=AT)
    pages = {
        "zhou.min": ("/me/", "/me/password/", "/me/tokens/"),
        "system_admin": ("/me/", "/officer/accounts/", "/officer/accounts/new/", f"/officer/accounts/{staff.new}/"),
        "security_admin": ("/officer/accounts/", f"/officer/accounts/{staff.new}/"),
    }
    for username, urls in pages.items():
        client = browser(username)
        for url in urls:
            with django_assert_max_num_queries(8):
                assert client.get(url).status_code == 200
