"""What a region has and lacks: the figures beside the same counted by hand, who sees which, and the lists behind."""
import csv
import io
from datetime import timedelta
from uuid import UUID

import openpyxl
import pytest

from linli.engines.journal import actions as journal
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotAllowed
from linli.registers.directory import queries as directory
from linli.registers.places import actions as places
from linli.watchers.insight import actions, jobs, queries
from linli.watchers.insight.models import Course
from linli.watchers.insight.rules.measures import Measure, Needs, Reach, Supply
from linli.work.needs import actions as needs
from tests.actors import AT, CITY, actor
from tests.registers.directory.conftest import Scene, scene
from tests.registers.visiting import text, visit
from tests.watchers.insight.conftest import HUPO, LUYANG, NOW, SHUSHAN, XIAOYAOJIN, Wish
from tests.work.needs.conftest import as_role

__all__ = ["scene"]
VILLAGE = "340104003001"


def table(by: Actor, **said: object) -> queries.Table:
    return queries.coverage(queries.asked(**said, by=by), by=by, at=NOW)  # type: ignore[arg-type]


def line(found: queries.Table, region: str) -> object:
    return next(one.count for one in found.lines if one.region == region)


@pytest.fixture
def city(wish: Wish) -> dict[str, UUID]:
    """Nine needs: six in a street of Shushan, three in one of Luyang, one of these too old to count."""
    return {
        "met": wish(met=2), "met_village": wish(VILLAGE, met=5), "met_late": wish(met=9.5), "open": wish(ago=3),
        "booked": wish(end="booked"), "back": wish(end="withdrawn"),
        "other": wish(XIAOYAOJIN, category="companionship"), "other_met": wish(XIAOYAOJIN, met=1),
        "old": wish(XIAOYAOJIN, ago=50),
    }


def test_needs_by_district_are_those_of_the_journal(city: dict[str, UUID], officer: Actor) -> None:
    found = table(officer)
    assert line(found, SHUSHAN) == Needs(6, 3, 1, 1, 1, 5.0)
    assert line(found, LUYANG) == Needs(2, 1, 0, 1, 0, 1.0)
    assert found.total == Needs(8, 4, 1, 2, 1, 3.5), "the median of 1, 2, 5 and 9.5 days"
    assert found.rest is None and found.districts[SHUSHAN] == line(found, SHUSHAN)
    assert table(officer, days=90).total == Needs(9, 4, 1, 3, 1, 3.5)
    assert table(officer, what="companionship").total == Needs(1, 0, 0, 1, 0, None)


def test_a_domain_stands_for_all_its_kinds_of_help(city: dict[str, UUID], officer: Actor) -> None:
    domain = directory.category("home_bathing").parent
    mine = sum(key in directory.within(domain) for key in ("home_bathing",) * 7 + ("companionship",))
    assert table(officer, what=f"{domain}*").total.posted == mine  # type: ignore[union-attr]
    assert table(officer, what="nothing of the kind").total == table(officer).total
    for key in {one.key for one in directory.domains()} & directory.KEYS:  # some domains are called as one of theirs
        assert len(queries.asked(what=f"{key}*", by=officer).categories or ()) > 1
        assert queries.asked(what=key, by=officer).categories == (key,)


def test_a_district_is_told_by_street_and_its_map_stays_the_citys(city: dict[str, UUID], officer: Actor) -> None:
    found = table(officer, region=SHUSHAN)
    assert line(found, HUPO) == found.total == Needs(6, 3, 1, 1, 1, 5.0)
    assert found.districts[LUYANG] == Needs(2, 1, 0, 1, 0, 1.0)


def test_what_lies_in_no_street_is_told_apart(wish: Wish, officer: Actor) -> None:
    wish(SHUSHAN)
    found = table(officer, region=SHUSHAN)
    assert found.rest == Needs(1, 0, 0, 1, 0, None) == found.total and line(found, HUPO) == Needs()


def test_a_townships_officer_sees_it_alone(city: dict[str, UUID], township: Actor) -> None:
    for region in ("", CITY, LUYANG, XIAOYAOJIN, "x' --"):
        found = table(township, region=region)
        assert [one.region for one in found.lines] == [HUPO] and found.total == Needs(6, 3, 1, 1, 1, 5.0)
        assert found.districts == {}
        assert len(queries.needs(queries.asked(region=region, by=township), by=township, at=NOW)) == 6
    for by in (actor(f"region:{CITY}", "needs.see_unmet"), as_role("resident", f"person:{city['met']}")):
        with pytest.raises(NotAllowed):
            table(by)


def test_a_changed_need_counts_as_what_it_is_now_and_a_reopened_one_as_unmet(wish: Wish, officer: Actor) -> None:
    ref = wish(end="booked")
    assert table(officer).total == Needs(1, 0, 1, 0, 0, None)
    needs.reopen(ref, by=SYSTEM, at=NOW)
    journal.run()
    assert table(officer).total == Needs(1, 0, 0, 1, 0, None)
    before = list(Course.objects.order_by("need").values_list("need", "state", "category", "ended_at"))
    journal.make_again("insight")
    assert list(Course.objects.order_by("need").values_list("need", "state", "category", "ended_at")) == before


def test_a_small_group_is_not_told_apart(wish: Wish, officer: Actor) -> None:
    for _ in range(5):
        wish(group="low_income")
    wish(XIAOYAOJIN, group="low_income")
    wish(XIAOYAOJIN, group="disabled")
    found = table(officer, group="low_income")
    assert line(found, LUYANG) is None and line(found, SHUSHAN) is None, "the sum would tell a single hidden one"
    assert found.total == Needs(6, 0, 0, 6, 0, None) and found.least == 5
    assert table(officer, group="disabled").total is None
    with pytest.raises(NotAllowed, match="group"):
        table(as_role("auditor", f"region:{CITY}"), group="low_income")


def test_services_for_ten_thousand_and_places_that_are_free(scene: Scene, officer: Actor) -> None:
    people = [{"region": region, "group": group, "people": count} for region, group, count in (
        (HUPO, "adults", "9000"), (HUPO, "elders", "3000"), (XIAOYAOJIN, "adults", "5000"))]
    places.import_population(people, by=SYSTEM, at=AT)
    own = scene.list(area=[SHUSHAN])
    scene.list(name="全市", area=[CITY], category="companionship")
    scene.list(name="给低保家庭", area=[HUPO], groups=["low_income"])
    scene.list(name="给残疾人", area=[HUPO], groups=["disabled"])
    scene.list(name="没有时间的", area=[XIAOYAOJIN], hours=[])  # all five are in a street of Shushan
    found = table(officer, measure="services")
    assert found.free_at is None and line(found, SHUSHAN) == Supply(5, 4, None, 12_000)
    jobs.count_free_places(AT)
    found = table(officer, measure="free")
    by_hand = 4 * 2  # Tuesday to Friday at 9:00 and 10:30; asked on a Monday at 9, two hours ahead: that day is gone
    assert line(found, SHUSHAN) == Supply(5, 4, 4 * by_hand, 12_000)
    assert line(found, LUYANG) == Supply(0, 2, by_hand, 5_000)
    assert found.total == Supply(5, 5, 4 * by_hand, 17_000), "each once, though one serves both"
    assert isinstance(found.total, Supply) and found.total.rate == 2.9 == round(5 / 1.7, 1)
    assert table(officer, measure="services", group="low_income").total == Supply(4, 4, 3 * by_hand, 17_000)
    assert table(officer, measure="services", what="companionship").total == Supply(1, 1, by_hand, 17_000)
    cards, count = queries.services(queries.asked(measure="free", region=HUPO, by=officer), by=officer)
    assert count == 4 and {card.name for card, _ in cards} == {"上门助浴", "全市", "给低保家庭", "给残疾人"}
    assert {card.ref: free for card, free in cards}[own] == by_hand
    assert queries.services(queries.asked(region=HUPO, by=officer), there=True, by=officer)[1] == 5


def test_communities_within_fifteen_minutes_by_street(officer: Actor) -> None:
    from linli.registers.places import queries as regions

    villages = [one.code for one in regions.children(HUPO)]
    for code in villages[:3]:
        places.add_facility(places.Entry("service_station", f"站{code[-3:]}", code), by=SYSTEM, at=AT)
    found = table(officer, measure="reach", region=SHUSHAN)
    assert line(found, HUPO) == Reach(len(villages), 3, len(villages) - 3)
    assert found.total == line(found, HUPO) and found.total.share == 100.0  # type: ignore[union-attr]
    assert table(officer, measure="reach", kind="canteen", region=SHUSHAN).total == Reach(
        len(villages), 0, len(villages))


def test_the_page_shows_map_table_definitions_and_lists(city: dict[str, UUID], officer: Actor) -> None:
    page = text(visit("/officer/coverage/", by=officer, at=NOW))
    assert "蜀山区: 1" in page and "The same as a table" in page and "closed because nobody came" in page
    assert f"/officer/coverage/?measure=unmet&amp;region={SHUSHAN}&amp;days=28" in page
    assert f"/officer/coverage/needs/?measure=unmet&amp;region={SHUSHAN}&amp;days=28&amp;state=met" in page
    listed = text(visit(f"/officer/coverage/needs/?region={SHUSHAN}&state=met", by=officer, at=NOW))
    assert listed.count("Bathing at home") == 3 and "9.5" in listed and "张桂英" not in listed
    unmet = text(visit(f"/officer/coverage/needs/?region={SHUSHAN}&state=unmet", by=officer, at=NOW))
    assert f"/needs/{city['open']}/" in unmet
    for measure in Measure:
        assert visit(f"/officer/coverage/?measure={measure}", by=officer, at=NOW, language="zh").status_code == 200
        assert visit(f"/officer/coverage/?measure={measure}&region={HUPO}", by=officer, at=NOW).status_code == 200
    assert visit("/officer/coverage/services/?measure=services", by=officer, at=NOW).status_code == 200
    assert visit("/officer/coverage/?days=9999999999&page=-1&region=%EF%BC%91", by=officer, at=NOW).status_code == 200


def test_files_say_the_same_as_the_page(city: dict[str, UUID], officer: Actor) -> None:
    answer = visit("/officer/coverage/sheet.csv", by=officer, at=NOW)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Code", "Region", "Posted", "Met", "Booked", "Unmet", "Taken back", "Days until met"]
    assert [SHUSHAN, "蜀山区", "6", "3", "1", "1", "1", "5.0"] in rows
    assert [CITY, "in all", "8", "4", "1", "2", "1", "3.5"] in rows and any("Counted at" in row for row in rows)
    book = openpyxl.load_workbook(io.BytesIO(visit("/officer/coverage/sheet.xlsx", by=officer, at=NOW).content))
    assert book.active is not None
    assert (SHUSHAN, "蜀山区", 6, 3, 1, 1, 1, 5) in list(book.active.iter_rows(values_only=True))


def test_a_count_of_free_places_replaces_the_one_before(scene: Scene) -> None:
    first, second = scene.list(), scene.list(name="另一个")
    actions.keep_free({first: 3, second: 4}, by=SYSTEM, at=AT)
    actions.keep_free({second: 1}, by=SYSTEM, at=AT + timedelta(hours=1))
    cards, _ = queries.services(queries.asked(measure="free", by=scene_officer()), by=scene_officer())
    assert {card.ref: free for card, free in cards} == {first: 0, second: 1}


def scene_officer() -> Actor:
    return actor(f"region:{CITY}", "insight.see")
