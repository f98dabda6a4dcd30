"""A backup brings the same journal back: taken while the node works, refused where it would do harm."""
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest

from linli.shell import backups
from tests.node import Node
from tools import postgres

ROOT = Path(__file__).parents[2]
PAPER, SEALED = "01a204cb-78ce-7a56-b3f5-3222130900ab", bytes(range(256)) * 40  # a file as the archive keeps it
KEY, OTHER = b"k" * 48, b"o" * 48


def linli(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The command line as an operator uses it; nothing of the tests' settings reaches it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")}
    return subprocess.run([sys.executable, "-m", "linli", *words], cwd=ROOT, env=kept | env, check=False,
                          text=True, capture_output=True)


def journal(database: Path) -> list[Any]:
    held = sqlite3.connect(database)
    try:
        return held.execute("SELECT * FROM journal_entry ORDER BY id").fetchall()
    finally:
        held.close()


@pytest.fixture(scope="module")
def backup(node: Node, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Taken while somebody writes as fast as the node lets them."""
    file, stop, written = tmp_path_factory.mktemp("backup") / "city.zip", Event(), []
    kept = node.data / "archive" / "ab" / PAPER
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(SEALED)

    def write() -> None:
        from tests.journeys.browser import Program

        resident = Program(node, "resident")
        while not stop.is_set():
            written.append(resident.post("/needs", {"text": "想找人陪老人散步", "region": "340104003000"},
                                         key=str(uuid4())).status)

    writer = Thread(target=write)
    writer.start()
    try:
        done = linli("backup", str(file), "--data", str(node.data), "--json")
    finally:
        stop.set()
        writer.join(timeout=30)
    assert done.returncode == 0, done.stderr
    assert written and set(written) == {201}, "the node went on working"
    return file, json.loads(done.stdout)


@pytest.mark.slow
def test_the_same_journal_head_and_log_root_come_back(
    backup: tuple[Path, dict[str, Any]], node: Node, tmp_path: Path,
) -> None:
    file, told = backup
    done = linli("restore", str(file), "--data", str(tmp_path / "new"), "--json")
    assert done.returncode == 0, done.stderr
    back = journal(tmp_path / "new" / "linli.sqlite3")
    there = journal(node.data / "linli.sqlite3")[: len(back)]
    assert [(row[0], *row[2:]) for row in back] == [(row[0], *row[2:]) for row in there], "entry by entry"
    assert all(row[1] in {None, held[1]} for row, held in zip(back, there, strict=True)), "in the same places"
    paper = tmp_path / "new" / "archive" / "ab" / PAPER
    assert paper.read_bytes() == SEALED and paper.stat().st_mode & 0o377 == 0, "files come along, and stay sealed"
    assert told["journal"]["entries"] == len(back) > 1000 and told["journal"]["head"] > 1000
    again = linli("backup", str(tmp_path / "again.zip"), "--data", str(tmp_path / "new"), "--json")
    made = json.loads(again.stdout)
    assert made["journal"] == told["journal"] and made["log"] == told["log"] and made["log"]["size"] > 100
    assert file.stat().st_mode & 0o077 == 0, "for its owner only"


@pytest.mark.slow
def test_a_database_that_is_there_is_kept_and_one_in_use_is_left_alone(
    backup: tuple[Path, dict[str, Any]], node: Node, tmp_path: Path,
) -> None:
    file, _ = backup
    used = linli("restore", str(file), "--data", str(node.data), "--replace")
    assert used.returncode == 1 and "in use" in used.stderr
    (tmp_path / "linli.sqlite3").touch()
    before = linli("restore", str(file), "--data", str(tmp_path))
    assert before.returncode == 1 and "--replace" in before.stderr
    assert linli("restore", str(file), "--data", str(tmp_path), "--replace").returncode == 0
    assert len(list(tmp_path.glob("linli.sqlite3.before-*"))) == 1


@pytest.mark.slow
def test_a_damaged_file_changes_nothing(backup: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    file, told = backup
    bytes_ = bytearray(file.read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    (tmp_path / "bad.zip").write_bytes(bytes_)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as made, zipfile.ZipFile(file) as whole:
        made.writestr(backups.MANIFEST, json.dumps(told | {"journal": told["journal"] | {"head": 5}}))
        made.writestr(backups.SQLITE, whole.read(backups.SQLITE))
    for name, why in {"bad.zip": "damaged", "other.zip": "not the one that was kept", "none.zip": "no"}.items():
        done = linli("restore", str(tmp_path / name), "--data", str(tmp_path / "new"))
        assert done.returncode == 1 and why in done.stderr, done.stderr
        assert not (tmp_path / "new" / "linli.sqlite3").exists()


@pytest.mark.slow
def test_a_log_shorter_than_the_published_one_is_said(
    backup: tuple[Path, dict[str, Any]], tmp_path: Path,
) -> None:
    file, told = backup
    (tmp_path / "log").mkdir()
    longer = told["log"]["size"] + 9
    root = "kaNKxC5pHvKmVZ0m4Z3Yd4YjcGv2bHQqgJQn7m7k2wQ="
    (tmp_path / "log" / "checkpoint").write_text(f"{told['origin']}\n{longer}\n{root}\n\n— {told['origin']} AAAAAAAA\n")
    done = linli("restore", str(file), "--data", str(tmp_path))
    assert done.returncode == 0 and f"{longer} entries" in done.stderr and "two histories" in done.stderr, done.stderr


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.skipif(postgres.found() is None, reason="PostgreSQL is not installed")
def test_postgresql_comes_back_into_an_empty_database(tmp_path: Path) -> None:
    with postgres.running() as url:
        env = {"LINLI_DATABASE_URL": url, "LINLI_DATA": str(tmp_path / "one")}
        assert linli("create-officer", "wang", "--name", "Wang", **env).returncode == 0
        kept = linli("backup", str(tmp_path / "b.zip"), "--keys", str(tmp_path / "k.zip"), "--json", **env)
        assert kept.returncode == 0, kept.stderr
        told = json.loads(kept.stdout)
        assert told["journal"]["entries"] > 0
        full = linli("restore", str(tmp_path / "b.zip"), **env)
        assert full.returncode == 1 and "not empty" in full.stderr
        import psycopg

        with psycopg.connect(url, autocommit=True) as line:
            line.execute("CREATE DATABASE two")
        env = {"LINLI_DATABASE_URL": url.replace("/postgres", "/two"), "LINLI_DATA": str(tmp_path / "two")}
        keyless = linli("restore", str(tmp_path / "b.zip"), **env)
        assert keyless.returncode == 1 and "key is missing" in keyless.stderr
        assert not (tmp_path / "two" / "secret.key").exists(), "no new key in its place"
        back = linli("restore", str(tmp_path / "b.zip"), "--keys", str(tmp_path / "k.zip"), **env)
        assert back.returncode == 0, back.stderr
        assert (tmp_path / "two" / "secret.key").read_bytes() == (tmp_path / "one" / "secret.key").read_bytes()
        again = json.loads(linli("backup", str(tmp_path / "c.zip"), "--json", **env).stdout)
        assert again["journal"] == told["journal"] and again["log"] == told["log"]


# Keys


def told(key: bytes = KEY, *, demo: bool = False) -> dict[str, Any]:
    return {"demo": demo, "key": backups._print(key)}


def test_a_key_that_is_missing_or_anothers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(backups.Unfit, match="key is missing"):
        backups.prepare_keys(told(), tmp_path, keys=None)
    (tmp_path / "secret.key").write_bytes(OTHER)
    with pytest.raises(backups.Unfit, match="another key"):
        backups.prepare_keys(told(), tmp_path, keys=None)
    (tmp_path / "secret.key").write_bytes(KEY)
    backups.prepare_keys(told(), tmp_path, keys=None)


def test_keys_go_into_their_places_and_never_over_others(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "log-keys").mkdir(parents=True)
    (old / "secret.key").write_bytes(KEY)
    (old / "log-keys" / "log-key-1").write_text("aa")
    (old / "document-keys").mkdir()
    (old / "document-keys" / "document-key-1").write_text("bb")
    backups._keep_keys(tmp_path / "keys.zip", old)
    assert (tmp_path / "keys.zip").stat().st_mode & 0o077 == 0
    (new / "log-keys").mkdir(parents=True)
    (new / "log-keys" / "log-key-1").write_text("ours")
    backups.prepare_keys(told(), new, keys=tmp_path / "keys.zip")
    assert (new / "secret.key").read_bytes() == KEY and (new / "secret.key").stat().st_mode & 0o077 == 0
    assert (new / "log-keys" / "log-key-1").read_text() == "ours"
    assert (new / "document-keys" / "document-key-1").read_text() == "bb"


def test_a_demo_city_never_comes_into_a_real_node(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(KEY)
    with pytest.raises(backups.Unfit, match="demo city"):
        backups.prepare_keys(told(demo=True), tmp_path, keys=None)
    (tmp_path / "demo").touch()
    with pytest.raises(backups.Unfit, match="demo city"):
        backups.prepare_keys(told(), tmp_path, keys=None)


def test_the_mark_of_a_key_says_nothing_of_it() -> None:
    assert backups._print(KEY) != backups._print(OTHER) and KEY.hex()[:8] not in backups._print(KEY)
