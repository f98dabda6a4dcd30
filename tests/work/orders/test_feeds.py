"""Calendars that people's own programs read: secret, renewable, and without anything that others need not know."""
from datetime import timedelta
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation
from icalendar import Calendar

from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotFound
from linli.registers.accounts import actions as accounts
from linli.registers.accounts import queries as entered
from linli.registers.accounts.models import Account
from linli.registers.directory import actions as listings
from linli.registers.organisations.models import Organisation, Site
from linli.work.orders import actions, queries, rules
from tests.actors import AT, CITY
from tests.registers.visiting import text, visit
from tests.work.orders.conftest import HUPO, Scene

CLEAR = ("张桂英", "13855512345", "琥珀路 5 号", "王敏")


def account(name: str, role: str, scope: str, *, person: UUID | None = None) -> Actor:
    """Somebody with an account, as it enters."""
    ref = accounts.open_account(f"feed.{name}", name="李娜", region=CITY, by=SYSTEM, at=AT)
    accounts.grant_role(ref, role=role, scope=scope, by=SYSTEM, at=AT)
    if person:
        Account.objects.filter(ref=ref).update(person=person)
    return entered.actor(ref, at=AT)


def mother(scene: Scene) -> Actor:
    return account("mother", "resident", f"person:{scene.person}", person=scene.person)


def key(scope: str, by: Actor, *, language: str = "en") -> str:
    actions.make_feed(scope, language=language, by=by, at=AT)
    return next(card.key for card in queries.feeds(by) if card.scope == scope)


def fetch(key: str, **headers: str) -> HttpResponse:
    request = RequestFactory(headers=headers).get(f"/calendars/{key}.ics")
    request.actor, request.at, request.account = ANONYMOUS, AT, None  # type: ignore[attr-defined]
    view, args, kwargs = resolve(f"/calendars/{key}.ics")
    with translation.override("zh-hans"):
        answer: HttpResponse = view(request, *args, **kwargs)
    return answer


def events(key: str) -> list[dict[str, str]]:
    calendar = Calendar.from_ical(fetch(key).content)
    return [{name: str(one.decoded(name, "")) if name.startswith("DT") else str(one.get(name, ""))
             for name in ("UID", "SUMMARY", "STATUS", "LOCATION", "DESCRIPTION", "DTSTART", "URL", "SEQUENCE")}
            for one in calendar.walk("VEVENT")]


def test_ones_own_visits_without_names_or_homes(scene: Scene) -> None:
    first, second = scene.accepted(), scene.book(slot=1)
    actions.cancel(second, reason="ill", by=scene.resident, at=AT)
    scene.hold(slot=1)
    found = events(key("own", mother(scene)))
    assert [(one["STATUS"], one["SUMMARY"][:4]) for one in found] == [
        ("CONFIRMED", "上门助浴"), ("CANCELLED", "上门助浴"), ("TENTATIVE", "上门助浴")]
    assert found[0]["UID"] == f"{first}@linli" and found[0]["DTSTART"].startswith("2026-11-17 01:00:00+00:00")
    assert found[0]["URL"].endswith(f"/orders/{first}/") and found[0]["DESCRIPTION"] == "taken on. Sign in to see more."
    written = fetch(key("own", mother_again(scene))).content.decode()
    assert not any(word in written for word in CLEAR)


def mother_again(scene: Scene) -> Actor:
    return entered.actor(Account.objects.get(person__ref=scene.person).ref, at=AT)


def test_a_practitioners_visits_with_the_community_alone(scene: Scene) -> None:
    scene.accepted()
    scene.book(slot=1)
    by = account("carer", "practitioner", f"practitioner:{scene.wang}")
    found = events(key(f"practitioner:{scene.wang}", by))
    assert len(found) == 1 and found[0]["LOCATION"] and "琥珀" in found[0]["LOCATION"]
    written = fetch(key(f"practitioner:{scene.wang}", by)).content.decode()
    assert not any(word in written for word in CLEAR)
    with pytest.raises(NotFound):
        actions.make_feed(f"practitioner:{scene.li}", by=by, at=AT)


def test_a_sites_times_and_how_many_take_part(scene: Scene) -> None:
    site = Site.objects.create(organisation=Organisation.objects.get(ref=scene.provider), name="琥珀站",
                               address="琥珀路 1 号", region_code=HUPO)
    listings.update_service(scene.service, site=site.ref, capacity=3, by=scene.manager, at=AT)
    scene.accepted()
    scene.book(by=scene.agent, person=scene.someone())
    manager = account("manager", "provider_admin", f"organisation:{scene.provider}")
    found = events(key(f"site:{site.ref}", manager))
    assert [(one["SUMMARY"], one["LOCATION"]) for one in found] == [("上门助浴: 2 booked", "琥珀站 琥珀路 1 号")]
    written = fetch(key(f"site:{site.ref}", manager)).content.decode()
    assert not any(word in written for word in (*CLEAR, "/orders/"))
    rival = account("rival", "provider_admin", f"organisation:{UUID(int=9)}")
    for scope in (f"site:{site.ref}", f"site:{UUID(int=7)}", "site:", "own:" + str(site.ref), "all", ""):
        with pytest.raises(NotFound):
            actions.make_feed(scope, by=rival, at=AT)


def test_a_new_address_ends_the_old_one_and_stopping_ends_both(scene: Scene) -> None:
    by = mother(scene)
    old = key("own", by)
    assert key("own", by) == old  # made twice is made once
    ref = queries.feeds(by)[0].ref
    assert ref
    for stranger in (scene.neighbour, account("other", "resident", f"person:{UUID(int=5)}")):
        with pytest.raises(NotFound):
            actions.renew_feed(ref, by=stranger, at=AT)
        with pytest.raises(NotFound):
            actions.stop_feed(ref, by=stranger, at=AT)
    actions.renew_feed(ref, by=by, at=AT)
    new = queries.feeds(by)[0].key
    with pytest.raises(NotFound):
        fetch(old)
    assert fetch(new).status_code == 200
    actions.stop_feed(ref, by=by, at=AT)
    with pytest.raises(NotFound):
        fetch(new)
    with pytest.raises(Conflict):
        actions.renew_feed(ref, by=by, at=AT)
    assert key("own", by) not in (old, new)


@pytest.mark.parametrize("wrong", [
    lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"), lambda key: key[:32], lambda key: "0" * 64,
    lambda key: "x" * 64, lambda key: key + "a",
])
def test_an_address_that_is_not_right_leads_nowhere(scene: Scene, wrong: object) -> None:
    with pytest.raises(NotFound, match="no calendar at this address"):
        fetch(wrong(key("own", mother(scene))))  # type: ignore[operator]


def test_rights_that_end_end_the_calendar(scene: Scene) -> None:
    scope = f"practitioner:{scene.wang}"
    by = account("carer", "practitioner", scope)
    found = key(scope, by)
    accounts.end_roles(scope, role="practitioner", by=SYSTEM, at=AT)
    with pytest.raises(NotFound):
        fetch(found)


def test_who_has_it_already_is_not_sent_it_again(scene: Scene) -> None:
    ref = scene.book()
    found = key("own", mother(scene))
    first = fetch(found)
    assert first["Content-Type"].startswith("text/calendar") and first["X-Robots-Tag"] == "noindex"
    assert fetch(found, if_none_match=first["ETag"]).status_code == 304
    before = events(found)[0]["SEQUENCE"]
    actions.change(ref, slot=scene.slots()[1].ref, by=scene.resident, at=AT + timedelta(minutes=5))
    assert fetch(found, if_none_match=first["ETag"]).status_code == 200
    assert int(events(found)[0]["SEQUENCE"]) > int(before)


def test_the_page_makes_shows_renews_and_stops(scene: Scene) -> None:
    by = mother(scene)
    page = text(visit("/me/calendars/", by=by))
    assert "My visits" in page and "Make a calendar address" in page and ".ics" not in page
    assert visit("/me/calendars/make/", {"scope": "own"}, by=by, method="POST").status_code == 302
    card = queries.feeds(by)[0]
    assert f"/calendars/{card.key}.ics" in text(visit("/me/calendars/", by=by))
    assert visit(f"/me/calendars/{card.ref}/renew/", by=by, method="POST").status_code == 302
    assert f"/calendars/{card.key}.ics" not in text(visit("/me/calendars/", by=by))
    assert visit(f"/me/calendars/{card.ref}/stop/", by=by, method="POST").status_code == 302
    assert "Make a calendar address" in text(visit("/me/calendars/", by=by))
    assert visit("/me/calendars/make/", {"scope": "all"}, by=by, method="POST").status_code == 404
    assert visit("/me/calendars/", by=ANONYMOUS).status_code in {302, 403}


def test_the_language_is_that_of_who_made_it(scene: Scene) -> None:
    scene.accepted()
    assert "登录" in events(key("own", mother(scene), language="zh-hans"))[0]["DESCRIPTION"]


def test_keys_of_generations_differ_and_scopes_are_read_strictly() -> None:
    ref = UUID(int=1)
    keys = {rules.key(ref, n, secret=secret) for n in (1, 2) for secret in (b"a", b"b")}
    assert len(keys) == 4 and {rules.ref_of(one) for one in keys} == {ref} and all(one.isalnum() for one in keys)
    for odd in ("", f"own:{ref}", "site", "site:x", f"person:{ref}"):
        assert rules.scope(odd) is None
