"""The clock's door: packages are looked at again, and what nobody can read or nothing speaks of goes from the disk."""
from datetime import datetime, timedelta

from linli.engines.archive import actions, queries
from linli.kernel.actor import SYSTEM

OFTEN = timedelta(days=30)
"""Each package is read again at least so often."""


def check_packages(at: datetime) -> int:
    """How many were found damaged."""
    return sum(bool(actions.check(ref, by=SYSTEM, at=at)) for ref in queries.to_check(before=at - OFTEN))


def clear(at: datetime) -> int:
    """How many files went."""
    gone = 0
    while found := actions.clear_erased(by=SYSTEM, at=at):
        gone += found
    return gone + actions.sweep(before=at - timedelta(days=1))


JOBS = ((check_packages, timedelta(hours=1)), (clear, timedelta(hours=1)))
