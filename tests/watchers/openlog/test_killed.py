"""A process that is killed in the middle of appending leaves a log that goes on and matches."""
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytestmark = pytest.mark.slow
APPEND = """
import sys, django
django.setup()
from datetime import UTC, datetime, timedelta
from uuid import UUID
from linli.engines.journal.registry import EntryCard
from linli.kernel.actor import SYSTEM
from linli.watchers.openlog import actions, queries
AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
until = int(sys.argv[1])
print("ready", flush=True)
while (size := queries.size()) < until:
    # some at once, some alone; always the same facts at the same places
    count = min(1 + size * 7 % 60, until - size)
    actions.append([
        EntryCard(n, "directory.ServicePaused", UUID(int=n), {"service": str(UUID(int=n)), "provider": "p"}, SYSTEM.ref,
                  AT + timedelta(minutes=n), n) for n in range(size + 1, size + count + 1)], by=SYSTEM, at=AT)
    print(queries.size(), flush=True)
"""
JUDGE = """
import django
django.setup()
from linli.watchers.openlog import queries
from linli.watchers.openlog.models import Checkpoint, Day, Head, Leaf, Tile
from linli.watchers.openlog.rules import merkle, notes, tiles
head, tree = Head.objects.get(), merkle.Tree()
for place, (index, number, entry, hashed) in enumerate(
        Leaf.objects.order_by("index").values_list("index", "number", "entry", "hash")):
    assert (index, number) == (place, place + 1) and merkle.SHA256.leaf(entry.encode()) == bytes(hashed)
    tree.append(bytes(hashed))
assert head.size == head.signed == head.position == tree.size == queries.size() == queries.days().size
for row in Checkpoint.objects.all():
    assert bytes(row.root) == tree.root(row.size)
    assert notes.read_checkpoint(notes.read(row.note).text).size == row.size
for tile in tiles.tiles(tree.size):
    level, first = tile.level * 8, tile.number * 256
    assert queries.tile(tile) == b"".join(tree.read(level, first + n) for n in range(tile.width))
print(tree.size, tree.root().hex())
"""


def python(code: str, *words: str, database: Path, wait: bool = True) -> Any:
    env = dict(os.environ, LINLI_TESTING="1", DJANGO_SETTINGS_MODULE="linli.shell.settings",
               LINLI_DATABASE_URL=f"sqlite:///{database}")
    command = [sys.executable, "-c", code, *words]
    if not wait:
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def judged(database: Path) -> tuple[int, str]:
    size, root = python(JUDGE, database=database).split()
    return int(size), root


def test_killed_at_any_moment_the_log_continues_and_matches(tmp_path: Path) -> None:
    random, whole, broken = Random(5), tmp_path / "whole", tmp_path / "broken"
    env = dict(os.environ, LINLI_DATABASE_URL=f"sqlite:///{whole}")
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=env, check=True)
    shutil.copyfile(whole, broken)
    until, reached = 5000, 0
    for _ in range(6):
        process = python(APPEND, str(until), database=broken, wait=False)
        assert process.stdout.readline() == "ready\n"
        for _ in range(random.randrange(1, 4)):
            process.stdout.readline()
        try:
            process.wait(timeout=random.random() / 30)  # somewhere in the middle of the next ones
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        size, _ = judged(broken)
        assert size > reached
        reached = size
    assert reached < until  # else nothing was killed in the middle
    for database in (whole, broken):
        python(APPEND, str(until), database=database)
    assert judged(broken) == judged(whole)
