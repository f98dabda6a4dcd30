"""Wishes, and whom to call: over plain values."""
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from linli.kernel.refusals import RuleBroken
from linli.work.needs.rules import danger, wishes
from linli.work.needs.rules.triage import Flag
from linli.work.needs.rules.wishes import Part, Window
from tests.actors import AT

ON, HOUR, DAY = date(2026, 11, 16), timedelta(hours=1), timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(("rule", "kept"), [
    ("", ""), ("FREQ=WEEKLY;COUNT=4", "FREQ=WEEKLY;COUNT=4"), ("RRULE:FREQ=WEEKLY;COUNT=12", "FREQ=WEEKLY;COUNT=12"),
    ("FREQ=WEEKLY;UNTIL=20261207", "FREQ=WEEKLY;COUNT=4"),
    ("FREQ=WEEKLY;UNTIL=20261207T000000Z", "FREQ=WEEKLY;COUNT=4"),
    ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4", "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4"),
])
def test_a_repetition_is_kept_as_a_count_of_visits(rule: str, kept: str) -> None:
    assert wishes.repeat(rule, on=ON) == kept
    assert wishes.weeks(kept) == int(kept.rpartition("=")[2] or 1)


@pytest.mark.parametrize("rule", [
    "FREQ=DAILY;COUNT=4", "FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=13", "FREQ=WEEKLY;COUNT=0",
    "FREQ=WEEKLY;INTERVAL=2;COUNT=3",
    "FREQ=WEEKLY;COUNT=4;BYMONTH=2;BYMONTHDAY=31", "FREQ=SECONDLY;UNTIL=99991231", "every week", "FREQ", "=", ";",
    "COUNT=4", "FREQ=WEEKLY;COUNT=x", "FREQ=WEEKLY;UNTIL=20200101", "FREQ=WEEKLY;COUNT=4\nDTSTART:20260101",
    "FREQ=WEEKLY;COUNT=99999999999999999999999", "FREQ=WEEKLY;UNTIL=99999999", "FREQ=WEEKLY;COUNT=4;COUNT=5", "\x00",
    "FREQ=WEEKLY;BYDAY=XX;COUNT=2", "FREQ=WEEKLY;COUNT=-1", "RRULE:", "FREQ=WEEKLY;COUNT=４",
])
def test_a_repetition_that_cannot_be_is_refused(rule: str) -> None:
    with pytest.raises(RuleBroken) as why:
        wishes.repeat(rule, on=ON)
    assert why.value.field == "repeat"


def test_times_are_kept_in_order_and_in_utc() -> None:
    east = timezone(timedelta(hours=8))
    late, early = Window(AT + DAY, AT + DAY + HOUR), Window((AT + HOUR).astimezone(east), AT + 2 * HOUR)
    kept = wishes.windows([late, early], at=AT)
    assert [row["from"] for row in kept] == ["2026-11-16T02:00:00+00:00", "2026-11-17T01:00:00+00:00"]
    assert wishes.kept_windows(kept) == (early, late)
    assert wishes.windows([Window(AT - HOUR, AT + HOUR)], at=AT)  # it has begun, and still suits


FIRST, LAST = datetime.min.replace(tzinfo=timezone(timedelta(hours=8))), datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize("wrong", [
    [Window(AT + HOUR, AT)], [Window(AT, AT)], [Window(AT - DAY, AT - HOUR)], [Window(AT + 91 * DAY, AT + 92 * DAY)],
    [Window(AT, AT + 91 * DAY)], [Window(FIRST, AT + HOUR)], [Window(AT, LAST)], [Window(LAST, FIRST)],
    [Window(datetime(2026, 11, 20), datetime(2026, 11, 21))], [Window(AT + DAY, AT + 2 * DAY)] * 15,
    [Window(AT + DAY, AT + 2 * DAY), Window(datetime(2026, 11, 20), datetime(2026, 11, 21))],
])
def test_times_that_cannot_be_are_refused(wrong: list[Window]) -> None:
    with pytest.raises(RuleBroken) as why:
        wishes.windows(wrong, at=AT)
    assert why.value.field == "windows"


def test_a_part_of_a_day_is_found_again() -> None:
    for part in Part:
        window = wishes.part_of_day(ON, part, zone=SHANGHAI)
        kept = wishes.kept_windows(wishes.windows([window], at=AT - DAY))[0]
        assert wishes.as_part(kept, zone=SHANGHAI) == (ON, part)
    assert wishes.as_part(Window(AT, AT + HOUR), zone=SHANGHAI) is None


def test_words_are_kept_without_signs_that_nobody_reads() -> None:
    assert wishes.text("  洗澡\x00\u200b\n帮忙 ") == "洗澡\n帮忙"
    for wrong in ("", " \n", "\x00\x07", "好" * 2001, "x" * 100_000):
        with pytest.raises(RuleBroken) as why:
            wishes.text(wrong)
        assert why.value.field == "text"


@pytest.mark.parametrize(("flags", "codes", "numbers"), [
    ({Flag.LIFE_RISK, Flag.MEDICAL_EMERGENCY}, ["medical"], ("120", "110", "119")),
    ({Flag.LIFE_RISK}, ["fire"], ("119", "120", "110")),
    ({Flag.LIFE_RISK, Flag.MEDICAL_EMERGENCY}, ["fire", "medical"], ("119", "120", "110")),
    ({Flag.LIFE_RISK, Flag.ABUSE}, ["violence"], ("110", "120", "119")),
    ({Flag.LIFE_RISK}, ["self_harm"], ("12356", "120", "110", "119")),
    ({Flag.LIFE_RISK, Flag.MEDICAL_EMERGENCY}, ["self_harm"], ("120", "12356", "110", "119")),
    ({Flag.MISSING_PERSON}, [], ("110", "120", "119")), ({Flag.CHILD}, ["category"], ()), (set(), [], ()),
])
def test_the_most_fitting_number_comes_first(flags: set[Flag], codes: list[str], numbers: tuple[str, ...]) -> None:
    assert danger.numbers(flags, codes) == numbers
