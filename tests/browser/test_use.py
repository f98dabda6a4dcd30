"""The main job as people do it who have no scripts, no mouse, or a slow line."""
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.window import DESK, PHONE, REF, Windows, links, weighed
from tests.journeys.browser import Program
from tests.node import Node

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


STOP = """wanted => {
    const one = document.activeElement, before = window.before, box = one.getClientRects()[0], wrong = [];
    const ringed = [one, one.parentElement || one].map(each => getComputedStyle(each)).some(
        style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
    const over = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2);
    if (!ringed && one.type !== "date") wrong.push("nobody can see that it has the focus");  // its parts have rings
    if (!over || !one.contains(over) && !over.contains(one)) wrong.push("it has the focus under something else");
    if (before && before.isConnected && before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING)
        wrong.push("the focus goes back");
    window.before = one;
    return [one.matches(wanted), one === document.body, wrong.map(said => `${said}: ${one.outerHTML.slice(0, 160)}`)];
}"""


def tabbed(page: Page, selector: str) -> None:
    """Go on with Tab until what is wanted has the focus; each stop is seen, lies open, and follows the one before."""
    for _ in range(120):
        page.keyboard.press("Tab")
        there, left, wrong = page.evaluate(STOP, selector)
        assert not wrong, f"{page.url}: {wrong}"
        if there:
            return
        assert not left, f"{page.url}: the page ends before {selector}"
    raise AssertionError(f"{page.url}: Tab does not come to {selector}")


def skipped(page: Page) -> None:
    """The first key on a page leads past its frame."""
    page.keyboard.press("Tab")
    there, _, wrong = page.evaluate(STOP, ".skip")
    assert there and not wrong, wrong
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def entered(page: Page, selector: str, address: str) -> None:
    """Go there with Tab and press Enter: a link, and past the frame; or a form, whose outcome has the focus, so that it
    is read out."""
    tabbed(page, selector)
    sends = page.evaluate("document.activeElement.form?.method === 'post'")
    with page.expect_navigation(url=re.compile(rf"{address}(\?[^#]*)?$")):
        page.keyboard.press("Enter")
    if not sends:
        return skipped(page)
    expect(page.locator("main h1")).to_be_focused()
    _, _, wrong = page.evaluate(STOP, "h1")
    assert not wrong, f"{page.url}: {wrong}"


def quiet(person: Program, service: str) -> list[str]:
    """Free times of a service on days on which this person is booked nowhere."""
    busy = {one["from"][:10] for one in person.every("/orders")}
    found = person.get(f"/services/{service}/slots")["items"]
    return [one["ref"] for one in found if one["free"] and one["from"][:10] not in busy]


SAID = {
    "zh-hans": (PHONE, NEED, "已预约", "已取消"),
    "en": (DESK, "My mother is 82 and just out of hospital; please help her bathe at home", "Booked", "Cancelled"),
}


@pytest.mark.parametrize("language", SAID)
def test_with_the_keyboard_alone_a_visit_is_booked_accepted_and_cancelled(
        windows: Windows, node: Node, language: str) -> None:
    size, need, booked, cancelled = SAID[language]
    page = windows.open("resident", language=language, size=size)
    page.goto("/")
    skipped(page)
    tabbed(page, "main [name=text]")
    page.keyboard.type(need)
    entered(page, "main [name=text] ~ button", "/start/")
    entered(page, "form[action='/needs/new/'] button", "/needs/new/")
    entered(page, "button[name=step][value=post]", rf"/needs/{REF}/matches/")
    posted = re.findall(REF, page.url)[-1]

    entered(page, "main article a.btn-quiet[href*='/services/']", f"/services/{REF}/")
    tabbed(page, "#week-later")
    week = page.inner_text("#week-span")
    page.keyboard.press("Enter")
    expect(page.locator("#week-span")).not_to_have_text(week)
    expect(page.locator("#week :focus")).to_have_count(1)
    later = page.locator("#week-later")
    if later.count():
        expect(later).to_be_focused()
        expect(later).to_have_accessible_description(page.inner_text("#week-span"))
    shown, resident = page.inner_html("#week"), Program(node, "resident")
    slot = next(one for one in quiet(resident, re.findall(REF, page.url)[0]) if one in shown)
    entered(page, f"#week a[href*='need={posted}'][href*='slot={slot}']", "/orders/book/")
    entered(page, "button[name=do][value=book]", rf"/orders/{REF}/booked/")
    expect(page.locator(":focus")).to_contain_text(booked)
    order = f"/orders/{re.findall(REF, page.url)[-1]}/"
    assert resident.get(order.rstrip("/"))["need"] == posted

    desk = windows.open("provider", language=language, size=DESK)
    desk.goto("/provider/orders/")
    skipped(desk)
    entered(desk, f"main a[href='{order}']", order)
    tabbed(desk, f"form[action='{order}accept/'] select")
    desk.keyboard.press("ArrowDown")
    who = desk.evaluate("document.activeElement.selectedOptions[0].text").partition(" · ")[0]
    entered(desk, f"form[action='{order}accept/'] button", order)
    expect(desk.locator("main .initial + div")).to_contain_text(who)

    entered(page, f"main a[href='{order}']", order)
    tabbed(page, f"details:has(form[action='{order}cancel/']) > summary")
    page.keyboard.press("Enter")
    tabbed(page, "[name=reason]")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("details[open] > summary:focus")).to_have_count(1)
    page.evaluate("window.before = null")
    tabbed(page, "[name=reason]")
    page.keyboard.press("ArrowDown")
    entered(page, f"form[action='{order}cancel/'] button", order)
    expect(page.locator(":focus")).to_contain_text(cancelled)


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
