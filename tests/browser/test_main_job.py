"""From the need to the rating in Debian's Chromium: the resident's phone, the provider's desk, the carer's phone."""
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.window import DESK, REF, Windows
from tests.journeys.browser import Program
from tests.journeys.conftest import HERE
from tests.journeys.test_main_job import WORDS
from tests.journeys.waiting import clear_of_a_quarter
from tests.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROUND_THE_CLOCK = "随时上门陪护（全天候）"


def there(page: Page) -> Page:
    """A phone that knows where it is, and may say so."""
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": HERE["lon"], "latitude": HERE["lat"]})
    return page


def placed(page: Page, form: Locator) -> None:
    """The phone fills in where it is."""
    form.locator("[data-locate] button").click()
    for name, value in HERE.items():
        expect(form.locator(f"[name={name}]")).to_have_value(f"{value:.6f}")


@pytest.mark.parametrize("language", WORDS)
def test_a_need_becomes_a_rated_service_in_the_browser(windows: Windows, node: Node, language: str) -> None:
    clear_of_a_quarter()
    say = WORDS[language]
    page = there(windows.open("resident", language=language))
    page.goto("/needs/new/")
    page.get_by_role("textbox").fill(say["text"])
    page.locator("main form button.btn-primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say["understood"])
    placed(page, page.locator("main form").filter(has=page.locator("[name=key]")))
    page.locator("button[name=step][value=post]").click()
    page.wait_for_url(re.compile(rf"/needs/{REF}/matches/"))
    need = re.findall(REF, page.url)[-1]
    assert Program(node, "resident").get(f"/needs/{need}")["at"] == HERE, "the phone's place, not the registered one"
    found = Program(node, "resident").get(f"/needs/{need}/matches")["matches"]
    best = next(one["service"]["ref"] for one in found if one["service"]["name"] == ROUND_THE_CLOCK)
    page.locator(f"a[href*='/orders/book/'][href*='{best}']").first.click()
    page.locator("main form button.btn-primary").last.click()
    page.wait_for_url(re.compile(rf"/orders/{REF}/booked/"))
    order = f"/orders/{re.findall(REF, page.url)[-1]}/"

    desk = windows.open("provider", language=language, size=DESK)
    desk.goto("/provider/orders/")
    desk.locator(f"main a[href='{order}']").first.click()
    accept = desk.locator(f"form[action='{order}accept/']")
    accept.locator("[name=practitioner]").select_option(node.persona("carer")["practitioner"])
    accept.locator("button").last.click()
    expect(desk.locator("main")).to_contain_text("王敏")

    phone = there(windows.open("carer", language=language))
    for move, after in (("check-in", "in_service"), ("check-out", "served")):
        phone.goto("/work/")
        visit = phone.locator(f"form[action='{order}{move}/']:visible")
        placed(phone, visit)
        with phone.expect_navigation():
            visit.locator("button.btn-primary").click()
        assert Program(node, "resident").get(order.rstrip("/"))["state"] == after, phone.inner_text("main")
        if after == "in_service":
            page.goto(order)
            expect(page.get_by_role("heading", level=1)).to_contain_text(say["there"])

    page.goto(order)
    page.locator(f"form[action='{order}confirm/'] button").first.click()
    expect(page.locator("main")).to_contain_text(say["confirmed"])
    rate = page.locator(f"form[action='{order}rate/']")
    rate.locator("[name=grade][value='5']").check(force=True)
    rate.locator("[name=comment]").fill("Thank you 谢谢")
    rate.locator("button").last.click()
    for words in (say["rated"], say["worth"], "Thank you 谢谢", *say["timeline"].split("|")):
        expect(page.locator("main")).to_contain_text(words)
