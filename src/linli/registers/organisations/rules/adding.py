"""What filings add up to, and the one pass in which most of them do."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.registers.organisations.rules.items import ITEMS, MANY, Item
from linli.registers.organisations.rules.values import identity

_MANY = frozenset(MANY)


@dataclass(frozen=True)
class Folded:
    """What the filings add up to."""

    single: Mapping[str, Any]
    many: Mapping[str, Mapping[str, Mapping[str, Any]]]
    """By item and key, whatever their terms: those that ended are kept."""

    def get(self, item: str) -> Any:
        return self.single.get(item)

    def text(self, item: str) -> str:
        return str(self.single.get(item) or "")

    def day(self, item: str) -> date | None:
        found = self.single.get(item)
        return date.fromisoformat(found) if found else None

    def records(self, item: str) -> list[Mapping[str, Any]]:
        """Every record of this item, in the order in which they began to be told."""
        return list(self.many.get(item, {}).values())

    def current(self, item: str, *, on: date) -> list[Mapping[str, Any]]:
        """The records that hold on this day."""
        return [record for record in self.records(item) if holds(ITEMS[item], record, on=on)]


def holds(item: Item, record: Mapping[str, Any], *, on: date) -> bool:
    """Whether a record's term includes this day."""
    day = on.isoformat()
    begun = not item.begin or (record.get(item.begin) or "") <= day
    return begun and not (item.end and (record.get(item.end) or "9") <= day)


def added_up(
    filings: Iterable[tuple[str, Sequence[Any]]], *, on: str
) -> tuple[Folded, list[tuple[str, str]]] | None:
    """The same sum in one pass over what is stored, of filings none of which corrects another or ends by itself: (day,
    changes), in the order in which they hold. With it every name, each from when, the oldest first.

    None where the longer way is needed. Most of what the register holds is added up here.
    """
    single: dict[str, Any] = {}
    many: dict[str, dict[str, dict[str, Any]]] = {}
    names: list[tuple[str, str]] = []
    for day, changes in filings:
        if day > on:
            break
        try:
            values: dict[str, Any] = dict(changes)
        except ValueError:  # a change of more than item and value
            values = {}
        if len(values) == len(changes) and None not in values.values():
            if not _MANY.isdisjoint(values):
                for item in [item for item in values if item in _MANY]:
                    record = values.pop(item)
                    tell(many.setdefault(item, {}).setdefault(identity(MANY[item], record), {}), record)
            single.update(values)
        else:
            for change in changes:
                item, value = change[0], change[1]
                if len(change) > 2 and change[2]:
                    return None
                if value is None:
                    single.pop(item, None)
                elif item in MANY:
                    key = change[3] if len(change) > 3 and change[3] else identity(MANY[item], value)
                    tell(many.setdefault(item, {}).setdefault(key, {}), value)
                else:
                    single[item] = value
        if (name := single.get("name")) and (not names or names[-1][0] != name):
            names.append((name, day))
    return Folded(single, many), names


def tell(record: dict[str, Any], parts: Mapping[str, Any]) -> None:
    """Write into a record the parts that a change names; None takes one away."""
    if None not in parts.values():
        record.update(parts)
        return
    for part, value in parts.items():
        if value is None:
            record.pop(part, None)
        else:
            record[part] = value
