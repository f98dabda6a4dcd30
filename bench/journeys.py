"""What the people of `bench.crowd` do, for locust: each thinks 5 to 10 seconds between two steps."""
import json
import os
import random
import re
from abc import abstractmethod
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from locust import FastHttpUser, between, task

TOLD: dict[str, Any] = json.loads(Path(os.environ["LINLI_READY"]).read_text())
TOKENS = {one["key"]: one["token"] for one in TOLD["personas"]}
REF = "[0-9a-f]{8}-[0-9a-f-]{27}"
DISTRICTS = ("340102", "340103", "340104", "340111")
CENTRES = {"340102": (117.31, 31.86), "340103": (117.26, 31.88), "340104": (117.24, 31.85), "340111": (117.31, 31.79)}
WORDS = ("助浴", "护理", "托育", "zhuyu", "shgjz", "家政保洁", "合唱", "法律咨询", "血压", "蜀山区", "和乐", "康复")
NEEDS = ("家里老人想找人每周上门打扫一次", "想请人陪我去医院复查，一个人不方便", "血压不稳，想有人上门量一量",
         "孩子放学没人接，想找托管", "水龙头漏水，找师傅来修一下", "我一个人住，想有人上门说说话",
         "妈妈腿脚不好，想请人上门帮她洗个澡")
CATEGORIES = ("housekeeping", "home_care", "meals", "after_school", "rehabilitation", "repairs", "family_doctor")
_number = count()


class Forms(HTMLParser):
    """The forms of a page: where each goes to, and what it would send as it stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str]]] = []
        self._open: dict[str, str] | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = {}
            self.all.append((have.get("action", ""), self._open))
        if self._open is None:
            return
        name, kind = have.get("name", ""), have.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in have or self._select not in self._open):
            self._open[self._select] = have.get("value", "")
        elif tag == "textarea" and name or tag == "input" and name and kind not in {"submit", "checkbox", "radio"}:
            self._open.setdefault(name, have.get("value", ""))
        elif tag == "input" and name and "checked" in have:
            self._open[name] = have.get("value", "on")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""

    def having(self, *names: str) -> dict[str, str]:
        """What the form with these fields would send."""
        return next((dict(fields) for _, fields in self.all if set(names) <= set(fields)), {})

    def to(self, end: str) -> tuple[str, dict[str, str]] | None:
        """The form that goes to an address with this end."""
        return next(((action, dict(fields)) for action, fields in self.all if action.endswith(end)), None)


class Somebody(FastHttpUser):
    """Somebody at a browser, who looks at one page after another."""

    abstract = True
    wait_time = between(5, 10)
    persona = ""
    page, path = "", "/"

    def on_start(self) -> None:
        if self.persona:
            self.get("/demo/", "sign in")
            self.send("/demo/", {"persona": self.persona, "key": self.persona}, "sign in: picked")
        self.steps = self.life()

    @task
    def step(self) -> None:
        """One step of one's day; the day begins again when it is over."""
        try:
            next(self.steps)
        except StopIteration:
            self.steps = self.life()
            next(self.steps)

    @abstractmethod
    def life(self) -> Any:
        """The steps of one's day, one after the other."""

    def get(self, path: str, step: str) -> str:
        with self.client.get(path, name=f"{self.who}: {step}", catch_response=True) as answer:
            self._keep(answer)
        return self.page

    def send(self, path: str, fields: dict[str, str], step: str) -> int:
        """Send a form. That somebody else was quicker (409, or the form again with a word why) is no error."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)
        with self.client.post(path, data={"csrfmiddlewaretoken": token[1] if token else "", **fields},
                              name=f"{self.who}: {step}", catch_response=True) as answer:
            self._keep(answer, quicker=True)
            return int(answer.status_code)

    @property
    def who(self) -> str:
        return type(self).__name__.lower()

    def _keep(self, answer: Any, *, quicker: bool = False) -> None:
        if answer.status_code == 200 or quicker and answer.status_code in {409, 422}:
            answer.success()
        else:
            answer.failure(f"{answer.status_code}")
        self.page, self.path = answer.text or "", re.sub(r"^https?://[^/]+", "", answer.url or "")

    def link(self, pattern: str) -> str | None:
        found = re.findall(f'href="({pattern})["?#]', self.page)
        return random.choice(found) if found else None

    def follow(self, pattern: str, step: str) -> bool:
        link = self.link(pattern)
        if link:
            self.get(link, step)
        return link is not None


class Visitor(Somebody):
    """Somebody who looks around without signing in."""

    weight = 45

    def life(self) -> Any:
        self.get("/", "home")
        yield
        self.get(f"/search/?q={random.choice(WORDS)}", "search")
        yield
        self.get(f"/services/?category={random.choice(CATEGORIES)}&region={random.choice(DISTRICTS)}000000",
                 "services of a kind")
        yield
        if self.follow(f"/services/{REF}/", "service"):
            yield
        self.get("/organisations/", "organisations")
        yield
        if self.follow(f"/organisations/{REF}/", "organisation"):
            yield
        self.get(random.choice(("/figures/", "/duties/", "/rules/", "/services/categories/")), "figures, duties, rules")
        yield


class Resident(Somebody):
    """Somebody with an account of their own: writes what they need, sees who can come, books, mostly thinks again."""

    weight = 85

    def on_start(self) -> None:
        district = random.choice(DISTRICTS)
        self.lon, self.lat = CENTRES[district]
        self.get("/accounts/sign-up/", "sign up")
        name = f"crowd{os.getpid()}x{next(_number)}"
        self.send("/accounts/sign-up/", {"name": "张过客", "username": name, "password": f"{name} long enough",
                                         "region": f"{district}000000", "id_number": "", "agreed": "on", "next": "/"},
                  "sign up: done")
        self.steps = self.life()

    def life(self) -> Any:
        self.get("/", "home")
        yield
        self.get("/needs/new/", "write a need")
        yield
        form = Forms(self.page).having("text")
        text = {"text": random.choice(NEEDS)}
        self.send("/needs/new/", form | text, "write a need: understood")
        yield
        form = Forms(self.page).having("key", "category")
        here = {"lon": str(self.lon), "lat": str(self.lat)}
        self.send("/needs/new/", form | text | here | {"step": "post"}, "write a need: posted")
        yield
        matches = self.path
        if self.follow(f"/services/{REF}/", "service"):
            yield
            self.get(matches, "who can come")
            yield
        book = re.findall(r'href="(/orders/book/\?[^"]+)"', self.page)
        if book:
            self.get(random.choice(book[:3]).replace("&amp;", "&"), "book")
            yield
            form = Forms(self.page).having("slot")
            at_home = here | {"address": "演示路1号"} if "address" in form else {}
            self.send("/orders/book/", form | at_home | {"do": "book"}, "book: booked")
            yield
            if self.follow(f"/orders/{REF}/", "order"):
                yield
                form_to = Forms(self.page).to("/cancel/")
                if form_to and random.random() < .6:
                    self.send(form_to[0], form_to[1] | {"reason": "not_needed"}, "order: cancelled")
                    yield
        self.get("/orders/", "own orders")
        yield
        self.get("/notices/", "notices")
        yield


class Carer(Somebody):
    """A carer's day."""

    weight, persona = 15, "carer"

    def life(self) -> Any:
        self.get("/work/", "day")
        yield
        if self.follow(f"/orders/{REF}/", "order"):
            yield
        self.get("/notices/", "notices")
        yield


class Provider(Somebody):
    """The head of a provider: answers what came in, looks at the week and the staff."""

    weight, persona = 20, "provider"

    def life(self) -> Any:
        self.get("/provider/", "desk")
        yield
        self.get("/provider/orders/", "incoming")
        yield
        if self.follow(f"/orders/{REF}/", "order"):
            yield
            form = Forms(self.page).to("/accept/")
            if form:
                self.send(form[0], form[1], "order: accepted")
                yield
        for path, step in (("/provider/calendar/", "calendar"), ("/provider/services/", "services"),
                           ("/provider/staff/", "staff"), ("/provider/needs/", "open needs"),
                           ("/provider/quality/", "quality")):
            self.get(path, step)
            yield


class Officer(Somebody):
    """An officer of the city at their desk, with the map."""

    weight, persona = 15, "officer_city"

    def life(self) -> Any:
        for path, step in (("/officer/", "desk with the map"), ("/officer/organisations/", "organisations"),
                           ("/officer/needs/", "unmet needs"), ("/officer/duties/", "duties"),
                           ("/officer/quality/", "quality"), ("/officer/disputes/", "disputes")):
            self.get(path, step)
            yield
            if step == "organisations" and self.follow(f"/officer/organisations/{REF}/", "organisation"):
                yield


class Township(Officer):
    """An officer of one street."""

    weight, persona = 5, "officer_township"


class Program(FastHttpUser):
    """A partner's program: the directory, the box, and a need that becomes a booking and is cancelled."""

    weight = 15
    wait_time = between(5, 10)

    def on_start(self) -> None:
        self.headers = {"Authorization": f"Bearer {TOKENS['resident']}"}
        found = self.ask("/search?q=随时上门陪护&kind=service", "search")["items"]
        self.always = next(one["ref"] for one in found if one["kind"] == "service")
        self.steps = self.life()

    @task
    def step(self) -> None:
        try:
            next(self.steps)
        except StopIteration:
            self.steps = self.life()
            next(self.steps)

    def ask(self, path: str, step: str, body: dict[str, Any] | None = None) -> Any:
        headers, name = dict(self.headers), f"program: {step}"
        if body is not None:
            headers["Idempotency-Key"] = str(uuid4())
        with self.client.request("GET" if body is None else "POST", f"/api/v1{path}", json=body, headers=headers,
                                 name=name, catch_response=True) as answer:
            well = answer.status_code in {200, 201} or body is not None and answer.status_code == 409
            answer.success() if well else answer.failure(f"{answer.status_code}")
            return answer.json() if answer.status_code in {200, 201} else {}

    def life(self) -> Any:
        lon, lat = CENTRES[random.choice(DISTRICTS)]
        lon, lat = round(lon + random.uniform(-.02, .02), 5), round(lat + random.uniform(-.02, .02), 5)
        found = self.ask(f"/services?category={random.choice(CATEGORIES)}&near={lon},{lat}&within_m=8000", "near")
        yield
        if found.get("items"):
            one = random.choice(found["items"])["ref"]
            self.ask(f"/services/{one}", "service")
            yield
            self.ask(f"/services/{one}/slots", "times")
            yield
        self.ask(f"/search?q={random.choice(WORDS)}&limit=20", "search")
        yield
        need = self.ask("/needs", "need", {"text": "想请人上门打扫卫生，都可以", "at": {"lon": 117.24, "lat": 31.855}})
        yield
        if need and self.always:
            best = self.ask(f"/needs/{need['ref']}/matches", "matches").get("matches", [])
            yield
            times = self.ask(f"/services/{self.always}/slots", "times").get("items", [])
            yield
            one = random.choice(best[:5]) if best and random.random() < .4 else None
            wanted = {"need": need["ref"], "service": one["service"]["ref"] if one else self.always,
                      "slot": one["slot"]["ref"] if one else random.choice(times)["ref"]}
            order = self.ask("/orders", "order", wanted)
            yield
            if order and one:  # the others wait for the provider's answer
                self.ask(f"/orders/{order['ref']}/cancel", "cancel", {"reason": "not_needed"})
                yield
            self.ask(f"/needs/{need['ref']}/withdraw", "withdraw", {})
            yield
