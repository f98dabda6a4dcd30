from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.refusals import FileRefused, NotAllowed, RuleBroken
from linli.registers.places import actions, commands, queries
from linli.registers.places.models import Region
from linli.registers.places.rules.regions import RegionRow
from tests.actors import AT, CITY, actor

pytestmark = pytest.mark.usefixtures("regions")
HUPO, NEW = "340104003000", RegionRow("340104003999", "5", "新社区居委会", "340104003000")


def rows(*changes: RegionRow) -> Iterator[RegionRow]:
    yield RegionRow("340104003000", "4", "琥珀街道", "340104000000")
    yield from changes


def test_the_same_table_again_changes_nothing() -> None:
    before = list(Region.objects.order_by("pk").values())
    done = actions.import_regions(rows(), by=SYSTEM, at=AT)
    assert (done.new, done.changed, done.same) == (0, 0, 1)
    assert list(Region.objects.order_by("pk").values()) == before and Entry.objects.count() == 1


def test_the_whole_city_comes_in() -> None:
    actions.import_regions(queries.packaged(), by=SYSTEM, at=AT)
    assert Region.objects.count() == 1947 and Region.objects.filter(level="village").count() == 1773


def test_a_later_edition_ends_the_earlier_name_and_keeps_it_for_its_days() -> None:
    later = date(2026, 1, 1)
    renamed = RegionRow(HUPO, "4", "琥珀山庄街道", "340104000000")
    assert actions.import_regions([renamed, NEW], from_=later, by=SYSTEM, at=AT).changed == 1
    then, now = queries.region(HUPO, on=date(2025, 12, 31)), queries.region(HUPO)
    assert then and now and (then.name, then.until, now.name) == ("琥珀街道", later, "琥珀山庄街道")
    assert queries.region(HUPO, on=date(2020, 1, 1)) is None
    with pytest.raises(FileRefused, match="later edition"):
        actions.import_regions(rows(), by=SYSTEM, at=AT)


def test_a_correction_of_the_same_day_keeps_one_row() -> None:
    actions.import_regions([RegionRow(HUPO, "4", "琥珀路街道", "340104000000")], by=SYSTEM, at=AT)
    assert [r.name for r in Region.objects.filter(code=HUPO)] == ["琥珀路街道"]


def test_a_bad_row_refuses_the_file_and_says_which_and_why() -> None:
    bad = RegionRow("340109001001", "5", "x", "340109001000")
    with pytest.raises(FileRefused) as refused:
        actions.import_regions(rows(NEW, bad, NEW), by=SYSTEM, at=AT)
    assert [(e.row, e.column) for e in refused.value.rows] == [(3, "parent"), (4, "code")]
    assert "2 rows" in str(refused.value) and "340109001000" in str(refused.value)
    assert not Region.objects.filter(code=NEW.code).exists()


def test_partial_keeps_the_good_rows() -> None:
    done = actions.import_regions(rows(NEW, RegionRow("1", "5", "x", "")), partial=True, by=SYSTEM, at=AT)
    assert (done.new, len(done.refused)) == (1, 1) and Region.objects.filter(code=NEW.code).exists()


def test_only_who_manages_places_may_import() -> None:
    street = actor("region:340104003000", "places.manage")
    for by in (ANONYMOUS, actor(f"region:{CITY}", "places.see"), street):
        with pytest.raises(NotAllowed):
            actions.import_regions(rows(NEW), by=by, at=AT)
    assert actions.import_regions(rows(NEW), by=actor(f"region:{CITY}", "places.manage"), at=AT).new == 1


def test_a_file_comes_in_by_the_operators_door(tmp_path: Path) -> None:
    file = tmp_path / "regions.csv"
    file.write_text(f"code12,level,name,parent12\n{NEW.code},5,{NEW.name},{NEW.parent}\n", encoding="utf-8-sig")
    assert commands.import_places(file, from_=date(2023, 6, 30), by=SYSTEM, at=AT).new == 1
    file.write_bytes(b"code,name\n1,\xff\n")
    for wrong in (b"code,name\n1,x\n", b"code12,level,name,parent12\n\xff\xfe,,,\n"):
        file.write_bytes(wrong)
        with pytest.raises(RuleBroken, match="columns|UTF-8"):
            commands.import_places(file, from_=date(2023, 6, 30), by=SYSTEM, at=AT)
