from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.action import action, attempt
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, events, queries, rules
from linli.registers.people.actions import entries
from linli.registers.people.models import Person, Representation
from linli.registers.people.rules import Consent, Field, Kind
from linli.registers.people.states import LIFE, State


@dataclass(frozen=True)
class Declared:
    """What came of a wish to act for somebody: at once in force, or waiting for their consent."""

    representation: UUID
    person: UUID
    state: State


@action
def represent(person: UUID, *, representative: UUID, kind: str = Kind.FAMILY, until: datetime | None = None,
              consented: bool = False, by: Actor, at: datetime) -> Declared:
    """Let one registered person act for another.

    In force at once when an officer or agent declares it, `consented` saying that the person was asked; when the
    representative asks alone it waits for consent: the person's own if they have an account, else that of who acts
    for them already, or of an office that asks them.
    Refuses: NotFound; NotAllowed; RuleBroken (oneself, kind, period, no consent); Conflict (exists).
    """
    row = Person.objects.filter(ref=person, erased_at=None).select_related("key").first()
    if row is None or not queries.exists(representative):
        raise NotFound(N_("No such person."))
    office = by.ref == SYSTEM.ref or "people.register" in access.held(row, by=by) and by.person != representative
    if not office and by.person != representative:
        raise NotAllowed(N_("Only the one who will act for somebody, or an office, can declare it."))
    if office and by.ref != SYSTEM.ref and not consented:
        raise RuleBroken(N_("Ask for the person's consent first, and note that they gave it."), rule="PIPL Art. 13",
                         field="consented")
    return declare(row, representative, kind, until, now=office, by=by, at=at)


@action
def represent_new(*, name: str, id_number: str, kind: str = Kind.FAMILY, representative: UUID, phone: str | None = None,
                  address: str | None = None, region: str | None = None, until: datetime | None = None,
                  agreed_for_child: bool = False, is_demo: bool = False, by: Actor, at: datetime) -> Declared:
    """Act for somebody by their name and ID number: whom nobody registered yet is registered and represented at once.

    Somebody known already is only asked, see `represent`. Of a child under 14, `agreed_for_child` says that the
    guardian agreed to the rules for children's data by themselves. Refuses: NotAllowed (not oneself); RuleBroken (a
    field); Conflict (the ID number is registered under another name, or you act for them already).
    """
    if by.person != representative and by.ref != SYSTEM.ref:
        raise NotAllowed(N_("Only the one who will act for somebody, or an office, can declare it."))
    found = entries.identity(name, id_number, at=at)
    known = Person.objects.filter(id_index=access.index(Field.ID_NUMBER, found.number)).select_related("key").first()
    if known:
        if access.unsealed(known, Field.NAME) != rules.name(name):
            entries.refuse_known(found, but=None)
        return declare(known, representative, kind, until, now=False, by=by, at=at)
    asked = Consent.GUARDIAN if kind == Kind.GUARDIAN else Consent.FAMILY
    home = region or Person.objects.values_list("region_code", flat=True).get(ref=representative)
    if kind != Kind.GUARDIAN and entries.child(found.born_on, home, at=at):
        raise RuleBroken(N_("Only a parent or guardian may register a child under {age}. If you are one, choose"
                            " “guardian”."), rule="people.child", field="kind", age=14)
    ref = entries.enter(name=name, region=home, id_number=id_number, phone=phone, address=address, birth_on=None,
                        gender=None, language="", consent=asked, is_demo=is_demo, agreed_for_child=agreed_for_child,
                        by=by, at=at)
    row = Person.objects.select_related("key").get(ref=ref)
    return declare(row, representative, kind, until, now=True, by=by, at=at)


@action
def accept(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Consent to being represented. Refuses: NotFound; NotAllowed; Conflict (no longer asked)."""
    row = access.representation(ref, by=by, lock=True)
    held = queries.standing(row, by=by, who=queries.consenting([row], at=at))
    row.state = LIFE.check("accept", state=row.state, held=held)
    if row.until and row.until <= at:
        raise Conflict(N_("The time for which they asked is over. They can ask anew."))

    row.since = row.accepted_at = at
    row.accepted_by, row.consent_version = by.ref, rules.CONSENT
    row.save()
    fact = events.RepresentationAccepted(ref, row.person_id, row.representative_id, Kind(row.kind))
    journal.record(fact, about=ref, by=by, at=at)


@action
def end_representation(ref: UUID, *, by: Actor, at: datetime) -> None:
    """End it, or decline it while it waits; either side may. Refuses: NotFound; NotAllowed; Conflict (ended)."""
    row = access.representation(ref, by=by, lock=True)
    LIFE.check("end_representation", state=row.state, held=queries.standing(row, by=by))
    close(row, by=by, at=at)


def declare(row: Person, representative: UUID, kind: str, until: datetime | None, *, now: bool, by: Actor,
               at: datetime) -> Declared:
    if kind not in list(Kind):
        raise RuleBroken(N_("Choose as what you act: family member, guardian or authorised agent."), field="kind",
                         rule="people.kind")
    if row.ref == representative:
        raise RuleBroken(N_("You act for yourself already. Give the name and ID number of the other person."),
                         field="id_number", rule="people.another")
    if until and until <= at:
        raise RuleBroken(N_("The last day lies in the past. Choose a later one, or leave it empty."), field="until",
                         rule="people.period")
    lapsed = Representation.objects.select_for_update().filter(
        person__ref=row.ref, representative__ref=representative).exclude(state=State.ENDED).first()
    if lapsed and (lapsed.until is None or lapsed.until > at):
        raise _twice()
    if lapsed:
        close(lapsed, by=by, at=at)
    if kind == Kind.GUARDIAN and (grown := access.comes_of_age(row, rule="people.minor", on=timezone.localdate(at))):
        end = timezone.make_aware(datetime.combine(grown, time.min))  # from then on they act for themself
        until = min(until, end) if until else end
    state = LIFE.check("represent" if now else "request", state=START, held={"people.manage"})
    one = Representation(
        person=row, representative_id=representative, kind=kind, state=state, until=until, since=at if now else None,
        consent_version=rules.CONSENT if now else "", declared_at=at, declared_by=by.ref,
    )
    try:
        with attempt():
            one.save()
    except IntegrityError:  # sent twice in the same moment
        raise _twice() from None
    who = (one.ref, row.ref, representative, Kind(kind))
    fact = (events.RepresentationDeclared(*who, rules.CONSENT, until) if now else events.RepresentationRequested(*who))
    journal.record(fact, about=one.ref, by=by, at=at)
    return Declared(one.ref, row.ref, State(state))


def _twice() -> Conflict:
    return Conflict(N_("You act for this person already, or have asked to. See the list of your family."))


def close(row: Representation, *, by: Actor, at: datetime) -> None:
    row.state, row.ended_at, row.ended_by = State.ENDED, at, by.ref
    row.save()
    fact = events.RepresentationEnded(row.ref, row.person_id, row.representative_id)
    journal.record(fact, about=row.ref, by=by, at=at)
