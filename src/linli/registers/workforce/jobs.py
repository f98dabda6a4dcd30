"""The clock's door."""
from datetime import datetime, timedelta

from linli.kernel.actor import SYSTEM
from linli.registers.workforce import actions


def announce_lapsing(at: datetime) -> int:
    return actions.announce_lapsing(by=SYSTEM, at=at)


def close_ended(at: datetime) -> int:
    return actions.close_ended(by=SYSTEM, at=at)


def end_terms(at: datetime) -> int:
    return actions.end_terms(by=SYSTEM, at=at)


JOBS = ((announce_lapsing, timedelta(hours=6)), (close_ended, timedelta(hours=1)), (end_terms, timedelta(hours=1)))
