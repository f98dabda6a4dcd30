"""`./linli demo` as programs rely on it: ready in time, told in a file, ended cleanly, kept for the next start."""
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from linli.demo.personas import PERSONAS
from tests.journeys.browser import Program
from tests.node import Node
from tools.postgres import free_port

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
BUILT, REUSED = 40.0, 10.0
"""Seconds until it answers: with its city to be built, and with a kept one. Twice what is aimed at, as this machine may
be busy with other tests; `./linli bench pages` holds it to the aims."""


def test_it_is_ready_in_time_and_tells_whom_one_can_be(node: Node) -> None:
    assert node.seconds <= BUILT, node.seconds
    assert node.told["url"] == node.url and node.told["api"] == f"{node.url}/api/v1/" and node.told["size"] == "small"
    people = {one["key"]: one for one in node.told["personas"]}
    assert set(people) == {key for key, _, _ in PERSONAS} >= {
        "resident", "family", "carer", "provider", "officer_city", "officer_township", "hotline_agent", "auditor",
        "system_admin", "security_admin"}
    for key, one in people.items():
        assert one["name"] and one["role"] and one["ref"] and Program(node, key).get("/me").status == 200, key


def test_a_kept_city_is_served_soon_and_ctrl_c_ends_it_cleanly(node: Node, tmp_path: Path) -> None:
    """As SIGTERM does: `bench.node` sees to that each time."""
    data, ready, port = tmp_path / "city", tmp_path / "ready.json", free_port()
    data.mkdir()
    for told in node.data.glob("*.json"):
        shutil.copy(told, data)
    with closing(sqlite3.connect(node.data / "linli.sqlite3")) as from_, \
            closing(sqlite3.connect(data / "linli.sqlite3")) as to:
        from_.backup(to)
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "linli", "demo", "--data", str(data), "--port", str(port), "--ready", str(ready)],
        cwd=ROOT, env=dict(os.environ, LINLI_TESTING=""), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        while not ready.exists():
            assert process.poll() is None and time.monotonic() - begin < 60, "it does not come up"
            time.sleep(0.02)
        took = time.monotonic() - begin
        assert {one["ref"] for one in json.loads(ready.read_text())["personas"]} == {
            one["ref"] for one in node.told["personas"]}, "another city"
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=20)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    assert process.returncode == 0 and "Traceback" not in said, said
    assert not out and f"http://127.0.0.1:{port}" in said and "demo data" in said
    assert all(one["name"] in said for one in node.told["personas"])
    assert took <= REUSED, took
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))  # nobody listens there any more
