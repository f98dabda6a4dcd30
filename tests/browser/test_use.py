"""The main job as people do it who have no scripts, no mouse, or a slow line."""
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.window import REF, Windows, links, weighed

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NEED = "我妈妈82岁，刚出院，想找人每周上门帮她洗澡"
FIRST, LATER = 100 * 1024, 25 * 1024


def test_without_scripts_a_need_becomes_a_booking(windows: Windows) -> None:
    booked(windows.open("family", scripts=False))


def test_in_elder_mode_a_need_becomes_a_booking_and_the_page_is_read_aloud(windows: Windows) -> None:
    page = windows.open("family", preferences={"elder": "1"})
    page.add_init_script("speechSynthesis.speak = one => { window.heard = [one.lang, one.text]; }")
    booked(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    page.locator("[data-read-aloud]").first.click()
    language, text = page.evaluate("heard")
    assert language == "zh-CN" and "预约成功" in text and "上门助浴" in text
    assert "切换" not in text and "跳到正文" not in text  # the frame is not read


def booked(page: Page) -> None:
    """A need in plain words, what it was understood as, who fits, a time, and the booking's own page."""
    page.goto("/needs/new/")
    page.locator("main label", has_text="陈桂兰").click()
    page.get_by_role("textbox").fill(NEED)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("这样理解对吗？")
    expect(page.get_by_label("服务类别")).to_have_value("home_bathing")
    page.get_by_role("button", name="发布").click()
    page.wait_for_url(re.compile(rf"/needs/{REF}/matches/"))
    expect(page.get_by_text(NEED).first).to_be_visible()
    page.locator("a[href*='/orders/book/'].btn-primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("预约这个时段")
    page.locator("main form button.btn-primary").last.click()
    page.wait_for_url(re.compile(rf"/orders/{REF}/booked/"))
    page.goto(links(page, rf"/orders/{REF}/")[0])
    expect(page.locator("main")).to_contain_text("上门助浴")
    expect(page.locator("main")).to_contain_text("预约成功")
    expect(page.get_by_role("heading", name="经过")).to_be_visible()


RINGED = """() => [document.activeElement, document.activeElement.parentElement].map(one => getComputedStyle(one)).some(
    style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)"""


def tabbed(page: Page, selector: str) -> None:
    """Go on with Tab until what is wanted has the focus, and can be seen to have it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            assert page.evaluate(RINGED), f"{selector}: nobody can see that it has the focus"
            return
    raise AssertionError(f"Tab does not come to {selector}")


def test_with_the_keyboard_alone_a_need_is_posted(windows: Windows) -> None:
    page = windows.open("resident")
    page.goto("/")
    tabbed(page, "main [name=text]")
    page.keyboard.type(NEED)
    page.keyboard.press("Enter")
    page.wait_for_url("**/start/")
    tabbed(page, "form[action='/needs/new/'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/needs/new/")
    tabbed(page, "button[name=step][value=post]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/needs/{REF}/matches/"))


def test_the_first_key_leads_past_the_frame(windows: Windows) -> None:
    page = windows.open()
    page.goto("/services/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("persona", [None, "family"], ids=["nobody", "family"])
def test_the_pages_are_light(windows: Windows, persona: str | None) -> None:
    page = windows.open(persona)
    first = weighed(page, "/")
    assert 10_000 < first <= FIRST, f"first page: {first} bytes"
    page.goto("/services/?q=助浴")
    paths = ["/services/", "/services/categories/", "/help/", "/figures/", *links(page, rf"/services/{REF}/.*")[:1]]
    if persona:
        page.goto("/orders/")
        matches = links(page, rf"/needs/{REF}/matches/")[:1]
        paths += ["/", "/orders/", "/needs/new/", "/notices/", *links(page, rf"/orders/{REF}/")[:1], *matches]
    for path in paths:
        weight = weighed(page, path)
        assert 500 < weight <= LATER, f"{path}: {weight} bytes"
