"""What has to stand before a process can serve: message catalogues, static files, tables."""
import fcntl
import hashlib
import os
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
    """Bring the tables to this version."""
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)


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
