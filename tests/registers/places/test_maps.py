"""A figure for each district, as shades."""
import pytest

from linli.registers.places.queries import maps
from tests.actors import CITY


def test_the_district_with_most_is_darkest_and_one_with_nothing_lightest() -> None:
    shapes = maps.charted(CITY, {"340104003000": 3, "340104009001": 5, "340103000000": 1},
                          address=lambda code: f"/?{code}")
    found = {shape["name"]: (shape["value"], shape["tone"], shape["href"]) for shape in shapes}
    assert len(found) == 9 and found["蜀山区"] == ("8", 4, "/?340104000000") and found["庐阳区"][:2] == ("1", 1)
    assert found["巢湖市"][:2] == ("0", 0)
    assert all(str(shape["path"]).startswith("M") for shape in shapes)


def test_nothing_anywhere_is_light_everywhere() -> None:
    assert {shape["tone"] for shape in maps.charted(CITY, {}, address=str)} == {0}


def test_what_is_not_told_has_no_shade() -> None:
    values: dict[str, tuple[float | None, str]] = {
        "340104000000": (8.0, "8%"), "340103000000": (None, "–"), "340102000000": (2.0, "2%")}
    found = {one["name"]: (one["tone"], one["value"]) for one in maps.shaded(CITY, values, address=str)}
    assert (found["蜀山区"], found["庐阳区"], found["瑶海区"]) == ((4, "8%"), (0, "–"), (1, "2%"))
    assert found["巢湖市"] == (0, "")


def test_a_districts_officer_gets_that_district() -> None:
    assert [shape["name"] for shape in maps.charted("340104000000", {}, address=str)] == ["蜀山区"]


@pytest.mark.parametrize(("labels", "placed"), [
    ([(10, 10), (10, 12)], [(10, 10), (10, 29)]), ([(10, 12), (10, 10)], [(10, 29), (10, 10)]),
    ([(10, 10), (80, 10)], [(10, 10), (80, 10)]), ([(10, 10), (10, 20), (10, 30)], [(10, 10), (10, 29), (10, 48)]),
])
def test_names_do_not_lie_on_one_another(
    labels: list[tuple[float, float]], placed: list[tuple[float, float]],
) -> None:
    assert maps.apart(labels) == placed


def test_no_two_names_of_the_city_collide() -> None:
    at = [(float(str(s["label_x"])), float(str(s["label_y"]))) for s in maps.charted(CITY, {}, address=str)]
    assert not [(a, b) for i, a in enumerate(at) for b in at[:i] if abs(a[0] - b[0]) < 50 and abs(a[1] - b[1]) < 19]
