"""What of the ledger goes out whole: an organisation as one line, what differs between two of them, a filing as one
event. What is kept for the office alone stands in none of them."""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from linli.registers.organisations.rules import adding
from linli.registers.organisations.rules.adding import Folded
from linli.registers.organisations.rules.items import ITEMS, MANY

Packed = Sequence[Any]
"""A change as it is stored: item, value and, where there are any, last day and key."""
HIDDEN = frozenset(key for key, item in ITEMS.items() if item.masked)
_MASKED = {key: frozenset(part.key for part in item.parts if part.masked) for key, item in MANY.items()}
_NO_PART: frozenset[str] = frozenset()
_MARKS = tuple(f'"{name}"' for name in sorted(HIDDEN | frozenset().union(*_MASKED.values())))
REF = slice(8, 44)
"""Where the ref stands in a line: first, so that two lines are known for the same organisation unread."""


def line(ref: str, single: Mapping[str, Any], many: Mapping[str, Mapping[str, Mapping[str, Any]]],
         former: Iterable[str]) -> dict[str, Any]:
    """An organisation as one line says it: its ref, its registered items, and the names that it had."""
    told: dict[str, Any] = {"ref": ref}
    for item, value in single.items():
        if item not in HIDDEN:
            told[item] = value
    for item, records in many.items():
        masked = _MASKED[item]
        told[item] = [{part: value for part, value in one.items() if part not in masked} for one in records.values()] \
            if masked else list(records.values())
    if names := list(former):
        told["former_names"] = names
    return told


def of_folded(ref: str, folded: Folded, former: Iterable[str]) -> dict[str, Any]:
    """The same from what the fold gives; for filings that correct others or end by themselves."""
    return line(ref, folded.single, folded.many, former)


def added_up(ref: str, filings: Iterable[tuple[str, Sequence[Packed]]], *, on: str) -> dict[str, Any] | None:
    """An organisation's line from filings that neither correct nor end by themselves, as `adding.added_up` sums them
    up; None where the fold is needed, or nothing holds yet."""
    found = adding.added_up(filings, on=on)
    if found is None or not found[0].single:
        return None
    folded, names = found
    if len(names) < 2:
        return line(ref, folded.single, folded.many, ())
    now = folded.single.get("name")
    return line(ref, folded.single, folded.many, dict.fromkeys([name for name, _ in names[:-1] if name != now]))


def shown(changes: Sequence[Packed]) -> list[list[Any]]:
    """What a filing says, for everybody, in the form in which it is stored."""
    told = []
    for change in changes:
        item, value = change[0], change[1]
        if item in HIDDEN:
            continue
        if isinstance(value, Mapping) and (masked := _MASKED.get(item, _NO_PART)):
            value = {part: one for part, one in value.items() if part not in masked}
        told.append([item, value, *change[2:]])
    return told


def may_hide(text: str) -> bool:
    """Whether something in stored changes may be for the office alone; read only then."""
    return any(mark in text for mark in _MARKS)


def differences(old: Iterable[bytes], new: Iterable[bytes], *, read: Any) -> Iterator[dict[str, Any]]:
    """What differs between the lines of two snapshots: added, changed item by item, or no longer there.

    Both go through their organisations in the same order; one that stands elsewhere than before is found all the same.
    """
    before, waiting = iter(old), dict[bytes, bytes]()
    late: dict[bytes, bytes] = {}
    was = next(before, None)
    for one in new:
        if was == one:
            was = next(before, None)
            continue
        ref = one[REF]
        if was is not None and was[REF] == ref:
            yield from _changed(read(was), read(one))
            was = next(before, None)
            continue
        if ref in waiting:
            if (gone := waiting.pop(ref)) != one:
                yield from _changed(read(gone), read(one))
            continue
        late[ref] = one
        while was is not None and was[REF] in late:
            if (came := late.pop(was[REF])) != was:
                yield from _changed(read(was), read(came))
            was = next(before, None)
    while was is not None:
        if (found := late.pop(was[REF], None)) is None:
            waiting[was[REF]] = was
        elif found != was:
            yield from _changed(read(was), read(found))
        was = next(before, None)
    for one in late.values():
        said = read(one)
        yield {"ref": said.pop("ref"), "change": "added", "new": said}
    for one in waiting.values():
        said = read(one)
        yield {"ref": said.pop("ref"), "change": "removed", "old": said}


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    items = [item for item in {**old, **new} if old.get(item) != new.get(item)]
    if items:
        yield {"ref": new["ref"], "change": "changed",
               "old": {item: old[item] for item in items if item in old},
               "new": {item: new[item] for item in items if item in new}}


def kept_days(days: Iterable[date], *, today: date, daily: int = 31) -> set[date]:
    """Of the days of which there are snapshots those to keep: a month of days, and the first of every month."""
    known = sorted(days)
    firsts = {day for place, day in enumerate(known) if place == 0 or known[place - 1].month != day.month}
    return {day for day in known if (today - day).days < daily} | firsts
