"""Where no page can answer, a sentence does, with a way on."""
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from linli.shell.pages import errors

pytestmark = pytest.mark.django_db


def test_an_unknown_address_says_so_and_leads_home() -> None:
    answer = Client(headers={"Accept-Language": "en"}).get("/no-such-page/")
    page = answer.content.decode()
    assert answer.status_code == 404 and "There is no such page." in page
    assert 'href="/"' in page and "!!missing" not in page


def test_a_program_gets_a_problem_document() -> None:
    answer = Client(headers={"Accept-Language": "en"}).get("/api/v1/no-such-thing")
    assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404 and "There is no such page." in answer.json()["detail"]


def test_our_own_mistake_is_said_without_asking_the_database(django_assert_num_queries: Any) -> None:
    request: Any = RequestFactory().get("/")
    request.user = SimpleLazyObject(lambda: pytest.fail("asked who is signed in"))
    with django_assert_num_queries(0), translation.override("zh-hans"):
        answer = errors.broken(request)
    assert answer.status_code == 500 and "我们的差错" in answer.content.decode()
    assert errors.broken(RequestFactory().get("/api/v1/places"))["Content-Type"] == "application/problem+json"


def test_a_form_from_another_site_is_refused_and_changes_nothing() -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    answer = client.post("/prefs/elder/", {"elder": "1"})
    assert answer.status_code == 403 and "elder" not in answer.cookies
    assert "Please send it again" in answer.content.decode()


@pytest.mark.parametrize("path", [
    "/organisations/?q=%00", "/services/?q=a%00b", "/search/?%00=1", "/p/P%00/", "/api/v1/organisations?q=%00",
    "/api/v1/organisations/52340100500000%000P", "/api/v1/services?q=%00", "/rules/a%00/",
])
def test_an_address_with_a_character_that_no_text_can_hold_is_refused_in_a_sentence(path: str) -> None:
    answer = Client(headers={"Accept-Language": "en"}).get(path)
    assert answer.status_code == 422 and "characters that cannot be seen" in answer.content.decode()
