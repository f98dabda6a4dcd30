"""A fresh clone, in which nothing was made yet."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = "Things have changed"
SAY = f"from django.utils import translation; translation.activate('zh-hans'); print(translation.gettext({TEXT!r}))"


@pytest.mark.slow
@pytest.mark.parametrize("before", [
    "from linli.shell import commands; commands.prepare(demo=True)",
    "import tests.environment, django; django.setup()",
], ids=["command", "suite"])
def test_the_first_process_speaks_chinese_already(tmp_path: Path, before: str) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for made in (tmp_path / "src" / "linli" / "shell").rglob("*.mo"):
        made.unlink()  # of one room: all of them would take some seconds more
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    done = subprocess.run(
        [sys.executable, "-c", f"{before}\n{SAY}"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env=kept | {"PYTHONPATH": f"{tmp_path / 'src'}:{ROOT}", "LINLI_DATA": str(tmp_path / "data"),
                    "DJANGO_SETTINGS_MODULE": "linli.shell.settings"})
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() and done.stdout.strip() != TEXT, done.stdout
