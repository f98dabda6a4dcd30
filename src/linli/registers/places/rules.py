"""What a division code says by itself. Source: 统计用区划代码和城乡划分代码编制规则 (National Bureau of Statistics)."""
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from linli.kernel.text import N_, Text


class Level(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class Issuer(StrEnum):
    """Whose register a row is from: statistics (to village level), or civil affairs (to township level)."""

    STATS = "stats"
    CIVIL = "civil"


LEVELS: tuple[Level, ...] = tuple(Level)
LABELS: dict[Level, Text] = {
    Level.PROVINCE: N_("province"), Level.CITY: N_("city"), Level.COUNTY: N_("district or county"),
    Level.TOWNSHIP: N_("street or township"), Level.VILLAGE: N_("community or village"),
}
_DIGITS = (2, 4, 6, 9, 12)
CODE = N_("A region's code has 12 digits.")
NAME = N_("A region has a name of 1 to 60 characters.")
LEVEL = N_("The code {code} is that of a {expected}, by its digits; the row says another level.")
PARENT = N_("The parent {parent} is no region above {code}.")
TWICE = N_("The code {code} stands twice.")


@dataclass(frozen=True)
class RegionRow:
    """One line of an issuer's table, as it came."""

    code: str
    level: str
    name: str
    parent: str


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a row: the column, the sentence and its values."""

    column: str
    message: Text
    values: Mapping[str, str]


def level_of(code: str) -> Level | None:
    """The level that the code's digits show; None for what is no code."""
    if not re.fullmatch(r"[1-9]\d{11}", code, re.ASCII):
        return None
    return next(level for level, digits in zip(LEVELS, _DIGITS, strict=True) if not code[digits:].strip("0"))


def ancestors(code: str) -> tuple[str, ...]:
    """The codes above this one, highest first; some may not exist (a city without districts)."""
    level = level_of(code)
    if level is None:
        return ()
    return tuple(code[:digits].ljust(12, "0") for digits in _DIGITS[: LEVELS.index(level)])


def flaw(row: RegionRow, *, known: frozenset[str] | set[str]) -> Flaw | None:
    """Why this row cannot stand, where `known` are the codes that exist or come with it; None if it can."""
    level = level_of(row.code)
    if level is None:
        return Flaw("code", CODE, {})
    if not 0 < len(row.name.strip()) <= 60:
        return Flaw("name", NAME, {})
    if row.level not in (level, str(LEVELS.index(level) + 1)):
        return Flaw("level", LEVEL, {"code": row.code, "expected": LABELS[level]})
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
