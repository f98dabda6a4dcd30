"""The operator's door."""
from collections.abc import Callable
from datetime import datetime

from linli.kernel.actor import SYSTEM
from linli.registers.people import actions, queries


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


def erase_again(*, at: datetime, say: Callable[[str], None]) -> int:
    """Erase anew whom a backup brought back though the list says that they were erased; how many."""
    back = [ref for ref in queries.erased_listed() if queries.exists(ref)]
    for ref in back:
        actions.erase(ref, by=SYSTEM, at=at)
    if back:
        say(f"{len(back)} people who were erased after the backup was made were erased again.")
    return len(back)
