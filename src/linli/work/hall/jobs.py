from datetime import datetime, timedelta

from linli.kernel.actor import SYSTEM
from linli.work.hall import actions


def accept_silent(at: datetime) -> int:
    """Count as accepted what no office answered in time."""
    accepted = 0
    while found := actions.accept_silent(by=SYSTEM, at=at):
        accepted += found
    return accepted


def deliver(at: datetime) -> int:
    """Hand over what was granted."""
    return actions.deliver_next(by=SYSTEM, at=at)


def pack(at: datetime) -> int:
    """Put what was decided into the archive."""
    return actions.pack_next(by=SYSTEM, at=at)


def recount(at: datetime) -> int:
    """Take over days that were counted again with the published holidays."""
    return actions.recount(by=SYSTEM, at=at) + actions.recount_opinions(
        by=SYSTEM, at=at) + actions.recount_promises(by=SYSTEM, at=at)


def assent(at: datetime) -> int:
    """Count as assent the silence that the declarations count so."""
    return actions.assent_silent(by=SYSTEM, at=at)


def lapse(at: datetime) -> int:
    """Write down which hearings nobody asked for in time."""
    return actions.lapse_hearings(by=SYSTEM, at=at)


def fold(at: datetime) -> int:
    """Put together what was counted at the desks."""
    return actions.fold_loads(by=SYSTEM, at=at)


JOBS = ((accept_silent, timedelta(minutes=10)), (deliver, timedelta(seconds=2)), (pack, timedelta(minutes=1)),
        (recount, timedelta(hours=6)), (fold, timedelta(minutes=5)), (lapse, timedelta(hours=1)),
        (assent, timedelta(hours=1)))
