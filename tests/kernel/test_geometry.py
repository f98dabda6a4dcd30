from math import asin, atan2, cos, degrees, inf, nan, pi, radians, sin
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel import geometry
from linli.kernel.geometry import Boundary, Crs, Point
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import Text

HEFEI = Point(117.22, 31.82)
CHINESE = st.builds(Point, st.floats(74, 135), st.floats(4, 53))
ANYWHERE = st.builds(Point, st.floats(-180, 180), st.floats(-90, 90))


def away(start: Point, bearing: float, distance: float) -> Point:
    """The point `distance` metres from `start` along the great circle of this bearing (radians)."""
    arc, lat = distance / 6_371_008.8, radians(start.lat)
    to = asin(max(-1.0, min(1.0, sin(lat) * cos(arc) + cos(lat) * sin(arc) * cos(bearing))))
    turn = atan2(sin(bearing) * sin(arc) * cos(lat), cos(arc) - sin(lat) * sin(to))
    return Point((start.lon + degrees(turn) + 540) % 360 - 180, degrees(to))


@pytest.mark.parametrize(("lon", "lat"), [(180.01, 0), (-181, 0), (0, 90.01), (0, -91), (nan, 0), (0, nan), (inf, 0)])
def test_what_is_not_on_earth_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="degrees") as refused:
        Point(lon, lat)
    assert isinstance(refused.value.args[0], Text)


def test_a_point_is_read_longitude_first() -> None:
    assert geometry.parse_point(" 117.22, 31.82 ") == geometry.parse_point("117.22，31.82") == HEFEI
    assert geometry.parse_point(str(HEFEI)) == HEFEI
    assert geometry.parse_point("-70,-33.4") == Point(-70, -33.4)


@pytest.mark.parametrize("typed", ["", "117.22", "117.22 31.82", "1,2,3", "nan,1", "1e2,1", "a,b", "200,0"])
def test_what_is_no_point_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(RuleBroken, match="longitude"):
        geometry.parse_point(typed)


def test_swapped_numbers_are_noticed() -> None:
    assert geometry.looks_swapped(31.82, 117.22)
    assert not geometry.looks_swapped(117.22, 31.82)
    assert not geometry.looks_swapped(2.35, 48.86), "Paris is Paris"
    assert geometry.looks_swapped(43.8, 87.6), "Ürümqi"


def test_the_box_holds_the_corners_of_the_country() -> None:
    for lon, lat in ((73.6, 39.4), (134.77, 48.4), (123.3, 53.55), (112.3, 3.9), (114.17, 22.3)):
        assert geometry.inside_china(Point(lon, lat))
    for lon, lat in ((139.7, 35.7), (2.35, 48.86), (0, 0)):
        assert not geometry.inside_china(Point(lon, lat))


def test_distances_agree_with_known_ones() -> None:
    assert geometry.metres(HEFEI, HEFEI) == 0
    assert geometry.metres(Point(0, 0), Point(0, 1)) == pytest.approx(111_195, abs=1)
    assert geometry.metres(Point(179.5, 0), Point(-179.5, 0)) == pytest.approx(111_195, abs=1)
    assert geometry.metres(Point(0, 90), Point(0, -90)) == pytest.approx(6_371_008.8 * pi)
    beijing, shanghai = Point(116.3975, 39.9087), Point(121.4692, 31.2323)
    assert geometry.metres(beijing, shanghai) == pytest.approx(1_067_000, rel=0.005)


def test_a_cell_is_a_small_signed_integer_and_comes_back() -> None:
    cell = geometry.cell(HEFEI)
    assert cell == 0x89309621B47FFFF
    assert 0 < cell < 2**63
    assert geometry.metres(geometry.cell_point(cell), HEFEI) < 260
    assert geometry.cell(geometry.cell_point(cell)) == cell
    assert geometry.cell(HEFEI, resolution=5) != cell
    with pytest.raises(ValueError, match="no H3 cell"):
        geometry.cell_point(12345)


def covered(point: Point, ranges: list[tuple[int, int]]) -> bool:
    return any(low <= geometry.cell(point) <= high for low, high in ranges)


@settings(max_examples=60, deadline=None)
@given(CHINESE, st.floats(0, 7).map(lambda power: 10**power), st.lists(st.floats(0, 2 * pi), min_size=5, max_size=5))
def test_no_point_within_the_radius_is_missed(centre: Point, radius: float, bearings: list[float]) -> None:
    ranges = geometry.cells_within(centre, radius)
    assert covered(centre, ranges)
    for n, bearing in enumerate(bearings):
        point = away(centre, bearing, min(radius * (1 - n / 10), 2e7))
        assert covered(point, ranges), f"{geometry.metres(centre, point):.1f} m away"


@settings(max_examples=30, deadline=None)
@given(ANYWHERE, st.floats(0, 7.2).map(lambda power: 10**power), st.floats(0, 2 * pi))
def test_nor_elsewhere_on_earth(centre: Point, radius: float, bearing: float) -> None:
    assert covered(away(centre, bearing, min(radius, 2e7)), geometry.cells_within(centre, radius))


@settings(max_examples=40, deadline=None)
@given(CHINESE, st.floats(100, 100_000))
def test_the_ranges_are_few_tidy_and_not_wide_of_the_mark(centre: Point, radius: float) -> None:
    ranges = geometry.cells_within(centre, radius)
    assert len(ranges) <= 19
    flat = [end for span in ranges for end in span]
    assert flat == sorted(flat)
    for bearing in range(6):
        far = away(centre, bearing, 12 * radius + 1500)
        assert not covered(far, ranges)


def test_neighbouring_cells_are_asked_for_as_one_range() -> None:
    assert [len(geometry.cells_within(HEFEI, radius)) for radius in (500, 1500, 10_000)] == [3, 3, 3]


def test_a_radius_is_not_negative() -> None:
    for wrong in (-1, nan):
        with pytest.raises(ValueError, match="radius"):
            geometry.cells_within(HEFEI, wrong)
    assert geometry.cells_within(HEFEI, inf)


def test_map_offsets_are_those_of_the_maps() -> None:
    """Tian'anmen, as published examples of the two systems give it."""
    shown = geometry.from_wgs84(Point(116.404, 39.915), Crs.GCJ02)
    assert shown == pytest.approx((116.410244, 39.916404), abs=1e-5)
    back = geometry.from_wgs84(geometry.to_wgs84(116.404, 39.915, Crs.BD09), Crs.GCJ02)
    assert back == pytest.approx((116.397627, 39.908657), abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(CHINESE, st.sampled_from(Crs))
def test_there_and_back_is_within_a_decimetre(point: Point, crs: Crs) -> None:
    assert geometry.metres(geometry.to_wgs84(*geometry.from_wgs84(point, crs), crs), point) < 0.1


@settings(max_examples=60, deadline=None)
@given(CHINESE, st.sampled_from([Crs.GCJ02, Crs.BD09]))
def test_the_offset_is_hundreds_of_metres(point: Point, crs: Crs) -> None:
    assert 20 < geometry.metres(Point(*geometry.from_wgs84(point, crs)), point) < 2500


def test_outside_of_china_gcj02_is_wgs84() -> None:
    assert geometry.to_wgs84(2.35, 48.86, Crs.GCJ02) == Point(2.35, 48.86)
    assert geometry.from_wgs84(Point(-70, -33), Crs.GCJ02) == (-70, -33)
    with pytest.raises(ValueError, match="degrees"):
        geometry.to_wgs84(200, 0, Crs.GCJ02)


def square(west: float, south: float, size: float) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


WITH_HOLE: dict[str, Any] = {"type": "Polygon", "coordinates": [square(117, 31, 1), square(117.4, 31.4, 0.2)]}
TWO: dict[str, Any] = {"type": "MultiPolygon", "coordinates": [[square(117, 31, 1)], [square(119, 31, 1)]]}


def test_a_boundary_holds_what_lies_in_it() -> None:
    district = Boundary(WITH_HOLE)
    assert district.contains(Point(117.1, 31.1))
    assert district.contains(Point(117, 31.5)), "on the edge"
    assert not district.contains(Point(117.5, 31.5)), "in the hole"
    assert not district.contains(Point(118.5, 31.5))
    assert (district.south_west, district.north_east) == (Point(117, 31), Point(118, 32))
    two = Boundary(TWO)
    assert two.contains(Point(117.5, 31.5))
    assert two.contains(Point(119.5, 31.5))
    assert not two.contains(Point(118.5, 31.5)), "between the parts"


def test_the_centre_lies_in_it() -> None:
    assert Boundary({"type": "Polygon", "coordinates": [square(117, 31, 1)]}).centre == Point(117.5, 31.5)
    for broken in (WITH_HOLE, TWO):
        assert Boundary(broken).contains(Boundary(broken).centre)


def test_simplifying_drops_corners_and_keeps_the_ground() -> None:
    ring = [[117 + 0.1 * cos(n * pi / 180), 31 + 0.1 * sin(n * pi / 180)] for n in range(360)]
    round_one = Boundary({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
    rough = round_one.simplified(500)
    assert len(rough.geojson["coordinates"][0][0]) < 40
    assert geometry.metres(rough.centre, round_one.centre) < 500
    assert rough.contains(Point(117.09, 31))
    assert not rough.contains(Point(117.11, 31))


def test_a_boundary_comes_back_from_its_geojson() -> None:
    again = Boundary(Boundary(WITH_HOLE).geojson)
    assert again.geojson == Boundary(WITH_HOLE).geojson
    assert again.geojson["type"] == "MultiPolygon"


def test_a_path_draws_every_ring() -> None:
    path = Boundary(WITH_HOLE).svg_path(lambda lon, lat: ((lon - 117) * 100, (32 - lat) * 100))
    assert path.count("M") == path.count("Z") == 2
    assert "0.0 100.0" in path
    assert "40.0 60.0" in path
    assert Boundary(TWO).svg_path(lambda lon, lat: (0, 0)) == "M0.0 0.0ZM0.0 0.0Z"


def test_a_line_that_crosses_itself_is_mended() -> None:
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    assert Boundary(bow).contains(Point(1.8, 1))
    assert not Boundary(bow).contains(Point(1, 1.8))


@pytest.mark.parametrize(
    "geojson",
    [
        {},
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "Polygon", "coordinates": [square(200, 31, 1)]},
    ],
)
def test_what_encloses_nothing_on_earth_is_refused(geojson: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="boundary|longitude") as refused:
        Boundary(geojson)
    assert isinstance(refused.value.args[0], Text)
