"""What a watcher brings comes a moment later than the answer that caused it."""
import time
from collections.abc import Callable
from datetime import datetime
from threading import Event

LONGEST = 30.0
"""Seconds."""


def until(seen: Callable[[], object], what: str) -> None:
    """Look again and again until it is there; fails, naming what is awaited, when it does not come."""
    end, pause = time.monotonic() + LONGEST, Event()
    while not seen():
        assert time.monotonic() < end, f"did not come: {what}"
        pause.wait(0.1)


def clear_of_a_quarter() -> None:
    """A visit booked for the next quarter of an hour must not have begun before the next request is answered."""
    def clear() -> bool:
        now = datetime.now()
        return now.minute % 15 != 14 or now.second < 45

    until(clear, "a moment away from the quarter of an hour")
