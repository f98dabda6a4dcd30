"""A file of the register comes in: what is new and what is different is filed, the rest stands on the work list."""
import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.engines.journal.models import Entry
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.refusals import Conflict, FileRefused, NotAllowed, NotFound, RuleBroken
from linli.registers.organisations import actions, commands, queries
from linli.registers.organisations.models import Doubt, Filing, FormerName, Organisation
from linli.registers.organisations.rules.checking import Property
from linli.registers.organisations.rules.filing import Change
from linli.registers.organisations.states import State
from tests.actors import AT, actor, resident
from tests.registers.organisations.files import code, row, text, written

ON = AT.date()
OFFICER = actor("region:340100000000", "organisations.approve")


@pytest.fixture(autouse=True)
def _there_are_regions(regions: ModuleType) -> None:
    pass


def bring(*rows: dict[str, str], on: date = ON, by: Actor = SYSTEM, partial: bool = True) -> actions.Brought:
    lines = list(csv.reader(io.StringIO(text(*rows))))
    return actions.import_register(lambda: lines, source="合肥市社会组织名录", on=on, partial=partial, by=by, at=AT)


def figures(done: actions.Brought) -> tuple[int, int, int, int]:
    return done.new, done.changed, done.same, done.aside


def registered(number: int, on: date = ON) -> Any:
    return queries.as_of(code(number), on=on, known_at=AT)


def test_a_file_comes_in_as_filings_and_the_same_file_twice_changes_nothing() -> None:
    assert figures(bring(row(1), row(2))) == (2, 0, 0, 0)
    found = registered(1)
    assert found.folded.get("legal_representative") == "示例1" and found.folded.get("registered_funds") == 3_000_000
    assert not registered(1, on=date(2015, 5, 31)).exists and registered(1, on=date(2015, 6, 1)).exists
    [organisation] = Organisation.objects.filter(uscc=code(1))
    assert organisation.state == State.REGISTERED and "hfsld1shgzfwzx" in organisation.words
    before = Filing.objects.count(), Entry.objects.count()
    assert figures(bring(row(1), row(2))) == (0, 0, 2, 0)
    assert (Filing.objects.count(), Entry.objects.count()) == before


def test_what_is_shown_is_what_the_filings_add_up_to() -> None:
    ended = {"登记状态": "注销", "注销日期": "2020-05-01"}
    graded = {"评估等级": "4A", "等级有效期自": "2023-05-01", "等级有效期至": "2099-05-01", "是否慈善组织": "是"}
    bring(row(1), row(2, 曾用名="合肥旧名中心", 有效期限自="2019-07-01", 登记证号="证 2"), row(3, **ended),
          row(4, **graded, 英文名称="Example", 有效期限自="2019-07-01", 登记证号="证 4", 有效期限至="2098-07-01"))
    bring(row(1, 住所="别处 1 号"), row(3, 住所="别处 3 号", **ended))
    before = list(Organisation.objects.order_by("pk").values())
    refs = [one["ref"] for one in before]
    former = list(FormerName.objects.values_list("organisation__uscc", "name", "until"))
    assert actions.rebuild(refs, by=SYSTEM, at=AT) == 4
    assert list(Organisation.objects.order_by("pk").values()) == before
    assert list(FormerName.objects.values_list("organisation__uscc", "name", "until")) == former
    assert [one["status"] for one in before] == ["registered", "registered", "deregistered", "registered"]
    assert (before[3]["grade"], before[3]["marks"], before[3]["turns_on"]) == ("4A", "charity", date(2098, 7, 1))
    assert registered(2).former_names == [("合肥旧名中心", date(2019, 7, 1))]
    assert registered(3, on=date(2020, 4, 30)).folded.get("status") == "registered"


def test_what_differs_holds_from_the_day_of_the_file_and_a_rename_is_linked() -> None:
    bring(row(1), on=ON - timedelta(days=30))
    done = bring(row(1, 社会组织名称="合肥新名服务中心", 住所="别处 1 号"))
    assert figures(done) == (0, 1, 0, 0) and done.renamed == 1
    now, then = registered(1), registered(1, on=ON - timedelta(days=1))
    assert (now.name, then.name) == ("合肥新名服务中心", row(1)["社会组织名称"])
    assert now.former_names == [(row(1)["社会组织名称"], ON)]
    assert [told.item.key for told in now.steps[-1].told] == ["name", "address"]
    assert Organisation.objects.get(uscc=code(1)).former_names.count() == 1


def test_an_empty_cell_says_nothing_and_an_older_file_overwrites_nothing_newer() -> None:
    bring(row(1, 住所="新址"), on=ON)
    assert figures(bring(row(1, 住所="", 法定代表人=""))) == (0, 0, 1, 0)
    done = bring(row(1, 住所="旧址"), row(2), on=ON - timedelta(days=400))
    assert figures(done) == (1, 0, 1, 0) and registered(1).folded.get("address") == "新址"


def test_what_a_correction_or_a_newer_filing_said_is_compared_with_the_row() -> None:
    bring(row(1), row(2))
    [first] = queries.filings(code(1))
    found = Organisation.objects.get(uscc=code(1))
    actions.file(found.ref, kind="correction", corrects=first.filing.ref, cause="录入错误", basis="核对",
                 changes=[Change("address", "蜀山区正路 1 号")], effective_on=date(2015, 6, 1), by=SYSTEM, at=AT)
    actions.file(Organisation.objects.get(uscc=code(2)).ref, kind="change", basis="变更", by=SYSTEM, at=AT,
                 changes=[Change("legal_representative", "示例新")], effective_on=ON - timedelta(days=5))
    right = row(1, 住所="蜀山区正路 1 号"), row(2, 法定代表人="示例新")
    assert figures(bring(*right)) == (0, 0, 2, 0)
    assert figures(bring(row(1), right[1], row(3))) == (1, 1, 1, 0)
    assert registered(1).folded.get("address") == row(1)["住所"]


def test_codes_are_looked_up_by_their_index(approved: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a small table is read whole there, whatever its indexes")
    own = Organisation.objects.get(ref=approved.organisation)
    with CaptureQueriesContext(connection) as asked:
        bring(row(1), row(2))
        bring(row(1, 住所="别处 1 号"), row(2))
        queries.by_code(own.uscc)
        queries.as_of(own.uscc, on=ON, known_at=AT)
        actions.file(None, kind="establishment", basis="设立", effective_on=ON, by=SYSTEM, at=AT, changes=[
            Change(item, value) for item, value in {
                "name": "合肥安康协会", "uscc": code(3), "kind": "agency", "region": "340104000000", "address": "一号",
                "registrar": "示例民政局", "legal_representative": "示例"}.items()])
    table, searched = Organisation._meta.db_table, 0
    for one in asked.captured_queries:
        if table in one["sql"] and re.search(r'uscc"? (= \'\w|IN)', one["sql"].partition(" WHERE ")[2]):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + one["sql"])
                plan = " ".join(row[3] for row in cursor.fetchall())
            assert "organisation_once" in plan, (one["sql"], plan)
            searched += 1
    assert searched >= 4


def test_a_bad_row_refuses_the_whole_file_unless_the_good_ones_are_wanted() -> None:
    rows = (row(1), row(2, 登记状态="不详", 成立登记日期="昨天"), row(3))
    with pytest.raises(FileRefused) as why:
        bring(*rows, partial=False)
    assert {(one.row, one.column) for one in why.value.rows} == {(3, "status"), (3, "established_on")}
    assert not Organisation.objects.exists() and not Doubt.objects.exists()
    assert figures(bring(*rows)) == (2, 0, 0, 1)
    [doubt] = queries.doubts(by=OFFICER).items
    assert doubt.aside and doubt.row == 3 and {one.column for one in doubt.findings} == {"status", "established_on"}
    assert doubt.cells[1] == code(2)


def test_a_row_leaves_the_work_list_when_a_later_file_has_it_right() -> None:
    bring(row(1, 登记状态="不详"), row(2, 社会组织名称="合肥示例基金会"), row(3, 统一社会信用代码="1"))
    assert queries.open_doubts(OFFICER).count() == 3
    bring(row(1), row(2), row(3))
    assert queries.open_doubts(OFFICER).count() == 0
    assert set(Doubt.objects.values_list("settled_how", flat=True)) == {"合肥市社会组织名录"}


def test_a_row_is_taken_off_the_list_by_hand_with_a_word() -> None:
    bring(row(1, 登记状态="不详"))
    [doubt] = queries.doubts(by=OFFICER).items
    with pytest.raises(RuleBroken):
        actions.settle(doubt.ref, how=" ", by=OFFICER, at=AT)
    with pytest.raises(NotFound):
        actions.settle(doubt.ref, how="已核实", by=actor("region:340103000000", "organisations.approve"), at=AT)
    with pytest.raises(NotAllowed):
        actions.settle(doubt.ref, how="已核实", by=actor("region:340100000000", "organisations.see"), at=AT)
    actions.settle(doubt.ref, how="已核实", by=OFFICER, at=AT)
    with pytest.raises(Conflict):
        actions.settle(doubt.ref, how="已核实", by=OFFICER, at=AT)
    assert not queries.doubts(by=OFFICER).items


def test_a_repaired_code_comes_in_and_is_said() -> None:
    whole = code(412)
    done = bring(row(412, 统一社会信用代码=whole[:8] + whole[9:]))
    assert (done.new, done.repaired) == (1, 1) and Organisation.objects.get().uscc == whole


def test_who_is_known_from_a_list_or_has_joined_is_the_same_organisation(approved: Any) -> None:
    known = actions.known(name=row(7)["社会组织名称"], region="340104000000")
    [(listed, _, _)] = actions.take_in([known], by=SYSTEM, at=AT)
    own = Organisation.objects.get(ref=approved.organisation)
    joined = row(1, 社会组织名称=own.name, 统一社会信用代码=own.uscc, 住所="登记住所 1 号", 登记状态="正常")
    assert figures(bring(row(7), joined)) == (0, 2, 0, 0)
    found = Organisation.objects.get(ref=listed)
    assert (found.uscc, found.state) == (code(7), State.REGISTERED)
    own.refresh_from_db()
    assert (own.address, own.state) == ("登记住所 1 号", State.APPROVED)
    bring(joined | {"登记状态": "注销", "注销日期": ON.isoformat()})
    own.refresh_from_db()
    assert own.state == State.SUSPENDED


def test_who_waits_for_a_decision_is_put_aside(scene: Any) -> None:
    own = Organisation.objects.get(ref=scene.organisation)
    done = bring(row(1, 统一社会信用代码=own.uscc, 社会组织名称=own.name))
    assert figures(done) == (0, 0, 0, 1) and "waits for its decision" in str(done.refused[0].why)


def test_an_office_brings_in_its_own_region_only() -> None:
    district = actor("region:340103000000", "organisations.approve")
    done = bring(row(1), row(2, 统一社会信用代码=code(2, region="340103"), 区划代码="340103"), by=district)
    assert figures(done) == (1, 0, 0, 1) and "outside the region" in str(done.refused[0].why)
    bring(row(1))
    done = bring(row(1, 区划代码="340103"), by=district)
    assert figures(done) == (0, 0, 0, 1)
    for by in (ANONYMOUS, resident(UUID(int=9))):
        with pytest.raises(NotAllowed):
            bring(row(3), by=by)


def test_nobody_calls_missing_what_was_due_before_the_file_came() -> None:
    """A row holds from the establishment, years before the register knew of it."""
    bring(row())
    found = registered(1)
    assert str(found.folded.day("established_on")) == "2015-06-01"
    assert found.standing.good and [str(due.due_on) for due in found.standing.dues] == ["2027-05-31"]
    assert registered(1, on=date(2027, 6, 10)).standing.good  # it keeps none of its reports and cannot know
    actions.file(found.ref, kind="annual_report", effective_on=date(2027, 3, 1), basis="条例第二十三条", by=SYSTEM,
                 at=AT + timedelta(days=110), changes=[Change("annual_reports", {
                     "year": 2026, "filed_on": "2027-03-01", "conclusion": "filed"})])
    later = queries.as_of(found.ref, on=date(2028, 6, 10), known_at=AT + timedelta(days=600)).standing
    assert not later.good and [str(due.values["year"]) for due in later.dues if due.overdue] == ["2027"]


def test_a_day_to_come_is_none() -> None:
    with pytest.raises(RuleBroken, match="still to come"):
        bring(row(1), on=ON + timedelta(days=1))


def test_quality_is_kept_with_the_file() -> None:
    done = bring(row(1, 住所=""), row(2, 登记状态="不详"))
    assert done.quality[Property.ACCESSIBLE] == (1, 2) and done.quality[Property.COMPLETE] == (15, 16)
    [card] = queries.intakes(by=OFFICER)
    assert card.quality[Property.COMPLETE] == (15, 16) and card.counts["aside"] == 1 and card.on == ON
    with pytest.raises(NotAllowed):
        queries.intakes(by=resident(UUID(int=9)))


def test_a_sheet_of_an_office_comes_in_and_its_corrections_go_back(tmp_path: Path) -> None:
    good, bad = row(1, 成立登记日期="2015年6月1日"), row(2, 登记状态="不详")
    file = written(tmp_path, good, bad, encoding="gb18030")
    to = tmp_path / "corrections.csv"
    done = commands.import_register(file, on=ON, partial=True, corrections=to, by=SYSTEM, at=AT)
    assert figures(done) == (1, 0, 0, 1)
    head, only = csv.reader(io.StringIO(to.read_text(encoding="utf-8-sig")))
    assert head[:3] == ["行号", "原因", "可能是"] and only[0] == "3" and code(2) in only
    book = openpyxl.Workbook()
    book.active.append(list(row(1)))
    for one in (row(1), row(3)):
        book.active.append(list(one.values()))
    book.save(tmp_path / "a.xlsx")
    assert figures(commands.import_register(tmp_path / "a.xlsx", on=ON, by=SYSTEM, at=AT)) == (1, 0, 1, 0)
