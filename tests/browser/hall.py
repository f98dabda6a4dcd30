"""The hall as a thumb and a mouse work it: what is read, typed and pressed; and whom one can be."""
import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from playwright.sync_api import APIResponse, FilePayload, Locator, Page

from linli.demo.invented import Inventor, Someone
from tests.browser.window import DESK, REF, Windows
from tests.journeys.browser import Person
from tests.journeys.waiting import until
from tests.node import Node
from tests.work.hall.conftest import PNG

SHUSHAN, CITY = "340104000000", "340100000000"
CHARTER = ["name_address", "purpose_scope", "organs", "officers", "assets", "amendment", "ending"]
PAPERS = ["application", "identity", "founders", "charter", "funds", "premises", "mandate", "consent"]
_WORDS = "安宁康乐福寿和顺祥瑞春晖松柏鹤泰"
_FAULTS = """axe.run(document, {resultTypes: ["violations"]}).then(told => told.violations.flatMap(
    one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)}`)))"""


# What is read


def reads(page: Page, *said: str) -> None:
    """All of this stands on the page, and nothing of it is wider than the screen."""
    words = " ".join(page.locator("main").inner_text().split())
    for one in said:
        assert one in words, f"{page.url} does not say {one!r}: {words}"
    wide, size = page.evaluate("document.documentElement.scrollWidth"), page.viewport_size
    assert size and wide <= size["width"], f"{page.url} runs off sideways: {wide} px"


def sound(page: Page, axe: str) -> None:
    """axe finds nothing against the page, which has scripts."""
    page.evaluate(axe)
    found = page.evaluate(_FAULTS)
    assert not found, f"{page.url}: {found}"


# What is typed and pressed


def typed(where: Page | Locator, **said: Any) -> None:
    """Fill in, tick and choose, by the names of the fields; what is not in a list is no longer ticked."""
    for name, value in said.items():
        field = where.locator(f"[name='{name}']:visible")
        if isinstance(value, list):
            for one in field.all():
                one.set_checked(one.get_attribute("value") in value, force=True)
        elif value is True:
            field.check(force=True)
        elif field.first.get_attribute("type") == "radio":
            where.locator(f"[name='{name}'][value='{value}']").check(force=True)
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(str(value))


def pressed(page: Page) -> None:
    """The one button of the page's form that goes on."""
    page.locator("main form button.btn-primary").first.click()


def followed(page: Page, end: str) -> None:
    """The first link whose address has this."""
    page.locator(f"main a[href*='{end}']").first.click()


def moved(page: Page, name: str, step: str = "", **said: str) -> None:
    """One move of an application, opened first where it is folded away; where there are several, of that step."""
    form = page.locator(f"form[action$='/{name}/']")
    if step:
        form = form.filter(has=page.locator(f"input[value='{step}']"))
    folded = page.locator("main details:not([open])").filter(has=form)
    if folded.count():
        folded.locator("summary").first.click()
    typed(form, **said)
    form.locator("button").last.click()


def filled(page: Page, draft: str, parts: dict[str, dict[str, Any]]) -> None:
    """Part after part of a form, as far as it is given."""
    for part, said in parts.items():
        page.goto(f"{draft}{part}/")
        typed(page, **said)
        pressed(page)


def added(page: Page, draft: str, *materials: str) -> None:
    """A picture for each of these papers: the first is chosen on the page, the others are sent as its form sends."""
    page.goto(draft)
    article = page.locator("article").filter(has=page.locator(f"#file-{materials[0]}"))
    if article.locator("details:not([open])").count():
        article.locator("summary").click()
    article.locator("input[type=file]").set_input_files(picture(materials[0]))
    article.locator("form[enctype] button").click()
    for one in materials[1:]:
        sent(page, f"{draft.removesuffix('form/')}papers/", material=one, file=picture(one))


def picture(name: str) -> FilePayload:
    return {"name": f"{name}.png", "mimeType": "image/png", "buffer": PNG}


def begun(page: Page, matter: str, **said: str) -> str:
    """A draft of this matter; the address of its form."""
    page.goto(f"/hall/matters/{matter}/begin/")
    typed(page, **said)
    pressed(page)
    return address(page)


def address(page: Page) -> str:
    """Where one is, of this site."""
    found = urlsplit(page.url).path
    assert re.search(REF, found), page.inner_text("main")
    return found


def handed_in(page: Page, draft: str) -> str:
    """Look it over and hand it in; the application's page."""
    page.goto(draft)
    followed(page, "/hand-in/")
    pressed(page)
    where = draft.removesuffix("form/")
    assert address(page) == where, page.inner_text("main")
    return where


def granted(desk: Page, where: str, finding: str) -> None:
    """An officer accepts it, writes down what the review came to, and grants it."""
    desk.goto(where)
    moved(desk, "accept")
    moved(desk, "finish-step", "review", **{"step-favourable": "yes", "step-finding": finding})
    moved(desk, "grant")


def handed_over(page: Page, where: str, what: str) -> str:
    """Look again until what was granted has come; the address of the link that begins so."""
    link = page.locator(f"main a[href^='{what}']:not(#fetched *)")  # what was fetched was there before
    for _ in range(60):
        page.goto(where)
        if link.count():
            return str(link.first.get_attribute("href"))
        page.wait_for_timeout(500)
    raise AssertionError(f"{where} never led to {what}: {page.inner_text('main')}")


# Whom one can be


def trade_name() -> str:
    """One that nobody bears yet."""
    return "".join(_WORDS[int(sign, 16)] for sign in uuid4().hex[:5])


def signed_up(node: Node, inventor: Inventor) -> Person:
    """Somebody new of 蜀山区, signed in."""
    someone, one = Person(node), inventor.someone(oldest=50, youngest=40, on=date.today())
    page = someone.open("/accounts/sign-up/")
    page = someone.send(page, page.form(having="username"), name=one.name, username=f"one-{uuid4().hex[:10]}",
                        password="long enough 9", region=SHUSHAN, agreed="on")
    assert page.status == 200, page.text
    return someone


def second_officer(node: Node) -> Person:
    """Another officer of the city, as the two administrators make one: account, role, code, password."""
    name, password = f"zh-{uuid4().hex[:8]}", "long enough 9"
    opener, giver, officer = Person(node, "system_admin"), Person(node, "security_admin"), Person(node)
    page = opener.open("/officer/accounts/new/")
    account = opener.send(page, page.form(having="username"), username=name, name="复核员（演示）", region=CITY)
    page = giver.open(account.path)
    giver.send(page, page.form("/roles/"), role="officer", region=CITY)
    page = opener.send(account, account.form("/code/"))
    found = re.search(r"\b[0-9A-Z]{4}[- ]?[0-9A-Z]{4}\b", page.text)
    assert found, page.text
    page = officer.open("/accounts/reset/code/")
    officer.send(page, page.form(having="code"), username=name, code=found[0], password=password)
    page = officer.open("/accounts/sign-in/")
    officer.send(page, page.form(having="password"), username=name, password=password)
    return officer


@dataclass(frozen=True)
class Body:
    """An organisation of the register and who speaks for it."""

    ref: str
    speaker: Person

    @property
    def entry(self) -> str:
        return f"/organisations/{self.ref}/"


def spoken_for(node: Node, speaker: Person, ref: str) -> Body:
    """Somebody claims an organisation of the register, and the office grants it."""
    page = speaker.open(f"/organisations/{ref}/claim/")
    page = speaker.send(page, page.form(having="statement"), phone="0551-62345678",
                        statement="我是负责人，可出示登记证书。")
    assert "/provider/claims/" in page.path, page.text
    officer = Person(node, "officer_city")
    page = officer.open(page.path.replace("/provider/", "/officer/"))
    officer.send(page, page.form("/grant/"))
    until(lambda: ref in speaker.open("/hall/matters/annual_report/begin/").html, "the role")
    return Body(ref, speaker)


def sent(page: Page, path: str, **said: Any) -> APIResponse:
    """What the form of a page sends, without drawing it: for what another journey has looked at."""
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    said |= {"csrfmiddlewaretoken": token}
    headers = {"Referer": page.url}
    if any(isinstance(value, dict) for value in said.values()):
        answer = page.request.post(path, multipart=said, headers=headers)
    else:
        answer = page.request.post(path, data=urlencode(said, doseq=True), headers={
            **headers, "Content-Type": "application/x-www-form-urlencoded"})
    assert answer.ok, (path, answer.status, re.findall(r'(?s)class="error"[^>]*>(.*?)<', answer.text()))
    return answer


def decided(desk: Page, where: str) -> None:
    """Accepted, reviewed and granted by an officer whose pages another journey has looked at."""
    sent(desk, f"{where}accept/")
    sent(desk, f"{where}finish-step/", **{"step-step": "review", "step-favourable": "yes", "step-finding": "齐全。"})
    sent(desk, f"{where}grant/")


def founded(windows: Windows, node: Node, inventor: Inventor) -> tuple[Body, str]:
    """An agency that its founder speaks for, entered today; and the page that checks its certificate."""
    founder, head = signed_up(node, inventor), inventor.someone(oldest=50, youngest=40, on=date.today())
    page, desk = windows.open(founder.visitor), windows.open("officer_city", size=DESK)
    page.goto("/hall/matters/found_agency/begin/")
    pressed(page)
    draft, where = address(page), address(page).removesuffix("form/")
    parts = agency(f"合肥市蜀山区{trade_name()}养老服务中心", head)
    for version, (part, said) in enumerate(parts.items(), start=1):
        sent(page, f"{draft}{part}/", version=version, **({"officers-rows": 1} if part == "people" else {}), **said)
    for one in PAPERS:
        sent(page, f"{where}papers/", material=one, file=picture(one))
    handed_in(page, draft)
    desk.goto(where)
    decided(desk, where)
    entry = handed_over(page, where, "/organisations/")
    ref = entry.split("/")[2]
    until(lambda: ref in founder.open("/hall/matters/annual_report/begin/").html, "the role")
    return Body(ref, founder), handed_over(page, where, "/check/")


def agency(name: str, head: Someone) -> dict[str, dict[str, Any]]:
    """What founders of an agency fill in, part by part."""
    return {
        "name": {"name": name, "address": "琥珀路 8 号（演示）", "purpose": "帮助身边的老人。",
                 "scope": "社区助老服务和培训。", "supervising_unit": "蜀山区民政局"},
        "means": {"registered_funds": "100000", "state_funds": "0", "liability": "legal_person",
                  "founder_persons": "1", "founder_units": "0", "premises_until": f"{date.today().year + 3}-01-01"},
        "people": {"officers-0-name": head.name, "officers-0-identity": head.id_number, "officers-0-post": "head",
                   "officers-0-marks": ["legal_representative"], "acting": "agent"},
        "charter": {"charter_items": CHARTER},
    }


def registered(node: Node, inventor: Inventor, name: str) -> Body:
    """An organisation that the register has known for years, spoken for by somebody new."""
    entry = Person(node).open(f"/organisations/?q={name}").link("/organisations/0")
    return spoken_for(node, signed_up(node, inventor), entry.split("/")[2])


def number_of(page: Page) -> str:
    """The application's number."""
    found = re.search(r"\b20\d{12}\b", page.inner_text("main"))
    assert found, page.inner_text("main")
    return found[0]
