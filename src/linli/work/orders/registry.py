"""What else stands in people's own calendars. Each room above this one adds its own in `apps.ready()`."""
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.actor import Actor


@dataclass(frozen=True)
class Besides:
    """An entry beside the visits: what, with whom, when and where; `url` leads to its own page."""

    ref: UUID
    name: str
    provider: str
    begin: datetime
    until: datetime
    where: str
    cancelled: bool
    url: str
    changed_at: datetime


Ask = Callable[[Actor, datetime, datetime], Iterable[Besides]]
SOURCES: dict[str, Ask] = {}


def stands_besides(name: str, ask: Ask) -> None:
    """Have `ask` say what somebody, and whom they act for, have booked between two moments; in one query."""
    if name in SOURCES:
        raise ValueError(f"{name} stands in calendars already")
    SOURCES[name] = ask
