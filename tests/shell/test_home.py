"""The first page as a visitor sees it: with nothing in the city, and with something."""
import re
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.test import Client

from linli.registers.directory import actions as directory
from linli.shell import remembered
from tests.actors import AT
from tests.registers.directory.conftest import SHUSHAN
from tests.registers.visiting import text, visit
from tests.shell.conftest import City, SignedIn


def test_an_empty_city_says_so_and_still_takes_a_sentence(regions: ModuleType) -> None:
    page = text(visit("/"))
    assert page.count("<h1") == 1 and "Need help? Say it in one sentence" in page
    assert "No service is listed here yet" in page and 'href="/provider/join/"' in page
    assert page.count("No data yet") == 2 and "合肥市 today" in page
    assert 'href="tel:12349"' in page and "今天的合肥市" in text(visit("/", language="zh"))


def test_the_box_sends_by_post_so_that_nothing_stands_in_an_address(city: City) -> None:
    page = text(visit("/"))
    form = re.search(r'<form class="onebox".*?</form>', page, re.DOTALL)
    assert form and 'method="post"' in form[0] and 'action="/start/"' in form[0] and 'name="text"' in form[0]


def test_what_is_open_now_stands_there_with_price_and_next_time(city: City) -> None:
    directory.publish_slots(city.service, until=(AT + timedelta(days=3)).date(), by=city.scene.manager, at=AT)
    page = text(visit("/"))  # Monday 09:00, opening hour; two hours must pass before one can come
    assert "Open now · 合肥市" in page and "上门助浴" in page and f'href="/services/{city.service}/"' in page
    assert "¥20" in page and "¥80" in page and "Free tomorrow 09:00" in page and "1 open right now" in page
    night = text(visit("/", at=AT + timedelta(hours=12)))
    assert "Free soonest · 合肥市" in night and "上门助浴" in night and "open right now" not in night


def test_a_resident_sees_the_own_district_first(city: City) -> None:
    from tests.actors import resident

    page = text(visit("/", by=resident(city.person), account=city.person))
    assert "蜀山区" in page and f"region={SHUSHAN}" in page


def test_the_doors_lead_to_pages_that_are_there(city: City) -> None:
    doors = re.search(r'<ul class="doors">.*?</ul>', text(visit("/")), re.DOTALL)
    assert doors
    for path in re.findall(r'class="door" href="([^"]+)"', doors[0]):
        assert visit(path).status_code in {200, 302}, path


def test_chips_choose_a_category(city: City) -> None:
    page = text(visit("/"))
    assert "/services/?category=home_bathing" in page and 'href="/p/"' in page


def test_few_queries_for_a_visitor_and_none_when_remembered(
    city: City, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any, django_assert_num_queries: Any,
) -> None:
    monkeypatch.setattr(remembered, "ON", True)
    remembered.forget()
    client = Client()
    client.get("/about/")
    with django_assert_max_num_queries(12):
        client.get("/")
    with django_assert_num_queries(0):
        client.get("/")
    remembered.forget()


def test_few_queries_for_somebody_signed_in(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any,
) -> None:
    monkeypatch.setattr(remembered, "ON", True)
    remembered.forget()
    client = signed_in("officer")
    client.get("/")
    with django_assert_max_num_queries(3):  # session, account, grants
        page = client.get("/").content.decode()
    assert "李娜" in page and "Officer&#x27;s desk" in page
    remembered.forget()


def test_looking_changes_nothing(city: City) -> None:
    from linli.engines.journal.models import Entry

    before = Entry.objects.count()
    for path in ("/", "/figures/", "/start/", "/robots.txt", "/sitemap.xml", "/manifest.webmanifest"):
        assert visit(path).status_code in {200, 302}  # each under a wrapper that refuses writes
    assert Entry.objects.count() == before
