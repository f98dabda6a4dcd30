"""The operator's door: `./linli import organisations FILE`."""
import gc
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from linli.kernel import sheets
from linli.kernel.actor import Actor
from linli.kernel.doors import say, speak
from linli.kernel.refusals import FileRefused, RowError
from linli.registers.organisations import actions
from linli.registers.organisations.rules import checking

MOST_BYTES = 1_000_000_000


def import_register(
    file: Path, *, source: str = "", on: date, partial: bool = False, corrections: Path | None = None, by: Actor,
    at: datetime,
) -> actions.Brought:
    """Read a file of the register: CSV (UTF-8, GB18030), XLSX or XLS. `on` is the day of the file.

    The rows put aside are written to `corrections`, as they stood and with their reasons, to be put right and sent
    again. Refuses: RuleBroken (not such a file), FileRefused (bad rows).
    """
    gc.freeze()  # what is loaded stays; looking through it again and again would cost a fifth of the time
    try:
        done = actions.import_register(lambda: sheets.lines(file, most=MOST_BYTES), source=source or file.stem, on=on,
                                       partial=partial, by=by, at=at)
    except FileRefused as why:
        _correct(file, corrections, why.rows)
        raise
    finally:
        gc.unfreeze()
    _correct(file, corrections, done.refused)
    return done


def quality(done: actions.Brought) -> list[tuple[str, int, int]]:
    """The six properties in words, each so many of so many."""
    return [(speak(checking.PROPERTIES[of][0]), good, all_) for of, (good, all_) in done.quality.items()]


def _correct(file: Path, to: Path | None, refused: Sequence[RowError]) -> None:
    """The rows put aside, each once with all its reasons, read from the file again: it may be too large to be kept."""
    if to is None or not refused:
        return
    why: dict[int, list[str]] = {}
    for one in refused:
        why.setdefault(one.row, []).append(say(one.why))
    lines = sheets.lines(file, most=MOST_BYTES)
    head = checking.header(next(lines))
    rows = ((number, cells, " ".join(why[number]), "") for number, cells in enumerate(lines, start=2) if number in why)
    to.write_text(sheets.written(checking.corrections(head, rows)), encoding="utf-8", newline="")
