"""An organisation is founded, another is not: the founder on a phone, the officer at a desk."""
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from linli.demo.invented import Inventor
from tests.browser.hall import (
    CHARTER,
    PAPERS,
    added,
    address,
    agency,
    begun,
    filled,
    followed,
    handed_in,
    handed_over,
    moved,
    number_of,
    pressed,
    reads,
    signed_up,
    sound,
    trade_name,
    typed,
)
from tests.browser.window import DESK, Windows
from tests.journeys.browser import Person
from tests.limits import limit
from tests.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SOCIETY = ["name_address", "purpose_scope_area", "members", "organs", "officers", "assets", "amendment", "ending"]
MISSING = "一、验资证明缺少出具单位印章。\n二、住所使用权证明没有写明截止日期。"


def test_an_agency_is_founded_after_it_was_completed(
    windows: Windows, node: Node, inventor: Inventor, axe: str,
) -> None:
    founder, head = signed_up(node, inventor), inventor.someone(oldest=50, youngest=40, on=date.today())
    phone, desk = windows.open(founder.visitor), windows.open("officer_city", size=DESK)
    today = date.today()
    name, soon = f"合肥市蜀山区{trade_name()}养老服务中心", today + timedelta(days=90)

    # what it takes, and whether it is worth it
    phone.goto("/hall/?q=社会服务机构")
    phone.get_by_role("link", name="社会服务机构成立登记").click()
    accepts, decides, delivers = (limit(id, zh=True, on=today) for id in (
        "gov.tell_gaps_once", "registration.decide_agency", "gov.deliver"))
    reads(phone, accepts, decides, delivers, "非国有资产不低于三分之二", "章程草案", "申请行政复议")
    sound(phone, axe)
    followed(phone, "/check/")
    typed(phone, registered_funds="100000", state_funds="50000")
    pressed(phone)
    reads(phone, "暂不符合以下条件", "非国有资产不得低于总财产的3分之2")
    sound(phone, axe)
    typed(phone, state_funds="0")
    pressed(phone)
    reads(phone, "符合申请条件")
    followed(phone, "/begin/")
    sound(phone, axe)
    pressed(phone)
    draft = address(phone)
    reads(phone, "待填写")

    # all that is missing at once, then all that is against the law at once
    followed(phone, "/hand-in/")
    reads(phone, "名称：尚未填写", "场所使用权截止日期：尚未填写", "人员：应填 1 至 60 行", "请提交材料：验资证明")
    assert phone.locator("#against li").count() == 18
    sound(phone, axe)
    said = agency(name, head)
    del said["means"]["registered_funds"], said["means"]["state_funds"]  # answered before
    said["means"] |= {"liability": "individual", "founder_persons": "2", "premises_until": f"{soon}"}
    said["charter"] = {"charter_items": CHARTER[:-2]}
    phone.locator("#against a").first.click()
    typed(phone, **said["name"])
    reads(phone, "第 1 部分，共 4 部分")
    sound(phone, axe)
    pressed(phone)
    for part in ("means", "people", "charter"):
        typed(phone, **said[part])
        reads(phone)
        if part == "people":
            sound(phone, axe)
        pressed(phone)
    added(phone, draft, *PAPERS)
    reads(phone, "已填写", "application.png")
    followed(phone, "/hand-in/")
    reads(phone, "提交前请处理以下各项", "个体",
          f"即至少到{today.year + 1}年{today.month}月{today.day}日", "章程还没有载明：章程的修改程序",
          "章程还没有载明：终止程序和终止后资产的处理")
    assert phone.locator("#against li").count() == 4
    assert not phone.locator("#against a[href='#papers']").count(), "each leads to where it is put right"
    filled(phone, draft, {"means": {"liability": "legal_person", "premises_until": f"{soon.year + 3}-01-01"},
                          "charter": {"charter_items": CHARTER}})
    phone.goto(draft)
    followed(phone, "/hand-in/")
    reads(phone, "¥100,000.00", head.name, f"{accepts}内告知是否齐全")
    sound(phone, axe)
    where = handed_in(phone, draft)
    reads(phone, "已提交", "前告知是否受理；逾期未告知的，视为受理", "请拨打 12349 投诉", "其中国有资产 ¥0.00")
    sound(phone, axe)

    # the desk asks once for everything
    desk.goto(f"/officer/hall/?number={number_of(phone)}")
    reads(desk, "尚未认领")
    sound(desk, axe)
    desk.get_by_role("link", name="社会服务机构成立登记").click()
    reads(desk, name, head.id_number[-4:], "材料是否齐全？", "验资证明")
    assert head.id_number not in desk.inner_text("main"), "numbers are read in full for a reason only"
    sound(desk, axe)
    moved(desk, "open_numbers", **{"open-why": "compare"})
    reads(desk, head.id_number)
    desk.goto(where)
    moved(desk, "take")
    moved(desk, "ask-completion", **{"ask-text": MISSING})
    reads(desk, "待补正")
    phone.goto("/hall/mine/")
    reads(phone, "待您办理", "待补正")
    sound(phone, axe)
    followed(phone, where)
    reads(phone, *MISSING.split("\n"), "请补齐全部材料后重新提交", f"{accepts}内答复", "查看了完整号码")
    followed(phone, "/form/")
    reads(phone, *MISSING.split("\n"))
    added(phone, draft, "funds", "premises")
    handed_in(phone, draft)
    reads(phone, "已提交", "已一次性告知")

    # review, a visit for which the clock stands, the decision
    desk.reload()
    assert not desk.locator("form[action$='/ask-completion/']").count(), "it is asked for once"
    moved(desk, "accept")
    moved(desk, "begin-step", "visit")
    reads(desk, "停止计时")
    phone.reload()
    reads(phone, "审查中", "停止计时", "不计入办理期限", "住所现场核查开始")
    for step, finding in (("visit", "住所与材料一致。"), ("review", "材料齐全，符合规定。")):
        moved(desk, "finish-step", step, **{"step-favourable": "yes", "step-finding": finding})
    reads(desk, "住所与材料一致。", "准予")
    phone.reload()
    reads(phone, "前作出决定")
    moved(desk, "grant")
    reads(desk, "已准予")

    # what was received
    phone.goto(handed_over(phone, where, "/organisations/"))
    reads(phone, name, "蜀山区民政局", head.name, "琥珀路 8 号（演示）")
    assert "我负责这个机构" not in phone.inner_text("main"), "who founded it keeps its entry and claims nothing"
    phone.goto(f"/provider/organisation/keepers/?organisation={phone.url.split('/')[4]}")
    reads(phone, name, "本人", "移交")
    sound(phone, axe)
    certificate = handed_over(phone, where, "/check/")
    reads(phone, "已办结，准予", "制发证书", "成立登记", "社会组织登记证书")
    moved(phone, "rate", grade="4", remark="很快。")
    reads(phone, "满意", "很快。")
    phone.goto(certificate)
    reads(phone, "有效", name, head.name, "琥珀路 8 号（演示）")
    paper = phone.request.get(phone.locator("main a[href$='.pdf']").first.get_attribute("href") or "")
    assert paper.ok and paper.body().startswith(b"%PDF-")


def test_a_society_is_refused_with_reasons_and_remedies(
    windows: Windows, node: Node, inventor: Inventor, colleague: Person,
) -> None:
    founder, head = signed_up(node, inventor), inventor.someone(oldest=50, youngest=40, on=date.today())
    phone, desk = windows.open(founder.visitor, language="en", scripts=False), windows.open("officer_city", size=DESK)
    phone.goto("/hall/matters/found_society/check/")
    typed(phone, persons="12", units="0", registered_funds="20000")
    pressed(phone)
    reads(phone, "You name 12: 38 more are needed.", "The funds of a society are at least 30,000 yuan.")
    draft = begun(phone, "found_society")
    filled(phone, draft, {
        "name": {"name": f"合肥市蜀山区{trade_name()}互助协会", "address": "琥珀路 9 号（演示）", "area": "蜀山区",
                 "purpose": "Neighbours help neighbours.", "scope": "Visits and errands."},
        "means": {"persons": "60", "units": "0", "registered_funds": "30000"},
        "people": {"officers-0-name": head.name, "officers-0-identity": head.id_number, "officers-0-post": "chair",
                   "officers-0-marks": ["legal_representative"], "acting": "nobody"},
        "charter": {"charter_items": SOCIETY}})
    added(phone, draft, *PAPERS[:-2])
    reads(phone, "filled in", "Your draft is kept")
    where = handed_in(phone, draft)
    reads(phone, "handed in", "it counts as accepted")

    desk.goto(where)
    moved(desk, "accept")
    moved(desk, "finish-step", "review", **{"step-favourable": "no", "step-finding": "同一街道已有业务相同的协会。"})
    moved(desk, "propose-refusal", **{"refuse-reasons": "没有写依据。"})
    assert desk.locator("form[action$='/propose-refusal/'] .error").count(), "a refusal names its ground"
    moved(desk, "propose-refusal", **{
        "refuse-ground": "needless", "refuse-reasons": "Such a society is there already.\nPlease join it."})
    moved(desk, "confirm-refusal")
    reads(desk, "不利的决定须由他人复核")
    phone.reload()
    assert "join it" not in phone.inner_text("main"), "nobody reads what does not hold yet"
    other = windows.open(colleague.visitor, size=DESK)
    other.goto(where)
    reads(other, "Such a society is there already.", "同一街道已有业务相同的协会。")
    moved(other, "confirm-refusal")
    reads(other, "不予许可", "申请行政复议")
    phone.reload()
    reads(phone, "not granted", "A like organisation in the region makes it needless",
          "Such a society is there already.", "Please join it.",
          f"within {limit('gov.ask_for_review', on=date.today())}",
          f"people's court within {limit('gov.sue', on=date.today())}", "you can apply anew", "Call 12349")
    expect(phone.locator("main form[action$='/rate/']")).to_be_visible()
    phone.get_by_role("link", name="To the guide of this matter").click()
    reads(phone, "Founding a society")
