"""Who lives together: forming a household, joining one by consent, leaving it. Terms end, and are never deleted.

Everybody takes the person's turn first, then the household's row: so no two of these wait for one another.
"""
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from linli.engines.journal import actions as journal
from linli.kernel.action import action, attempt
from linli.kernel.actor import Actor
from linli.kernel.database import in_line
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, events, rules
from linli.registers.people.actions import entries
from linli.registers.people.models import Household, HouseholdMember, Person
from linli.registers.people.queries import households
from linli.registers.people.rules import Field, Relation
from linli.registers.people.states import HOUSEHOLDS, Living


@action
def form_household(person: UUID, *, address: str | None = None, region: str | None = None, moving_out: bool = False,
                   by: Actor, at: datetime) -> UUID:
    """Note somebody as living in a household of their own, at first alone; they are its head.

    Address and region are the person's own unless given. `moving_out` ends where they lived until now, else that is
    refused. Refuses: NotFound; NotAllowed (not oneself, a child under 14 alone); RuleBroken (a field); Conflict (lives
    in a household).
    """
    row = access.person(person, by=by)
    _decides(row, by=by, at=at)
    lives = rules.address(access.unsealed(row, Field.ADDRESS) if address is None else address)
    where = entries.region_of(region or row.region_code)
    take_turn(person)
    if now := access.home(person):
        if not moving_out:
            raise _lives_elsewhere()
        _depart(now, by=by, at=at)

    home = Household(head=row, region_code=where, formed_at=at, formed_by=by.ref)
    home.address_sealed = _sealed(row, home, lives)
    one = HouseholdMember(household=home, person=row, relation=Relation.HEAD, noted_at=at, noted_by=by.ref)
    _settle(one, "settle", held={"people.manage"}, first=home, by=by, at=at)
    journal.record(events.HouseholdFormed(home.ref, person, where), about=home.ref, by=by, at=at)
    return home.ref


@action
def invite(household: UUID, *, relation: str, person: UUID | None = None, name: str = "", number: str = "", by: Actor,
           at: datetime) -> UUID:
    """Ask somebody to join, by their name and Linli number, or as `person` whom the actor acts for.

    Whoever may consent for them (a guardian for a child under 14, who acts for somebody without an account) settles it
    at once; else they are asked. Refuses: NotFound; NotAllowed (not the head); RuleBroken (relation, number, name);
    Conflict (lives there, asked already, lives elsewhere).
    """
    _heads(access.household(household, by=by), by=by)
    stands = rules.relation(relation)
    whom = _whom(person, name, number, by=by, at=at)
    take_turn(whom.ref)
    home = access.household(household, by=by, lock=True)
    _heads(home, by=by)
    one = HouseholdMember(household=home, person=whom, relation=stands, state=Living.INVITED, noted_at=at,
                          noted_by=by.ref)
    if HouseholdMember.objects.filter(household=home, person=whom).exclude(state=Living.ENDED).exists():
        raise _twice()
    if "people.consent" in households.standing_in([one], by=by, at=at)[one.ref]:
        _settle(one, "settle", held={"people.manage"}, by=by, at=at)
        _tell_joined(one, by=by, at=at)
        return one.ref
    one.state = HOUSEHOLDS.check("invite", state=START, held={"people.manage"})
    try:
        with attempt():
            one.save()
    except IntegrityError:  # sent twice in the same moment
        raise _twice() from None
    journal.record(events.HouseholdInvited(household, one.ref, whom.ref), about=household, by=by, at=at)
    return one.ref


@action
def join(member: UUID, *, by: Actor, at: datetime) -> None:
    """Consent to living in a household. Refuses: NotFound; NotAllowed; Conflict (no longer asked, lives elsewhere)."""
    row = _turn_of(member, by=by)
    held = households.standing_in([row], by=by, at=at)[row.ref]
    _settle(row, "join", held=held, by=by, at=at)
    _tell_joined(row, by=by, at=at)


@action
def leave(member: UUID, *, by: Actor, at: datetime) -> None:
    """End a membership; of an invitation, decline or withdraw it. The member, the head, who acts for either, or an
    office that registers people, for who has died.

    Where the head leaves, whoever of age has lived there longest stands in their place, and invitations end; where
    nobody of age is left, the household ends. Refuses: NotFound; NotAllowed; Conflict (ended).
    """
    row = _turn_of(member, by=by)
    HOUSEHOLDS.check("leave", state=row.state, held=households.standing_in([row], by=by, at=at)[row.ref])
    _depart(row, by=by, at=at)


@action
def relate(member: UUID, *, relation: str, by: Actor, at: datetime) -> None:
    """Note anew how a member stands to the head. Refuses: NotFound; NotAllowed (not the head); RuleBroken (relation);
    Conflict (the head, or lives there no longer)."""
    row = _turn_of(member, by=by)
    _heads(row.household, by=by)
    stands = rules.relation(relation)
    if row.state == Living.ENDED or row.relation == Relation.HEAD:
        raise Conflict(N_("This can be noted for members of the household other than the head."), field="relation")
    row.relation = stands
    row.save(update_fields=["relation"])
    fact = events.HouseholdRelated(row.household.ref, row.ref, row.person_id)
    journal.record(fact, about=row.household.ref, by=by, at=at)


@action
def move(household: UUID, *, address: str, region: str, by: Actor, at: datetime) -> None:
    """The whole household lives elsewhere. Refuses: NotFound; NotAllowed (not the head); RuleBroken (a field)."""
    home = access.household(household, by=by, lock=True)
    _heads(home, by=by)
    home.region_code, home.address_sealed = entries.region_of(region), _sealed(home.head, home, rules.address(address))
    home.save(update_fields=["region_code", "address_sealed"])
    journal.record(events.HouseholdMoved(household), about=household, by=by, at=at)


def take_turn(person: UUID) -> None:
    """Until this transaction ends nobody else changes where this person lives; before any row is locked."""
    in_line(f"people.household:{person}")
    if now := access.home(person):
        _lock(now.household_id)


def forget(row: Person, *, by: Actor, at: datetime) -> None:
    """Whoever is erased lives in no household and is asked into none."""
    terms = HouseholdMember.objects.filter(person__ref=row.ref).exclude(state=Living.ENDED)
    for one in terms.select_related("household__head__key", "person__key").order_by("pk"):
        _depart(one, by=by, at=at)


def _turn_of(member: UUID, *, by: Actor) -> HouseholdMember:
    row = access.member(member, by=by)
    take_turn(row.person_id)
    _lock(row.household_id)
    return access.member(member, by=by)  # as it stands now that nobody else changes it


def _lock(household: int) -> None:
    Household.objects.select_for_update(of=("self",)).filter(pk=household).first()


def _decides(row: Person, *, by: Actor, at: datetime) -> None:
    access.decides_for(row, by=by, at=at)
    if not (households.stands_in(row.ref, by=by) or access.guards(row.ref, by=by, at=at)):
        raise NotAllowed(N_("Only the person themself, or who acts for them, says where they live."))


def _heads(home: Household, *, by: Actor) -> None:
    if not households.stands_in(home.head_id, by=by):
        raise NotAllowed(N_("Only the head of the household, or who acts for them, does this."))


def _whom(person: UUID | None, name: str, number: str, *, by: Actor, at: datetime) -> Person:
    """Who is asked; a wrong name and an unknown number read the same, so that nobody is looked for this way."""
    if person:
        row = access.one(person)
        mine = access.stands_for(person, by=by) or access.guards(person, by=by, at=at)
        if row is None or row.erased_at or not mine:
            raise NotFound(N_("No such person."), field="person")
        return row
    digits, called = "".join(number.split()), rules.name(name)
    if not rules.is_number(digits):
        raise RuleBroken(N_("This is no Linli number: it has 10 digits, and one of them is mistyped."), field="number",
                         rule="people.number")
    found = Person.objects.filter(number=digits, erased_at=None).select_related("key").first()
    if found is None or access.unsealed(found, Field.NAME) != called:
        raise RuleBroken(N_("Nobody is registered with this name and this Linli number. Ask them to read both out."),
                         field="number", rule="people.number")
    return found


def _settle(one: HouseholdMember, name: str, *, held: Iterable[str], first: Household | None = None, by: Actor,
            at: datetime) -> None:
    """Write down that somebody lives there, with the household where it is new."""
    start = START if name == "settle" else one.state
    one.state = HOUSEHOLDS.check(name, state=start, held=frozenset(held))
    if one.household.ended_at:
        raise Conflict(N_("This household is no more."))
    if access.home(one.person_id):
        raise _lives_elsewhere()
    one.since, one.joined_by, one.consent_version = at, by.ref, rules.CONSENT
    try:
        with attempt():
            if first:
                first.save()
                one.household = first
            one.save()
    except IntegrityError:  # joined another one in the same moment
        raise _lives_elsewhere() from None


def _tell_joined(one: HouseholdMember, *, by: Actor, at: datetime) -> None:
    home = one.household
    fact = events.HouseholdJoined(home.ref, one.ref, one.person_id, home.head_id, rules.CONSENT)
    journal.record(fact, about=home.ref, by=by, at=at)


def _depart(row: HouseholdMember, *, by: Actor, at: datetime) -> None:
    home, lived = row.household, row.state == Living.LIVING
    _end(row, by=by, at=at)
    if lived and row.relation == Relation.HEAD:
        _succeed(home, by=by, at=at)


def _end(row: HouseholdMember, *, by: Actor, at: datetime) -> None:
    lived, row.state, row.until, row.ended_by = row.state == Living.LIVING, Living.ENDED, at, by.ref
    row.save()
    fact = events.HouseholdLeft(row.household.ref, row.ref, row.person_id, row.household.head_id, lived)
    journal.record(fact, about=row.household.ref, by=by, at=at)


def _succeed(home: Household, *, by: Actor, at: datetime) -> None:
    """What becomes of a household whose head left: somebody else stands in, or it ends."""
    rows = list(HouseholdMember.objects.filter(household=home).exclude(state=Living.ENDED)
                .select_related("household__head", "person__key").order_by("since", "pk"))
    lives = [one for one in rows if one.state == Living.LIVING]
    heir = next((one for one in lives if not access.is_minor(one.person, at=at)), None)
    for one in rows:
        if heir is None or one.state == Living.INVITED:
            _end(one, by=by, at=at)
    if heir is None:
        home.ended_at, home.ended_by, home.address_sealed = at, by.ref, None
        home.save()
        journal.record(events.HouseholdEnded(home.ref, home.head_id), about=home.ref, by=by, at=at)
        return
    address, stood = access.home_address(home), Relation(heir.relation)
    for one in lives:
        one.relation = Relation.HEAD if one is heir else rules.stands_anew(Relation(one.relation), heir=stood)
        one.save(update_fields=["relation"])
    home.head, home.address_sealed = heir.person, _sealed(heir.person, home, address)
    home.save()
    journal.record(events.HouseholdHandedOver(home.ref, heir.person_id), about=home.ref, by=by, at=at)


def _sealed(head: Person, home: Household, address: str) -> bytes | None:
    return access.seal(head, f"household:{home.ref}", address) if address else None


def _lives_elsewhere() -> Conflict:
    return Conflict(N_("They live in a household already. Leave that one first."))


def _twice() -> Conflict:
    return Conflict(N_("This person is in the household already, or was asked to join."), field="number")
