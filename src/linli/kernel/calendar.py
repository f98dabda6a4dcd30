"""Working days of the People's Republic, with the weekends that the State Council makes workdays (调休)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum

import chinese_calendar
from chinese_calendar.constants import holidays
from dateutil.relativedelta import relativedelta

_FIRST_YEAR: int = min(holidays).year
_LAST_YEAR: int = max(holidays).year
_NEXT = timedelta(days=1)


class Unit(StrEnum):
    """What a span is counted in: 工作日, 日, 月, 年. A rule that does not say "working" counts calendar days."""

    WORKDAY = "workday"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class CalendarNotPublished(LookupError):
    """The holidays of this year are not published, or not known here: nobody can say which of its days are worked."""

    def __init__(self, year: int) -> None:
        super().__init__(f"The working days of {year} are not published; known are {_FIRST_YEAR} to {_LAST_YEAR}.")
        self.year = year


def published_until() -> date:
    """The last day that the holiday table covers.

    A later notice can still move the days round that New Year, as the one for 2019 did with 29 December 2018.
    """
    return date(_LAST_YEAR, 12, 31)


def is_workday(day: date) -> bool:
    """Whether offices work on this day. Refuses: CalendarNotPublished; TypeError for a moment instead of a day."""
    _require_day(day)
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise CalendarNotPublished(day.year)
    return bool(chinese_calendar.is_workday(day))


def add_workdays(start: date, count: int) -> date:
    """The `count`-th working day after `start`, which is itself not counted; `start` for 0.

    Refuses: CalendarNotPublished; ValueError below 0. Source: 行政许可法 Art. 82, 行政处罚法 Art. 85.
    """
    return _walk(start, count, is_workday)


def workdays_between(start: date, end: date) -> int:
    """How many working days lie after `start` up to and including `end`; negative when `end` comes first.

    Refuses: CalendarNotPublished.
    """
    if end < start:
        return -workdays_between(end, start)
    _require_day(start)
    return sum(is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def deadline(start: date, *, amount: int, unit: Unit, extended: bool = False) -> date:
    """The last day of a span that begins with the event of `start`; that day itself is not counted.

    A span of months or years ends on the day of the same number, or on the month's last (民法典 Art. 201, 202).
    `extended` moves an end that is no working day to the next working day (民法典 Art. 203); whether that holds is
    for the rule to say, so it is off unless asked for.
    Refuses: CalendarNotPublished where working days matter; ValueError below 0.
    """
    return _deadline(start, amount, unit, extended, is_workday)


def provisional_deadline(start: date, *, amount: int, unit: Unit, extended: bool = False) -> tuple[date, bool]:
    """The same, for who must show something: past the published years Monday to Friday count as worked.

    The second value is True when that guess was needed; say so beside the date, and hold nobody to it.
    """
    guessed = False

    def works(day: date) -> bool:
        nonlocal guessed
        try:
            return is_workday(day)
        except CalendarNotPublished:
            guessed = True
            return day.weekday() < 5

    return _deadline(start, amount, unit, extended, works), guessed


def _deadline(start: date, amount: int, unit: Unit, extended: bool, works: Callable[[date], bool]) -> date:
    if unit is Unit.WORKDAY:
        return _walk(start, amount, works)
    _require_span(start, amount)
    match unit:
        case Unit.DAY:
            end = start + timedelta(days=amount)
        case Unit.MONTH:
            end = start + relativedelta(months=amount)
        case Unit.YEAR:
            end = start + relativedelta(years=amount)
    return end if not extended or works(end) else _walk(end, 1, works)


def _walk(start: date, count: int, works: Callable[[date], bool]) -> date:
    _require_span(start, count)
    day = start
    while count:
        day += _NEXT
        count -= works(day)
    return day


def _require_span(start: date, amount: int) -> None:
    _require_day(start)
    if amount < 0:
        raise ValueError("A span has no negative length.")


def _require_day(day: date) -> None:
    if isinstance(day, datetime):  # a date to the type checker, but which day it is depends on the time zone
        raise TypeError("A moment is not a day: take its date in Asia/Shanghai first.")
