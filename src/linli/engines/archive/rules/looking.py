"""What a file is by what is in it, never by its name; and whether it is fit to be kept."""
import re
from collections.abc import Iterator
from typing import BinaryIO

from linli.engines.archive.rules import markup, zips
from linli.engines.archive.rules.kinds import PACKED, SUFFIXES, Kind, called
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_

PIECE = 1 << 18
MOST_PIXELS = 200_000_000
_PROGRAMS = (
    b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"dex\n", b"\0asm", b"L\0\0\0\x01\x14\x02\0", b"ITSF",
)
"""How programs begin on Windows, Linux, macOS and Android, scripts, Java classes, links and compiled help."""
_LOCKED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIZED = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG's frame headers, which say how large the picture is."""


def looked_at(file: BinaryIO, *, name: str, kinds: frozenset[Kind]) -> Kind:
    """The kind of a file, which is one of `kinds`. Looks into what is packed, and leaves the file read somewhere.

    Refuses: RuleBroken (empty, a program or with one in it, another kind, locked with a password, with macros, damaged
    or broken off, a picture or package that unpacks to far more than it is).
    """
    head = _from(file, 0, 4096)
    if not head:
        raise RuleBroken(N_("This file is empty. Choose another one."), field="file", rule="archive.whole")
    if is_program(head):
        raise RuleBroken(N_("This is a program, whatever its name says. Send a document: {kinds}."), field="file",
                         rule="archive.programs", kinds=called(kinds))
    kind = _kind(file, head, name, kinds)
    if kind is None or kind not in kinds:
        if head.startswith(_OLD_OFFICE):
            raise RuleBroken(N_("This is a document of an old office program. Save it as one of these: {kinds}."),
                             field="file", rule="archive.kinds", kinds=called(kinds))
        raise RuleBroken(N_("Files of this kind cannot be read here. Send one of these: {kinds}."), field="file",
                         rule="archive.kinds", kinds=called(kinds))
    if kind is Kind.PDF:
        _look_at_pdf(file)
    elif kind is Kind.PNG:
        _look_at_png(file, head)
    elif kind is Kind.JPEG:
        _look_at_jpeg(file)
    elif kind is Kind.XML:
        markup.looked_through(pieces(file))
    return kind


def is_program(head: bytes) -> bool:
    """Whether a computer would run what begins so."""
    return head.startswith(_PROGRAMS) or head.startswith(b"MZ") and b"\0" in head  # a word may begin with MZ too


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """A file from its beginning, in pieces."""
    file.seek(0)
    while some := file.read(PIECE):
        yield some


def _from(file: BinaryIO, place: int, size: int) -> bytes:
    file.seek(place)
    return file.read(size)


def _end(file: BinaryIO, size: int) -> bytes:
    file.seek(max(0, file.seek(0, 2) - size))
    return file.read(size)


def _kind(file: BinaryIO, head: bytes, name: str, kinds: frozenset[Kind]) -> Kind | None:
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head.startswith(b"PK\3\4"):
        return zips.looked_at(file, is_program=is_program) if kinds & PACKED else None
    if not _is_text(file):
        return None
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<" or head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return Kind.XML
    return Kind.CSV if name.casefold().rpartition(".")[2] in SUFFIXES[Kind.CSV] else Kind.TEXT


def _is_text(file: BinaryIO) -> bool:
    """No byte that no text has, in UTF-8 and GB18030 alike; or XML in UTF-16."""
    first = _from(file, 0, 2)
    if first in {b"\xff\xfe", b"\xfe\xff"}:
        return True
    never = bytes({*range(32)} - {9, 10, 12, 13})
    return all(len(some) == len(some.translate(None, never)) for some in pieces(file))


def _look_at_pdf(file: BinaryIO) -> None:
    if b"%%EOF" not in _end(file, 2048):
        raise markup.broken()
    before = b""
    for some in pieces(file):
        if _LOCKED.search(before + some):
            raise zips.locked()
        before = some[-64:]


def _look_at_png(file: BinaryIO, head: bytes) -> None:
    if head[12:16] != b"IHDR" or b"IEND" not in _end(file, 1 << 16):
        raise markup.broken()
    _require_pixels(int.from_bytes(head[16:20]), int.from_bytes(head[20:24]))


def _look_at_jpeg(file: BinaryIO) -> None:
    """Step from one marker to the next, to where the size of the picture is."""
    file.seek(2)
    while True:
        marker = file.read(2)
        while len(marker) == 2 and marker == b"\xff\xff":  # markers may be filled up
            marker = b"\xff" + file.read(1)
        length = int.from_bytes(file.read(2))
        if len(marker) < 2 or marker[0] != 0xFF or length < 2:
            raise markup.broken()
        body = file.read(length - 2)
        if len(body) < length - 2:
            raise markup.broken()
        if marker[1] in _SIZED:
            return _require_pixels(int.from_bytes(body[1:3]), int.from_bytes(body[3:5]))


def _require_pixels(one: int, other: int) -> None:
    if not one or not other:
        raise markup.broken()
    if one * other > MOST_PIXELS:
        raise RuleBroken(N_("This picture has more than {millions} million points: it would fill a computer's memory."
                            " Make it smaller and send it again."), field="file", rule="archive.bombs",
                         millions=MOST_PIXELS // 1_000_000)
