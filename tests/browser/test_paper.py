"""What people take away on paper: whole, in the width of a sheet, without the frame, and with nothing opened."""
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.window import REF, Windows
from tests.journeys.browser import Program
from tests.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHEETS = (
    r"/orders/REF/", r"/orders/REF/certificate/", r"/needs/REF/", r"/needs/REF/matches/",
    r"/organisations/REF/", r"/organisations/REF/extract/", r"/hall/matters/\w+/", r"/hall/applications/REF/",
    r"/me/privacy/REF/", r"/p/\w+/", r"/provider/staff/REF/card/", r"/log/receipt/\d+/", r"/figures/",
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
BROKEN = """() => {
  const found = [], range = document.createRange();
  for (const cell of document.querySelectorAll("main td, main th, main dt, main dd")) {
    if (!cell.checkVisibility() || cell.closest(".visually-hidden")) continue;
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let text = walk.nextNode(); text; text = walk.nextNode())
      for (const word of text.data.matchAll(/[A-Za-z0-9][A-Za-z0-9-]{2,19}(?![A-Za-z0-9-])/g)) {
        range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 2) found.push(word[0]);
      }
  }
  return found.slice(0, 5);
}"""
"""Of what fits a line of any column that is wide enough, what stands on three lines or more."""
FRAME = "nav.bottom, nav.places, .rail, .deskbar, .skip, .switches, .btn, .pager, .foot nav, form .actions"


def printed(page: Page, *, opened: bool = False) -> list[str]:
    """What is wrong with the page that is open now, once it is on paper; `opened` where it is its purpose to be read in
    clear."""
    page.emulate_media(media="print")
    page.set_viewport_size(SHEET)
    found = [f"runs off the sheet: {one}" for one in page.evaluate(WIDE)]
    found += [f"of the frame is printed: {one}" for one in page.eval_on_selector_all(
        FRAME, "all => all.filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 80))")][:5]
    found += ["no heading is printed"] if not page.locator("h1:visible").count() else []
    words = page.inner_text("body")
    found += ["does not say whose it is"] if not re.search("邻里|Linli", words) else []
    found += ["does not say from when it is"] if not re.search(r"20\d\d", words) else []
    numbers = re.findall(r"\b1[3-9]\d{9}\b|\b\d{17}[\dX]\b", words)
    found += ["nothing is in clear"] * (opened and not numbers)
    found += [f"a number is opened: {one}" for one in ([] if opened else numbers)]
    found += [f"a word is broken: {one}" for one in page.evaluate(BROKEN)]
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


@pytest.fixture
def whole(node: Node) -> Iterator[str]:
    """Several visits that the resident has booked as one; its page."""
    resident = Program(node, "resident")
    shown = next(one for one in resident.get("/bundles")["items"] if one["kind"] == "medical_elderly")["ref"]
    slots = [visit["planned"]["ref"] for visit in resident.get(f"/bundles/{shown}/times")["visits"]]
    told = resident.post(f"/bundles/{shown}/book", {
        "slots": slots, "for": node.persona("resident")["ref"], "address": "1号（演示）"}, key=str(uuid4()))
    assert told.status == 201, told.body
    yield f"/orders/bundles/{told['ref']}/"
    assert resident.post(f"/bundle-bookings/{told['ref']}/cancel", {"reason": "other"}).status == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_whole_and_a_copy_of_everything_are_printed(windows: Windows, whole: str, language: str) -> None:
    page = windows.open("resident", language=language)
    page.goto(whole)
    assert not printed(page)
    page.emulate_media(media="screen")
    page.goto("/me/privacy/")
    page.locator("form[action$='/copy/'] button[value='page']").click()
    assert not printed(page, opened=True)


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
