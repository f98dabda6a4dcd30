"""The clock's door: what turns by itself, and each night the files of the whole register and its stream's length."""
from datetime import datetime, timedelta

from django.utils import timezone

from linli.kernel.actor import SYSTEM
from linli.registers.organisations import actions, queries

STREAM_KEPT = timedelta(days=90)


def publish(at: datetime) -> int:
    """Write the files of the day, once; let the stream begin ninety days ago. How many organisations they hold."""
    made = queries.keep_snapshot(timezone.localdate(at), at=at)
    actions.shorten(before=at - STREAM_KEPT, by=SYSTEM, at=at)
    return made.count


def turn(at: datetime) -> int:
    """Follow what begins or ends to hold today without a filing."""
    count = 0
    while some := actions.turn(by=SYSTEM, at=at):
        count += some
    return count


def forget_readings(at: datetime) -> int:
    """Drop who read which entry, once the time for which it is kept has passed."""
    return actions.forget_readings(before=queries.readings_kept_since(at), by=SYSTEM, at=at)


JOBS = ((turn, timedelta(hours=6)), (publish, timedelta(hours=24)),
        (forget_readings, timedelta(hours=24)))
