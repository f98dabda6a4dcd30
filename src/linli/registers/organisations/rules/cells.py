"""One cell of a file of the register: what its column is called, and what is kept of it, or why not."""
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from linli.kernel.refusals import Refusal, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import rules
from linli.registers.organisations.rules import KINDS, Kind
from linli.registers.organisations.rules.items import Status

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("社会组织名称", "名称", "机构名称", "单位名称", "name"),
    "uscc": ("统一社会信用代码", "信用代码", "社会信用代码", "uscc", "unified_code"),
    "number": ("组织机构代码", "organisation_number"),
    "kind": ("社会组织类型", "类型", "组织类型", "kind", "type"),
    "region": ("区划代码", "行政区划代码", "登记区划", "region", "region_code"),
    "registrar": ("登记管理机关", "登记机关", "registrar"),
    "supervising_unit": ("业务主管单位", "主管单位", "supervising_unit"),
    "legal_representative": ("法定代表人", "法人代表", "负责人", "legal_representative"),
    "established_on": ("成立登记日期", "成立日期", "登记日期", "established_on"),
    "registered_funds": ("注册资金", "注册资金(万元)", "开办资金", "开办资金(万元)", "原始基金", "活动资金",
                         "registered_funds"),
    "status": ("登记状态", "状态", "status"),
    "ended_on": ("注销日期", "撤销日期", "ended_on"),
    "certificate_number": ("登记证号", "证书编号", "certificate_number"),
    "valid_from": ("有效期限自", "证书有效期起", "发证日期", "valid_from"),
    "valid_until": ("有效期限至", "证书有效期止", "valid_until"),
    "address": ("住所", "地址", "address"),
    "phone": ("单位联系电话", "联系电话", "电话", "phone"),
    "scope": ("业务范围", "宗旨和业务范围", "scope"),
    "former_name": ("曾用名", "原名称", "former_name"),
    "english_name": ("英文名称", "english_name"),
    "charity": ("是否慈善组织", "慈善组织", "charity"),
    "grade": ("评估等级", "等级", "grade"),
    "grade_from": ("等级有效期自", "评估日期", "grade_from"),
    "grade_until": ("等级有效期至", "等级有效期", "grade_until"),
}
"""By our word, what the column is called in files. 注册资金 stands in 万元 (10,000 yuan) unless the cell says 元."""
ROW, WHY, PERHAPS = "行号", "原因", "可能是"
"""What a correction list adds; in a file that is sent again they are left aside."""
NEEDED = ("name", "uscc")
WANTED = ("name", "uscc", "kind", "registrar", "legal_representative", "established_on", "status", "address")
"""What the public page of an organisation shows first; what is empty there is missing (rules.md DAT-11)."""
STATUSES = {
    "正常": "registered", "登记": "registered", "存续": "registered", "有效": "registered", "清算": "liquidating",
    "清算中": "liquidating", "注销": "deregistered", "已注销": "deregistered", "撤销": "revoked", "已撤销": "revoked",
    "吊销": "revoked",
} | {status.value: status.value for status in Status}
_KINDS = {
    "社会团体": Kind.SOCIETY, "社团": Kind.SOCIETY, "民办非企业单位": Kind.AGENCY, "社会服务机构": Kind.AGENCY,
    "民非": Kind.AGENCY, "基金会": Kind.FOUNDATION, "企业": Kind.COMPANY, "事业单位": Kind.PUBLIC_INSTITUTION,
} | {kind.value: kind for kind in KINDS}
_YES = {"是": True, "yes": True, "true": True, "1": True, "否": False, "no": False, "false": False, "0": False}
_MOST = {"name": 100, "address": 200, "english_name": 200, "scope": 2000, "former_name": 100, "registrar": 100,
         "supervising_unit": 100, "legal_representative": 60, "certificate_number": 60}
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_GRADES = {f"{mark}{tail}": f"{digit}A" for digit in range(1, 6) for mark in (str(digit), "一二三四五"[digit - 1])
           for tail in ("A", "A级")} | {"A" * digit: f"{digit}A" for digit in range(1, 6)}
FIRST_DAY = "1949-10-01"
FORMAT, DOMAIN, AGREE, TWICE = "check.format", "check.domain", "check.consistency", "check.duplicate"


def line(name: str) -> Callable[[str], str]:
    most = _MOST.get(name, 200)

    def read(text: str) -> str:
        if "\ufffd" in text:
            raise RuleBroken(N_("Characters of this text were lost on the way (�). Export the file again as UTF-8."),
                             rule=FORMAT, field=name)
        if len(text) <= most and text.isprintable() and unicodedata.is_normalized("NFC", text):
            return text
        return rules.line(text, field=name, most=most, lines=name == "scope")

    return read


@lru_cache(maxsize=50_000)
def day(text: str, name: str = "established_on") -> str:
    """A day as YYYY-MM-DD, from the ways that sheets write one. Refuses: RuleBroken."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        iso = date(int(found[1]), int(found[2]), int(found[3])).isoformat() if found else ""
    except ValueError:
        iso = ""
    if not iso:
        raise RuleBroken(N_("“{value}” is no day. Write it as 2026-03-31."), rule=FORMAT, field=name, value=text[:20])
    if not FIRST_DAY <= iso < "2100-01-01":
        raise RuleBroken(N_("No register holds such a day: {value}."), rule=DOMAIN, field=name, value=iso)
    return iso


@lru_cache(maxsize=20_000)
def _funds(text: str) -> int:
    """In fen; the cell stands in 万元 unless it says 元."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").removesuffix("整")
    plain = plain.removesuffix("人民币").removeprefix("人民币").removeprefix("¥")
    ten_thousands = plain.endswith(("万元", "万")) or not plain.endswith("元")
    figure = plain.removesuffix("元").removesuffix("万")
    try:
        amount = Decimal(figure) * (1_000_000 if ten_thousands else 100)
        if not amount.is_finite() or amount < 0 or amount > 10**15 or amount != amount.to_integral_value():
            raise InvalidOperation
    except InvalidOperation:
        raise RuleBroken(N_("“{value}” is no amount. Write ten thousands of yuan with at most four decimals, such as"
                            " 3.5."), rule=FORMAT, field="registered_funds", value=text[:20]) from None
    return int(amount)


def _one_of(name: str, known: dict[str, Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return known[text]
        except KeyError:
            plain = unicodedata.normalize("NFKC", text).lower()
            found = known.get(plain, known.get(plain.upper(), known))
            if found is not known:
                return found
            raise RuleBroken(N_("“{value}” is not known here. Known are: {known}."), rule=DOMAIN, field=name,
                             value=text[:20], known="、".join(list(known)[:8])) from None
    return read


def _region(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) in (6, 9, 12)):
        raise RuleBroken(N_("“{value}” is no region code: it has 6, 9 or 12 digits."), rule=FORMAT, field="region",
                         value=text[:20])
    return text.ljust(12, "0")


@lru_cache(maxsize=20_000)
def _phone(text: str) -> str:
    """The first number of a cell that may hold several."""
    return rules.phone(re.split(r"[;；、,，/]|\s{2,}", text)[0])


def _day_of(name: str) -> Callable[[str], str]:
    return lambda text: day(text, name)


READ: dict[str, Callable[[str], Any]] = {
    "kind": _one_of("kind", {word: kind.value for word, kind in _KINDS.items()}),
    "status": _one_of("status", STATUSES), "charity": _one_of("charity", _YES), "grade": _one_of("grade", _GRADES),
    "region": _region, "registered_funds": _funds, "phone": _phone,
    **{name: _day_of(name) for name in ("established_on", "ended_on", "valid_from", "valid_until", "grade_from",
                                        "grade_until")},
}


def code_wrong(typed: str, code: str) -> Refusal:
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", typed.upper()):
        return RuleBroken(N_("A spreadsheet has turned this code into a number and lost its end. Make the column text,"
                             " and export the file again."), rule=rules.CODE, field="uscc")
    try:
        rules.code(typed, kind=rules.kind_of(code) if rules.kind_of(code) in KINDS else Kind.SOCIETY)
    except RuleBroken as why:
        return why
    return RuleBroken(N_("The code cannot be proved by its check digits."), rule=rules.CODE, field="uscc")
