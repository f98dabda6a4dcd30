import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def _archive(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests keep lies in a folder of this session."""
    from django.conf import settings

    settings.ARCHIVE = tmp_path_factory.mktemp("archive")


STREETS = ("340104003", "340103006")  # 琥珀街道 in 蜀山区, 逍遥津街道 in 庐阳区


@pytest.fixture
def regions(db: None) -> ModuleType:
    """Anhui, Hefei, its districts, and two streets with their communities; gives the queries of places."""
    from linli.kernel.actor import SYSTEM
    from linli.registers.places import actions, queries
    from tests.actors import AT

    rows = [row for row in queries.packaged() if row.code.endswith("000000") or row.code.startswith(STREETS)]
    actions.import_regions(rows, by=SYSTEM, at=AT)
    return queries


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The small demo, built anew and served by its own processes; every test makes what it changes."""
    from bench.node import demo
    from tests.node import Node

    data = tmp_path_factory.mktemp("demo") / "city"
    with demo(str(data)) as (port, told, seconds):
        with closing(sqlite3.connect(data / "linli.sqlite3")) as city, closing(
                sqlite3.connect(data.parent / "built.sqlite3")) as built:
            city.backup(built)
        yield Node(port, told, seconds, data)


@pytest.fixture(scope="session")
def walked(node: Any) -> list[dict[str, Any]]:
    """What each of the demo's people, and who is nobody yet, finds by the links of the pages; with its statements."""
    around = dict(os.environ, LINLI_TESTING="", LINLI_HOSTS="localhost,testserver",
                  LINLI_DATABASE_URL=f"sqlite:///{node.data / 'linli.sqlite3'}")
    done = subprocess.run([sys.executable, "-m", "tests.walk", str(node.data)], cwd=Path(__file__).parents[1],
                          env=around, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
