"""A backup is one file: the database as it stood at one moment, the files it names, and what must be found again in it.

No key is in it. Keys go into a file of their own (`--keys`), to be kept elsewhere: whoever has both reads everything.
Nothing here reads the settings before it must: a node that is restored may not have its key yet.
"""
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from linli.shell import secrets

FORMAT = 1
MANIFEST, SQLITE, POSTGRESQL = "manifest.json", "database.sqlite3", "database.pgdump"
MASTER, LOG_KEYS, ARCHIVE = "secret.key", "log-keys", "archive"
SIGNING = (LOG_KEYS, "document-keys")
PIECE = 1 << 20
_JOURNAL = ('SELECT id, position, fact, visibility, CAST(about AS TEXT), CAST(payload AS TEXT), CAST("by" AS TEXT),'
            " CAST(at AS TEXT) FROM journal_entry ORDER BY id")
_LOG = "SELECT size, root FROM openlog_checkpoint ORDER BY size DESC LIMIT 1"
_KEPT = re.compile(rf"{ARCHIVE}/([0-9a-f]{{2}})/([0-9a-f-]{{36}})")
Ask = Callable[[str], Iterator[tuple[Any, ...]]]
Say = Callable[[str], object]


class Unfit(Exception):
    """Nothing was changed; the sentence says why and what to do."""


# Making one


def make(file: Path, *, keys: Path | None, at: datetime, say: Say) -> dict[str, Any]:
    """Write a backup; the node may go on working. What it says of itself. Refuses: Unfit (a file is in the way)."""
    from django.conf import settings
    from django.db import connection

    for wanted in filter(None, (file, keys)):
        if wanted.exists():
            raise Unfit(f"{wanted} exists already. Choose another name, or move it away.")
        wanted.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        if connection.vendor == "sqlite":
            name, found = SQLITE, _copied(Path(folder) / SQLITE)
        else:
            name, found = POSTGRESQL, _dumped(Path(folder) / POSTGRESQL)
        database = Path(folder) / name
        told = {
            "format": FORMAT, "made_at": at.astimezone(UTC).isoformat(timespec="seconds"), "database": name,
            "demo": settings.DEMO, "origin": settings.LOG_ORIGIN, "bytes": database.stat().st_size,
            "sha256": _digest(database), "key": _print(settings.MASTER_KEY), **found,
        }
        part = Path(folder) / "whole"
        with _private(part) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as whole:
            whole.writestr(MANIFEST, json.dumps(told, indent=1))
            whole.write(database, name)
            for kept in sorted(Path(settings.ARCHIVE).glob("??/*")):  # after the database: what it names is there
                with suppress(FileNotFoundError):  # let go meanwhile
                    whole.write(kept, f"{ARCHIVE}/{kept.parent.name}/{kept.name}", zipfile.ZIP_STORED)  # sealed
        if keys is not None:
            _keep_keys(keys, settings.DATA)
        _settled(part, file)
    secret = settings.DATA / MASTER if not (given := os.environ.get("LINLI_SECRET_KEY_FILE")) else given
    if settings.DEMO:
        say("This is a demo city: its key is public.")
    elif keys is None:
        say(f"The keys are not in it. Without them nobody's personal data can be read again: keep {secret} and"
            f" {' and '.join(str(settings.DATA / one) for one in SIGNING)} in another place, or let --keys FILE write"
            " them into one file.")
    else:
        say(f"The keys stand in {keys}. Keep it in another place than {file}: whoever has both can read everything.")
    return told


def _copied(copy: Path) -> dict[str, Any]:
    """SQLite's own backup: one read transaction, while others write on."""
    from django.db import connection

    place = Path(connection.settings_dict["NAME"])
    if not place.exists():
        raise Unfit(f"There is no {place}: nothing to keep. Name the node's folder with --data DIR.")
    source = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
    made = sqlite3.connect(copy)
    try:
        source.backup(made)
        made.execute("PRAGMA journal_mode=DELETE")  # one file, without helpers beside it
        made.commit()
        return _state(made.execute)
    finally:
        source.close()
        made.close()


def _dumped(dump: Path) -> dict[str, Any]:
    """pg_dump of a snapshot, in which the journal is read as well."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _program("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
                 f"--file={dump}")
        return _state(_asking(cursor))


def _state(ask: Ask) -> dict[str, Any]:
    """What must be found again: the journal entry by entry, how far it is numbered, and the log's signed root."""
    whole, entries, head = hashlib.sha256(), 0, 0
    for row in ask(_JOURNAL):
        whole.update(json.dumps(row, ensure_ascii=False, default=str).encode())
        entries, head = entries + 1, max(head, row[1] or 0)
    size, root = next(iter(ask(_LOG)), (0, b""))
    return {"journal": {"entries": entries, "head": head, "sha256": whole.hexdigest()},
            "log": {"size": size, "root": bytes(root).hex()}}


def _keep_keys(file: Path, data: Path) -> None:
    given = os.environ.get("LINLI_SECRET_KEY_FILE")
    with _private(file) as out, zipfile.ZipFile(out, "w") as whole:
        master = Path(given) if given else data / MASTER
        if master.exists():
            whole.write(master, MASTER)
        for folder in SIGNING:
            for one in sorted((data / folder).glob("*")):
                whole.write(one, f"{folder}/{one.name}")


# Bringing one back


def told(file: Path) -> dict[str, Any]:
    """What a backup says of itself. Refuses: Unfit (no backup, or a later version's)."""
    try:
        with zipfile.ZipFile(file) as whole:
            found: dict[str, Any] = json.loads(whole.read(MANIFEST))
    except FileNotFoundError:
        raise Unfit(f"There is no {file}.") from None
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise Unfit(f"{file} is not a backup of Linli, or it is damaged. Take another copy.") from None
    if found.get("format") != FORMAT:
        raise Unfit(f"{file} was made by a later version of Linli. Use that one.")
    return found


def prepare_keys(told: dict[str, Any], data: Path, *, keys: Path | None) -> None:
    """Have the node's key in its place before anything reads the settings, which would make a new one.

    Refuses: Unfit (no key, another key, or a demo city where a real node is).
    """
    given = os.environ.get("LINLI_SECRET_KEY_FILE")
    master = Path(given) if given else data / MASTER
    if told["demo"]:
        if master.exists():
            raise Unfit(f"This is the backup of a demo city, and {master} belongs to a real node. Choose another"
                        " folder.")
        data.mkdir(parents=True, exist_ok=True)
        (data / "demo").touch()
        return
    if (data / "demo").exists():
        raise Unfit(f"{data} holds a demo city. Choose another folder for a real node.")
    held = {MASTER: master.read_bytes()} if master.exists() else _read_keys(keys)
    if not held:
        raise Unfit(f"The key is missing: a backup does not contain it. Put the node's key file at {master},"
                    " or name the file of keys with --keys FILE.")
    if _print(held[MASTER].strip()) != told["key"]:
        raise Unfit("This is another key than the one the backup was made with: nobody's personal data could be read"
                    " with it. Take the key of that node.")
    for name, secret in (_read_keys(keys) | held).items():
        place = master if name == MASTER else data / name
        if not place.exists():
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _private(place) as out:
                out.write(secret)


def _read_keys(file: Path | None) -> dict[str, bytes]:
    if file is None:
        return {}
    try:
        with zipfile.ZipFile(file) as whole:
            return {name: whole.read(name) for name in whole.namelist()
                    if name == MASTER or str(Path(name).parent) in SIGNING}
    except (OSError, zipfile.BadZipFile):
        raise Unfit(f"{file} is not a file of keys as ./linli backup --keys writes it.") from None


def bring_back(file: Path, told: dict[str, Any], *, replace: bool, at: datetime, say: Say) -> None:
    """Make the backup the node's database: whole, or not at all. Refuses: Unfit."""
    from django.db import connection

    vendor = "sqlite" if told["database"] == SQLITE else "postgresql"
    if connection.vendor != vendor:
        raise Unfit("This is a backup of PostgreSQL: set LINLI_DATABASE_URL to an empty database."
                    if vendor == "postgresql" else "This is a backup of SQLite: unset LINLI_DATABASE_URL.")
    if vendor == "sqlite":
        _put_in_place(file, told, Path(connection.settings_dict["NAME"]), replace=replace, at=at, say=say)
    else:
        _put_into_server(file, told)
    connection.close()
    _put_files_back(file)


def _put_files_back(file: Path) -> None:
    """What people sent, beside the database that names it. A file that is there already is the same: none changes."""
    from django.conf import settings

    with zipfile.ZipFile(file) as whole:
        for name in whole.namelist():
            found = _KEPT.fullmatch(name)
            place = Path(settings.ARCHIVE, *found.groups()) if found else None
            if place is None or place.exists():
                continue
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = place.with_name(f"{place.name}.part")
            part.unlink(missing_ok=True)
            with whole.open(name) as packed, _private(part) as out:
                shutil.copyfileobj(packed, out, PIECE)
            part.chmod(0o400)
            _settled(part, place)


def _put_in_place(file: Path, told: dict[str, Any], place: Path, *, replace: bool, at: datetime, say: Say) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        if not replace:
            raise Unfit(f"{place} exists. Stop the node and say --replace: the database there is kept under another"
                        " name.")
        _nobody_uses(place)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".restore-") as folder:
        found = _unpacked(file, told, Path(folder))
        with _opened(found) as ask:
            _same(told, _state(ask))
        if place.exists():
            aside = place.with_name(f"{place.name}.before-{at:%Y%m%dT%H%M%S}")
            place.replace(aside)
            say(f"What was there is kept as {aside}.")
        _settled(found, place)


def _put_into_server(file: Path, told: dict[str, Any]) -> None:
    from django.db import connection

    if connection.introspection.table_names():
        raise Unfit("The database that LINLI_DATABASE_URL names is not empty. Make an empty one and name that.")
    with tempfile.TemporaryDirectory() as folder:
        found = _unpacked(file, told, Path(folder))
        name = str(connection.settings_dict["NAME"])
        _program("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
                 f"--dbname={name}", str(found))
    with connection.cursor() as cursor:
        _same(told, _state(_asking(cursor)))


def proved(told: dict[str, Any]) -> list[str]:
    """What is to be known once the tables are as this version wants them; the log's root is reckoned anew from its
    leaves. Refuses: Unfit (another root than was signed)."""
    from django.conf import settings

    from linli.watchers.openlog import queries as log
    from linli.watchers.openlog.rules import notes

    size, lines = told["log"]["size"], []
    if size and log.root(size).hex() != told["log"]["root"]:
        raise Unfit("The leaves of the log lead to another root than the one it signed. Do not serve this database.")
    with suppress(FileNotFoundError, notes.NoteBroken):
        shown = notes.read_checkpoint(notes.read((Path(settings.LOG_FOLDER) / "checkpoint").read_text()).text)
        if shown.size > size:
            lines.append(f"The log in {settings.LOG_FOLDER} has {shown.size} entries, this backup {size}. If others"
                         " have seen the later ones, take a later backup: a log that signs two histories is caught.")
    return lines


def _nobody_uses(place: Path) -> None:
    """A database in WAL mode leaves it only for one who is alone with it."""
    alone = sqlite3.connect(place, timeout=0.5)
    try:
        alone.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise Unfit(f"{place} is in use. Stop the node first.") from None
    finally:
        alone.close()


def _unpacked(file: Path, told: dict[str, Any], folder: Path) -> Path:
    found = folder / str(told["database"])
    try:
        with zipfile.ZipFile(file) as whole, whole.open(told["database"]) as packed, _private(found) as out:
            shutil.copyfileobj(packed, out, PIECE)
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, zlib.error) as why:
        raise Unfit(f"{file} is damaged ({why}). Take another copy.") from None
    if _digest(found) != told["sha256"]:
        raise Unfit(f"{file} is damaged: what is in it is not what was put in. Take another copy.")
    return found


def _same(wanted: dict[str, Any], found: dict[str, Any]) -> None:
    if any(wanted[part] != found[part] for part in found):
        raise Unfit("The journal that came back is not the one that was kept. Do not serve this database.")


@contextmanager
def _opened(file: Path) -> Iterator[Ask]:
    held = sqlite3.connect(file)
    try:
        yield held.execute
    finally:
        held.close()


# Files and programs


def _asking(cursor: Any) -> Ask:
    def ask(statement: str) -> Iterator[tuple[Any, ...]]:
        cursor.execute(statement)
        yield from iter(cursor.fetchone, None)

    return ask


def _program(name: str, *words: str) -> None:
    """One of PostgreSQL's programs on the node's database. Refuses: Unfit (not installed, or what it said)."""
    from django.db import connection

    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda one: int(one.parts[-3]))
    found = str(places[-1]) if places else shutil.which(name)
    if not found:
        raise Unfit(f"{name} is not installed (on Debian: apt-get install postgresql-client).")
    given = connection.settings_dict
    env = dict(os.environ, PGHOST=given["HOST"] or "", PGPORT=str(given["PORT"] or ""), PGUSER=given["USER"] or "",
               PGPASSWORD=given["PASSWORD"] or "", PGDATABASE=str(given["NAME"]))
    done = subprocess.run([found, *words], env={key: value for key, value in env.items() if value}, text=True,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise Unfit(f"{name} failed: {done.stderr.strip()[-500:]}")


def _private(file: Path) -> BinaryIO:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _settled(part: Path, file: Path) -> None:
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _digest(file: Path) -> str:
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def _print(master: bytes) -> str:
    """Tells keys apart and says nothing of them."""
    return hashlib.sha256(secrets.derived(master, "fingerprint").encode()).hexdigest()[:16]
