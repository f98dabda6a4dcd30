"""People who only listen: they find everything by what a screen reader announces, and hear what came of it."""
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.heard import announced, misheard, unspoken
from tests.browser.test_main_job import there
from tests.browser.test_offline import ready, soon, visit
from tests.browser.window import DESK, REF, Windows
from tests.journeys.browser import Program
from tests.node import Node

__all__ = ["visit"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = {
    "zh-hans": {
        "ask": "我要求助", "need": "您需要什么？", "on": "下一步", "right": "这样理解对吗？",
        "post": "发布，看看谁能来", "found": r"能服务|可以来", "why": "为什么排第 2",
        "book": r"^约.*随时上门陪护", "time": "预约这个时段", "now": "预约", "done": r"^已预约",
        "order": "查看服务单", "state": "等待答复", "mine": "我的事",
    },
    "en": {
        "ask": "Ask for help", "need": "What do you need?", "on": "Go on", "right": "Is this right?",
        "post": "Post it, and see who can come", "found": r"can come|can help|offer", "why": "Why it is number 2",
        "book": r"^Book.*随时上门陪护", "time": "Book this time", "now": "Book", "done": r"^Booked",
        "order": "To the order", "state": "waiting for an answer", "mine": "My matters",
    },
}


def called(page: Page | Locator, role: Any, name: str) -> Locator:
    return page.get_by_role(role, name=name, exact=True)


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def heard(page: Page) -> str:
    """Everything that is read out, in order; the page has nothing that would be missed."""
    assert not misheard(page), (page.url, misheard(page))
    return "\n".join(one.name for one in announced(page) if one.role == "StaticText")


def said(page: Page) -> str:
    """What the live parts of the page announce by themselves."""
    depth, words = -1, list[str]()
    for one in announced(page):
        if depth >= 0 and one.depth <= depth:
            depth = -1
        if depth < 0 and (one.role in {"alert", "status"} or one.states.get("live") in {"polite", "assertive"}):
            depth = one.depth
        elif depth >= 0 and one.role == "StaticText":
            words.append(one.name)
    return " ".join(words)


def focused(page: Page) -> str:
    """What has the focus, as "role name"."""
    return next((f"{one.role} {one.name}" for one in reversed(announced(page)) if one.states.get("focused")), "")


@pytest.mark.parametrize("language", WORDS)
def test_a_need_a_time_and_the_order_again(windows: Windows, node: Node, language: str) -> None:
    """In words of their own, with reasons for who can come, a time, the confirmation, and the order found again."""
    say = WORDS[language]
    page = there(windows.open("resident", language=language))
    page.goto("/")
    page.get_by_role("link", name=re.compile(f"^{say['ask']}")).first.click()
    expect(title(page)).to_have_text(say["ask"])
    box = called(page, "textbox", say["need"])
    expect(box).to_have_accessible_description(re.compile("2,000"))
    box.fill("我一个人住，想现在有人上门陪我一刻钟")
    called(page, "button", say["on"]).click()
    expect(title(page)).to_have_text(say["right"])
    assert "我一个人住" in heard(page)
    if language == "en":
        assert not unspoken(page), (page.url, unspoken(page))
    called(page, "button", say["post"]).click()
    expect(title(page)).to_have_text(re.compile(say["found"]))
    heard(page)
    if language == "en":
        assert not unspoken(page), (page.url, unspoken(page))
    why = next(one for one in announced(page) if one.role == "DisclosureTriangle" and one.name == say["why"])
    assert why.states.get("expanded") is False
    page.get_by_text(say["why"]).click()
    why = next(one for one in announced(page) if one.role == "DisclosureTriangle" and one.name == say["why"])
    assert why.states.get("expanded") is True
    page.get_by_role("link", name=re.compile(say["book"])).click()
    expect(title(page)).to_have_text(say["time"])
    heard(page)
    called(page, "button", say["now"]).click()
    expect(title(page)).to_have_text(re.compile(say["done"]))
    number = re.findall(r"[A-Z]{2}-\d{4}-\d{6}", heard(page))[0]
    assert title(page).inner_text() in page.title(), "the new page says at once what came of it"
    called(page, "link", say["order"]).click()
    whole = heard(page)
    assert number in whole and say["state"] in whole.lower(), whole
    stands = title(page).inner_text()
    page.get_by_role("navigation").get_by_role("link", name=re.compile(say["mine"])).first.click()
    assert number in heard(page)
    called(page.get_by_role("main"), "link", stands).first.click()
    assert stands in heard(page)
    order = re.findall(REF, page.url)[-1]
    assert Program(node, "resident").post(f"/orders/{order}/cancel", {"reason": "not_needed"})["state"] == "cancelled"


def test_a_refused_application_is_told_field_by_field(windows: Windows) -> None:
    """In the hall: the focus goes to what is wrong, every error is said with its field, and nothing typed is lost."""
    page = windows.open("provider")
    page.goto("/hall/")
    called(page, "link", "登记事项更正").click()
    called(page, "link", "开始").click()
    expect(title(page)).to_have_text("谁来申请，在哪里申请")
    called(page, "button", "开始").click()
    called(page, "link", "更正原因").click()
    heard(page)
    box = page.get_by_role("textbox").last
    box.fill("有误")  # too short to say anything
    called(page, "button", "保存并继续").click()
    called(page, "link", "核对并提交").click()
    page.get_by_role("alert").wait_for()
    heard(page)
    assert focused(page).startswith("alert") and "情况说明：至少 5 个字" in said(page), said(page)
    page.get_by_role("alert").get_by_role("link", name=re.compile("^情况说明")).click()
    page.get_by_role("alert").wait_for()
    assert focused(page).startswith("alert"), focused(page)
    heard(page)
    links = page.get_by_role("alert").get_by_role("link").all_inner_texts()
    wrong = [one for one in announced(page) if one.states.get("invalid") not in {None, "false"}]
    assert links and len(wrong) >= 1, "the fields themselves say that they are wrong"
    groups = {f"group {one.name}": one.description for one in announced(page) if one.role == "group"}
    for one in wrong:  # of several to choose from, their group says it
        told = one.description or any(groups.get(where) for where in one.within)
        assert told, f"{one}: what is wrong is not said with it"
    for text in links:
        why = text.rpartition("：")[2].strip()
        assert any(why in one.description for one in announced(page)), f"{text}: its field does not say so"
    page.get_by_role("alert").get_by_role("link").last.click()
    assert focused(page).startswith("textbox") and box.input_value() == "有误", "the field, with what was typed"


def test_the_day_of_who_visits_is_heard_without_a_link(windows: Windows, visit: str) -> None:
    """Check-in and check-out at the door; that there is no link, and what is kept, is said without being asked for."""
    page = there(windows.open("carer"))
    ready(page)
    heard(page)
    page.context.set_offline(True)
    page.goto("/work/")
    soon(page, "document.getElementById('kept').innerText.length > 0")
    assert "没有网络" in said(page), said(page)
    doors = page.get_by_role("button", name=re.compile("^签到"))
    assert doors.count() == 1, page.get_by_role("main").aria_snapshot()
    page.get_by_role("button", name="使用我的位置").first.click()
    doors.click()
    soon(page, "mine().then(all => all.length === 1)")
    assert "1 条" in said(page), said(page)
    heard(page)
    page.get_by_role("button", name=re.compile("^签退")).click()
    soon(page, "mine().then(all => all.length === 2)")
    assert "2 条" in said(page), said(page)
    page.context.set_offline(False)
    page.evaluate("void flush()")
    page.get_by_role("status").filter(has_text="已经发出").wait_for()
    assert "已经发出" in said(page) and "没有网络" not in said(page), said(page)


def test_an_officers_tables_and_map_are_heard(windows: Windows) -> None:
    """Heads of columns and rows, what is filtered, and a map that says itself in a table."""
    page = windows.open("officer_city", size=DESK)
    page.goto("/officer/duties/")
    heard(page)
    table = called(page, "table", "限时事项")
    assert table.get_by_role("columnheader").all_inner_texts()[:4] == ["限时事项", "责任方", "地区", "期限"]
    rows = table.get_by_role("row").count()
    assert table.get_by_role("rowheader").count() == rows - 1 > 3
    first = table.get_by_role("rowheader").first.get_by_role("link")
    expect(first).to_have_accessible_description(re.compile(r"\d{4}年"))  # of twenty alike each says whose, until when
    called(page.get_by_role("form", name="筛选"), "combobox", "状态 （选填）").select_option(label="已逾期")
    called(page, "button", "查看").click()
    page.wait_for_load_state()
    assert "已逾期" in [one.states.get("value", one.name) for one in announced(page) if one.role == "option"
                     and one.states.get("selected")] or "已逾期" in heard(page)
    assert all("逾期" in text for text in called(page, "table", "限时事项").get_by_role("row").all_inner_texts()[1:])

    page.goto("/officer/coverage/")
    heard(page)
    drawn = page.get_by_role("group", name=re.compile("^未满足需求"))
    shapes = {one.name.partition(":")[0]: one.name.partition(":")[2].strip() for one in announced(page)
              if one.role == "link" and any(where.startswith("group 未满足需求") for where in one.within)}
    assert drawn.count() == 1 and len(shapes) >= 4 and all(shapes.values())
    page.get_by_text("用表格查看", exact=True).click()
    twin = page.get_by_role("table").first
    told = {row.get_by_role("rowheader").inner_text(): row.get_by_role("cell").last.inner_text()
            for row in twin.get_by_role("row").all()[1:]}
    assert told == shapes, "what the map shows stands in the table beside it"
