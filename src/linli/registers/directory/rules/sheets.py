"""A sheet of rows as people send it: CSV in UTF-8 or GB18030, XLSX, XLS."""
import csv
import io
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text

MOST_BYTES = 20_000_000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read(data: bytes) -> list[list[str]]:
    """The rows of a file, cell by cell as text, without empty ones; the first sheet of a workbook.

    Refuses, RuleBroken on `file`: too large, no such file, another encoding, empty.
    """
    if len(data) > MOST_BYTES:
        raise _refused(N_("The file is larger than {most} MB. Split it."), most=MOST_BYTES // 1_000_000)
    rows = _workbook(data) if data.startswith((ZIP, OLE)) else _text(data)
    found = [row for row in ([cell.strip() for cell in row] for row in rows) if any(row)]
    if not found:
        raise _refused(N_("The file is empty."))
    return found


def _workbook(data: bytes) -> list[list[str]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python() if book.sheet_names else []
    except (CalamineError, ValueError, IndexError, OSError):
        raise _refused(N_("This workbook cannot be read. Save it again as XLSX or as “CSV UTF-8”.")) from None
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: Any) -> str:
    """A number without the decimals that the workbook gives every number."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


def _text(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _refused(N_("The file is neither UTF-8 nor GB18030. Save it as “CSV UTF-8” and send it again."))
    if "\x00" in text:
        raise _refused(N_("This is no sheet. Send XLSX, XLS, or CSV in UTF-8 or GB18030."))
    first = text.partition("\n")[0]
    mark = max((",", "\t", ";", "，"), key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error:
        raise _refused(N_("This is no CSV file: a quotation mark is not closed.")) from None


def written(rows: list[list[str]]) -> str:
    """Rows as CSV, with the mark by which spreadsheets know UTF-8; nothing in a cell is taken for a formula."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    csv.writer(out).writerows(
        [f"'{cell}" if cell.startswith(("=", "+", "@")) else cell for cell in row] for row in rows)
    return out.getvalue()


def _refused(message: Text, **values: object) -> RuleBroken:
    return RuleBroken(message, field="file", **values)  # type: ignore[arg-type]
