"""The register whole: the stream of changes, the files of each day, and what differs between them."""
import csv
import gzip
import io
import json
from datetime import date, timedelta
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from linli.engines.journal import actions as journal
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.kernel.refusals import NotFound
from linli.registers.organisations import actions, jobs, queries
from linli.registers.organisations.models import Filing, Organisation, Streamed
from linli.registers.organisations.rules import adding, filing, publishing
from linli.registers.organisations.rules.filing import Change, FilingKind
from tests.actors import AT
from tests.registers.organisations.files import code, row, text

ON = AT.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _files_lie_apart(regions: ModuleType, tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path


def bring(*rows: dict[str, str], on: date = ON) -> None:
    lines = list(csv.reader(io.StringIO(text(*rows))))
    actions.import_register(lambda: lines, source="名录", on=on, by=SYSTEM, at=AT)


def follow() -> None:
    journal.sequence()
    journal.catch_up("organisations.stream")


def lines(file: queries.File) -> list[Any]:
    return [json.loads(line) for line in gzip.open(queries.file(file.name))]


def test_every_filing_is_told_once_in_order_and_can_be_resumed_from_anywhere() -> None:
    bring(row(1), row(2))
    follow()
    first = queries.changes()
    bring(row(1, 住所="别处"))
    follow()
    assert [one["uscc"] for one in first] == [code(1), code(2)]
    [last] = queries.changes(after=first[-1]["position"])
    assert last["changes"] == [["address", "别处"]] and last["kind"] == "import" and last["effective_on"] == str(ON)
    assert [one["position"] for one in queries.changes()] == [*(one["position"] for one in first), last["position"]]
    assert [json.loads(one) for one in b"".join(queries.stream(after=0)).splitlines()] == queries.changes()
    assert queries.changes(after=last["position"]) == []
    at = Filing.objects.get(ref=last["filing"]).filed_at
    assert last["filed_at"] == at.isoformat().replace("+00:00", "Z")


def test_made_again_from_the_journal_the_stream_has_the_same_places() -> None:
    bring(row(1), row(2))
    follow()
    before = queries.changes()
    journal.make_again("organisations.stream")
    assert queries.changes() == before


def test_what_is_kept_for_the_office_stands_in_no_stream_and_in_no_file() -> None:
    bring(row(1))
    [one] = Organisation.objects.all()
    person = str(new_ref())
    actions.file(one.ref, kind="change", changes=[Change("bank_account", "6222000000000000")], effective_on=ON,
                 basis="x", by=SYSTEM, at=AT)
    actions.file(one.ref, kind="officers", changes=[Change("officers", {
        "name": "示例甲", "post": "chair", "from_": "2024-01-01", "person": person})], effective_on=ON, basis="x",
        by=SYSTEM, at=AT)
    follow()
    told = b"".join(queries.stream(after=0)).decode() + json.dumps(lines(queries.keep_snapshot(ON, at=AT)))
    assert "6222" not in told and person not in told and "chair" in told


def test_a_correction_names_what_it_corrects() -> None:
    bring(row(1))
    [wrong] = Filing.objects.all()
    organisation = Organisation.objects.get()
    actions.file(organisation.ref, kind="correction", changes=[Change("address", "正确住所")], corrects=wrong.ref,
                 effective_on=wrong.effective_on, basis="x", cause="录入错误", by=SYSTEM, at=AT)
    follow()
    last = queries.changes()[-1]
    assert (last["corrects"], last["cause"]) == (str(wrong.ref), "录入错误")
    [said] = lines(queries.keep_snapshot(ON, at=AT))
    assert said["address"] == "正确住所"


def test_snapshot_and_differences_give_the_next_snapshot() -> None:
    bring(row(1), row(2), row(3))
    follow()
    first = queries.keep_snapshot(ON - DAY, at=AT)
    bring(row(2, 社会组织名称="合肥新名中心"), row(4), on=ON)
    follow()
    second = queries.keep_snapshot(ON, at=AT)
    [between] = [one for one in queries.files() if one.since]
    assert (between.since, between.day, between.count) == (ON - DAY, ON, 2)
    state = {one["ref"]: one for one in lines(first)}
    for change in lines(between):
        if change["change"] == "added":
            state[change["ref"]] = {"ref": change["ref"], **change["new"]}
        else:
            kept = {key: value for key, value in state[change["ref"]].items() if key not in change["old"]}
            state[change["ref"]] = kept | change["new"]
    assert state == {one["ref"]: one for one in lines(second)}
    assert second.position == queries.newest() and second.count == 4
    assert queries.keep_snapshot(ON, at=AT) == second  # once a day
    assert [one["former_names"] for one in state.values() if "former_names" in one] == [[row(2)["社会组织名称"]]]


def test_a_position_too_old_names_the_file_to_load() -> None:
    bring(row(1), row(2))
    follow()
    queries.keep_snapshot(ON, at=AT)
    actions.file(Organisation.objects.get(uscc=code(1)).ref, kind="change", changes=[Change("address", "别处")],
                 effective_on=ON, basis="x", by=SYSTEM, at=AT + 100 * DAY)
    follow()
    jobs.publish(AT + 95 * DAY)
    answer = Client().get("/api/v1/organisations/changes?after=0")
    assert answer.status_code == 410
    snapshot = answer.json()["snapshot"]
    assert snapshot["url"] in {f"/api/v1/bulk/organisations/{one.name}" for one in queries.files()}
    assert len(queries.changes(after=snapshot["position"])) <= 1
    kept = Streamed.objects.order_by("position").values_list("position", flat=True)
    assert [one["position"] for one in queries.changes(after=kept[0])] == list(kept)[1:]


def test_the_files_are_listed_and_given_to_everybody() -> None:
    bring(row(1))
    follow()
    made = queries.keep_snapshot(ON, at=AT)
    client = Client()
    [item] = client.get("/api/v1/bulk/organisations").json()["items"]
    assert (item["kind"], item["count"], item["sha256"]) == ("snapshot", 1, made.sha256)
    body = client.get(item["url"]).getvalue()
    assert len(body) == item["size"] and json.loads(gzip.decompress(body))["uscc"] == code(1)
    page = client.get("/organisations/data/").content.decode()
    assert item["url"] in page and f"changes?after={item['position']}" in page
    answer = client.get("/api/v1/organisations/changes?format=ndjson")
    assert len(answer.getvalue().splitlines()) == 1
    for name in ("organisations-2020-01-01.jsonl.gz", "x", "..%2Fdemo"):
        assert client.get(f"/api/v1/bulk/organisations/{name}").status_code == 404
    with pytest.raises(NotFound):
        queries.file("../demo")


def test_the_quick_sum_of_filings_is_the_fold() -> None:
    random = Random(5)
    for _ in range(200):
        past = []
        for order in range(random.randint(1, 6)):
            said = random.sample([
                Change("name", random.choice("甲乙丙")), Change("address", random.choice("一二三")),
                Change("phone", None),
                Change("grades", {"grade": "3A", "from_": "2020-01-01", "until": "2025-01-01"}),
                Change("penalties", {"number": random.choice("xy"), "result": str(order), "reason": None}),
                Change("bank_account", "1"),
            ], random.randint(1, 4))
            past.append(filing.Filing(order, UUID(int=order), FilingKind.IMPORT, date(2020, random.randint(1, 3), 1),
                                      AT, [one.packed() for one in said]))
        ended = filing.Filing(9, UUID(int=9), FilingKind.CONTACT, date(2020, 1, 1), AT,
                              [Change("website", "https://example.org/", date(2020, 1, 2)).packed()])
        assert adding.added_up([("2020-01-01", ended.packed)], on="2020-02-15") is None  # so all goes the longer way
        folded = filing.fold([ended, *past], on=date(2020, 2, 15), known_at=AT)
        assert filing.fold(past, on=date(2020, 2, 15), known_at=AT) == folded
        names = [name for name, _, until in filing.names(past, on=date(2020, 2, 15), known_at=AT)
                 if until and name != folded.text("name")]
        slow = publishing.of_folded("r", folded, dict.fromkeys(names)) if folded.single else None
        quick = publishing.added_up("r", [(one.effective_on.isoformat(), one.packed) for one in sorted(
            past, key=lambda one: (one.effective_on, one.order))], on="2020-02-15")
        assert quick == slow


def test_differences_are_found_in_whatever_order_lines_stand() -> None:
    def line(ref: int, value: str) -> bytes:
        return json.dumps({"ref": str(UUID(int=ref)), "name": value}, separators=(",", ":")).encode() + b"\n"

    old = [line(1, "a"), line(2, "b"), line(3, "c"), line(4, "d")]
    new = [line(9, "n"), line(2, "b"), line(1, "A"), line(4, "d")]
    found = {(one["change"], UUID(one["ref"]).int) for one in publishing.differences(old, new, read=json.loads)}
    assert found == {("added", 9), ("changed", 1), ("removed", 3)}


def test_a_month_of_days_and_the_first_of_each_month_are_kept() -> None:
    days = [date(2026, 8, 20) + n * DAY for n in range(95)]
    kept = publishing.kept_days(days, today=days[-1])
    assert len([day for day in kept if (days[-1] - day).days < 31]) == 31
    older = {day for day in kept if (days[-1] - day).days >= 31}
    assert older == {date(2026, 8, 20), date(2026, 9, 1), date(2026, 10, 1)}
