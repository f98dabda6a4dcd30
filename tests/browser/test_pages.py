"""Every page in a real browser: axe finds nothing, nothing runs off a phone, nothing is refused or left raw."""
import re
from collections.abc import Iterable
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, ViewportSize

from linli.demo.personas import PERSONAS
from tests.browser.heard import misheard
from tests.browser.window import DESK, PHONE, REF, Windows, links

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NEED = "我妈妈82岁，刚出院，想找人每周上门帮她洗澡、量血压"
DANGER = "我爸突然胸口疼，喘不上气，嘴唇发紫"
ZOOMED: ViewportSize = {"width": 320, "height": 256}  # a desk's 1280 by 1024 at 400 %

# Whose pages: addresses, and "where to look > pattern of the links to follow (as many as the number says)".
PAGES: dict[str, list[str | tuple[str, str, int]]] = {
    "": [
        "/", "/services/", "/services/?q=助浴", "/services/categories/",
        ("/services/?q=助浴", rf"/services/{REF}/.*", 1), "/accounts/sign-in/", "/accounts/sign-up/",
        "/accounts/reset/", "/demo/", "/p/", "/rules/",
        ("/rules/", r"/rules/[^/?]+/", 1), "/duties/", "/search/?q=养老", "/search/?q=zzzzqq", "/figures/", "/help/",
        "/contact/", "/privacy/", "/about/", "/matching/how/", "/organisations/", "/regions/choose/", "/provider/join/",
        ("/organisations/", rf"/organisations/{REF}/", 1), "/needs/new/", "/nothing-is-here/", "/log/", "/log/days/",
        "/regions/", "/regions/?q=琥珀街道", "/regions/340104003001/", "/life-circle/",
        "/life-circle/?region=340104003001", ("/regions/340104003001/", rf"/facilities/{REF}/", 1),
        "/log/?series=orders", ("/log/", r"/log/receipt/\d+/", 1),
    ],
    "resident": ["/", "/orders/", "/needs/", "/me/", "/notices/", ("/orders/", rf"/orders/{REF}/", 3)],
    "family": [
        "/orders/", "/needs/", "/me/", "/me/family/", "/me/family/add/", "/me/profile/", "/me/openings/", "/me/tokens/",
        "/me/password/", "/me/erase/", "/me/real-name/", "/notices/", "/needs/new/",
        ("/needs/", rf"/needs/{REF}/", 2), ("/orders/", rf"/needs/{REF}/matches/", 1),
        ("/orders/", rf"/orders/{REF}/", 3),
    ],
    "carer": ["/work/", "/me/", "/notices/"],
    "provider": [
        "/provider/", "/provider/orders/", "/provider/orders/?state=going_on", "/provider/calendar/",
        "/provider/needs/", "/provider/needs/offers/", "/provider/services/", "/provider/services/new/",
        "/provider/services/import/", "/provider/staff/", "/provider/staff/add/", "/provider/staff/import/",
        "/provider/quality/",
        "/provider/organisation/", "/provider/organisation/sites/", "/provider/join/form/",
        ("/provider/staff/", rf"/provider/staff/{REF}/", 1),
        ("/provider/services/", rf"/provider/services/{REF}/(hours/)?", 2),
        ("/provider/orders/", rf"/orders/{REF}/", 1),
        ("/provider/needs/", rf"/provider/needs/{REF}/", 1), ("/provider/quality/", rf"/quality/{REF}/", 1),
    ],
    "officer_city": [
        "/officer/", "/officer/needs/", "/officer/duties/", "/officer/quality/", "/officer/organisations/",
        "/officer/people/", ("/officer/duties/", rf"/duties/{REF}/", 1),
        ("/officer/organisations/", rf"/officer/organisations/{REF}/", 1), "/officer/coverage/facilities/",
        "/officer/coverage/", "/officer/coverage/?measure=free&region=340104000000", "/officer/coverage/needs/",
        "/officer/coverage/services/?measure=services", "/officer/freshness/", "/officer/freshness/facilities/",
        "/officer/unreached/", "/officer/unreached/people/",
        "/officer/coverage/gaps/?kind=canteen&region=340104000000", "/officer/facilities/", "/officer/facilities/new/",
        "/officer/grids/", "/officer/grids/new/", ("/officer/grids/", rf"/officer/grids/{REF}/", 1),
    ],
    "officer_township": ["/officer/", "/officer/needs/"],
    "hotline_agent": ["/agent/"],
    "system_admin": ["/admin-desk/", "/officer/accounts/"],
    "security_admin": ["/admin-desk/", "/officer/accounts/"],
}


def paths(page: Page, persona: str) -> list[str]:
    found: list[str] = []
    for one in PAGES[persona]:
        if isinstance(one, str):
            found.append(one)
            continue
        where, pattern, most = one
        page.goto(where)
        followed = links(page, pattern)[:most]
        assert followed, f"{where} leads to no {pattern}"
        found += followed
    return list(dict.fromkeys(found))


def faults(page: Page, axe: str) -> list[str]:
    """What is wrong with the page that is open now."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    words = page.inner_text("body")
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [f"runs off sideways: {wide} px"] if wide > width else []
    found += [f"{count} h1"] if (count := page.locator("h1").count()) != 1 else []
    found += [f"raw text: {raw}" for raw in re.findall(rf"!!missing|{REF}|\{{[%{{]|\bNone\b", words)]
    page.evaluate(axe)
    found += page.evaluate("""axe.run(document, {resultTypes: ["violations"]}).then(told => told.violations.flatMap(
        one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)} ${(node.any[0] || {message: ""}).message}`)
    ))""")
    return found


TOGETHER = """[...document.querySelectorAll(".list [data-label]")].filter(cell => {
    const label = getComputedStyle(cell, "::before");
    return label.content !== "none" && label.content !== '""' && label.display === "inline";
}).map(cell => cell.dataset.label)"""
"""Cells of a table that stand below one another on a phone, with their column's name before each."""


def looked_through(page: Page, addresses: Iterable[str], axe: str, *, zoomed: bool = False) -> list[str]:
    """What is wrong on these pages, each with its address."""
    wrong: list[str] = []
    said: list[str] = []
    size = page.viewport_size

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "status of 404" not in message.text:
            said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in addresses:
        said.clear()
        answer = page.goto(path)
        assert answer is not None
        expected = 404 if "nothing" in path else 200
        wrong += [f"{path}: status {answer.status}"] if answer.status != expected else []
        wrong += [f"{path}: {one}" for one in (*said, *faults(page, axe))]
        if zoomed and size:
            wrong += [f"{path}: who only listens: {one}" for one in misheard(page) if not path.startswith("/ui/")]
            page.set_viewport_size(ZOOMED)
            wide = page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{path}: runs off sideways at 400 %: {wide} px"] if wide > ZOOMED["width"] else []
            wrong += [f"{path}: {text}: what it is called runs into what it says" for text in page.evaluate(TOGETHER)]
            page.set_viewport_size(size)
    return wrong


@pytest.mark.parametrize("persona", PAGES, ids=lambda persona: persona or "nobody")
def test_nothing_is_wrong_at_a_desk(windows: Windows, axe: str, persona: str) -> None:
    wrong = looked_through(windows.open(persona or None, size=DESK), paths(windows.open(persona or None), persona), axe)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", ["", *(key for key, _, _ in PERSONAS)], ids=lambda who: who or "nobody")
def test_nothing_is_wrong_on_any_kind_of_page_on_a_phone(
    windows: Windows, axe: str, walked: list[dict[str, Any]], who: str
) -> None:
    """One page of each kind that anybody can reach by links, seen by the first who reaches it, and heard; then four
    times as large at a desk (WCAG 2.2, 1.4.10). The gallery shows the same things twice."""
    kinds: dict[str, tuple[str, str]] = {}
    for one in walked:
        if one["whole"]:  # not what is fetched into another page
            kinds.setdefault(one["page"], (one["who"], one["address"]))
    wrong = looked_through(windows.open(who or None), [path for first, path in kinds.values() if first == who], axe,
                           zoomed=True)
    assert not wrong, "\n".join(wrong)


def test_passports_of_both_colours(windows: Windows, axe: str) -> None:
    page = windows.open("provider")
    page.goto("/provider/staff/")
    colours = set()
    for number in dict.fromkeys(re.findall(r"\bP[0-9A-Z]{10}\b", page.inner_text("main"))):
        page.goto(f"/p/{number}/")
        assert not faults(page, axe), number
        colours.add(page.inner_text("h1"))
    assert {"绿码", "红码"} <= colours


@pytest.mark.parametrize("text", [NEED, DANGER], ids=["need", "danger"])
def test_the_pages_of_a_need_being_written(windows: Windows, axe: str, text: str) -> None:
    page = windows.open("family")
    page.goto("/")
    page.locator("main [name=text]").fill(text)
    page.locator("main form button").first.click()
    page.wait_for_url("**/start/")
    assert page.locator(".call-box").count() == (text == DANGER)
    assert not faults(page, axe)
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/needs/new/")
    assert not faults(page, axe)


def test_a_refused_form_is_as_good_as_a_fresh_one(windows: Windows, axe: str) -> None:
    page = windows.open()
    page.goto("/accounts/sign-in/")
    page.locator("main form button").click()
    page.locator(".error-summary").wait_for()
    assert not faults(page, axe)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("preferences", [{"elder": "1"}, {"theme": "dark"}], ids=["elder", "dark"])
def test_elders_and_the_dark_have_it_as_good(
    windows: Windows, axe: str, preferences: dict[str, str], size: tuple[int, int]
) -> None:
    page = windows.open("family", size=size, preferences=preferences)
    page.goto("/orders/")
    for path in ("/", *links(page, rf"/orders/{REF}/")[:2]):
        page.goto(path)
        assert not faults(page, axe), path


@pytest.mark.parametrize("persona", ["", "family", "provider", "officer_city"], ids=lambda persona: persona or "nobody")
def test_english_runs_off_no_phone(windows: Windows, axe: str, persona: str) -> None:
    page = windows.open(persona or None, language="en")
    for path in paths(page, persona):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], path
        assert "!!missing" not in page.inner_text("body"), path


SMALL_TEXT = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const box = walker.currentNode.parentElement, words = walker.currentNode.textContent.trim();
    if (!words || box.closest(".visually-hidden, .skip, script, style, title, desc, option") || !box.checkVisibility())
      continue;
    const size = parseFloat(getComputedStyle(box).fontSize);
    if (size < 18) found.push(`${words.slice(0, 30)}: ${size} px`);
  }
  return found;
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll(
    "a[href], button, summary, input, select, textarea")].filter(one => {
  if (one.type === "hidden" || !one.checkVisibility() || one.closest(".skip, .visually-hidden")) return false;
  const sentence = one.closest("p, li, dd");  // a link among the words of a sentence is as high as its line
  if (one.matches("a") && sentence && getComputedStyle(one).display === "inline"
      && sentence.innerText.trim().length > one.innerText.trim().length) return false;
  const whole = one.matches("[type=radio], [type=checkbox]") && one.closest(".pick") || one;
  const box = whole.getBoundingClientRect();
  return box.width < 59.5 || box.height < 59.5;
}).map(one => `${one.outerHTML.slice(0, 120)} ${Math.round(one.getBoundingClientRect().width)} × ` +
  `${Math.round(one.getBoundingClientRect().height)}`)"""


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_elder_mode_has_no_small_text_and_no_small_target(windows: Windows, size: tuple[int, int]) -> None:
    page = windows.open("family", size=size, preferences={"elder": "1"})
    page.goto("/orders/")
    for path in ("/", *links(page, rf"/orders/{REF}/")[:2]):
        page.goto(path)
        assert not page.evaluate(SMALL_TEXT), path
        assert not page.evaluate(SMALL_TARGETS), path
