"""Two nodes, each with its own folder, server and worker, watch over one another's logs; then one cheats."""
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any, TypeVar
from urllib.request import urlopen

import pytest

from linli.watchers.openlog.rules import notes
from tools.postgres import free_port

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
PATIENCE = 180  # seconds
Found = TypeVar("Found")


@dataclass
class Office:
    """A node of its own, run as its operator runs it."""

    name: str
    data: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def origin(self) -> str:
        return f"{self.name}.example/log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/log"

    def _around(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
        return kept | {"LINLI_DATA": str(self.data), "LINLI_HOSTS": "127.0.0.1", "LINLI_LOG_ORIGIN": self.origin,
                       "LINLI_LOG_SECONDS": "1"}

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "linli", "serve", "--port", str(self.port)], cwd=ROOT,
                                        env=self._around(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers(self) -> None:
        self.until(lambda: self.get("days.json"), "the node answers")

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([sys.executable, "-m", "linli", *words], cwd=ROOT, env=self._around(), text=True,
                              capture_output=True, check=False)

    def log(self, *words: str) -> None:
        done = self.run("log", *words)
        assert done.returncode == 0, done.stderr

    def state(self) -> dict[str, Any]:
        done = self.run("log", "state", "--json")
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    def refused(self) -> bool:
        """Whether a witness has refused what this node shows: read beside its worker, for a command takes seconds."""
        with closing(sqlite3.connect(self.data / "linli.sqlite3")) as held:
            return any(failure.startswith("422") for failure, in held.execute("SELECT failure FROM openlog_witness"))

    def get(self, path: str) -> str:
        try:
            with urlopen(f"{self.url}/{path}", timeout=10) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    def size(self) -> int:
        text = self.get("checkpoint")
        return notes.read_checkpoint(notes.read(text).text).size if text else 0

    def until(self, look: Callable[[], Found], what: str) -> Found:
        """What `look` gives once it gives something."""
        end, pause = time.monotonic() + PATIENCE, Event()
        while not (found := look()):
            assert time.monotonic() < end, f"{self.name}: {what}: not within {PATIENCE} s"
            pause.wait(0.5)
        return found


def both(*doing: Callable[[], Found]) -> list[Found]:
    """What each of these gives; they do not depend on one another, and each waits for a process of its own."""
    with ThreadPoolExecutor(len(doing)) as hands:
        return [one.result() for one in [hands.submit(do) for do in doing]]


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    pair = Office("north", tmp_path / "north"), Office("south", tmp_path / "south")
    try:
        for one in pair:
            one.start()
        for one in pair:
            one.answers()
        yield pair
    finally:
        both(*(one.stop for one in pair))


def cosigned(office: Office, *keys: str) -> bool:
    """Whether all of these have signed the newest checkpoint that it shows."""
    try:
        return len(notes.checked(notes.read(office.get("checkpoint")), [*map(notes.read_key, keys)])) == len(keys)
    except notes.NoteBroken:
        return False


def test_two_nodes_witness_one_another_and_one_that_cheats_is_caught(offices: tuple[Office, Office],
                                                                    tmp_path: Path) -> None:
    north, south = offices
    states = both(north.state, south.state)
    watching = {one.name: told["as_witness"] for one, told in zip(offices, states, strict=True)}
    both(*(partial(one.log, "add-witness", watching[other.name], f"{other.url}/witness")
           for one, other in ((north, south), (south, north))))
    keys = {one.name: one.until(lambda one=one: one.get("key"), "it has a key").split()[0]  # type: ignore[misc]
            for one in offices}
    both(*(partial(one.log, "trust", other.origin, keys[other.name])
           for one, other in ((north, south), (south, north))))
    for one, other in ((north, south), (south, north)):
        one.until(lambda one=one, other=other: cosigned(one, keys[one.name], watching[other.name]),  # type: ignore[misc]
                  f"{other.name} has cosigned")

    memory = tmp_path / "memory.json"
    look = ("check", "log", north.url, "--key", keys["north"], "--witness", watching["south"], "--language", "en")
    seen = south.run(*look, "--state", str(memory))
    assert seen.returncode == 0 and "Cosigned by south.example/log/witness" in seen.stdout, seen.stdout + seen.stderr

    # north goes on, and south with it; an operator keeps the database of before
    before = north.size()
    with closing(sqlite3.connect(north.data / "linli.sqlite3")) as held, closing(
            sqlite3.connect(tmp_path / "before.sqlite3")) as kept:
        held.backup(kept)
    north.log("rotate")
    north.until(lambda: north.size() > before and cosigned(north, keys["north"], watching["south"]),
                "south has cosigned what was added")
    after = north.size()
    assert north.get("key").count(north.origin) == 2
    seen = south.run(*look, "--state", str(memory))
    assert seen.returncode == 0, seen.stdout + seen.stderr

    # and begins another history from there, its traces wiped away
    north.stop()
    for left in north.data.glob("linli.sqlite3*"):
        left.unlink()
    shutil.rmtree(north.data / "log")
    (tmp_path / "before.sqlite3").rename(north.data / "linli.sqlite3")
    north.start()
    north.answers()
    rolled_back = south.run(*look, "--state", str(memory))
    assert rolled_back.returncode == 1 and "The log was rolled back" in rolled_back.stdout, rolled_back.stdout
    north.log("distrust", south.origin)
    north.until(lambda: north.size() >= after, "it has another entry in the other's place")
    forked = south.run(*look, "--state", str(memory))
    assert forked.returncode == 1 and "The log was forked" in forked.stdout, forked.stdout
    north.until(north.refused, "south refuses")
    assert north.state()["witnesses"][0]["failure"].startswith("422")
    assert not cosigned(north, keys["north"], watching["south"])
    shown = south.get(f"witness/{sha256(north.origin.encode()).hexdigest()}/checkpoint")
    assert notes.read_checkpoint(notes.read(shown).text).size == after  # what south saw, anybody can ask for
