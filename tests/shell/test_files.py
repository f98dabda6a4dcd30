import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from linli.engines.journal.models import Entry
from linli.kernel.refusals import FileRefused, NotFound, RuleBroken
from linli.registers.directory.models import Service
from linli.registers.places import queries as places
from linli.registers.practitioners.models import Practitioner
from linli.shell import files
from tests.registers.directory.conftest import Scene

USCC = "52340100500000015P"
STAFF = "姓名,身份证号,岗位\n"
WANG, LI = "王敏,340104198501010027,护理员\n", "李强,34010419790515003X,护工\n"
SERVICES = "category,name,summary,price\nhome_bathing,琥珀助浴,两人上门。,120\n"
PLACES = "code12,level,name,parent12\n340104003900,5,新苑社区,340104003000\n"
pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(text: str) -> Path:
        made = tmp_path / "rows.csv"
        made.write_text(text, encoding="utf-8")
        return made

    with translation.override("en"):
        yield write


@pytest.mark.parametrize("by_code", [True, False])
def test_services_and_staff_come_in_for_the_organisation_that_is_named(
    scene: Scene, file: Any, capsys: pytest.CaptureFixture[str], by_code: bool
) -> None:
    named = USCC if by_code else str(scene.provider)
    assert files.bring("services", file(SERVICES), organisation=named) == 0
    assert files.bring("staff", file(STAFF + WANG + LI), organisation=named) == 0
    assert Service.objects.get(name="琥珀助浴").provider_id == scene.provider
    assert Practitioner.objects.filter(organisation__ref=scene.provider).count() == 2
    assert capsys.readouterr().out.splitlines() == [
        "1 new, 0 changed, 0 as they were, 0 refused.", "2 new, 0 changed, 0 as they were, 0 refused."]


def test_places_come_in_from_today_on(regions: Any, file: Any) -> None:
    code = "340104003900"
    assert files.bring("places", file(PLACES)) == 0
    found = places.region(code)
    assert found and found.name == "新苑社区"
    assert places.region(code, on=date(2026, 1, 1)) is None


BAD = [
    ("staff", STAFF + WANG + LI.replace("03X", "031"), 3, "id_number", "last digit"),
    ("services", SERVICES + "炼金术,甲,乙,1\n", 3, "category", "炼金术"),
    ("places", PLACES + "340104003901,5,甲,340109001000\n", 3, "parent", ""),
]


@pytest.mark.parametrize(("what", "text", "row", "column", "sentence"), BAD, ids=[one[0] for one in BAD])
def test_a_bad_row_is_named_and_nothing_changes(
    scene: Scene, file: Any, capsys: pytest.CaptureFixture[str], what: str, text: str, row: int, column: str,
    sentence: str,
) -> None:
    before = Entry.objects.count()
    with pytest.raises(FileRefused) as why:
        files.bring(what, file(text), organisation=USCC)
    assert [(one.row, one.column) for one in why.value.rows] == [(row, column)]
    assert files.bring(what, file(text), organisation=USCC, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["refused"][0]["row"] == row and sentence in told["refused"][0]["why"] and told["error"]
    assert Entry.objects.count() == before
    assert files.bring(what, file(text), organisation=USCC, partial=True) == 0
    said = capsys.readouterr()
    assert said.out.startswith("1 new") and f"Row {row}, {column}: " in said.err
    assert Entry.objects.count() > before


def test_a_missing_file_or_organisation_is_one_sentence(scene: Scene, file: Any, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no file"):
        files.bring("staff", tmp_path / "none.csv", organisation=USCC)
    with pytest.raises(RuleBroken, match="whose they are"):
        files.bring("staff", file(STAFF + WANG))
    with pytest.raises(NotFound, match="No organisation with this code"):
        files.bring("staff", file(STAFF + WANG), organisation="91340100MA2N5XU20C")
    with pytest.raises(RuleBroken, match="column"):
        files.bring("services", file("a,b\n1,2\n"), organisation=USCC)


FACILITIES = "名称,区划代码,电话\n琥珀社区卫生服务中心,340104003000,0551-62345678\n"


def test_facilities_come_in_for_everybody_and_what_is_refused_is_written_down(
    regions: Any, file: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "corrections.csv"
    bad = file(FACILITIES + "甲院,340104003000,1\n")
    with pytest.raises(FileRefused):
        files.bring("facilities", bad, source="名录", corrections=wrong)
    assert "甲院" in wrong.read_text("utf-8-sig") and not Service.objects.exists()
    assert files.bring("facilities", bad, source="名录", partial=True, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["new"], [(one["row"], one["column"]) for one in told["refused"]]) == (1, [(3, "phone")])
    assert Service.objects.get().source == "名录"
    with pytest.raises(NotFound):
        files.bring("facilities", tmp_path / "absent.csv")


def test_the_directory_is_written_as_tables(scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene.list()
    with translation.override("en"):
        assert files.export("hsds", tmp_path / "h.zip", base="https://example.org/") == 0
    assert capsys.readouterr().out.startswith("1 services were written")
    assert (tmp_path / "h.zip").read_bytes()[:2] == b"PK"
