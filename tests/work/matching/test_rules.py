from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.rulebook import queries as rulebook
from linli.kernel.text import N_, Text
from linli.work.matching.rules import bars, ranking
from linli.work.matching.rules.values import (
    Bar,
    Candidate,
    Near,
    NeedFacts,
    Order,
    Ranked,
    Reason,
    Refused,
    Signal,
    Slot,
    Weights,
    Window,
    near,
)

AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
HOME, ELSEWHERE = "340104008001", "340103005002"
WEIGHTS = Weights.of(rulebook.rule("matching.weights", on=AT.date()).params)
NEED = NeedFacts(
    category="home_bathing", category_name=Text("Bathing at home"), at=AT, mode="home", mode_name=Text("At your home"),
    region=HOME, region_name="琥珀街道", age=82, person_gender="female", groups=frozenset({"living_alone"}),
    language="zh-x-hefei", language_name=Text("Hefei dialect"), gender="female", gender_name=Text("a woman"),
    accessibility=frozenset({"step_free"}), windows=(Window(AT, AT + timedelta(days=3)),),
)
FIT = Candidate(
    service=UUID(int=1), provider=UUID(int=2), category="home_bathing", category_name=Text("Bathing at home"),
    modes=frozenset({"home"}), region="340104008002", area=frozenset({"340104000000"}),
    languages=frozenset({"zh", "zh-x-hefei"}), accessibility=frozenset({"step_free", "lift"}),
    accessibility_names={"step_free": Text("Step-free entrance")}, min_age=60, max_age=100,
    groups=frozenset({"living_alone", "disabled"}), for_gender="female", green=2, genders=frozenset({"female"}),
    slot=Slot(UUID(int=3), AT + timedelta(hours=24), AT + timedelta(hours=25)), metres=1200.0, price_fen=8000,
    subsidy_fen=6000, mean=4.8, rated=96, shrunk=4.76, served=1, recent=10,
)
FULL = Slot(UUID(int=4), AT, AT + timedelta(hours=1), free=1)


def sentence(reason: Reason) -> str:
    return reason.text.format(**reason.values)


def ranked(candidate: Candidate, need: NeedFacts = NEED) -> Ranked:
    found = ranking.judge(need, candidate, WEIGHTS)
    assert isinstance(found, Ranked), found
    return found


def test_what_meets_every_condition_is_ranked_with_its_reasons() -> None:
    found = ranked(FIT)
    assert 0 < found.score < 1
    assert [reason.code for reason in found.reasons] == [
        Signal.SLOT, Signal.DISTANCE, Signal.PRICE, Signal.RATING, Signal.CONTINUITY, Signal.FAIR_SHARE]
    assert all(reason.good for reason in found.reasons)
    assert {reason.code: reason.value for reason in found.reasons} == {
        "slot": FIT.slot and FIT.slot.from_, "distance": 1200, "price": 2000, "rating": 4.8, "continuity": 1,
        "fair_share": 10}


LAPSED = Reason(Bar.CREDENTIAL, N_("Health certificate: it lapsed"), 0, {}, False, "passport.colours")
ALONE: list[tuple[Bar, NeedFacts, Candidate, str]] = [
    (Bar.CATEGORY, NEED, replace(FIT, category="meals", category_name=Text("Meals")),
     "It offers Meals, and you asked for Bathing at home."),
    (Bar.MODE, NEED, replace(FIT, modes=frozenset({"on_site"})), "It is not offered this way: At your home."),
    (Bar.AREA, NEED, replace(FIT, area=frozenset({"340103000000", "340104009000"})), "It does not serve 琥珀街道."),
    (Bar.AGE, replace(NEED, age=59), FIT, "It is for people of 60 and older."),
    (Bar.AGE, replace(NEED, age=101), FIT, "It is for people up to 100 years of age."),
    (Bar.GROUP, replace(NEED, groups=frozenset({"veteran"})), FIT, "It is only for some groups of people."),
    (Bar.GROUP, replace(NEED, groups=frozenset({"veteran"})),
     replace(FIT, groups=frozenset({"disabled"}), group_names=(Text("disabled people"),)),
     "It is only for this group: disabled people."),
    (Bar.FOR_GENDER, replace(NEED, person_gender="male"), replace(FIT, for_gender_name=Text("women")),
     "It is only for women."),
    (Bar.CREDENTIAL, NEED, replace(FIT, green=0), "Nobody there holds valid papers for this on that day."),
    (Bar.CREDENTIAL, NEED, replace(FIT, green=0, lapsed=LAPSED), "Health certificate: it lapsed"),
    (Bar.LANGUAGE, replace(NEED, language="yue", language_name=Text("Cantonese")), FIT,
     "Nobody there speaks Cantonese."),
    (Bar.GENDER, replace(NEED, gender="male", gender_name=Text("a man")), FIT,
     "You asked for a man, and nobody of that gender can go."),
    (Bar.ACCESSIBILITY, NEED, replace(FIT, accessibility=frozenset({"lift"})),
     "It does not have this: Step-free entrance."),
    (Bar.NO_SLOT, NEED, replace(FIT, slot=None), "It has no time within those you asked for."),
    (Bar.NO_SLOT, replace(NEED, windows=()), replace(FIT, slot=None), "It has no free time."),
    (Bar.CAPACITY, NEED, replace(FIT, slot=None, full=True), "Every place within the times you asked for is taken."),
    (Bar.CAPACITY, replace(NEED, seats=3), replace(FIT, slot=FULL), "Only 1 of the 3 places you need are left."),
]


@pytest.mark.parametrize(("bar", "need", "candidate", "said"), ALONE)
def test_each_hard_condition_alone_refuses_with_its_sentence(
    bar: Bar, need: NeedFacts, candidate: Candidate, said: str
) -> None:
    found = ranking.judge(need, candidate, WEIGHTS)
    assert isinstance(found, Refused)
    assert [(reason.code, sentence(reason), reason.good) for reason in found.reasons] == [(bar, said, False)]


def test_every_hard_condition_is_among_those_tried_alone() -> None:
    assert {row[0] for row in ALONE} == set(Bar)


def test_what_nobody_said_is_not_held_against_a_service() -> None:
    silent = NeedFacts(category="home_bathing", category_name=Text("Bathing at home"), at=AT)
    assert not list(bars.bars(silent, replace(FIT, genders=None)))
    assert not list(bars.bars(NEED, replace(FIT, area=frozenset(), min_age=None, max_age=None, groups=frozenset())))


def test_a_service_that_fails_twice_says_so_and_counts_once() -> None:
    twice = ranking.judge(NEED, replace(FIT, modes=frozenset(), slot=None), WEIGHTS)
    once = ranking.judge(NEED, replace(FIT, slot=None), WEIGHTS)
    assert isinstance(twice, Refused) and isinstance(once, Refused)
    assert [reason.code for reason in twice.reasons] == [Bar.MODE, Bar.NO_SLOT]
    assert bars.counted([twice, once, once]) == {Bar.NO_SLOT: 2, Bar.MODE: 1}
    assert list(bars.counted([twice, once, once])) == [Bar.NO_SLOT, Bar.MODE]


@pytest.mark.parametrize(("a", "b", "level"), [
    (HOME, HOME, Near.VILLAGE), (HOME, "340104008002", Near.TOWNSHIP), (HOME, "340104008000", Near.TOWNSHIP),
    (HOME, "340104009001", Near.COUNTY), (HOME, ELSEWHERE, Near.CITY), (HOME, "320100000000", Near.AWAY),
    ("340104000000", "340104000000", Near.COUNTY), ("", HOME, Near.AWAY), (None, None, Near.AWAY),
])
def test_nearness_is_the_smallest_common_region(a: str | None, b: str | None, level: Near) -> None:
    assert near(a, b) is level and near(b, a) is level


def test_without_a_point_the_reason_says_which_region_is_shared() -> None:
    found = ranked(replace(FIT, metres=None))
    assert "same street or township" in sentence(next(r for r in found.reasons if r.code == Signal.DISTANCE))


# Properties

figures = st.builds(
    lambda metres, hours, price, shrunk, served, recent: replace(
        FIT, metres=metres, price_fen=price, subsidy_fen=0, shrunk=shrunk, served=served, recent=recent,
        slot=Slot(UUID(int=3), AT + timedelta(hours=hours), AT + timedelta(hours=hours + 1))),
    st.floats(0, 80_000), st.integers(0, 71), st.integers(0, 100_000), st.floats(1, 5), st.integers(0, 9),
    st.integers(0, 300),
)


@given(figures, st.sampled_from(list(Signal)), st.integers(1, 40))
def test_better_in_one_thing_and_equal_in_the_rest_never_ranks_lower(c: Candidate, what: Signal, by: int) -> None:
    assert c.metres is not None and c.slot is not None and c.price_fen is not None
    changes: dict[Signal, dict[str, Any]] = {
        Signal.DISTANCE: {"metres": max(c.metres - by * 100, 0)},
        Signal.SLOT: {"slot": replace(c.slot, from_=c.slot.from_ - timedelta(hours=by))},
        Signal.PRICE: {"price_fen": max(c.price_fen - by * 100, 0)},
        Signal.RATING: {"shrunk": min(c.shrunk + by / 40, 5)},
        Signal.CONTINUITY: {"served": c.served + by},
        Signal.FAIR_SHARE: {"recent": max(c.recent - by, 0)},
    }
    better = replace(c, service=UUID(int=2**128 - 1), **changes[what])
    one, other = ranked(c), ranked(better)
    assert other.score >= one.score
    if round(other.score, 9) > round(one.score, 9):
        assert ranking.place([one, other])[0] is other


@given(st.lists(figures, min_size=1, max_size=8), st.randoms(), st.sampled_from(list(Order)))
def test_the_order_does_not_depend_on_how_the_services_came(cs: list[Candidate], dice: object, order: Order) -> None:
    rows = [ranked(replace(c, service=UUID(int=n))) for n, c in enumerate(cs)]
    mixed = list(rows)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert [r.candidate.service for r in ranking.place(rows, order=order)] == [
        r.candidate.service for r in ranking.place(mixed, order=order)]


def test_equal_ones_go_by_ref() -> None:
    rows = [ranked(replace(FIT, service=UUID(int=n))) for n in (3, 1, 2)]
    assert [r.candidate.service.int for r in ranking.place(rows)] == [1, 2, 3]


def test_a_plain_order_knows_nothing_of_the_person() -> None:
    known = ranked(replace(FIT, service=UUID(int=9), served=50, metres=9000.0, price_fen=9000))
    stranger = ranked(replace(FIT, service=UUID(int=8), served=0, metres=100.0, price_fen=8000, recent=500, shrunk=1.0))
    for order in (Order.DISTANCE, Order.PRICE):
        assert ranking.place([known, stranger], order=order)[0] is stranger


def test_remote_help_has_no_distance() -> None:
    need = replace(NEED, mode="remote")
    near_by, far = (ranked(replace(FIT, modes=frozenset({"remote"}), metres=m), need) for m in (10.0, 90_000.0))
    assert near_by.score == far.score
    assert "distance does not matter" in sentence(near_by.reasons[1])


def test_what_puts_a_service_second_is_turned_round_and_set_last() -> None:
    first = ranked(FIT)
    assert FIT.slot
    later = replace(FIT.slot, from_=AT + timedelta(hours=60))
    second = ranked(replace(FIT, service=UUID(int=5), metres=600.0, price_fen=14_000, slot=later))
    said = ranking.compared(second, first, WEIGHTS)
    assert [(r.code, r.good) for r in said] == [
        (Signal.DISTANCE, True), (Signal.RATING, True), (Signal.CONTINUITY, True), (Signal.FAIR_SHARE, True),
        (Signal.SLOT, False), (Signal.PRICE, False)]
    assert said[-1].values["more"] == 6000 and "later than the first" in said[-2].text
    assert ranking.compared(first, first, WEIGHTS) == first.reasons


@pytest.mark.parametrize("params", [
    {"distance": 0, "slot": 0, "price": 0, "rating": 0, "continuity": 0, "fair_share": 0},
    {"distance": -1}, {"half_metres": 0}, {"half_orders": -3},
])
def test_weights_that_rank_nothing_are_a_fault_of_the_rulebook(params: dict[str, float]) -> None:
    good = dict(rulebook.rule("matching.weights", on=AT.date()).params)
    assert sum(Weights.of(good).share(signal) for signal in Signal) == pytest.approx(1)
    with pytest.raises(ValueError, match="weight"):
        Weights.of(good | params)
