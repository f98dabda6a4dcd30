"""The register as people and programs read it: today, on another day, and by every question."""
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.actor import SYSTEM
from linli.registers.organisations import actions, queries
from linli.registers.organisations.actions import Change
from tests.actors import AT
from tests.registers.organisations.conftest import Scene
from tests.registers.organisations.test_file import DAY, SOCIETY, change, establish
from tests.registers.visiting import text, visit

API = "/api/v1/organisations"


@pytest.fixture
def society(scene: Scene) -> UUID:
    """Established in 2025, renamed, with a council, a missing report, a penalty, and an entry corrected."""
    ref = establish()
    change(ref, kind="officers", officers={"name": "张明", "post": "chair", "from_": "2025-03-03",
                                           "until": "2030-03-03", "person": str(ref)})
    change(ref, kind="penalty", penalties={
        "number": "蜀民罚〔2026〕3 号", "reason": "未按规定办理变更登记", "basis": "条例第三十条", "result": "警告",
        "decided_on": "2026-05-08", "authority": "蜀山区民政局"})
    wrong = change(ref, name="合肥邻里互帮协会", on=DAY - timedelta(days=200))
    actions.file(ref, kind="correction", changes=[Change("name", "合肥邻里互助总会")], corrects=wrong,
                 effective_on=DAY - timedelta(days=200), basis="更正决定", cause="录入时误写", by=SYSTEM, at=AT)
    change(ref, kind="contact", bank_account="3400 0000 0000 0001")
    return ref


def body(answer: Any) -> Any:
    return json.loads(answer.content)


def test_the_public_page_has_every_block_and_says_why_the_standing_is_as_it_is(society: UUID) -> None:
    with CaptureQueriesContext(connection) as made:
        page = text(visit(f"/organisations/{society}/"))
    assert len(made) <= 8
    for shown in ("合肥邻里互助总会", "Former names", "合肥邻里互助协会", "张明", "3 Mar 2025", "¥30,000.00",
                  "合肥市民政局", "蜀民罚〔2026〕3 号", "录入时误写", "not in good standing",
                  "overdue since 31 May 2026",
                  "/rules/annual.society_to_registrar/", "Elect the council anew", "2 Mar 2030"):
        assert shown in page, shown
    nothing = page[page.index("Nothing is registered under:"):]
    for empty in ("Assessment", "Commendations", "Projects supported by central finance", "Abnormal-activity list",
                  "Serious-violation list", "Annual work reports", "Deregistration", "Annual inspection"):
        assert empty in nothing, empty
    assert "3400 0000" not in page and "互帮" in page  # kept for the office; corrected


def test_the_page_reads_as_of_a_day_and_as_known_on_another(society: UUID) -> None:
    change(society, days=9, address="蜀山区长江西路 9 号", on=DAY - timedelta(days=100))
    later: dict[str, Any] = {"at": AT + timedelta(days=10)}
    old = text(visit(f"/organisations/{society}/?on=2026-03-01", **later))
    assert "You read the register as of Sun 1 Mar 2026" in old and "<h1>合肥邻里互助总会" in old
    assert "琥珀路 1 号" in old and 'name="on" value="2026-03-01"' in old
    known = f"/organisations/{society}/?on={DAY - timedelta(days=50)}&known={DAY}"
    assert "琥珀路 1 号" in text(visit(known, **later)) and "as it was known on" in text(visit(known, **later))
    assert "长江西路 9 号" in text(visit(known.split("&")[0], **later))
    before = text(visit(f"/organisations/{society}/?on=2025-03-02", **later))
    assert "Not in the register yet" in before
    wrong = visit(f"/organisations/{society}/?on=2999-01-01", **later)
    assert wrong.status_code == 422 and "days to come" in text(wrong)
    assert visit(f"/organisations/{society}/?on=x", **later).status_code == 422


def test_the_history_shows_each_filing_before_and_after(society: UUID) -> None:
    page = text(visit(f"/organisations/{society}/filings/"))
    for shown in ("Correction", "录入时误写", "更正决定", "corrected later", "Establishment", "合肥邻里互帮协会"):
        assert shown in page, shown
    first = page.split("<h2>Establishment")[1].split("</section>")[0]
    assert "What was entered" in first and "Before" not in first and "—" not in first and "Before" in page
    assert "3400 0000" not in page and str(society) not in page.replace(f"/organisations/{society}/", "")


def test_the_extract_carries_what_the_page_says(society: UUID) -> None:
    sheet = text(visit(f"/organisations/{society}/extract/?on=2025-04-01"))
    assert "合肥邻里互助协会" in sheet and "as of" in sheet and "蜀民罚" not in sheet


@pytest.mark.parametrize(("asked", "found"), [
    ("q=互助总会", True), ("q=linlihuzhu", True), ("q=hfllhz", True), ("q=互助协会", True), ("q=5134", True),
    ("q=安康", False), ("name=总会", True), ("name=互助协会", False), ("former=互助协会", True), ("former=总会", False),
    ("code=51340100", True), ("code=52", False), ("kind=society", True), ("kind=agency", False),
    ("region=340104000000", True), ("region=340103000000", False), ("registrar=民政局", True), ("registrar=省", False),
    ("legal_representative=张明", True), ("legal_representative=李", False), ("address=琥珀路", True),
    ("status=registered", True), ("status=revoked", False), ("mark=charity", False), ("grade=5A", False),
    ("established_from=2025-03-03&established_until=2025-03-03", True), ("established_from=2025-03-04", False),
    ("established_until=2025-03-02", False), ("supervising_unit=x", False), ("number=1", False),
])
def test_the_register_answers_every_question(society: UUID, asked: str, found: bool) -> None:
    assert ("合肥邻里互助总会" in text(visit(f"/organisations/?{asked}"))) is found
    assert bool(body(visit(f"{API}?{asked}"))["items"]) is found


def test_funds_are_asked_in_yuan_on_the_page_and_in_fen_by_programs(society: UUID) -> None:
    assert "互助总会" in text(visit("/organisations/?funds_from=30000&funds_until=30000"))
    assert "互助总会" not in text(visit("/organisations/?funds_from=30000.01"))
    assert body(visit(f"{API}?funds_from=3000000"))["items"] and not body(visit(f"{API}?funds_until=2999999"))["items"]
    wrong = visit("/organisations/?established_from=gestern")
    assert wrong.status_code == 422 and "gestern" in text(wrong)


def test_programs_read_the_register_as_of_a_day_and_every_filing(society: UUID) -> None:
    now = body(visit(f"{API}/{SOCIETY['uscc']}"))
    assert now["items"]["registrar"] == "合肥市民政局" and not now["good_standing"] and now["filings"] == 6
    assert now["dues"][0] == {"text": "Annual report of 2025", "due_on": "2026-05-31", "overdue": True,
                              "rule": "annual.society_to_registrar"}
    assert "bank_account" not in now["items"] and "person" not in now["items"]["officers"][0]
    then = body(visit(f"{API}/{society}?as_of=2025-04-01"))
    assert then["items"]["name"] == "合肥邻里互助协会" and then["exists"] and "penalties" not in then["items"]
    unknown = body(visit(f"{API}/{society}?known_at=2020-01-01T00:00:00Z"))
    assert not unknown["exists"] and unknown["filings"] == 0
    assert visit(f"{API}/{society}?as_of=2999-01-01").status_code == 422
    first = body(visit(f"{API}/{society}/filings?limit=2"))
    assert [one["kind"] for one in first["items"]] == ["establishment", "change"]  # in the order in which they hold
    rest = body(visit(f"{API}/{society}/filings?after={first['next']}"))
    assert rest["items"][0]["corrects"] == first["items"][1]["ref"] and rest["items"][0]["changes"] == [{
        "item": "name", "key": "", "old": "合肥邻里互帮协会", "new": "合肥邻里互助总会", "until": None,
        "withdrawn": False}]
    assert first["items"][1]["changes"][0]["withdrawn"] and "0000 0001" not in json.dumps(rest)


def test_programs_of_the_office_file_once(society: UUID, scene: Scene) -> None:
    said = {"kind": "commendation", "effective_on": str(DAY), "basis": "表彰决定", "changes": [
        {"item": "commendations", "value": {"title": "先进社会组织", "given_on": "2026-10-01"}}]}
    sent = [visit(f"{API}/{society}/file", said, by=scene.officer, method="POST", key="k") for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 200] and body(sent[0]) == body(sent[1])
    assert "先进社会组织" in text(visit(f"/organisations/{society}/"))
    wrong = said | {"changes": [{"item": "name", "value": "甲"}]}
    told = visit(f"{API}/{society}/file", wrong, by=scene.officer, method="POST", key="k2")
    assert told.status_code == 422 and "does not change" in told.content.decode()
    assert visit(f"{API}/{society}/file", said, by=scene.stranger, method="POST", key="k3").status_code == 403


def test_who_is_in_the_register_may_be_claimed(society: UUID, scene: Scene) -> None:
    page = text(visit(f"/organisations/{society}/", by=scene.stranger))
    assert "I run this organisation" in page
    ref = actions.claim(society, kind="society", uscc=SOCIETY["uscc"], phone="0551-62345678", statement="我是秘书长",
                        by=scene.stranger, at=AT)
    actions.grant_claim(ref, by=scene.officer, at=AT)
    assert queries.organisation(society).active and len(queries.filings(society)) == 6


@pytest.mark.parametrize(("on", "owed"), [
    (date(2025, 6, 30), [("2025", "2026-05-31"), ("2026", "2027-05-31")]),
    (date(2025, 7, 1), [("2026", "2027-05-31")]),  # not six months old at the end of 2025
    (date(2026, 8, 1), []),
])
def test_reports_are_owed_for_years_in_which_it_was_old_enough(scene: Scene, on: date, owed: list[Any]) -> None:
    ref = establish(on=on)
    found = queries.as_of(ref, on=DAY, known_at=AT)
    assert [(str(due.values["year"]), str(due.due_on)) for due in found.standing.dues] == owed


def test_what_was_due_before_it_was_taken_over_nobody_calls_missing(scene: Scene) -> None:
    ref = actions.file(None, kind="import", effective_on=date(2026, 6, 10), basis="转入", by=SYSTEM, at=AT, changes=[
        Change(item, value) for item, value in (SOCIETY | {
            "status": "registered", "established_on": "2015-03-02"}).items()]).organisation
    found = queries.as_of(ref, on=DAY, known_at=AT)
    assert found.standing.good and [str(due.due_on) for due in found.standing.dues] == ["2027-05-31"]
