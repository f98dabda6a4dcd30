"""Sheets of rows as people send them: CSV in UTF-8 or GB18030, XLSX, XLS; read whole, or row by row from a file."""
import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text

MOST_BYTES = 20_000_000
MOST_UNPACKED, TIGHTEST = 1_000_000_000, 150
"""What a workbook may unpack to, in bytes and in times its size; what is packed tighter was made to fill the memory."""
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PIECE = 1 << 20


def read(data: bytes) -> list[list[str]]:
    """The rows of a file, cell by cell as text, without empty ones; the first sheet of a workbook.

    Refuses, RuleBroken on `file`: too large, no such file, another encoding, empty.
    """
    if len(data) > MOST_BYTES:
        raise _too_large(MOST_BYTES)
    found = list(_filled(_workbook(data) if data.startswith((ZIP, OLE)) else _text(io.BytesIO(data))))
    if not found:
        raise _refused(N_("The file is empty."))
    return found


def lines(file: Path, *, most: int) -> Iterator[list[str]]:
    """The rows of a file of at most so many bytes, one at a time; a CSV is never whole in memory. Refuses as `read`."""
    size = file.stat().st_size
    if size > most:
        raise _too_large(most)
    with file.open("rb") as stream:
        begin = stream.read(4)
        stream.seek(0)
        if begin in (ZIP, OLE):
            if size > MOST_BYTES * 5:
                raise _too_large(MOST_BYTES * 5)
            rows: Iterable[list[str]] = _workbook(stream.read())
        else:
            rows = _text(stream)
        empty = True
        for row in _filled(rows):
            empty = False
            yield row
    if empty:
        raise _refused(N_("The file is empty."))


def _filled(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    return (row for row in ([cell.strip() for cell in row] for row in rows) if any(row))


def _workbook(data: bytes) -> list[list[str]]:
    try:
        if data.startswith(ZIP):
            with ZipFile(io.BytesIO(data)) as packed:
                if sum(one.file_size for one in packed.infolist()) > min(MOST_UNPACKED, len(data) * TIGHTEST):
                    raise _refused(N_("This workbook unpacks to far more than it holds. Save it again as “CSV UTF-8”."))
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python() if book.sheet_names else []
    except (CalamineError, BadZipFile, ValueError, IndexError, OSError):
        raise _refused(N_("This workbook cannot be read. Save it again as XLSX or as “CSV UTF-8”.")) from None
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: Any) -> str:
    """A number without the decimals that the workbook gives every number."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


def _text(stream: BinaryIO) -> Iterator[list[str]]:
    encoding = _encoding(stream)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    first = text.readline()
    text.seek(0)
    mark = max((",", "\t", ";", "，"), key=first.count)
    try:
        yield from csv.reader(text, delimiter=mark, strict=True)
    except csv.Error:
        raise _refused(N_("This is no CSV file: a quotation mark is not closed.")) from None
    finally:
        text.detach()


def _encoding(stream: BinaryIO) -> str:
    """The one that the whole of it is written in."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        stream.seek(0)
        try:
            while piece := stream.read(_PIECE):
                if b"\x00" in piece:
                    raise _refused(N_("This is no sheet. Send XLSX, XLS, or CSV in UTF-8 or GB18030."))
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        stream.seek(0)
        return encoding
    raise _refused(N_("The file is neither UTF-8 nor GB18030. Save it as “CSV UTF-8” and send it again."))


def written(rows: Iterable[list[str]]) -> str:
    """Rows as CSV, with the mark by which spreadsheets know UTF-8; nothing in a cell is taken for a formula."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    csv.writer(out).writerows(
        [f"'{cell}" if cell.startswith(("=", "+", "@")) else cell for cell in row] for row in rows)
    return out.getvalue()


def _too_large(most: int) -> RuleBroken:
    return _refused(N_("The file is larger than {most} MB. Split it."), most=most // 1_000_000)


def _refused(message: Text, **values: object) -> RuleBroken:
    return RuleBroken(message, rule=None, field="file", **values)
