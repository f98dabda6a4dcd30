"""Rows of the register as a file gives them: made, none of them an organisation that there is."""
import csv
import io
from operator import mul
from pathlib import Path

from linli.registers.organisations.rules import organisation_check
from linli.registers.organisations.rules.proving import LETTERS

HEAD = ("社会组织名称", "统一社会信用代码", "社会组织类型", "区划代码", "登记管理机关", "法定代表人", "成立登记日期",
        "登记状态", "住所", "注册资金")


def code(number: int, *, begin: str = "52", region: str = "340104") -> str:
    """A code whose two check digits fit, made from a number."""
    eight = f"{number:08d}"
    body = f"{begin}{region}{eight}{organisation_check(eight)}"
    total = sum(map(mul, map(LETTERS.index, body), (pow(3, place, 31) for place in range(17))))
    return body + LETTERS[-total % 31]


def row(number: int = 1, **said: str) -> dict[str, str]:
    """A good row; what is said stands instead."""
    return {
        "社会组织名称": f"合肥示例第{number}社会工作服务中心", "统一社会信用代码": code(number),
        "社会组织类型": "民办非企业单位", "区划代码": "340104", "登记管理机关": "蜀山区民政局",
        "法定代表人": f"示例{number}", "成立登记日期": "2015-06-01",
        "登记状态": "正常", "住所": f"蜀山区示例路 {number} 号", "注册资金": "3",
    } | said


def text(*rows: dict[str, str]) -> str:
    out = io.StringIO(newline="")
    heads = list(dict.fromkeys(name for one in rows for name in one)) or list(HEAD)
    writer = csv.DictWriter(out, heads, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def written(folder: Path, *rows: dict[str, str], encoding: str = "utf-8", name: str = "register.csv") -> Path:
    file = folder / name
    file.write_bytes(text(*rows).encode(encoding))
    return file
