"""Tables as files: CSV with the mark by which spreadsheets know UTF-8, and XLSX. No cell is taken for a formula."""
import csv
import io
from collections.abc import Sequence

Cell = str | int | float | None
BEGINS = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: Cell) -> Cell:
    """A text that a spreadsheet would run, as a text; figures stay figures."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(BEGINS) else cell


def as_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Rows as CSV; what is not known is empty."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(["" if cell is None else guarded(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Rows as one sheet; texts are written as texts, whatever they begin with."""
    from openpyxl import Workbook  # a quarter of a second: for who asks for a sheet, not for every process that starts
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
