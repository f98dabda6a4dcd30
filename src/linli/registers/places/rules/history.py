"""How divisions changed over the years: what a code stood for when, and what became of it.

The sources give years, no days: what is new in a year stands in the table of its 31 December.
"""
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from linli.kernel.text import N_, Text


class Kind(StrEnum):
    FOUNDED = "founded"
    ABOLISHED = "abolished"
    RENAMED = "renamed"
    RECODED = "recoded"
    REASSIGNED = "reassigned"
    COUNTY_TO_CITY = "county_to_city"
    COUNTY_TO_DISTRICT = "county_to_district"
    CITY_TO_DISTRICT = "city_to_district"
    BANNER_TO_DISTRICT = "banner_to_district"
    PREFECTURE_TO_CITY = "prefecture_to_city"
    DISTRICTS_MERGED = "districts_merged"
    ADJUSTED = "adjusted"
    TRANSFERRED = "transferred"
    SEAT_MOVED = "seat_moved"


LABELS: dict[Kind, Text] = {
    Kind.FOUNDED: N_("newly founded"), Kind.ABOLISHED: N_("abolished"), Kind.RENAMED: N_("renamed"),
    Kind.RECODED: N_("another code for the same name"), Kind.REASSIGNED: N_("the code was given to another region"),
    Kind.COUNTY_TO_CITY: N_("county became a city"), Kind.COUNTY_TO_DISTRICT: N_("county became a district"),
    Kind.CITY_TO_DISTRICT: N_("city became a district"), Kind.BANNER_TO_DISTRICT: N_("banner became a district"),
    Kind.PREFECTURE_TO_CITY: N_("prefecture became a city"), Kind.DISTRICTS_MERGED: N_("districts were joined anew"),
    Kind.ADJUSTED: N_("boundaries were drawn anew"), Kind.TRANSFERRED: N_("a part went to another region"),
    Kind.SEAT_MOVED: N_("the seat of government moved"),
}
CHINESE: dict[str, Kind] = {
    "新设": Kind.FOUNDED, "撤销": Kind.ABOLISHED, "更名": Kind.RENAMED, "同名改码": Kind.RECODED,
    "码位改派": Kind.REASSIGNED, "撤县设市": Kind.COUNTY_TO_CITY, "撤县设区": Kind.COUNTY_TO_DISTRICT,
    "撤市设区": Kind.CITY_TO_DISTRICT, "撤旗设区": Kind.BANNER_TO_DISTRICT, "撤地设市": Kind.PREFECTURE_TO_CITY,
    "撤区设区": Kind.DISTRICTS_MERGED, "区划调整": Kind.ADJUSTED, "划转": Kind.TRANSFERRED,
    "驻地迁移": Kind.SEAT_MOVED,
}
"""As the source names them."""
FIRST = date(1980, 12, 31)
"""The table with which the changes begin: what stood in it may be older."""
_NO_LIFE = {Kind.TRANSFERRED, Kind.SEAT_MOVED}  # neither ends nor begins a region
_NO_HEIR = {Kind.REASSIGNED, *_NO_LIFE}  # the old and the new are two regions


class ChangeRow(NamedTuple):
    """One change, as it came. Codes and names are empty where the source gives none."""

    year: int
    kind: str
    level: int
    old_code: str
    old_name: str
    new_code: str
    new_name: str
    document: str
    source: str
    note: str


class Period(NamedTuple):
    """What a code stood for, from one table until another (None: still)."""

    code: str
    name: str
    since: date
    until: date | None


def table_of(year: int) -> date:
    """The day of a year's table."""
    return date(year, 12, 31)


def periods(changes: Iterable[ChangeRow], *, closing: Mapping[str, str], closed_on: date) -> list[Period]:
    """What each code stood for from table to table, put together from the changes up to the closing table.

    `closing` is a whole table (names by code) of a later day: codes that no change names stand in it since the first
    table; what is open and not in it has ended by that day. Where it gives a code the name before the last change,
    that change is taken for a slip of the source. An abolition ends a region and never begins its successor: the
    source fills successors in by name, sometimes decades early.
    """
    moves: dict[str, set[tuple[int, int, str]]] = defaultdict(set)
    for change in changes:
        kind = CHINESE[change.kind]
        if kind not in _NO_LIFE and table_of(change.year) <= closed_on:
            if change.old_code and kind is not Kind.FOUNDED:
                moves[change.old_code].add((change.year, 0, change.old_name))
            if change.new_code and kind is not Kind.ABOLISHED:
                moves[change.new_code].add((change.year, 1, change.new_name))
    found = [Period(code, name, FIRST, None) for code, name in closing.items() if code not in moves]
    for code, steps in moves.items():
        found += _closed(code, _lives(code, sorted(steps)), closing.get(code, ""), closed_on)
    lasting = (period for period in found if period.until is None or period.since < period.until)
    return sorted(lasting, key=lambda period: (period.code, period.since))


def _lives(code: str, steps: list[tuple[int, int, str]]) -> list[Period]:
    lives: list[Period] = []
    name, since = "", FIRST
    for year, begins, called in steps:
        day = table_of(year)
        if begins and name != called:
            if name:
                lives.append(Period(code, name, since, day))
            name, since = called, day
        elif not begins and (name or not lives):
            lives.append(Period(code, name or called, since, day))
            name = ""
    return [*lives, Period(code, name, since, None)] if name else lives


def _closed(code: str, lives: list[Period], name: str, on: date) -> list[Period]:
    last = lives[-1]
    if last.until is not None or last.name == name:
        return lives
    if not name:
        return [*lives[:-1], last._replace(until=on)]
    if len(lives) > 1 and lives[-2].name == name and lives[-2].until == last.since:
        return [*lives[:-2], lives[-2]._replace(until=None)]
    return [*lives[:-1], last._replace(until=on), Period(code, name, on, None)]


@dataclass(frozen=True)
class Step:
    """A change that led from one region to another."""

    year: int
    kind: Kind
    old_code: str
    old_name: str
    code: str
    name: str
    document: str


def step(change: ChangeRow) -> Step | None:
    """The change as a step from a region to what became of it; None where it has no heir."""
    kind = CHINESE[change.kind]
    if kind in _NO_HEIR or not change.old_code or not change.new_code:
        return None
    return Step(change.year, kind, change.old_code, change.old_name, change.new_code, change.new_name, change.document)


def heirs(code: str, name: str, after: int, steps: Mapping[str, Iterable[Step]]) -> list[Step]:
    """What became of a region that bore this code and name in that year's table, step by step, the nearest first.

    `steps` are the steps by the code they begin at. A code that was given to another region is not followed.
    """
    found: list[Step] = []
    waiting, seen = [(code, name, after)], {(code, name)}
    while waiting:
        here, called, year = waiting.pop(0)
        later = [one for one in steps.get(here, ()) if one.year > year and one.old_name == called]
        for one in sorted(later, key=lambda one: one.year)[:8]:
            if (one.code, one.name) not in seen:
                seen.add((one.code, one.name))
                found.append(one)
                waiting.append((one.code, one.name, one.year - 1))
    return found
