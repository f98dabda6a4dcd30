"""Two bookings for one person take their turn, and neither falls into the time of the other."""
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from linli.kernel.actor import Actor
from linli.kernel.database import in_line
from linli.registers.directory.queries import SlotCard
from linli.work.orders import queries, rules
from linli.work.orders.models import Order
from linli.work.orders.rules import Presence


def take_turns(people: Collection[UUID]) -> None:
    """Until this transaction ends nobody else books for these people; before any time is taken, by everybody."""
    for one in sorted(people):
        in_line(f"orders.person:{one}")


def turn_of(ref: UUID) -> None:
    """The same for whom an order takes, before its row is locked."""
    for row in Order.objects.filter(ref=ref):
        take_turns(queries.present(row))


def require_free(people: Collection[UUID], time: SlotCard, *, category: str, mode: str, region: str, group: bool,
                 by: Actor, at: datetime) -> None:
    """Refuses, Conflict: one of these people has to be elsewhere at that time, and the visit takes them."""
    if not queries.attendance(region, at=at).takes(category, mode):
        return
    others = queries.presences(people, time.from_, time.until, by=by, at=at)
    rules.require_free(Presence(None, time.from_, time.until), others, group=group)
