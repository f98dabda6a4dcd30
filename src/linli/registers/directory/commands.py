"""The operator's door: `./linli import services FILE --organisation CODE`."""
from datetime import datetime
from pathlib import Path
from uuid import UUID

from linli.kernel.actor import Actor
from linli.registers.directory import actions
from linli.registers.directory.rules import rows


def import_services(
    file: Path, *, organisation: UUID, partial: bool = False, by: Actor, at: datetime
) -> actions.Imported:
    """Read a CSV of services. Refuses: RuleBroken (not such a file), FileRefused (bad rows)."""
    return actions.import_services(organisation, rows=rows.read(file.read_bytes()), partial=partial, by=by, at=at)
