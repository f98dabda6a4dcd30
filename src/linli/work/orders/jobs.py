"""The clock's door: holds lapse, unanswered bookings are declined, undisputed visits confirmed, ratings asked for."""
from datetime import datetime, timedelta

from linli.kernel.actor import SYSTEM
from linli.work.orders import actions, queries


def lapse_holds(at: datetime) -> int:
    """Each in its own transaction, so that nobody who books waits for it; how many lapsed."""
    return sum(actions.lapse(ref, by=SYSTEM, at=at) for ref in queries.holds_over(at))


def decline_unanswered(at: datetime) -> int:
    """What nobody answered until its time had come."""
    return sum(actions.decline_unanswered(ref, at=at) for ref in queries.unanswered(at))


def confirm_undisputed(at: datetime) -> int:
    """What nobody disputed for as long as the rule says."""
    return sum(actions.confirm_undisputed(ref, at=at) for ref in queries.undisputed(at))


def ask_for_ratings(at: datetime) -> int:
    """Once for each visit."""
    return actions.ask_for_ratings(queries.unrated(at), by=SYSTEM, at=at)


def keep_free_times(at: datetime) -> int:
    """Times that are free though somebody waits for them (new hours, a place more): kept for who is next."""
    return sum(actions.keep_free(slot, at=at) for slot in queries.waited_for(at))


def end_waits(at: datetime) -> int:
    """Waits whose days are over."""
    return sum(actions.end_wait(ref, at=at) for ref in queries.waits_over(at))


JOBS = (
    (lapse_holds, timedelta(minutes=1)), (decline_unanswered, timedelta(minutes=15)),
    (confirm_undisputed, timedelta(hours=1)), (ask_for_ratings, timedelta(hours=6)),
    (keep_free_times, timedelta(minutes=5)), (end_waits, timedelta(hours=1)),
)
