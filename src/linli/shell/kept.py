"""A demo city that is kept in its folder: which version of the code built it, and whether this one can serve it."""
import hashlib
import json
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum, auto
from pathlib import Path
from typing import Any

from django.db import connection

SOURCE = Path(__file__).parents[1]
MARK = "city.json"
DATABASE, BUILDING = "linli.sqlite3", "building.sqlite3"


class Standing(StrEnum):
    NONE = auto()
    SAME = auto()
    OLDER = auto()
    """Another version of the demo built it; its tables are ours, or can be brought up to date."""
    UNREADABLE = auto()
    """Its tables are of another version, and nothing leads from them to ours."""


def standing(data: Path, size: str) -> Standing:
    """What the folder holds, for somebody who wants a city of this size. Refuses: ValueError, saying so, where it holds
    one of another size."""
    if not (data / DATABASE).exists():
        return Standing.NONE
    try:
        mark: dict[str, Any] = json.loads((data / MARK).read_text())
    except (OSError, ValueError):
        return Standing.UNREADABLE  # kept before cities were marked
    if mark.get("size") != size:
        raise ValueError(f"{data} holds the city of size {mark.get('size')}. Choose another folder with --data, or"
                         " build anew in this one with --anew.")
    ours = _tables()
    if any(ours.get(name) != digest for name, digest in mark["tables"].items()):
        return Standing.UNREADABLE
    return Standing.SAME if mark["demo"] == _demo() else Standing.OLDER


def mark(data: Path, size: str) -> None:
    """Say of a city that is about to be kept which version of the code built it."""
    said = {"size": size, "demo": _demo(), "tables": _tables()}
    (data / MARK).write_text(json.dumps(said, indent=1))


def clear(data: Path, *, whole: bool = False) -> None:
    """Take away what is left of a city that was not finished; with `whole`, the kept one too."""
    for left in data.glob(f"{BUILDING}*"):
        left.unlink()
    if whole or not (data / DATABASE).exists():
        for folder in ("log", "archive"):  # another city's open log, and its files
            shutil.rmtree(data / folder, ignore_errors=True)
        for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", MARK, "personas.json"):
            (data / name).unlink(missing_ok=True)


@contextmanager
def whole_or_nothing(data: Path, *, say: Callable[[str], None]) -> Iterator[None]:
    """While a city is built: however it is broken off, Ctrl-C and SIGTERM too, nothing of it is left."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except BaseException:
        connection.close()
        clear(data)
        say("Broken off: nothing of the unfinished city is left.")
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _tables() -> dict[str, str]:
    """Each migration with its digest. One that was remade is not the one whose tables a city has."""
    return {f"{file.parents[1].name}/{file.stem}": _digest([file])
            for file in sorted(SOURCE.glob("**/migrations/0*.py"))}


def _demo() -> str:
    folder = SOURCE / "demo"
    return _digest(sorted([*folder.glob("*.py"), *folder.glob("data/*.toml")]))


def _digest(files: list[Path]) -> str:
    made = hashlib.sha256()
    for file in files:
        made.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return made.hexdigest()[:32]
