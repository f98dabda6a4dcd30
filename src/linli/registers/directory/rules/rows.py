"""A file of services: what its columns are called, and what a row says.

One row is one service; a service is known again by its category, its name and its site. What stands in each column is
said in `MEANINGS`, which the page of the import shows too. A column that is left out of the file changes nothing in a
service that is there already.
"""
import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from linli.kernel.money import Money
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text
from linli.registers.directory.rules.hours import MIDNIGHT, Hours, check_hours
from linli.registers.directory.rules.taxonomy import Taxonomy

COLUMNS: dict[str, str] = {
    "category": "类别", "name": "名称", "summary": "简介", "site": "服务点", "modes": "方式", "price": "价格",
    "unit": "计价单位", "subsidy": "补贴", "subsidy_min_age": "补贴年龄", "min_age": "最低年龄", "max_age": "最高年龄",
    "minutes": "时长", "buffer": "间隔", "capacity": "容量", "lead": "提前", "area": "服务范围", "languages": "语言",
    "accessibility": "无障碍", "hours": "开放时间", "setup": "准备", "wave": "同时叫号",
}
MEANINGS: dict[str, Text] = {
    "category": N_("The category's key or name, as in the list of categories. Needed."),
    "name": N_("At most 60 characters. Needed."),
    "summary": N_("At most 500 characters. Needed."),
    "site": N_("The name of one of your sites; empty: none."),
    "modes": N_("on_site (到店), home (上门), remote (远程); several with a semicolon."),
    "price": N_("In yuan, such as 80 or 1,234.50."),
    "unit": N_("visit (次), hour (小时), day (天), month (月) or session (课时); empty: visit."),
    "subsidy": N_("In yuan; empty: none."),
    "subsidy_min_age": N_("The age from which the subsidy is given; empty: everybody."),
    "min_age": N_("The lowest age; empty: everybody."),
    "max_age": N_("The highest age; empty: everybody."),
    "minutes": N_("How long one visit takes; empty: as usual for the category."),
    "buffer": N_("Minutes between two visits; empty: 0."),
    "capacity": N_("Places at one time; empty: 1."),
    "lead": N_("How many minutes ahead it must be booked; empty: 120."),
    "area": N_("12-digit region codes with a semicolon; empty: the district or county."),
    "languages": N_("Codes such as zh or en with a semicolon; empty: zh."),
    "accessibility": N_("Codes such as step_free or lift with a semicolon."),
    "hours": N_("Such as 1-5 08:30-12:00 14:00-17:30; 6 09:00-12:00, where 1 is Monday."),
    "setup": N_("Minutes kept free before each; empty: 0."),
    "wave": N_("yes (是): the places of a time are called for its beginning, one after another; empty: no."),
}
EXAMPLE = (
    "上门助浴", "上门助浴", "两名护理员上门，自带助浴设备。", "", "上门", "80", "次", "60", "60", "60", "", "60", "30",
    "1", "120", "", "zh", "", "1-5 08:30-12:00 14:00-17:30", "", "",
)
NEEDED = ("category", "name", "summary")
MOST_ROWS = 2_000
_MODES = {"到店": "on_site", "上门": "home", "远程": "remote"}
_UNITS = {"次": "visit", "小时": "hour", "天": "day", "月": "month", "课时": "session"}
_WHOLE = {
    "subsidy_min_age": "subsidy_min_age", "min_age": "min_age", "max_age": "max_age", "minutes": "duration_minutes",
    "buffer": "buffer_minutes", "capacity": "capacity", "lead": "lead_minutes", "setup": "setup_minutes",
}
_YES = {"是": True, "yes": True, "否": False, "no": False, "": False}
_AGES = ("subsidy_min_age", "min_age", "max_age")
COLUMN_OF = {"price_fen": "price", "subsidy_fen": "subsidy", "price_unit": "unit", "duration_minutes": "minutes",
             "buffer_minutes": "buffer", "lead_minutes": "lead", "setup_minutes": "setup",
             "region": "site", "point": "site"}
"""The column in which a field of the service stands, where the two are not called the same."""
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class Row:
    """What one row says: fields of the service, the name of its site, and its hours (None: not said)."""

    said: dict[str, Any] = field(default_factory=dict)
    site: str | None = None
    hours: tuple[Hours, ...] | None = None


def read(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file in UTF-8 or GB18030, by the English names of its columns.

    Refuses, RuleBroken on `file`: another encoding, no header, an unknown column, a needed one missing, too many rows.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _refused(N_("The file is neither UTF-8 nor GB18030. Save it as “CSV UTF-8” and send it again."))
    if "\x00" in text:
        raise _refused(N_("This is no CSV file. Save the sheet as “CSV UTF-8” and send that."))
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, line))]
    except csv.Error:
        raise _refused(N_("This is no CSV file: a quotation mark is not closed.")) from None
    if not lines:
        raise _refused(N_("The file is empty."))
    by_name = {zh: en for en, zh in COLUMNS.items()} | {en: en for en in COLUMNS}
    header = [unicodedata.normalize("NFKC", cell).strip() for cell in lines[0]]
    for cell in header:
        if cell.lower() not in by_name:
            raise _refused(N_("The column “{column}” is not known. Known are: {known}."), column=cell[:40],
                           known="、".join(f"{zh} {en}" for en, zh in COLUMNS.items()))
    names = [by_name[cell.lower()] for cell in header]
    for needed in NEEDED:
        if needed not in names:
            raise _refused(N_("The column “{column}” is missing."), column=f"{COLUMNS[needed]} {needed}")
    if len(names) != len(set(names)):
        raise _refused(N_("A column stands twice."))
    if len(lines) - 1 > MOST_ROWS:
        raise _refused(N_("A file has at most {most} rows. Split it."), most=MOST_ROWS)
    return [dict(zip(names, [*line, *[""] * len(names)], strict=False)) for line in lines[1:]]


def parse(row: Mapping[str, str], *, taxonomy: Taxonomy) -> Row:
    """What a row says. Refuses, RuleBroken naming the column."""
    cells = {name: unicodedata.normalize("NFKC", value).strip() for name, value in row.items()}
    said: dict[str, Any] = {"category": _category(cells.get("category", ""), taxonomy)}
    said |= {name: row[name].strip() for name in ("name", "summary")}
    if cells.get("modes"):
        said["modes"] = tuple(_MODES.get(mode, mode) for mode in _several(cells["modes"]))
    if cells.get("price"):
        said["price_fen"] = _fen(cells["price"], "price")
    if "subsidy" in cells:
        said["subsidy_fen"] = _fen(cells["subsidy"], "subsidy") if cells["subsidy"] else 0
    if cells.get("unit"):
        said["price_unit"] = _UNITS.get(cells["unit"], cells["unit"])
    for column, name in _WHOLE.items():
        if cells.get(column):
            said[name] = _whole(cells[column], column)
        elif column in cells and column in _AGES:
            said[name] = None
    if "wave" in cells:
        if cells["wave"].lower() not in _YES:
            raise RuleBroken(N_("Write yes (是) or no (否)."), field="wave")
        said["wave"] = _YES[cells["wave"].lower()]
    for column in ("area", "languages", "accessibility"):
        if column in cells and (cells[column] or column != "languages"):
            said[column] = _several(cells[column])
    return Row(said, cells.get("site"), hours(cells["hours"]) if cells.get("hours") else None)


def hours(text: str) -> tuple[Hours, ...]:
    """Read "1-5 08:30-12:00 14:00-17:30; 6 09:00-12:00"; 1 is Monday, 24:00 the end of the day. Refuses: RuleBroken."""
    found = []
    for part in filter(None, map(str.strip, re.split("[;。]", unicodedata.normalize("NFKC", text).replace("–", "-")))):
        days, *spans = part.split()
        match = re.fullmatch(r"([1-7])(?:-([1-7]))?", days)
        times = [_SPAN.fullmatch(span) for span in spans]
        if not match or not times or None in times or int(match[2] or 7) < int(match[1]):
            raise RuleBroken(N_("“{part}” is not read as hours. Write 1-5 08:30-17:30; 6 09:00-12:00 (1 is Monday)."),
                             field="hours", part=part[:40])
        for day in range(int(match[1]), int(match[2] or match[1]) + 1):
            found += [Hours(day - 1, _clock(t[1], t[2]), _clock(t[3], t[4], end=True)) for t in times if t]
    check_hours(found)
    return tuple(found)


def _clock(hour: str, minute: str, *, end: bool = False) -> time:
    if end and (hour, minute) == ("24", "00"):
        return MIDNIGHT
    if int(hour) > 23 or int(minute) > 59:
        raise RuleBroken(N_("There is no such time of day: {clock}."), field="hours", clock=f"{hour}:{minute}")
    return time(int(hour), int(minute))


def _category(text: str, taxonomy: Taxonomy) -> str:
    if text in taxonomy.categories:
        return text
    for category in taxonomy.categories.values():
        if text and text in (category.name.zh, str(category.name)):
            return category.key
    raise RuleBroken(N_("There is no category “{value}”. Take its key or its name from the list of categories."),
                     field="category", value=text[:40])


def _several(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, re.split("[;,、|]", text))))


def _fen(text: str, column: str) -> int:
    try:
        return Money.parse(text).fen
    except RuleBroken as why:
        why.field = column
        raise


def _whole(text: str, column: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII):
        raise RuleBroken(N_("“{value}” is no whole number."), field=column, value=text[:40])
    return int(text)


def _refused(message: Text, **values: object) -> RuleBroken:
    why = RuleBroken(message, **values)  # type: ignore[arg-type]
    why.field = "file"
    return why
