from datetime import date
from typing import Any

import pytest

from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import Both
from linli.work.hall import rules
from linli.work.hall.registry import MATTERS, Field, Kind, Level, Shape, Step, Trust, declare

from .matters import Office, prize

GOOD: dict[str, Any] = {
    "deed": "替张奶奶买了一个月的菜", "on": "2026-11-02", "amount": 30_000,
    "people": [{"name": "王芳", "phone": "13855512345"}],
}
HELD = {"address": "长江西路 1 号"}


@pytest.mark.parametrize(("shape", "typed", "kept"), [
    (Shape.LINE, "  两  字 ", "两 字"), (Shape.NUMBER, "1,200", 1200), (Shape.DAY, "2024-02-29", "2024-02-29"),
    (Shape.PHONE, "138 5551 2345", "13855512345"), (Shape.PHONE, "0551-65123456", "0551-65123456"),
    (Shape.IDENTITY, "11010519491231002x", "11010519491231002X"),
    (Shape.CODE, "52340100500000015p", "52340100500000015P"), (Shape.MONEY, 0, 0), (Shape.YES, True, True),
])
def test_what_is_typed_is_kept_in_one_form(shape: Shape, typed: object, kept: object) -> None:
    assert rules.parsed(Field("x", Both("x", "x"), shape), typed) == kept


@pytest.mark.parametrize(("shape", "typed"), [
    (Shape.LINE, "字" * 201), (Shape.LINE, "a\x00b"), (Shape.NUMBER, "12.5"), (Shape.NUMBER, True),
    (Shape.DAY, "2026-02-29"), (Shape.PHONE, "12345678"), (Shape.IDENTITY, "110105194912310020"),
    (Shape.CODE, "52340100500000016P"), (Shape.MONEY, "三万"), (Shape.MONEY, -1), (Shape.CHOICE, "other"),
    (Shape.CHOICES, ["other"]), (Shape.YES, False), (Shape.ROWS, "rows"),
])
def test_what_has_another_shape_is_refused_beside_its_field(shape: Shape, typed: object) -> None:
    with pytest.raises(RuleBroken) as why:
        rules.parsed(Field("x", Both("x", "x"), shape, choices=(("a", Both("a", "a")),)), typed)
    assert why.value.field == "x"


def test_a_draft_keeps_what_is_not_well_formed_and_nothing_that_was_not_asked() -> None:
    typed = {**GOOD, "amount": "三万", "on": "昨天", "colour": "red", "deed": "", "people": [{"name": ""}, "x"]}
    assert rules.kept(prize(Office()), typed) == {"amount": "三万", "on": "昨天", "people": []}
    with pytest.raises(RuleBroken):
        rules.kept(prize(Office()), {"people": [{"name": "长" * 200}] * 2000})


def test_everything_missing_is_told_at_once_in_the_order_of_the_form() -> None:
    one = prize(Office())
    assert [gap.place for gap in rules.gaps(one, {}, {}, ())] == ["deed", "on", "amount", "address", "people", "photo"]
    rows = [{"name": "王芳"}, {"phone": "1"}]
    wrong = rules.gaps(one, {**GOOD, "people": rows}, HELD, {"photo"})
    assert [(gap.place, str(gap.why)[:6]) for gap in wrong] == [("people.1", "Row 2:"), ("people.1", "Row 2:")]
    assert not rules.gaps(one, GOOD, HELD, {"photo"})


def test_what_the_registers_hold_is_not_asked_and_what_they_lack_is() -> None:
    one = prize(Office())
    assert "address" not in {field.key for field in rules.asked(one, {}, HELD)}
    assert "address" in {field.key for field in rules.asked(one, {}, {"address": ""})}
    assert rules.whole(one, {**GOOD, "address": "别处"}, HELD)["address"] == HELD["address"]


def test_what_does_not_apply_is_neither_asked_nor_read() -> None:
    one, much = prize(Office()), {**GOOD, "amount": 1_000_001, "why_large": "屋顶"}
    assert "why_large" in rules.whole(one, much, HELD) and "why_large" not in rules.whole(
        one, {**much, "amount": 1}, HELD)
    assert [one.key for one in rules.needed(one, much)] == ["photo", "budget"]
    assert [one.key for one in rules.needed(one, GOOD)] == ["photo"]


@pytest.mark.parametrize(("level", "code"), [
    (Level.HERE, "340104003001"), (Level.TOWNSHIP, "340104003000"), (Level.COUNTY, "340104000000"),
    (Level.CITY, "340100000000"), (Level.PROVINCE, "340000000000"),
])
def test_a_desk_is_that_of_the_region_above(level: Level, code: str) -> None:
    assert rules.desk("340104003001", level) == code


def test_steps_come_in_their_order_and_optional_ones_hold_nothing_up() -> None:
    one = prize(Office())
    assert [step.key for step in rules.before_decision(one, {"acceptance"})] == ["review"]
    assert not rules.before_decision(one, {"acceptance", "review"})
    assert rules.decision(one).key == "decision"
    assert [rules.limit(step) for step in one.steps] == ["gov.tell_gaps_once", "", "", "gov.decide", "gov.deliver"]


def test_nobody_reads_their_own_refusal_a_second_time() -> None:
    who = new_ref()
    rules.second_reader(who, new_ref())
    with pytest.raises(RuleBroken, match="Somebody else"):
        rules.second_reader(who, who)


def test_completion_is_asked_once_and_a_refusal_names_a_ground_of_the_law() -> None:
    rules.ask_once(False)
    with pytest.raises(RuleBroken, match="once only"):
        rules.ask_once(True)
    one = prize(Office())
    assert rules.ground(one, "fraud") == "fraud" and rules.ground(prize(Office(), legal_grounds=()), "fraud") == ""
    with pytest.raises(RuleBroken):
        rules.ground(one, "mood")


def test_another_version_is_a_conflict_that_says_that_nothing_is_lost() -> None:
    rules.same_version(3, 3)
    with pytest.raises(Conflict, match="Nothing is lost"):
        rules.same_version(3, 2)


LOCAL = """
[[override]]
matter = "test.prize"
region = "340100000000"
from = 2026-01-01
until = 2027-01-01
basis = {en = "Hefei's rules of the prize", zh = "合肥市邻里互助奖细则"}
limits = {decision = "gov.decide_jointly"}
desks = {decision = "county"}
without = ["photo"]
materials = [{key = "letter", title = {en = "A letter", zh = "推荐信"}, trust = "D"}]
"""


def test_a_locality_changes_limits_desks_and_materials_for_a_time() -> None:
    one, changes = prize(Office()), rules.overrides("hefei.toml", LOCAL)
    here = rules.localised(one, changes, region="340104003000", on=date(2026, 6, 1))
    assert rules.limit(rules.decision(here)) == "gov.decide_jointly" and rules.decision(here).level is Level.COUNTY
    assert [(m.key, m.trust) for m in here.materials] == [("budget", Trust.D), ("licence", Trust.A),
                                                          ("letter", Trust.D)]
    assert here.basis[-1] == "Hefei's rules of the prize"
    for region, on in (("340200000000", date(2026, 6, 1)), ("340104003000", date(2027, 1, 1)),
                       ("340104003000", date(2025, 12, 31))):
        assert rules.localised(one, changes, region=region, on=on) == one


@pytest.mark.parametrize("bad", [
    LOCAL.replace("decision = \"county\"", "decision = \"moon\""), LOCAL.replace("from = 2026", "from = 2028"),
    LOCAL.replace("without", "withot"), LOCAL + "[[override", LOCAL.replace("basis", "base"),
])
def test_a_bad_file_of_a_locality_names_itself(bad: str) -> None:
    with pytest.raises(rules.BadOverride, match="hefei.toml"):
        rules.overrides("hefei.toml", bad)


def test_a_matter_is_declared_once_and_with_steps_that_make_sense() -> None:
    office, before = Office(), dict(MATTERS)
    steps = prize(office).steps
    try:
        declare(prize(office))
        for wrong in (
            prize(office), prize(office, key="a", steps=steps[1:]), prize(office, key="b", steps=steps[:3]),
            prize(office, key="c", steps=(*steps, Step("more", Both("x", "x"), Kind.REVIEW))),
            prize(office, key="d", steps=(*steps, steps[-1])),
        ):
            with pytest.raises(ValueError, match=wrong.key):
                declare(wrong)
    finally:
        MATTERS.clear()
        MATTERS.update(before)
