"""The clock's door: at night the index is laid in order where changes have scattered it."""
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from linli.engines.search import actions

NIGHT = range(2, 5)  # hours


def lay_together(at: datetime) -> bool:
    """Whether anything was done."""
    return localtime(at).hour in NIGHT and actions.lay_together()


JOBS = ((lay_together, timedelta(hours=1)),)
