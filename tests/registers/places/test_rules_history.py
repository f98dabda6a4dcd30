from datetime import date

import pytest

from linli.registers.places.rules import history
from linli.registers.places.rules.history import ChangeRow, Kind, Period

OLD, NEW, CITY = "341421000000", "340124000000", "340100000000"
CLOSED = date(2025, 12, 31)


def change(year: int, kind: str, old: tuple[str, str] = ("", ""), new: tuple[str, str] = ("", "")) -> ChangeRow:
    return ChangeRow(year, kind, 3, *old, *new, "", "", "")


RECODED = change(2011, "同名改码", (OLD, "庐江县"), (NEW, "庐江县"))


def lives(*changes: ChangeRow, closing: dict[str, str]) -> list[Period]:
    return history.periods(changes, closing=closing, closed_on=CLOSED)


def test_a_code_that_no_change_names_stands_since_the_first_table() -> None:
    assert lives(closing={CITY: "合肥市"}) == [Period(CITY, "合肥市", history.FIRST, None)]


def test_a_new_code_begins_where_the_old_one_ends() -> None:
    assert lives(RECODED, closing={NEW: "庐江县"}) == [
        Period(NEW, "庐江县", date(2011, 12, 31), None), Period(OLD, "庐江县", history.FIRST, date(2011, 12, 31))]


def test_a_code_may_end_and_be_given_again_to_another() -> None:
    found = lives(
        change(1990, "撤销", ("340199000000", "甲县")), change(2000, "新设", new=("340199000000", "乙区")),
        change(2005, "更名", ("340199000000", "乙区"), ("340199000000", "丙区")), closing={"340199000000": "丙区"})
    assert [(one.name, one.since.year, one.until and one.until.year) for one in found] == [
        ("甲县", 1980, 1990), ("乙区", 2000, 2005), ("丙区", 2005, None)]


def test_an_abolition_never_begins_its_successor() -> None:
    """The source names 340181 as what became of 巢湖市 in 1999; it was founded in 2011."""
    found = lives(
        change(1999, "撤销", ("342601000000", "巢湖市"), ("340181000000", "巢湖市")),
        change(2011, "新设", new=("340181000000", "巢湖市")), closing={"340181000000": "巢湖市"})
    assert Period("340181000000", "巢湖市", date(2011, 12, 31), None) in found and len(found) == 2


def test_what_the_closing_table_lacks_has_ended_by_then_and_a_slip_of_the_source_is_mended() -> None:
    founded = change(1982, "新设", new=("410306000000", "吉利区"))
    assert lives(founded, closing={})[0].until == CLOSED
    slip = change(2021, "撤县设区", ("330110000000", "余杭区"), ("330110000000", "临平区"))
    assert lives(slip, closing={"330110000000": "余杭区"}) == [Period("330110000000", "余杭区", history.FIRST, None)]


def test_what_is_younger_than_the_closing_table_waits() -> None:
    later = change(2026, "更名", (NEW, "庐江县"), (NEW, "庐江市"))
    assert lives(later, closing={NEW: "庐江县"}) == [Period(NEW, "庐江县", history.FIRST, None)]


def test_heirs_are_followed_by_name_and_year_but_not_to_who_got_the_code() -> None:
    first = change(1999, "同名改码", ("342622000000", "庐江县"), (OLD, "庐江县"))
    given = change(2012, "码位改派", (OLD, "庐江县"), (OLD, "别的县"))
    steps: dict[str, list[history.Step]] = {}
    for row in (first, RECODED, given):
        if one := history.step(row):
            steps.setdefault(one.old_code, []).append(one)
    found = history.heirs("342622000000", "庐江县", 1990, steps)
    assert [(one.year, one.code) for one in found] == [(1999, OLD), (2011, NEW)]
    assert history.heirs(OLD, "庐江县", 2011, steps) == [] and history.heirs(OLD, "巢县", 1990, steps) == []


@pytest.mark.parametrize("word", history.CHINESE)
def test_every_kind_has_its_words(word: str) -> None:
    assert history.LABELS[history.CHINESE[word]]
    assert set(history.CHINESE.values()) == set(Kind)
