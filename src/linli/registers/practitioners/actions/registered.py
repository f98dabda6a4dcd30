"""Papers that come from a register kept above this one: they are entered and struck by it, not by hand."""
from datetime import date, datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action, read_anew
from linli.kernel.actor import Actor
from linli.registers.practitioners import access, events, queries
from linli.registers.practitioners.actions.staff import record
from linli.registers.practitioners.models import Credential
from linli.registers.practitioners.rules import Withdrawal


@action
def record_registered(
    practitioner: UUID, *, kind: str, level: str, valid_from: date, valid_until: date, by: Actor, at: datetime
) -> UUID | None:
    """Put a term of a register on a passport, None where this very term stands there already.

    Refuses: NotFound, RuleBroken (no such kind or level).
    """
    row = access.practitioner(practitioner, by=by, lock=True)
    known = row.credentials.filter(kind=kind, level=level, valid_from=valid_from, valid_until=valid_until,
                                   registered=True, withdrawn_at=None)
    if known.exists():
        return None
    return record(row, kind, number="", issuer="", from_=valid_from, until=valid_until, level=level, registered=True,
                  by=by, at=at)


@action
def withdraw_registered(person: UUID, *, kind: str, by: Actor, at: datetime) -> int:
    """A register struck somebody off: what it put on their passports no longer counts. How many papers."""
    rows = list(Credential.objects.select_for_update(of=("self",)).select_related("practitioner").filter(
        practitioner__person__ref=person, kind=kind, registered=True, withdrawn_at=None).order_by("pk"))
    for row in rows:
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_for = at, by.ref, Withdrawal.REVOKED
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_for"])
        who = row.practitioner
        read_anew(queries.kept(who.ref))
        fact = events.CredentialWithdrawn(who.ref, who.organisation_id, row.kind, row.withdrawn_for)
        journal.record(fact, about=who.ref, by=by, at=at)
    return len(rows)
