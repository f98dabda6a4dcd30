from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from linli.engines.journal import actions as journal
from linli.engines.journal.models import Entry
from linli.engines.search import queries as search
from linli.kernel.actor import SYSTEM
from linli.kernel.geometry import Crs, Point, from_wgs84, metres
from linli.kernel.refusals import Conflict, FileRefused, NotAllowed, NotFound, RuleBroken
from linli.registers.places import actions, queries
from linli.registers.places.actions import Entry as Said
from linli.registers.places.rules.facilities import Tier
from tests.actors import AT, actor

pytestmark = pytest.mark.usefixtures("regions")
STREET, VILLAGE = "340104003000", "340104003001"
HERE = Point(117.25, 31.86)
CANTEEN = Said("canteen", "琥珀长者食堂", VILLAGE, Tier.VILLAGE, point=HERE, capacity=80)
OFFICER = actor("region:340104000000", "places.manage")


def test_a_facility_comes_changes_and_closes(regions: ModuleType) -> None:
    ref = actions.add_facility(CANTEEN, by=OFFICER, at=AT)
    card = queries.facility(ref)
    assert (card.name, card.capacity, card.point, card.kind_name.zh) == (  # type: ignore[attr-defined]
        "琥珀长者食堂", 80, HERE, "老年食堂（助餐点）")
    actions.change_facility(ref, replace(CANTEEN, capacity=120), by=OFFICER, at=AT)
    actions.change_facility(ref, replace(CANTEEN, capacity=120), by=OFFICER, at=AT)
    assert queries.facility(ref).capacity == 120
    assert [c.ref for c, _ in queries.facilities_within(HERE, 100)] == [ref]
    actions.close_facility(ref, on=date(2026, 12, 1), by=OFFICER, at=AT)
    assert queries.facilities(region=VILLAGE) == [] and queries.facility(ref).closed_on == date(2026, 12, 1)
    facts = Entry.objects.filter(about=ref).order_by("pk").values_list("fact", flat=True)
    assert list(facts) == ["places.FacilityAdded", "places.FacilityChanged", "places.FacilityClosed"]
    with pytest.raises(Conflict):
        actions.change_facility(ref, CANTEEN, by=OFFICER, at=AT)
    assert actions.add_facility(CANTEEN, by=OFFICER, at=AT) != ref  # the name is free again


@pytest.mark.parametrize(("change", "field"), [
    ({"kind": "casino"}, "kind"), ({"name": "x"}, "name"), ({"region": "340199000000"}, "region"),
    ({"region": STREET}, "tier"), ({"point": Point(117.285, 31.875)}, "point"),
])
def test_what_cannot_be_is_refused(change: Mapping[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as why:
        actions.add_facility(replace(CANTEEN, **change), by=SYSTEM, at=AT)
    assert why.value.field == field


def test_who_may_not_and_what_is_there_already() -> None:
    ref = actions.add_facility(CANTEEN, by=SYSTEM, at=AT)
    with pytest.raises(Conflict):
        actions.add_facility(CANTEEN, by=OFFICER, at=AT)
    other = actor("region:340103000000", "places.manage")
    for do in (lambda: actions.add_facility(replace(CANTEEN, name="别的食堂"), by=other, at=AT),
               lambda: actions.change_facility(ref, CANTEEN, by=other, at=AT),
               lambda: actions.change_facility(ref, replace(CANTEEN, region="340103006001", point=None), by=OFFICER,
                                               at=AT),
               lambda: actions.close_facility(ref, on=date(2026, 12, 1), by=other, at=AT)):
        with pytest.raises(NotAllowed):
            do()
    with pytest.raises(NotFound):
        actions.close_facility(uuid4(), on=date(2026, 12, 1), by=SYSTEM, at=AT)
    with pytest.raises(RuleBroken, match="day it opened"):
        opened = actions.add_facility(replace(CANTEEN, name="新食堂", opened_on=date(2026, 5, 1)), by=SYSTEM, at=AT)
        actions.close_facility(opened, on=date(2026, 4, 1), by=SYSTEM, at=AT)


@pytest.mark.parametrize("crs", list(Crs))
def test_points_of_any_map_are_kept_in_wgs_84(crs: Crs) -> None:
    lon, lat = from_wgs84(HERE, crs)
    point = actions.given(lon, lat, crs)
    assert point and metres(point, HERE) < .2
    assert crs is Crs.WGS84 or metres(Point(lon, lat), HERE) > 300
    assert actions.given(None, None) is None
    for wrong in ((117.0, None), (31.86, 117.25), (200.0, 95.0)):
        with pytest.raises(RuleBroken):
            actions.given(wrong[0], wrong[1], crs)


ROWS = [
    {"kind": "老年食堂（助餐点）", "name": "甲食堂", "region": VILLAGE, "lon": "117.2556", "lat": "31.8581",
     "crs": "gcj02", "capacity": "80"},
    {"kind": "clinic", "name": "乙站", "region": "340104003", "tier": "township"},
]


def test_a_table_of_facilities_can_come_twice() -> None:
    assert actions.import_facilities(ROWS, by=OFFICER, at=AT).new == 2
    card = queries.facilities(kind="canteen")[0]
    assert card.given_crs == "gcj02" and card.point and 300 < metres(card.point, Point(117.2556, 31.8581)) < 900
    again = actions.import_facilities(ROWS, by=OFFICER, at=AT)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    more = actions.import_facilities([ROWS[0] | {"capacity": "90"}], by=OFFICER, at=AT)
    assert more.changed == 1 and queries.facilities(kind="canteen")[0].capacity == 90
    assert Entry.objects.filter(fact="places.FacilitiesImported").count() == 2


def test_bad_rows_are_named_with_their_reasons() -> None:
    bad = [ROWS[0], ROWS[0], ROWS[1] | {"kind": "casino"}, ROWS[1] | {"capacity": "-3"}, ROWS[1] | {"crs": "mars"},
           ROWS[0] | {"name": "丙", "lon": "31.8", "lat": "117.2"}, ROWS[1] | {"region": "340103006000"}]
    with pytest.raises(FileRefused) as why:
        actions.import_facilities(bad, by=OFFICER, at=AT)
    assert [(row.row, row.column) for row in why.value.rows] == [
        (2, "name"), (3, "kind"), (4, "capacity"), (5, "crs"), (6, "lon"), (7, "")]
    assert queries.facilities() == []
    done = actions.import_facilities(bad, partial=True, by=OFFICER, at=AT)
    assert (done.new, len(done.refused)) == (1, 6)


def test_the_list_is_filtered_and_paged() -> None:
    actions.import_facilities(ROWS, by=OFFICER, at=AT)
    assert queries.count_facilities(region=STREET) == 2 and queries.count_facilities(region=VILLAGE) == 1
    assert [card.name for card in queries.facilities(tier="township")] == ["乙站"]
    first = queries.facilities(most=1)[0]
    assert [card.ref for card in queries.facilities(after=first.ref)] == [queries.facilities(start=1)[0].ref]
    assert queries.count_facilities(q="食堂") == 1


def test_the_one_box_finds_what_is_open_by_name_kind_and_initials() -> None:
    actions.import_facilities([*ROWS, {"kind": "premises", "name": "琥珀闲置房", "region": VILLAGE}], by=OFFICER, at=AT)
    ref = actions.add_facility(CANTEEN, by=OFFICER, at=AT + timedelta(hours=1))
    journal.run()

    def found(q: str) -> set[str]:
        return {hit.title for hit in search.search(q, kinds=["facility"])}

    assert found("长者食堂") == {CANTEEN.name} and found("食堂") == found("canteen") == {CANTEEN.name, "甲食堂"}
    assert found("hpzzst") == {CANTEEN.name} and found("乙站") == {"乙站"} and found("闲置房") == set()
    hit = search.search("琥珀长者食堂")[0]
    assert hit.url == f"/facilities/{ref}/" and "琥珀街道" in hit.snippet
    actions.change_facility(ref, replace(CANTEEN, name="翠微食堂"), by=OFFICER, at=AT + timedelta(hours=2))
    actions.close_facility(queries.facilities(q="甲食堂")[0].ref, on=date(2026, 12, 1), by=OFFICER, at=AT)
    journal.run()
    assert found("食堂") == {"翠微食堂"}
