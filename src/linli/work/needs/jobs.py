from datetime import datetime, timedelta

from linli.work.needs import actions


def expire(at: datetime) -> None:
    """Close what nobody has met within the days of the rule."""
    while actions.expire(at=at):
        pass


JOBS = ((expire, timedelta(hours=6)),)
