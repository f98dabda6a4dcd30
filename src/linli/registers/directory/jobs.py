"""The clock's door: every night the times of the next weeks."""
from datetime import datetime, timedelta

from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict
from linli.registers.directory import actions, queries


def publish_slots(at: datetime) -> tuple[int, int]:
    """For every open service the times that its hours give, up to its horizon; how many were added and removed.

    Each service is its own transaction, so that nobody who books has to wait for the whole night's work.
    """
    added = removed = 0
    after = None
    while refs := queries.refs(after=after, most=500):
        for ref in refs:
            try:
                more, less = actions.publish_slots(ref, by=SYSTEM, at=at)
            except Conflict:  # withdrawn since it was listed
                continue
            added, removed = added + more, removed + less
        after = refs[-1]
    return added, removed


JOBS = ((publish_slots, timedelta(hours=24)),)
