"""The operator's door: `./linli import services|facilities FILE`, `./linli export hsds --to FILE`."""
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from linli.kernel import sheets
from linli.kernel.actor import Actor
from linli.kernel.doors import say
from linli.kernel.refusals import FileRefused, RowError
from linli.registers.directory import actions
from linli.registers.directory.queries import hsds
from linli.registers.directory.rules import facilities, rows


def import_services(
    file: Path, *, organisation: UUID, partial: bool = False, by: Actor, at: datetime
) -> actions.Imported:
    """Read a CSV of services. Refuses: RuleBroken (not such a file), FileRefused (bad rows)."""
    return actions.import_services(organisation, rows=rows.read(file.read_bytes()), partial=partial, by=by, at=at)


def import_facilities(
    file: Path, *, source: str = "", partial: bool = False, corrections: Path | None = None, by: Actor, at: datetime
) -> actions.Facilities:
    """Read a public list of facilities: CSV (UTF-8, GB18030), XLSX or XLS.

    The refused rows are written to `corrections`, as they stood and with their reasons, to be put right and sent again.
    Refuses: RuleBroken (not such a file), FileRefused (bad rows).
    """
    sheet = facilities.sheet(sheets.read(file.read_bytes()))
    def correct(refused: tuple[RowError, ...]) -> None:
        if corrections is not None and refused:
            told = facilities.corrections(sheet, refused, [say(one.why) for one in refused])
            corrections.write_text(sheets.written(told), encoding="utf-8", newline="")

    try:
        done = actions.import_facilities(sheet, source=source or file.stem, partial=partial, by=by, at=at)
    except FileRefused as why:
        correct(why.rows)
        raise
    correct(done.refused)
    return done


def export_hsds(to: Path, *, base: str, at: datetime) -> int:
    """Write the whole directory as an HSDS tabular data package; how many services stand in it."""
    return hsds.keep(to, here=hsds.Here(base.rstrip("/"), timezone.localdate(at)))
