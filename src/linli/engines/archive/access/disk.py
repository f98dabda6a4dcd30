"""Where the bytes lie: DATA/archive, each file sealed and under its ref, written whole or not at all."""
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from linli.engines.archive.rules import veiled

PART = ".part"


def root() -> Path:
    return Path(settings.ARCHIVE)


def place(ref: UUID) -> Path:
    """The end of a ref is random: as many files in each of 256 folders."""
    return root() / ref.hex[-2:] / str(ref)


def write(ref: UUID, pieces: Iterable[bytes]) -> None:
    """Write a file; what breaks off half-way leaves nothing."""
    file = place(ref)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(file.name + PART)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for some in pieces:
                out.write(some)
            out.flush()
            os.fsync(out.fileno())
        part.chmod(0o400)
        part.replace(file)
        _settle(file.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def nameless() -> Iterator[BinaryIO]:
    """A file without a name, for what must be read twice: veiled, and gone once it is closed, whatever happens."""
    with passing() as made:
        yield made


def passing() -> BinaryIO:
    """The same, for whoever closes it later."""
    root().mkdir(mode=0o700, parents=True, exist_ok=True)
    return veiled.made(root())


def opened(ref: UUID) -> BinaryIO:
    """A file as it lies there, sealed. Refuses: FileNotFoundError."""
    return place(ref).open("rb")


def remove(ref: UUID) -> None:
    place(ref).unlink(missing_ok=True)


def older(than: float) -> Iterator[tuple[Path, UUID | None]]:
    """What was written before this second of the epoch; a ref where it is a whole file."""
    for file in root().glob("??/*"):
        with suppress(OSError):
            if file.stat().st_mtime < than:
                yield file, _ref(file.name)


def _ref(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def _settle(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
