"""A public list of facilities: read in whatever form it comes, kept once, corrected, and known for what it is."""
import csv
import io
import re
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest
import xlwt

from linli.engines.journal.models import Entry
from linli.kernel import sheets
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import FileRefused, NotAllowed, RuleBroken
from linli.registers.directory import actions, commands, queries
from linli.registers.directory.models import Service
from linli.registers.directory.rules import facilities
from linli.registers.organisations import queries as organisations
from linli.registers.organisations.models import Organisation, Site
from linli.registers.places import actions as places
from linli.registers.places import commands as places_commands
from linli.registers.places import queries as places_queries
from tests.actors import AT, actor
from tests.registers.directory.conftest import HUPO, SHUSHAN, Scene
from tests.registers.visiting import visit

HEAD = ["名称", "市", "区县", "地址", "电话", "统一社会信用代码", "经度", "纬度", "坐标系", "备注", "内部编号"]
GOOD = ["琥珀社区卫生服务中心", "合肥市", "蜀山区", "琥珀街道琥珀路 8 号", "0551-62345678", "", "117.2655", "31.8481",
        "GCJ-02", "定点", "7"]
HOSPITAL = ["合肥市蜀山区第三医院", "合肥市", "", "", "", "", "", "", "", "", "8"]
BAD: list[tuple[int, str, str, str]] = [
    (0, "", "name", "Fill this in"), (1, "芜湖市", "region_code", "no region"), (4, "62345678", "phone", "area code"),
    (5, "52340100500000015X", "uscc", "last character"), (8, "", "crs", "WGS-84, GCJ-02 or BD-09"),
    (6, "31.84", "lon", "fit|swapped|lies outside|Longitude"), (7, "", "lat", "both"),
]


def text(rows: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def workbook(rows: list[list[str]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append([float(cell) if "." in cell and cell.replace(".", "").isdecimal() else cell for cell in row])
    book.save(out)
    return out.getvalue()


def old_workbook(rows: list[list[str]]) -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("一")
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            page.write(place, column, cell)
    book.save(out)
    return out.getvalue()


def load(data: bytes, **more: Any) -> actions.Facilities:
    said: dict[str, Any] = {"source": "测试名录", "by": SYSTEM, "at": AT} | more
    return actions.import_facilities(facilities.sheet(sheets.read(data)), **said)


def state() -> Any:
    kept = [list(model.objects.order_by("pk").values()) for model in (Organisation, Site, Service)]
    return kept, Entry.objects.count()


@pytest.mark.parametrize("form", [
    lambda rows: text(rows).encode(), lambda rows: text(rows).encode("utf-8-sig"),
    lambda rows: text(rows).encode("gb18030"), lambda rows: text(rows).replace(",", "\t").encode(), workbook,
    old_workbook,
], ids=["utf-8", "utf-8 with mark", "gb18030", "tabs", "xlsx", "xls"])
def test_a_list_is_read_in_whatever_form_it_comes(regions: ModuleType, form: Any) -> None:
    done = load(form([HEAD, GOOD, HOSPITAL]))
    assert (done.added, done.same, done.services, done.refused, done.ignored) == (2, 0, 1, (), ("内部编号",))
    centre = organisations.organisations(organisations.public_refs(q="琥珀社区")[0]).popitem()[1]
    assert (centre.region, centre.phone, centre.uscc, centre.introduction) == (HUPO, "0551-62345678", "", "定点")
    assert centre.listed and not centre.active and centre.point
    assert 117.258 < centre.point.lon < 117.262 and 31.849 < centre.point.lat < 31.852  # moved from the shifted map
    service = queries.services_of(centre.ref)[0]
    assert (service.category, service.source, service.assured_on) == ("family_doctor", "测试名录", None)


def test_what_is_premises_too_stands_in_the_register_of_places(scene: Scene) -> None:
    data = text([HEAD, GOOD, HOSPITAL]).encode()
    load(data, by=scene.officer)
    assert places_queries.facilities(region=SHUSHAN) == []  # who may not keep that register leaves it as it is
    both = actor("region:340100000000", actions.LIST, places.MANAGE)
    load(text([HEAD, ["另一家社区卫生服务中心", *GOOD[1:]], HOSPITAL]).encode(), by=both)
    [found] = places_queries.facilities(region=SHUSHAN)
    assert (found.kind, found.name, found.region) == ("clinic", "另一家社区卫生服务中心", HUPO) and found.point
    load(text([HEAD, ["另一家社区卫生服务中心", *GOOD[1:]]]).encode(), by=both)
    assert places_queries.facilities(region=SHUSHAN) == [found]


def test_the_same_file_twice_changes_nothing_and_a_changed_row_changes_one(regions: ModuleType) -> None:
    data = text([HEAD, GOOD, HOSPITAL]).encode()
    load(data)
    before = state()
    again = load(data, at=AT.replace(hour=5))
    assert (again.added, again.changed, again.same, again.services) == (0, 0, 2, 0) and state() == before
    third = load(text([HEAD, GOOD, [*HOSPITAL[:3], "黄山路 1 号", "0551-63333333", *HOSPITAL[5:]]]).encode())
    assert (third.added, third.changed, third.same) == (0, 1, 1)
    assert organisations.register(q="第三医院")[0].sites[0].address == "黄山路 1 号"


@pytest.mark.parametrize(("place", "cell", "column", "sentence"), BAD, ids=[one[2] + str(one[0]) for one in BAD])
def test_a_bad_row_refuses_the_whole_file_and_partial_keeps_the_rest(
    regions: ModuleType, place: int, cell: str, column: str, sentence: str
) -> None:
    bad = [cell if number == place else value for number, value in enumerate(GOOD)]
    bad[0] = bad[0] and f"{bad[0]}分部"
    data = text([HEAD, HOSPITAL, bad]).encode()
    before = state()
    with pytest.raises(FileRefused) as why:
        load(data)
    assert [(one.row, one.column) for one in why.value.rows] == [(3, column)] and state() == before

    assert re.search(sentence, str(why.value.rows[0].why)), str(why.value.rows[0].why)
    done = load(data, partial=True)
    assert (done.added, len(done.refused)) == (1, 1) and not organisations.register(q="分部")


def test_the_correction_list_is_put_right_and_sent_again(regions: ModuleType) -> None:
    sheet = facilities.sheet(sheets.read(text([HEAD, HOSPITAL, [*GOOD[:4], "62345678", *GOOD[5:]]]).encode()))
    done = actions.import_facilities(sheet, source="名录", partial=True, by=SYSTEM, at=AT)
    told = sheets.written(facilities.corrections(sheet, done.refused, [str(one.why) for one in done.refused]))
    rows = list(csv.reader(io.StringIO(told.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["行号", "拒绝原因", "名称"] and rows[1][0] == "3" and "area code" in rows[1][1]
    again = load(told.replace("62345678", "0551-62345678").encode())
    assert (again.added, again.refused, again.ignored) == (1, (), ("内部编号",))


def test_one_that_was_confirmed_or_claimed_is_left_alone(scene: Scene) -> None:
    row = [*GOOD[:5], "52340100500000015P", *GOOD[6:]]
    before = state()
    done = load(text([HEAD, ["另一个名字", *row[1:]]]).encode())
    assert (done.added, done.same, done.services) == (0, 1, 0) and state() == before


def test_a_facility_that_stands_twice_names_the_first(regions: ModuleType) -> None:
    done = load(text([HEAD, GOOD, HOSPITAL, GOOD]).encode(), partial=True)
    assert done.added == 2 and "row 2" in str(done.refused[0].why) and done.refused[0].row == 4


@pytest.mark.parametrize(("data", "sentence"), [
    (b"", "empty"), (b"PK\x03\x04 no workbook", "cannot be read"), (b"\xff\xfe\x00\x01", "neither|no sheet"),
    (b"\xd0\xcf\x11\xe0 nothing", "cannot be read"), ("地址\n甲\n".encode(), "missing"),
    ("名称,医院名称\n甲,乙\n".encode(), "twice"), (b'name\n"open\n', "quotation"),
])
def test_what_is_no_such_file_is_said(regions: ModuleType, data: bytes, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        load(data)


def test_only_the_office_of_the_region_takes_a_list_in(scene: Scene) -> None:
    data = text([HEAD, GOOD]).encode()
    with pytest.raises(NotAllowed):
        load(data, by=scene.manager)
    elsewhere = actor("region:340103000000", actions.LIST)
    with pytest.raises(FileRefused) as why:
        load(data, by=elsewhere)
    assert "outside the region" in str(why.value.rows[0].why)
    assert load(data, by=scene.officer).added == 1
    with pytest.raises(RuleBroken, match="where the list comes from"):
        load(data, source=" ", by=scene.officer)


def test_where_a_row_lies_is_told_by_codes_names_and_what_the_name_begins_with(regions: ModuleType) -> None:
    rows = [["name", "code", "city", "county", "address"],
            ["甲院", "340104", "", "", ""], ["乙院", "", "合肥市", "蜀山", ""], ["合肥市蜀山丙院", "", "合肥", "", ""],
            ["丁院", "", "合肥市", "", "蜀山区琥珀街道 3 号"], ["戊院", "", "合肥市", "", "庐阳区旁的蜀山区"],
            ["己院", "350100", "", "", ""]]
    done = load(text(rows).encode(), partial=True)
    where = dict(Organisation.objects.values_list("name", "region_code"))
    assert where == {"甲院": SHUSHAN, "乙院": SHUSHAN, "合肥市蜀山丙院": SHUSHAN, "丁院": HUPO,
                     "戊院": "340100000000"}  # two districts are named: nobody knows in which it lies
    assert "no region 350100000000" in str(done.refused[0].why)  # an office would be told that it lies outside


def test_who_runs_the_node_takes_in_what_lies_beyond_it_and_an_office_does_not(scene: Scene, settings: Any) -> None:
    settings.REGION = SHUSHAN
    data = text([["name", "code"], ["庐阳院", "340103"], ["外省院", "350100"]]).encode()
    refused = load(data, partial=True, by=scene.officer)
    assert [str(one.why) for one in refused.refused] == ["It lies outside 蜀山区, which is what this site serves."] * 2
    done = load(data, partial=True)
    assert (done.added, len(done.refused)) == (1, 1) and "no region 350100000000" in str(done.refused[0].why)
    assert Organisation.objects.get(name="庐阳院").region_code == "340103000000"


def test_residents_read_that_nobody_has_confirmed_it(regions: ModuleType) -> None:
    load(text([HEAD, GOOD]).encode())
    service = Service.objects.get()
    page = visit(f"/services/{service.ref}/", language="zh").content.decode()
    assert "测试名录" in page and "价格请咨询" in page and "免费" not in page and "/claim/" in page
    page = visit(f"/organisations/{service.provider_id}/", language="zh").content.decode()
    assert "取自公开名录" in page and "这是我负责的机构" in page
    assert visit("/services/?q=家庭医生").content.decode().count("ask for the price") == 1
    told = queries.hsds.service(service.ref, here=queries.hsds.Here("https://e.org", AT.date()))
    assert told["assurance"] == "none" and "cost_options" not in told and "alert" in told
    assert told["organization"]["registration_state"] == "listed"


def test_the_offices_page_reads_a_file_and_gives_the_correction_list(scene: Scene) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    def send(rows: list[list[str]], **more: str) -> Any:
        file = SimpleUploadedFile("a.csv", text(rows).encode())
        return visit("/officer/facilities/import/", {"file": file, "source": "名录", **more}, by=scene.officer,
                     method="POST")

    bad = [*GOOD[:4], "62345678", *GOOD[5:]]
    answer = send([HEAD, HOSPITAL, bad])
    assert answer.status_code == 422 and "area code" in answer.content.decode() and not organisations.register(q="医院")
    answer = send([HEAD, HOSPITAL, bad], **{"as": "corrections"})
    assert answer["Content-Disposition"].endswith('"corrections.csv"') and "area code" in answer.content.decode()
    assert not organisations.register(q="医院")
    answer = send([HEAD, HOSPITAL, bad], partial="on")
    assert answer.status_code == 200 and "The file was read" in answer.content.decode()
    assert len(organisations.register(q="医院")) == 1
    assert visit("/officer/facilities/import/", by=scene.manager).status_code == 403




HOSPITALS = Path(__file__).parents[2] / "data" / "hospitals_2020_covid.csv"
FUJIAN = "350000000000"


@pytest.mark.slow
def test_the_real_list_of_hospitals_comes_into_a_provinces_node(
    db: None, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """2,083 rows of seven provinces: those of Fujian come in, every other one is refused for a reason that holds."""
    settings.REGION = FUJIAN
    divisions = [row for row in places_commands.civil() if row.code.startswith("35")]
    places.import_regions(divisions, by=SYSTEM, at=AT)
    data = HOSPITALS.read_bytes()
    with pytest.raises(FileRefused) as why:
        load(data)
    assert not Organisation.objects.exists() and len(why.value.rows) > 968
    done = load(data, partial=True)
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    reasons = Counter(one.column for one in done.refused)
    assert reasons["region_code"] == sum(row["prov_code"] != "350000" for row in rows) == 968
    assert reasons["name"] == 4 and reasons["phone"] == 29 and sum(reasons.values()) == 1001
    assert (done.added, done.changed, done.same) == (1082, 0, 0) and Site.objects.count() == 1082
    assert done.added + len(done.refused) == len(rows) == 2083
    closer = Organisation.objects.exclude(region_code__endswith="00000000").count()
    assert closer > 500  # their names or addresses say the district
    before = state()
    for form in (data, data.decode("utf-8-sig").encode("gb18030"), workbook(list(csv.reader(io.StringIO(
            data.decode("utf-8-sig")))))):
        again = load(form, partial=True)
        assert (again.added, again.changed, again.same, again.services) == (0, 0, 1082, 0)
    assert state() == before
    at = tmp_path / "corrections.csv"
    commands.import_facilities(HOSPITALS, partial=True, corrections=at, by=SYSTEM, at=AT)
    told = list(csv.reader(io.StringIO(at.read_text("utf-8-sig"))))
    assert len(told) == 1002 and told[0][:3] == ["行号", "拒绝原因", "prov_code"]
