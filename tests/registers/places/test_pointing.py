"""The map that is tapped: which point a pixel is, and how near each step comes."""
from itertools import pairwise

import pytest

from linli.kernel.geometry import Point, metres
from linli.registers.places import queries as places
from linli.registers.places.rules import pointing
from linli.registers.places.rules.pointing import FINEST, HEIGHT, WIDTH, View

HERE = Point(117.262, 31.852)


@pytest.mark.parametrize("scale", [8.0, 40.0, 500.0])
def test_a_pixel_is_the_ground_that_is_drawn_in_it(scale: float) -> None:
    view = View(HERE, scale)
    for x, y in ((0.5, 0.5), (100.5, 20.5), (WIDTH - 0.5, HEIGHT - 0.5)):
        point = view.at(x, y)
        assert view.pixel(point.lon, point.lat) == pytest.approx((x, y), abs=0.02)
    assert metres(view.at(10, 10), view.at(10, 20)) == pytest.approx(10 * scale, rel=0.01)
    assert metres(view.at(10, HEIGHT / 2), view.at(20, HEIGHT / 2)) == pytest.approx(10 * scale, rel=0.01)


def test_from_the_city_each_tap_comes_about_five_times_nearer_until_metres() -> None:
    view, scales = places.whole_view(), []
    for _ in range(6):
        scales.append(view.scale)
        view = places.nearer(view, HERE)
    assert 400 < scales[0] < 700 and 5 <= scales[-1] <= 10 and scales[-2] == scales[-1] == FINEST
    steps = [wide / near for wide, near in pairwise(scales) if wide > FINEST]
    assert 3 <= len(steps) <= 4 and all(2 <= step <= 10 for step in steps), scales
    while view != places.whole_view():
        before, view = view, places.farther(view)
        assert view.scale > before.scale * 1.4


def test_every_district_is_whole_in_its_view() -> None:
    for card in places.boundaries():
        view = places.district_view(card.label)
        for point in (card.boundary.south_west, card.boundary.north_east):
            x, y = view.pixel(point.lon, point.lat)
            assert 0 <= x <= WIDTH and 0 <= y <= HEIGHT, card.name


def test_a_view_that_makes_no_sense_is_the_city_and_nothing_leads_out_of_it() -> None:
    whole = places.whole_view()
    for text in ("", "a,b,c", "117.2,31.8", "nan,nan,8", "117.2,31.8,nan", "0,0,8", "117.2,31.8,1e9", "1e999,31,8"):
        assert places.view_of(text) == whole, text
    view = View(HERE, 40.0)
    assert places.view_of(str(view)) == view and places.steered(view, "up") == view
    assert places.steered(view, "north").middle.lat > HERE.lat and places.steered(view, "west").middle.lon < HERE.lon
    for way in ("north", "east", "south", "west"):
        there = view
        for _ in range(60):
            there = places.steered(there, way)
        assert places.view_of(str(there)) != whole


@pytest.mark.parametrize(("lon", "lat", "says"), [
    (0, 1, "north"), (1, 1, "north-east"), (1, 0, "east"), (1, -1, "south-east"), (0, -1, "south"),
    (-1, -1, "south-west"), (-1, 0, "west"), (-1, 1, "north-west"), (-.01, 1, "north"),
])
def test_the_direction_is_that_of_the_point_from_the_place(lon: float, lat: float, says: str) -> None:
    assert pointing.wind(HERE, Point(HERE.lon + lon * .01, HERE.lat + lat * .0085)) == says


def test_the_bar_is_a_round_number_that_fits() -> None:
    assert [pointing.bar(View(HERE, scale)) for scale in (8.0, 40.0, 500.0)] == [500, 2000, 20000]
