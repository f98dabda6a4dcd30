"""What a file of the register says: each cell, what cells say of one another, codes, and how good the file is."""
import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.kernel import sheets
from linli.kernel.refusals import RuleBroken
from linli.registers.organisations.rules import checking, items, proving, taking_over, values
from linli.registers.organisations.rules.checking import Checked, Checks, Property
from tests.registers.organisations.files import code, row, text

ON = date(2026, 11, 22)
HERE = {"340104000000", "340103000000"}


def checks(*rows: dict[str, str]) -> tuple[Checks, list[Checked]]:
    head, *cells = csv.reader(io.StringIO(text(*rows)))
    known = checking.header(head)
    made = Checks(known, on=ON, known=HERE.__contains__, other=checking.said_twice(known, cells))
    return made, [made.row(number, one) for number, one in enumerate(cells, 2)]


def one(**said: str) -> Checked:
    return checks(row() | said)[1][0]


def why(found: list[checking.Finding]) -> dict[str, str]:
    return {finding.column: str(finding.why) for finding in found}


def test_a_good_row_is_kept_whole() -> None:
    found = one(
        有效期限自="2022年3月1日", 有效期限至="2027/3/1", 登记证号="皖合民证字第 010001 号", 评估等级="4A级",
        等级有效期自="20240101", 等级有效期至="2029-01-01", 是否慈善组织="是",
        单位联系电话="0551-62345678；13800000000")
    assert not found.wrong and not found.doubts and not found.repaired
    [(begin, changes)] = taking_over.plan(found.said, on=ON)
    kept = {change.item: change.value for change in changes}
    assert begin == date(2015, 6, 1)
    assert kept["registered_funds"] == 3_000_000 and kept["region"] == "340104000000" and kept["charity"] is True
    assert kept["certificates"] == {"number": "皖合民证字第 010001 号", "title": "registration", "from_": "2022-03-01",
                                    "until": "2027-03-01"}
    assert kept["grades"] == {"grade": "4A", "from_": "2024-01-01", "until": "2029-01-01"}
    assert kept["phone"] == "0551-62345678" and kept["status"] == "registered"
    assert all(values.kept(items.ITEMS[item], value) == value for item, value in kept.items())


def test_a_lost_zero_is_put_back_only_where_both_check_digits_prove_it() -> None:
    whole = code(412)  # 52340104 00000412…
    found = one(统一社会信用代码=whole[:8] + whole[9:])
    assert found.said["uscc"] == whole and not found.wrong
    assert "lost the zero" in str(found.repaired[0].why) and found.repaired[0].perhaps == whole
    two = one(统一社会信用代码=whole[:8] + whole[10:])
    assert two.said["uscc"] == whole
    for broken in (whole[:8] + whole[9:17] + ("A" if whole[17] != "A" else "B"), whole[:-1], whole[1:]):
        assert proving.with_zeros(broken) == ""
        assert "18 characters" in why(one(统一社会信用代码=broken).wrong)["uscc"]


def test_an_organisation_number_that_lost_its_zero_is_proved_by_its_own_digit() -> None:
    number = code(77)[8:17]
    found = one(统一社会信用代码=code(77), 组织机构代码=number[1:])
    assert "number" in why(found.repaired) and not found.doubts
    assert "not the one within the code" in why(one(组织机构代码=code(9)[8:17]).doubts)["number"]
    assert proving.number_with_zeros("1234567") in ("", "001234567")


@pytest.mark.parametrize(("typed", "says"), [
    ("5.23401E+17", "turned this code into a number"), ("", "Enter the unified"),
    ("52340104000004", "has 18 characters"),
])
def test_a_code_that_cannot_be_read_says_why(typed: str, says: str) -> None:
    assert says in why(one(统一社会信用代码=typed).wrong)["uscc"]


def test_a_mistyped_code_is_not_repaired_but_what_may_be_meant_stands_beside_it() -> None:
    good = code(1234567)
    typed = good[:12] + good[13] + good[12] + good[14:]
    found = one(统一社会信用代码=typed)
    assert found.wrong[0].perhaps == good and "uscc" not in found.said and not found.repaired


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    found = one(成立登记日期="2015-02-30", 登记状态="不详", 区划代码="34", 注册资金="三万", 社会组织类型="基金会",
                社会组织名称="合肥\ufffd协会")
    assert set(why(found.wrong)) == {"established_on", "status", "region", "registered_funds", "kind", "name"}
    assert all(finding.why.field == finding.column for finding in found.wrong)


@pytest.mark.parametrize(("said", "column"), [
    ({"成立登记日期": "2026-11-23"}, "established_on"), ({"成立登记日期": "1911-10-10"}, "established_on"),
    ({"登记状态": "注销", "注销日期": "2014-01-01"}, "ended_on"), ({"注销日期": "2020-01-01"}, "status"),
    ({"有效期限自": "2022-01-01", "有效期限至": "2021-01-01"}, "valid_until"), ({"区划代码": "110101"}, "region"),
    ({"社会组织类型": "社会团体"}, "kind"), ({"社会组织名称": ""}, "name"),
])
def test_what_cannot_be_is_put_aside(said: dict[str, str], column: str) -> None:
    assert set(why(one(**said).wrong)) == {column}


@pytest.mark.parametrize(("said", "column"), [
    ({"社会组织名称": "合肥示例基金会"}, "name"), ({"有效期限至": "2026-11-21"}, "valid_until"),
    ({"有效期限自": "2014-01-01"}, "valid_from"), ({"评估等级": "5A"}, "grade"),
    ({"曾用名": "合肥示例第1社会工作服务中心"}, "former_name"),
])
def test_what_is_only_doubtful_comes_in_and_is_said(said: dict[str, str], column: str) -> None:
    found = one(**said)
    assert not found.wrong and set(why(found.doubts)) == {column}


def test_of_rows_that_differ_none_is_believed_and_of_equal_ones_the_first() -> None:
    _, [first, second] = checks(row(5), row(5, 住所="别处 1 号"))
    assert all("the rows differ" in why(found.wrong)["uscc"] for found in (first, second))
    _, [first, second] = checks(row(5), row(5))
    assert not first.wrong and "see row 2" in why(second.wrong)["uscc"]


def test_six_properties_are_counted() -> None:
    made, _ = checks(
        row(1, 有效期限至="2030-01-01"), row(2, 有效期限至="2020-01-01", 住所=""), row(3, 登记状态="不详"),
        row(4, 统一社会信用代码="523401040000"))
    count = made.quality.counts
    assert count[Property.STANDARD][1] - count[Property.STANDARD][0] == 1
    assert count[Property.COMPLETE] == [31, 32]
    assert count[Property.ACCURATE] == [3, 4]
    assert count[Property.TIMELY] == [1, 2]
    assert made.quality.share(Property.CONSISTENT) == 1.0 and made.quality.share(Property.ACCESSIBLE) is None


def test_what_ended_and_what_had_another_name_comes_in_as_several_filings() -> None:
    ended = taking_over.plan(one(登记状态="注销", 注销日期="2020-05-01").said, on=ON)
    assert [(day.isoformat(), {c.item: c.value for c in told}.get("status")) for day, told in ended] == [
        ("2015-06-01", "registered"), ("2020-05-01", "deregistered")]
    renamed = taking_over.plan(one(曾用名="合肥旧名中心", 有效期限自="2019-07-01").said, on=ON)
    assert [(day.isoformat(), {c.item: c.value for c in told}["name"]) for day, told in renamed] == [
        ("2015-06-01", "合肥旧名中心"), ("2019-07-01", "合肥示例第1社会工作服务中心")]


@pytest.mark.parametrize("head", [["名称", "住所"], ["统一社会信用代码", "住所"], ["名称", "机构名称", "uscc"]])
def test_a_file_without_names_or_codes_is_none(head: list[str]) -> None:
    with pytest.raises(RuleBroken, match=r"is missing|stands twice"):
        checking.header(head)


def test_the_correction_list_is_a_file_that_can_be_sent_again() -> None:
    head = checking.header([*row(), "来历"])
    made = list(checking.corrections(head, [(7, ["甲", "x"], "错", "y")]))
    assert made[0][:3] == ["行号", "原因", "可能是"] and made[1][:5] == ["7", "错", "y", "甲", "x"]
    again = checking.header(made[0])
    assert again.ignored == ("来历",) and again.places["name"] == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_of_offices_are_read_row_by_row(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(text(row(1), row(2)).encode(encoding))
    names = [cells[0] for cells in sheets.lines(file, most=10_000)]
    assert names[1:] == [row(1)["社会组织名称"], row(2)["社会组织名称"]]


def bomb(folder: Path) -> Any:
    import zipfile

    file = folder / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    return file


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    empty, binary, long = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"
    empty.write_bytes(b"\n,,\n")
    binary.write_bytes(b"MZ\x90\x00" * 100)
    long.write_bytes(b"x" * 2000)
    for file, says in ((empty, "is empty"), (binary, "no sheet"), (long, "larger than"), (bomb(tmp_path), "unpacks")):
        with pytest.raises(RuleBroken, match=says):
            list(sheets.lines(file, most=1000 if file == long else 10**6))
