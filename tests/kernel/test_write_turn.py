"""Several processes write to one SQLite file through actions: all of it lands, nobody is told to wait in vain."""
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROCESSES, ACTIONS = 3, 100
WRITER = """
import sys, time
import django
django.setup()
from django.db import connection
from linli.engines.journal.models import Key
from linli.kernel.action import action
from linli.kernel.refs import new_ref
from django.utils import timezone

@action
def write(key):
    seen = Key.objects.count()  # read first, write later: the upgrade that a lock taken late refuses
    Key.objects.create(by=new_ref(), key=key, at=timezone.now(), digest=str(seen))

if sys.argv[1] == "make":
    with connection.schema_editor() as editor:
        editor.create_model(Key)
else:
    worst = 0
    for n in range(int(sys.argv[2])):
        begin = time.perf_counter()
        write(f"{sys.argv[1]} {n}")
        worst = max(worst, time.perf_counter() - begin)
    print(worst)
"""


def start(database: Path, *words: str) -> "subprocess.Popen[str]":
    env = os.environ | {"LINLI_TESTING": "1", "LINLI_DATABASE_URL": f"sqlite:///{database}",
                        "DJANGO_SETTINGS_MODULE": "linli.shell.settings"}
    return subprocess.Popen([sys.executable, "-c", WRITER, *words], env=env, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.slow
def test_several_processes_write_and_all_of_it_lands(
    tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    database = tmp_path / "shared.sqlite3"
    made = start(database, "make")
    _, err = made.communicate(timeout=60)
    assert made.returncode == 0, err
    writers = [start(database, str(n), str(ACTIONS)) for n in range(PROCESSES)]
    said = [writer.communicate(timeout=120) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * PROCESSES, "\n".join(err for _, err in said)
    assert not any("locked" in err for _, err in said)
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT digest FROM journal_key").fetchall()
    connection.close()
    assert sorted(int(seen) for seen, in rows) == list(range(PROCESSES * ACTIONS))  # each saw all before it
    record_testsuite_property("worst wait to write, in ms", round(1000 * max(float(out) for out, _ in said), 1))
