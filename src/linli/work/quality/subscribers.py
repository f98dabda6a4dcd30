"""What rated orders set off, read from the journal."""
from collections.abc import Iterable
from itertools import groupby
from uuid import UUID

from linli.engines.journal.registry import EntryCard
from linli.kernel.actor import SYSTEM
from linli.work.orders.events import RatingStruck
from linli.work.quality import actions


def count(entries: list[EntryCard]) -> None:
    """Keep the scores. Can be forgotten and made anew."""
    for struck, run in groupby(entries, lambda e: e.fact == RatingStruck.label()):
        if struck:
            actions.strike_ratings({UUID(e.payload["order"]): (UUID(e.payload["service"]), UUID(e.payload["provider"]))
                                    for e in run})
        else:
            _count(run)


def _count(entries: Iterable[EntryCard]) -> None:
    actions.count_ratings([
        actions.Rated(UUID(e.payload["order"]), UUID(e.payload["service"]), UUID(e.payload["provider"]),
                      e.payload["grade"], e.by, e.at)
        for e in entries
    ])


def raise_bad(entries: list[EntryCard]) -> None:
    """Have bad ratings rectified, and those that do not count forgotten. Never done twice."""
    for e in entries:
        if e.fact == RatingStruck.label():
            actions.drop_rectification(UUID(e.payload["order"]), by=SYSTEM, at=e.at)
            continue
        order, service, provider, person = (
            UUID(e.payload[name]) for name in ("order", "service", "provider", "person"))
        actions.raise_rectification(
            order, service=service, provider=provider, person=person, region=e.payload["region"],
            grade=e.payload["grade"], by=SYSTEM, at=e.at,
        )
