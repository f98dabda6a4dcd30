"""What is recorded about files and packages; no names of files, no digests of what people sent."""
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class FileKept(Fact):
    visibility: ClassVar[Visibility] = Visibility.PRIVATE
    file: UUID
    owner: str
    kind: str
    size: int


@dataclass(frozen=True)
class FileCleared(Fact):
    """Its content is gone: taken back by those who kept it, or its owner was erased."""

    visibility: ClassVar[Visibility] = Visibility.PRIVATE
    file: UUID
    owner: str
    reason: str


@dataclass(frozen=True)
class PackageMade(Fact):
    visibility: ClassVar[Visibility] = Visibility.PRIVATE
    package: UUID
    file: UUID
    sha256: str
    files: int


@dataclass(frozen=True)
class PackageDamaged(Fact):
    """A package is no longer what it was."""

    visibility: ClassVar[Visibility] = Visibility.PRIVATE
    package: UUID
    reason: str


@dataclass(frozen=True)
class PackageSound(Fact):
    """A package that was damaged is again what it was: its file came back from a backup."""

    visibility: ClassVar[Visibility] = Visibility.PRIVATE
    package: UUID
