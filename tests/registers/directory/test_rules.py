"""Hours, prices and the taxonomy, without a database."""
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.refusals import RuleBroken
from linli.registers.directory.rules import hours, offers, taxonomy
from linli.registers.directory.rules.hours import ExceptionalDay, Hours, Span
from linli.registers.directory.rules.offers import Eligibility, SubsidyFor

MONDAY = date(2026, 11, 16)
FEAST = date(2026, 10, 1)  # National Day, a Thursday

clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 20, 30, 45]))
spans = st.lists(st.builds(Hours, st.integers(0, 6), clocks, clocks), max_size=8)


@given(spans, st.integers(5, 300), st.integers(0, 60), st.integers(0, 400))
def test_times_never_overlap_and_lie_inside_the_hours(
    rows: list[Hours], duration: int, buffer: int, days: int
) -> None:
    kept: list[Hours] = []
    for row in rows:
        try:
            hours.check_hours([*kept, row])
        except RuleBroken:
            continue
        kept.append(row)
    day = MONDAY + timedelta(days=days)
    times = hours.slot_times(kept, [], day, duration, buffer)
    for one, next_one in pairwise(times):
        assert one.until <= next_one.from_
    start = datetime(day.year, day.month, day.day, tzinfo=hours.SHANGHAI)
    for span in times:
        begin, end = ((m - start).total_seconds() / 60 for m in (span.from_, span.until))
        assert end - begin == duration and span.from_.tzinfo is UTC
        assert any(r.weekday == day.weekday() and hours.minute(r.opens) <= begin
                   and end <= hours.minute(r.closes, end=True) for r in kept)


@given(spans)
def test_hours_that_pass_the_check_never_overlap(rows: list[Hours]) -> None:
    try:
        hours.check_hours(rows)
    except RuleBroken:
        return
    minutes = [(r.weekday, m) for r in rows for m in range(hours.minute(r.opens), hours.minute(r.closes, end=True))]
    assert len(minutes) == len(set(minutes))


def _times(found: list[Span]) -> list[str]:
    return [f"{s.from_.astimezone(hours.SHANGHAI):%H:%M}" for s in found]


def test_the_wall_clock_is_that_of_shanghai_and_the_pause_lies_between() -> None:
    week = [Hours(0, time(9), time(12)), Hours(0, time(22), time(0))]
    assert _times(hours.slot_times(week, [], MONDAY, 60, 30)) == ["09:00", "10:30", "22:00"]
    assert hours.slot_times(week, [], MONDAY, 60)[0].from_ == datetime(2026, 11, 16, 1, tzinfo=UTC)
    assert hours.slot_times(week, [], MONDAY + timedelta(days=1), 60) == []
    with pytest.raises(ValueError):
        hours.slot_times(week, [], MONDAY, 0)


def test_an_exception_goes_before_a_holiday_before_the_weekday() -> None:
    week = [Hours(d, time(9), time(10)) for d in range(7)]
    closed, short = ExceptionalDay(MONDAY), ExceptionalDay(FEAST, time(14), time(15))
    assert _times(hours.slot_times(week, [closed], MONDAY, 60)) == []
    assert _times(hours.slot_times(week, [], FEAST, 60)) == []
    assert _times(hours.slot_times(week, [], FEAST, 60, on_holidays=True)) == ["09:00"]
    assert _times(hours.slot_times(week, [short], FEAST, 60)) == ["14:00"]
    assert _times(hours.slot_times(week, [], date(2026, 11, 21), 60)) == ["09:00"]  # a weekend is no holiday
    assert _times(hours.slot_times(week, [], date(2026, 10, 10), 60)) == ["09:00"]  # nor is a Saturday made a workday


def test_past_the_published_years_the_weekday_rules() -> None:
    far = date(2099, 10, 1)
    assert not hours.holidays_known(far) and not hours.is_holiday(far)
    assert hours.open_spans([Hours(far.weekday(), time(9), time(10))], [], far) == [(time(9), time(10))]


def test_hours_have_a_season() -> None:
    summer = [Hours(0, time(9), time(10), date(2026, 6, 1), date(2026, 9, 1))]
    assert hours.open_spans(summer, [], date(2026, 6, 1)) and not hours.open_spans(summer, [], MONDAY)
    assert hours.open_spans(summer, [], date(2026, 8, 31)) and not hours.open_spans(summer, [], date(2026, 9, 7))
    winter = Hours(0, time(9), time(10), date(2026, 9, 1))
    hours.check_hours([*summer, winter])
    with pytest.raises(RuleBroken, match="overlap"):
        hours.check_hours([*summer, Hours(0, time(9), time(10), date(2026, 8, 31))])


@pytest.mark.parametrize(("rows", "sentence"), [
    ([Hours(7, time(9), time(10))], "0 .Monday. to 6"),
    ([Hours(0, time(10), time(9))], "Monday, 10:00–09:00 ends before it begins"),
    ([Hours(0, time(9), time(9))], "ends before"),
    ([Hours(0, time(9), time(10), date(2026, 2, 1), date(2026, 2, 1))], "until before"),
    ([Hours(2, time(13), time(0)), Hours(2, time(23), time(23, 30))], "Wednesday, 13:00–24:00 and 23:00–23:30 overlap"),
])
def test_hours_that_cannot_be(rows: list[Hours], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        hours.check_hours(rows)
    assert why.value.field == "hours"


def test_new_times_lie_beside_what_is_taken() -> None:
    def span(begin: int, end: int) -> Span:
        return Span(datetime(2026, 11, 16, begin, tzinfo=UTC), datetime(2026, 11, 16, end, tzinfo=UTC))

    wanted, standing = [span(1, 3), span(3, 4), span(5, 6)], [span(2, 3), span(6, 7)]
    assert hours.without_overlap(wanted, standing) == [span(3, 4), span(5, 6)]


@pytest.mark.parametrize(("age", "groups", "pays"), [
    (60, (), 2000), (59, (), 8000), (None, (), 8000), (30, ("disabled",), 2000), (30, ("veteran",), 8000),
])
def test_the_subsidy_is_for_those_it_is_for(age: int | None, groups: tuple[str, ...], pays: int) -> None:
    for_whom = SubsidyFor(60, ("disabled",))
    assert offers.price_after(8000, 6000, for_whom, age=age, groups=groups) == pays
    assert offers.price_after(8000, 6000, SubsidyFor(), age=age, groups=groups) == 2000


def test_what_is_unknown_is_held_against_nobody() -> None:
    rule = Eligibility(60, 90, ("disabled", "veteran"), "female")
    assert rule.against(age=59, gender="male", groups=("migrant",)) == ("min_age", "gender", "groups")
    assert rule.against(age=91) == ("max_age",)
    assert rule.against(age=None) == rule.against(age=60, gender="female", groups=("veteran",)) == ()


def test_an_area_covers_its_subtree() -> None:
    assert offers.county("340104003001") == "340104000000"
    assert offers.serves(["340104000000"], "340104003001") and not offers.serves(["340104003000"], "340104000000")
    assert offers.above("340104003001")[:3] == ("340104003001", "340104003000", "340104000000")


WANTED = """home_bathing home_care meals rehabilitation escort_to_hospital day_care care_home family_doctor home_nursing
chronic_care mental_support childcare after_school tutoring adult_learning housekeeping nanny repairs errands moving
legal_aid mediation rescue disabled_support employment culture tourism_guide sports recycling companionship
social_work"""


def test_the_taxonomy_is_whole() -> None:
    tree = taxonomy.taxonomy()
    assert set(WANTED.split()) <= set(tree.categories) and len(tree.categories) >= 75
    assert len(tree.domains) == 9 and all(tree.within(domain) for domain in tree.domains)
    assert tree.categories["home_nursing"].credentials >= {"nurse_licence"}
    assert tree.categories["home_bathing"].credentials >= {"carer_certificate"}
    for category in tree.categories.values():
        for text in (category.name, category.sentence):
            assert text.zh and text.isascii() and not text.zh.isascii(), category.key


@pytest.mark.parametrize(("broken", "why"), [
    ('name = { en = "Bath" }', "name in one language"),
    ('keywords = { zh = ["浴"] }', "keywords in one language"),
    ('modes = ["owl"]', "unknown mode"),
    ('credentials = ["charm"]', "unknown credential"),
    ('domain = "magic"', "no known domain"),
])
def test_a_category_needs_both_languages_and_known_words(broken: str, why: str) -> None:
    lines = {line.split(" ")[0]: line for line in (
        'domain = "care"', 'name = { en = "Bath", zh = "浴" }', 'sentence = { en = "Bath", zh = "浴" }',
        'keywords = { en = ["bath"], zh = ["浴"] }', 'modes = ["home"]', "credentials = []", "minutes = 60",
        broken,
    )}
    text = '[[domains]]\nkey = "care"\nname = { en = "Care", zh = "照" }\nsentence = { en = "Care", zh = "照" }\n'
    with pytest.raises(ValueError, match=why):
        taxonomy.parse(text + '[[categories]]\nkey = "bath"\n' + "\n".join(lines.values()))


def test_words_lead_to_categories() -> None:
    tree = taxonomy.taxonomy()
    assert "home_bathing" in tree.matching("想找人上门助浴") and "home_bathing" in tree.matching("洗澡")
    assert tree.matching("Moving") and tree.matching("  ") == () and tree.leaves("nothing") == ()
    assert tree.leaves("childcare") == ("childcare",) and "after_school" in tree.within("childcare")
    assert set(tree.leaves("welfare")) == set(tree.within("welfare")) >= {"legal_aid", "rescue"}
