from datetime import date, timedelta

import pytest

from linli.kernel.refusals import RuleBroken
from linli.registers.practitioners import rules
from linli.registers.practitioners.rules import Paper, Tone, Withdrawal, kinds

ON = date(2026, 11, 16)
LONG = date(2028, 1, 1)
BASE = {"required": {"identity", "health_certificate", "no_bar"}, "advised": {"insurance"}}
FULL = (Paper("identity", date(2026, 1, 1), None), Paper("health_certificate", date(2026, 1, 1), LONG),
        Paper("no_bar", date(2026, 1, 1), LONG), Paper("insurance", date(2026, 1, 1), LONG))


def colour(*papers: Paper, **more: object) -> rules.Colour:
    return rules.colour(papers, **{**BASE, "on": ON, "warn_days": 30, **more})  # type: ignore[arg-type]


def without(kind: str) -> tuple[Paper, ...]:
    return tuple(paper for paper in FULL if paper.kind != kind)


def test_everything_in_order_is_green_and_says_until_when() -> None:
    found = colour(*FULL)
    assert (found.colour, found.fit, found.rule) == (Tone.GREEN, True, "passport.required")
    assert [str(reason) for reason in found.reasons] == [
        "Identity: valid.", "Health certificate: valid until 31 Dec 2027.",
        "Accident and liability insurance: valid until 31 Dec 2027.",
        "Check for bars from working with children and elders: valid until 31 Dec 2027.",
    ]
    assert found.reasons[1].zh == "健康证：有效期至2027年12月31日。"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("papers", "tone", "rule", "fit", "reason"), [
    (without("identity"), Tone.RED, "passport.required", False, "Identity is missing."),
    ((*without("health_certificate"), Paper("health_certificate", date(2025, 1, 1), ON)), Tone.RED, "passport.required",
     False, "Health certificate ended on 15 Nov 2026."),
    ((*without("health_certificate"), Paper("health_certificate", ON + timedelta(1), LONG)), Tone.RED,
     "passport.required", False, "Health certificate begins only on 17 Nov 2026."),
    ((*without("no_bar"), Paper("no_bar", date(2026, 1, 1), LONG, Withdrawal.REVOKED)), Tone.RED, "passport.required",
     False, "Check for bars from working with children and elders was withdrawn."),
    ((*without("no_bar"), Paper("no_bar", date(2026, 1, 1), LONG, Withdrawal.MISTAKE)), Tone.RED, "passport.required",
     False, "Check for bars from working with children and elders is missing."),
    (without("insurance"), Tone.YELLOW, "passport.advised", False, "Accident and liability insurance is missing."),
    ((*without("health_certificate"), Paper("health_certificate", date(2026, 1, 1), ON + timedelta(1))), Tone.YELLOW,
     "passport.warn_days", True, "Health certificate ends on 16 Nov 2026."),
    ((*without("health_certificate"), Paper("health_certificate", date(2026, 1, 1), ON + timedelta(30))), Tone.YELLOW,
     "passport.warn_days", True, "Health certificate ends on 15 Dec 2026."),
    ((*without("health_certificate"), Paper("health_certificate", date(2026, 1, 1), ON + timedelta(31))), Tone.GREEN,
     "passport.required", True, "Identity: valid."),
])
def test_colours_and_their_reasons(papers: tuple[Paper, ...], tone: Tone, rule: str, fit: bool, reason: str) -> None:
    found = colour(*papers)
    assert (found.colour, found.rule, found.fit, str(found.reasons[0])) == (tone, rule, fit, reason)


def test_the_worst_reason_stands_first_and_all_are_told() -> None:
    found = colour(Paper("health_certificate", date(2026, 1, 1), ON + timedelta(5)), Paper("identity", ON, None))
    assert found.colour is Tone.RED and [str(reason).split(" ")[0] for reason in found.reasons] == [
        "Check", "Health", "Accident"]


def test_a_renewed_paper_makes_the_old_one_harmless() -> None:
    old = Paper("health_certificate", date(2025, 1, 1), date(2026, 1, 1))
    assert colour(*FULL, old).colour is Tone.GREEN
    assert colour(*FULL, Paper("health_certificate", date(2025, 1, 1), LONG, Withdrawal.REVOKED)).colour is Tone.GREEN


def test_who_left_or_whose_organisation_is_suspended_is_red() -> None:
    for why in ("left", "suspended"):
        found = colour(*FULL, **{why: True})
        assert found.colour is Tone.RED and not found.fit


def test_without_a_warning_time_the_day_alone_counts() -> None:
    last_day = Paper("health_certificate", date(2026, 1, 1), ON + timedelta(1))
    assert colour(*without("health_certificate"), last_day, warn_days=0).colour is Tone.GREEN


def test_passport_numbers_are_read_as_typed_and_every_slip_is_found() -> None:
    number = rules.new_number()
    assert len(number) == 11 and rules.number(f" {number[:4].lower()} {number[4:8]}-{number[8:]} ") == number
    for place in range(1, 11):
        for letter in "3479ACDEFHJKMNPQRTUVWXY".replace(number[place], ""):
            with pytest.raises(RuleBroken, match="mistyped"):
                rules.number(number[:place] + letter + number[place + 1 :])
    for text in ("", "P", number[:-1], number + "A", "X" + number[1:], "P" * 11, "Ｐ😀", "'; --"):
        with pytest.raises(RuleBroken) as why:
            rules.number(text)
        assert why.value.field == "number"


def test_two_letters_swapped_are_found() -> None:
    number = rules.new_number()
    for place in range(1, 10):
        if number[place] != number[place + 1]:
            with pytest.raises(RuleBroken):
                rules.number(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


@pytest.mark.parametrize(("kind", "from_", "until", "sentence"), [
    ("health_certificate", ON, None, "has a last day"), ("health_certificate", ON, ON, "before the first"),
    ("teacher", date(1900, 1, 1), None, "too long"), ("insurance", ON, date(2100, 1, 1), "too long"),
])
def test_periods_that_cannot_be(kind: str, from_: date, until: date | None, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        rules.period(kind, from_=from_, until=until)
    assert why.value.field == "valid_until"
    rules.period("teacher", from_=ON, until=None)


HEAD = "姓名,身份证号,岗位,健康证有效期至"
ROW = "王敏,34010419900307123X,护理员,2027-05-01"


@pytest.mark.parametrize("content", [
    f"{HEAD}\n{ROW}\n".encode(), f"\ufeff{HEAD}\r\n{ROW}\r\n\r\n".encode(), f"{HEAD}\n{ROW}".encode("gb18030"),
    f"{HEAD}\n{ROW}".replace(",", "\t").encode(), f"{HEAD}\n{ROW}".replace(",", ";").encode(),
    f"name, ID_number,Title,health_certificate_until\n{ROW}".encode(),
])
def test_files_as_spreadsheets_write_them(content: bytes) -> None:
    (row,) = rules.read_staff(content)
    assert row.line == 2 and row.cell("name") == "王敏" and row.cell("title") == "护理员"
    assert row.cell("health_certificate_until") == "2027-05-01" and row.cell("phone") == ""


@pytest.mark.parametrize(("content", "sentence"), [
    (b"", "empty"), (b"\n\n", "empty"), (f"{HEAD},工资\n{ROW},1".encode(), "“工资” is not known"),
    ("姓名,岗位\n王敏,护理员".encode(), "身份证号"), (f"{HEAD},姓名\n".encode(), "stands twice"),
    (b"\xff\xfe\x00\x01\xff", "."), (f"{HEAD}\n\"{ROW}".encode(), "no CSV"), (b"name\0,id_number,title", "no CSV"),
    (f"{HEAD}\n{(ROW + chr(10)) * 2001}".encode(), "2001 rows"),
])
def test_files_that_are_none(content: bytes, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        rules.read_staff(content)
    assert why.value.field == "file"


@pytest.mark.parametrize(
    "text", ["2026-11-02", "2026/11/2", "2026.11.02", "20261102", "2026年11月2日", " ２０２６-11-02 "]
)
def test_days_as_people_write_them(text: str) -> None:
    assert rules.day(text, column="joined_on") == date(2026, 11, 2)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "02/11/2026", "tomorrow", "2026"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(RuleBroken, match="is no date"):
        rules.day(text, column="joined_on")


def test_languages_and_genders_in_both_languages() -> None:
    assert rules.languages(["普通话", "zh", "英语", "手语"]) == ["zh", "en", "csl"]
    assert [rules.gender(text) for text in ("女", "male", "")] == ["female", "male", ""]
    with pytest.raises(RuleBroken, match="Klingon"):
        rules.languages(["Klingon"])
    with pytest.raises(RuleBroken):
        rules.gender("x")


def test_every_kind_has_both_names() -> None:
    assert {"identity", "health_certificate", "insurance", "no_bar", "nurse_licence", "carer_certificate",
            "social_worker", "teacher", "doctor_licence", "guide_licence", "driver"} <= set(kinds())
    assert all(kind.name and kind.name.zh for kind in kinds().values())
