from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.refusals import RuleBroken
from linli.registers.workforce import rules
from linli.registers.workforce.rules import Entry, Figures, Kind, Level, Study, Term

ON = date(2026, 11, 16)
FIGURES = Figures(3, 1, 3, {"assistant": 72, "worker": 90, "senior": 90}, 90, 8)
TERM = Term(Level.WORKER, date(2024, 1, 10), date(2027, 1, 10))


def kind(on: date, *, certified: date = date(2023, 12, 1), terms: tuple[Term, ...] = (), level: str = "worker") -> Kind:
    return rules.kind_of_application(Level(level), certified_on=certified, terms=terms, figures=FIGURES, on=on)


@pytest.mark.parametrize(("on", "terms", "expected"), [
    (date(2023, 12, 1), (), Kind.FIRST), (date(2024, 11, 30), (), Kind.FIRST), (date(2024, 12, 1), (), Kind.LATE),
    (date(2026, 10, 10), (TERM,), Kind.RENEWAL), (date(2027, 1, 9), (TERM,), Kind.RENEWAL),
    (date(2027, 1, 10), (TERM,), Kind.LATE),
])
def test_what_an_application_is_on_its_day(on: date, terms: tuple[Term, ...], expected: Kind) -> None:
    assert kind(on, terms=terms) is expected


@pytest.mark.parametrize(("on", "changes", "sentence"), [
    (date(2026, 10, 9), {"terms": (TERM,)}, "renewed from 2026-10-10"),
    (date(2023, 11, 30), {}, "still to come"),
    (date(2026, 10, 10), {"terms": (TERM,), "level": "assistant"}, "higher level"),
])
def test_what_cannot_be_applied_for(on: date, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        kind(on, **changes)


def test_a_higher_level_may_be_asked_for_within_a_term() -> None:
    assert kind(date(2025, 5, 1), certified=date(2025, 4, 1), terms=(TERM,), level="senior") is Kind.FIRST


def test_a_renewal_goes_on_without_a_gap_and_others_begin_at_once() -> None:
    def next_(kind: Kind, terms: tuple[Term, ...]) -> Term:
        return rules.next_term(Level.WORKER, kind=kind, terms=terms, figures=FIGURES, on=date(2026, 12, 1))

    assert next_(Kind.RENEWAL, (TERM,)) == Term(Level.WORKER, date(2027, 1, 10), date(2030, 1, 10))
    assert next_(Kind.FIRST, ()) == Term(Level.WORKER, date(2026, 12, 1), date(2029, 12, 1))


def test_whose_hours_an_application_shows() -> None:
    def span(kind: Kind, terms: tuple[Term, ...] = ()) -> Term | None:
        return rules.counted_span(Level.WORKER, kind=kind, terms=terms, figures=FIGURES, on=ON)

    assert span(Kind.FIRST) is None and span(Kind.RENEWAL, (TERM,)) == TERM
    late = span(Kind.LATE)
    assert late and late.from_ == date(2023, 11, 16) and late.holds(ON)


@pytest.mark.parametrize(("level", "hours"), [("assistant", 72), ("worker", 90), ("senior", 90)])
def test_hours_of_a_term_by_level(level: str, hours: int) -> None:
    term = Term(Level(level), TERM.from_, TERM.until)
    entry = Entry(Study.COURSE, date(2024, 2, 1), date(2024, 2, 28), hours * 60)
    full = rules.account(term, counted=[entry], waiting=[], figures=FIGURES)
    assert full.done and full.missing == 0
    less = Entry(Study.COURSE, entry.first_on, entry.last_on, entry.minutes - 1)
    short = rules.account(term, counted=[less], waiting=[entry], figures=FIGURES)
    assert not short.done and short.missing == 1 and short.waiting == entry.minutes


def test_what_was_learnt_across_the_end_of_a_term_counts_in_one_term_only() -> None:
    following = Term(Level.WORKER, TERM.until, date(2030, 1, 10))
    entry = Entry(Study.COURSE, date(2027, 1, 8), date(2027, 1, 12), 600)
    counted = [rules.account(term, counted=[entry], waiting=[], figures=FIGURES).counted for term in (TERM, following)]
    assert counted == [0, 600]


@given(st.integers(0, 3000), st.integers(0, 40), st.integers(1, 320))
def test_no_entry_counts_in_two_terms(day: int, days: int, hours: int) -> None:
    last = date(2024, 1, 1) + timedelta(days=day)
    entry = Entry(Study.COURSE, last - timedelta(days=days), last, hours * 60)
    terms = [Term(Level.WORKER, date(2024 + 3 * n, 1, 10), date(2027 + 3 * n, 1, 10)) for n in range(-1, 4)]
    assert sum(rules.account(t, counted=[entry], waiting=[], figures=FIGURES).counted for t in terms) == hours * 60


@pytest.mark.parametrize(("study", "first", "last", "hours", "sentence"), [
    ("course", ON, ON + timedelta(1), 8, "still to come"), ("course", ON, ON - timedelta(1), 8, "before the first"),
    ("course", ON, ON, 0, "Give the hours"), ("course", ON, ON, 8.5, "1 days hold at most 8"),
    ("course", ON - timedelta(2), ON, 25, "3 days hold at most 24"),
])
def test_what_cannot_have_been_learnt(study: str, first: date, last: date, hours: float, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        rules.entry(Study(study), first_on=first, last_on=last, hours=hours, figures=FIGURES, on=ON)


def test_a_degree_counts_by_the_rule_and_once() -> None:
    degree = rules.entry(Study.DEGREE, first_on=date(2023, 9, 1), last_on=date(2026, 6, 30), hours=4000,
                         figures=FIGURES, on=ON)
    assert degree.minutes == 90 * 60
    with pytest.raises(RuleBroken, match="A degree counts once"):
        rules.require_once(degree, standing=[degree], figures=FIGURES)
    course = Entry(Study.COURSE, date(2025, 3, 1), date(2025, 3, 1), 480)
    rules.require_once(course, standing=[degree], figures=FIGURES)  # learnt beside the degree
    rules.require_once(degree, standing=[course], figures=FIGURES)


def test_the_same_days_hold_no_more_than_they_hold() -> None:
    monday = Entry(Study.COURSE, ON, ON, 300)
    rules.require_once(Entry(Study.CONFERENCE, ON, ON, 180), standing=[monday], figures=FIGURES)
    with pytest.raises(RuleBroken, match="same hours count once"):
        rules.require_once(Entry(Study.CONFERENCE, ON, ON, 181), standing=[monday], figures=FIGURES)
    rules.require_once(Entry(Study.CONFERENCE, ON + timedelta(1), ON + timedelta(1), 480), standing=[monday],
                       figures=FIGURES)


def test_a_long_course_makes_no_room_for_one_day_twice() -> None:
    """Eight hours in a month may lie on any day; of two full Mondays one at most is true."""
    month = Entry(Study.COURSE, ON - timedelta(29), ON, 480)
    monday, tuesday = (Entry(Study.COURSE, day, day, 480) for day in (ON - timedelta(7), ON - timedelta(6)))
    rules.require_once(monday, standing=[month], figures=FIGURES)
    rules.require_once(tuesday, standing=[month, monday], figures=FIGURES)
    with pytest.raises(RuleBroken, match="same hours count once"):
        rules.require_once(Entry(Study.SUPERVISION, monday.first_on, monday.last_on, 480), standing=[month, monday],
                           figures=FIGURES)
    both = Entry(Study.CONFERENCE, monday.first_on, tuesday.last_on, 480)
    rules.require_once(both, standing=[monday], figures=FIGURES)
    with pytest.raises(RuleBroken, match="same hours count once"):  # through one that meets neither alone
        rules.require_once(monday, standing=[both, tuesday], figures=FIGURES)


@pytest.mark.parametrize(("typed", "kept"), [
    ("zg - 2026．0001", "ZG20260001"), ("皖社工〔2026〕12号", "皖社工〔2026〕12号"),
])
def test_a_certificate_has_one_form(typed: str, kept: str) -> None:
    assert rules.certificate(typed) == kept


@pytest.mark.parametrize("typed", ["", "12", "x" * 41, "<b>12345", "😀😀😀😀"])
def test_what_is_no_certificate(typed: str) -> None:
    with pytest.raises(RuleBroken) as why:
        rules.certificate(typed)
    assert why.value.field == "certificate"
