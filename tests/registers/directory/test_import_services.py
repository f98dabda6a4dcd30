from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.engines.journal.models import Entry
from linli.kernel.refusals import FileRefused, NotAllowed, RuleBroken
from linli.registers.directory import actions, queries
from linli.registers.directory.models import Service
from linli.registers.directory.rules import rows
from tests.actors import AT
from tests.registers.directory.conftest import Scene
from tests.registers.directory.test_doors import Ask, ask, text

__all__ = ["ask"]
HEAD = "类别,名称,简介,服务点,方式,价格,补贴,补贴年龄,时长,容量,开放时间\n"
HOURS = "1-5 08:30-12:00 14:00-17:30; 6 09:00-12:00"
BATH = f'上门助浴,琥珀助浴,"两人上门，自带设备。",琥珀站,上门,"1,080.50",60,60,60,1,{HOURS}\n'
NURSE = "home_nursing,上门换药,护士上门换药。,,home,120,,,45,2,\n"


def load(scene: Scene, file: str, **more: Any) -> actions.Imported:
    said: Any = {"by": scene.manager, "at": AT} | more
    return actions.import_services(scene.provider, rows=rows.read(file.encode()), **said)


def only(name: str) -> UUID:
    return Service.objects.get(name=name).ref


def test_a_file_becomes_services_and_twice_changes_nothing(scene: Scene) -> None:
    assert load(scene, HEAD + BATH + NURSE) == actions.Imported(2, 0, 0, ())
    bath = queries.service(only("琥珀助浴"))
    assert (bath.price_fen, bath.subsidy_fen, bath.subsidy_for.min_age, bath.site) == (108_050, 6000, 60, scene.site)
    assert len(queries.hours(bath.ref)) == 11 and queries.service(only("上门换药")).capacity == 2
    before = list(Service.objects.order_by("ref").values()), Entry.objects.count()
    assert load(scene, HEAD + BATH + NURSE) == actions.Imported(0, 0, 2, ())
    assert (list(Service.objects.order_by("ref").values()), Entry.objects.count()) == before
    assert load(scene, HEAD + BATH.replace('"1,080.50"', "90")) == actions.Imported(0, 1, 0, ())
    assert queries.service(bath.ref).price_fen == 9000


def test_a_column_left_out_changes_nothing(scene: Scene) -> None:
    load(scene, HEAD + BATH)
    assert load(scene, "类别,名称,简介,服务点\n上门助浴,琥珀助浴,只改简介。,琥珀站\n").changed == 1
    card = queries.service(only("琥珀助浴"))
    assert (card.summary, card.price_fen, card.duration_minutes) == ("只改简介。", 108_050, 60)
    assert len(queries.hours(card.ref)) == 11


BAD = [
    ("炼金术,甲,乙,,,,,,,,\n", "category", "no category “炼金术”"),
    ("上门助浴,,乙,,,,,,,,\n", "name", "Fill this in"),
    ("上门助浴,甲,乙,月亮站,,,,,,,\n", "site", "no site “月亮站”"),
    ("上门助浴,甲,乙,,到店,,,,,,\n", "modes", "not given so"),
    ("上门助浴,甲,乙,,,很多,,,,,\n", "price", "not an amount"),
    ("上门助浴,甲,乙,,,10,20,,,,\n", "subsidy", "at most the price"),
    ("上门助浴,甲,乙,,,,,,一小时,,\n", "minutes", "no whole number"),
    ("上门助浴,甲,乙,,,,,,3,,\n", "minutes", "5 minutes"),
    ("上门助浴,甲,乙,,,,,,,,周一到周五\n", "hours", "not read as hours"),
    ("上门助浴,甲,乙,,,,,,,,1 25:00-26:00\n", "hours", "no such time of day"),
    ("上门助浴,甲,乙,,,,,,,,1 08:00-12:00 11:00-13:00\n", "hours", "overlap"),
]


@pytest.mark.parametrize(("line", "column", "sentence"), BAD)
def test_a_bad_row_is_named_and_nothing_is_kept(scene: Scene, line: str, column: str, sentence: str) -> None:
    with pytest.raises(FileRefused, match="1 rows cannot be read") as why:
        load(scene, HEAD + NURSE + line)
    (row,) = why.value.rows
    assert (row.row, row.column) == (3, column) and sentence in str(row.why)
    assert not Service.objects.exists() and not Entry.objects.filter(fact__startswith="directory.").exists()


def test_partial_keeps_the_good_rows(scene: Scene) -> None:
    done = load(scene, HEAD + BATH + BAD[0][0] + NURSE + NURSE, partial=True)
    assert (done.added, [row.row for row in done.refused]) == (2, [3, 5])
    assert "twice" in str(done.refused[1].why) and Service.objects.count() == 2


def test_only_those_who_keep_the_listing_may_import(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        load(scene, HEAD + BATH, by=scene.stranger)


@pytest.mark.parametrize(("data", "sentence"), [
    (b"", "empty"), (b"\xff\xfe\x00\x01", "neither UTF-8"), (HEAD.encode() + b"\x00", "no CSV"),
    ("类别,名称\n".encode(), "简介 summary” is missing"), ("类别,名称,简介,颜色\n".encode(), "“颜色” is not known"),
    ("类别,名称,简介,name\n".encode(), "stands twice"), ('类别,名称,简介\n"a,b,c\n'.encode(), "quotation mark"),
    (HEAD.encode() + b"a,b,c\n" * 2001, "at most 2000 rows"),
])
def test_a_file_that_is_none(data: bytes, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        rows.read(data)
    assert why.value.field == "file"


def test_excel_writes_gb18030_and_others_a_mark() -> None:
    for encoding in ("gb18030", "utf-8", "utf-8-sig"):
        assert rows.read((HEAD + NURSE).encode(encoding))[0]["name"] == "上门换药"


def test_every_column_is_explained_and_the_example_can_be_read() -> None:
    assert set(rows.MEANINGS) == set(rows.COLUMNS) and len(rows.EXAMPLE) == len(rows.COLUMNS)
    from linli.registers.directory.rules.taxonomy import taxonomy

    assert rows.parse(dict(zip(rows.COLUMNS, rows.EXAMPLE, strict=True)), taxonomy=taxonomy()).said["price_fen"] == 8000


def test_the_page_shows_what_became_of_each_row(scene: Scene, ask: Ask) -> None:
    def send(file: str, **more: str) -> Any:
        upload = SimpleUploadedFile("services.csv", file.encode())
        return ask("/provider/services/import/", scene.manager, {"file": upload} | more)

    bad = send(HEAD + NURSE + BAD[0][0])
    page = text(bad)
    assert bad.status_code == 422 and "类别 category" in page and "炼金术" in page and "Nothing was kept" in page
    good = text(send(HEAD + NURSE + BAD[0][0], partial="on"))
    assert "The file was read" in good and "炼金术" in good and Service.objects.count() == 1
    sheet = ask("/provider/services/columns.csv").content
    assert [row["category"] for row in rows.read(sheet)] == ["上门助浴"]


def test_names_of_old_files_are_read_as_they_are(scene: Scene, tmp_path: Path) -> None:
    """Spaces round cells and full-width figures, as people type them."""
    load(scene, "类别 , 名称,简介,价格\n 上门助浴 , 甲 ,乙,１２０元\n")
    assert queries.service(only("甲")).price_fen == 12_000
