from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.journal.events import Sealed
from linli.kernel.action import action, attempt, read_anew, read_once
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, events, queries, registry, rules
from linli.registers.people.models import Person, PersonKey, Representation
from linli.registers.people.rules import Consent, Field, Gender, Identity, Kind
from linli.registers.people.states import LIFE, State
from linli.registers.places import queries as places

seal = queries.seal


@dataclass(frozen=True)
class Declared:
    """What came of a wish to act for somebody: at once in force, or waiting for their consent."""

    representation: UUID
    person: UUID
    state: State


@action
def register(*, name: str, region: str, id_number: str | None = None, phone: str | None = None,
             address: str | None = None, birth_on: date | None = None, gender: str | None = None, language: str = "",
             consent_by_phone: bool = False, is_demo: bool = False, by: Actor, at: datetime) -> UUID:
    """Register somebody else, in a region where the actor may; `consent_by_phone` says that they were asked.

    Refuses: NotAllowed; RuleBroken (a field, or no consent); Conflict (the ID number is registered).
    """
    if by.ref != SYSTEM.ref:
        if "people.register" not in by.held(f"region:{region}"):
            raise NotAllowed(N_("Your role does not let you register people in this region."))
        if not consent_by_phone:
            raise RuleBroken(N_("Ask for the person's consent first, and note that they gave it."),
                             rule="PIPL Art. 13", field="consent_by_phone")
    return _register(name=name, region=region, id_number=id_number, phone=phone, address=address, birth_on=birth_on,
                     gender=gender, language=language, consent=Consent.PHONE if consent_by_phone else None,
                     is_demo=is_demo, by=by, at=at)


@action
def register_oneself(*, name: str, region: str, id_number: str | None = None, phone: str | None = None,
                     language: str = "", is_demo: bool = False, by: Actor, at: datetime) -> UUID:
    """Register the one who signs up and consents on the page. Refuses: RuleBroken (a field); Conflict (ID number)."""
    return _register(name=name, region=region, id_number=id_number, phone=phone, address=None, birth_on=None,
                     gender=None, language=language, consent=Consent.SELF, is_demo=is_demo, by=by, at=at)


@action
def check_real_name(ref: UUID, *, id_number: str, by: Actor, at: datetime) -> None:
    """Check that the person's name and this ID number belong together, and keep the number.

    Refuses: NotFound; NotAllowed; RuleBroken (the number); Conflict (registered already, or another was checked).
    """
    row = access.person(ref, by=by, lock=True)
    if by.ref != SYSTEM.ref and not access.held(row, by=by) & {"people.manage", "people.register"}:
        raise NotAllowed(N_("Your role does not let you check this person's name."))
    known, found = access.unsealed(row, Field.ID_NUMBER), _identity(access.unsealed(row, Field.NAME), id_number, at=at)
    if known and known != found.number:
        raise Conflict(N_("Another ID number was checked for this person. An officer can correct it at the counter."),
                       field="id_number")
    _refuse_known(found, but=row.ref)

    _identify(row, found, by=by, at=at)
    _save(row)
    journal.record(events.RealNameChecked(ref, row.real_name_method), about=ref, by=by, at=at)


@action
def change(ref: UUID, *, phone: str | None = None, address: str | None = None, region: str | None = None,
           language: str | None = None, by: Actor, at: datetime) -> None:
    """Change how somebody is reached; None leaves a thing as it is, an empty text takes it away.

    Refuses: NotFound; NotAllowed; RuleBroken (a field).
    """
    row = access.person(ref, by=by, lock=True)
    if by.ref != SYSTEM.ref and not access.held(row, by=by) & {"people.manage", "people.register"}:
        raise NotAllowed(N_("Your role does not let you change this person's data."))
    before = (access.unsealed(row, Field.PHONE), access.unsealed(row, Field.ADDRESS), row.region_code)
    after = (before[0] if phone is None else rules.phone(phone) if phone.strip() else "",
             before[1] if address is None else rules.address(address),
             before[2] if region is None else _region(region))
    _reach(row, phone=after[0], address=after[1])
    row.region_code = after[2]
    row.language = row.language if language is None else rules.language(language)
    row.save()
    read_anew(access.kept(ref))
    if before != after:
        changed = [a != b for a, b in zip(before, after, strict=True)]
        journal.record(events.PersonChanged(ref, *changed), about=ref, by=by, at=at)


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


@action
def erase(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Destroy the person's key and with it every text of theirs, wherever copies lie; refs and figures stay.

    Their region is kept to the county, for the figures. Only the person themself can; an office opens an account for
    who has none.
    Refuses: NotFound; NotAllowed. Source: PIPL Art. 47.
    """
    row = access.person(ref, by=by, lock=True)
    if by.ref != SYSTEM.ref and by.person != ref:
        raise NotAllowed(N_("Only the person themself can have their data erased."))
    for one in Representation.objects.select_for_update().exclude(state=State.ENDED).filter(person__ref=ref) | \
            Representation.objects.select_for_update().exclude(state=State.ENDED).filter(representative__ref=ref):
        _end(one, by=by, at=at)
    PersonKey.objects.filter(person=row).delete()
    row.name_sealed = row.id_number_sealed = row.phone_sealed = row.address_sealed = row.birth_on_sealed = None
    row.id_index = row.phone_index = row.gender = row.language = ""
    row.birth_year, row.erased_at, row.erased_by = None, at, by.ref
    row.region_code = row.region_code[:6].ljust(12, "0")
    row.save()
    read_anew()  # the key with it
    journal.record(events.PersonErased(ref), about=ref, by=by, at=at)


@action
def represent(person: UUID, *, representative: UUID, kind: str = Kind.FAMILY, until: datetime | None = None,
              consented: bool = False, by: Actor, at: datetime) -> Declared:
    """Let one registered person act for another.

    In force at once when an officer or agent declares it, `consented` saying that the person was asked; when the
    representative asks alone it waits for consent: the person's own if they have an account, else that of who acts
    for them already, or of an office that asks them.
    Refuses: NotFound; NotAllowed; RuleBroken (oneself, kind, period, no consent); Conflict (exists).
    """
    row = Person.objects.filter(ref=person, erased_at=None).first()
    if row is None or not queries.exists(representative):
        raise NotFound(N_("No such person."))
    office = by.ref == SYSTEM.ref or "people.register" in access.held(row, by=by) and by.person != representative
    if not office and by.person != representative:
        raise NotAllowed(N_("Only the one who will act for somebody, or an office, can declare it."))
    if office and by.ref != SYSTEM.ref and not consented:
        raise RuleBroken(N_("Ask for the person's consent first, and note that they gave it."), rule="PIPL Art. 13",
                         field="consented")
    return _represent(row, representative, kind, until, now=office, by=by, at=at)


@action
def represent_new(*, name: str, id_number: str, kind: str = Kind.FAMILY, representative: UUID, phone: str | None = None,
                  address: str | None = None, region: str | None = None, until: datetime | None = None, by: Actor,
                  at: datetime) -> Declared:
    """Act for somebody by their name and ID number: whom nobody registered yet is registered and represented at once.

    Somebody known already is only asked, see `represent`. Refuses: NotAllowed (not oneself); RuleBroken (a field);
    Conflict (the ID number is registered under another name, or you act for them already).
    """
    if by.person != representative and by.ref != SYSTEM.ref:
        raise NotAllowed(N_("Only the one who will act for somebody, or an office, can declare it."))
    found = _identity(name, id_number, at=at)
    known = Person.objects.filter(id_index=access.index(Field.ID_NUMBER, found.number)).select_related("key").first()
    if known:
        if access.unsealed(known, Field.NAME) != rules.name(name):
            _refuse_known(found, but=None)
        return _represent(known, representative, kind, until, now=False, by=by, at=at)
    home = region or Person.objects.values_list("region_code", flat=True).get(ref=representative)
    ref = _register(name=name, region=home, id_number=id_number, phone=phone, address=address, birth_on=None,
                    gender=None, language="", consent=Consent.FAMILY, is_demo=False, by=by, at=at)
    return _represent(Person.objects.get(ref=ref), representative, kind, until, now=True, by=by, at=at)


@action
def accept(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Consent to being represented. Refuses: NotFound; NotAllowed; Conflict (no longer asked)."""
    row = access.representation(ref, by=by, lock=True)
    alone = registry.accounts().holders([row.person_id])
    row.state = LIFE.check("accept", state=row.state, held=queries.standing(row, by=by, alone=alone))
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
    LIFE.check("end_representation", state=row.state, held=queries.standing(row, by=by, alone=()))
    _end(row, by=by, at=at)


def _register(*, name: str, region: str, id_number: str | None, phone: str | None, address: str | None,
              birth_on: date | None, gender: str | None, language: str, consent: Consent | None, is_demo: bool,
              by: Actor, at: datetime) -> UUID:
    called, home, number = rules.name(name), _region(region), rules.phone(phone) if phone and phone.strip() else ""
    lives, given, spoken = rules.address(address or ""), _gender(gender), rules.language(language)
    found = _identity(called, id_number, at=at) if id_number and id_number.strip() else None
    if found:
        rules.agreed(found, gender=given, birth_on=birth_on)
        _refuse_known(found, but=None)
    elif birth_on:
        rules.birth(birth_on, on=timezone.localdate(at))

    row = Person(number=_free_number(), region_code=home, gender=given or "", language=spoken, is_demo=is_demo,
                 registered_at=at, registered_by=by.ref)
    row.key = key = PersonKey(wrapped=access.keyring().new_key())
    row.name_sealed = access.seal(row, Field.NAME, called)
    _reach(row, phone=number, address=lives)
    if found:
        _identify(row, found, by=by, at=at)
    elif birth_on:
        row.birth_on_sealed, row.birth_year = access.seal(row, Field.BIRTH_ON, birth_on.isoformat()), birth_on.year
    _save(row)
    key.person = row
    key.save()
    read_once(access.kept(row.ref), lambda: row)
    journal.record(events.PersonRegistered(row.ref, home), about=row.ref, by=by, at=at)
    if consent:
        journal.record(events.ConsentRecorded(row.ref, consent, rules.CONSENT), about=row.ref, by=by, at=at)
    if found:
        journal.record(events.RealNameChecked(row.ref, row.real_name_method), about=row.ref, by=by, at=at)
    return row.ref


def _represent(row: Person, representative: UUID, kind: str, until: datetime | None, *, now: bool, by: Actor,
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
        _end(lapsed, by=by, at=at)
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


def _end(row: Representation, *, by: Actor, at: datetime) -> None:
    row.state, row.ended_at, row.ended_by = State.ENDED, at, by.ref
    row.save()
    fact = events.RepresentationEnded(row.ref, row.person_id, row.representative_id)
    journal.record(fact, about=row.ref, by=by, at=at)


def _region(code: str) -> str:
    if not places.names([code]):
        raise RuleBroken(N_("There is no such region. Choose one from the list."), field="region", rule="people.region")
    return code


def _gender(text: str | None) -> Gender | None:
    if text and text not in list(Gender):
        raise RuleBroken(N_("Choose female or male, or leave it open."), field="gender", rule="people.gender")
    return Gender(text) if text else None


def _identity(name: str, id_number: str, *, at: datetime) -> Identity:
    return registry.real_name_check().check(name=name, id_number=id_number, on=timezone.localdate(at))


def _identify(row: Person, found: Identity, *, by: Actor, at: datetime) -> None:
    row.id_number_sealed = access.seal(row, Field.ID_NUMBER, found.number)
    row.id_index = access.index(Field.ID_NUMBER, found.number)
    row.birth_on_sealed = access.seal(row, Field.BIRTH_ON, found.born_on.isoformat())
    row.birth_year, row.gender = found.born_on.year, found.gender
    row.real_name_checked_at, row.real_name_checked_by = at, by.ref
    row.real_name_method = registry.real_name_check().method


def _reach(row: Person, *, phone: str, address: str) -> None:
    row.phone_sealed = access.seal(row, Field.PHONE, phone) if phone else None
    row.phone_index = access.index(Field.PHONE, phone) if phone else ""
    row.address_sealed = access.seal(row, Field.ADDRESS, address) if address else None


def _save(row: Person) -> None:
    try:
        with attempt():
            row.save()
    except IntegrityError:  # somebody registered the same ID number in this very moment
        raise _registered() from None
    read_anew(access.kept(row.ref))


def _refuse_known(found: Identity, *, but: UUID | None) -> None:
    known = Person.one(id_index=access.index(Field.ID_NUMBER, found.number))
    if known and known.ref != but:
        raise _registered()


def _registered() -> Conflict:
    """Says nothing about who that is."""
    return Conflict(N_("This ID number is registered already. Check it; if it is right, call us or come to the"
                       " counter."), field="id_number")


def _free_number() -> str:
    while Person.one(number=(number := rules.new_number())):
        pass
    return number
