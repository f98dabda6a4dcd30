"""The clock's door: how many places are free in the next days, so that a page need not ask every time of the city."""
from datetime import datetime, timedelta

from linli.kernel.actor import SYSTEM
from linli.registers.directory.queries import offered
from linli.watchers.insight import actions
from linli.watchers.insight.rules.measures import AHEAD


def count_free_places(at: datetime) -> int:
    """How many services have any; read first, so that the turn to write is short."""
    places = offered.free_places(at, at + timedelta(days=AHEAD), at=at)
    return actions.keep_free(places, by=SYSTEM, at=at)


JOBS = ((count_free_places, timedelta(minutes=30)),)
