"""What the register tells of the personas' provider: founded years ago, renamed, reporting, once corrected; and a file
of the register that came in, with a row put aside and one that is doubtful."""
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from linli.kernel.actor import Actor
from linli.registers.organisations import actions as organisations
from linli.registers.organisations.actions import Change

FORMER = "合肥市安康家政服务部（演示）"


def tell(ref: UUID, *, name: str, address: str, by: Actor, at: datetime) -> None:
    """Three filings: the history that was taken over, the change of name, and the correction of a mistyped sum."""
    this = at.year
    founded = date(this - 6, 4, 13)
    council = [
        {"name": "赵玲", "post": "chair", "from_": f"{this - 2}-04-13", "until": f"{this + 2}-04-13"},
        {"name": "高远", "post": "chair", "from_": f"{this - 6}-04-13", "until": f"{this - 2}-04-13",
         "reason": "任期届满"},
        {"name": "许静", "post": "council_member", "from_": f"{this - 6}-04-13"},
        {"name": "韩涛", "post": "supervisor", "from_": f"{this - 2}-04-13"},
    ]
    said: dict[str, Any] = {
        "name": FORMER, "established_on": founded, "registrar": "合肥市蜀山区民政局（演示）", "address": address,
        "supervising_unit": "合肥市蜀山区民政局（演示）", "legal_representative": "赵玲", "registered_funds": 3_000_000,
        "purpose": "为居家老人提供上门服务。", "scope": "居家照护、陪诊、助浴、助餐。", "liability": "legal_person",
        "party": "joint", "volunteering": True,
    }
    records = [
        *(("officers", one) for one in council),
        ("certificates", {"title": "copy", "number": f"蜀民证字第{this}018号（演示）", "from_": f"{this - 2}-04-13",
                          "until": f"{this + 2}-04-13"}),
        *(("annual_reports", {
            "year": year, "conclusion": "passed", "filed_on": f"{year + 1}-03-{day}",
            "title": f"{year}年度工作报告（演示）", "published_on": f"{year + 1}-04-01"})
          for year, day in ((this - 2, 28), (this - 1, 12)) if date(year + 1, 4, 1) < at.date()),
        ("grades", {"grade": "4A", "from_": f"{this - 2}-01-01", "until": f"{this + 3}-01-01"}),
        ("commendations", {"title": "优秀社会服务机构（演示）", "given_on": f"{this - 1}-09-05",
                           "given_by": "蜀山区（演示）"}),
        ("penalties", {"number": f"蜀民罚〔{this - 3}〕2号（演示）", "reason": "未按规定备案章程修改",
                       "basis": "演示数据", "result": "警告", "decided_on": f"{this - 3}-11-08",
                       "authority": "合肥市蜀山区民政局（演示）"}),
    ]
    changes = [Change(item, value) for item, value in (*said.items(), *records)]
    taken = organisations.file(ref, kind="import", changes=changes, effective_on=founded,
                               basis="演示数据：从区登记册转入", by=by, at=at)
    organisations.file(ref, kind="change", changes=[Change("name", name)], effective_on=date(this - 4, 6, 10),
                       basis="理事会决议和业务主管单位批复（演示）", by=by, at=at + timedelta(minutes=20))
    organisations.file(ref, kind="correction", changes=[Change("registered_funds", 30_000_000)], corrects=taken.ref,
                       effective_on=founded, basis="验资报告（演示）", cause="转入时少录一位数：30 万元误作 3 万元。",
                       by=by, at=at + timedelta(hours=2))


HEAD = ["社会组织名称", "统一社会信用代码", "社会组织类型", "区划代码", "登记管理机关", "法定代表人", "成立登记日期",
        "登记状态", "住所", "注册资金", "有效期限至"]
_ROWS: tuple[tuple[str, str, str, dict[str, str]], ...] = (  # name, kind, district, what stands otherwise than usual
    ("合肥市庐阳区银龄互助协会（演示）", "society", "340103", {}),
    ("合肥市庐阳区晨光社会工作服务中心（演示）", "agency", "340103", {}),
    ("合肥市庐阳区邻里公益基金会（演示）", "foundation", "340103", {"注册资金": "200"}),
    ("合肥市庐阳区书香阅读促进会（演示）", "society", "340103", {"有效期限至": "2024-06-30"}),
    ("合肥市庐阳区助残服务中心（演示）", "agency", "340103", {"登记状态": "不详"}),
)


def bring(code: Callable[[str, str], str], *, by: Actor, at: datetime) -> None:
    """A district's file of five rows: three good ones, a certificate that has run out, a state that nobody knows."""
    kinds = {"society": "社会团体", "agency": "社会服务机构", "foundation": "基金会"}
    lines = [HEAD]
    for place, (name, kind, district, other) in enumerate(_ROWS):
        usual = dict(zip(HEAD, [
            name, code(kind, district), kinds[kind], district, "庐阳区民政局（演示）", "示例负责人",
            f"{2014 + place}-05-20", "正常", f"庐阳区示例路 {place + 1} 号（演示）", "3",
            f"{at.year + 2}-05-20"], strict=True))
        lines.append(list((usual | other).values()))
    organisations.import_register(lambda: lines, source="庐阳区社会组织名录（演示）", on=at.date(), partial=True,
                                  demo=True, by=by, at=at)
