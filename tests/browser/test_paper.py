"""What people take away on paper: whole, in the width of a sheet, without the frame, and with nothing opened."""
import re
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.window import REF, Windows

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHEETS = (
    r"/orders/REF/", r"/orders/REF/certificate/", r"/orders/bundles/REF/", r"/needs/REF/", r"/needs/REF/matches/",
    r"/organisations/REF/", r"/organisations/REF/extract/", r"/hall/matters/\w+/", r"/hall/applications/REF/",
    r"/me/privacy/REF/", r"/me/privacy/REF/copy/", r"/p/\w+/", r"/p/\w+/card/", r"/log/receipt/\d+/", r"/figures/",
    r"/rules/", r"/work/", r"/provider/calendar/", r"/provider/orders/", r"/provider/staff/REF/", r"/queues/REF/",
    r"/officer/duties/", r"/officer/coverage/",
)
"""What there is to be printed: what one has, what one was given, what one works by."""
SHEET: ViewportSize = {"width": 672, "height": 980}  # A4 without its margins of 16 mm, at 96 dots to the inch
WIDE = """() => {
  const edge = document.documentElement.clientWidth + 1, found = [];
  for (const one of document.querySelectorAll("main *")) {
    if (!one.checkVisibility() || one.closest(".visually-hidden, svg, details:not([open])")) continue;
    const box = one.getBoundingClientRect();
    if (box.width && box.right > edge) found.push(`${one.tagName} ${one.className} ends at ${Math.round(box.right)}`);
  }
  return found.slice(0, 5);
}"""
FRAME = "nav.bottom, nav.places, .rail, .deskbar, .skip, .switches, .btn, .pager, .foot nav, form .actions"


def printed(page: Page) -> list[str]:
    """What is wrong with the page that is open now, once it is on paper."""
    page.emulate_media(media="print")
    page.set_viewport_size(SHEET)
    found = [f"runs off the sheet: {one}" for one in page.evaluate(WIDE)]
    found += [f"of the frame is printed: {one}" for one in page.eval_on_selector_all(
        FRAME, "all => all.filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 80))")][:5]
    found += ["no heading is printed"] if not page.locator("h1:visible").count() else []
    words = page.inner_text("body")
    found += ["does not say whose it is"] if not re.search("邻里|Linli", words) else []
    found += ["does not say from when it is"] if not re.search(r"20\d\d", words) else []
    found += [f"a number is opened: {one}" for one in re.findall(r"\b1[3-9]\d{9}\b|\b\d{17}[\dX]\b", words)]
    found += [f"a table's head is not said again on the next sheet: {one}" for one in page.eval_on_selector_all(
        "main table:not(:has([data-label])) > thead",  # cards say their heads on every line
        "all => all.map(one => getComputedStyle(one).display)") if one != "table-header-group"]
    return found


def sheets(walked: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Of each kind the first that anybody reaches: by whom, and where."""
    found: dict[str, tuple[str, str]] = {}
    for one in walked:
        kind = next((kind for kind in SHEETS if re.fullmatch(kind.replace("REF", REF), one["address"])), None)
        if kind and one["whole"]:
            found.setdefault(kind, (one["who"], one["address"]))
    return found


def test_what_is_printed_is_whole_and_its_own(windows: Windows, walked: list[dict[str, Any]]) -> None:
    wrong, found = list[str](), sheets(walked)
    assert len(found) >= 15, sorted(found)
    for who in {who for who, _ in found.values()}:
        page = windows.open(who or None)
        for path in [path for one, path in found.values() if one == who]:
            page.emulate_media(media="screen")
            page.goto(path)
            wrong += [f"{path}: {one}" for one in printed(page)]
    assert not wrong, "\n".join(wrong)
