from datetime import date
from math import cos, radians
from pathlib import Path
from types import ModuleType

import pytest

from linli.kernel.actor import SYSTEM
from linli.kernel.geometry import Crs, Point, cell, from_wgs84, metres
from linli.kernel.refusals import FileRefused, RuleBroken
from linli.registers.places import actions, commands, queries
from linli.registers.places.actions import Entry
from linli.registers.places.models import Street
from linli.registers.places.rules.facilities import Group, Tier
from tests.actors import AT

pytestmark = pytest.mark.usefixtures("regions")
HERE, ON = Point(117.25, 31.86), date(2026, 11, 16)
DISTRICT, STREET, FIRST, SECOND = "340104000000", "340104003000", "340104003001", "340104003002"


def at(east: float, north: float = 0) -> Point:
    return Point(HERE.lon + east / (111_195 * cos(radians(HERE.lat))), HERE.lat + north / 111_195)


def facility(kind: str, name: str, point: Point | None, *, region: str = FIRST, capacity: int | None = None,
             area_m2: int | None = None) -> str:
    return str(actions.add_facility(
        Entry(kind, name, region, Tier.VILLAGE, point=point, capacity=capacity, area_m2=area_m2), by=SYSTEM, at=AT))


def group(found: queries.Circle, which: Group) -> dict[str, queries.Within]:
    return {one.kind: one for one in next(one for one in found.groups if one.group is which).kinds}


def test_the_circle_says_what_each_age_reaches_and_what_is_missing(regions: ModuleType) -> None:
    facility("clinic", "近处的站", at(150))
    facility("clinic", "远处的站", at(0, 700))
    facility("canteen", "食堂", at(500))
    facility("premises", "闲置房", at(20))
    found = queries.life_circle(HERE, on=ON)
    assert not found.streets and found.detour == 1.3 and found.district == DISTRICT
    adults, oldest = group(found, Group.ADULTS), group(found, Group.OLDEST)
    assert adults["clinic"].counts == (1, 1, 2)  # 1,080 m of way: 831 m in a straight line
    assert oldest["clinic"].counts == (1, 1, 1) and oldest["clinic"].nearest
    assert oldest["clinic"].minutes == pytest.approx(150 * 1.3 / 42, abs=.1)
    assert oldest["canteen"].missing and not group(found, Group.ELDERS)["canteen"].missing
    assert "canteen" not in adults and "premises" not in {card.kind for card, _ in found.facilities}


def test_streets_are_followed_where_they_are_loaded(regions: ModuleType) -> None:
    facility("clinic", "河对岸的站", at(200))
    lines = [[[p.lon, p.lat] for p in (at(0), at(0, 380), at(200, 380), at(200))]]
    assert actions.import_streets(lines, by=SYSTEM, at=AT).new == 3
    assert actions.import_streets(lines, by=SYSTEM, at=AT).same == 3
    found = queries.life_circle(HERE, on=ON)
    assert found.streets and found.facilities[0][1] == pytest.approx(960, rel=.01)
    assert group(found, Group.ADULTS)["clinic"].counts == (0, 0, 1)
    assert group(found, Group.ELDERS)["clinic"].missing
    elsewhere = queries.life_circle(at(4000), on=ON)
    assert not elsewhere.streets  # none near: straight lines, and it says so


def test_streets_that_the_operator_loads_are_seen_by_a_running_site(regions: ModuleType) -> None:
    """The command is a process of its own: nothing may be remembered here of there having been none."""
    assert not queries.life_circle(HERE, on=ON).streets
    Street.objects.create(from_lon=HERE.lon, from_lat=HERE.lat, to_lon=HERE.lon + .001, to_lat=HERE.lat, metres=95,
                          cell=cell(HERE), recorded_at=AT, recorded_by=SYSTEM.ref)
    assert queries.life_circle(HERE, on=ON).streets


def test_streets_of_a_shifted_map_lie_where_they_are(regions: ModuleType) -> None:
    row: dict[str, str] = {}
    for end, point in (("from", at(0)), ("to", at(100))):
        lon, lat = from_wgs84(point, Crs.GCJ02)
        row |= {f"{end}_lon": str(lon), f"{end}_lat": str(lat)}
    actions.import_street_rows([row], crs=Crs.GCJ02, by=SYSTEM, at=AT)
    assert queries.life_circle(HERE, on=ON).streets
    with pytest.raises(FileRefused):
        actions.import_street_rows([row | {"metres": "-1"}], by=SYSTEM, at=AT)
    with pytest.raises(RuleBroken):
        actions.import_streets([[[31.8, 117.2], [31.9, 117.2]]], by=SYSTEM, at=AT)


def place(*villages: tuple[str, Point]) -> None:
    for code, point in villages:
        actions.place_point(code, point=point, by=SYSTEM, at=AT)


def test_coverage_knows_own_near_without_and_not_known(regions: ModuleType) -> None:
    place((FIRST, at(0)), (SECOND, at(300)), ("340104003003", at(-3000)))
    facility("service_station", "社区站", at(10))
    row = next(one for one in queries.coverage(DISTRICT, kind="service_station", on=ON) if one.region == STREET)
    assert (row.own, row.near, row.without, row.missing) == (1, 1, 1, ("340104003003",))
    assert row.unplaced == row.communities - 3
    below = {one.region: one for one in queries.coverage(STREET, kind="service_station", on=ON)}
    assert (below[FIRST].own, below[SECOND].near, below["340104003003"].without) == (1, 1, 1)
    clinics = next(one for one in queries.coverage(DISTRICT, kind="clinic", on=ON) if one.region == STREET)
    assert (clinics.own, clinics.near, clinics.without) == (0, 0, 3)


def test_gaps_are_measured_by_people_and_the_best_site_comes_first(regions: ModuleType) -> None:
    place((FIRST, at(0)), (SECOND, at(-2000)), ("340104003003", at(-4000)))
    facility("canteen", "食堂", at(50), capacity=50)
    facility("canteen", "不知多大的食堂", at(80), capacity=None)
    idle = facility("premises", "闲置房", at(-2050), region=SECOND, area_m2=400)
    rows = [{"region": code, "group": "elders", "people": people} for code, people in
            ((FIRST, "1000"), (SECOND, "900"), ("340104003003", "100"))]
    actions.import_population(rows, by=SYSTEM, at=AT)
    assert actions.import_population(rows, by=SYSTEM, at=AT).same == 3
    found = queries.catchments(STREET, kind="canteen", on=ON)
    assert found.counted and found.people == 2000 and found.norm == pytest.approx(25)  # 50 for 2,000
    assert found.uncounted == 1 and found.reach == round(42 * 10 / 1.3)
    gaps = {gap.region: gap for gap in found.gaps}
    assert gaps[FIRST].share == pytest.approx(50) and gaps[FIRST].lacks == 0
    assert (gaps[SECOND].lacks, gaps[SECOND].within) == (900, 0) and found.gaps[0].region == SECOND
    best = found.sites[0]
    assert best.premises and str(best.premises.ref) == idle and (best.capacity, best.served) == (100, 900)
    strict = queries.catchments(STREET, kind="canteen", on=ON, norm=100)
    assert strict.given and {gap.region: gap.lacks for gap in strict.gaps}[FIRST] == 500


def test_gaps_and_coverage_follow_the_streets_too(regions: ModuleType) -> None:
    """Over the river it is 200 m, and 1,400 m by the bridge: too far for the slowest."""
    place((FIRST, at(0)), (SECOND, at(200)), ("340104003003", at(-20_000)))
    facility("canteen", "东岸的食堂", at(200), region=SECOND, capacity=50)
    facility("premises", "东岸的闲置房", at(200, 20), region=SECOND, area_m2=400)

    def told() -> tuple[bool, int, dict[str, int], dict[str, int]]:
        found = queries.catchments(STREET, kind="canteen", on=ON, norm=100)
        row = next(one for one in queries.coverage(DISTRICT, kind="canteen", on=ON) if one.region == STREET)
        assert row.streets is found.streets
        return found.streets, row.near, {gap.region: gap.within for gap in found.gaps}, {
            site.name: site.within for site in found.sites}

    streets, near, within, sites = told()
    assert (streets, near, within) == (False, 1, {FIRST: 1, SECOND: 1, "340104003003": 0})
    assert sites["东岸的闲置房"] == 2000
    shores = [[[p.lon, p.lat] for p in (at(0), at(0, 600), at(200, 600), at(200))]]
    actions.import_streets(shores, by=SYSTEM, at=AT)
    streets, near, within, sites = told()
    assert (streets, near, within) == (True, 0, {FIRST: 0, SECOND: 1, "340104003003": 0})
    assert sites["东岸的闲置房"] == 1000, "those on the other shore do not come"


def test_without_counts_every_community_is_taken_for_a_thousand_and_it_says_so(regions: ModuleType) -> None:
    place((FIRST, at(0)), (SECOND, at(-2000)))
    found = queries.catchments(STREET, kind="day_care", on=ON)
    assert not found.counted and found.people == 2000 and found.norm == 0
    assert {gap.lacks for gap in found.gaps} == {1000} and found.sites[0].served == 60


@pytest.mark.parametrize(("row", "field"), [
    ({"group": "giants"}, "group"), ({"people": "many"}, "people"), ({"people": ""}, "people"),
    ({"region": "340199000000"}, "region"), ({"counted_on": "2026"}, "counted_on"),
])
def test_bad_counts_are_refused(row: dict[str, str], field: str) -> None:
    good = {"region": FIRST, "group": "elders", "people": "10"}
    with pytest.raises(FileRefused) as why:
        actions.import_population([good, good | row | ({"group": "oldest"} if field != "group" else {})], by=SYSTEM,
                                  at=AT)
    assert [(one.row, one.column) for one in why.value.rows] == [(2, field)]


FILES = {
    "facilities.csv": f"kind,name,region,lon,lat\nclinic,甲站,{FIRST},117.25,31.86\n",
    "people.csv": f"region,group,people\n{FIRST},elders,120\n", "grid.csv": f"cell,name,region\nG1,甲,{FIRST}\n",
    "streets.csv": "from_lon,from_lat,to_lon,to_lat\n117.25,31.86,117.251,31.86\n",
    "streets.geojson": '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry":'
                       ' {"type": "LineString", "coordinates": [[117.25, 31.86], [117.251, 31.86]]}}]}',
    "civil.csv": "level,code,parent,name\n4,340104888,340104,新街道\n",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_itself_what_it_holds(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(FILES[name], encoding="utf-8")
    assert commands.import_places(file, from_=ON, by=SYSTEM, at=AT).new == 1
    assert commands.import_places(file, from_=ON, by=SYSTEM, at=AT).same == 1


@pytest.mark.parametrize(("name", "text"), [
    ("x.json", "{"), ("x.json", "[]"), ("x.json", '{"features": []}'), ("x.csv", "kind,name\nclinic,x\n"),
    ("x.csv.gz", "no"),
])
def test_a_file_that_is_none_of_them_is_refused(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(RuleBroken):
        commands.import_places(file, from_=ON, by=SYSTEM, at=AT)


def test_points_are_measured_from_where_they_are() -> None:
    assert metres(at(100), HERE) == pytest.approx(100, rel=.01)
