"""The officer's figures by keyboard alone, without scripts, in elder mode and on paper."""
import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import faults
from tests.browser.test_use import tabbed
from tests.browser.window import DESK, PHONE, Windows

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHUSHAN = "340104000000"


def test_by_keyboard_alone_from_the_map_to_the_needs_behind_a_figure(windows: Windows) -> None:
    page = windows.open("officer_city", size=DESK, scripts=False)
    page.goto("/officer/coverage/")
    page.get_by_role("link", name=re.compile("蜀山区: ")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/officer/coverage/?*region={SHUSHAN}*")
    expect(page.locator("main table.list[role=table]")).to_contain_text("琥珀街道")
    page.locator("main table.list[role=table] a[href*='state=met']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/officer/coverage/needs/?*state=met*")
    expect(page.locator("main tbody tr").first).to_contain_text("已完成")


def test_the_table_says_what_the_map_says(windows: Windows) -> None:
    page = windows.open("officer_city", size=DESK)
    page.goto("/officer/coverage/?measure=posted")
    told = dict(re.findall(r"([^\s:]+): ([\d,]+)", " ".join(
        page.eval_on_selector_all("main svg .shapes a", "all => all.map(one => one.getAttribute('aria-label'))"))))
    rows = page.eval_on_selector_all("main table.list[role=table] tbody tr",
                                     "all => all.map(row => [...row.cells].map(cell => cell.innerText.trim()))")
    table = {row[0]: row[1] for row in rows}
    assert len(told) == 9 and {name: table[name] for name in told} == told
    assert sum(int(row[1]) for row in rows[:-1]) == int(rows[-1][1]) > 0


@pytest.mark.parametrize("path", ["/officer/coverage/?measure=services", "/officer/freshness/", "/officer/unreached/"])
def test_elders_have_it_large_and_paper_has_no_rail(windows: Windows, axe: str, path: str) -> None:
    page = windows.open("officer_city", size=PHONE, preferences={"elder": "1"})
    page.goto(path)
    assert not faults(page, axe)
    page.emulate_media(media="print")
    expect(page.locator("main table:visible").first).to_be_visible()
    expect(page.locator("aside, .rail").first).to_be_hidden()


def test_tab_comes_to_the_filter(windows: Windows) -> None:
    page = windows.open("officer_city", size=DESK)
    page.goto("/officer/unreached/")
    tabbed(page, "select#group")
