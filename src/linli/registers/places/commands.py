"""The operator's door: `./linli import places FILE`."""
import csv
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from linli.kernel.actor import Actor
from linli.kernel.refusals import FileRefused, RowError, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import actions
from linli.registers.places.rules import Issuer, RegionRow

COLUMNS = ("code12", "level", "name", "parent12")


def import_places(
    file: Path, *, issuer: str = Issuer.STATS, from_: date, partial: bool = False, by: Actor, at: datetime
) -> actions.Imported:
    """Read a CSV with the columns code12, level, name, parent12. Refuses: RuleBroken (not such a file), FileRefused."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if not set(COLUMNS) <= set(reader.fieldnames or ()):
                raise RuleBroken(N_("The file needs the columns {columns}."), columns=", ".join(COLUMNS))
            rows = [RegionRow(*((line[column] or "").strip() for column in COLUMNS)) for line in reader]
    except (UnicodeDecodeError, csv.Error):
        raise RuleBroken(N_("The file is no CSV in UTF-8.")) from None
    try:
        done = actions.import_regions(rows, issuer=issuer, from_=from_, partial=partial, by=by, at=at)
    except FileRefused as why:
        told = _in_file(why.rows)
        raise FileRefused(why.message, rows=told, **why.values | {"row": told[0].row}) from None  # type: ignore[arg-type]
    return replace(done, refused=_in_file(done.refused))


def _in_file(rows: tuple[RowError, ...]) -> tuple[RowError, ...]:
    """By the lines of the file, whose first is the header."""
    return tuple(replace(row, row=row.row + 1) for row in rows)
