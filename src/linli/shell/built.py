"""What has to stand before a process can serve: message catalogues, static files, tables."""
import fcntl
import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from babel.messages import mofile, pofile
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from linli.kernel.actor import SYSTEM

ROOT = Path(__file__).parents[3]
UNUSED = ("bootstrap-*", "bootstrap.css*", "*.rtl.*", "ext", "htmax*", "htmx-4*", "htmx-2.js", "django-htmx.js")


def messages() -> None:
    """Compile the catalogues whose text is newer than what was compiled of it."""
    for po in (ROOT / "src" / "linli").glob("**/LC_MESSAGES/django.po"):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as text:
            catalogue = pofile.read_po(text, locale="zh_Hans")
        part = mo.with_suffix(f".{os.getpid()}")
        with part.open("wb") as out:
            mofile.write_mo(out, catalogue)
        part.replace(mo)


def statics() -> None:
    """Collect and compress the static files that pages use, when any has changed; all would take ten seconds."""
    folders = [*(ROOT / "src" / "linli").glob("**/static"), *(Path(folder) for _, folder in settings.STATICFILES_DIRS)]
    sources = sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())
    made = hashlib.sha256()
    for file in sources:
        made.update(f"{file.name} {file.stat().st_mtime_ns} {file.stat().st_size}".encode())
    stamp = Path(settings.STATIC_ROOT) / "stamp"
    stamp.parent.mkdir(parents=True, exist_ok=True)
    with (stamp.parent.parent / "static.turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # two nodes may start from one clone
        if not stamp.exists() or stamp.read_text() != made.hexdigest():
            call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=[*UNUSED])
            stamp.write_text(made.hexdigest())


def tables() -> None:
    """Bring the tables to this version.

    A new SQLite database begins as a copy of an empty one that the same migrations made, where one is kept: Django
    draws every model anew for every migration, which takes seconds.
    """
    file = Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None
    if file is None or not _new(file):
        call_command("migrate", interactive=False, verbosity=0)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    empty = Path(settings.STATIC_ROOT).parent / f"empty-{_migrations()}.sqlite3"
    connection.close()
    with suppress(FileNotFoundError):  # not made yet, or another version's has just taken its place
        shutil.copyfile(empty, file)
        with file.open("rb") as copied:
            os.fsync(copied.fileno())
        return
    call_command("migrate", interactive=False, verbosity=0)
    for older in empty.parent.glob("empty-*.sqlite3"):
        older.unlink(missing_ok=True)
    empty.parent.mkdir(parents=True, exist_ok=True)
    part = empty.with_suffix(f".{os.getpid()}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(part)])
    part.replace(empty)


def _new(file: Path) -> bool:
    return str(file) != ":memory:" and not str(file).startswith("file:") and (
        not file.exists() or file.stat().st_size == 0)


def _migrations() -> str:
    """A digest of all that makes tables: migrations, the triggers and indexes that models add, the packages' own."""
    made = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    code = ROOT / "src" / "linli"
    for files in ("**/migrations/*.py", "**/models.py", "**/models/*.py", "**/apps.py", "kernel/*.py"):
        for file in sorted(code.glob(files)):
            made.update(str(file.relative_to(code)).encode() + file.read_bytes())
    return made.hexdigest()[:32]


def divisions() -> None:
    """Import the divisions that come with the code, where a node has none yet."""
    from linli.registers.places import actions, queries

    if queries.region(settings.REGION) is None:
        actions.import_regions(queries.packaged(), by=SYSTEM, at=timezone.now())


def hurry() -> None:
    """Wait for no disk while a database is built that is thrown away unless it is finished (`settle` waits)."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA cache_size=-200000")  # as KiB: the indexes of a large city


def settle(building: Path, final: Path) -> None:
    """Make a finished database the real one: whole, or not at all."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with building.open("rb") as file:
        os.fsync(file.fileno())
    building.replace(final)
    for left in building.parent.glob("building.sqlite3*"):
        left.unlink()
