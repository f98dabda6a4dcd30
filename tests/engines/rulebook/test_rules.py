from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from linli.engines.rulebook import queries, rules
from linli.engines.rulebook.rules import ALWAYS, BadRule, Confidence, Kind, Rule, Stop, Unit
from linli.kernel.text import Both

GOOD = """
[[rule]]
id = "a.b"
kind = "rule"
title = {en = "Title", zh = "标题"}
text = {en = "Text.", zh = "正文。"}
amount = 5
unit = "workday"
jurisdiction = "CN"
from = 2020-01-01
basis = [{title = "某法", article = "第一条"}]
source = "somewhere"
confidence = "S"
"""


def made(jurisdiction: str = "CN", from_: date = date(2020, 1, 1), until: date = ALWAYS, **given: object) -> Rule:
    both = Both("Title", "标题")
    figures: dict[str, object] = {"figure": Decimal(5), "unit": Unit.WORKDAY, **given}
    return Rule("a.b", "t", Kind.RULE, both, both, jurisdiction, from_, Confidence.S, until, **figures)  # type: ignore[arg-type]


# Files


def test_a_file_gives_its_rules() -> None:
    (rule,) = rules.parse("topic.toml", GOOD)
    assert (rule.id, rule.topic, rule.amount, rule.unit, rule.article) == ("a.b", "topic", 5, "workday", "某法 第一条")
    assert rule.title.zh == "标题" and rule.until == ALWAYS


@pytest.mark.parametrize(("old", "new", "says"), [
    ('kind = "rule"', 'kind = "law"', "law"),
    ('confidence = "S"', 'confidence = "M"', "only be a setting"),
    ('confidence = "S"', 'confidence = "M!"', "only be a setting"),
    ('confidence = "S"', "", "confidence"),
    ('unit = "workday"', 'unit = "week"', "week"),
    ('unit = "workday"', "", "an amount has a unit"),
    ('zh = "标题"', 'zh = ""', "both languages"),
    (', zh = "标题"', "", "zh"),
    ('source = "somewhere"', 'source = "somewhere"\nuntil = 2019-01-01', "ends before it begins"),
    ("from = 2020-01-01", 'from = "2020-01-01"', "from and until are days"),
    ('jurisdiction = "CN"', 'jurisdiction = "Hefei"', "region code"),
    ("basis = [{title", 'extra = 1\nbasis = [{title', "extra"),
    ('basis = [{title = "某法", article = "第一条"}]', "", "names its basis"),
])
def test_a_bad_rule_is_refused_with_its_file_line_and_id(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(BadRule) as refused:
        rules.parse("topic.toml", GOOD.replace(old, new))
    assert "topic.toml, line 3: a.b" in str(refused.value) and says in str(refused.value)


def test_a_file_that_is_no_toml_is_refused_with_its_line() -> None:
    with pytest.raises(BadRule, match=r"topic\.toml: .*line 2"):
        rules.parse("topic.toml", "\n[[rule]\n")


def test_two_versions_of_one_jurisdiction_may_not_overlap() -> None:
    early, late = made(until=date(2022, 1, 1)), made(from_=date(2022, 1, 1))
    assert rules.collect([late, early]) == {"a.b": (early, late)}
    rules.collect([made(), made("340000000000")])  # another jurisdiction may hold at the same time
    with pytest.raises(BadRule, match=r"t: a\.b: two versions for CN hold on 2021-12-31"):
        rules.collect([early, made(from_=date(2021, 12, 31))])


# Which version


@pytest.mark.parametrize(("on", "region", "figure"), [
    (date(2019, 12, 31), "340104000000", None), (date(2020, 1, 1), "340104000000", 1),
    (date(2021, 12, 31), "340104000000", 1), (date(2022, 1, 1), "340104000000", 2),
    (date(2023, 1, 1), "340104000000", 4), (date(2023, 1, 1), "340103000000", 3),
    (date(2023, 1, 1), "320102000000", 2), (date(2023, 1, 1), None, 2), (date(2023, 1, 1), "340000000000", 2),
])
def test_the_most_local_version_that_holds(on: date, region: str | None, figure: int | None) -> None:
    versions = [
        made(until=date(2022, 1, 1), figure=Decimal(1)), made(from_=date(2022, 1, 1), figure=Decimal(2)),
        made("340100000000", date(2023, 1, 1), figure=Decimal(3)),
        made("340104000000", date(2023, 1, 1), figure=Decimal(4)),
    ]
    found = rules.in_force(versions, on=on, region=region)
    assert (found and found.amount) == figure


def test_a_moment_is_no_day() -> None:
    with pytest.raises(TypeError):
        rules.in_force([made()], on=datetime(2023, 1, 1, 23), region=None)


def test_figures_are_given_only_as_what_they_are() -> None:
    assert made(figure=Decimal("0.08"), unit=Unit.RATIO).ratio == Decimal("0.08")
    assert made(figure=Decimal(90), unit=Unit.MINUTE).span == timedelta(minutes=90)
    assert made(figure=Decimal(24), unit=Unit.HOUR).span == timedelta(days=1)
    with pytest.raises(ValueError, match="no whole figure"):
        _ = made(figure=Decimal("0.08"), unit=Unit.RATIO).amount
    with pytest.raises(ValueError, match="not counted on a clock"):
        _ = made().span
    with pytest.raises(ValueError, match="no whole figure"):
        _ = made(figure=None, unit=None).amount


# Deadlines; 2026-09-25 to 27 is the Mid-Autumn holiday, 2026-10-01 to 07 the National Day, 09-20 and 10-10 are worked


@pytest.mark.parametrize(("unit", "amount", "since", "due"), [
    (Unit.WORKDAY, 5, date(2026, 11, 20), date(2026, 11, 27)),  # Friday to Friday
    (Unit.WORKDAY, 5, date(2026, 9, 28), date(2026, 10, 10)),  # over the National Day, ending on a worked Saturday
    (Unit.DAY, 15, date(2026, 11, 20), date(2026, 12, 5)),
    (Unit.MONTH, 6, date(2026, 8, 31), date(2027, 2, 28)),
    (Unit.YEAR, 1, date(2028, 2, 29), date(2029, 2, 28)),
    (Unit.HOUR, 25, date(2026, 11, 20), date(2026, 11, 22)),
])
def test_deadlines(unit: Unit, amount: int, since: date, due: date) -> None:
    assert rules.due_on(made(figure=Decimal(amount), unit=unit), since) == (due, False)


def test_a_deadline_past_the_published_holidays_is_provisional() -> None:
    assert rules.due_on(made(), date(2030, 1, 4)) == (date(2030, 1, 11), True)
    stopped = [Stop(date(2026, 11, 24), date(2030, 1, 1))]
    assert rules.due_on(made(), date(2026, 11, 20), stopped)[1] is True


@pytest.mark.parametrize(("unit", "stop", "due"), [
    (Unit.WORKDAY, Stop(date(2026, 11, 24), date(2026, 11, 24)), date(2026, 11, 27)),  # resumed on the same day
    (Unit.WORKDAY, Stop(date(2026, 11, 24), date(2026, 11, 30)), date(2026, 12, 3)),  # four working days
    (Unit.DAY, Stop(date(2026, 11, 24), date(2026, 11, 30)), date(2026, 12, 1)),  # six days
])
def test_a_stop_moves_the_end_by_its_days(unit: Unit, stop: Stop, due: date) -> None:
    assert rules.due_on(made(unit=unit), date(2026, 11, 20), [stop]) == (due, False)


def test_a_rule_that_counts_no_days_has_no_deadline() -> None:
    with pytest.raises(ValueError, match="counts no days"):
        rules.due_on(made(unit=Unit.RATIO), date(2026, 1, 1))


# The book that comes with the program


def test_the_book_is_sound_and_has_what_the_main_job_needs() -> None:
    on = date(2026, 11, 22)
    whole = (rule for rule in queries.in_force(on=on) if rule.figure is not None and rule.unit is not Unit.RATIO)
    figures = {rule.id: rule.amount for rule in whole}
    wanted = {
        "service.rectify_bad_rating": 15, "providers.answer_application": 5, "orders.answer": 24,
        "orders.hold_minutes": 10, "orders.check_in_early_minutes": 15, "orders.check_in_metres": 300,
        "orders.rate_within_days": 30, "orders.auto_confirm_days": 7, "orders.free_cancel_hours": 2,
        "needs.expire_days": 30, "passport.warn_days": 30, "accounts.lock_out": 5, "security.keep_logs": 6,
        "gov.tell_gaps_once": 5, "gov.decide": 20, "aid.decide": 30, "volunteering.record_service": 10,
    }
    assert {id: figures.get(id) for id in wanted} == wanted
    assert queries.rule("accounts.lock_out", on=on).params["failures"] == 5


def test_law_in_the_book_was_read_in_its_text() -> None:
    for versions in queries.book().values():
        for rule in versions:
            assert rule.kind is Kind.SETTING or rule.confidence is Confidence.S, rule.id


def test_the_cybersecurity_law_changed_its_article_in_2026() -> None:
    old, new = (queries.rule("security.keep_logs", on=day) for day in (date(2025, 12, 31), date(2026, 1, 1)))
    assert "第二十一条" in old.article and "第二十三条" in new.article


def test_a_province_may_be_stricter() -> None:
    on = date(2026, 11, 22)
    assert queries.rule("elderly.prepaid_months", on=on, region="640104000000").amount == 6
    assert queries.rule("elderly.prepaid_months", on=on, region="340104000000").amount == 12


def test_an_unknown_rule_is_not_found() -> None:
    with pytest.raises(queries.RuleNotFound):
        queries.rule("no.such", on=date(2026, 1, 1))
    with pytest.raises(queries.RuleNotFound):
        queries.rule("gov.decide", on=date(1999, 1, 1))


@pytest.mark.parametrize(("text", "id"), [
    ("差评", "service.rectify_bad_rating"), ("Licensing", "gov.workdays"), ("令第67号", "volunteering.record_service"),
    ("ORDERS.HOLD", "orders.hold_minutes"),
])
def test_rules_are_found_by_words_of_both_languages(text: str, id: str) -> None:
    assert id in [rule.id for rule in queries.in_force(on=date(2026, 11, 22), text=text)]
