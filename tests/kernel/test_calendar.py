"""Dates worked out by hand from the State Council's holiday notices for 2025 and 2026."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel import calendar
from linli.kernel.calendar import CalendarNotPublished, Unit

NEXT_YEAR = calendar.published_until().year + 1


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 9, 28), True),  # Sunday worked for the National Day holiday
        (date(2025, 10, 1), False),
        (date(2025, 10, 6), False),  # Monday, Mid-Autumn in the same holiday
        (date(2025, 10, 8), False),  # Wednesday, the eighth day
        (date(2025, 10, 9), True),
        (date(2025, 10, 11), True),  # Saturday worked
        (date(2025, 10, 12), False),
        (date(2026, 2, 14), True),  # Saturday worked before Spring Festival
        (date(2026, 2, 15), False),
        (date(2026, 2, 23), False),  # Monday, the ninth day
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # Saturday worked after it
        (date(2026, 3, 1), False),
        (date(2026, 1, 4), True),  # Sunday worked for New Year
        (date(2026, 9, 20), True),  # Sunday worked for National Day
        (date(2026, 10, 10), True),  # Saturday worked for it
    ],
)
def test_a_day_is_worked_as_the_notice_says(day: date, worked: bool) -> None:
    assert calendar.is_workday(day) is worked


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # Friday: the Saturday after it is worked
        (date(2026, 2, 13), 5, date(2026, 2, 27)),  # 14, then 24 to 27
        (date(2026, 2, 13), 7, date(2026, 3, 2)),  # the worked Saturday 28, not Sunday 1
        (date(2026, 2, 18), 1, date(2026, 2, 24)),  # begun within the holiday
        (date(2025, 9, 26), 4, date(2025, 10, 9)),  # 28 (Sunday), 29, 30, then 9
        (date(2025, 9, 30), 3, date(2025, 10, 11)),
        (date(2025, 9, 30), 20, date(2025, 11, 4)),  # 9-11, 13-17, 20-24, 27-31, 3-4: 3 + 5 + 5 + 5 + 2
        (date(2025, 10, 4), 0, date(2025, 10, 4)),
    ],
)
def test_working_days_skip_holidays_and_count_worked_weekends(start: date, count: int, end: date) -> None:
    assert calendar.add_workdays(start, count) == end
    assert calendar.deadline(start, amount=count, unit=Unit.WORKDAY) == end
    assert calendar.workdays_between(start, end) == count
    assert calendar.workdays_between(end, start) == -count


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        (date(2026, 2, 10), 15, Unit.DAY, date(2026, 2, 25)),
        (date(2026, 1, 31), 1, Unit.MONTH, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, Unit.MONTH, date(2028, 2, 29)),
        (date(2026, 2, 28), 1, Unit.MONTH, date(2026, 3, 28)),
        (date(2025, 11, 30), 3, Unit.MONTH, date(2026, 2, 28)),
        (date(2024, 2, 29), 1, Unit.YEAR, date(2025, 2, 28)),
        (date(2026, 3, 1), 5, Unit.YEAR, date(2031, 3, 1)),  # no working day matters: the table is not asked
    ],
)
def test_calendar_spans_end_on_the_day_of_the_same_number_or_the_months_last(
    start: date, amount: int, unit: Unit, end: date
) -> None:
    assert calendar.deadline(start, amount=amount, unit=unit) == end
    assert calendar.provisional_deadline(start, amount=amount, unit=unit) == (end, False)


def test_an_end_on_a_holiday_is_extended_only_where_asked() -> None:
    start = date(2025, 9, 16)
    assert calendar.deadline(start, amount=15, unit=Unit.DAY) == date(2025, 10, 1)
    assert calendar.deadline(start, amount=15, unit=Unit.DAY, extended=True) == date(2025, 10, 9)
    assert calendar.deadline(start, amount=12, unit=Unit.DAY, extended=True) == date(2025, 9, 28)  # a worked Sunday


def test_past_the_published_years_nothing_is_guessed() -> None:
    last = calendar.published_until()
    assert calendar.is_workday(last) in (True, False)
    for ask in (
        lambda: calendar.is_workday(last + timedelta(days=1)),
        lambda: calendar.add_workdays(last, 1),
        lambda: calendar.workdays_between(last, last + timedelta(days=9)),
        lambda: calendar.deadline(last, amount=3, unit=Unit.WORKDAY),
        lambda: calendar.deadline(last, amount=1, unit=Unit.MONTH, extended=True),
    ):
        with pytest.raises(CalendarNotPublished, match=str(NEXT_YEAR)) as refused:
            ask()
        assert refused.value.year == NEXT_YEAR
    with pytest.raises(LookupError, match="2003"):
        calendar.is_workday(date(2003, 12, 31))


def test_a_provisional_deadline_says_when_it_is_a_guess() -> None:
    far = date(NEXT_YEAR + 1, 1, 1)
    monday = far + timedelta(days=-far.weekday() % 7)
    assert calendar.provisional_deadline(monday, amount=5, unit=Unit.WORKDAY) == (monday + timedelta(days=7), True)
    assert calendar.provisional_deadline(date(2026, 2, 13), amount=5, unit=Unit.WORKDAY) == (date(2026, 2, 27), False)


def test_a_moment_is_not_a_day() -> None:
    with pytest.raises(TypeError, match="Shanghai"):
        calendar.deadline(datetime(2026, 3, 2, 20, tzinfo=UTC), amount=1, unit=Unit.DAY)


@pytest.mark.parametrize("unit", Unit)
def test_a_span_has_no_negative_length(unit: Unit) -> None:
    with pytest.raises(ValueError, match="negative"):
        calendar.deadline(date(2026, 3, 2), amount=-1, unit=unit)


@settings(max_examples=30, deadline=None)
@given(st.dates(date(2024, 1, 1), date(2026, 6, 30)), st.integers(1, 60))
def test_the_nth_working_day_is_worked_and_counts_back(start: date, count: int) -> None:
    end = calendar.add_workdays(start, count)
    assert calendar.is_workday(end)
    assert calendar.workdays_between(start, end) == count
