"""A node's secrets: made once, its own, and never the demo's, which everybody knows."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

from linli.shell import secrets
from tools.postgres import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def unnamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINLI_SECRET_KEY_FILE", raising=False)


def test_a_real_node_makes_a_key_of_its_own_once(tmp_path: Path) -> None:
    key = secrets.master(tmp_path / "one", demo=False)
    assert len(key) >= 32 and key == secrets.master(tmp_path / "one", demo=False)
    assert key not in {secrets.master(tmp_path / "two", demo=False), secrets.DEMO}
    assert (tmp_path / "one" / "secret.key").stat().st_mode & 0o077 == 0
    assert secrets.derived(key, "django") != secrets.derived(key, "log")


def test_the_demos_secret_is_refused_wherever_it_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.key").write_bytes(secrets.DEMO + b"\n")
    with pytest.raises(SystemExit, match="the demo's secret, which everybody knows. Replace it"):
        secrets.master(tmp_path, demo=False)
    monkeypatch.setenv("LINLI_SECRET_KEY_FILE", str(tmp_path / "secret.key"))
    with pytest.raises(SystemExit, match="the demo's secret"):
        secrets.master(tmp_path / "elsewhere", demo=False)
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "demo").touch()
    with pytest.raises(SystemExit, match="holds a demo city, whose secrets are public"):
        secrets.master(tmp_path / "city", demo=False)


def test_a_key_that_is_not_there_or_too_short_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_SECRET_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(SystemExit, match="There is no .*none.*Make one: 32 random bytes"):
        secrets.master(tmp_path, demo=False)
    (tmp_path / "none").write_bytes(b"short")
    with pytest.raises(SystemExit, match="fewer than 32 bytes"):
        secrets.master(tmp_path, demo=False)


@pytest.mark.slow
@pytest.mark.parametrize("words", [
    ("serve", "--port", str(free_port())), ("create-officer", "first.admin", "--name", "赵敏"), ("work",),
], ids=lambda words: str(words[0]))
def test_a_real_node_refuses_the_folder_of_a_demo(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "demo").touch()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    done = subprocess.run([sys.executable, "-m", "linli", *words], cwd=ROOT, env=kept | {"LINLI_DATA": str(tmp_path)},
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode and "Give a real node its own LINLI_DATA" in done.stderr and "Traceback" not in done.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"demo"}, "nothing was made there"
