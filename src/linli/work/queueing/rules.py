"""Numbers, whose turn it is, and how long it takes: said as a range that is kept, or not at all."""
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from math import ceil, floor, sqrt
from statistics import fmean, stdev
from zoneinfo import ZoneInfo

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_

SHANGHAI = ZoneInfo("Asia/Shanghai")
GRACE, RETURN_AFTER = "queueing.grace_minutes", "queueing.return_after"
MEASURED, REMEMBERED, STEP = 5, 40, 5
"""From how many on their lengths are a measure; how many of the last count; minutes to which a wait is rounded."""
MOST_COUNTERS, LONGEST_NAME = 50, 40
_WIDE = 1.6  # standard deviations to each side: about nine in ten


class Channel(StrEnum):
    PHONE = auto()
    COUNTER = auto()
    BOOKING = auto()


@dataclass(frozen=True)
class Wait:
    """From how many to how many minutes, and whether from people's real lengths or only as planned."""

    low: int
    high: int
    measured: bool


def expected(ahead: int, *, serving: int, counters: int, lengths: Sequence[float], planned: float) -> Wait | None:
    """How long somebody waits who has so many people before them: nine in ten are called within what is said.

    `lengths` are the minutes of the last who were served; fewer than five tell nothing, then `planned` stands and the
    range is wide. None where no counter is open: nobody can know.
    """
    if counters < 1:
        return None
    if ahead == 0 and serving < counters:
        return Wait(0, STEP, len(lengths) >= MEASURED)
    measured = len(lengths) >= MEASURED
    mean = fmean(lengths) if measured else planned
    spread = stdev(lengths) if measured else planned
    begun = min(serving, counters) / 2  # on the average, half of what goes on is over
    middle = mean * (max(0, ahead - max(0, counters - serving)) + begun) / counters
    side = _WIDE * sqrt(max(ahead, 1) + begun) * spread / counters
    if measured:
        side += _WIDE * middle * spread / mean / sqrt(len(lengths))  # the mean itself is only measured
    return Wait(max(0, floor((middle - side) / STEP) * STEP), max(STEP, ceil((middle + side) / STEP) * STEP), measured)


def written(prefix: str, number: int) -> str:
    """A012."""
    return f"{prefix}{number:03}"


def day(moment: datetime) -> date:
    """The day of Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def place_of_booking(begin: datetime, *, at: datetime, grace: timedelta) -> datetime:
    """Whose turn a booked person has on arrival: that of their time, or from now on where they come too late."""
    return begin if at <= begin + grace else at


def place_on_return(waiting: Sequence[datetime], *, after: int, at: datetime) -> datetime:
    """Who missed their call comes after the next few; `waiting` are the places of those in line, in order."""
    if len(waiting) < after:
        return max([at, *waiting])
    return waiting[after - 1] + timedelta(microseconds=1)


def clock(moment: datetime) -> str:
    """09:30."""
    return f"{moment.astimezone(SHANGHAI):%H:%M}"


def name(text: str) -> str:
    """What a queue is called. Refuses: RuleBroken (nothing, too long, invisible characters)."""
    found = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(found) <= LONGEST_NAME or any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} for c in found):
        raise RuleBroken(N_("Give the queue a name of 1 to {most} characters."), field="name", most=LONGEST_NAME)
    return found


def prefix(text: str) -> str:
    """The letter before the numbers. Refuses: RuleBroken."""
    found = text.strip().upper()
    if len(found) != 1 or not "A" <= found <= "Z":
        raise RuleBroken(N_("Choose one letter from A to Z."), field="letter")
    return found


def require_counters(count: int) -> None:
    """Refuses: RuleBroken (none, or more than any hall has)."""
    if not 1 <= count <= MOST_COUNTERS:
        raise RuleBroken(N_("Between 1 and {most} counters are open."), field="counters", most=MOST_COUNTERS)
