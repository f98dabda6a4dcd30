"""The operator's door: `./linli import staff FILE --organisation CODE`."""
from datetime import datetime
from pathlib import Path
from uuid import UUID

from linli.kernel.actor import Actor
from linli.registers.practitioners import actions, rules


def import_staff(
    file: Path, *, organisation: UUID, partial: bool = False, by: Actor, at: datetime
) -> actions.Imported:
    """Read a CSV of staff, who were asked. Refuses: RuleBroken (not such a file), FileRefused (bad rows)."""
    rows = rules.read_staff(file.read_bytes())
    return actions.import_staff(organisation, rows=rows, consented=True, partial=partial, by=by, at=at)
