"""What a division code says by itself. Source: 统计用区划代码和城乡划分代码编制规则 (National Bureau of Statistics)."""
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from linli.kernel.text import N_, Text


class Level(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class Issuer(StrEnum):
    """Whose register a row is from: statistics (to village level), civil affairs (to township level), or the yearly
    tables of GB/T 2260 (to county level), put together again from the changes between them."""

    STATS = "stats"
    CIVIL = "civil"
    YEARLY = "yearly"


LEVELS: tuple[Level, ...] = tuple(Level)
LABELS: dict[Level, Text] = {
    Level.PROVINCE: N_("province"), Level.CITY: N_("city"), Level.COUNTY: N_("district or county"),
    Level.TOWNSHIP: N_("street or township"), Level.VILLAGE: N_("community or village"),
}
ISSUERS: dict[Issuer, Text] = {
    Issuer.STATS: N_("National Bureau of Statistics"), Issuer.CIVIL: N_("Ministry of Civil Affairs"),
    Issuer.YEARLY: N_("Yearly tables of GB/T 2260"),
}
CODE = N_("A region's code has 12 digits.")
NAME = N_("A region has a name of 1 to 60 characters.")
LEVEL = N_("The code {code} is that of a {expected}, by its digits; the row says another level.")
PARENT = N_("The parent {parent} is no region above {code}.")
TWICE = N_("The code {code} stands twice.")
ENDINGS = (
    "省", "市", "区", "县", "自治区", "自治州", "自治县", "地区", "盟", "旗", "街道", "街道办事处", "镇", "乡",
    "社区", "社区居委会", "居委会", "居民委员会", "社区居民委员会", "村", "村委会", "村村委会", "村民委员会",
)
"""What people leave out of a name when they write it."""


class RegionRow(NamedTuple):
    """One line of an issuer's table, as it came."""

    code: str
    level: str
    name: str
    parent: str

    @property
    def stands_in(self) -> bool:
        """Whether the row repeats the region above it, under the same code, at a level that the region has not."""
        return self.code == self.parent


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a row: the column, the sentence and its values."""

    column: str
    message: Text
    values: Mapping[str, str]


def level_of(code: str) -> Level | None:
    """The level that the code's digits show; None for what is no code."""
    if len(code) != 12 or not (code.isascii() and code.isdigit()) or code[0] == "0":
        return None
    if code[9:] != "000":
        return Level.VILLAGE
    if code[6:9] != "000":
        return Level.TOWNSHIP
    if code[4:6] != "00":
        return Level.COUNTY
    return Level.CITY if code[2:4] != "00" else Level.PROVINCE


_DIGITS = dict(zip(LEVELS, (2, 4, 6, 9, 12), strict=True))
_NAMED = {name: level for number, level in enumerate(LEVELS, start=1) for name in (level.value, str(number))}


def level_named(level: str) -> Level | None:
    """A level by its word or its number (1 is the province); None for another word."""
    return _NAMED.get(level)


def ancestors(code: str) -> tuple[str, ...]:
    """The codes above this one, highest first; some may not exist (a city without districts)."""
    level = level_of(code)
    if level is None:
        return ()
    return tuple(code[:_DIGITS[one]].ljust(12, "0") for one in LEVELS[: LEVELS.index(level)])


def whole(code: str) -> str:
    """A code as people write it (6 digits of a county, 9 of a street), filled up to 12; other text as it came."""
    return code.ljust(12, "0") if code.isascii() and code.isdigit() and len(code) in (2, 4, 6, 9) else code


def flaw(row: RegionRow, *, known: Collection[str]) -> Flaw | None:
    """Why this row cannot stand, where `known` are the codes that exist or come with it; None if it can.

    Cities without districts and islands without villages stand in the statistics at each level under one code.
    """
    shape = level_of(row.code)
    if shape is None:
        return Flaw("code", CODE, {})
    if not 0 < len(row.name.strip()) <= 60:
        return Flaw("name", NAME, {})
    if _NAMED.get(row.level) is not shape:
        below = row.stands_in and row.level in _NAMED and LEVELS.index(_NAMED[row.level]) > LEVELS.index(shape)
        if not below:
            return Flaw("level", LEVEL, {"code": row.code, "expected": LABELS[shape]})
        return None if row.code in known else Flaw("parent", PARENT, {"code": row.code, "parent": row.parent})
    above = ancestors(row.code)
    if above and (row.parent not in above or row.parent not in known):
        return Flaw("parent", PARENT, {"code": row.code, "parent": row.parent or "–"})
    return None


def full_name(names: Sequence[str]) -> str:
    """City to village in one, as an address is written: 合肥市蜀山区琥珀街道.

    A name that repeats the one above it (合肥市, 合肥高新技术产业开发区) is not written after it.
    """
    kept: list[str] = []
    for name in names:
        if kept and name.startswith(kept[-1][:-1]):
            kept.pop()
        kept.append(name)
    return "".join(kept)


def tails(text: str) -> tuple[str, ...]:
    """Every name that a text may end with: all of it, and what is left after leaving out its beginning."""
    return tuple(text[start:] for start in range(max(0, len(text) - 60), len(text)))


def led_to(text: str, name: str, above: Sequence[str]) -> bool:
    """Whether the text is this name, whole or without its last word, with nothing but the names of regions above it
    before it, in their order."""
    for ending in ("", *ENDINGS):
        short = name.removesuffix(ending)
        if name.endswith(ending) and (not ending or len(short) > 1) and text.endswith(short) and _are(
                text.removesuffix(short), above):
            return True
    return False


def _are(rest: str, above: Sequence[str]) -> bool:
    for one in reversed(above):
        rest = next((rest.removesuffix(part) for part in (one, one[:-1]) if part and rest.endswith(part)), rest)
    return not rest
