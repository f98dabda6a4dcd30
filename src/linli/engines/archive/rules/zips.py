"""What is packed in a file: counted and unpacked within limits, to see that it can be opened and is no trap."""
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, BinaryIO

from linli.engines.archive.rules import veiled
from linli.engines.archive.rules.kinds import Kind
from linli.engines.archive.rules.markup import Prolog, broken
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_

MOST_MEMBERS, MOST_BYTES, MOST_TIMES, FREE_BYTES, DEEPEST = 5_000, 200_000_000, 100, 10_000_000, 2
"""Parts, bytes unpacked in all, how many times more than packed (below FREE_BYTES nobody counts), packed in packed."""
_DIRECTORY = 2_000_000  # bytes: read whole into memory, so it is looked at first
_PIECE = 1 << 17
_MARKUP = (".xml", ".rels", ".vml")
_RUN = (".exe", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".hta", ".lnk",
        ".jar", ".apk", ".dll", ".sh", ".reg")
_CONTENT_TYPES = "[Content_Types].xml"
_SAYS = {b"wordprocessingml.document.main+xml": Kind.DOCX, b"spreadsheetml.sheet.main+xml": Kind.XLSX}
IsProgram = Callable[[bytes], bool]


@dataclass
class _Budget:
    """What may still be unpacked, of the outermost file and all in it."""

    left: int
    parts: int


def looked_at(file: BinaryIO, *, is_program: IsProgram, budget: _Budget | None = None, depth: int = 1) -> Kind:
    """What a ZIP file is: a document of an office program, an OFD, or a ZIP file and nothing else.

    Refuses: RuleBroken (too much in it, a program or macros in it, locked, damaged, with paths that lead out).
    """
    size = file.seek(0, 2)
    if budget is None:
        budget = _Budget(min(MOST_BYTES, max(FREE_BYTES, size * MOST_TIMES)), MOST_MEMBERS)
    _look_at_end(file, size)
    try:
        with zipfile.ZipFile(file) as whole:
            members = whole.infolist()
            _look_at_list(members, budget)
            kind = _kind(whole)
            for member in members:
                if not member.is_dir():
                    _look_into(whole, member, kind, is_program, budget, depth)
            return kind
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError, OSError):
        raise broken() from None


def _look_at_end(file: BinaryIO, size: int) -> None:
    """The directory at the end says how large it is. Refuses: RuleBroken (too large to be read, or missing)."""
    file.seek(max(0, size - 66_000))
    end = file.read(66_000)
    place = end.rfind(b"PK\5\6")
    if place < 0 or len(end) < place + 22:
        raise broken()
    directory = int.from_bytes(end[place + 12:place + 16], "little")
    if directory > _DIRECTORY or end[max(0, place - 20):place].startswith(b"PK\6\7"):  # or more than 65,535 parts
        raise _too_much()


def _look_at_list(members: list[zipfile.ZipInfo], budget: _Budget) -> None:
    budget.parts -= len(members)
    budget.left -= sum(member.file_size for member in members)
    if budget.left < 0 or budget.parts < 0:
        raise _too_much()
    names, end = set(), 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.flag_bits & 1:
            raise locked()
        name = member.filename.replace("\\", "/")
        leads_out = name.startswith("/") or ":" in name or ".." in name.split("/")
        if leads_out or stat.S_ISLNK(member.external_attr >> 16) or name in names:
            raise RuleBroken(N_("The names in this file lead to places outside it, or stand there twice. Pack it anew"
                                " with plain names."), field="file", rule="archive.bombs")
        names.add(name)
        if member.header_offset < end:  # one part serving as many is how the smallest bombs are made
            raise _too_much()
        end = member.header_offset + member.compress_size
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RuleBroken(N_("This file is packed in a way that not everybody can open. Pack it anew as an ordinary"
                                " ZIP file."), field="file", rule="archive.kinds")


def _kind(whole: zipfile.ZipFile) -> Kind:
    names = set(whole.namelist())
    if "OFD.xml" in names:
        return Kind.OFD
    if _CONTENT_TYPES not in names:
        return Kind.ZIP
    with whole.open(_CONTENT_TYPES) as types:
        said = types.read(1_000_000)
    if b"macroEnabled" in said:
        raise _macros()
    return next((kind for words, kind in _SAYS.items() if words in said), Kind.ZIP)


def _look_into(whole: zipfile.ZipFile, member: zipfile.ZipInfo, kind: Kind, is_program: IsProgram, budget: _Budget,
               depth: int) -> None:
    """Unpack a part to its end, piece by piece: its digest holds, and nothing in it runs."""
    name = member.filename.casefold()
    if name.endswith("vbaproject.bin"):
        raise _macros()
    with whole.open(member) as part:
        some = part.read(_PIECE)
        if is_program(some) or name.endswith(_RUN):
            raise RuleBroken(N_("There is a program in this file. Take it out and send the documents only."),
                             field="file", rule="archive.programs")
        if some.startswith(b"PK\3\4"):
            return _look_deeper(part, some, is_program, budget, depth)
        prolog = Prolog(strict=kind is not Kind.ZIP) if name.endswith(_MARKUP) else None
        while some:
            if prolog and not prolog.done:
                prolog.feed(some)
            some = part.read(_PIECE)


def _look_deeper(part: IO[bytes], some: bytes, is_program: IsProgram, budget: _Budget, depth: int) -> None:
    if depth >= DEEPEST:
        raise _too_much()
    with veiled.made() as inner:  # within the budget, and gone at once
        while some:
            inner.write(some)
            some = part.read(_PIECE)
        looked_at(inner, is_program=is_program, budget=budget, depth=depth + 1)


def locked() -> RuleBroken:
    return RuleBroken(N_("This file is locked with a password: nobody here could read it. Send it without one."),
                      field="file", rule="archive.whole")


def _too_much() -> RuleBroken:
    return RuleBroken(N_("Unpacked, this file would be far larger than it is. Send the documents in it one by one."),
                      field="file", rule="archive.bombs")


def _macros() -> RuleBroken:
    return RuleBroken(N_("There are macros in this document, which are programs. Save it without them, or as a PDF."),
                      field="file", rule="archive.programs")
