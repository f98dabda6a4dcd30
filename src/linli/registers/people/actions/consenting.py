from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.registers.people import access, events, queries, rules
from linli.registers.people.models import Choice, Person
from linli.registers.people.rules import USES, Purpose


@action
def give_consent(ref: UUID, *, purpose: str, by: Actor, at: datetime) -> None:
    """Consent to one purpose, or take back that it was refused; to say it twice changes nothing.

    Refuses: NotFound; NotAllowed (not one's own, a child under 14 alone); RuleBroken (no such purpose, or not to be
    chosen). Source: PIPL Art. 14, 24, 29, 31.
    """
    row, one = _chosen(ref, purpose, by=by, at=at)
    if row.pk not in queries.choosing([row.pk], purpose=one):
        _keep(row, one, given=True, by=by, at=at)
        journal.record(events.ConsentGiven(ref, one, USES[one].version), about=ref, by=by, at=at)


@action
def withdraw_consent(ref: UUID, *, purpose: str, by: Actor, at: datetime) -> None:
    """Withdraw a consent, or refuse a purpose that may be refused; from now on it is not used so any more.

    Refuses: as `give_consent`. Source: PIPL Art. 15, 24.
    """
    row, one = _chosen(ref, purpose, by=by, at=at)
    if row.pk in queries.choosing([row.pk], purpose=one):
        _keep(row, one, given=False, by=by, at=at)
        journal.record(events.ConsentWithdrawn(ref, one), about=ref, by=by, at=at)


def _chosen(ref: UUID, word: str, *, by: Actor, at: datetime) -> tuple[Person, Purpose]:
    row = access.whose_rights(ref, by=by, at=at, lock=True)
    access.decides_for(row, by=by, at=at)
    one = rules.purpose(word)
    rules.changeable(one)
    return row, one


def _keep(row: Person, one: Purpose, *, given: bool, by: Actor, at: datetime) -> None:
    Choice.objects.update_or_create(person=row, purpose=one, defaults={
        "given": given, "version": USES[one].version, "chosen_at": at, "chosen_by": by.ref})
