"""The log as programs fetch it."""
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.watchers.openlog import actions, jobs, queries
from linli.watchers.openlog.rules import monitor, notes, receipts, tiles
from tests.watchers.openlog.conftest import Publish, rated


def fetched(client: Client) -> monitor.Fetch:
    def fetch(path: str) -> bytes:
        answer = client.get(f"/log/{path}")
        if answer.status_code == 404:
            raise monitor.Missing(path)
        assert answer.status_code == 200
        return bytes(answer.content)

    return fetch


def watched(client: Client, before: monitor.Remembered | None = None) -> monitor.Watched:
    return monitor.watch(fetched(client), remembered=before, at=timezone.now())


def test_a_monitor_finds_nothing_wrong_with_our_own_log(publish: Publish, client: Client) -> None:
    publish(300)
    rated()
    journal.run()
    first = watched(client)
    assert first.faults == () and first.size == 301 and first.remembered
    actions.rotate(by=SYSTEM, at=timezone.now())
    publish(20)
    again = watched(client, first.remembered)
    assert again.faults == () and again.fresh == 21 and again.remembered and len(again.remembered.keys) == 2


def test_files_hold_the_same_as_the_database_and_the_checkpoint_comes_last(
    publish: Publish, client: Client, settings: Any,
) -> None:
    publish(300)
    jobs.write_files(timezone.now())
    assert jobs.write_files(timezone.now()) == 0
    publish(300)
    jobs.write_files(timezone.now())
    head, folder = queries.head(), Path(settings.LOG_FOLDER)
    assert head and (folder / "checkpoint").read_text() == head.note
    for tile in (*tiles.tiles(600), *tiles.bundles(600)):
        assert (folder / tile.path()).read_bytes() == queries.tile(tile)
    assert not (folder / "tile" / "0" / "001.p").exists()  # full now
    assert watched(client).faults == ()
    assert not list(folder.rglob(".*"))
    (folder / "tile" / "0" / "000").write_bytes(b"x" * 8192)  # what stands there is served: a monitor sees it
    assert any(fault.code == "rewritten" for fault in watched(client).faults)


def test_files_of_another_history_are_left_alone(publish: Publish, settings: Any, caplog: Any) -> None:
    publish(3)
    jobs.write_files(timezone.now())
    file = Path(settings.LOG_FOLDER, "checkpoint")
    for told in (notes.Checkpoint("localhost/log", 9, b"r" * 32), notes.Checkpoint("localhost/log", 2, b"r" * 32)):
        other = notes.Note(told.text(), notes.read(file.read_text()).signatures).whole()
        file.write_text(other)
        assert jobs.write_files(timezone.now()) == 0 and file.read_text() == other
    assert "another history" in caplog.text
    file.write_text("nonsense")
    assert jobs.write_files(timezone.now()) == 0 and "none" in caplog.text


@pytest.mark.parametrize(("path", "kind", "cache"), [
    ("checkpoint", "text/plain; charset=utf-8", "no-cache"),
    ("tile/0/000.p/3", "application/octet-stream", "immutable"),
    ("tile/entries/000.p/3", "application/octet-stream", "immutable"), ("payload/0", "application/json", "max-age"),
    ("key", "text/plain; charset=utf-8", "no-cache"), ("days.json", "application/json", "no-cache"),
    ("receipt/0", "text/plain; charset=utf-8", "no-cache"),
])
def test_each_has_its_type_and_may_be_kept_as_long_as_it_stays_true(
    publish: Publish, client: Client, path: str, kind: str, cache: str,
) -> None:
    publish(3)
    answer = client.get(f"/log/{path}")
    assert answer.status_code == 200 and answer["Content-Type"] == kind and cache in answer["Cache-Control"]
    assert answer["Access-Control-Allow-Origin"] == "*" and "Set-Cookie" not in answer
    assert "Cookie" not in answer.get("Vary", "")  # the same for everyone
    assert client.head(f"/log/{path}").status_code == 200 and client.post(f"/log/{path}").status_code == 405


@pytest.mark.parametrize("path", [
    "tile/0/000", "tile/0/000.p/4", "tile/0/001", "tile/1/000.p/1", "tile/0/0", "tile/entries/000.p/4", "tile/x",
    "tile/entries/..%2f..%2fcheckpoint", "payload/3", "receipt/3", f"receipt/{new_ref()}", "witness/00/checkpoint",
])
def test_what_is_not_there_is_absent(publish: Publish, client: Client, path: str) -> None:
    publish(3)
    assert client.get(f"/log/{path}").status_code == 404


def test_before_anything_is_public_there_is_nothing(client: Client, db: None) -> None:
    assert [client.get(f"/log/{path}").status_code for path in ("checkpoint", "key")] == [404, 404]
    assert client.get("/log/days.json").json() == {"size": 0, "days": []}


def test_a_receipt_is_found_by_what_it_is_about(publish: Publish, client: Client) -> None:
    order = rated()
    publish(2)
    answer = client.get(f"/log/receipt/{order}")
    receipt = receipts.read(answer.content.decode())
    assert receipts.proves(receipt, json.loads(receipt.extra or b"")["entry"].encode())
    assert ".tlog-proof" in answer["Content-Disposition"] and str(order) not in answer.content.decode()
    assert client.get(f"/log/receipt/{order}?index=0").content == answer.content
    assert client.get(f"/log/receipt/{order}?number=1").content == answer.content
    for wrong in ("index=1", "number=2", "index=x", "index=-1", "number=" + "9" * 30):
        assert client.get(f"/log/receipt/{order}?{wrong}").status_code == 404


def test_the_api_lists_entries_by_pages(publish: Publish, client: Client) -> None:
    publish(5)
    first = client.get("/api/v1/log/entries?limit=3").json()
    assert [one["index"] for one in first["items"]] == [4, 3, 2] and first["next"] == "2"
    rest = client.get("/api/v1/log/entries?limit=3&after=2").json()
    assert [one["index"] for one in rest["items"]] == [1, 0] and rest["next"] is None
    assert rest["items"][0]["payload"]["fact"] == "directory.ServiceListed"
    assert client.get("/api/v1/log/entries?series=orders").json()["items"] == []
    assert len(client.get(f"/api/v1/log/entries?day={rest['items'][0]['day']}").json()["items"]) == 5


def test_the_api_opens_nothing_to_strangers(publish: Publish, client: Client) -> None:
    order = rated()
    journal.run()
    assert len(client.get(f"/api/v1/log/about/{order}").json()["items"]) == 1
    answer = client.get(f"/api/v1/log/openings/{order}")
    assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"
    assert urlsplit(answer.json()["type"]).path == "blank"
