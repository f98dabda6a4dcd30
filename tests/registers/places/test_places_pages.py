from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.geometry import Crs, Point, from_wgs84
from linli.registers.places import actions, queries
from linli.registers.places.actions import Entry
from linli.registers.places.models import Facility
from linli.registers.places.rules.facilities import Tier
from tests.actors import AT, actor
from tests.registers.visiting import text, visit

VILLAGE, DISTRICT = "340104003001", "340104000000"
HERE = Point(117.25, 31.86)
OFFICER = actor("region:340104000000", "places.manage", "places.see", "rulebook.see")
OTHER = actor("region:340103000000", "places.manage", "places.see", "rulebook.see")
RESIDENT = actor("person:x", "people.see")


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


def ask(path: str, data: dict[str, Any] | None = None, *, by: Actor = ANONYMOUS, post: bool = False,
        language: str = "en") -> Answer:
    answer = visit(path, data, by=by, method="POST" if post else "GET", language=language)
    return Answer(answer.status_code, text(answer))


@pytest.fixture
def canteen(regions: ModuleType) -> UUID:
    actions.place_point(VILLAGE, point=HERE, by=SYSTEM, at=AT)
    return actions.add_facility(
        Entry("canteen", "琥珀长者食堂", VILLAGE, Tier.VILLAGE, point=HERE, capacity=80), by=SYSTEM, at=AT)


def test_looking_up_tells_who_says_so_and_by_which_table(canteen: UUID) -> None:
    page = ask("/regions/", {"q": "琥珀街道"}).body
    assert "合肥市蜀山区琥珀街道" in page and "National Bureau of Statistics, table of 30 Jun 2023" in page
    assert "Nothing of that name" in ask("/regions/", {"q": "没有的地方"}).body
    bad = ask("/regions/", {"q": "琥珀街道", "on": "2026-13-01"})
    assert bad.status == 422 and 'value="琥珀街道"' in bad.body


def test_a_regions_page_shows_its_facilities_cells_and_what_is_around(canteen: UUID) -> None:
    cell = actions.add_grid_cell("G01", name="第一网格", region=VILLAGE, by=SYSTEM, at=AT)
    actions.appoint(cell, called="吴晓兰", phone="0551-60030001", from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    page = ask(f"/regions/{VILLAGE}/").body
    for said in ("琥珀长者食堂", "80 meals a day", "第一网格", "吴晓兰", "tel:0551-60030001",
                 "/life-circle/?lon=117.25"):
        assert said in page
    assert "琥珀街道" in ask("/regions/340104/").body and ask("/regions/999999/").status == 404
    assert ask(f"/regions/{VILLAGE}/", {"on": "2026-99-01"}).status == 404


def test_the_circle_says_its_assumption_and_takes_shifted_coordinates(canteen: UUID) -> None:
    lon, lat = from_wgs84(HERE, Crs.BD09)
    page = ask("/life-circle/", {"lon": lon, "lat": lat, "crs": "bd09", "group": "oldest"}).body
    assert "No streets are loaded here" in page and "琥珀长者食堂, 1 minute" in page
    assert "missing: " in page and "117.25000, 31.86000 (WGS-84)" in page
    assert "没有载入路网" in ask("/life-circle/", {"region": VILLAGE}, language="zh-hans").body
    swapped = ask("/life-circle/", {"lon": "31.86", "lat": "117.25"})
    assert swapped.status == 422 and "look swapped" in swapped.body and 'value="117.25"' in swapped.body


def test_an_officer_adds_changes_and_closes_a_facility(canteen: UUID) -> None:
    form = {"kind": "clinic", "name": "新的站", "tier": "village", "region": "340104003000", "community": "琥珀潭社区",
            "lon": "117.2556", "lat": "31.8581", "crs": "gcj02", "capacity": "60"}
    refused = ask("/officer/facilities/new/", form | {"community": "北京某社区"}, by=OFFICER, post=True)
    assert refused.status == 422 and "No community here is called 北京某社区" in refused.body
    assert 'value="新的站"' in refused.body
    assert ask("/officer/facilities/new/", form, by=OFFICER, post=True).status == 302
    made = Facility.objects.get(name="新的站")
    assert made.region_code == VILLAGE[:9] + "002" or made.region_code.startswith("340104003")
    assert made.given_crs == "gcj02" and made.lon and made.lon < 117.2556
    page = f"/officer/facilities/{made.ref}/"
    assert ask(page, by=OFFICER).status == 200 and ask(page, by=OTHER).status == 403
    assert ask(page, form | {"kind": "clinic", "name": "改名的站"}, by=OFFICER, post=True).status == 302
    assert ask(f"{page}close/", {"on": "2026-12-01"}, by=OFFICER, post=True).status == 302
    assert "Closed since" in ask(f"/facilities/{made.ref}/").body and ask(page, by=OFFICER).status == 409


def test_the_lists_of_the_office_are_the_offices(canteen: UUID) -> None:
    for path in ("/officer/facilities/", "/officer/grids/", "/officer/coverage/facilities/", "/officer/coverage/gaps/"):
        assert ask(path, by=OFFICER).status == 200, path
        assert ask(path, by=RESIDENT).status == 403, path
    assert "琥珀长者食堂" in ask("/officer/facilities/", by=OFFICER).body
    assert "琥珀长者食堂" not in ask("/officer/facilities/", {"region": DISTRICT}, by=OTHER).body


def test_coverage_and_gaps_say_how_they_are_reckoned(canteen: UUID) -> None:
    page = ask("/officer/coverage/facilities/", {"kind": "canteen"}, by=OFFICER).body
    assert "within 10 minutes on foot" in page and "琥珀街道" in page
    page = ask("/officer/coverage/gaps/", {"kind": "canteen"}, by=OFFICER).body
    assert "every community is taken for a thousand" in page and "Set another above" in page
    assert "as you set it" in ask("/officer/coverage/gaps/", {"kind": "canteen", "norm": "200"}, by=OFFICER).body
    assert "m in a straight line" in page and "straight lines and a detour" in ask(
        "/officer/coverage/facilities/", {"kind": "canteen"}, by=OFFICER).body
    actions.import_streets([[[117.25, 31.86], [117.251, 31.86]]], by=SYSTEM, at=AT)
    for path in ("gaps", "facilities"):
        page = ask(f"/officer/coverage/{path}/", {"kind": "canteen"}, by=OFFICER).body
        assert "the streets that are loaded here" in page and "straight" not in page.partition("<main")[2]


def test_an_officer_gives_a_cell_its_officer(canteen: UUID) -> None:
    said = {"code": "G09", "name": "第九网格", "region": "琥珀街道琥珀潭社区", "households": "300"}
    assert ask("/officer/grids/new/", said, by=OFFICER, post=True).status == 302
    cell = queries.grid_cells()[0]
    page = f"/officer/grids/{cell.ref}/"
    assert ask(f"{page}appoint/", {"called": "吴晓兰", "phone": ""}, by=OFFICER, post=True).status == 422
    post = {"called": "吴晓兰", "phone": "0551-60030001", "from_on": "2026-11-01"}
    assert ask(f"{page}appoint/", post, by=OTHER, post=True).status == 403
    assert ask(f"{page}appoint/", post, by=OFFICER, post=True).status == 302
    assert "吴晓兰" in ask(page, by=OFFICER).body
    assert ask(f"{page}relieve/", {"until_on": "2026-11-20"}, by=OFFICER, post=True).status == 302
    assert "吴晓兰" not in ask(page, by=OFFICER).body


def test_programs_read_and_write_places(canteen: UUID, client: Any) -> None:
    near = client.get("/api/v1/facilities", {"near": "117.25,31.861", "within_m": 500}).json()["items"]
    assert [(one["name"], one["metres"], one["at"]["crs"]) for one in near] == [("琥珀长者食堂", 111, "wgs84")]
    circle = client.get("/api/v1/life-circle", {"at": "117.25,31.86"}).json()
    assert circle["ways"] == "straight_lines" and circle["detour"] == 1.3
    elders = next(one for one in circle["groups"] if one["group"] == "elders")
    assert next(one for one in elders["kinds"] if one["kind"] == "canteen")["within"] == {"5": 1, "10": 1, "15": 1}
    found = client.get("/api/v1/regions/resolve", {"q": "琥珀街道"}).json()["items"][0]
    assert (found["region"]["code"], found["edition"]) == ("340104003000", "2023-06-30")
    whole = client.get("/api/v1/regions/340104003").json()
    assert whole["code"] == "340104003000" and whole["edition"] == "2023-06-30" and whole["successors"] == []
    rows = client.get("/api/v1/coverage", {"kind": "canteen", "region": DISTRICT}).json()["items"]
    assert sum(one["own"] for one in rows) == 1
    assert client.get("/api/v1/coverage", {"kind": "canteen"}).json()["ways"] == "straight_lines"
    gaps = client.get("/api/v1/catchments", {"kind": "canteen", "region": DISTRICT}).json()
    assert (gaps["people_counted"], gaps["ways"], gaps["gaps"][0]["per_thousand"]) == (False, "straight_lines", 80)
    for path in ("coverage?kind=premises", "coverage?kind=x", "life-circle?at=31.86,117.25", "facilities?near=x"):
        assert client.get(f"/api/v1/{path}").status_code == 422, path
    assert client.get("/api/v1/editions").status_code == 404
    assert client.get("/api/v1/regions/editions").json()["items"][0]["issuer"] == "stats"


