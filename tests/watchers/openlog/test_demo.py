"""The log of the demo city, as a stranger reads it from the running node."""
import json
import sqlite3
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone

from linli.kernel import calls
from linli.watchers.openlog.rules import leaves, monitor, receipts
from tests.journeys.browser import Program
from tests.journeys.waiting import until
from tests.node import Node

pytestmark = pytest.mark.slow
SECRET = {  # what leads to somebody: their own refs, and those of what is theirs
    "people_person": "ref", "accounts_account": "ref", "practitioners_practitioner": "ref", "needs_need": "ref",
    "orders_order": "ref", "people_representation": "ref",
}


def fetch(node: Node) -> monitor.Fetch:
    def fetched(path: str) -> bytes:
        answer = calls.get(f"{node.url}/log/{path}")
        if answer.status == 404:
            raise monitor.Missing(path)
        assert answer.status == 200, (path, answer.status)
        return answer.body

    return fetched


def test_a_stranger_finds_nothing_wrong_with_it(node: Node) -> None:
    found = monitor.watch(fetch(node), at=timezone.now())
    assert found.faults == () and found.size > 800 and found.origin == "localhost/log"
    assert found.remembered
    assert set(found.remembered.numbers) >= {"orders", "directory", "organisations", "places"}
    files = Path(node.data, "log")
    until(lambda: (files / "checkpoint").exists(), "the log's files")
    assert (files / "tile" / "0" / "000").stat().st_size == 8192


def test_nothing_in_it_leads_to_anybody(node: Node) -> None:
    """Neither the ref of a person, nor of an order, a need, an account: not one of all that the city has."""
    database = sqlite3.connect(f"file:{node.data / 'linli.sqlite3'}?mode=ro", uri=True)
    published = "".join(f"{entry} {payload}\n" for entry, payload in database.execute(
        "SELECT entry, payload FROM openlog_leaf")).replace("-", "")
    refs = [ref for table, column in SECRET.items() for (ref,) in database.execute(f"SELECT {column} FROM {table}")]
    abouts = {about for (about,) in database.execute("SELECT about FROM openlog_leaf WHERE series = 'orders'")}
    assert len(refs) > 1000 and abouts and abouts <= set(refs)
    assert len(published) > 100_000
    assert not [ref for ref in refs if ref in published]


def test_whose_visit_it_was_is_told_to_its_resident_and_its_provider_alone(node: Node) -> None:
    found = None
    for item in Program(node, "").get("/log/entries?series=orders&limit=200").body["items"]:
        if item["payload"]["fields"]["provider"] == node.persona("provider")["organisation"]:
            found = item
            break
    assert found, "the demo's provider has a confirmed visit"
    database = sqlite3.connect(f"file:{node.data / 'linli.sqlite3'}?mode=ro", uri=True)
    ((order,),) = database.execute('SELECT about FROM openlog_leaf WHERE "index" = ?', [found["index"]])
    order = UUID(order)
    path = f"/log/openings/{order}?index={found['index']}"
    told = Program(node, "provider").get(path)
    assert told.status == 200
    opened = leaves.read_openings(json.dumps(told.body["items"]))
    assert {one.field for one in opened} == {"about", "order", "person", "region"}
    assert all(leaves.opens(one, found["payload"]) for one in opened)
    for who in ("", "officer_city", "system_admin", "hotline_agent"):
        assert Program(node, who).get(path).status == 404, who
    text = calls.get(f"{node.url}/log/receipt/{order}?index={found['index']}").body.decode()
    assert receipts.proves(receipts.read(text), found["entry"].encode())
