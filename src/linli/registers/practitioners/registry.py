"""What registers kept above this one let everybody read on a passport. Each adds its own in `apps.ready()`."""
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Remark:
    """A line on a passport. `title` and `detail` are a marked text, or words that were published so; the end is
    excluded."""

    kind: str
    title: str
    detail: str
    from_: date
    until: date | None
    good: bool


Ask = Callable[[UUID, date], Iterable[Remark]]
REMARKS: dict[str, Ask] = {}


def remark(name: str, ask: Ask) -> None:
    """Have `ask` say what stands on the passports of a person on a day, in as few queries as it can."""
    if name in REMARKS:
        raise ValueError(f"{name} has its remarks already")
    REMARKS[name] = ask
