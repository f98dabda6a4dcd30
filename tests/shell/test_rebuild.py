"""What a watcher made is made again by one command, with the same outcome, or not at all."""
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from tests.node import Node

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def city(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the running demo's database, as it stood at one moment."""
    data = tmp_path_factory.mktemp("rebuild") / "data"
    copytree(node.data, data, ignore=ignore_patterns("*.sqlite3*"))
    with sqlite3.connect(node.data / "linli.sqlite3") as held, sqlite3.connect(data / "linli.sqlite3") as made:
        held.backup(made)
    return data


def rebuild(city: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")}
    return subprocess.run([sys.executable, "-m", "linli", "rebuild", *words], cwd=ROOT, check=False, text=True,
                          capture_output=True, env=kept | {"LINLI_DATA": str(city), "LINLI_DEMO": "1"})


def rows(city: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(city / "linli.sqlite3") as held:
        return held.execute(sql).fetchall()


LEAVES = 'SELECT "index", series, number, entry, payload, hash FROM openlog_leaf ORDER BY "index"'


def test_the_log_comes_out_as_it_was(city: Path) -> None:
    before, signed = rows(city, LEAVES), rows(city, "SELECT * FROM openlog_checkpoint WHERE size IN"
                                                    " (SELECT max(size) FROM openlog_checkpoint)")
    done = rebuild(city, "openlog")
    assert done.returncode == 0 and f"made again from {len(before)} entries" in done.stdout, done.stderr
    assert before and rows(city, LEAVES) == before
    assert rows(city, "SELECT * FROM openlog_checkpoint ORDER BY size DESC LIMIT 1") == signed


def test_each_that_can_be_is_made_again_and_the_others_are_refused(city: Path) -> None:
    listed = rebuild(city)
    able = listed.stdout.split()
    assert listed.returncode == 0 and {"openlog", "search", "notices", "quality.scores"} <= set(able)
    others = sorted(set(able) - {"openlog"})
    done = rebuild(city, *others)
    assert done.returncode == 0, done.stderr
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == others
    for name in ("letters", "accounts"):
        done = rebuild(city, name)
        assert done.returncode == 1 and "never done twice" in done.stderr and "openlog" in done.stderr
    done = rebuild(city, "nobody")
    assert done.returncode == 2 and "There is no watcher nobody" in done.stderr


def test_what_cannot_be_made_again_stays_as_it_was(city: Path) -> None:
    """A journal that somebody has written into leads to another root than was signed: nothing is thrown away."""
    before = rows(city, LEAVES)
    with sqlite3.connect(city / "linli.sqlite3") as held:
        held.execute("UPDATE journal_entry SET payload = json_set(payload, '$.grade', 1) WHERE id = (SELECT max(id)"
                     " FROM journal_entry WHERE fact = 'orders.OrderRated' AND json_extract(payload, '$.grade') > 1)")
    done = rebuild(city, "openlog")
    assert done.returncode == 1 and "LogBroken" in done.stderr and "another root" in done.stderr
    assert rows(city, LEAVES) == before
