"""Packages as BagIt 1.0 (RFC 8493) lays them out: content, structure, metadata, and digests of every part.

One ZIP file: the same content, packed at the same moment, is the same bytes. Whoever has it can check it without us.
"""
import hashlib
import json
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum, auto
from typing import Any, BinaryIO
from uuid import UUID

FOR_EVER = "for ever"
METADATA, STRUCTURE, CHECKS = "metadata/metadata.json", "metadata/structure.json", "metadata/checks.json"
INFO, MANIFEST, TAGS = "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"
ELEMENTS = ("origin", "process")
"""What metadata must say: who made it, and by which steps (档案法 Art. 37, 档案法实施条例 Art. 39)."""
_LASTING = {".pdf", ".ofd", ".jpg", ".jpeg", ".png", ".xml", ".json", ".csv", ".txt", ".html"}
_SHRINKS = {".xml", ".json", ".csv", ".txt", ".html"}
_PIECE = 1 << 18
_PLAIN = re.compile(r"[^\\:*?\"<>|\x00-\x1f]{1,200}")


@dataclass(frozen=True)
class Section:
    """A part of a package's structure: its title, and its files in their order."""

    title: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A file to be packed: where it stands in the package, its size, its bytes, and the digest they must have."""

    path: str
    size: int
    content: Iterable[bytes]
    sha256: str = ""


class Changed(Exception):
    """A file is no longer what was kept."""


def require_whole(paths: Sequence[str], *, metadata: Mapping[str, Any], structure: Sequence[Section]) -> None:
    """Refuses: ValueError (no files; a path that no system takes; files outside the structure, or in it twice; metadata
    that does not say who made this and by which steps)."""
    listed = [path for section in structure for path in section.files]
    if not paths or sorted(listed) != sorted(paths) or len({path.casefold() for path in paths}) != len(paths):
        raise ValueError("each file of a package stands in its structure, once")
    for path in paths:
        parts = path.split("/")
        if not _PLAIN.fullmatch(path) or any(part in {"", ".", ".."} or part != part.strip(" .") for part in parts):
            raise ValueError(f"no path in a package: {path!r}")
        if unicodedata.normalize("NFC", path) != path:
            raise ValueError(f"a path is written in NFC: {path!r}")
    missing = [key for key in ELEMENTS if not metadata.get(key)]
    if missing:
        raise ValueError(f"a package says its {' and its '.join(missing)}")


def write(out: BinaryIO, *, ref: UUID, title: str, parts: Iterable[Part], metadata: Mapping[str, Any],
          structure: Sequence[Section], until: date | None, at: datetime) -> int:
    """Write a package; how many files are in it. `until` is the first day on which it need not be kept; None for ever.

    Refuses: Changed (a part that is not what was kept).
    """
    top, moment = str(ref), at.astimezone(UTC)
    digests: dict[str, str] = {}
    size = 0
    with zipfile.ZipFile(out, "w") as bag:
        def put(path: str, total: int, content: Iterable[bytes]) -> str:
            entry = zipfile.ZipInfo(f"{top}/{path}", moment.timetuple()[:6])
            entry.file_size, entry.external_attr = total, 0o644 << 16
            ending = path[path.rfind("."):].casefold()
            entry.compress_type = zipfile.ZIP_DEFLATED if ending in _SHRINKS else zipfile.ZIP_STORED
            digest = hashlib.sha256()
            with bag.open(entry, "w") as target:
                for some in content:
                    digest.update(some)
                    target.write(some)
            return digest.hexdigest()

        def tag(path: str, text: str) -> None:
            tags[path] = put(path, len(text.encode()), [text.encode()])

        for part in parts:
            digests[part.path] = put(f"data/{part.path}", part.size, part.content)
            size += part.size
            if part.sha256 and digests[part.path] != part.sha256:
                raise Changed
        tags: dict[str, str] = {}
        tag("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        tag(INFO, _info(title, ref, len(digests), size, until, moment))
        tag(METADATA, _json(dict(metadata)))
        tag(STRUCTURE, _json([{"title": one.title, "files": list(one.files)} for one in structure]))
        tag(CHECKS, _json(_checks(digests, at)))
        tag(MANIFEST, _lines({f"data/{path}": digest for path, digest in digests.items()}))
        text = _lines(tags)
        put(TAGS, len(text.encode()), [text.encode()])
    return len(digests)


def _info(title: str, ref: UUID, count: int, size: int, until: date | None, at: datetime) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    return (f"External-Description: {plain}\nExternal-Identifier: urn:uuid:{ref}\nBagging-Date: {at:%Y-%m-%d}\n"
            f"Payload-Oxum: {size}.{count}\nRetention: {until or FOR_EVER}\n")


def _checks(digests: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """What was true of the package when it was made: authentic, complete, usable, safe (真实、完整、可用、安全)."""
    short = sorted(path for path in digests if path[path.rfind("."):].casefold() not in _LASTING)
    return {"at": at.astimezone(UTC).isoformat(timespec="seconds"), "authentic": True, "complete": True,
            "usable": not short, "formats_that_may_not_last": short, "safe": True}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=_said) + "\n"


def _said(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _lines(digests: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {path.replace('%', '%25')}\n" for path, digest in digests.items())


# Checking one


class Fault(StrEnum):
    NOT_ONE = auto()
    MISSING = auto()
    CHANGED = auto()
    EXTRA = auto()
    STRUCTURE = auto()


@dataclass(frozen=True)
class Report:
    """What a package says of itself, and what is wrong with it: each fault with the part it is in."""

    title: str
    ref: str
    packed_on: str
    kept: str
    files: int
    size: int
    sha256: str
    faults: tuple[tuple[Fault, str], ...]

    @property
    def sound(self) -> bool:
        return not self.faults


def examined(file: BinaryIO) -> Report:
    """Look through a whole package, part by part; each is read once, in pieces."""
    faults: list[tuple[Fault, str]] = []
    sha256 = _digest_of(file)
    try:
        with zipfile.ZipFile(file) as bag:
            names = [name for name in bag.namelist() if not name.endswith("/")]
            tops = {name.partition("/")[0] for name in names}
            top = tops.pop() if len(tops) == 1 else ""
            if f"{top}/bagit.txt" not in names:
                return Report("", "", "", "", 0, 0, sha256, ((Fault.NOT_ONE, ""),))
            found = {name.partition("/")[2]: _digest(bag, name) for name in names}
            tags, listed = _listed(bag, f"{top}/{TAGS}"), _listed(bag, f"{top}/{MANIFEST}")
            faults += _compared(tags | listed, found)
            faults += [(Fault.MISSING, path) for path in (TAGS, MANIFEST) if path not in found]
            stray = {path for path in found if path.startswith("data/")} - set(listed)
            stray |= {path for path in found if not path.startswith("data/")} - set(tags) - {TAGS}
            faults += [(Fault.EXTRA, path) for path in sorted(stray)]
            info = _read_info(bag, f"{top}/{INFO}")
            payload = [one for one in bag.infolist() if one.filename.startswith(f"{top}/data/")]
            size = sum(one.file_size for one in payload)
            if len(names) != len(found) or info.get("Payload-Oxum") != f"{size}.{len(payload)}":
                faults.append((Fault.CHANGED, INFO))
            faults += _structure(bag, f"{top}/{STRUCTURE}", {path.removeprefix("data/") for path in listed})
            return Report(info.get("External-Description", ""), info.get("External-Identifier", ""),
                          info.get("Bagging-Date", ""), info.get("Retention", ""), len(payload), size, sha256,
                          tuple(dict.fromkeys(faults)))
    except (zipfile.BadZipFile, ValueError, KeyError, EOFError, NotImplementedError, RuntimeError, OSError):
        return Report("", "", "", "", 0, 0, sha256, ((Fault.NOT_ONE, ""),))


def _digest_of(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while some := file.read(_PIECE):
        digest.update(some)
    return digest.hexdigest()


def _compared(listed: Mapping[str, str], found: Mapping[str, str]) -> Iterator[tuple[Fault, str]]:
    for path, digest in listed.items():
        if path not in found:
            yield Fault.MISSING, path
        elif found[path] != digest:
            yield Fault.CHANGED, path


def _digest(bag: zipfile.ZipFile, name: str) -> str:
    """Empty where the part cannot be read to its end."""
    digest = hashlib.sha256()
    try:
        with bag.open(name) as part:
            while some := part.read(_PIECE):
                digest.update(some)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        return ""
    return digest.hexdigest()


def _listed(bag: zipfile.ZipFile, name: str) -> dict[str, str]:
    pairs = (line.split(None, 1) for line in _text(bag, name).splitlines() if line.strip())
    return {_unescaped(path): digest.casefold() for digest, path in pairs}


def _unescaped(path: str) -> str:
    """RFC 8493, 2.1.3: line ends and the sign itself are written with %, and nothing else."""
    return re.sub("%(0A|0D|25)", lambda found: chr(int(found[1], 16)), path, flags=re.IGNORECASE)


def _read_info(bag: zipfile.ZipFile, name: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in _text(bag, name).splitlines() if ": " in line)


def _text(bag: zipfile.ZipFile, name: str) -> str:
    try:
        return bag.read(name).decode()
    except (KeyError, zipfile.BadZipFile, zlib.error):
        return ""


def _structure(bag: zipfile.ZipFile, name: str, paths: set[str]) -> list[tuple[Fault, str]]:
    """Packages of others need not have one."""
    text = _text(bag, name)
    if not text:
        return []
    listed = [path for section in json.loads(text) for path in section["files"]]
    return [] if sorted(listed) == sorted(paths) else [(Fault.STRUCTURE, STRUCTURE)]
