"""What is fetched and what is promised: the speaker on a phone, two officers at their desks."""
from datetime import date

import pytest

from linli.demo.invented import Inventor
from tests.browser.hall import (
    begun,
    decided,
    followed,
    founded,
    handed_in,
    moved,
    picture,
    reads,
    sent,
    sound,
)
from tests.browser.window import DESK, Windows
from tests.journeys.browser import Person
from tests.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NEW = "琥珀路 31 号（演示）"


def test_a_promise_is_checked_and_mended_and_not_accepting_is_read_by_two(
    windows: Windows, node: Node, inventor: Inventor, colleague: Person, axe: str,
) -> None:
    body, _ = founded(windows, node, inventor)
    phone, desk = windows.open(body.speaker.visitor), windows.open("officer_city", size=DESK)
    draft = begun(phone, "change_registration")
    sent(phone, f"{draft}items/", version=1, items="address")
    sent(phone, f"{draft}items/", version=2, items="address", address=NEW)
    sent(phone, f"{draft}decided/", version=3, agreed_on=f"{date.today()}", reason="搬到新的地方。")
    sent(phone, f"{draft.removesuffix('form/')}papers/", material="resolution", file=picture("resolution"))
    phone.goto(draft)
    reads(phone, "登记证书", "电子证照库", "无需提交", "以书面承诺代替")
    promise = phone.locator("article").filter(has=phone.locator("#agreed-premises"))
    promise.locator("summary").last.click()
    reads(phone, "本组织对新住所拥有使用权", "核查方式", "承诺不实的后果")
    promise.get_by_role("button", name="签署承诺").click()
    reads(phone, "请勾选“已阅读”后再签署承诺")
    phone.locator("#agreed-premises").check(force=True)
    phone.get_by_role("button", name="签署承诺").click()
    reads(phone, "您已书面承诺")
    sound(phone, axe)
    where = handed_in(phone, draft)
    reads(phone, "书面承诺", "本组织对新住所拥有使用权")
    desk.goto(where)
    reads(desk, "由系统直接调取", "电子证照库", "A 级")
    decided(desk, where)

    desk.goto("/officer/hall/")
    reads(desk, "待核查的承诺", "新住所使用权证明")
    desk.goto(where)
    moved(desk, "find-kept", **{"promise-premises-text": "现场没有挂牌。"})  # the last button asks to mend it
    reads(desk, "待整改", "整改截止日")
    phone.goto(where)
    reads(phone, "待整改", "现场没有挂牌。", "提交整改说明")
    sound(phone, axe)
    sent(phone, f"{where}papers/", material="premises", file=picture("premises"))
    moved(phone, "answer-mending", **{"promise-premises-text": "已挂牌，租约见附件。"})
    desk.goto(where)
    reads(desk, "已挂牌，租约见附件。", "premises.png")
    desk.locator("#promises form textarea").fill("租约属实。")
    desk.get_by_role("button", name="确认已整改").click()
    phone.reload()
    reads(phone, "已按期整改")

    # not accepting is read by two
    phone, other = windows.open(body.speaker.visitor, language="en"), windows.open(colleague.visitor, size=DESK)
    draft = begun(phone, "correct_register")
    sent(phone, f"{draft}items/", version=1, items="address")
    sent(phone, f"{draft}items/", version=2, items="address", address="琥珀路 41 号（演示）")
    sent(phone, f"{draft}cause/", version=3, cause="clerical", explanation="The number is wrong.")
    sent(phone, f"{draft.removesuffix('form/')}papers/", material="evidence", file=picture("evidence"))
    where = handed_in(phone, draft)
    desk.goto(where)
    moved(desk, "propose-return", **{"return-why": "not_needed", "return-text": "门牌号由公安机关更正。"})
    moved(desk, "confirm-return")
    reads(desk, "不利的决定须由他人复核")
    phone.reload()
    assert "门牌号由" not in phone.inner_text("main"), "nobody reads what does not hold yet"
    other.goto(where)
    reads(other, "门牌号由公安机关更正。", "逾期视为受理")
    moved(other, "confirm-return")
    phone.reload()
    reads(phone, "not accepted", "门牌号由公安机关更正。", "review the decision")
    followed(phone, "/hall/matters/correct_register/")
