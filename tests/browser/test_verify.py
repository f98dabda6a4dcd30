"""A receipt is checked by the browser alone, and whatever is changed in it is refused with its own sentence."""
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from linli.watchers.openlog.rules import notes
from tests.browser.test_pages import SMALL_TARGETS, SMALL_TEXT, faults
from tests.browser.window import DESK, PHONE, REF, Windows, links
from tests.watchers.openlog import samples
from tests.watchers.openlog.samples import KEYS, sample

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LARGEST = 60 * 1024
FINDINGS = "all => all.map(one => `${one.dataset.code} ${one.className}`)"
TAMPERED = samples.tamperings()


def checked(page: Page, text: str, *, keys: list[notes.VerifierKey], openings: object = None) -> tuple[str, list[str]]:
    """Paste, press the button; the verdict in words, and each finding with its mark."""
    page.locator("#openings").evaluate("box => { box.closest('details').open = true }")
    page.locator("#keys").fill("\n".join(map(str, keys)))
    page.locator("#receipt").fill(text)
    page.locator("#openings").fill(json.dumps(openings) if openings else "")
    page.locator("#told").evaluate("box => { box.hidden = true }")
    page.get_by_role("button", name=re.compile("^(Check it|核验)$")).click()
    page.locator("#told:not([hidden])").wait_for()
    return page.inner_text(".verdict"), page.eval_on_selector_all(".findings li", FINDINGS)


@pytest.fixture
def english(windows: Windows) -> Page:
    page = windows.open(language="en")
    page.goto("/verify/")
    return page


def test_what_is_in_order_holds_and_nothing_is_sent(english: Page) -> None:
    sent: list[str] = []
    english.on("request", lambda request: sent.append(request.url))
    one = sample()
    verdict, findings = checked(english, one.text(), keys=KEYS, openings=one.told())
    assert verdict == "This receipt holds."
    assert findings == ["content_good good", "place_good good", "signature_good good", "witness_good good",
                        "opening_good good", "opening_good good"]
    told = english.inner_text("#told")
    assert "Rated 4 of 5." in told and samples.ORDER in told and "What is not proved" in told
    assert english.evaluate("document.activeElement.className").startswith("verdict")
    assert not sent


def test_each_tampering_is_refused_with_its_own_sentence(english: Page) -> None:
    said: dict[str, str] = {}
    for name, (text, openings, code) in TAMPERED.items():
        verdict, findings = checked(english, text, keys=KEYS, openings=openings)
        assert verdict == "Do not rely on this receipt.", name
        assert f"{code} bad" in findings, (name, findings)
        assert english.locator("#told .proved").count() == 0, name
        said[name] = english.inner_text(f".findings li[data-code={code}] span")
    wanted = ["entry", "payload", "index", "proof line", "checkpoint's root", "checkpoint's origin", "signature", "key",
              "opening's value"]
    assert len({said[name] for name in wanted}) == len(wanted)


def test_every_place_of_every_tree_holds(english: Page) -> None:
    for size in (1, 2, 3, 7, 8, 64, 257):
        for index in {0, size // 2, size - 1}:
            english.evaluate("localStorage.clear()")  # other logs, not other faces of one
            verdict, findings = checked(english, sample(index, size).text(), keys=KEYS)
            assert verdict == "This receipt holds.", (index, size, findings)


def test_without_a_key_nobody_has_vouched_for_it(english: Page) -> None:
    verdict, findings = checked(english, sample().text(), keys=[])
    assert "nobody has vouched" in verdict and "key_unknown open" in findings
    checked(english, sample().text(), keys=[])
    english.locator("#keys").fill("nonsense")
    english.get_by_role("button", name="Check it").click()
    expect(english.locator("#keys-wrong")).to_contain_text("nonsense")


def test_files_are_chosen_or_dropped(english: Page, tmp_path: Path) -> None:
    one = sample()
    receipt, openings = tmp_path / "one.tlog-proof", tmp_path / "openings.json"
    receipt.write_text(one.text())
    openings.write_text(json.dumps(one.told()))
    english.locator("#keys").fill("\n".join(map(str, KEYS)))
    english.locator("#file").set_input_files([receipt, openings])
    expect(english.locator(".verdict")).to_have_text("This receipt holds.")
    expect(english.locator(".findings li[data-code=opening_good]")).to_have_count(2)
    english.locator("#openings").fill("")
    both = json.dumps({"receipt": one.text(), "openings": [{**one.told()[0], "value": "another"}]})
    english.evaluate("""whole => {
        const carried = new DataTransfer();
        carried.items.add(new File([whole], "holder.json"));
        document.getElementById("drop").dispatchEvent(new DragEvent("drop", {dataTransfer: carried, cancelable: true}));
    }""", both)
    expect(english.locator(".verdict")).to_have_text("Do not rely on this receipt.")


def test_a_code_leads_here_and_the_key_is_compared_once(windows: Windows) -> None:
    page = windows.open("family", language="en")
    page.goto("/log/")
    page.goto(links(page, r"/log/receipt/\d+/")[0])
    page.get_by_role("link", name="Check it on this device").click()
    page.wait_for_url("**/verify/#*")
    expect(page.locator(".verdict")).to_contain_text("nobody has vouched")
    page.get_by_role("button", name="Ask this server for its keys").click()
    expect(page.locator(".verdict")).to_contain_text("if the key that this server named is really the log's")
    expect(page.locator(".not_proved li").first).to_contain_text("Compare it elsewhere")
    page.get_by_role("button", name="I have compared them").click()
    expect(page.locator(".verdict")).to_have_text("This receipt holds.")
    page.reload()
    expect(page.locator(".verdict")).to_have_text("This receipt holds.")


def test_a_code_that_leads_nowhere_is_said(windows: Windows) -> None:
    page = windows.open(language="en")
    page.goto("/verify/#0193b7a0-0000-7000-8000-000000000001")
    expect(page.locator("#note")).to_contain_text("could not be fetched")


def test_a_log_that_shows_two_faces_is_found_out(english: Page) -> None:
    assert checked(english, sample().text(), keys=KEYS)[0] == "This receipt holds."
    other = sample(index=4)  # as large, of the same key, with other entries
    verdict, findings = checked(english, other.text(), keys=KEYS)
    assert verdict == "Do not rely on this receipt." and "fork bad" in findings


@pytest.fixture
def saved(chromium: Browser, windows: Windows, tmp_path: Path) -> Iterator[Page]:
    """The page as somebody keeps it, opened from its file without a network."""
    page = windows.open(language="en")
    page.goto("/verify/")
    with page.expect_download() as kept:
        page.get_by_role("link", name="Save this page").click()
    file = tmp_path / "linli-verify.html"
    kept.value.save_as(file)
    context = chromium.new_context(offline=True)
    alone = context.new_page()
    alone.goto(file.as_uri())
    yield alone
    context.close()


def test_the_saved_page_checks_without_a_network(saved: Page) -> None:
    one = sample()
    assert checked(saved, one.text(), keys=KEYS, openings=one.told())[0] == "This receipt holds."
    text, openings, code = TAMPERED["payload"]
    assert f"{code} bad" in checked(saved, text, keys=KEYS, openings=openings)[1]
    expect(saved.get_by_role("button", name="Ask this server")).to_be_hidden()


def test_a_browser_without_ed25519_says_so_and_does_not_vouch(windows: Windows) -> None:
    page = windows.open(language="en")
    page.add_init_script("""const real = crypto.subtle.importKey.bind(crypto.subtle);
        SubtleCrypto.prototype.importKey = (format, key, kind, ...rest) => kind.name === "Ed25519"
          ? Promise.reject(new DOMException("unknown", "NotSupportedError")) : real(format, key, kind, ...rest);""")
    page.goto("/verify/")
    expect(page.locator("#note")).to_contain_text("./linli verify")
    verdict, findings = checked(page, sample().text(), keys=KEYS)
    assert "nobody has vouched" in verdict and "no_ed25519 open" in findings and "place_good good" in findings
    assert checked(page, TAMPERED["payload"][0], keys=KEYS)[0] == "Do not rely on this receipt."


def test_a_browser_without_cryptography_says_so(windows: Windows) -> None:
    page = windows.open(language="en")
    page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', {get: () => undefined})")
    page.goto("/verify/")
    expect(page.locator("#note")).to_contain_text("unprotected line")


def test_the_page_is_small_and_one_file(windows: Windows) -> None:
    page = windows.open()
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
    page.goto("/verify/", wait_until="networkidle")
    assert len(sizes) == 1 and 20_000 < sum(sizes.values()) <= LARGEST, sizes


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("colour", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_is_wrong_on_the_page(windows: Windows, axe: str, size: tuple[int, int], colour: str,
                                      language: str) -> None:
    page = windows.open(size=size, language=language)
    page.emulate_media(color_scheme="dark" if colour == "dark" else "light")
    page.add_init_script(axe)  # what comes later, its policy refuses
    page.goto("/verify/")
    one = sample()
    for text in (one.text(), TAMPERED["payload"][0]):
        checked(page, text, keys=KEYS, openings=one.told())
        wrong = [fault for fault in faults(page, "0") if samples.ORDER not in fault and samples.PROVIDER not in fault]
        assert not wrong
        assert not page.evaluate(SMALL_TEXT)
        assert not page.evaluate(SMALL_TARGETS)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_log_is_as_good_for_elders(windows: Windows, axe: str, size: tuple[int, int]) -> None:
    page = windows.open(size=size, preferences={"elder": "1"})
    page.goto("/log/")
    for path in ("/log/", links(page, r"/log/receipt/\d+/")[0]):
        page.goto(path)
        assert not page.evaluate(SMALL_TEXT), path
        assert not page.evaluate(SMALL_TARGETS), path
        assert not [one for one in faults(page, axe) if "raw text" not in one], path


def test_papers_carry_a_code_that_leads_to_their_receipt(windows: Windows, axe: str) -> None:
    page = windows.open("family")
    page.goto("/orders/")
    orders = links(page, rf"/orders/{REF}/")
    while not (found := links(page, rf"/orders/{REF}/certificate/")):
        page.goto(orders.pop())
    page.goto(found[0])
    assert not faults(page, axe)
    expect(page.locator(".qr svg")).to_be_visible()
    page.goto(links(page, rf"/log/receipt/{REF}/")[0])
    assert "已评价" in page.inner_text("h1") or "服务" in page.inner_text("h1")
    page.goto("/organisations/")
    page.goto(links(page, rf"/organisations/{REF}/")[0])
    page.goto(links(page, rf"/organisations/{REF}/extract/")[0])
    assert not faults(page, axe)
    expect(page.locator(".qr svg")).to_be_visible()
    page.goto(links(page, rf"/log/receipt/{REF}/")[0])
    expect(page.locator("h1")).not_to_contain_text("没有")
