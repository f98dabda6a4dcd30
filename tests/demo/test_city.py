"""What the small city holds, counted in its own database."""
import sqlite3
from contextlib import closing
from datetime import datetime, time, timedelta
from http.client import HTTPConnection
from typing import Any

import pytest

from linli.kernel.geometry import Point
from linli.registers.directory.rules import hours as opening
from linli.registers.places import queries as places
from linli.work.orders.states import State
from tests.node import Node

pytestmark = pytest.mark.slow
FLOORS = {
    "organisations_organisation": 60, "directory_service": 300, "practitioners_practitioner": 200,
    "people_person": 500, "orders_order": 300,
}


def test_the_small_city_is_as_large_as_it_is_said_to_be(node: Node) -> None:
    with sqlite3.connect(f"file:{node.built}?mode=ro", uri=True) as database:
        counts = {table: database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in FLOORS}
        states = {state for (state,) in database.execute("SELECT DISTINCT state FROM orders_order")}
    assert {table for table, least in FLOORS.items() if counts[table] < least} == set(), counts
    assert states == set(State), set(State) - states


def rows(node: Node, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{node.built}?mode=ro", uri=True)) as database:
        return database.execute(question).fetchall()


def test_its_orders_are_of_the_last_six_weeks(node: Node) -> None:
    begins = [datetime.fromisoformat(begin) for begin, in rows(node, "SELECT begin FROM orders_order")]
    now = datetime.now()
    assert sum(now - timedelta(days=43) < begin < now for begin in begins) >= 300 - 60, "most of them are past visits"
    assert now - timedelta(days=43) < min(begins) < now - timedelta(days=35) and max(begins) > now
    weeks = {(now - begin).days // 7 for begin in begins if begin < now}
    assert set(range(6)) <= weeks, "one of the six weeks is empty"


def test_its_points_are_invented_inside_the_right_district(node: Node) -> None:
    shapes = {card.code[:6]: card.boundary for card in places.boundaries()}
    placed = rows(node, "SELECT code, lon, lat FROM places_region WHERE lon IS NOT NULL")
    sites = rows(node, "SELECT region_code, lon, lat FROM organisations_site WHERE lon IS NOT NULL")
    assert len(placed) >= 100 and len(sites) >= 60
    for code, lon, lat in (*placed, *sites):
        assert shapes[code[:6]].contains(Point(lon, lat)), (code, lon, lat)


def test_what_lets_the_nearest_be_passed_by_sums_up_the_hours(node: Node) -> None:
    hours: dict[int, list[opening.Hours]] = {}
    for service, weekday, opens, closes in rows(node, "SELECT service_id, weekday, opens, closes"
                                                      " FROM directory_openinghours"):
        hours.setdefault(service, []).append(
            opening.Hours(weekday, time.fromisoformat(opens), time.fromisoformat(closes)))
    last = dict(rows(node, 'SELECT service_id, MAX("on") FROM directory_openingexception GROUP BY service_id'))
    kept = rows(node, "SELECT id, open_hours, special_until FROM directory_service")
    assert sum(bits > 0 for _, bits, _ in kept) > 200
    for service, bits, until in kept:
        assert (bits, until) == (opening.clock_hours(hours.get(service, [])), last.get(service)), service


def test_whatever_is_invented_says_so(node: Node, walked: list[dict[str, Any]]) -> None:
    """Pages in words, programs by a header, and what stands in the registers by its own mark."""
    silent = {one["address"].partition("?")[0] for one in walked if one["whole"] and not one["marked"]}
    assert silent == {"/verify/"}, "it checks what its reader brings along, and shows nothing of ours"
    for table in ("organisations_organisation", "directory_service", "people_person", "practitioners_practitioner"):
        columns = {name for _, name, *_ in rows(node, f"PRAGMA table_info({table})")}
        if "is_demo" in columns:
            assert rows(node, f"SELECT COUNT(*) FROM {table} WHERE NOT is_demo") == [(0,)], table
    anybody = HTTPConnection("127.0.0.1", node.port, timeout=30)
    for path in ("/api/v1/services", "/api/v1/nothing", "/hsds/services", "/log/checkpoint", "/"):
        anybody.request("GET", path, headers={"Host": "localhost"})
        answer = anybody.getresponse()
        answer.read()
        assert answer.headers["Linli-Demo"] == "invented data on real divisions", path
    anybody.close()
