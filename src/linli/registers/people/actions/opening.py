from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.engines.journal.events import Sealed
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, events, rules
from linli.registers.people.rules import Field


@action
def open_field(ref: UUID, *, field: str, reason: str, by: Actor, at: datetime) -> str:
    """One sealed field in clear, for an officer with a reason that the person will read.

    Refuses: NotFound; NotAllowed; RuleBroken (no such field, no reason).
    """
    row = access.person(ref, by=by)
    if "people.open" not in access.held(row, by=by):
        raise NotAllowed(N_("Your role does not let you open this person's data."))
    if field not in list(Field):
        raise RuleBroken(N_("There is no such field to open."), rule="people.field", field="field")
    why = Sealed(access.seal(row, "reason", rules.reason(reason)).hex())

    journal.record(events.FieldOpened(ref, Field(field), why), about=ref, by=by, at=at)
    return access.unsealed(row, Field(field))
