from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.refusals import RuleBroken
from linli.registers.people import rules
from linli.registers.people.rules import Gender

ON = date(2026, 11, 16)


@pytest.mark.parametrize(("text", "born_on", "gender"), [
    ("11010519491231002X", date(1949, 12, 31), Gender.FEMALE),
    ("440524188001010014", None, None),  # true digits, and older than anybody
    (" 110105 19491231 002x", date(1949, 12, 31), Gender.FEMALE),
    ("１１０１０５１９４９１２３１００２Ｘ", date(1949, 12, 31), Gender.FEMALE),
    ("340104195005051010", date(1950, 5, 5), Gender.MALE),
])
def test_an_id_number_says_when_and_who(text: str, born_on: date | None, gender: Gender | None) -> None:
    if born_on is None:
        with pytest.raises(RuleBroken, match="more than 130 years"):
            rules.identity(text, on=ON)
    else:
        found = rules.identity(text, on=ON)
        assert (found.born_on, found.gender, len(found.number)) == (born_on, gender, 18)


@pytest.mark.parametrize(("text", "sentence"), [
    ("", "18 characters"), ("110105491231002", "18 characters"), ("1101051949123100ab", "18 characters"),
    ("x" * 100_000, "18 characters"), ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢٥", "18 characters|no province|last digit"),
    ("990105194912310021", "no province"), ("110105194913310021", "no date of birth"),
    ("110105195002300021", "no date of birth"), ("110105204912310021", "in the future"),
    ("110105188012310021", "more than 130 years"), ("110105194912310021", "last digit"),
    ("110105194912310029", "last digit"), ("110105194921310021", "no date of birth"),
])
def test_each_fault_of_an_id_number_has_its_sentence(text: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        rules.identity(text, on=ON)
    assert why.value.field == "id_number" and why.value.rule


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(place: int, by: int) -> None:
    right = "340104195005051010"
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1:]
    with pytest.raises(RuleBroken):
        rules.identity(wrong, on=ON)


def test_what_is_typed_beside_the_id_number_agrees_with_it() -> None:
    found = rules.identity("340104195005051010", on=ON)
    rules.agreed(found, gender=Gender.MALE, birth_on=date(1950, 5, 5))
    with pytest.raises(RuleBroken, match="another gender"):
        rules.agreed(found, gender=Gender.FEMALE, birth_on=None)
    with pytest.raises(RuleBroken, match="another date"):
        rules.agreed(found, gender=None, birth_on=date(1950, 5, 6))


@pytest.mark.parametrize(("text", "kept"), [
    ("王秀英", "王秀英"), ("  欧阳　小丽 ", "欧阳 小丽"), ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
    ("Mary O’Neil-Smith", "Mary O’Neil-Smith"),
    ("𠮷田", "𠮷田"),
])
def test_names_as_people_have_them(text: str, kept: str) -> None:
    assert rules.name(text) == kept


@pytest.mark.parametrize("text", ["", "   ", "王1", "<b>王</b>", "王\u202e英", "···", "王" * 61, "a\x00b", "😀"])
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(RuleBroken) as why:
        rules.name(text)
    assert why.value.field == "name"


@pytest.mark.parametrize(("text", "kept"), [
    ("138 0013 8000", "13800138000"), ("+86-13800138000", "13800138000"), ("008613800138000", "13800138000"),
    ("0551-62345678", "055162345678"), ("(010) 6552 9988", "01065529988"), ("１３８００１３８０００", "13800138000"),
])
def test_phones_in_one_form(text: str, kept: str) -> None:
    assert rules.phone(text) == kept


@pytest.mark.parametrize("text", [
    "", "12800138000", "1380013800", "138001380000", "12349", "62345678", "phone", "1" * 9999,
])
def test_what_is_no_phone(text: str) -> None:
    with pytest.raises(RuleBroken) as why:
        rules.phone(text)
    assert why.value.field == "phone" and not rules.looks_like_phone(text)


@pytest.mark.parametrize(("born_on", "on", "age"), [
    (date(1966, 11, 16), ON, 60), (date(1966, 11, 17), ON, 59), (date(2004, 2, 29), date(2026, 2, 28), 21),
    (date(2004, 2, 29), date(2026, 3, 1), 22),
])
def test_full_years(born_on: date, on: date, age: int) -> None:
    assert rules.age(born_on, on=on) == age


def test_a_linli_number_notices_a_mistyped_or_swapped_digit() -> None:
    number = rules.new_number()
    assert rules.is_number(number) and len(number) == 10
    assert not any(rules.is_number(f"{number[:n]}{(int(number[n]) + 1) % 10}{number[n + 1:]}") for n in range(10))


def test_masks_show_as_little_as_helps() -> None:
    assert rules.shown_phone("13800138000") == "138****8000" and rules.shown_phone("") == ""
    assert rules.shown_id_number("11010519491231002X") == "*" * 14 + "002X"
