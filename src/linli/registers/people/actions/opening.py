from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.journal.events import Sealed
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action, attempt
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, events, rules
from linli.registers.people.models import OpeningPermit, Person
from linli.registers.people.rules import Field
from linli.registers.people.states import PERMITS, Permit


@action
def open_field(ref: UUID, *, field: str, reason: str, by: Actor, at: datetime) -> str:
    """One sealed field in clear, for an officer with a reason that the person will read.

    Of somebody under 18 a second person must have allowed it first (`ask_to_open`); that leave is used up by it.
    Refuses: NotFound; NotAllowed; RuleBroken (no such field, no reason); Conflict (under 18 without leave).
    """
    row, one = _openable(ref, field, by=by)
    why = rules.reason(reason)
    if by.ref != SYSTEM.ref and access.is_minor(row, at=at):
        _use(row, one, by=by, at=at)
    sealed = Sealed(access.seal(row, "reason", why).hex())

    journal.record(events.FieldOpened(ref, one, sealed), about=ref, by=by, at=at)
    return access.unsealed(row, one)


@action
def ask_to_open(ref: UUID, *, field: str, reason: str, by: Actor, at: datetime) -> UUID:
    """Ask a second person for leave to open a field of somebody under 18.

    Refuses: NotFound; NotAllowed; RuleBroken (no such field, no reason, not under 18); Conflict (asked already).
    Source: 未成年人网络保护条例 Art. 36.
    """
    row, one = _openable(ref, field, by=by)
    why = rules.reason(reason)
    if not access.is_minor(row, at=at):
        raise RuleBroken(N_("This person is of age: open the field with your reason, nobody has to allow it."),
                         rule="people.minor", field="field")
    _forget_lapsed(row, one, by=by, at=at)
    state = PERMITS.check("ask_to_open", state=START, held=access.held(row, by=by))
    asked = OpeningPermit(person=row, field=one, state=state, asked_at=at, asked_by=by.ref)
    asked.reason_sealed = access.seal(row, f"permit:{asked.ref}", why)
    try:
        with attempt():
            asked.save()
    except IntegrityError:
        raise Conflict(N_("You have asked for this already. A second officer decides.")) from None
    fact = events.OpeningAsked(asked.ref, ref, one, row.region_code)
    journal.record(fact, about=ref, by=by, at=at)
    return asked.ref


@action
def allow(permit: UUID, *, by: Actor, at: datetime) -> None:
    """Allow another officer to open a field of somebody under 18, for the hours of the rule.

    Refuses: NotFound; NotAllowed; Conflict (decided); RuleBroken (one's own wish).
    """
    row = _decided(permit, "allow", by=by, at=at)
    held = rulebook.rule("people.minor", on=timezone.localdate(at), region=row.person.region_code)
    row.until = at + timedelta(hours=int(held.params["hours"]))
    row.save()
    fact = events.OpeningAllowed(permit, row.person.ref, Field(row.field), row.until)
    journal.record(fact, about=row.person.ref, by=by, at=at)


@action
def disallow(permit: UUID, *, by: Actor, at: datetime) -> None:
    """Do not allow it. Refuses: as `allow`."""
    row = _decided(permit, "disallow", by=by, at=at)
    row.save()
    fact = events.OpeningDisallowed(permit, row.person.ref, Field(row.field))
    journal.record(fact, about=row.person.ref, by=by, at=at)


def _openable(ref: UUID, field: str, *, by: Actor) -> tuple[Person, Field]:
    row = access.person(ref, by=by)
    if "people.open" not in access.held(row, by=by):
        raise NotAllowed(N_("Your role does not let you open this person's data."))
    if field not in list(Field):
        raise RuleBroken(N_("There is no such field to open."), rule="people.field", field="field")
    return row, Field(field)


def _decided(permit: UUID, move: str, *, by: Actor, at: datetime) -> OpeningPermit:
    row = access.permit(permit, by=by, lock=True)
    row.state = PERMITS.check(move, state=row.state, held=access.held(row.person, by=by))
    if row.asked_by == by.ref:
        raise RuleBroken(N_("You asked for this yourself: somebody else decides."), rule="people.minor")
    row.decided_at, row.decided_by = at, by.ref
    return row


def _use(row: Person, field: Field, *, by: Actor, at: datetime) -> None:
    permit = OpeningPermit.objects.select_for_update().filter(
        person=row, field=field, asked_by=by.ref, state=Permit.ALLOWED, until__gt=at).first()
    if permit is None:
        raise Conflict(N_("This person is under {age}: a second officer has to allow it first. Ask for leave."),
                       rule="people.minor", age=18)
    permit.state = PERMITS.check("use", state=permit.state, held=access.held(row, by=by))
    permit.save(update_fields=["state"])


def _forget_lapsed(row: Person, field: Field, *, by: Actor, at: datetime) -> None:
    """A leave that nobody used in time stands in nobody's way; the journal keeps it."""
    OpeningPermit.objects.filter(
        person=row, field=field, asked_by=by.ref, state=Permit.ALLOWED, until__lte=at).delete()
