"""What the one box answers: numbers to call first, then a need, services, and what was found; nothing in an address."""
import logging
import re
from urllib.parse import quote

import pytest
from django.test import Client

from linli.engines.journal.models import Entry
from linli.registers.directory import actions as directory
from linli.registers.organisations.models import Organisation
from linli.shell.pages.start import LONGEST
from tests.actors import AT
from tests.registers.visiting import text, visit
from tests.shell.conftest import City

DANGER = "我爸胸口疼，喘不上气，脸都紫了"


def ask(words: str, language: str = "en") -> str:
    answer = visit("/start/", {"text": words}, method="POST", language=language)
    assert answer.status_code == 200
    return text(answer)


def test_where_life_is_at_risk_the_numbers_stand_before_everything_else(city: City) -> None:
    page = ask(DANGER)
    main = page[page.index("<main"):]
    places = [main.index(f'href="tel:{number}"') for number in ("120", "110", "119", "12356")]
    assert max(places) < main.index("<h1") and 'role="alert"' in main and "Call now" in main
    assert "立即拨打" in ask(DANGER, "zh")


def test_an_ordinary_sentence_raises_no_alarm(city: City) -> None:
    assert 'href="tel:120"' not in ask("老人出院，想找人上门洗澡")


def test_a_sentence_leads_to_services_of_its_kind(city: City) -> None:
    page = ask("老人出院，想找人上门洗澡")
    assert "Services: Bathing at home" in page or "Services: " in page
    assert f'href="/services/{city.service}/"' in page and "/services/?category=home_bathing" in page
    directory.pause(city.service, by=city.scene.manager, at=AT)
    assert f'href="/services/{city.service}/"' not in ask("老人出院，想找人上门洗澡")


def test_what_was_written_stays_in_the_box_and_goes_on_by_post(city: City) -> None:
    page = ask("<b>洗澡</b> & \"引号\"")
    assert "&lt;b&gt;洗澡&lt;/b&gt;" in page and "<b>洗澡" not in page
    for address in re.findall(r'(?:href|action)="([^"]*)"', page):
        assert "洗澡" not in address and quote("洗澡") not in address, address


def test_looking_at_the_address_leads_home_and_shows_nothing(city: City) -> None:
    answer = visit("/start/", {"text": DANGER})
    assert answer.status_code == 302 and answer["Location"] == "/"


@pytest.mark.parametrize("words", ["", "   \n ", "\x00"])
def test_nothing_is_refused_with_a_sentence(words: str, city: City) -> None:
    answer = visit("/start/", {"text": words}, method="POST")
    assert answer.status_code == 422 and "Write in a few words what you need." in text(answer)


def test_too_much_is_refused_and_kept(city: City) -> None:
    long = "洗澡" * LONGEST
    answer = visit("/start/", {"text": long}, method="POST")
    assert answer.status_code == 422 and f"{2 * LONGEST} characters" in text(answer) and long in text(answer)


def test_nothing_that_fits_says_what_to_do(city: City) -> None:
    page = ask("量子纠缠")
    assert "No listed service fits these words" in page and 'href="/services/categories/"' in page


def test_a_passport_number_leads_straight_to_its_page(city: City) -> None:
    assert 'href="/p/P1234567890/"' in ask(" p123-4567 890 ")


def test_a_credit_code_leads_straight_to_the_organisation(city: City) -> None:
    code = Organisation.objects.get(ref=city.provider).uscc
    page = ask(code.lower())
    assert f'href="/organisations/{city.provider}/"' in page and "合肥安康居家养老服务中心" in page
    assert "No organisation with this code is registered here." in ask("91340100MA2N000X1X")


def test_an_identity_number_is_not_searched_for(city: City) -> None:
    page = ask("340104194501011234")
    main = page.split("<main")[1].split("</main")[0]
    assert "looks like an identity number" in main and "/organisations/" not in main


@pytest.mark.parametrize("words", ["%", "' OR 1=1 --", "\\", "*" * 500, "\u202e反", "😀😀", "NULL", "{0}", "%s%(a)s"])
def test_naughty_strings_are_words_like_others(words: str, city: City) -> None:
    assert "<h1" in ask(words)


def test_nothing_is_kept_and_nothing_logged(city: City, caplog: pytest.LogCaptureFixture) -> None:
    before = Entry.objects.count()
    with caplog.at_level(logging.DEBUG):
        ask(DANGER)
    assert Entry.objects.count() == before
    assert not [one for one in caplog.records if "胸口" in one.getMessage() and one.name != "django.db.backends"]


def test_another_site_cannot_send_the_form(db: None) -> None:
    assert Client(enforce_csrf_checks=True).post("/start/", {"text": "洗澡"}).status_code == 403
