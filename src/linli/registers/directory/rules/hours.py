"""When a service is open, and which times it offers. Hours are wall-clock time of Asia/Shanghai."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import ceil
from zoneinfo import ZoneInfo

import chinese_calendar

from linli.kernel import calendar
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = time(0)
FIRST_PUBLISHED = date(2004, 1, 1)  # the holiday table holds nothing older
MOST_AHEAD = timedelta(days=731)
WEEKDAYS: tuple[Text, ...] = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)


@dataclass(frozen=True)
class Hours:
    """One span of a weekday (0 is Monday). `closes` at 00:00 ends the day; `until` is the first day without it."""

    weekday: int
    opens: time
    closes: time
    from_: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        return (
            day.weekday() == self.weekday and (self.from_ is None or self.from_ <= day)
            and (self.until is None or day < self.until)
        )


@dataclass(frozen=True)
class ExceptionalDay:
    """One day that differs: closed where it has no hours."""

    on: date
    opens: time | None = None
    closes: time | None = None
    reason: str = ""

    @property
    def closed(self) -> bool:
        return self.opens is None


@dataclass(frozen=True)
class Span:
    """A time that can be booked; the end is not part of it."""

    from_: datetime
    until: datetime


def minute(value: time, *, end: bool = False) -> int:
    """Minutes since midnight; 00:00 as an end is 24:00."""
    return 24 * 60 if end and value == MIDNIGHT else value.hour * 60 + value.minute


def written(hours: Hours) -> str:
    """08:30–17:30; the end of the day as 24:00."""
    return f"{hours.opens:%H:%M}–{'24:00' if hours.closes == MIDNIGHT else f'{hours.closes:%H:%M}'}"


def clock_hours(hours: Iterable[Hours]) -> int:
    """The hours of the clock in which a service may be open, as bits: 0 to 23 from Monday to Friday, 24 to 47 at the
    weekend. Whatever season the hours are of; who is open at a moment has its bit, who has it may be closed."""
    bits = 0
    for row in hours:
        for hour in range(row.opens.hour, ceil(minute(row.closes, end=True) / 60)):
            bits |= 1 << (hour + (24 if row.weekday > 4 else 0))
    return bits


def clock_hour(here: datetime) -> int:
    """The bit of `clock_hours` for a moment given in the time of Asia/Shanghai."""
    return 1 << (here.hour + (24 if here.weekday() > 4 else 0))


def check_hours(hours: Sequence[Hours]) -> None:
    """Refuses, RuleBroken: a weekday that is none, a span that ends before it begins, two that overlap (named)."""
    for row in hours:
        if not 0 <= row.weekday <= 6:
            raise RuleBroken(N_("A weekday is a number from 0 (Monday) to 6 (Sunday)."), field="hours")
        if minute(row.closes, end=True) <= minute(row.opens):
            raise RuleBroken(
                N_("On {day}, {span} ends before it begins. Hours that go past midnight are two rows: until 24:00,"
                   " and from 00:00 on the next day."),
                rule="directory.hours", field="hours", day=WEEKDAYS[row.weekday], span=written(row),
            )
        if row.from_ and row.until and row.until <= row.from_:
            raise RuleBroken(N_("On {day}, {span} is valid until before it begins. Correct the dates."),
                             rule="directory.hours", field="hours", day=WEEKDAYS[row.weekday], span=written(row))
    ordered = sorted(hours, key=lambda row: (row.weekday, row.opens))
    for index, one in enumerate(ordered):
        for other in ordered[index + 1:]:
            if other.weekday != one.weekday or minute(other.opens) >= minute(one.closes, end=True):
                break
            if _same_days(one, other):
                raise RuleBroken(
                    N_("On {day}, {one} and {other} overlap. Make one of them shorter, or join them."),
                    rule="directory.hours_overlap", field="hours", day=WEEKDAYS[one.weekday], one=written(one),
                    other=written(other),
                )


def _same_days(one: Hours, other: Hours) -> bool:
    return (one.until is None or other.from_ is None or other.from_ < one.until) and (
        other.until is None or one.from_ is None or one.from_ < other.until)


def check_exception(day: ExceptionalDay) -> None:
    """Refuses, RuleBroken: one end without the other, or an end before the beginning."""
    if (day.opens is None) != (day.closes is None):
        raise RuleBroken(N_("Give both times, or neither: a day without times is closed."), field="opens")
    if day.opens is not None and day.closes is not None and minute(day.closes, end=True) <= minute(day.opens):
        raise RuleBroken(N_("The end of these hours comes before their beginning."), field="closes")


def check_ahead(day: date, *, today: date) -> None:
    """Refuses, RuleBroken: an exceptional day past, or so far ahead that the year must be mistyped."""
    if day < today:
        raise RuleBroken(N_("This day has passed. Choose today or a later day."), field="on")
    if day > today + MOST_AHEAD:
        raise RuleBroken(N_("This day is more than two years ahead. Check the year."), field="on")


@lru_cache(maxsize=1000)  # of days; asked for each day of each service whose times are made
def is_holiday(day: date) -> bool:
    """Whether this is a public holiday as published by the State Council (the days off that belong to a feast).

    Past the published years nobody can say: False, so that the weekday's hours rule; pages say so (`holidays_known`).
    """
    if not holidays_known(day):
        return False
    off, feast = chinese_calendar.get_holiday_detail(day)
    return bool(off and feast)


def holidays_known(day: date) -> bool:
    return FIRST_PUBLISHED <= day <= calendar.published_until()


def open_spans(
    hours: Iterable[Hours], exceptions: Iterable[ExceptionalDay], day: date, *, on_holidays: bool = False
) -> list[tuple[time, time]]:
    """The spans of one day: an exception goes before everything, a public holiday before the weekday's hours."""
    special = [e for e in exceptions if e.on == day]
    if special:
        return [(e.opens, e.closes) for e in special if e.opens is not None and e.closes is not None]
    if not on_holidays and is_holiday(day):
        return []
    return sorted((row.opens, row.closes) for row in hours if row.holds(day))


def slot_times(
    hours: Iterable[Hours], exceptions: Iterable[ExceptionalDay], day: date, duration: int, buffer: int = 0,
    *, on_holidays: bool = False, after: datetime | None = None,
) -> list[Span]:
    """The times of one day, each `duration` minutes, at least `buffer` minutes apart; all inside the hours.

    None begins before `after`: what the day before leaves of its last time's buffer.
    """
    if duration <= 0 or buffer < 0:
        raise ValueError("a slot has a duration, and a buffer is not negative")
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    earliest = max(0, ceil((after - midnight).total_seconds() / 60)) if after else 0
    opened = tuple(open_spans(hours, exceptions, day, on_holidays=on_holidays))
    return list(_spans(opened, day, duration, buffer, earliest))


@lru_cache(maxsize=2000)  # of days; many services keep the same hours
def _spans(
    opened: tuple[tuple[time, time], ...], day: date, duration: int, buffer: int, earliest: int
) -> tuple[Span, ...]:
    start = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)
    spans, begin = [], earliest
    for opens, closes in opened:
        begin, end = max(begin, minute(opens)), minute(closes, end=True)
        while begin + duration <= end:
            spans.append(Span(start + timedelta(minutes=begin), start + timedelta(minutes=begin + duration)))
            begin += duration + buffer
    return tuple(spans)


def without_overlap(wanted: Iterable[Span], kept: Iterable[Span], gap: timedelta = timedelta(0)) -> list[Span]:
    """Those of the wanted times that lie beside all that are kept, with a gap between (a taken time stays even where
    the hours changed)."""
    standing = sorted(kept, key=lambda span: span.from_)
    found, index = [], 0
    for span in sorted(wanted, key=lambda span: span.from_):
        while index < len(standing) and standing[index].until + gap <= span.from_:
            index += 1
        if index == len(standing) or standing[index].from_ >= span.until + gap:
            found.append(span)
    return found
