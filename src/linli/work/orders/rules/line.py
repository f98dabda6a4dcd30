"""When a freed time suits who waits for it, and how long it is kept for them."""
from datetime import date, datetime, time, timedelta
from enum import StrEnum, auto

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text
from linli.work.orders.rules.visits import SHANGHAI, WAIT_DAYS


class Part(StrEnum):
    """In which part of a day a time would suit."""

    ANY = auto()
    MORNING = auto()
    AFTERNOON = auto()


PARTS: dict[Part, Text] = {
    Part.ANY: N_("At any time"), Part.MORNING: N_("In the morning"), Part.AFTERNOON: N_("In the afternoon"),
}
NOON = time(12)


class TurnEnd(StrEnum):
    """What became of a time that was kept for who was next."""

    TAKEN = auto()
    PASSED = auto()
    MISSED = auto()


def suits(begin: datetime, *, from_on: date, until_on: date, part: Part) -> bool:
    """Whether a time is one that was waited for; its beginning says in which part of the day it lies."""
    local = begin.astimezone(SHANGHAI)
    if not from_on <= local.date() < until_on:
        return False
    return part is Part.ANY or (local.time() < NOON) == (part is Part.MORNING)


def turn_until(at: datetime, *, minutes: int, night: tuple[int, int], latest: datetime) -> datetime | None:
    """Until when a time is kept for who is next: so many minutes in which people are awake, or the last moment to book.

    `night` is from one hour until another, past midnight. None where too little of them would be left to answer: a
    quarter.
    """
    found = at.astimezone(SHANGHAI)
    left = whole = timedelta(minutes=minutes)
    begins, ends = night
    while left and found < latest:
        if found.hour >= begins or found.hour < ends:
            found = _next(found, ends)
            continue
        until = min(found + left, _next(found, begins), latest)
        left, found = left - (until - found), until
    return min(found, latest) if whole - left >= whole / 4 else None


def _next(moment: datetime, hour: int) -> datetime:
    """The next full hour of this name, in Asia/Shanghai."""
    there = moment.replace(hour=hour, minute=0, second=0, microsecond=0)
    return there if there > moment else there + timedelta(days=1)


def require_days(from_on: date, until_on: date, *, today: date, most: int) -> None:
    """Refuses: RuleBroken (past, backwards, or waiting for longer than is honest)."""
    if from_on < today:
        raise RuleBroken(N_("This day has passed. Choose today or a later day."), field="from_on")
    if until_on <= from_on:
        raise RuleBroken(N_("The last day comes before the first."), field="until_on")
    if (until_on - today).days > most:
        raise RuleBroken(N_("A waiting list goes at most {most} days ahead. Choose an earlier last day."),
                         rule=WAIT_DAYS, field="until_on", most=most)
