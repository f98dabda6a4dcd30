"""A page as a person without JavaScript has it: its words and its forms; and an API call as a program makes it."""
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urljoin

from bench.node import Answer, Visitor
from tests.node import Node

_VOID = {"input", "br", "img", "hr", "meta", "link", "use", "path", "circle", "polygon", "rect", "line"}
_SILENT = {"script", "style", "template", "svg"}


@dataclass
class Field:
    """What one name of a form would send, and what can be chosen there (empty: anything may be typed)."""

    kind: str
    value: list[str] = field(default_factory=list)
    choices: set[str] = field(default_factory=set)


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def value(self, name: str) -> str:
        return "".join(self.fields[name].value[:1])

    def filled(self, **said: Any) -> dict[str, Any]:
        """What would be sent when these are chosen or typed. Fails where the form has no such field or choice."""
        sent = {name: list(one.value) for name, one in self.fields.items()}
        for name, value in said.items():
            values = [str(one) for one in (value if isinstance(value, list) else [value])]
            assert name in self.fields, f"no field {name}; there are {sorted(self.fields)}"
            choices = self.fields[name].choices
            assert not choices or set(values) <= choices, f"{name}: cannot choose {values}, only {sorted(choices)}"
            sent[name] = values
        return {name: values for name, values in sent.items() if name != "csrfmiddlewaretoken" and values}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.said: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._open: Form | None = None
        self._silent, self._area, self._select = 0, "", ""
        self._link: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        self._silent += tag in _SILENT
        if tag == "a" and "href" in have:
            self._link = [have["href"], ""]
        elif tag == "form":
            self._open = Form(have.get("action", ""), have.get("method", "get").lower())
            self.forms.append(self._open)
        elif tag in {"input", "textarea", "select", "button"} and "disabled" not in have:
            self._control(tag, have)
        elif tag == "option" and self._select and self._open:
            self._option(have)

    def _control(self, tag: str, have: dict[str, str]) -> None:
        name, kind = have.get("name", ""), have.get("type", "submit" if tag == "button" else "text")
        form = next((f for f in self.forms if f.action and have.get("form") == f.action), self._open)
        if form is None or not name:
            return
        if kind in {"submit", "image"}:
            form.buttons.append((name, have.get("value", "")))
            return
        one = form.fields.setdefault(name, Field(tag if tag != "input" else kind))
        if kind in {"radio", "checkbox"}:
            one.choices.add(have.get("value", "on"))
            if "checked" in have:
                one.value.append(have.get("value", "on"))
        elif tag == "textarea":
            one.value, self._area = [""], name
        elif tag == "select":
            self._select = name
        else:
            one.value = [have.get("value", "")]

    def _option(self, have: dict[str, str]) -> None:
        assert self._open
        one = self._open.fields[self._select]
        first = not one.choices
        one.choices.add(have.get("value", ""))
        if first:
            one.value = [have.get("value", "")]
        if "selected" in have:
            one.value = [have.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._area and self._open:
            self._open.fields[self._area].value[0] += data
        if self._link is not None:
            self._link[1] += data
        if not self._silent:
            self.said.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        if tag == "form":
            self._open = None
        elif tag == "textarea" and self._area:
            if self._open:  # a browser drops the first line feed
                self._open.fields[self._area].value[0] = self._open.fields[self._area].value[0].removeprefix("\n")
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "a" and self._link is not None:
            self.links.append((self._link[0], " ".join(self._link[1].split())))
            self._link = None


class Page:
    def __init__(self, path: str, answer: Answer) -> None:
        self.path, self.status, self.html = path, answer.status, answer.body.decode(errors="replace")
        reader = _Reader()
        reader.feed(self.html)
        self.forms, self.links = reader.forms, reader.links
        self.text = " ".join(" ".join(reader.said).split())

    def form(self, action: str = "", *, having: str = "") -> Form:
        """The form that is sent to an address ending so, and that has this field."""
        found = [one for one in self.forms if (one.action or self.path).partition("?")[0].endswith(action)
                 and (not having or having in one.fields) and (one.method == "post")]
        assert found, f"no form to {action!r} with {having!r} on {self.path}; there are " + str(
            [(one.action, sorted(one.fields)) for one in self.forms])
        return found[0]

    def link(self, part: str) -> str:
        """The first link whose address has this part."""
        found = [href for href, _ in self.links if part in href]
        assert found, f"no link with {part!r} on {self.path}"
        return found[0]


class Person:
    """Somebody at a browser: follows links and redirects, fills in forms."""

    def __init__(self, node: Node, persona: str | None = None, *, language: str = "zh-hans") -> None:
        self.visitor: Visitor = node.visitor(persona, language=language)

    def open(self, path: str) -> Page:
        path, hops = quote(path, safe="/?&=%,:;+@#"), 0
        answer = self.visitor.ask(path)
        while answer.status in {301, 302, 303} and hops < 5:
            path, hops = urljoin(path, answer.location), hops + 1
            answer = self.visitor.ask(path)
        return Page(path, answer)

    def send(self, page: Page, form: Form, *, button: str = "", **said: Any) -> Page:
        """Fill in and send; the page that comes of it. `button` is the value of the one pressed, where it has one."""
        sent = form.filled(**said)
        if button:
            sent |= {name: value for name, value in form.buttons if value == button}
        path = urljoin(page.path, form.action or page.path)
        answer = self.visitor.ask(path, sent, Referer=f"http://localhost{page.path}")
        return self.open(urljoin(path, answer.location)) if answer.status in {301, 302, 303} else Page(path, answer)

    def post(self, path: str, **said: Any) -> Page:
        """Send to an address what no form offers, as a program or a stale page would."""
        return Page(path, self.visitor.ask(path, said))


@dataclass(frozen=True)
class Told:
    status: int
    body: Any
    kind: str

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


class Program:
    """A partner's program with somebody's token."""

    def __init__(self, node: Node, persona: str | None = None, *, token: str = "", language: str = "zh-hans") -> None:
        self._port, self._language = node.port, language
        self._token = token or (node.persona(persona)["token"] if persona else "")

    def call(self, method: str, path: str, body: Any = None, *, key: str = "") -> Told:
        line = HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Host": "localhost", "Accept-Language": self._language, "Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {self._token}"} if self._token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        sent = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        path = quote(path, safe="/?&=%,:;+@")
        line.request(method, path if path.startswith("/api/") else f"/api/v1{path}", sent, headers)
        answer = line.getresponse()
        raw, kind = answer.read(), answer.headers.get("Content-Type", "")
        line.close()
        return Told(answer.status, json.loads(raw) if raw and "json" in kind else raw, kind.partition(";")[0])

    def get(self, path: str) -> Told:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Told:
        return self.call("POST", path, {} if body is None else body, key=key)

    def every(self, path: str) -> Iterator[dict[str, Any]]:
        """All items of a list, page by page."""
        after = ""
        while True:
            told = self.get(f"{path}{'&' if '?' in path else '?'}limit=100{after}")
            assert told.status == 200, told.body
            yield from told["items"]
            if not told["next"]:
                return
            after = f"&after={told['next']}"


def problem(told: Told, status: int, *, says: str = "") -> dict[str, Any]:
    """The problem document of a refusal (RFC 9457), which says so."""
    assert told.status == status, (told.status, told.body)
    assert told.kind == "application/problem+json"
    found: dict[str, Any] = told.body
    assert {"type", "title", "status", "detail"} <= found.keys() and found["status"] == status
    assert says in json.dumps(found, ensure_ascii=False), found
    return found
