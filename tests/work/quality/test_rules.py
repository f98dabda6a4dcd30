import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.refusals import RuleBroken
from linli.work.quality import rules


@pytest.mark.parametrize(("total", "count", "worth"), [
    (0, 0, 4.0), (5, 1, 25 / 6), (1, 1, 21 / 6), (480, 100, 500 / 105), (500, 100, 520 / 105),
])
def test_shrunk(total: int, count: int, worth: float) -> None:
    assert rules.shrunk(total, count, prior=4.0, weight=5) == pytest.approx(worth)


def test_one_top_rating_ranks_below_many_good_ones() -> None:
    one, many = (rules.shrunk(total, count, prior=4.0, weight=5) for total, count in ((5, 1), (460, 96)))
    assert one < many


grades = st.lists(st.integers(1, 5), max_size=20)


@given(grades, st.floats(1, 5), st.floats(0.1, 50))
def test_a_shrunk_mean_lies_between_the_prior_and_the_mean(given_: list[int], prior: float, weight: float) -> None:
    worth = rules.shrunk(sum(given_), len(given_), prior=prior, weight=weight)
    mean = rules.mean(sum(given_), len(given_))
    low, high = sorted((prior, prior if mean is None else mean))
    assert low - 1e-9 <= worth <= high + 1e-9


@given(grades, st.integers(1, 4))
def test_a_better_grade_never_makes_a_service_worth_less(given_: list[int], grade: int) -> None:
    worse, better = (
        rules.shrunk(sum(given_) + g, len(given_) + 1, prior=4.0, weight=5) for g in (grade, grade + 1))
    assert better > worse


@pytest.mark.parametrize(("prior", "weight"), [(4.0, 0), (4.0, -1), (0.5, 5), (5.5, 5)])
def test_a_useless_prior_is_a_fault(prior: float, weight: float) -> None:
    with pytest.raises(ValueError, match="prior"):
        rules.shrunk(1, 1, prior=prior, weight=weight)


def test_the_two_lowest_grades_are_bad() -> None:
    assert [g for g in rules.GRADES if rules.is_bad(g)] == [1, 2]


@pytest.mark.parametrize(("text", "part"), [("", "sentence or"), (" \n ", "sentence or"), ("很" * 1001, "1001")])
def test_words_are_asked_for_and_not_too_many(text: str, part: str) -> None:
    with pytest.raises(RuleBroken) as why:
        rules.words(text, field="text")
    assert part in str(why.value) and why.value.field == "text"


def test_words_lose_their_blanks() -> None:
    assert rules.words(" 已上门道歉 \n", field="text") == "已上门道歉"
