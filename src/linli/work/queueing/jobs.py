"""The clock's door: a queue ends with its day."""
from datetime import datetime, timedelta

from linli.work.queueing import actions


def end_days(at: datetime) -> int:
    """Close what was left open yesterday; nobody waits over night."""
    return actions.end_days(at=at)


JOBS = ((end_days, timedelta(hours=1)),)
