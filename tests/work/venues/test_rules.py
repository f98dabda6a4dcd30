from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from linli.kernel.refusals import RuleBroken
from linli.work.venues import rules
from linli.work.venues.rules import Span
from tests.work.venues.conftest import COURT, HOUR, NINE

DAY = date(2026, 11, 17)
SPLIT = (Span(1, time(9), time(12)), Span(1, time(14), time(0)), Span(2, time(0), time(2)))


def test_half_hours_of_a_day() -> None:
    found = rules.open_halves(SPLIT, DAY)
    assert len(found) == 6 + 20 and found[0] == NINE and found[-1] == NINE + timedelta(hours=14, minutes=30)
    assert rules.open_halves(SPLIT, DAY + timedelta(days=2)) == []


def test_what_is_free_is_told_as_whole_periods() -> None:
    halves = rules.open_halves(SPLIT, DAY)
    taken = {NINE + HOUR, NINE + 5 * HOUR}
    assert rules.free_spans(halves, taken) == [
        (NINE, NINE + HOUR), (NINE + 1.5 * HOUR, NINE + 3 * HOUR), (NINE + 5.5 * HOUR, NINE + 15 * HOUR)]


@pytest.mark.parametrize(("begin", "length", "sentence"), [
    (timedelta(minutes=15), HOUR, "whole half hours"), (timedelta(0), timedelta(minutes=45), "whole half hours"),
    (timedelta(0), -HOUR, "before the beginning"), (timedelta(0), timedelta(0), "before the beginning"),
    (timedelta(0), 3.5 * HOUR, "at most 3 hours"), (2.5 * HOUR, HOUR, "not open all"), (-HOUR, HOUR, "not open all"),
    (timedelta(seconds=1), HOUR, "whole half hours"),
])
def test_periods_that_are_none(begin: timedelta, length: timedelta, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        rules.require_period(NINE + begin, NINE + begin + length, hours=SPLIT, most_hours=3)


def test_a_period_may_go_past_midnight() -> None:
    late = NINE + 14 * HOUR
    rules.require_period(late, late + 3 * HOUR, hours=SPLIT, most_hours=3)
    with pytest.raises(RuleBroken, match="not open all"):
        rules.require_period(late + HOUR, late + 4 * HOUR, hours=SPLIT, most_hours=3)
    rules.require_period(NINE.astimezone(UTC), (NINE + HOUR).astimezone(UTC), hours=SPLIT, most_hours=3)


def test_how_far_ahead() -> None:
    at = NINE - 2 * HOUR
    rules.require_ahead(NINE, at=at, lead_hours=2, horizon_days=1)
    for moment, sentence in ((NINE, "passed"), (NINE - HOUR, "2 hours ahead")):
        with pytest.raises(RuleBroken, match=sentence):
            rules.require_ahead(NINE, at=moment, lead_hours=2, horizon_days=1)
    with pytest.raises(RuleBroken, match="at most 7 days"):
        rules.require_ahead(NINE + timedelta(days=7), at=at, lead_hours=2, horizon_days=7)
    rules.require_ahead(NINE + timedelta(days=6), at=at, lead_hours=2, horizon_days=7)


def test_the_price_of_a_period() -> None:
    assert rules.price(NINE, NINE + 1.5 * HOUR, fen=4000) == 6000 and rules.price(NINE, NINE + HOUR / 2, fen=5) == 2


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("kind", "castle", "choices"), ("capacity", 0, "1 and 2,000"), ("price_fen", -1, "¥10,000"),
    ("name", " ", "needed"),
    ("opened_by", "", "needed"), ("most_hours", 13, "12 hours"), ("horizon_days", 91, "90 days"),
    ("hours", (), "at least"),
    ("hours", (Span(0, time(9, 15), time(10)),), "half hour"), ("hours", (Span(0, time(10), time(9)),), "end before"),
    ("hours", (Span(0, time(9), time(11)), Span(0, time(10), time(12))), "overlap"),
    ("equipment", ("sauna",), "choices"),
    ("about", "x" * 501, "at most 500"), ("address", "路\u0007", "cannot be seen"),
])
def test_what_no_venue_says(field: str, value: Any, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        rules.check_offer(replace(COURT, **{field: value}))
    assert why.value.field == field


def test_the_day_is_that_of_shanghai() -> None:
    assert rules.day(datetime(2026, 11, 16, 16, tzinfo=UTC)) == DAY and rules.midnight(DAY) == NINE - 9 * HOUR
