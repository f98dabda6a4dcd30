"""What an extract of the register says of an organisation: rows of label and value, in Chinese as the register is."""
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from linli.kernel.text import N_, Text
from linli.registers.organisations.rules.adding import Folded
from linli.registers.organisations.rules.items import ITEMS, Item, Part, Shape

SINGLE = (
    "name", "uscc", "kind", "status", "registrar", "supervising_unit", "legal_representative", "established_on",
    "ended_on", "registered_funds", "certificate_number", "address", "region", "purpose", "scope", "area", "liability",
    "public_foundation", "members", "charity", "fundraising", "charter_on",
)
MANY = ("officers", "certificates", "annual_reports", "grades", "commendations", "projects", "penalties", "lists")
MOST_ROWS, MOST = 190, 2000
"""So many rows go onto a sheet, and so many characters into each."""
_FORMER = N_("Former names")
Say = Callable[[Text], str]


def rows(folded: Folded, former: Sequence[tuple[str, date]], *, on: date, regions: Mapping[str, str],
         say: Say) -> list[tuple[str, str]]:
    """The registered items, the names that it had, and the records that hold on that day; without what is masked.

    `regions` are full names by code, `say` gives a label in the reader's language.
    """
    found = [(say(ITEMS[key].label), shown(ITEMS[key], folded.get(key), regions, say)) for key in SINGLE
             if folded.get(key) not in (None, "", False)]
    found += [(say(_FORMER), f"{name}（至{_day(until - timedelta(days=1))}）") for name, until in former]
    for key in MANY:
        found += [(say(ITEMS[key].label), "　".join(recorded(ITEMS[key], one, say)))
                  for one in folded.current(key, on=on)]
    return [(label, value[:MOST]) for label, value in found[:MOST_ROWS]]


def recorded(item: Item, said: Mapping[str, Any], say: Say) -> Iterator[str]:
    """The parts of one record, without what is masked."""
    for part in item.parts:
        kept = said.get(part.key)
        if part.masked or kept in (None, "", False):
            continue
        if part.key == item.end:
            kept = (date.fromisoformat(kept) - timedelta(days=1)).isoformat()
        told = shown(part, kept, {}, say)
        yield f"{say(part.label)} {told}" if part.shape in (Shape.DAY, Shape.MONEY) else told


def shown(one: Item | Part, value: Any, regions: Mapping[str, str], say: Say) -> str:
    """A value as an extract prints it."""
    if one.shape is Shape.DAY:
        return _day(date.fromisoformat(value))
    if one.shape is Shape.MONEY:
        return f"{value / 100:,.2f}".removesuffix(".00") + "元"
    if one.shape is Shape.FLAG:
        return say(one.label) if isinstance(one, Part) else "是"
    if one.shape is Shape.CHOICE and one.choices and value in one.choices:
        return say(one.choices[value])
    return regions.get(value, str(value)) if one.shape is Shape.REGION else str(value)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
