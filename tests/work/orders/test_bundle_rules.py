"""Which times can follow each other, and how a price is shared: plain values."""
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from linli.kernel.refusals import RuleBroken
from linli.registers.directory.rules.bundles import parted, shares
from linli.work.orders.rules import Step, Time, open_times, plan, require_order

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
