"""Which times can follow each other, and how a price is shared: plain values."""
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from linli.kernel.geometry import Point
from linli.kernel.refusals import RuleBroken
from linli.registers.directory.rules.bundles import parted, shares
from linli.work.orders.rules import Pace, Step, Time, open_times, plan, require_order, unfit, way_to, wishes

NURSE, BATH = UUID(int=1), UUID(int=2)


def at(day: int, hour: float) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


def times(of: int, *begins: tuple[int, float]) -> tuple[Time, ...]:
    """Hours of one service: its number names their refs."""
    return tuple(Time(UUID(int=of * 100 + n), at(*one), at(*one) + timedelta(hours=1)) for n, one in enumerate(begins))


def told(found: list[Time | None]) -> list[str]:
    return [f"{one.from_:%d %H:%M}" if one else "" for one in found]


NURSING = Step(NURSE, "护理", times(1, (17, 1), (17, 3), (18, 1)))
BATHS = Step(BATH, "助浴", times(2, (17, 1), (17, 1.5), (17, 2), (18, 1), (19, 1)))


def test_the_soonest_that_follow_each_other_and_one_service_on_different_days() -> None:
    assert told(plan([NURSING, BATHS, BATHS])) == ["17 01:00", "17 02:00", "18 01:00"]
    assert told(plan([BATHS, NURSING])) == ["17 01:00", "17 03:00"]


def test_what_is_chosen_stays_where_it_can_and_the_rest_follows_it() -> None:
    bath = BATHS.times
    assert told(plan([NURSING, BATHS], [None, bath[4].ref])) == ["17 01:00", "19 01:00"]
    assert told(plan([NURSING, BATHS], [NURSING.times[1].ref, bath[2].ref])) == ["17 03:00", "18 01:00"]  # it moved
    assert told(plan([NURSING, BATHS], [UUID(int=9)])) == ["17 01:00", "17 02:00"]  # no time of this service


def test_a_visit_without_a_time_leaves_a_gap_and_the_others_stand() -> None:
    empty = Step(UUID(int=3), "讲座")
    assert told(plan([NURSING, empty, BATHS])) == ["17 01:00", "", "17 02:00"]


def test_only_times_that_leave_one_for_what_follows_can_be_chosen() -> None:
    steps = [NURSING, BATHS, BATHS]
    planned = plan(steps)
    assert told(list(open_times(steps, planned, 0))) == ["17 01:00", "17 03:00"]  # after the 18th only one bath is left
    assert told(list(open_times(steps, planned, 1))) == ["17 02:00", "18 01:00"]  # from 10 on, and not the last
    assert told(list(open_times(steps, planned, 2))) == ["18 01:00", "19 01:00"]


@pytest.mark.parametrize(("steps", "chosen", "field"), [
    ([NURSING, BATHS], (0, 0), "slot_1"), ([NURSING, BATHS], (0, 1), "slot_1"), ([BATHS, BATHS], (0, 2), "slot_1"),
    ([NURSING, BATHS, BATHS], (0, 3, 2), "slot_2"),
], ids=["at once", "overlapping", "one day", "backwards"])
def test_what_is_out_of_order_is_refused_by_its_place(
    steps: list[Step], chosen: tuple[int, ...], field: str
) -> None:
    with pytest.raises(RuleBroken) as why:
        require_order(steps, [step.times[n] for step, n in zip(steps, chosen, strict=True)])
    assert (why.value.field, why.value.rule) == (field, "orders.bundle_order")


PACE = Pace(walk=54, ride=200, wait=10, detour=1.3)
NEAR, FAR = Point(117.262, 31.852), Point(117.262, 31.8610)  # a kilometre north


def placed(step: Step, place: Point | None) -> Step:
    return replace(step, place=place, pace=PACE)


@pytest.mark.parametrize(("north", "found"), [
    (0.0009, (130, 3)), (0.0045, (650, 13)), (0.0090, (1301, 17)), (0.09, (13_010, 76)),
], ids=["on foot", "farther on foot", "riding", "across the city"])
def test_a_way_is_on_foot_or_riding_whichever_is_quicker(north: float, found: tuple[int, int]) -> None:
    way = PACE.way(NEAR, Point(117.262, 31.852 + north))
    assert way and (way.metres, way.minutes) == found


def test_no_way_is_guessed_where_a_place_is_not_known() -> None:
    assert PACE.way(NEAR, None) is PACE.way(None, NEAR) is PACE.way(NEAR, NEAR) is None
    assert way_to(NURSING, None) is None and way_to(NURSING, BATHS) is None


def test_the_way_lies_between_two_visits_at_different_places() -> None:
    steps = [placed(NURSING, NEAR), placed(BATHS, FAR)]
    assert told(plan(steps)) == ["17 01:00", "18 01:00"]  # at 02:00, right after it, nobody can be there
    assert told(plan([placed(NURSING, NEAR), placed(BATHS, NEAR)])) == ["17 01:00", "17 02:00"]
    with pytest.raises(RuleBroken, match="0 minutes after .*1301 metres, takes about 17") as why:
        require_order(steps, [NURSING.times[0], BATHS.times[2]])
    assert (why.value.field, why.value.rule) == ("slot_1", "orders.person_way")
    half = replace(BATHS, times=(Time(UUID(int=7), at(17, 2.25), at(17, 3)), Time(UUID(int=8), at(17, 2.3), at(17, 3))))
    found = plan([steps[0], placed(half, FAR)])[1]
    assert found and found.ref == UUID(int=8)  # 15 minutes are too few, 18 are enough


def test_what_leaves_no_time_for_the_way_after_it_cannot_be_chosen() -> None:
    late = Step(UUID(int=3), "讲座", times(3, (17, 4)))
    steps = [placed(NURSING, NEAR), placed(late, FAR)]
    assert told(list(open_times(steps, plan(steps), 0))) == ["17 01:00"]  # the one at three ends when the talk begins
    assert [str(one.why) for one in unfit(steps, plan(steps), 0)] == [
        "After it no time of “讲座” is left. Choose an earlier one."] * 2


def test_every_free_time_fits_or_has_its_reason() -> None:
    steps = [placed(NURSING, NEAR), placed(BATHS, FAR), placed(BATHS, FAR)]
    planned = plan(steps)
    for place, step in enumerate(steps):
        fits, others = open_times(steps, planned, place), unfit(steps, planned, place)
        assert sorted([*fits, *(one.time for one in others)], key=lambda one: one.from_) == list(step.times)
    reasons = [str(one.why) for one in unfit(steps, planned, 1)]
    assert ["is over. Choose" in why for why in reasons] == [True, True, False, False]
    assert "the way from there" in reasons[2] and "After it no time of “助浴”" in reasons[3]


def test_the_same_plan_comes_from_the_few_choices_that_are_not_the_soonest() -> None:
    steps = [NURSING, BATHS, BATHS]
    for chosen in ([], [None, BATHS.times[3].ref], [NURSING.times[1].ref], [None, None, BATHS.times[4].ref]):
        planned = plan(steps, chosen)
        assert plan(steps, wishes(steps, planned)) == planned
    assert wishes(steps, plan(steps)) == [None] * 3


def test_end_to_end_is_no_overlap() -> None:
    require_order([NURSING, BATHS], [NURSING.times[0], BATHS.times[2]])


@pytest.mark.parametrize(("price", "alone", "found"), [
    (24_000, [10_000, 8_000, 8_000], [9231, 7385, 7384]), (100, [1, 1, 1], [34, 33, 33]), (0, [5, 5], [0, 0]),
    (0, [0, 0], [0, 0]), (300, [0, 300], [0, 300]),
])
def test_shares_add_up_to_the_fen(price: int, alone: list[int], found: list[int]) -> None:
    assert shares(price, alone) == found and sum(found) == price


def test_a_subsidy_is_at_most_the_share() -> None:
    assert parted(10_000, [(10_000, 9_000), (10_000, 0)]) == [(5_000, 5_000), (5_000, 0)]
