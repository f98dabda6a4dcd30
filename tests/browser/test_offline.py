"""The link is cut in the middle of a practitioner's day: nothing is lost, nothing is done twice."""
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route

from tests.browser.window import Windows
from tests.journeys.browser import Program
from tests.journeys.conftest import HERE
from tests.journeys.waiting import clear_of_a_quarter
from tests.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def visit(node: Node) -> Iterator[str]:
    """A visit of the demo's carer that may begin now; afterwards nothing of it stands in their way."""
    clear_of_a_quarter()
    resident, provider = Program(node, "resident"), Program(node, "provider")
    wanted = {"text": "我一个人住，想现在有人上门陪我一刻钟", "at": HERE, "mode": "home"}
    need = resident.post("/needs", wanted, key=str(uuid4()))
    found = resident.get(f"/needs/{need['ref']}/matches")
    best = next(one for one in found["matches"] if one["service"]["name"] == "随时上门陪护（全天候）")
    order = resident.post("/orders", {"need": need["ref"], "service": best["service"]["ref"],
                                      "slot": best["slot"]["ref"], "at": HERE}, key=str(uuid4()))
    assert order.status == 201, order.body
    provider.post(f"/orders/{order['ref']}/accept")
    provider.post(f"/orders/{order['ref']}/assign", {"practitioner": node.persona("carer")["practitioner"]})
    yield str(order["ref"])
    path = f"/orders/{order['ref']}"
    state = resident.get(path)["state"]
    if state == "accepted":
        assert resident.post(f"{path}/cancel", {"reason": "other"}).status == 200
    elif state == "in_service":
        assert Program(node, "carer").post(f"{path}/check-out", {"at": HERE}).status == 200


def kept(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("mine()")
    return found


def soon(page: Page, expression: str) -> None:
    """Wait until the page says so; asked from outside, as its policy lets nobody evaluate inside."""
    for _ in range(800):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{expression}; it says: {page.inner_text('main')}")


def says(page: Page, words: str) -> None:
    soon(page, f"document.getElementById('kept').innerText.includes('{words}')")


def ready(page: Page) -> None:
    """The worker stands and has kept the day, with what it looks like."""
    page.goto("/work/")
    soon(page, "Boolean(navigator.serviceWorker.controller)")
    page.reload()
    soon(page, """async () => (await (await caches.open("pages-1")).match("/work/")) &&
        (await (await caches.open("files-1")).keys()).some((one) => one.url.includes("kept"))""")


def press(page: Page, visit: str, move: str) -> None:
    form = page.locator(f'form[data-kept="{visit}"][data-move="{move}"]:visible')
    form.locator("[name=lon]").evaluate(f"one => one.value = {HERE['lon']}")
    form.locator("[name=lat]").evaluate(f"one => one.value = {HERE['lat']}")
    form.locator("button.btn-primary").click()


def test_the_day_and_its_visits_work_without_a_link_and_are_sent_once(
    windows: Windows, node: Node, visit: str,
) -> None:
    page = windows.open("carer", language="en")
    ready(page)
    page.context.set_offline(True)
    page.goto("/work/")
    page.locator("#kept", has_text="No link").wait_for()
    assert page.locator(f'form[data-kept="{visit}"]').count() == 2
    assert page.evaluate("getComputedStyle(document.querySelector('.btn-primary')).borderRadius") != "0px", "its looks"
    press(page, visit, "check_in")
    says(page, "1 entry")
    page.goto("/work/")  # closed and opened again: still there, and the next step is offered
    says(page, "1 entry")
    assert not page.locator(f'form[data-kept="{visit}"][data-move="check_in"]').is_visible()
    press(page, visit, "check_out")
    says(page, "2 entries")
    carer = Program(node, "carer")
    assert carer.get(f"/orders/{visit}")["state"] == "accepted"
    pressed = [datetime.fromisoformat(one["happened"]) for one in kept(page)]

    lost: list[int] = []

    def swallow(route: Route) -> None:
        """The server hears it, and its answer never comes back: twice."""
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.context.route("**/work/kept/", swallow)
    page.context.set_offline(False)
    for _ in range(3):
        page.evaluate("flush()")
        page.wait_for_timeout(300)
    soon(page, "mine().then(all => all.length === 0)")
    assert lost == [200, 200]
    order: Any = carer.get(f"/orders/{visit}")
    facts = [event["fact"] for event in order["timeline"]]
    assert order["state"] == "served" and facts.count("orders.CheckedIn") == facts.count("orders.CheckedOut") == 1
    assert len(pressed) == 2 and pressed[0] < pressed[1]


def test_what_the_server_refuses_stays_with_its_reason(windows: Windows, node: Node, visit: str) -> None:
    page = windows.open("carer", language="en")
    ready(page)
    page.context.set_offline(True)
    press(page, visit, "check_in")
    says(page, "1 entry")
    Program(node, "carer").post(f"/orders/{visit}/check-in", {"at": HERE})  # meanwhile, from another phone
    page.context.set_offline(False)
    says(page, "refused")
    assert len(kept(page)) == 1 and kept(page)[0]["refused"]
    page.locator("#kept button").click()
    soon(page, "mine().then(all => all.length === 0)")


def test_nothing_of_the_day_outlives_the_sign_out(windows: Windows) -> None:
    page = windows.open("carer")
    ready(page)
    page.locator("form[action='/accounts/sign-out/'] button").first.evaluate("one => one.click()")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("caches.has('pages-1')") is False
    page.context.set_offline(True)
    page.goto("/work/")
    assert page.locator("a[href='tel:120']").count() > 0, "the page for no link, with the numbers"


def test_the_site_can_be_installed(windows: Windows, node: Node) -> None:
    page = windows.open()
    page.goto("/")
    told: Any = page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then(all => all.json())")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in told["icons"]}
    for icon in told["icons"]:
        size: Any = page.evaluate("""src => new Promise((done, failed) => {
            const one = new Image(); one.onload = () => done([one.naturalWidth, one.naturalHeight]);
            one.onerror = failed; one.src = src; })""", icon["src"])
        assert icon["sizes"] == "any" or f"{size[0]}x{size[1]}" == icon["sizes"]
    wire: Any = page.context.new_cdp_session(page)
    errors = wire.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in errors if one["errorId"] != "in-incognito"] == [], errors
