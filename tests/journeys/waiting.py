"""What a watcher brings comes a moment later than the answer that caused it."""
import time
from collections.abc import Callable
from threading import Event

LONGEST = 30.0
"""Seconds."""


def until(seen: Callable[[], object], what: str) -> None:
    """Look again and again until it is there; fails, naming what is awaited, when it does not come."""
    end, pause = time.monotonic() + LONGEST, Event()
    while not seen():
        assert time.monotonic() < end, f"did not come: {what}"
        pause.wait(0.1)
