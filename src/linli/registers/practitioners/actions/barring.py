"""What an office forbids: decided by a register above this one, shown on every passport of the person."""
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action, read_anew
from linli.kernel.actor import Actor
from linli.registers.practitioners import events, queries
from linli.registers.practitioners.models import Practitioner
from linli.registers.practitioners.rules import Bar


@action
def show_bars(person: UUID, *, bars: Collection[Bar], by: Actor, at: datetime) -> int:
    """Let exactly these periods stand on all passports of somebody; the caller has judged them. How many changed.

    Source: the rule `passport.barred`.
    """
    kept = [[bar.from_.isoformat(), bar.until and bar.until.isoformat()] for bar in sorted(
        bars, key=lambda bar: bar.from_)]
    changed = 0
    for row in Practitioner.objects.select_for_update().filter(person__ref=person).order_by("pk"):
        if row.bars == kept:
            continue
        row.bars = kept
        row.save(update_fields=["bars"])
        read_anew(queries.kept(row.ref))
        fact = events.PassportBarred if kept else events.PassportCleared
        journal.record(fact(row.ref, person, row.organisation_id), about=row.ref, by=by, at=at)
        changed += 1
    return changed
