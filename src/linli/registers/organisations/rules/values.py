"""What a registered item's value must look like, and the one form in which it is kept."""
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations.rules.describing import code, kind_of, line, phone, tidy
from linli.registers.organisations.rules.items import Item, Part, Shape

SHAPE = "organisations.item_shape"
_LINK = re.compile(r"https?://[^\s<>\"']{3,}")
_REGION = re.compile(r"\d{12}")
_FIRST_YEAR, _LAST_YEAR = 1949, 2100
_MOST_FEN = 10**16
_MOST_COUNT = 10**8


def kept(item: Item, value: Any) -> Any:
    """A value in the form in which it is kept: plain text, whole numbers, days as 2026-11-22, records as objects.

    Of a record only the parts that are given, None where one is taken away; None takes a whole value away. Refuses:
    RuleBroken naming the item.
    """
    if value is None:
        return None
    if not item.many:
        return _shaped(item, value, item.key, needed=False)
    if not isinstance(value, Mapping):
        raise _wrong(item.key, N_("This item has several values: give each as a record."))
    parts = {part.key: part for part in item.parts}
    record: dict[str, Any] = {}
    for name, found in value.items():
        if name not in parts:
            raise RuleBroken(N_("“{name}” is no part of this item."), rule=SHAPE, field=item.key, name=str(name)[:40])
        part = parts[name]
        record[name] = None if found is None or found == "" else _shaped(part, found, f"{item.key}.{name}", part.needed)
    return record


def require_whole(item: Item, record: Mapping[str, Any]) -> None:
    """A record has what it needs, and ends after it begins. Refuses: RuleBroken naming the item."""
    for part in item.parts:
        if part.needed and record.get(part.key) is None:
            raise RuleBroken(N_("“{part}” is missing: it is needed."), rule=SHAPE, field=item.key, part=part.label)
    if item.begin and item.end and (record.get(item.end) or "9") < record.get(item.begin, ""):
        raise _wrong(item.key, N_("The last day lies before the first."))


def identity(item: Item, record: Mapping[str, Any]) -> str:
    """What makes two records of this item the same one."""
    return "|".join([str(record.get(name, "")) for name in item.identity]) if len(item.identity) > 1 else \
        str(record.get(item.identity[0], ""))


def _shaped(one: Item | Part, value: Any, field: str, needed: bool) -> Any:
    if one.shape in _PLAIN:
        return _PLAIN[one.shape](value, field)
    if not isinstance(value, str):
        raise _wrong(field, N_("A text belongs here."))
    match one.shape:
        case Shape.CHOICE:
            if one.choices is None or value not in one.choices:
                raise RuleBroken(N_("“{value}” is not one of the possible values."), rule=SHAPE, field=field,
                                 value=value[:40])
            return str(value)
        case Shape.CODE:
            return code(value, kind=kind_of(tidy(value)))
        case Shape.PHONE:
            return phone(value, needed=needed)
        case Shape.LINK:
            if value and not _LINK.fullmatch(value):
                raise _wrong(field, N_("A web address begins with http:// or https://."))
            return value
        case Shape.REGION:
            if not _REGION.fullmatch(value):
                raise _wrong(field, N_("A region's code has 12 digits."))
            return value
    return line(value, field=field, most=one.most, needed=needed, lines=one.shape == Shape.TEXT)


def _day(value: Any, field: str) -> str:
    try:
        found = value if type(value) is date else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _wrong(field, N_("A day is written like 2026-11-22.")) from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise RuleBroken(N_("This day lies before {first} or after {last}."), rule=SHAPE, field=field,
                         first=_FIRST_YEAR, last=_LAST_YEAR)
    return found.isoformat()


def _whole(least: int, most: int) -> Callable[[Any, str], int]:
    def check(value: Any, field: str) -> int:
        if type(value) is not int or not least <= value <= most:
            raise RuleBroken(N_("A whole number from {least} to {most} belongs here."), rule=SHAPE, field=field,
                             least=least, most=most)
        return value
    return check


def _flag(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(field, N_("Yes or no belongs here."))
    return value


def _ref(value: Any, field: str) -> str:
    try:
        return str(value if isinstance(value, UUID) else UUID(value))
    except (TypeError, ValueError, AttributeError):
        raise _wrong(field, N_("This is no reference.")) from None


_PLAIN: dict[Shape, Callable[[Any, str], Any]] = {
    Shape.DAY: _day, Shape.YEAR: _whole(_FIRST_YEAR, _LAST_YEAR), Shape.MONEY: _whole(0, _MOST_FEN),
    Shape.COUNT: _whole(0, _MOST_COUNT), Shape.FLAG: _flag, Shape.REF: _ref,
}


def _wrong(field: str, message: Any) -> RuleBroken:
    return RuleBroken(message, rule=SHAPE, field=field)
