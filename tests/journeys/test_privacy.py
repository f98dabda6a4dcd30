"""Somebody's data, in a browser without JavaScript: who opened them and why, what they are used for, a copy, a request
that is answered; then everything is erased, the history stays whole and the name unreadable."""
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from linli.demo.invented import Inventor, Someone
from linli.watchers.openlog.rules import notes, receipts
from tests.journeys.browser import Page, Person, Program
from tests.journeys.conftest import HERE, Always
from tests.journeys.waiting import clear_of_a_quarter, until
from tests.node import Node

pytestmark = pytest.mark.slow
DISTRICT, PASSWORD = "340104000000", "long enough 9"
WORDS: dict[str, dict[str, str]] = {
    "zh-hans": {
        "reason": "核实周三上门的时间", "told": "有人查看了您的部分信息", "phone": "电话号码", "allowed": "已同意",
        "not": "未同意", "asked": "人工说明", "with": "办理中", "done": "已办理", "nobody": "没有人查看过您的信息",
        "need": "我一个人住，想现在有人上门陪我一刻钟", "erased": "您的信息已清除", "gone": "已清除信息的人员",
        "due": "答复期限", "undone": "不可撤销",
    },
    "en": {
        "reason": "To settle the hour on Wednesday", "told": "Somebody opened a part of your data",
        "phone": "phone number",
        "allowed": "allowed", "not": "not allowed", "asked": "Explanation by a person", "with": "with the office",
        "done": "done", "nobody": "Nobody has opened your data",
        "need": "I live alone and would like a visitor to keep me company at home now",
        "erased": "Your data was erased", "gone": "Erased person", "due": "Answer due", "undone": "cannot be undone",
    },
}


@dataclass
class Newcomer:
    """Somebody who has just signed up, with all that must be unreadable in the end."""

    browser: Person
    who: Someone
    phone: str
    address: str
    username: str
    ref: str
    number: str

    @property
    def secrets(self) -> list[str]:
        return [self.who.name, self.phone, self.address, self.username, self.who.id_number]


def newcomer(node: Node, inventor: Inventor, language: str) -> Newcomer:
    one, username = inventor.someone(oldest=80, youngest=70, on=date.today()), f"new-{uuid4().hex[:10]}"
    phone, address = f"1980003{uuid4().int % 10_000:04}", f"隐私路{uuid4().int % 10_000}号（演示）"
    me = Person(node, language=language)
    page = me.open("/accounts/sign-up/?next=/me/profile/")
    page = me.send(page, page.form(having="username"), name=one.name, username=username, password=PASSWORD,
                   region=DISTRICT, agreed="on")
    assert page.path == "/me/profile/", page.text
    page = me.send(page, page.form(having="phone"), phone=phone, address=address)
    page = me.open("/me/real-name/")
    page = me.send(page, page.form(having="id_number"), id_number=one.id_number)
    number = re.search(r"\b[1-9]\d{9}\b", page.text)
    assert number and one.name in page.text, page.text
    ref = me.open("/me/privacy/").link("/decisions/").split("/")[3]
    return Newcomer(me, one, phone, address, username, ref, number[0])


@pytest.mark.parametrize("language", WORDS)
def test_a_clerk_opens_a_number_and_the_person_sees_who_and_why(
    node: Node, inventor: Inventor, language: str
) -> None:
    say, one = WORDS[language], newcomer(node, inventor, language)
    me, clerk = one.browser, Person(node, "officer_city", language=language)
    assert say["nobody"] in me.open("/me/openings/").text

    page = clerk.open("/officer/people/")
    page = clerk.send(page, page.form(having="number"), number=one.number)
    assert one.number not in page.path and one.phone not in page.text and one.who.name not in page.text
    refused = clerk.send(page, page.form(having="reason"), field="phone", reason="x")
    assert refused.status == 422 and one.phone not in refused.text
    shown = clerk.send(page, page.form(having="reason"), field="phone", reason=say["reason"])
    assert one.phone in shown.text and one.who.name not in shown.text and one.address not in shown.text
    assert one.phone not in clerk.open(page.path).text, "shown once"

    seen = me.open("/me/openings/").text
    assert say["reason"] in seen and say["phone"] in seen and clerk_called(node) in seen
    until(lambda: say["told"] in me.open("/notices/").text, say["told"])
    assert Person(node, "family").open(f"/me/openings/{one.ref}/").status == 404

    page = me.open("/me/privacy/")
    outreach = next(form for form in page.forms if "purpose" in form.fields and form.value("purpose") == "outreach")
    page = me.send(page, outreach, button="yes")
    assert said_to(page, "outreach") == "no", "what is allowed can be withdrawn in one step"
    page = me.send(page, next(form for form in page.forms if "purpose" in form.fields
                              and form.value("purpose") == "outreach"), button="no")
    assert said_to(page, "outreach") == "yes"

    copy = me.send(page, page.form("/copy/"), button="page")
    assert all(text in copy.text for text in (*one.secrets, say["reason"])) and "+00:00" not in copy.text
    file = me.visitor.ask(f"/me/privacy/{one.ref}/copy/", {"as": "file"})
    assert one.phone in json.dumps(json.loads(file.body), ensure_ascii=False)

    page = me.open(me.open("/me/privacy/").link("/ask/"))
    page = me.send(page, page.form(having="words"), right="explanation", words=say["reason"])
    assert say["asked"] in page.text and say["with"] in page.text and say["due"] in page.text
    asked = page.path
    page = clerk.open(asked.replace("/me/", "/officer/"))
    page = clerk.send(page, page.form(having="answer"), button="grant", answer=say["reason"] * 2)
    assert page.status == 200, page.text
    page = me.open(asked)
    assert say["done"] in page.text and say["reason"] * 2 in page.text


def said_to(page: Page, purpose: str) -> str:
    """What the button beside a purpose would say: the opposite of what holds."""
    form = next(one for one in page.forms if "purpose" in one.fields and one.value("purpose") == purpose)
    return next(value for name, value in form.buttons if name == "allow")


def clerk_called(node: Node) -> str:
    return str(node.persona("officer_city")["name"])


@pytest.mark.parametrize("language", WORDS)
def test_erasing_leaves_the_history_whole_and_the_name_unreadable(
    node: Node, always: Always, inventor: Inventor, language: str, tmp_path: Path
) -> None:
    clear_of_a_quarter()
    say, one = WORDS[language], newcomer(node, inventor, language)
    me, provider, carer = one.browser, Person(node, "provider", language=language), Program(node, "carer")
    clerk = Person(node, "officer_city", language=language)
    page = clerk.open("/officer/people/")
    page = clerk.send(page, page.form(having="number"), number=one.number)
    desk = page.path
    clerk.send(page, page.form(having="reason"), field="address", reason=say["reason"])

    mark = f"{say['need']} {uuid4().hex[:8]}"
    page = me.open("/needs/new/")
    page = me.send(page, page.form("/needs/new/", having="text"), text=mark)
    page = me.send(page, page.form(having="key"), button="post", category="companionship")
    page = me.open(page.link(f"service={always.service}"))
    page = me.send(page, page.form(having="slot"), button="book", address=one.address, **HERE)
    assert page.path.endswith("/booked/"), page.text
    order = me.open(page.link("/orders/0")).path
    staff, named = Program(node, "provider"), False
    for program, move, said in ((staff, "accept", {"practitioner": always.carer}), (staff, "check-in", {"at": HERE}),
                            (staff, "check-out", {"at": HERE})):
        told = program.post(f"{order.rstrip('/')}/{move}", said)
        assert told.status == 200, told.body
        named |= one.who.name in provider.open(order).text
    assert named, "who goes there knows whom to visit"
    page = me.open(order)
    page = me.send(page, page.form("/confirm/"))
    remark = f"谢谢 {uuid4().hex[:8]}"
    quality = f"/services/{always.service}/quality"
    earlier = Program(node).get(quality)["count"]
    page = me.send(page, page.form("/rate/"), grade="5", comment=remark)
    assert remark in page.text
    hidden = [*one.secrets, mark, remark]
    leaf = order.split("/")[2]
    until(lambda: Program(node).get(f"/log/about/{leaf}")["items"][:1], "the rating's leaf in the log")
    assert proven(node, leaf)
    until(lambda: Program(node).get(quality)["count"] > earlier, "the rating's weight")
    before, figures = history(node), Program(node).get(quality).body

    assert linli("backup", str(tmp_path / "kept.zip"), "--data", str(node.data)) == 0
    page = me.open("/me/erase/")
    assert say["undone"] in page.text
    kept = me.send(page, page.form(having="sure"))
    assert kept.status == 422, "nothing happens by accident"
    page = me.send(page, page.form(having="sure"), sure="on")
    assert say["erased"] in page.text

    until(lambda: me.open("/me/").path.startswith("/accounts/sign-in/"), "the account's end")
    page = me.open("/accounts/sign-in/")
    page = me.send(page, page.form(having="password"), username=one.username, password=PASSWORD)
    assert page.path.startswith("/accounts/sign-in/") and page.status == 422
    assert clerk.open(desk).status == 404
    page = clerk.open("/officer/people/")
    assert clerk.send(page, page.form(having="number"), number=one.number).status == 422

    assert history(node)[:len(before)] == before, "no entry of the journal was changed or lost"
    assert proven(node, leaf), "the certificate of the visit still proves what it said"
    assert Program(node).get(quality).body == figures, "the rating still counts"
    page = provider.open(order)
    assert page.status == 200 and say["gone"] in page.text, page.text
    told = staff.get(order.rstrip("/"))
    assert told.status == 200 and told["state"] == "rated" and told["grade"] == 5

    seen = {order: page.text, "api": json.dumps(told.body, ensure_ascii=False)}
    for reading, paths in (
        ("provider", ("/provider/orders/", "/notices/", "/provider/ratings/", f"/log/receipt/{leaf}/")),
        ("officer_city", ("/officer/", "/officer/requests/", "/officer/needs/", f"/search/?q={one.who.name}")),
        ("carer", ("/work/", "/notices/")), ("", (f"/services/?q={one.who.name}", f"/log/receipt/{leaf}")),
    ):
        reader = Person(node, reading or None, language=language)
        seen |= {f"{reading} {path}": reader.open(path).html for path in paths}
    seen["the practitioner's orders"] = json.dumps(carer.get("/orders").body, ensure_ascii=False)
    for where, text in seen.items():
        found = [secret for secret in hidden if secret in text.replace(f"q={one.who.name}", "")]
        assert not found or "?q=" in where and found == [one.who.name], (where, found)
    until(lambda: not left(node, hidden), "the end of all traces in the node's files")
    assert not left(node, hidden)
    until(lambda: one.ref in listed_erased(node), "the list of who was erased")
    brought_back(node, tmp_path, one.ref)


def history(node: Node) -> list[tuple[object, ...]]:
    """The whole journal, as it stands in the database."""
    with closing(sqlite3.connect(f"file:{node.data / 'linli.sqlite3'}?mode=ro", uri=True)) as line:
        return line.execute('SELECT id, fact, visibility, about, payload, "by", at FROM journal_entry ORDER BY id'
                            ).fetchall()


def proven(node: Node, leaf: str) -> bool:
    """Whether the receipt that the node gives proves its leaf under the log's own key."""
    anybody = node.visitor()
    found = receipts.read(anybody.ask(f"/log/receipt/{leaf}").body.decode())
    key = notes.read_key(anybody.ask("/log/key").body.decode().split()[0])
    entry = json.loads(found.extra or b"")["entry"].encode()
    return receipts.proves(found, entry) and bool(notes.checked(notes.read(found.checkpoint), [key]))


def left(node: Node, hidden: list[str]) -> list[tuple[str, str]]:
    """What can still be read in any file of the node, with the file's name."""
    raw = {str(file.relative_to(node.data)): file.read_bytes() for file in node.data.rglob("*") if file.is_file()}
    return [(name, secret) for name, text in raw.items() for secret in hidden if secret.encode() in text]


def listed_erased(node: Node) -> str:
    file = node.data / "erased"
    return file.read_text() if file.exists() else ""


def brought_back(node: Node, folder: Path, ref: str) -> None:
    """A backup made before the erasure comes back, and the person does not."""
    back = folder / "back"
    back.mkdir()
    (back / "erased").write_text(listed_erased(node))
    assert linli("restore", str(folder / "kept.zip"), "--data", str(back)) == 0
    with closing(sqlite3.connect(back / "linli.sqlite3")) as line:
        found = line.execute("SELECT erased_at, name_sealed, phone_index FROM people_person WHERE ref = ?",
                             [ref.replace("-", "")]).fetchall()
        keys = line.execute("SELECT count(*) FROM people_personkey k JOIN people_person p ON p.id = k.person_id"
                            " WHERE p.ref = ?", [ref.replace("-", "")]).fetchone()
    assert found[0][0] and found[0][1:] == (None, "") and keys == (0,)


def linli(*words: str) -> int:
    """A command of the operator's; its exit code."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    return subprocess.run([sys.executable, "-m", "linli", *words], env=env, capture_output=True, check=False).returncode
