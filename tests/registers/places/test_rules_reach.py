from math import cos, radians

import pytest

from linli.kernel.geometry import Point, metres
from linli.registers.places.rules import catchment
from linli.registers.places.rules.catchment import Access, Place
from linli.registers.places.rules.facilities import GROUPS, IDLE, KINDS, Group, serving
from linli.registers.places.rules.reach import Streets, Stretch

HERE = Point(117.25, 31.86)


def at(east: float, north: float = 0) -> Point:
    """So many metres from here."""
    return Point(HERE.lon + east / (111_195 * cos(radians(HERE.lat))), HERE.lat + north / 111_195)


def stretch(a: Point, b: Point, long: float | None = None) -> Stretch:
    return Stretch(a.lon, a.lat, b.lon, b.lat, long or metres(a, b))


def test_ways_follow_streets_round_what_lies_between() -> None:
    """Across the river it is 200 m as the crow flies, and 1,200 m by the bridge."""
    west, east = at(0), at(200)
    bridge = [stretch(west, at(0, 500)), stretch(at(0, 500), at(200, 500)), stretch(at(200, 500), east)]
    net = Streets(bridge)
    assert net.ways(west, [east, at(0, 250)], most=1500)[0] == pytest.approx(1200, rel=.01)
    assert net.ways(west, [east], most=1000) == [None]
    near_bridge, off = net.ways(at(20), [at(0, 480), at(900, 900)], most=1500)
    assert near_bridge == pytest.approx(20 + 500 + 20, abs=3) and off is None
    assert not net.begins_at(at(-400)) and net.ways(at(-400), [east], most=9000) == [None]


def test_two_at_one_crossing_are_as_far_as_they_are() -> None:
    net = Streets([stretch(at(0), at(500))])
    assert net.ways(at(0, 40), [at(0, 60)], most=500) == [pytest.approx(20, abs=1)]


def test_the_shares_add_up_to_the_capacity_that_somebody_reaches() -> None:
    homes = [Place(str(n), at(n * 130, n % 7 * 90), 100.0 + n * 13 % 50) for n in range(60)]
    supply = [Place(f"f{n}", at(n * 400, 200), 20.0 + n) for n in range(18)] + [Place("far", at(90_000), 999)]
    found = catchment.shared(homes, supply, reach=500)
    assert sum(one.share * one.people for one in found) == pytest.approx(sum(20 + n for n in range(18)))
    for one, home in zip(found, homes, strict=True):
        by_hand = [f for f in supply if metres(f.point, home.point) <= 500]
        assert one.within == len(by_hand)
        assert one.share == pytest.approx(sum(
            f.amount / sum(h.amount for h in homes if metres(h.point, f.point) <= 500) for f in by_hand))


def test_who_shares_with_a_crowd_has_less() -> None:
    homes = [Place("village", at(-400), 100), Place("crowd", at(400), 900), Place("far", at(3000), 50)]
    village, crowd, far = catchment.shared(homes, [Place("own", at(-500), 10), Place("both", at(0), 100)], reach=500)
    assert (village.within, crowd.within, far.within) == (2, 1, 0) and far.share == 0
    assert village.share == pytest.approx(10 / 100 + 100 / 1000) and crowd.share == pytest.approx(.1)


def test_sites_are_judged_one_after_another() -> None:
    homes = [Place("a", at(0), 1000), Place("b", at(200), 800), Place("c", at(5000), 500)]
    access = {home.key: Access(home.key, home.amount, 0.0, 0) for home in homes}
    sites = [Place("by a", at(10), 40), Place("by b", at(190), 40), Place("by c", at(5000), 40)]
    found = catchment.ranked(homes, access, sites, reach=500, norm=.05, most=5)
    assert [site.key for site in found] == ["by a", "by b", "by c"]
    assert [round(site.served) for site in found] == [800, 800, 500]
    assert [site.first for site in found] == [1800, 0, 500]
    big = [place._replace(amount=200.0) for place in sites]
    assert [site.key for site in catchment.ranked(homes, access, big, reach=500, norm=.05, most=5)] == ["by a", "by c"]


def test_nobody_in_want_wants_no_site_and_a_norm_of_nothing_is_refused() -> None:
    home = Place("a", HERE, 100)
    enough = {"a": Access("a", 100, .06, 1)}
    assert catchment.ranked([home], enough, [Place("x", HERE, 50)], reach=500, norm=.05, most=3) == []
    with pytest.raises(ValueError, match="norm"):
        catchment.ranked([home], enough, [Place("x", HERE, 50)], reach=500, norm=0, most=3)


def test_every_age_has_what_it_needs_and_idle_premises_serve_nobody() -> None:
    assert all(len(serving(group)) >= 5 for group in GROUPS)
    assert "childcare" in serving(Group.TODDLERS) and "childcare" not in serving(Group.OLDEST)
    assert not any(IDLE in serving(group) for group in GROUPS) and not KINDS[IDLE].station
