"""The clock's door: keeps the watchers reading."""
import logging
from threading import Event

from django.db import close_old_connections

from linli.engines.journal import actions

log = logging.getLogger("linli.journal")


def keep_reading(stop: Event, *, pause: float = 0.2) -> None:
    """Let the watchers read on until told to stop; a failing database is tried again after a breath."""
    while not stop.is_set():
        try:
            close_old_connections()
            idle = actions.run() == 0
        except Exception:
            log.exception("the journal could not be read")
            idle = True
        if idle:
            stop.wait(pause)
