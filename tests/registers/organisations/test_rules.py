import pytest

from linli.kernel.refusals import RuleBroken
from linli.registers.organisations import rules
from linli.registers.organisations.rules import BEGINNINGS, KIND_LABELS, KINDS, Kind
from linli.registers.organisations.states import LABELS, LIFE, State

GOOD = [
    (Kind.SOCIETY, "51340100500000015T"), (Kind.AGENCY, "52340100500000015P"), (Kind.FOUNDATION, "53340000500000015F"),
    (Kind.COMPANY, "91350100M000100Y43"), (Kind.COMPANY, "91440105MA59AGQ16J"),
]


@pytest.mark.parametrize(("kind", "code"), GOOD)
def test_codes_in_use_are_good(kind: Kind, code: str) -> None:
    assert rules.code(code, kind=kind) == code


def test_a_code_is_read_as_people_type_it() -> None:
    assert rules.code(" ５２３４０１００-500000015p ", kind=Kind.AGENCY) == "52340100500000015P"


@pytest.mark.parametrize(("kind", "code", "sentence"), [
    (Kind.AGENCY, "", "Enter the unified"),
    (Kind.AGENCY, "5234010050000015P", "this one has 17"),
    (Kind.AGENCY, "523401005000000155P", "this one has 19"),
    (Kind.AGENCY, "523401005O0000015P", "Character 10 of the code is “O”"),
    (Kind.AGENCY, "5234010050000001😀P", "Character 17"),
    (Kind.AGENCY, "52340A00500000015P", "Characters 3 to 8"),
    (Kind.AGENCY, "52340100500000016P", "Characters 9 to 17 of the code do not fit"),
    (Kind.AGENCY, "52340100500000051P", "Characters 9 to 17 of the code do not fit"),
    (Kind.AGENCY, "52340100500000015T", "last character"),
    (Kind.SOCIETY, "52340100500000015P", r"begins with 52; the code of this kind \(Society\) begins with 51"),
])
def test_a_wrong_code_says_what_is_wrong(kind: Kind, code: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        rules.code(code, kind=kind)
    assert (why.value.rule, why.value.field) == ("organisations.uscc", "uscc")


def test_other_registers_cannot_join() -> None:
    """A village committee's code (N) is sound, but none of the kinds that join."""
    with pytest.raises(RuleBroken, match="Codes that begin with N1 cannot join"):
        rules.code("N1340100500000015U", kind=Kind.AGENCY)


def test_one_digit_changed_is_always_found() -> None:
    code = "52340100500000015P"
    for place in range(18):
        for letter in "0123456789ABCDEFGHJKLMNPQRTUWXY".replace(code[place], ""):
            with pytest.raises(RuleBroken):
                rules.code(code[:place] + letter + code[place + 1 :], kind=Kind.AGENCY)


@pytest.mark.parametrize(
    "text", ["0551-62345678", "055162345678", "138 0013 8000", "400-123-4567", "12349", "（0551）62345678"]
)
def test_phone_numbers(text: str) -> None:
    assert rules.phone(text)


@pytest.mark.parametrize("text", ["", "62345678", "1380013800", "12345678901234", "call me", "0551-"])
def test_what_is_no_phone_number(text: str) -> None:
    with pytest.raises(RuleBroken, match="area code") as why:
        rules.phone(text)
    assert why.value.field == "phone"


@pytest.mark.parametrize(("text", "sentence"), [
    ("  ", "needed"), ("长" * 11, "11 characters long; at most 10"), ("a\x00b", "cannot be seen"),
    ("a\ud800", "cannot be seen"), ("a\nb", "cannot be seen"),
])
def test_a_line_of_text(text: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        rules.line(text, field="name", most=10)


def test_lines_are_kept_where_lines_are_meant() -> None:
    assert rules.line("\ufeff a\r\nb\u202e ", field="introduction", most=10, lines=True) == "a\nb"


def test_accessibility_words_are_known_ones() -> None:
    assert rules.accessibility(["lift", "step_free", "lift"]) == ["step_free", "lift"]
    with pytest.raises(RuleBroken, match="“slide”"):
        rules.accessibility(["slide"])


def test_every_kind_and_state_has_its_words() -> None:
    assert set(KINDS) == set(BEGINNINGS) == set(Kind) - {Kind.UNKNOWN} and set(LABELS) == set(State)
    assert set(KIND_LABELS) == set(Kind)
    assert {move.target for move in LIFE.moves.values()} == {*State, None}
