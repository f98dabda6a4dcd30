"""The pages that say what this is, and the files that programs ask for."""
import pytest
from django.conf import settings
from django.test import Client

from linli.shell.pages.about import PRIVATE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/help/", "/contact/", "/privacy/", "/about/"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_has_its_texts_one_heading_and_a_number_to_call(path: str, language: str) -> None:
    answer = Client(headers={"Accept-Language": language}).get(path)
    page = answer.content.decode()
    assert answer.status_code == 200 and page.count("<h1") == 1 and "!!missing" not in page
    assert f'href="tel:{settings.HOTLINE}"' in page
    body = page.split("<main", 1)[1].split("</main>", 1)[0]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in body.replace("合肥市", "")) == (language == "zh-hans")


def test_danger_has_its_numbers_before_everything_else_on_the_help_page() -> None:
    page = Client(headers={"Accept-Language": "en"}).get("/help/").content.decode()
    places = [page.index(f'href="tel:{number}"') for number in ("120", "110", "119", "12356")]
    assert max(places) < page.index("I need something done")


def test_a_phone_can_keep_it_on_its_first_screen() -> None:
    answer = Client(headers={"Accept-Language": "zh-hans"}).get("/manifest.webmanifest")
    said = answer.json()
    assert answer["Content-Type"] == "application/manifest+json" and said["name"] == "邻里" and said["start_url"] == "/"
    assert Client().get(said["icons"][0]["src"]).status_code == 200


def test_search_engines_are_kept_from_what_is_ones_own(settings: object) -> None:
    lines = Client().get("/robots.txt").content.decode().splitlines()
    assert {f"Disallow: {path}" for path in PRIVATE} < set(lines) and "Disallow: /" not in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines


def test_a_demo_is_not_to_be_found_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO", True)
    assert Client().get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"


def test_the_sitemap_names_public_pages_that_answer() -> None:
    page = Client().get("/sitemap.xml").content.decode()
    found = [line.split("<loc>")[1].split("</loc>")[0] for line in page.splitlines() if "<loc>" in line]
    assert "http://testserver/services/" in found and "http://testserver/" in found
    assert not [url for url in found if url.removeprefix("http://testserver").startswith(PRIVATE[:-1])
                and "/join/" not in url]
