"""`./linli test`: what is run, on which database, and what had to be left out."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import postgres

ROOT = Path(__file__).parents[1]
PACKAGES = ("postgresql", "chromium", "fonts-noto-cjk", "golang-go", "golang-golang-x-mod-dev")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def python(*words: str, **more: str) -> int:
    env = dict(os.environ, LINLI_TESTING="1", DJANGO_SETTINGS_MODULE="linli.shell.settings",
               PYTHONPATH=f"{ROOT / 'src'}:{ROOT}", **more)
    return subprocess.run([sys.executable, "-m", *words], cwd=ROOT, env=env, check=False).returncode


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def run(paths: list[str], *, ci: bool) -> int:
    """Everything that is not slow on SQLite; with `ci`, also the checks, the slow ones and PostgreSQL."""
    if ci:
        return _ci(paths)
    left, races = ["slow ones (--ci runs them)"], 0
    chosen = "not slow and not concurrent"
    if not chromium():
        chosen, left = f"{chosen} and not browser", [*left, "browser tests (no Chromium)"]
    if not postgres.found():
        left.append("races on PostgreSQL (not installed)")
    elif not paths:
        races = _races()
    say("Left out: " + "; ".join(left) + ".")  # before the suite, whose last line is the last one
    return python("pytest", "-m", chosen, *paths) or races


def _races(chosen: str = "concurrent and not slow") -> int:
    say("— races on PostgreSQL")
    # only the files that have any: to read the others takes as long as a fifth of the races
    files = [str(file) for file in sorted((ROOT / "tests").rglob("test_*.py")) if "concurrent" in file.read_text()]
    with postgres.running() as url:
        code = python("pytest", "-m", chosen, *files, LINLI_DATABASE_URL=url)
    return 0 if code == 5 else code  # 5: none chosen


def _ci(paths: list[str]) -> int:
    _install()
    failed: list[str] = []

    def step(name: str, code: int) -> None:
        say(f"— {name}: {'ok' if code == 0 else 'FAILED'}")
        failed.extend([name] if code else [])

    scripts = Path(sys.executable).parent
    step("ruff", python("ruff", "check", "."))
    step("import contracts", subprocess.run([scripts / "lint-imports", "--no-cache"], cwd=ROOT, check=False).returncode)
    step("mypy", python("mypy"))
    step("Chinese complete", python("tools.messages", "--check"))
    step("documents in step", python("linli", "docs", "--check"))
    step("migrations in step", python("django", "makemigrations", "--check", "--dry-run"))
    with tempfile.TemporaryDirectory() as folder:
        step("migrations from zero on SQLite", python("django", "migrate", "-v0", LINLI_DATABASE_URL=f"sqlite:///{folder}/db"))
    with postgres.running() as url:
        step("migrations from zero on PostgreSQL", python("django", "migrate", "-v0", LINLI_DATABASE_URL=url))
    step("races on PostgreSQL", _races("concurrent"))
    if failed:
        say("Failed before the suite: " + ", ".join(failed))
    code = python("pytest", "-m", "not concurrent", *paths, LINLI_DEMAND_ALL="1")
    return code or (1 if failed else 0)


def _install() -> None:
    """Debian's packages for the tests, where they are missing and we may."""
    there = (postgres.found(), chromium(), _fonts(), shutil.which("go"), _sumdb())
    wanted = [package for package, one in zip(PACKAGES, there, strict=True) if not one]
    if not wanted:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise SystemExit(f"The tests need {' '.join(wanted)} (on Debian: apt-get install {' '.join(wanted)}).")
    say(f"Installing {' '.join(wanted)} ...")
    quiet = {"stdout": subprocess.DEVNULL, "env": dict(os.environ, DEBIAN_FRONTEND="noninteractive")}
    subprocess.run(["apt-get", "update", "-qq"], check=True, **quiet)  # type: ignore[call-overload]
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted], check=True, **quiet)  # type: ignore[call-overload]


def _fonts() -> bool:
    return any(Path("/usr/share/fonts").rglob("NotoSansCJK*"))


def _sumdb() -> bool:
    """Go's own transparency log, which reads ours in a test."""
    return Path("/usr/share/gocode/src/golang.org/x/mod/sumdb").exists()
