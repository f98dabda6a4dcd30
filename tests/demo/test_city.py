"""What the small city holds, counted in its own database."""
import sqlite3

import pytest

from linli.work.orders.states import State
from tests.node import Node

pytestmark = pytest.mark.slow
FLOORS = {
    "organisations_organisation": 60, "directory_service": 300, "practitioners_practitioner": 200,
    "people_person": 500, "orders_order": 300,
}


def test_the_small_city_is_as_large_as_it_is_said_to_be(node: Node) -> None:
    with sqlite3.connect(f"file:{node.data / 'linli.sqlite3'}?mode=ro", uri=True) as database:
        counts = {table: database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in FLOORS}
        states = {state for (state,) in database.execute("SELECT DISTINCT state FROM orders_order")}
    assert {table for table, least in FLOORS.items() if counts[table] < least} == set(), counts
    assert states == set(State), set(State) - states
