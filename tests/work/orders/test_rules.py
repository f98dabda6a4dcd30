from datetime import UTC, date, datetime, timedelta

import pytest

from linli.kernel.geometry import Point, cell
from linli.kernel.refusals import RuleBroken
from linli.work.orders import rules
from linli.work.orders.rules import Door, Grade, Method
from linli.work.orders.states import LABELS, LIFE, TONES, State

BEGIN = datetime(2026, 11, 17, 1, tzinfo=UTC)  # 09:00 in Hefei
END = BEGIN + timedelta(hours=1)
DOOR = Door(timedelta(minutes=15), 300, timedelta(hours=6))
G, D, S, L, R = Method.GEOFENCE, Method.DISTRICT, Method.SUPERVISOR, Method.LATER, Method.REMOTE


@pytest.mark.parametrize(
    ("begun", "ended", "confirmed", "capped", "worth"),
    [
        (G, G, True, False, Grade.A), (G, G, False, False, Grade.B), (G, S, True, False, Grade.B),
        (G, S, False, False, Grade.C), (S, S, True, False, Grade.B), (S, S, False, False, Grade.C),
        (D, D, True, False, Grade.B), (D, D, False, False, Grade.C), (R, R, True, False, Grade.B),
        (L, G, True, False, Grade.D), (G, L, True, False, Grade.D), (L, L, False, False, Grade.D),
        (G, G, True, True, Grade.C), (L, L, True, True, Grade.D),
    ],
)
def test_what_a_proof_is_worth(begun: Method, ended: Method, confirmed: bool, capped: bool, worth: Grade) -> None:
    assert rules.grade(begun, ended, confirmed=confirmed, capped=capped) is worth


def test_a_later_entry_stays_marked_whatever_else_is_said() -> None:
    assert {rules.grade(L, other, confirmed=word) for other in Method for word in (True, False)} == {Grade.D}


def test_numbers_say_city_month_and_serial() -> None:
    last_minute = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)  # already November in Hefei
    assert rules.number("340104003000", at=last_minute, serial=4182) == "HF-2611-004182"
    assert rules.number("320100000000", at=last_minute, serial=1_234_567) == "3201-2611-1234567"


def test_the_door_opens_fifteen_minutes_before() -> None:
    rules.require_time(BEGIN, END, at=BEGIN - timedelta(minutes=15), door=DOOR)
    rules.require_time(BEGIN, END, at=END + timedelta(hours=6), door=DOOR)
    with pytest.raises(RuleBroken, match="check-in opens at 2026-11-17 08:45") as why:
        rules.require_time(BEGIN, END, at=BEGIN - timedelta(days=1), door=DOOR)
    assert why.value.rule == rules.EARLY
    with pytest.raises(RuleBroken, match="later entry"):
        rules.require_time(BEGIN, END, at=END + timedelta(hours=6, seconds=1), door=DOOR)


def test_what_a_later_entry_may_state() -> None:
    after = END + timedelta(days=2)
    assert rules.require_stated(BEGIN, END, stated=BEGIN, at=after, door=DOOR, field="began") == BEGIN
    for stated, sentence in ((None, "Give the time"), (after + timedelta(hours=1), "has not come"),
                             (BEGIN - timedelta(days=1), "not near the planned visit")):
        with pytest.raises(RuleBroken, match=sentence) as why:
            rules.require_stated(BEGIN, END, stated=stated, at=after, door=DOOR, field="began")
        assert why.value.field == "began"


@pytest.mark.parametrize(
    ("lon", "lat", "field", "sentence"),
    [(31.85, 117.26, "lon", "swapped"), (117.26, None, "lat", "latitude"), (None, 31.85, "lon", "longitude"),
     (500.0, 31.85, "lon", "between"), (float("nan"), 31.85, "lon", "between")],
)
def test_a_position_that_cannot_be(lon: float | None, lat: float | None, field: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        rules.position(lon, lat)
    assert why.value.field == field


def test_reach() -> None:
    place = Point(117.262, 31.852)
    assert rules.position(None, None) is None
    assert rules.reach(Point(117.2625, 31.8524), place, door=DOOR) == 65
    with pytest.raises(RuleBroken, match="You are 1516 m from the agreed place; at most 300 m") as why:
        rules.reach(Point(117.275, 31.860), place, door=DOOR)
    assert why.value.rule == rules.METRES


def test_minutes_and_forgotten_ends() -> None:
    assert rules.whole_minutes(BEGIN, END + timedelta(seconds=59)) == 60
    with pytest.raises(RuleBroken, match="before it began"):
        rules.whole_minutes(END, BEGIN)
    assert rules.credited_end(END, ended=END + timedelta(hours=6), door=DOOR) == (END + timedelta(hours=6), False)
    assert rules.credited_end(END, ended=END + timedelta(hours=7), door=DOOR) == (END, True)


def stay(begin: int, end: int, before: int = 0, after: int = 0, cell: int | None = None) -> rules.Stay:
    """A visit from so many minutes after BEGIN to so many."""
    return rules.Stay(BEGIN + timedelta(minutes=begin), BEGIN + timedelta(minutes=end), timedelta(minutes=before),
                      timedelta(minutes=after), cell)


def test_what_is_kept_free_between_two_visits_is_the_firsts_end_and_the_seconds_beginning() -> None:
    bath, meal = stay(0, 60, before=5, after=20), stay(90, 120, before=10, after=40)
    assert rules.buffer(bath, meal) == rules.buffer(meal, bath) == timedelta(minutes=30)
    assert not rules.too_close(bath, meal) and not rules.too_close(meal, bath)
    assert rules.too_close(bath, stay(89, 120, before=10)) and rules.too_close(stay(89, 120, before=10), bath)
    assert rules.too_close(bath, stay(30, 40)) and rules.too_close(stay(30, 40), bath)
    assert not rules.too_close(stay(0, 60), stay(60, 90))


def test_the_way_may_fill_what_follows_the_first_but_not_what_goes_before_the_second() -> None:
    here, there = cell(Point(117.262, 31.852)), cell(Point(117.300, 31.852))  # 3.6 km, 4.7 with the detour
    first, second = stay(0, 60, after=20, cell=here), stay(90, 120, before=10, cell=there)
    minutes = round(rules.way(first, second, kmh=12).total_seconds() / 60)
    assert 22 <= minutes <= 26 and rules.way(second, first, kmh=24) < rules.way(first, second, kmh=12)
    assert rules.short_by(first, second, kmh=12) == timedelta(minutes=minutes - 20)
    assert not rules.short_by(first, stay(60 + minutes, 200, cell=there), kmh=12)
    assert not rules.way(first, stay(90, 120), kmh=12) and not rules.way(first, stay(90, 120, cell=here), kmh=12)


def test_weeks_and_days() -> None:
    assert [rules.day(moment) for moment in rules.weekly(BEGIN, 3)] == [
        date(2026, 11, 17), date(2026, 11, 24), date(2026, 12, 1)]
    assert rules.day(datetime(2026, 11, 16, 16, tzinfo=UTC)) == date(2026, 11, 17)


def test_cancelling_is_free_until_two_hours_before() -> None:
    free = timedelta(hours=2)
    assert not rules.is_late(BEGIN, at=BEGIN - free, free=free)
    assert rules.is_late(BEGIN, at=BEGIN - free + timedelta(seconds=1), free=free)


def test_what_people_type() -> None:
    assert rules.comment(" 很细心\r\n谢谢 ") == "很细心\n谢谢" and len(rules.comment("好" * 500)) == 500
    for text, sentence in (("好" * 501, "at most 500"), ("a\x00b", "cannot be seen")):
        with pytest.raises(RuleBroken, match=sentence) as why:
            rules.comment(text)
        assert why.value.field == "comment"
    assert rules.address("琥珀路  5 号\n301") == "琥珀路 5 号 301"
    for grade in (0, 6, -1):
        with pytest.raises(RuleBroken, match="five grades"):
            rules.require_grade(grade)
    with pytest.raises(RuleBroken, match="listed reasons"):
        rules.require_reason("because", rules.CANCELS)
    assert rules.REASONS["staff_ill"] and set(rules.DECLINES) | set(rules.CANCELS) <= set(rules.REASONS)


def test_every_state_has_its_words_and_a_way_in() -> None:
    assert set(LABELS) == set(TONES) == set(State)
    assert {move.target for move in LIFE.moves.values()} - {None} | {State.STRUCK} == set(State)  # struck by decision
