"""A whole page, frame included, asks the database at most eight times, however long its list is."""
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from stdnum.cn import uscc

from linli.engines.journal import actions as journal
from linli.engines.rulebook.models import Duty
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.registers.accounts import actions as accounts
from linli.registers.accounts.models import Account
from linli.registers.organisations import actions as organisations
from linli.registers.organisations.models import Site
from linli.registers.organisations.rules import organisation_check
from linli.registers.people import actions as people
from linli.registers.practitioners import actions as practitioners
from linli.registers.practitioners.models import Practitioner
from linli.shell import remembered
from tests.actors import CITY, actor, resident
from tests.registers.directory.conftest import HUPO, Scene, scene
from tests.registers.organisations.conftest import FORM, SITE

__all__ = ["scene"]
pytestmark = pytest.mark.slow
MANY, MOST = 32, 8
PAPERS = ("health_certificate", "insurance", "no_bar")


def code(number: int) -> str:
    """A unified social credit code that fits, of nobody."""
    eight = f"{60_000_000 + number}"
    begun = "52340100" + eight + organisation_check(eight)
    return begun + uscc.calc_check_digit(begun)


@dataclass(frozen=True)
class Town:
    """A provider with many services, sites and staff; many applications; what each page needs in its address."""

    resident: Client
    provider: Client
    officer: Client
    refs: dict[str, UUID | str]


def _entered(role: str, scope: str, *, person: UUID | None = None) -> Client:
    at = timezone.now()
    ref = accounts.open_account(f"few.{role}", name="李娜", region=CITY, by=SYSTEM, at=at)
    accounts.grant_role(ref, role=role, scope=scope, by=SYSTEM, at=at)
    Account.objects.filter(ref=ref).update(person=person)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(Account.objects.get(ref=ref))
    return client


@pytest.fixture
def town(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    at, own = timezone.now(), f"organisation:{scene.provider}"
    manager = actor(own, "practitioners.manage", "practitioners.see", "organisations.manage")
    services = [scene.list(name=f"上门助浴 {number}") for number in range(MANY)]
    for number in range(MANY):
        organisations.add_site(scene.provider, **SITE | {"name": f"站 {number}"}, by=manager, at=at)
        person = people.register(name="王敏", region=HUPO, by=SYSTEM, at=at)
        carer = practitioners.add(
            organisation=scene.provider, person=person, title="护理员", consented=True, by=manager, at=at
        )
        for kind in PAPERS:
            practitioners.record_credential(carer, kind=kind, number="NO-1234567", valid_from=date(2026, 1, 1),
                                            valid_until=date(2027, 12, 1), by=manager, at=at)
    me = people.register(name="张桂英", region=HUPO, by=SYSTEM, at=at)
    asked, joined = (
        [organisations.apply_to_join(**FORM | {"uscc": code(first + number)}, by=resident(who), at=at)
         for number in range(MANY)] for first, who in ((0, me), (MANY, new_ref()))
    )
    for ref in joined:
        organisations.approve(ref, by=scene.officer, at=at)
    journal.run()
    monkeypatch.setattr(remembered, "ON", True)  # as on a running node: the frame's figures may be some seconds old
    remembered.forget()
    yield Town(
        _entered("resident", f"person:{me}", person=me), _entered("provider_admin", own),
        _entered("officer", f"region:{CITY}"), {
            "own": scene.provider, "service": services[0], "asked": asked[0], "joined": joined[0], "carer": carer,
            "passport": Practitioner.objects.get(ref=carer).number, "site": Site.objects.latest("pk").ref,
            "duty": Duty.objects.earliest("pk").ref,
        },
    )
    remembered.forget()


PAGES = {
    "resident": (
        "/provider/join/", "/provider/join/form/", "/provider/join/{asked}/", "/provider/join/{asked}/sent/",
        "/organisations/", "/organisations/?q=安康", "/organisations/{own}/", "/p/", "/p/{passport}/", "/services/",
        "/services/?q=助浴&near=117.26,31.85&open_now=1&sort=soonest", "/services/categories/", "/services/{service}/",
        "/bundles/", "/hsds/profile/", "/hsds/services", "/hsds/organizations",
        "/rules/", "/rules/providers.answer_application/", "/duties/", "/search/?q=助浴", "/search/?q=安康",
        "/notices/", "/regions/", "/regions/?q=琥珀街道", "/regions/340104000000/",
        "/life-circle/?lon=117.25&lat=31.86",
    ),
    "provider": (
        "/provider/organisation/", "/provider/organisation/sites/", "/provider/organisation/sites/{site}/",
        "/provider/staff/", "/provider/staff/add/", "/provider/staff/{carer}/", "/provider/staff/{carer}/card/",
        "/provider/staff/import/", "/provider/services/", "/provider/services/new/", "/provider/services/{service}/",
        "/provider/services/{service}/hours/", "/provider/services/{service}/withdraw/", "/provider/services/import/",
        "/provider/services/{service}/supply/", "/provider/bundles/", "/provider/bundles/new/",
    ),
    "officer": (
        "/officer/organisations/", "/officer/organisations/{asked}/", "/officer/organisations/{joined}/",
        "/officer/claims/", "/officer/listings/?stand=unchecked", "/officer/facilities/import/",
        "/officer/duties/", "/duties/{duty}/", "/notices/", "/officer/coverage/facilities/", "/officer/coverage/gaps/",
        "/officer/coverage/", "/officer/coverage/?measure=free&region=340104000000", "/officer/coverage/?measure=reach",
        "/officer/coverage/?group=low_income", "/officer/coverage/needs/", "/officer/coverage/services/?measure=free",
        "/officer/freshness/", "/officer/freshness/facilities/", "/officer/unreached/", "/officer/unreached/people/",
        "/officer/facilities/", "/officer/facilities/new/", "/officer/grids/", "/officer/grids/new/",
    ),
}


def test_every_page_asks_the_database_at_most_eight_times(town: Town) -> None:
    spent: dict[str, int] = {}
    for role, pages in PAGES.items():
        client: Client = getattr(town, role)
        for page in pages:
            address = page.format(**town.refs)
            assert client.get(address).status_code == 200, page
            timing = re.search(r'desc="(\d+)"', client.get(address)["Server-Timing"])
            spent[f"{role}: {page}"] = int(timing[1]) if timing else MOST + 1
    assert {page: count for page, count in spent.items() if count > MOST} == {}
    for client, page, what in (  # lists long enough: else a query for each row would go unseen
        (town.provider, "/provider/services/", "/hours/"), (town.provider, "/provider/staff/", "/provider/staff/01"),
        (town.officer, "/officer/organisations/", "/officer/organisations/01"), (town.officer, "/notices/", "asks to"),
        (town.officer, "/officer/duties/", "/duties/01"), (town.resident, "/organisations/", "/organisations/01"),
    ):
        assert client.get(page).content.decode().count(what) >= MANY, page


def test_the_buttons_of_a_listing_work_as_the_browser_sends_them(town: Town) -> None:
    shown = town.provider.get("/provider/services/").content.decode()
    address = re.search(r'formaction="(/provider/services/[^"]+/pause/)"', shown)
    assert address and town.provider.post(address[1]).status_code == 302
    assert "paused" in town.provider.get("/provider/services/?state=paused").content.decode()
