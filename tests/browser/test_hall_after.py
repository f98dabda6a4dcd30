"""What follows a founding: change, late report, correction, end; the speaker on a phone, the officer at a desk."""
from datetime import date, timedelta

import pytest

from linli.demo.invented import Inventor
from tests.browser.hall import (
    added,
    begun,
    decided,
    filled,
    followed,
    founded,
    granted,
    handed_in,
    handed_over,
    pressed,
    reads,
    registered,
    sound,
    typed,
)
from tests.browser.window import DESK, Windows
from tests.journeys.waiting import until
from tests.limits import by, limit
from tests.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NEW = "庐阳区寿春路 21 号（演示）"


def test_a_change_is_registered_and_what_was_stays_readable(
    windows: Windows, node: Node, inventor: Inventor, axe: str,
) -> None:
    body = registered(node, inventor, "银龄互助协会")
    phone, desk = windows.open(body.speaker.visitor, scripts=False), windows.open("officer_city", size=DESK)
    phone.goto(body.entry)
    old = phone.locator("main dd", has_text="示例路").first.inner_text()
    phone.goto("/hall/matters/change_registration/")
    consent = f"自业务主管单位审查同意之日起 {limit('registration.change_society', zh=True, on=date.today())}内申请"
    reads(phone, consent, limit("gov.decide", zh=True, on=date.today()), "会议决议")
    draft = begun(phone, "change_registration")
    phone.goto(f"{draft}items/")
    typed(phone, items=["address"])
    phone.locator("main button[name=more]").click()
    assert phone.input_value("[name=address]") == old, "what the register holds is not typed again"
    reads(phone, "各栏已填入登记簿现有内容")
    pressed(phone)
    typed(phone, agreed_on=f"{date.today() - timedelta(days=40)}", reason="搬到了社区旁边的新址。")
    pressed(phone)
    added(phone, draft, "resolution", "premises")
    followed(phone, "/hand-in/")
    reads(phone, "“住所”与登记内容相同，没有变更")
    phone.locator("#against a").first.click()
    typed(phone, address=NEW)
    pressed(phone)
    where = handed_in(phone, draft)
    reads(phone, "已提交", NEW)

    desk.goto(where)
    reads(desk, "请窗口核对", f"应当{consent}，即")
    granted(desk, where, "决议和住所证明齐全。")
    phone.goto(where)
    phone.goto(handed_over(phone, where, "/organisations/"))
    reads(phone, NEW)
    phone.locator("summary", has_text="查看其他日期").click()
    typed(phone, on=f"{date.today() - timedelta(days=30)}")
    phone.locator("form:has([name=on]) button").first.click()
    reads(phone, old, "您看到的是", "以今天所知为准")
    assert NEW not in phone.inner_text("main")
    phone.goto(f"{body.entry}filings/")
    reads(phone, NEW, old, "变更")


def test_a_late_report_is_taken_marked_late_and_concluded_on(
    windows: Windows, node: Node, inventor: Inventor, axe: str,
) -> None:
    body, year = registered(node, inventor, "晨光社会工作服务中心"), date.today().year - 1
    phone = windows.open(body.speaker.visitor, preferences={"elder": "1"})
    phone.goto("/hall/matters/annual_report/")
    due = by("annual.agency_to_registrar", on=date.today())
    reads(phone, due)
    draft = begun(phone, "annual_report")
    filled(phone, draft, {
        "year": {"year": year, "activities": "全年为社区一百二十位老人提供助餐助浴和陪诊服务。", "meetings": "2",
                 "lawful": "yes"},
        "money": {"staff": "6", "income": "800000", "expenses": "780000", "assets": "200000", "true": True}})
    added(phone, draft, "report", "accounts")
    reads(phone)
    sound(phone, axe)
    where = handed_in(phone, draft)
    reads(phone, "已提交")
    sound(phone, axe)
    desk = windows.open("officer_city", size=DESK)
    desk.goto(where)
    reads(desk, f"报送截止日为{year + 1}年{due}。现予接收，标记为逾期报送")
    granted(desk, where, "已按期限核对。")
    phone.goto(where)
    report = handed_over(phone, where, "/organisations/")
    phone.goto(report)
    reads(phone, f"{year}", "逾期", "尚未作出结论", "全年为社区一百二十位老人提供助餐助浴和陪诊服务。")
    sound(phone, axe)
    phone.locator("main a", has_text="年度报告").first.click()
    reads(phone, f"{year}", "逾期")
    sound(phone, axe)
    desk.goto(phone.url)
    desk.get_by_role("link", name=f"{year}").last.click()
    reads(desk, "年检结论", "该组织和公众都能看到")
    sound(desk, axe)
    typed(desk, conclusion="faulty", faults=["meetings"], reasons="理事会只开了一次。")
    pressed(desk)
    phone.reload()
    reads(phone, "整改")
    phone.goto(report)
    reads(phone, "基本合格", "整改", "理事会只开了一次。")


def test_a_certificate_is_put_right_and_taken_back_at_the_end(
    windows: Windows, node: Node, inventor: Inventor, axe: str,
) -> None:
    body, certificate = founded(windows, node, inventor)
    phone, desk = windows.open(body.speaker.visitor), windows.open("officer_city", size=DESK)
    right = "琥珀路 18 号（演示）"

    draft = begun(phone, "correct_register")
    phone.goto(f"{draft}items/")
    typed(phone, items=["address"])
    phone.locator("main button[name=more]").click()
    typed(phone, address=right)
    pressed(phone)
    typed(phone, cause="clerical", explanation="门牌号少录了一位。")
    pressed(phone)
    added(phone, draft, "evidence")
    where = handed_in(phone, draft)
    granted(desk, where, "与原申请材料一致。")
    anew = handed_over(phone, where, "/check/")
    reads(phone, "登记簿更正", "社会组织登记证书")
    assert anew != certificate
    phone.goto(certificate)
    reads(phone, "已换发")
    sound(phone, axe)
    phone.goto(anew)
    reads(phone, "有效", right)
    phone.goto(body.entry)
    reads(phone, right, "更正", "登记时录入有误")

    phone.goto("/hall/matters/deregister/begin/")
    pressed(phone)
    reads(phone, "请先办理清算备案")
    sound(phone, axe)
    draft = begun(phone, "liquidate")
    filled(phone, draft, {"end": {"reason": "dissolved", "decided_on": f"{date.today()}", "group": "张桂英、李明",
                                  "nothing_else": True}})
    added(phone, draft, "resolution")
    where = handed_in(phone, draft)
    decided(desk, where)
    phone.goto("/hall/matters/change_registration/begin/")
    pressed(phone)
    reads(phone, "清算期间不得从事与清算无关的活动")
    draft = begun(phone, "deregister")
    filled(phone, draft, {"liquidation": {"reason": "dissolved", "liquidated_on": f"{date.today()}", "settled": True,
                                          "left_over": "1200"}})
    added(phone, draft, "report", "application")
    followed(phone, "/hand-in/")
    reads(phone, "请说明剩余财产的去向")
    filled(phone, draft, {"liquidation": {"left_over_use": "捐给蜀山区慈善协会用于助老。"}})
    where = handed_in(phone, draft)
    decided(desk, where)
    phone.goto(where)
    reads(phone)
    phone.goto(body.entry)
    reads(phone, "注销")
    until(lambda: phone.goto(anew) and "已撤销" in phone.inner_text("main"), "the certificate taken back")
    reads(phone, "所证明的事项已终止")
