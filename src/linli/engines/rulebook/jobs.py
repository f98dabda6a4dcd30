"""The clock's door: marks what became overdue."""
import logging
from threading import Event

from django.db import close_old_connections
from django.utils import timezone

from linli.engines.rulebook import actions
from linli.kernel.actor import SYSTEM

log = logging.getLogger("linli.rulebook")


def mark_overdue() -> int:
    """Count provisional deadlines again, then mark what is late; how many became overdue."""
    at, marked = timezone.now(), 0
    actions.recount(by=SYSTEM, at=at)
    while found := actions.mark_overdue(by=SYSTEM, at=at):
        marked += found
    return marked


def keep_time(stop: Event, *, pause: float = 600) -> None:
    """Mark overdue duties every few minutes until told to stop; a failing database is tried again at the next turn."""
    while not stop.is_set():
        try:
            close_old_connections()
            mark_overdue()
        except Exception:
            log.exception("overdue duties could not be marked")
        stop.wait(pause)
