"""Each role has its desk, with its own places; nobody else gets in."""
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from linli.engines.archive import actions as archive
from linli.engines.archive import queries as archived
from linli.engines.archive.access import disk
from linli.engines.journal.registry import WATCHERS
from linli.kernel.actor import SYSTEM, Actor, Grant
from linli.kernel.refs import new_ref
from linli.registers.accounts.registry import ROLES
from linli.registers.organisations import actions as organisations
from linli.registers.people import actions as people
from linli.registers.practitioners import actions as practitioners
from linli.shell import desks, remembered
from linli.shell.pages import administration
from linli.shell.site import Site
from linli.work.orders.states import State
from tests.actors import AT, CITY, resident
from tests.registers.directory.conftest import LUYANG, SHUSHAN
from tests.registers.organisations.conftest import FORM
from tests.registers.visiting import text, visit
from tests.shell.conftest import City, SignedIn
from tests.shell.test_figures import DAY, HOUR, need, order

OTHER = FORM | {"kind": "society", "uscc": "51340100500000015T", "name": "合肥邻里互助协会"}
STARTS = {"/provider/": {"provider_admin", "provider_staff"}, "/officer/": {"officer", "auditor"},
          "/admin-desk/": {"system_admin", "security_admin"}}
OFFICIALS = sorted(key for key, role in ROLES.items() if role.scope in {"region", "organisation"})


def holder(role: str, scope: str) -> Actor:
    return Actor(new_ref(), None, (Grant(ROLES[role].permissions, scope),))


def scope_of(role: str, city: City) -> str:
    kind = ROLES[role].scope
    return f"region:{CITY}" if kind == "region" else f"{kind}:{city.provider}"


@pytest.mark.parametrize("path", STARTS)
@pytest.mark.parametrize("role", OFFICIALS)
def test_a_desk_is_for_its_roles_only(path: str, role: str, city: City) -> None:
    answer = visit(path, by=holder(role, scope_of(role, city)))
    assert answer.status_code == (200 if role in STARTS[path] else 403), text(answer)[-300:]


@pytest.mark.parametrize("path", STARTS)
def test_who_is_not_signed_in_is_led_to_sign_in_and_back(path: str, city: City) -> None:
    answer = visit(path)
    assert answer.status_code == 302 and answer["Location"] == f"/accounts/sign-in/?next=%2F{path.strip('/')}%2F"
    refused = visit(path, by=resident(new_ref()))
    assert refused.status_code == 403 and "This desk is for" in text(refused)


RAILS = {
    "provider_admin": ("/provider/orders/", [
        "/provider/", "/provider/orders/", "/provider/calendar/", "/provider/needs/", "/provider/services/",
        "/provider/staff/", "/provider/quality/", "/provider/organisation/"]),
    "provider_staff": ("/provider/staff/", [
        "/provider/", "/provider/orders/", "/provider/calendar/", "/provider/needs/", "/provider/services/",
        "/provider/staff/", "/provider/quality/"]),
    "officer": ("/officer/", ["/officer/", "/officer/needs/", "/officer/duties/", "/officer/quality/",
                              "/officer/organisations/"]),
    "hotline_agent": ("/agent/", ["/agent/"]),
    "practitioner": ("/work/", ["/work/"]),
    "system_admin": ("/officer/accounts/", ["/admin-desk/", "/officer/accounts/"]),
}


@pytest.mark.parametrize("role", RAILS)
def test_the_rail_names_the_places_of_the_role_and_where_one_is(role: str, city: City, rf: Any) -> None:
    path, expected = RAILS[role]
    request = rf.get(path)
    request.actor, request.at, request.account = holder(role, scope_of(role, city)), AT, new_ref()
    items = [item for group in Site(request).rail for item in group.items]
    assert [item.url for item in items if item.url in expected] == expected
    assert [item.url for item in items if item.current] == [path]
    if role == "provider_staff":
        assert "/provider/organisation/" not in [item.url for item in items]


def test_a_page_below_an_entry_marks_the_nearest_one(city: City, rf: Any) -> None:
    request = rf.get(f"/officer/organisations/{city.provider}/")
    request.actor, request.at = holder("officer", f"region:{CITY}"), AT
    (current,) = [item for group in Site(request).rail for item in group.items if item.current]
    assert current.url == "/officer/organisations/"


def test_somebody_with_two_desks_finds_the_other_one_in_the_frame(city: City, rf: Any) -> None:
    grants = tuple(Grant(ROLES[role].permissions, scope_of(role, city)) for role in ("officer", "provider_admin"))
    request = rf.get("/provider/")
    request.actor, request.at = Actor(new_ref(), None, grants), AT
    assert [item.url for item in Site(request).desks] == ["/officer/"]
    request.path = request.path_info = "/help/"
    assert {item.url for item in Site(request).desks} == {"/officer/", "/provider/"}


def test_an_officers_rail_counts_what_waits(city: City, rf: Any, django_assert_num_queries: Any) -> None:
    organisations.apply_to_join(**OTHER, by=resident(new_ref()), at=AT)
    request = rf.get("/officer/")
    request.actor, request.at = holder("officer", f"region:{CITY}"), AT
    with django_assert_num_queries(1):
        counts = {item.url: item.count for group in Site(request).rail for item in group.items}
    assert counts["/officer/organisations/"] == 1 and counts["/officer/duties/"] == 0
    request = rf.get("/officer/")
    request.actor, request.at = holder("officer", f"region:{LUYANG}"), AT
    counts = {item.url: item.count for group in Site(request).rail for item in group.items}
    assert counts["/officer/organisations/"] == 0


def test_the_frame_costs_no_more_than_the_session_and_who_comes_in_when_remembered(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any,
) -> None:
    monkeypatch.setattr(remembered, "ON", True)
    remembered.forget()
    client = signed_in("officer")
    client.get("/about/")
    with django_assert_num_queries(2):
        page = client.get("/about/").content.decode()
    assert "李娜" in page and "Officer&#x27;s desk" in page
    remembered.forget()


def test_a_provider_sees_what_waits_for_it(city: City) -> None:
    other = people.register(name="刘德明", region=SHUSHAN, by=SYSTEM, at=AT)
    order(replace(city, person=other), AT + 3 * HOUR, State.BOOKED, booked_at=AT - HOUR)
    order(city, AT + 2 * HOUR, State.ACCEPTED, accepted_at=AT, accepted_by=new_ref())
    order(city, AT + DAY, State.ACCEPTED, accepted_at=AT, accepted_by=new_ref())
    page = text(visit("/provider/", by=holder("provider_admin", f"organisation:{city.provider}")))
    tiles = re.findall(r'<p class="v num">([^<]*)</p>', page)
    assert tiles == ["1", "1", "0", "0"] and "1 without anybody to go" in page
    assert "answer by" in page and "11:00–12:00" in page and "nobody yet" in page
    assert "刘**" in page and "刘德明" not in page and "张桂英" in page  # in clear to whom goes there
    assert "has not been assured" not in page  # listed today


def test_listings_nobody_assured_for_half_a_year_are_named(city: City) -> None:
    by = holder("provider_admin", f"organisation:{city.provider}")
    page = text(visit("/provider/", by=by, at=AT + timedelta(days=200)))
    assert "1 service has not been assured for half a year" in page and f"/provider/services/{city.service}/" in page


def test_papers_that_lapse_are_named(city: City) -> None:
    by = holder("provider_admin", f"organisation:{city.provider}")
    who = practitioners.add(organisation=city.provider, person=city.person, title="护理员", consented=True, by=by,
                            at=AT)
    practitioners.record_credential(
        who, kind="health_certificate", number="JK-1", valid_from=AT.date() - timedelta(days=350),
        valid_until=AT.date() + timedelta(days=15), issuer="蜀山区疾控中心", by=by, at=AT)
    page = text(visit("/provider/", by=by))
    assert re.findall(r'<p class="v num">([^<]*)</p>', page)[2] == "1" and f"/provider/staff/{who}/" in page
    assert "30 Nov 2026" in page or "1 Dec 2026" in page


def test_one_provider_never_sees_another_ones(city: City) -> None:
    order(city, AT + 3 * HOUR, State.BOOKED, booked_at=AT - HOUR)
    page = text(visit(f"/provider/?organisation={city.provider}",
                      by=holder("provider_admin", f"organisation:{city.scene.other}")))
    assert "庐阳区和顺社区服务中心" in page and "安康" not in page and "No booking waits for your answer." in page


def test_an_officer_sees_the_own_region_only(city: City) -> None:
    need(city, AT - 30 * HOUR)
    need(city, AT - 3 * DAY, region="340103006000")
    order(city, AT + DAY, State.BOOKED, booked_at=AT - 25 * HOUR)
    organisations.apply_to_join(**OTHER, by=resident(new_ref()), at=AT - DAY)
    city_wide = text(visit("/officer/", by=holder("officer", f"region:{CITY}")))
    tiles = re.findall(r'<p class="v num">([^<]*)</p>', city_wide)
    assert tiles == ["2", "0%", "1", "0"] and "of 1 booking in 28 days" in city_wide
    assert 'aria-label="蜀山区: 1"' in city_wide and 'aria-label="庐阳区: 1"' in city_wide
    assert 'aria-label="包河区: 0"' in city_wide and "The same as a table" in city_wide
    assert "30 hours" in city_wide and "3 days" in city_wide and "25 hours" in city_wide
    district = text(visit("/officer/", by=holder("officer", f"region:{SHUSHAN}")))
    assert re.findall(r'<p class="v num">([^<]*)</p>', district)[0] == "1"
    assert "庐阳区" not in district.split("<main")[1]


def test_an_administrator_sees_accounts_and_whether_the_node_is_well(signed_in: SignedIn) -> None:
    client = signed_in("system_admin")
    page = client.get("/admin-desk/").content.decode()
    assert "0 files (0 bytes), packages: 0" in page and "Archive packages are damaged" not in page
    made = archive.pack("a", files={"a.txt": b"a"}, metadata={"origin": "o", "process": "p"},
                        structure=[archive.Section("s", ("a.txt",))], by=SYSTEM, at=AT)
    page = client.get("/admin-desk/").content.decode()
    assert "1 files (" in page and "packages: 1, of them damaged: 0" in page
    disk.remove(archived.package(made.ref).file)
    archive.check(made.ref, by=SYSTEM, at=AT)
    page = client.get("/admin-desk/").content.decode()
    assert "of them damaged: 1" in page and "Archive packages are damaged" in page
    page = client.get("/admin-desk/").content.decode()
    assert "李娜" in page and "System administrator" in page and "running" in page and "journal" in page


def test_everything_that_reads_the_journal_is_called_what_it_does() -> None:
    assert not set(WATCHERS) - set(administration.WATCHERS)


def test_every_desk_has_a_name_and_a_start(city: City) -> None:
    assert {desk.key for desk in desks.DESKS} == {"provider", "officer", "agent", "practitioner", "administration"}
    assert Client().get("/admin-desk/").status_code == 302
