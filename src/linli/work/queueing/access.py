from uuid import UUID

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.work.queueing.models import Queue, Ticket
from linli.work.queueing.states import OWN, SERVE


def queue(ref: UUID, *, lock: bool = False) -> Queue:
    """Queues are public. Refuses: NotFound."""
    row = Queue.one(ref=ref, lock=lock)
    if row is None:
        raise no_queue()
    return row


def no_queue() -> NotFound:
    return NotFound(N_("There is no such queue."))


def held(row: Queue, by: Actor) -> frozenset[str]:
    """What this actor may do at the counters of this queue."""
    return OWN if by.ref == SYSTEM.ref else by.held(f"organisation:{row.provider}")


def ticket(ref: UUID, *, by: Actor) -> tuple[Queue, Ticket]:
    """A number that is the actor's own, of whom they act for, or of their counters; its queue is locked.

    Refuses: NotFound (absent or another's).
    """
    found = Ticket.objects.filter(ref=ref).values_list("queue__ref", flat=True).first()
    line = queue(found, lock=True) if found else None
    row = Ticket.one(ref=ref, lock=True) if line else None
    if line is None or row is None or not (may(line, row, by) or by.ref == SYSTEM.ref):
        raise NotFound(N_("There is no such number."))
    row.queue = line
    return line, row


def may(line: Queue, row: Ticket, by: Actor) -> frozenset[str]:
    """What this actor may do about this number."""
    own = by.held(f"person:{row.person_id}") if row.person_id else frozenset()
    return own | (held(line, by) & {SERVE})
