"""A public list of facilities: what its columns are called, and what a row says.

One row is one facility; it is known again by its credit code, else by its region and its name.
"""
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.kernel.geometry import Crs, Point, looks_swapped, to_wgs84
from linli.kernel.refusals import RowError, RuleBroken
from linli.kernel.text import N_, Text
from linli.registers.directory.rules.taxonomy import Taxonomy

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("名称", "机构名称", "单位名称", "设施名称", "医院名称", "name"),
    "region_code": ("区划代码", "行政区划代码", "统计用区划代码", "region", "region_code", "code"),
    "prov_code": ("省代码", "prov_code", "province_code"), "province": ("省", "省份", "province"),
    "city_code": ("市代码", "city_code"), "city": ("市", "城市", "地市", "city"),
    "county_code": ("区县代码", "county_code"), "county": ("区县", "县区", "区", "县", "county", "district"),
    "address": ("地址", "详细地址", "address"), "phone": ("电话", "联系电话", "tel", "phone", "telephone"),
    "uscc": ("统一社会信用代码", "信用代码", "uscc"), "lon": ("经度", "lon", "lng", "longitude"),
    "lat": ("纬度", "lat", "latitude"), "crs": ("坐标系", "crs"), "category": ("类别", "服务类别", "category"),
    "english_name": ("英文名称", "english_name"), "note": ("备注", "说明", "标签", "tags", "note"),
}
MEANINGS: dict[str, Text] = {
    "name": N_("Its full name. Needed."),
    "region_code": N_("The 12-digit (or 6-digit) code of its region; or the columns below."),
    "prov_code": N_("The code of its province."), "province": N_("The name of its province."),
    "city_code": N_("The code of its city."), "city": N_("The name of its city."),
    "county_code": N_("The code of its district or county."), "county": N_("The name of its district or county."),
    "address": N_("Street and number."), "phone": N_("With the area code."),
    "uscc": N_("18 characters; empty where the list has none."),
    "lon": N_("Longitude in degrees, together with latitude and coordinate system."), "lat": N_("Latitude in degrees."),
    "crs": N_("WGS-84, GCJ-02 or BD-09."),
    "category": N_("The key or name of the service that it offers; else what its name plainly says."),
    "english_name": N_("Its English name."), "note": N_("What else the list says of it."),
}
EXAMPLE = ("示例社区卫生服务中心", "340104003000", "", "", "", "", "", "", "示例路 1 号",
           "0551-62345678", "", "", "", "", "家庭医生", "", "")
ROW, WHY = "行号", "拒绝原因"
"""What a correction list adds; in a file that is sent again they are left aside."""
MOST_ROWS = 50_000
_CODE = re.compile(r"\d{6}|\d{9}|\d{12}")
_NUMBER = re.compile(r"0\d{2,3}[-—–－]?\d{7,8}(?:-\d{1,5})?|1[3-9]\d{9}|[48]00-?\d{3}-?\d{4}|\d{5,}")
_PLAINLY: tuple[tuple[str, str], ...] = (
    ("社区卫生服务", "family_doctor"), ("卫生院", "family_doctor"), ("中医", "chinese_medicine"),
    ("康复", "rehabilitation"), ("精神", "mental_support"), ("心理", "mental_support"), ("护理院", "care_home"),
    ("养老院", "care_home"), ("敬老院", "care_home"), ("福利院", "care_home"), ("日间照料", "day_care"),
    ("图书馆", "library"), ("博物馆", "museum"), ("文化馆", "culture"), ("文化站", "culture"),
    ("幼儿园", "preschool"), ("托育", "childcare"), ("体育馆", "court_hire"), ("游泳馆", "swimming"),
    ("法律援助", "legal_aid"), ("老年大学", "senior_university"), ("救助", "rescue"), ("社工站", "social_work"),
)
PREMISES = {
    "family_doctor": "clinic", "care_home": "care_home", "day_care": "day_care", "library": "reading_room",
    "preschool": "kindergarten", "childcare": "childcare", "court_hire": "sports_ground", "meals": "canteen",
    "social_work": "social_work_station",
}
"""Which kind of premises in the register of places somewhere is that gives services of this category."""
_CRS = {"wgs84": Crs.WGS84, "gcj02": Crs.GCJ02, "bd09": Crs.BD09, "cgcs2000": Crs.WGS84}


@dataclass(frozen=True)
class Sheet:
    """The rows of a file by our names of their columns, and what stood there as it stood."""

    header: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    cells: tuple[Sequence[str], ...]
    ignored: tuple[str, ...]
    """Columns that are not known here; nothing of them is read."""


def sheet(lines: Sequence[Sequence[str]]) -> Sheet:
    """The first row is the header. Refuses, RuleBroken on `file`: no column of names, one twice, too many rows."""
    by_name = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}
    header = [unicodedata.normalize("NFKC", cell).strip().lower() for cell in lines[0]]
    names = [by_name.get(cell, "") for cell in header]
    known = [name for name in names if name]
    if "name" not in known:
        raise RuleBroken(N_("The column “{column}” is missing."), field="file", column="名称 name")
    if len(known) != len(set(known)):
        raise RuleBroken(N_("A column stands twice."), field="file")
    if len(lines) - 1 > MOST_ROWS:
        raise RuleBroken(N_("A file has at most {most} rows. Split it."), field="file", most=MOST_ROWS)
    rows = tuple({name: unicodedata.normalize("NFKC", cell).strip() if name != "name" else cell.strip()
                  for name, cell in zip(names, line, strict=False) if name} for line in lines[1:])
    ignored = tuple(cell for cell, name in zip(lines[0], names, strict=True)
                    if not name and cell.strip() and cell not in {ROW, WHY})
    return Sheet(tuple(lines[0]), rows, tuple(lines[1:]), ignored)


def region_said(row: Mapping[str, str]) -> str:
    """The most local code that a row gives, as 12 digits; empty where it gives none. Refuses: RuleBroken."""
    for column in ("region_code", "county_code", "city_code", "prov_code"):
        code = row.get(column, "")
        if code:
            if not _CODE.fullmatch(code):
                raise RuleBroken(N_("“{value}” is no region code: it has 6, 9 or 12 digits."), field=column,
                                 value=code[:20])
            return code.ljust(12, "0")
    return ""


def phone_said(text: str) -> str:
    """The first number of a cell that may hold several, and notes in brackets."""
    found = _NUMBER.search(text)
    return found[0] if found and found[0] != text else text


def point_said(row: Mapping[str, str]) -> Point | None:
    """In WGS-84. Refuses, RuleBroken: half a point, no system said, an unknown one, numbers swapped or none."""
    lon, lat, crs = (row.get(name, "") for name in ("lon", "lat", "crs"))
    if not lon and not lat:
        return None
    if not lon or not lat:
        raise RuleBroken(N_("Give both longitude and latitude, or neither."), field="lon" if lat else "lat")
    system = _CRS.get(re.sub(r"[^a-z0-9]", "", crs.lower()))
    if system is None:
        raise RuleBroken(N_("Say in which system the coordinates are: WGS-84, GCJ-02 or BD-09."),
                         rule="places.crs", field="crs")
    try:
        x, y = float(lon), float(lat)
        if looks_swapped(x, y):
            raise RuleBroken(N_("Longitude and latitude look swapped: give the longitude first, such as 117.22,31.82."),
                             rule="places.swapped", field="lon")
        return to_wgs84(x, y, system)
    except ValueError:
        raise RuleBroken(N_("A longitude lies between -180 and 180 degrees, a latitude between -90 and 90."),
                         field="lon") from None


def category_said(row: Mapping[str, str], taxonomy: Taxonomy) -> str:
    """The category that the list gives, else what the name plainly says, else none. Refuses: RuleBroken (unknown)."""
    text = row.get("category", "")
    if text:
        for category in taxonomy.categories.values():
            if text in (category.key, category.name.zh, str(category.name)):
                return category.key
        raise RuleBroken(N_("There is no category “{value}”. Take its key or its name from the list of categories."),
                         field="category", value=text[:40])
    return next((key for word, key in _PLAINLY if word in row.get("name", "")), "")


def said_twice(row: Mapping[str, str], key: tuple[str, str], seen: dict[tuple[str, str], int], number: int) -> None:
    """Remember what a row is about. Refuses, RuleBroken: an earlier row is about the same."""
    if key in seen:
        raise RuleBroken(N_("This facility stands in the file twice: see row {row} too."), field="name", row=seen[key])
    seen[key] = number


def short(name: str) -> str:
    """A region's name without its last word, as it stands in the names of facilities; empty where little is left."""
    cut = re.sub(r"(?:自治县|自治州|街道|地区|新区|[省市区县镇乡])$", "", name)
    return cut if len(cut) >= 2 else ""


def corrections(found: Sheet, refused: Sequence[RowError], why: Sequence[str]) -> list[list[str]]:
    """The refused rows as they stood, with their row in the file and why: to be put right and sent again."""
    kept = [place for place, name in enumerate(found.header) if name not in {ROW, WHY}]
    rows = [[ROW, WHY, *(found.header[place] for place in kept)]]
    for one, sentence in zip(refused, why, strict=True):
        cells = found.cells[one.row - 2]
        rows.append([str(one.row), sentence, *(cells[place] if place < len(cells) else "" for place in kept)])
    return rows
