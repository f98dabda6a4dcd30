"""The clock's process: watchers all the time, each context's jobs at their hours."""
import gc
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from threading import Event, Thread

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from linli.engines.journal import jobs as journal

log = logging.getLogger("linli.worker")


@dataclass(frozen=True)
class Job:
    """`do(at)` writes by actions and may run twice without harm."""

    name: str
    do: Callable[[datetime], object]
    every: timedelta


def jobs() -> list[Job]:
    """What each context's `jobs.py` lists as JOBS: (function, every how long)."""
    found = []
    for room in settings.ROOMS:
        if (settings.ROOT / "src" / f"{room.replace('.', '/')}/jobs.py").exists():
            for do, every in getattr(import_module(f"{room}.jobs"), "JOBS", ()):
                found.append(Job(f"{room.rsplit('.', 1)[1]}.{do.__name__}", do, every))
    return found


def run() -> int:
    """Until told to stop."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    gc.freeze()  # what is loaded stays: looking through it again and again would cost a fifth of the watchers' time
    reader = Thread(target=journal.keep_reading, args=(stop,), name="watchers")
    reader.start()
    begun = timezone.now()  # one after another, but none later than it would be due anyway
    due = {job.name: begun + min(timedelta(seconds=5 + n), job.every) for n, job in enumerate(jobs())}
    while not stop.wait(1.0):
        for job in jobs():
            at = timezone.now()
            if at < due[job.name]:
                continue
            due[job.name] = at + job.every
            try:
                close_old_connections()
                job.do(at)
            except Exception:
                log.exception("the job %s failed; it is tried again at its next hour", job.name)
    reader.join(timeout=10)
    return 0
