from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.money import Money
from linli.kernel.refusals import RuleBroken


def test_sums_stay_whole() -> None:
    assert Money(10) + Money(20) == Money(30)
    assert Money(10) - Money(25) == Money(-15) == -Money(15)
    assert Money(333) * 3 == 3 * Money(333) == Money(999)
    assert sum([Money(1), Money(2)], Money(0)) == Money(3)
    assert not Money(0)
    assert Money(1)


def test_order_holds_within_one_currency() -> None:
    assert Money(1) < Money(2) <= Money(2)
    assert Money(3) > Money(2) >= Money(2)
    assert max(Money(5), Money(900), Money(50)) == Money(900)
    assert Money(1) != Money(1, "USD")
    with pytest.raises(ValueError, match="do not mix"):
        _ = Money(1) < Money(2, "USD")


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="CNY and USD"):
        _ = Money(1) + Money(1, "USD")
    with pytest.raises(ValueError, match="CNY and USD"):
        _ = Money(1) - Money(1, "USD")
    with pytest.raises(ValueError, match="three capital letters"):
        Money(1, "yuan")


@pytest.mark.parametrize("wrong", [1.0, True, "1", None])
def test_only_whole_numbers_come_in(wrong: object) -> None:
    for use in (Money, Money(100).__mul__, lambda n: Money(100).share(n, 2), lambda n: Money(100).share(1, n)):
        with pytest.raises(TypeError, match="whole fen"):
            use(wrong)  # type: ignore[operator]
    with pytest.raises(TypeError):
        _ = Money(1) + wrong  # type: ignore[operator]
    with pytest.raises(TypeError):
        _ = Money(1) < wrong  # type: ignore[operator]


@pytest.mark.parametrize(
    ("fen", "numerator", "denominator", "share"),
    [(5, 1, 2, 2), (15, 1, 2, 8), (25, 1, 2, 12), (-5, 1, 2, -2), (-15, 1, 2, -8), (100, 1, 3, 33), (200, 1, 3, 67)],
)
def test_a_half_fen_goes_to_the_even_one(fen: int, numerator: int, denominator: int, share: int) -> None:
    assert Money(fen).share(numerator, denominator) == Money(share)


@settings(max_examples=60, deadline=None)
@given(st.integers(-(10**15), 10**15), st.integers(-1000, 1000), st.integers(1, 1000))
def test_a_share_is_the_exact_fraction_rounded(fen: int, numerator: int, denominator: int) -> None:
    assert Money(fen).share(numerator, denominator).fen == round(Fraction(fen * numerator, denominator))


@pytest.mark.parametrize("denominator", [0, -2])
def test_a_share_of_nothing_is_refused(denominator: int) -> None:
    with pytest.raises(ValueError, match="denominator"):
        Money(1).share(1, denominator)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1,234.50", 123450),
        ("1234.5", 123450),
        ("0.05", 5),
        (" ¥ 8 ", 800),
        ("￥１，２３４．５０元", 123450),
        ("-3.20", -320),
        ("1,234,567", 123456700),
        ("9999999999999999.99", 999999999999999999),
    ],
)
def test_what_people_type_is_read(typed: str, fen: int) -> None:
    assert Money.parse(typed) == Money(fen)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("1.234", "two decimals"),
        ("1.230", "two decimals"),
        ("", "not an amount"),
        ("一百", "not an amount"),
        ("12,34.50", "not an amount"),
        ("1e5", "not an amount"),
        (".5", "not an amount"),
        ("--1", "not an amount"),
        ("nan", "not an amount"),
        ("12345678901234567", "too large"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(typed: str, why: str) -> None:
    with pytest.raises(RuleBroken, match=why):
        Money.parse(typed)


def test_an_amount_reads_as_its_readers_write_it() -> None:
    assert Money(123450).text("zh-hans") == Money(123450).text("en") == str(Money(123450)) == "¥1,234.50"
    assert Money(-5).text("en") == "-¥0.05"
    assert (Money(100, "USD").text("zh-hans"), Money(100, "USD").text("en")) == ("US$1.00", "$1.00")
    assert Money(100, "CHF").text("en") == "CHF 1.00"


@settings(max_examples=60, deadline=None)
@given(st.integers(-(10**17), 10**17))
def test_what_is_shown_can_be_typed_back(fen: int) -> None:
    assert Money.parse(Money(fen).text()) == Money(fen)
