import pytest

from linli.registers.places.rules import regions as rules
from linli.registers.places.rules.regions import Level, RegionRow

KNOWN = frozenset({"340000000000", "340100000000", "340104000000", "340104003000", "340104003001"})


@pytest.mark.parametrize(("code", "level"), [
    ("340000000000", Level.PROVINCE), ("340100000000", Level.CITY), ("340104000000", Level.COUNTY),
    ("340104003000", Level.TOWNSHIP), ("340104003001", Level.VILLAGE), ("34010400300", None), ("3401040030011", None),
    ("34010400300a", None), ("000000000000", None), ("３４０１０４００３００１", None), ("340104003001\n", None),
])
def test_the_shape_of_a_code_is_its_level(code: str, level: Level | None) -> None:
    assert rules.level_of(code) is level


def test_ancestors_come_highest_first() -> None:
    assert rules.ancestors("340104003001") == ("340000000000", "340100000000", "340104000000", "340104003000")
    assert rules.ancestors("340000000000") == rules.ancestors("nonsense") == ()


@pytest.mark.parametrize(("row", "column"), [
    (RegionRow("340104003001", "5", "x", "340104003000"), None),
    (RegionRow("340104003001", "village", "x", "340104003000"), None),
    (RegionRow("340000000000", "1", "x", ""), None),
    (RegionRow("340104", "3", "x", "340100000000"), "code"),
    (RegionRow("340104003001", "4", "x", "340104003000"), "level"),
    (RegionRow("340104003001", "5", " ", "340104003000"), "name"),
    (RegionRow("340104003001", "5", "x" * 61, "340104003000"), "name"),
    (RegionRow("340104003001", "5", "x", "340103006000"), "parent"),  # not above it
    (RegionRow("340103006001", "5", "x", "340103006000"), "parent"),  # above it, but unknown
    (RegionRow("340104003001", "5", "x", ""), "parent"),
])
def test_flaws_name_their_column(row: RegionRow, column: str | None) -> None:
    flaw = rules.flaw(row, known=KNOWN)
    assert (flaw.column if flaw else None) == column


@pytest.mark.parametrize(("names", "whole"), [
    (["合肥市", "蜀山区", "琥珀街道"], "合肥市蜀山区琥珀街道"),
    (["合肥市", "合肥高新技术产业开发区", "蜀麓社区"], "合肥高新技术产业开发区蜀麓社区"),
    (["安徽省"], "安徽省"), ([], ""),
])
def test_full_names_read_as_an_address(names: list[str], whole: str) -> None:
    assert rules.full_name(names) == whole


@pytest.mark.parametrize(("text", "means"), [
    ("庐江县", True), ("庐江", True), ("合肥市庐江县", True), ("安徽合肥庐江", True), ("合肥市安徽省庐江县", False),
    ("巢湖市庐江县", False), ("县", False), ("合肥市", False), ("大庐江县", False),
])
def test_a_text_means_a_region_when_only_those_above_it_stand_before_it(text: str, means: bool) -> None:
    assert rules.led_to(text, "庐江县", ("安徽省", "合肥市")) is means
