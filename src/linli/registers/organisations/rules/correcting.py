"""What the register said and took back: item by item, the old value, the new one and the cause."""
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.registers.organisations.rules.filing import CORRECTING, Step
from linli.registers.organisations.rules.items import Item


@dataclass(frozen=True)
class Corrected:
    """One item of one correction. `said_at` is when the wrong value came into the register, where that is known."""

    filing: UUID
    at: datetime
    item: Item
    old: Any
    new: Any
    cause: str
    said_at: datetime | None


def corrected(
    steps: Iterable[Step], *, since: datetime, read_at: datetime | None = None, items: Collection[str] = (),
) -> list[Corrected]:
    """What was corrected after a moment, the newest first; without what is kept for the office.

    With `read_at` only what the register said wrongly at that moment; with `items` only of these.
    """
    known = list(steps)
    said = {step.filing.ref: step.filing.filed_at for step in known}
    found = [
        Corrected(step.filing.ref, step.filing.filed_at, told.item, told.old, told.new, step.filing.cause,
                  said.get(step.filing.corrects) if step.filing.corrects else None)
        for step in known if step.filing.kind in CORRECTING and step.filing.filed_at > since
        for told in step.told if not told.item.masked and (not items or told.item.key in items)]
    return [one for one in reversed(found)
            if read_at is None or one.said_at is not None and one.said_at <= read_at < one.at]
