"""The eleven blocks of the public page, field by field, as the national register shows them."""
import re
from datetime import date
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from tests.registers.organisations.conftest import Scene
from tests.registers.organisations.test_file import change, establish
from tests.registers.visiting import text, visit

BLOCKS = {
    "成立登记": (["业务类型", "办结日期"], ["成立登记", "2025年3月3日"]),
    "变更公示": (["事项", "变更前", "变更后", "办结日期"], [
        "住所", "蜀山区琥珀路 1 号", "蜀山区长江西路 9 号", "2026年1月5日"]),
    "注销登记": (["业务类型", "办结日期"], ["注销登记", "2026年11月16日"]),
    "年检结果": (["年度", "年检结论"], ["2025", "合格"]),
    "评估等级": (["评估等级", "有效期自", "有效期至"], ["4A", "2026年1月1日", "2030年12月31日"]),
    "表彰信息": (["荣誉", "授予日期"], ["先进社会组织", "2026年6月1日"]),
    "中央财政支持项目": (["年度", "项目编号", "项目名称", "资金"], ["2026", "A-7", "助老", "¥200,000.00"]),
    "行政处罚": (["决定书文号", "处罚事由", "处罚依据", "处罚结果", "决定日期"], [
        "蜀民罚〔2026〕3 号", "未按规定变更", "条例第三十条", "警告", "2026年5月8日"]),
    "活动异常名录": (["列入日期", "列入事由", "移出日期", "移出事由"], ["2026年7月1日", "未按时报送", "—", "—"]),
    "严重违法失信名单": (["列入日期", "列入事由", "移出日期", "移出事由"], [
        "2025年7月1日", "处罚未履行", "2026年7月1日", "已履行"]),
    "年度工作报告": (["年检报告书名称", "发布日期", "查看地址"], ["2025年度工作报告", "2026年4月1日", "查看"]),
}
"""Of the blocks after the first: title, the fields of the national register, and the newest row."""
FACTS = ["全称", "统一社会信用代码", "登记管理机关", "业务主管单位", "法定代表人", "成立登记日期", "注册资金",
         "登记状态", "登记证号", "机构类型", "住所"]


@pytest.fixture
def society(scene: Scene) -> UUID:
    """One of which every block says something, deregistered today."""
    ref = establish(supervising_unit="蜀山区教体局", certificate_number="皖合民证字第 7 号")
    change(ref, address="蜀山区长江西路 9 号", on=date(2026, 1, 5))
    told: list[tuple[str, dict[str, Any]]] = [
        ("annual_report", {"annual_reports": {
            "year": 2025, "conclusion": "passed", "title": "2025年度工作报告", "published_on": "2026-04-01",
            "link": "https://example.org/2025"}}),
        ("grade", {"grades": {"grade": "4A", "from_": "2026-01-01", "until": "2031-01-01"}}),
        ("commendation", {"commendations": {"title": "先进社会组织", "given_on": "2026-06-01"}}),
        ("project", {"projects": {"year": 2026, "number": "A-7", "title": "助老", "funds": 20_000_000}}),
        ("penalty", {"penalties": {"number": "蜀民罚〔2026〕3 号", "reason": "未按规定变更", "basis": "条例第三十条",
                                   "result": "警告", "decided_on": "2026-05-08"}}),
        ("list", {"lists": {"list": "abnormal", "entered_on": "2026-07-01", "reason": "未按时报送"}}),
        ("list", {"lists": {"list": "serious", "entered_on": "2025-07-01", "reason": "处罚未履行",
                            "until": "2026-07-01", "removal_reason": "已履行"}}),
    ]
    for kind, said in told:
        change(ref, kind=kind, **said)
    change(ref, kind="liquidation")
    change(ref, kind="deregistration")
    return ref


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def cells(html: str, tag: str) -> list[str]:
    return [plain(one) for one in re.findall(rf"(?s)<{tag}\b[^>]*>(.*?)</{tag}>", html)]


def test_every_block_has_its_fields(society: UUID) -> None:
    page = text(visit(f"/organisations/{society}/", language="zh"))
    facts = dict(zip(cells(page, "dt"), cells(page, "dd"), strict=True))
    assert [one for one in FACTS if not facts.get(one)] == [] and "所知生成" in page
    shown = {}
    for section in re.findall(r"(?s)<section.*?</section>", page):
        if "<th" in section:
            head, *rows = re.findall(r"(?s)<tr\b[^>]*>(.*?)</tr>", section)
            shown[cells(section, "h2")[0]] = (cells(head, "th"), cells(rows[0], "th") + cells(rows[0], "td"))
    for title, (fields, row) in BLOCKS.items():
        assert (shown[title][0][:len(fields)], shown[title][1][:len(row)]) == (fields, row), title


@pytest.mark.parametrize(("asked", "found"), [
    ("supervising_unit=教体局", True), ("number=字第 7", True), ("grade=4A", True), ("mark=abnormal", True),
    ("mark=serious", False), ("status=deregistered", True), ("status=registered", False),
    ("kind=society&grade=3A", False),
])
def test_it_is_found_by_what_its_blocks_say(society: UUID, asked: str, found: bool) -> None:
    assert (str(society) in text(visit(f"/organisations/?{asked}"))) is found
    assert (str(society) in text(visit(f"/api/v1/organisations?{asked}"))) is found
