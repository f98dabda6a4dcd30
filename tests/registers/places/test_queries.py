from types import ModuleType
from typing import Any

import pytest

from linli.kernel.actor import SYSTEM
from linli.kernel.geometry import Point
from linli.registers.places import actions
from linli.registers.places.rules.regions import RegionRow
from tests.actors import AT


def test_the_tree_and_its_names(regions: ModuleType, django_assert_num_queries: Any) -> None:
    assert regions.root().name == "合肥市" and regions.under(regions.root().code) == "3401"
    assert [card.name for card in regions.children("340100000000")][:3] == ["瑶海区", "庐阳区", "蜀山区"]
    with django_assert_num_queries(1):
        full = regions.full_names(["340104003000", "340104003001", "340177000000", "999999999999", "nonsense"])
    assert full["340104003000"] == "合肥市蜀山区琥珀街道" and full["340104003001"].startswith("合肥市蜀山区琥珀街道")
    assert full["340177000000"] == "合肥经济技术开发区" and len(full) == 3
    assert dict(regions.region_choices("340104000000")) == {"340104003000": "琥珀街道"}


def test_names_and_choices_are_asked_once_until_the_regions_change(
    regions: ModuleType, django_assert_num_queries: Any
) -> None:
    street = "340104003000"
    with django_assert_num_queries(2):
        assert regions.called([street])[street] == "合肥市蜀山区琥珀街道"
        found = {code: streets for code, _, streets in regions.streets()}
    with django_assert_num_queries(0):
        assert regions.called([street])[street] == "合肥市蜀山区琥珀街道" and regions.streets()
        assert ("340104000000", "蜀山区") in regions.districts() and (street, "琥珀街道") in found["340104000000"]
    assert regions.called(["999999999999"]) == {}
    actions.import_regions([RegionRow(street, "township", "琥珀新街道", "340104000000")], by=SYSTEM, at=AT)
    assert regions.called([street])[street] == "合肥市蜀山区琥珀新街道"
    found = {code: streets for code, _, streets in regions.streets()}
    assert (street, "琥珀新街道") in found["340104000000"]


def test_search_finds_by_part_of_the_name_highest_first(regions: ModuleType) -> None:
    found = [card.full_name for card in regions.search("琥珀", 10)]
    assert found[0] == "合肥市蜀山区琥珀街道" and len(found) > 1
    assert regions.search("  ", 10) == [] and regions.search("%", 10) == []


@pytest.mark.parametrize(("point", "code"), [
    (Point(117.25, 31.86), "340104000000"), (Point(117.285, 31.875), "340103000000"), (Point(116.4, 39.9), None),
])
def test_locate_gives_the_district(regions: ModuleType, point: Point, code: str | None) -> None:
    assert regions.locate(point) == code


def test_boundaries_are_nine_districts_whose_label_lies_inside(regions: ModuleType) -> None:
    cards = regions.boundaries(None)
    assert len(cards) == 9 and all(card.boundary.contains(card.label) for card in cards)
    assert [card.code for card in regions.boundaries(["340104000000", "340176000000"])] == ["340104000000"]


def test_a_zone_without_a_boundary_lies_somewhere_in_its_city(regions: ModuleType) -> None:
    assert regions.inside(Point(117.25, 31.86), "340176000000") and regions.inside(Point(117.25, 31.86), "340100000000")
    assert not regions.inside(Point(116.4, 39.9), "340176000000")
    assert not regions.inside(Point(117.25, 31.86), "340103000000")
