"""On a slow line: from the first page to the rating, a resident's whole way weighs no more than 250 KB."""
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.window import REF, Windows, alone, links
from tests.journeys.browser import Program
from tests.journeys.conftest import HERE
from tests.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WHOLE = 250_000
NEED = "我一个人住，想现在有人上门陪我一刻钟"


def test_the_whole_way_of_a_resident_weighs_little(windows: Windows, node: Node) -> None:
    """A fresh phone: everything is fetched that the way needs, each file once; what the worker keeps is counted too."""
    page = alone(windows.open("resident"))
    wire: Any = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    sums: list[float] = []
    parts: dict[str, float] = {}
    names: dict[str, str] = {}
    wire.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))

    def finished(event: Any) -> None:
        sums.append(event["encodedDataLength"])
        path = names.get(event["requestId"], "?").partition("?")[0].removeprefix(node.url)
        name = re.sub(REF, "…", path)
        parts[name] = parts.get(name, 0) + event["encodedDataLength"]

    wire.on("Network.loadingFinished", finished)
    page.goto("/", wait_until="networkidle")
    page.goto("/services/?q=陪护", wait_until="networkidle")
    page.goto(links(page, rf"/services/{REF}/.*")[0], wait_until="networkidle")
    page.goto("/needs/new/", wait_until="networkidle")
    page.get_by_role("textbox").first.fill(NEED)
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="发布").click()
    page.wait_for_url(re.compile(rf"/needs/{REF}/matches/"))
    page.wait_for_load_state("networkidle")
    page.locator("a[href*='/orders/book/'].btn-primary").first.click()
    page.locator("main form button.btn-primary").last.click()
    page.wait_for_url(re.compile(rf"/orders/{REF}/booked/"))
    ref = re.findall(REF, page.url)[-1]
    _served(node, ref)
    page.goto("/orders/", wait_until="networkidle")
    page.goto(f"/orders/{ref}/", wait_until="networkidle")
    page.locator("form[action$='/confirm/'] button").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("form[action$='/rate/'] [name=grade][value='5']").check(force=True)
    page.locator("form[action$='/rate/'] button").last.click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("main")).to_contain_text("5")
    page.goto("/notices/", wait_until="networkidle")
    worker = sum(node.visitor().ask(path).weight + 400 for path in ("/sw.js", "/offline/"))
    whole = round(sum(sums)) + worker
    heavy = sorted(parts.items(), key=lambda part: -part[1])[:12]
    print(f"the whole way: {whole} bytes; {heavy}")
    assert 60_000 < whole <= WHOLE, (whole, heavy)
    assert Program(node, "resident").get(f"/orders/{ref}")["state"] == "rated"


def _served(node: Node, ref: str) -> None:
    provider, carer = Program(node, "provider"), Program(node, "carer")
    provider.post(f"/orders/{ref}/accept")
    provider.post(f"/orders/{ref}/assign", {"practitioner": node.persona("carer")["practitioner"]})
    assert carer.post(f"/orders/{ref}/check-in", {"at": HERE})["state"] == "in_service"
    assert carer.post(f"/orders/{ref}/check-out", {"at": HERE})["state"] == "served"
