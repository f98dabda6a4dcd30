"""What stands in the way before anything can run: one sentence each, which says what to do; exit code 2."""
import os
import runpy
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tools import postgres, suite

ROOT = Path(__file__).parents[2]
BASE = getattr(sys, "_base_executable", sys.executable)
"""A Python as a fresh machine has it, outside of our environment."""


@pytest.fixture
def clone() -> Iterator[Path]:
    """What the launcher reads of a clone, where everybody may look."""
    folder = Path(tempfile.mkdtemp(prefix="linli-clone-"))
    folder.chmod(0o755)
    for name in ("linli", "requirements.lock", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    yield folder
    shutil.rmtree(folder)


def launched(clone: Path, *words: str, before: str = "") -> str:
    """What the script says when it is run as `./linli WORDS` on a machine that is as `before` makes it."""
    code = f"import runpy, sys\n{before}\nsys.argv = ['./linli', *{list(words)!r}]\n" \
           f"runpy.run_path({str(clone / 'linli')!r}, run_name='__main__')"
    done = subprocess.run([BASE, "-c", code], cwd="/", env={"PATH": "/nowhere"}, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 2 and not done.stdout and "Traceback" not in done.stderr, done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_a_python_too_old_says_which_one_is_wanted(clone: Path) -> None:
    said = launched(clone, "demo", before="sys.version_info = (3, 9, 2, 'final', 0)")
    assert said.startswith("Linli needs Python 3.11 or newer; this is 3.9.") and "python3" in said


def test_the_launcher_can_be_read_by_an_old_python() -> None:
    """Else it could not say what is wrong."""
    import ast

    ast.parse((ROOT / "linli").read_text(), feature_version=(3, 6))


def test_without_venv_it_names_the_package(clone: Path) -> None:
    said = launched(clone, "demo", before="sys.modules['ensurepip'] = None")
    assert f"apt-get install python3.{sys.version_info[1]}-venv" in said and "try again" in said
    assert not (clone / ".venv").exists()


def test_without_a_network_it_says_so_and_what_was_fetched_is_kept(clone: Path) -> None:
    python = clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho 'ERROR: No matching distribution found for django==5.2'\nexit 1\n")
    python.chmod(0o755)
    said = launched(clone, "demo")
    assert "could not be fetched. Is there a network?" in said and "run the same command again" in said
    assert python.exists() and not (clone / ".venv" / "requirements.lock.stamp").exists()


def test_without_the_right_to_write_it_names_the_folder(clone: Path) -> None:
    nobody = "" if os.geteuid() else (  # what it imports is read first: not everybody may read every Python
        "import hashlib, os, pkgutil, shutil, subprocess; os.setgroups([]); os.setgid(65534); os.setuid(65534)")
    clone.chmod(0o555)
    try:
        said = launched(clone, "demo", before=nobody)
    finally:
        clone.chmod(0o755)
    assert said.startswith(f"Linli may not write to {clone}/var.") and "clone it somewhere you may write" in said


def linli(*words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    return subprocess.run([sys.executable, "-m", "linli", *words], cwd=ROOT, env=kept | env, capture_output=True,
                          text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_that_is_taken_is_said_before_anything_is_made(command: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = linli(command, "--port", str(port), LINLI_DATA=str(tmp_path / "data"))
    assert done.returncode == 2 and not (tmp_path / "data").exists()
    assert done.stderr.strip().count("\n") == 0 and f"Port {port}" in done.stderr and "--port" in done.stderr


@pytest.mark.parametrize("port", ["99999", "0", "http"])
def test_what_is_no_port_is_refused(port: str) -> None:
    done = linli("demo", f"--port={port}")
    assert done.returncode == 2 and "Traceback" not in done.stderr and "1 to 65535" in done.stderr, done.stderr


def test_folders_that_cannot_be_had_are_named_before_the_city_is_built(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    port = str(postgres.free_port())
    for words in (["demo", "--port", port], ["tour"]):
        done = linli(*words, "--data", str(tmp_path / "file"))
        assert done.returncode == 2 and "--data DIR" in done.stderr and "Traceback" not in done.stderr, done.stderr
    ready = tmp_path / "none" / "ready.json"
    done = linli("demo", "--data", str(tmp_path / "city"), "--ready", str(ready), "--port", port)
    assert done.returncode == 2 and str(ready.parent) in done.stderr and not (tmp_path / "city").exists(), done.stderr


@pytest.mark.parametrize(("races", "suite_", "code"), [(0, 0, 0), (1, 0, 1), (0, 1, 1), (5, 0, 0)])
def test_the_suite_passes_only_if_the_races_pass_too(
    races: int, suite_: int, code: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def ran(command: list[str], **_: object) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.CompletedProcess(command, races if "concurrent and not slow" in command else suite_)

    monkeypatch.setattr("subprocess.run", ran)
    monkeypatch.setattr("tools.postgres.found", lambda: Path("/usr"))
    monkeypatch.setattr("tools.postgres.running", lambda: nullcontext("postgres://"))
    assert suite.run([], ci=False) == code
    assert "Left out: slow ones" in capfd.readouterr().err


def test_the_launcher_reads_what_a_command_needs() -> None:
    wanted = runpy.run_path(str(ROOT / "linli"))["wanted"]
    assert wanted(["demo"]) == [] and wanted(["test"]) == ["dev"] and wanted(["test", "--ci"]) == ["dev", "optional"]
    assert wanted(["import", "places"]) == ["optional"] and wanted(["import", "places", "file.csv"]) == []
