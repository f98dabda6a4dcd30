"""Who may come to which address: every page and every API operation, asked by four people, against a running node.

A page or operation without a row here fails, and so does a row without a page. Codes are of: a visitor who is not
signed in; somebody of another household, provider or region; somebody in another role; the one whom it is for.
"""
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from bench.node import demo
from linli.demo.invented import Inventor
from linli.registers.directory.rules import hsds
from tests.journeys.browser import Page, Person, Program
from tests.journeys.conftest import HERE, enrolled, listed
from tests.journeys.waiting import until
from tests.node import Node

pytestmark = pytest.mark.slow
ASKED = {"text": "想有人陪陪", "category": "companionship", "at": HERE}
WHO = {  # group: somebody else's, another role, the right one
    "public": ("rival", "system_admin", "resident"), "resident": ("rival", "system_admin", "resident"),
    "family": ("rival", "system_admin", "family"), "provider": ("rival", "resident", "provider"),
    "carer": ("rival", "system_admin", "carer"), "officer": ("officer_township", "resident", "officer_city"),
    "agent": ("officer_township", "resident", "hotline_agent"),
    "audit": ("officer_city", "resident", "auditor"),
    "protection": ("officer_city", "resident", "protection_officer"),
    "security": ("officer_township", "resident", "security_admin"),
    "admin": ("officer_township", "resident", "system_admin"), "applicant": ("resident", "system_admin", "rival"),
}
SAID = {  # forms that say nothing of permission while they are empty
    "/orders/<uuid:ref>/decline/": {"reason": "no_staff"}, "/orders/<uuid:ref>/assign/": {"practitioner": "staff"},
    "/officer/hall/batch/": {"move": "take"},
    "/officer/freshness/remind/": {"key": "organisation"},
    "/officer/freshness/facilities/remind/": {"key": "340103006000"},
}
PAGES = (Path(__file__).parent / "permissions_pages.tsv").read_text()
CALLS = (Path(__file__).parent / "permissions_calls.tsv").read_text()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A demo of its own: asking everything of every address changes what the journeys go by."""
    data = tmp_path_factory.mktemp("permissions") / "city"
    with demo(str(data)) as (port, told, seconds):
        yield Node(port, told, seconds, data)


def rows(table: str) -> Iterator[list[str]]:
    for line in table.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@dataclass
class Samples:
    """What the addresses are about, made by the actions of the demo's own people, so that no other test misses it."""

    node: Node
    inventor: Inventor
    refs: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)

    def person(self, who: str) -> Person:
        if who not in self.people:
            self.people[who] = Person(self.node, who or None)
            self.people[who].open("/accounts/sign-in/?next=/")
        return self.people[who]

    def program(self, who: str) -> Program:
        if who not in self.programs:
            self.programs[who] = Program(self.node, who or None)
        return self.programs[who]

    def elsewhere(self, path: str, part: str) -> str:
        """The ref at the end of the first such link that the city's officer sees and the township's does not."""
        wide, narrow = ([href for href, _ in self.person(who).open(path).links if part in href]
                        for who in ("officer_city", "officer_township"))
        found = next(href for href in wide if href not in narrow)
        return found.partition("?")[0].rstrip("/").rpartition("/")[2]

    def post(self, who: str, path: str, body: Any = None) -> Any:
        told = self.program(who).post(path, body, key=str(uuid4()))
        assert told.status in {200, 201}, (path, told.status, told.body)
        return told.body

    def made(self) -> "Samples":
        node, refs, soon = self.node, self.refs, date.today() + timedelta(days=200)
        personas = {one["key"]: one for one in node.told["personas"]}
        refs |= {"resident": personas["resident"]["ref"], "organisation": personas["provider"]["organisation"]}
        self._rival()
        refs["service"] = listed(node)
        refs["staff"] = enrolled(node, self.inventor, {"no_bar": soon})
        file = self.program("provider").get(f"/practitioners/{refs['staff']}").body
        refs["number"] = file["number"]
        refs["paper"] = next(one["ref"] for one in file["credentials"] if one["kind"] == "no_bar")
        refs["site"] = self.post("provider", f"/organisations/{refs['organisation']}/sites", {
            "name": "网点", "address": "1号（演示）", "region": "340104003000", "at": HERE})["ref"]
        refs["need"] = self.post("resident", "/needs", ASKED)["ref"]
        free = [one for one in self.program("").get(f"/services/{refs['service']}/slots")["items"] if one["free"]]
        refs["slot"], refs["later"] = free[20]["ref"], free[21]["ref"]
        refs["order"] = self.post("resident", "/orders", {"service": refs["service"], "slot": refs["slot"]})["ref"]
        refs["offer"] = self.post("provider", f"/needs/{refs['need']}/offers", {
            "service": refs["service"], "slot": refs["later"]})["ref"]
        refs["service2"] = listed(node)
        refs["slot2"] = self.program("").get(f"/services/{refs['service2']}/slots")["items"][30]["ref"]
        refs["need2"] = self.post("resident", "/needs", ASKED)["ref"]
        refs["order2"] = self.post("resident", "/orders", {"service": refs["service2"], "slot": refs["slot2"]})["ref"]
        slots = self.program("").get(f"/services/{refs['service2']}/slots")["items"]
        refs["offer2"] = self.post("provider", f"/needs/{refs['need2']}/offers", {
            "service": refs["service2"], "slot": slots[31]["ref"]})["ref"]
        refs["slot3"], refs["slot4"] = slots[32]["ref"], slots[34]["ref"]
        far = date.today() + timedelta(days=50)  # past what the times are made for: nothing is free then
        refs["far"], refs["farther"] = str(far), str(far + timedelta(days=1))
        for name, service in (("wait", refs["service"]), ("wait2", refs["service2"])):
            refs[name] = self.post("resident", "/waits", {
                "service": service, "from": refs["far"], "until": refs["farther"]})["ref"]
        refs["full"] = listed(node)
        refs["queue"] = self._queue()
        refs["site2"] = self.post("provider", f"/organisations/{refs['organisation']}/sites", {
            "name": "网点", "address": "3号（演示）", "region": "340104003000", "at": HERE})["ref"]
        refs["soon"] = str(date.today() + timedelta(days=1))
        refs["application"] = self.post("rival", "/organisations", self.application())["ref"]
        refs["rectification"] = self.elsewhere("/officer/quality/", "/quality/0")
        refs["duty"] = self.elsewhere("/officer/duties/", "/duties/0")
        self._profession()
        advert = {"organisation": refs["organisation"], "title": "x", "description": "x", "places": 2,
                  "closes_on": str(date.today() + timedelta(days=20))}
        refs["vacancy"], refs["vacancy2"] = (self.post("provider", "/vacancies", advert)["ref"] for _ in range(2))
        letter = {"letter": "x", "consented": True}
        refs["candidacy"] = self.post("resident", f"/vacancies/{refs['vacancy']}/candidacies", letter)["ref"]
        refs["candidacy2"] = self.post("resident", f"/vacancies/{refs['vacancy2']}/candidacies", letter)["ref"]
        own = self.program("provider").get("/stations").body["items"]
        refs["own_station"] = next(one["ref"] for one in own if one["organisation"] == refs["organisation"])
        elsewhere = self.post("officer_city", "/facilities", {
            "kind": "social_work_station", "name": f"权限{uuid4().hex[:6]}", "region": "340103006000"})["ref"]
        runs = self.program("").get(f"/organisations/{refs['organisation']}").body["uscc"]
        refs["station"] = self.post("officer_city", "/stations", {"facility": elsewhere, "uscc": runs})["ref"]
        refs["premises"] = next(one["facility"] for one in own if one["ref"] == refs["own_station"])
        family = self.person("resident").open("/me/family/")
        home = self.program("resident").get(f"/people/{refs['resident']}/household").body
        refs |= {"household": home["ref"], "lives": home["household_members"][0]["ref"]}
        refs["represented"] = family.link("/end/").split("/")[-3]
        self._conduct()
        self._news()
        refs["allowance"] = self.program("carer").get("/workforce/allowances/mine").body["items"][0]["ref"]
        self._directory()
        self._register()
        papers = {one["template"]: one["number"] for one in self.program("provider").get("/documents").body["items"]}
        refs["paper_number"], refs["closed_number"] = papers["extract"], papers["decision"]
        self._rated()
        self._places()
        self._asked()
        self._venues()
        self._hall()
        self._token()
        self._official()
        return self

    def _asked(self) -> None:
        """What the resident asks of their data, and an audit that the clock has raised."""
        auditor = self.program("auditor")
        until(lambda: auditor.get("/data-audits")["items"], "the audits")
        self.refs["audit"] = auditor.get("/data-audits")["items"][0]["ref"]
        for name in ("request", "request2", "request3", "request4", "request5"):
            page = self.person("resident").open(f"/me/privacy/{self.refs['resident']}/ask/")
            page = self.person("resident").send(page, page.form(having="words"), right="deletion", words="权限表所用")
            self.refs[name] = page.path.split("/")[3]

    def _venues(self) -> None:
        """Venues of the provider's, one for each move; the resident's bookings in one; a group at a service."""
        refs, day = self.refs, date.today() + timedelta(days=3)
        said = {"organisation": refs["organisation"], "kind": "hall", "address": "1号（演示）",
                "region": "340104003000", "capacity": 20, "opened_by": "x", "horizon_days": 60,
                "hours": [{"weekday": number, "opens": "08:00", "closes": "22:00"} for number in range(7)]}
        for name in ("venue", "venue2", "venue3"):
            refs[name] = self.post("provider", "/venues", said | {"name": f"权限{uuid4().hex[:6]}"})["ref"]
        for hour, name in enumerate(("hall", "hall2", "hall3"), start=9):
            refs[name] = self.post("resident", f"/venues/{refs['venue']}/bookings", {
                "from": f"{day}T{hour:02}:00:00+08:00", "until": f"{day}T{hour + 1:02}:00:00+08:00", "people": 2,
                "purpose": "sport"})["items"][0]["ref"]
        refs["evening"], refs["night"] = f"{day}T18:00:00+08:00", f"{day}T19:00:00+08:00"
        refs["later_on"] = f"{day}T20:00:00+08:00"
        class_ = listed(self.node, category="health_check", name="权限团体", modes=["on_site"], capacity=5)
        slot = self.program("").get(f"/services/{class_}/slots")["items"][30]["ref"]
        refs["party"] = self.post("resident", "/orders", {
            "service": class_, "slot": slot, "party": {"kind": "group", "places": 3}})["ref"]

    def _hall(self) -> None:
        """What the provider applies for: one that lies with the office, with its paper, and a draft."""
        own, refs = self.program("provider"), self.refs
        found = own.get("/applications").body["items"]
        refs["case"] = next(one["ref"] for one in found if one["state"] == "accepted")
        refs["case_file"] = own.get(f"/applications/{refs['case']}").body["papers"][0]["file"]
        draft = next(one for one in found if one["state"] == "draft")
        refs["case_draft"] = draft["ref"]
        refs["case_section"] = own.get(f"/matters/{draft['matter']}").body["sections"][0]["key"]

    def _places(self) -> None:
        """Facilities and grid cells outside the township's officer's region."""
        street, community = "340103006000", "340103006001"
        for name in ("facility", "facility2"):
            self.refs[name] = self.post("officer_city", "/facilities", {
                "kind": "clinic", "name": f"权限{uuid4().hex[:6]}", "region": street})["ref"]
        for name in ("cell", "cell2"):
            self.refs[name] = self.post("officer_city", "/grid-cells", {
                "code": uuid4().hex[:10], "name": "权限网格", "region": community})["ref"]
        self.post("officer_city", f"/grid-cells/{self.refs['cell2']}/appoint", {
            "called": "某人", "phone": "0551-60030098", "from_on": "2026-11-01"})

    def _register(self) -> None:
        """Lists of watched organisations, and a row of the demo's file that waits to be corrected."""
        for name in ("watch_list", "watch_list2", "watch_list3"):
            self.refs[name] = self.post("resident", "/watch-lists", {"name": f"权限{uuid4().hex[:6]}"})["ref"]
        rows = self.person("officer_city").open("/officer/register/rows/").forms
        self.refs["doubt"] = next(form.action for form in rows if "/settle/" in form.action).split("/")[-3]

    def _directory(self) -> None:
        """Bundles, one for each move; an organisation of a public list and claims of it; a listing elsewhere."""
        refs = self.refs
        refs["far_service"] = listed(self.node, region="340103006000", at=None, area=["340103000000"])
        health = listed(self.node, category="health_check", name="权限表", modes=["on_site"])
        refs["bundled"], refs["health"] = listed(self.node), health
        body = {"organisation": refs["organisation"], "kind": "medical_elderly", "name": "权限表", "summary": "权限表",
                "services": [{"service": refs["bundled"]}, {"service": health}]}
        for name in ("bundle", "bundle2", "bundle3"):
            refs[name] = self.post("provider", "/bundles", body)["ref"]
        self._whole()
        at = self.program("").get(f"/organisations?q={quote('（演示）')}&region=340103000000").body["items"]
        refs["listed"], refs["listed2"] = [one["ref"] for one in at if one["state"] == "listed"][:2]
        for claim, of in (("claim", "listed"), ("claim2", "listed2")):
            said = {"kind": "agency", "phone": "0551-62345678", "statement": "权限表",
                    "uscc": self.inventor.credit_code("agency", "340103")}
            refs[claim] = self.post("rival", f"/organisations/{refs[of]}/claim", said)["ref"]
        refs["service_at"] = str(hsds.at_location(UUID(self._with_site())))
        refs["taxonomy"], refs["term"] = hsds.taxonomy_id("services"), hsds.term_id("services", "home_bathing")

    def _whole(self) -> None:
        """A bundle that residents can book, one booking of it, and times for another."""
        refs, public = self.refs, self.program("")
        shown = next(one for one in public.get("/bundles").body["items"] if one["kind"] == "medical_elderly")["ref"]

        def times() -> list[str]:
            resident = self.program("resident")  # whose own bookings leave no times at which they are elsewhere
            return [visit["planned"]["ref"] for visit in resident.get(f"/bundles/{shown}/times").body["visits"]]

        refs["shown"] = shown
        refs["whole"] = self.post("resident", f"/bundles/{shown}/book", {
            "slots": times(), "for": refs["resident"], "address": "1号（演示）"})["ref"]
        refs |= {f"time{number}": ref for number, ref in enumerate(times())}

    def _with_site(self) -> str:
        """A service that is given at a site."""
        return listed(self.node, site=self.refs["site"], region=None)

    def _profession(self) -> None:
        """Registrations and hours of social workers: somebody's elsewhere, and the resident's own."""
        refs = self.refs
        refs["registration"] = self.elsewhere("/officer/workforce/?state=applied", "/registrations/0")
        wide, narrow = ([form.action for form in self.person(who).open("/officer/workforce/learning/").forms
                         if "/confirm/" in form.action] for who in ("officer_city", "officer_township"))
        refs["learning"] = next(action for action in wide if action not in narrow).split("/")[-3]
        day = str(date.today() - timedelta(days=30))
        refs["my_registration"] = self.post("resident", "/workforce/registrations", {
            "level": "worker", "certificate": "DEMO-ZG-9001", "certified_on": day})["ref"]
        refs["my_learning"] = self.post("resident", "/workforce/learning", {
            "study": "conference", "subject": "x", "organiser": "x", "first_on": day, "last_on": day,
            "hours": 4})["ref"]

    def _conduct(self) -> None:
        """Honours and sanctions: of the rival's colleague, elsewhere, and of the carer."""
        refs, one = self.refs, self.inventor.someone(oldest=50, youngest=40, on=date.today())
        colleague = self.post("rival", "/practitioners", {
            "organisation": refs["far_organisation"], "name": one.name, "id_number": one.id_number, "title": "x",
            "consented": True})["number"]
        refs["far_number"] = colleague
        carer = next(each for each in self.node.told["personas"] if each["key"] == "carer")["practitioner"]
        own = self.program("provider").get(f"/practitioners/{carer}").body["number"]
        honour = {"giver": "x", "basis": "x", "awarded_on": str(date.today())}
        filed = {"penalty": "warning", "findings": "x"}
        for name, number in (("honour", colleague), ("my_honour", own)):
            refs[name] = self.post("officer_city", "/workforce/honours", honour | {
                "passport": number, "award": uuid4().hex})["ref"]
        for name, number, ground in (("sanction", colleague, "neglect"), ("sanction2", colleague, "fraud"),
                                     ("my_sanction", own, "neglect"), ("my_sanction2", own, "fraud")):
            refs[name] = self.post("officer_city", "/workforce/sanctions", filed | {
                "passport": number, "ground": ground})["ref"]

    def _news(self) -> None:
        """A notice for everybody of the city, with what the carer wrote under it; another office's for the rest."""
        refs, day = self.refs, date.today()
        notice = {"region": "340100000000", "title": "权限表", "body": "x", "from_on": str(day),
                  "last_on": str(day + timedelta(days=9))}
        for name in ("news", "news2"):
            refs[name] = self.post("officer_city", "/trade-news", notice)["ref"]
        for name in ("words", "words2"):
            refs[name] = self.post("carer", f"/trade-news/{refs['news']}/questions", {"words": "x"})["ref"]

    def _queue(self) -> str:
        """Open, at a site of the persona's provider."""
        site = self.post("provider", "/services", {
            "organisation": self.refs["organisation"], "category": "meals", "name": "权限食堂", "summary": "现场就餐。",
            "modes": ["on_site"], "region": "340104003000", "at": HERE})["ref"]
        head = self.person("provider")
        page = head.open("/provider/queues/")
        page = head.send(page, page.form(having="letter"), service=site, name="权限窗口", letter="Q", counters="1")
        return page.path.split("/")[3]

    def _rated(self) -> None:
        """A visit of the resident's that has its certificate, and its newest leaf in the log."""
        resident = self.person("resident")
        orders = [href for href, _ in resident.open("/orders/").links if re.fullmatch(r"/orders/0[^/]+/", href)]
        href = next(href for href in orders if any("/certificate/" in one for one, _ in resident.open(href).links))
        self.refs["rated"] = href.split("/")[2]
        self.refs["dispute"] = self.post("resident", f"/orders/{self.refs['rated']}/dispute", {
            "reason": "shorter", "comment": "权限表"})["dispute"]
        self.refs["leaf"] = str(self.program("").get(f"/log/about/{self.refs['rated']}").body["items"][0]["index"])

    def application(self) -> dict[str, str]:
        return {"kind": "agency", "name": f"权限{uuid4().hex[:6]}中心", "region": "340103006000",
                "address": "1号（演示）",
                "uscc": self.inventor.credit_code("agency", "340103"), "phone": "0551-62345678"}

    def _rival(self) -> None:
        """The head of another provider, who lives elsewhere."""
        one = self.inventor.someone(oldest=50, youngest=40, on=date.today())
        head = self.people["rival"] = Person(self.node)
        page = head.open("/accounts/sign-up/?next=/me/tokens/")
        page = head.send(page, page.form(having="username"), name=one.name, username=f"rival-{uuid4().hex[:10]}",
                         password="long enough 9", region="340103000000", agreed="on")
        page = head.send(page, page.form(having="label"), label="permissions")
        self.programs["rival"] = Program(self.node, token=token_on(page))
        org = self.refs["far_organisation"] = self.post("rival", "/organisations", self.application())["ref"]
        self.post("officer_city", f"/organisations/{org}/approve")
        until(lambda: head.open("/provider/services/new/").status == 200, "the rival's role")

    def _token(self) -> None:
        resident = self.person("resident")
        page = resident.open("/me/tokens/")
        page = resident.send(page, page.form(having="label"), label="to be revoked")
        actions = [form.action for form in page.forms if "/revoke/" in form.action]
        self.refs["token"] = actions[0].split("/")[-3]

    def _official(self) -> None:
        security, name = self.person("system_admin"), f"official-{uuid4().hex[:8]}"
        page = security.open("/officer/accounts/new/")
        page = security.send(page, page.form(having="username"), username=name, name="新同事",
                             region=min(page.form(having="username").fields["region"].choices))
        assert page.status == 200, page.text
        self.refs["official"] = page.path.split("/")[3]
        page = self.person("security_admin").open(page.path)
        form = page.form("/roles/", having="role")
        page = self.person("security_admin").send(page, form, role="auditor")
        self.refs["grant"] = next(form.action for form in page.forms if "/revoke/" in form.action).split("/")[-3]


def last(page: Page, part: str) -> str:
    """The ref at the end of the first such link."""
    return page.link(part).partition("?")[0].rstrip("/").rpartition("/")[2]


def token_on(page: Page) -> str:
    """The new token, which only this answer shows."""
    found = re.search(r"linli_[\w-]{20,}", page.text)
    assert found, page.text
    return found[0]


@pytest.fixture(scope="module")
def samples(node: Node) -> Samples:
    made = Inventor(uuid4().int)
    made._people, made._organisations = 500 + uuid4().int % 400, 100_000 + uuid4().int % 800_000
    return Samples(node, made).made()


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every address of the product but the API's, as it is written in the table."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            if not path.startswith("api/v1/"):
                yield "/" + path
        else:
            yield from patterns(entry, path)


def test_every_page_has_its_row() -> None:
    known = [row[1] for row in rows(PAGES)]
    assert len(known) == len(set(known))
    assert set(known) == {*patterns(), "/demo/"}  # the demo's own page is registered in the demo only


def test_every_api_operation_has_its_row(samples: Samples) -> None:
    spec = samples.program("").get("/openapi.json").body
    there = {f"{method.upper()} {path.removeprefix('/api/v1')}"
             for path, methods in spec["paths"].items() for method in methods}
    known = [row[1] for row in rows(CALLS)]
    assert len(known) == len(set(known))
    assert set(known) == there


def asked(samples: Samples, group: str, path: str, method: str, said: dict[str, str]) -> list[str]:
    """What each of the four is answered on this page."""
    found = []
    for who in ("", *WHO[group]):
        visitor = samples.person(who).visitor
        answer = visitor.ask(path) if method == "GET" else visitor.ask(
            path, {name: samples.refs.get(value, value) for name, value in said.items()})
        found.append(str(answer.status))
    return found


def filled(samples: Samples, pattern: str, about: str) -> str:
    """The address with refs in it: `about` names the samples in the order of the address's parameters."""
    names = iter(about.split(","))
    return re.sub(r"<[^>]*>|{[^}]*}", lambda _: (name := next(names)) and samples.refs.get(name, name), pattern)


@pytest.mark.parametrize("row", [*rows(PAGES)], ids=lambda row: row[1])
def test_who_may_come_to_a_page(samples: Samples, row: list[str]) -> None:
    group, pattern, about, *expected = row
    path = filled(samples, pattern, about)
    for method, codes in zip(("GET", "POST"), expected, strict=True):
        if codes != "-":
            answers = asked(samples, group, path, method, SAID.get(pattern, {}))
            assert answers == codes.split(), (method, path, WHO[group])


@pytest.mark.parametrize("row", [*rows(CALLS)], ids=lambda row: row[1])
def test_who_may_call_an_operation(samples: Samples, row: list[str]) -> None:
    group, operation, about, body, codes = row
    method, _, pattern = operation.partition(" ")
    assert called(samples, group, method, filled(samples, pattern, about), body) == codes.split(), WHO[group]


def called(samples: Samples, group: str, method: str, path: str, body: str) -> list[str]:
    """What each of the four is answered by this operation, sent something that the right one could send."""
    found = []
    for who in ("", *WHO[group]):
        said = json.loads(re.sub(r"<(\w+)>", lambda hit: samples.refs[hit[1]], body))
        if said.get("uscc"):
            said |= samples.application()
        if said.get("id_number"):
            said["id_number"] = samples.inventor.identity(date(1990, 5, 1), female=True)
        told = samples.program(who).call(method, path, None if method == "GET" else said, key=str(uuid4()))
        found.append(str(told.status))
    return found
