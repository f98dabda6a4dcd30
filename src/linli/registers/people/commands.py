"""The operator's door."""
from collections.abc import Callable
from datetime import datetime

from linli.kernel.actor import SYSTEM
from linli.registers.people import actions


def reseal(*, at: datetime, say: Callable[[str], None]) -> int:
    """Seal people's data anew with the cipher of the settings, some hundred at a time."""
    done, after = 0, 0
    while True:
        some, last = actions.reseal(after=after, by=SYSTEM, at=at)
        done += some
        if last is None:
            break
        after = last
    say(f"{done} people were sealed anew.")
    return 0
