from datetime import datetime, timedelta

from linli.work.venues import actions, queries


def end_bookings(at: datetime) -> int:
    """What was booked and is over counts as used."""
    return sum(actions.end(ref, at=at) for ref in queries.over(at))


JOBS = ((end_bookings, timedelta(minutes=15)),)
