"""The clock's door: marks what became overdue."""
from datetime import datetime, timedelta

from linli.engines.rulebook import actions
from linli.kernel.actor import SYSTEM


def mark_overdue(at: datetime) -> int:
    """Count provisional deadlines again, then mark what is late; how many became overdue."""
    actions.recount(by=SYSTEM, at=at)
    marked = 0
    while found := actions.mark_overdue(by=SYSTEM, at=at):
        marked += found
    return marked


JOBS = ((mark_overdue, timedelta(minutes=10)),)
