"""The clock's door: every night the times of the next weeks, what must be assured again, and the export."""
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict
from linli.registers.directory import actions, queries
from linli.registers.directory.queries import hsds


def publish_slots(at: datetime) -> tuple[int, int]:
    """For every open service the times that its hours give, up to its horizon; how many were added and removed.

    Each service is its own transaction, so that nobody who books has to wait for the whole night's work.
    """
    added = removed = 0
    after = None
    while refs := queries.refs(after=after, most=500):
        for ref in refs:
            try:
                more, less = actions.publish_slots(ref, by=SYSTEM, at=at)
            except Conflict:  # withdrawn since it was listed
                continue
            added, removed = added + more, removed + less
        after = refs[-1]
    return added, removed


def remind_of_assurance(at: datetime) -> int:
    """Have providers owe the assurance of listings that are about to grow old; how many such listings there are."""
    count, after = 0, None
    while refs := actions.remind_of_assurance(by=SYSTEM, at=at, after=after):
        count, after = count + len(refs), refs[-1]
    return count


def export(at: datetime) -> int:
    """Write the whole directory as a file for whoever wants all of it; how many services.

    A demo makes it when asked.
    """
    if settings.DEMO:
        return 0
    to = Path(settings.DATA, "hsds", "export.zip")
    to.parent.mkdir(parents=True, exist_ok=True)
    host = next((host for host in settings.ALLOWED_HOSTS if host.strip(".*")), "localhost").lstrip(".")
    base = f"{'https' if settings.SECURE else 'http'}://{host}"
    return hsds.keep(to, here=hsds.Here(base, timezone.localdate(at)))


JOBS = (
    (publish_slots, timedelta(hours=24)), (remind_of_assurance, timedelta(hours=24)), (export, timedelta(hours=24)),
)
