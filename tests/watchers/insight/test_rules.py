"""What is counted, and what is hidden, over plain values; no database."""
import csv
import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.watchers.insight.rules import measures, sheets
from linli.watchers.insight.rules.measures import Course, Lot, Reach, State, Supply

AT = datetime(2026, 11, 1, tzinfo=UTC)


def course(state: State, days: float = 0.0, region: str = "340104003001") -> Course:
    ended = AT + timedelta(days=days) if state in {State.MET, State.WITHDRAWN, State.EXPIRED} else None
    return Course(region, state, AT, ended)


def test_posted_is_the_sum_of_how_they_stand_and_the_median_is_of_those_that_were_met() -> None:
    found = measures.needs_of([
        course(State.MET, 1), course(State.MET, 2), course(State.MET, 9), course(State.OPEN), course(State.EXPIRED, 30),
        course(State.BOOKED), course(State.WITHDRAWN, 3)])
    assert (found.posted, found.met, found.unmet, found.booked, found.withdrawn) == (7, 3, 2, 1, 1)
    assert found.posted == found.met + found.unmet + found.booked + found.withdrawn
    assert found.days == 2.0
    assert measures.needs_of([course(State.OPEN)]).days is None, "nothing was met: no figure, and no nought"


def test_courses_go_to_their_region_and_others_are_not_lost() -> None:
    heads = {"340104003": "340104003000", "340104009": "340104009000"}
    found = measures.grouped([course(State.OPEN), course(State.OPEN, region="340104000000")], heads, 9)
    assert {code: one.posted for code, one in found.items()} == {"340104003000": 1, "": 1}


@pytest.mark.parametrize(("starts", "served"), [
    (["340104"], {"340104000000"}), (["340104003"], {"340104000000"}), (["3401"], {"340104000000", "340103000000"}),
    (["340122"], set()), (["340104003", "340104009"], {"340104000000"}),
])
def test_a_service_counts_where_any_part_is_served(starts: list[str], served: set[str]) -> None:
    heads = {"340104": "340104000000", "340103": "340103000000"}
    assert measures.served(starts, heads, 6) == served


def test_rates_and_shares_say_nothing_where_nothing_is_known() -> None:
    assert Supply(3, 9, 0, 12_000).rate == 2.5 and Supply(3).rate is None and Supply(0, 1, 0, 9).rate == 0.0
    assert Reach(10, 6, 2).share == 75.0 and Reach(2, 0, 2).share is None


def test_a_single_hidden_figure_takes_the_smallest_of_the_others_along() -> None:
    assert measures.hidden({"a": 3, "b": 20, "c": 7, "d": 0}, least=5) == {"a", "c"}
    assert measures.hidden({"a": 3, "b": 1, "c": 7}, least=5) == {"a", "b"}
    assert measures.hidden({"a": 5, "b": 0}, least=5) == set()


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 30), max_size=8), st.integers(2, 9))
def test_no_hidden_figure_follows_from_the_sum(counts: dict[str, int], least: int) -> None:
    few = measures.hidden(counts, least=least)
    assert {key for key, count in counts.items() if 0 < count < least} <= few
    assert len(few) != 1 or all(not count for key, count in counts.items() if key not in few)


NASTY = ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1"]


def test_no_cell_of_a_csv_is_taken_for_a_formula() -> None:
    made = sheets.as_csv([["名", *NASTY], ["蜀山区", 3, 2.5, None, 0, "a,b", '"']])
    assert made.startswith(b"\xef\xbb\xbf")
    first, second = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert first == ["名", *(f"'{cell}" for cell in NASTY)] and second == ["蜀山区", "3", "2.5", "", "0", "a,b", '"']


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(sheets.as_xlsx([NASTY[:4], ["蜀山区", 3, 2.5, None]]))).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.data_type for cell in rows[0]] == ["s"] * 4 and [cell.value for cell in rows[0]] == NASTY[:4]
    assert [cell.value for cell in rows[1]] == ["蜀山区", 3, 2.5, None]


def test_lots_count_where_they_are_and_where_they_serve() -> None:
    heads = {"340104": "340104000000", "340103": "340103000000"}
    lots = [Lot("340104003001", ("340104",), 3, 5), Lot("340103006000", ("3401",), 2, 7), Lot("340122001000", (), 9, 9)]
    assert measures.supplied(lots, heads, 6) == {"340104000000": (3, 5, 12), "340103000000": (2, 2, 7)}
    assert measures.supplied(lots, {"3401": "340100000000"}, 4) == {"340100000000": (14, 5, 12)}
