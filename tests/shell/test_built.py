"""What is made once and then copied is what would be made each time."""
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

MAKE = """
import sys
from pathlib import Path
from linli.shell import commands
commands.prepare(demo=True, data=sys.argv[1])
from django.db import connection
from linli.shell import built
for name in sys.argv[2:]:
    connection.close()
    connection.settings_dict["NAME"] = f"{sys.argv[1]}/{name}"
    built.tables()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
    kept = list(Path(sys.argv[1], "made").glob("empty-*.sqlite3"))
    assert len(kept) == 1, kept
    if name == "first":  # what is copied can be told from what is made
        import sqlite3
        with sqlite3.connect(kept[0]) as mark:
            mark.execute("CREATE TABLE copied (x)")
    if name == "second":
        kept[0].rename(kept[0].with_name("empty-of-another-version.sqlite3"))
"""


def _schema(file: Path) -> set[tuple[str, ...]]:
    with closing(sqlite3.connect(file)) as database:
        return set(database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))


@pytest.mark.slow
def test_a_new_database_begins_as_a_copy_of_the_empty_one_of_the_same_version(tmp_path: Path) -> None:
    env = dict(os.environ, LINLI_TESTING="", LINLI_BUILT=str(tmp_path / "made"),
               LINLI_DATABASE_URL=f"sqlite:///{tmp_path}/first")
    done = subprocess.run([sys.executable, "-c", MAKE, str(tmp_path), "first", "second", "third"], env=env, check=False,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-1500:]
    first, second, third = (_schema(tmp_path / name) for name in ("first", "second", "third"))
    copied = {one for one in second if one[1] == "copied"}
    assert copied and second - copied == first and third == first
    assert any(one[0] == "trigger" for one in second)
    with closing(sqlite3.connect(tmp_path / "second")) as database:
        assert database.execute("SELECT COUNT(*) FROM django_migrations").fetchone()[0] > 20
