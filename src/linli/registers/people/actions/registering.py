from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.action import action, attempt, read_anew, read_once
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, events, registry, rules
from linli.registers.people.models import Person, PersonKey
from linli.registers.people.rules import Consent, Field, Gender, Identity
from linli.registers.places import queries as places


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
    return enter(name=name, region=region, id_number=id_number, phone=phone, address=address, birth_on=birth_on,
                     gender=gender, language=language, consent=Consent.PHONE if consent_by_phone else None,
                     is_demo=is_demo, by=by, at=at)


@action
def register_oneself(*, name: str, region: str, id_number: str | None = None, phone: str | None = None,
                     language: str = "", is_demo: bool = False, by: Actor, at: datetime) -> UUID:
    """Register the one who signs up and consents on the page. Refuses: RuleBroken (a field); Conflict (ID number)."""
    return enter(name=name, region=region, id_number=id_number, phone=phone, address=None, birth_on=None,
                     gender=None, language=language, consent=Consent.SELF, is_demo=is_demo, by=by, at=at)


@action
def check_real_name(ref: UUID, *, id_number: str, by: Actor, at: datetime) -> None:
    """Check that the person's name and this ID number belong together, and keep the number.

    Refuses: NotFound; NotAllowed; RuleBroken (the number); Conflict (registered already, or another was checked).
    """
    row = access.person(ref, by=by, lock=True)
    if by.ref != SYSTEM.ref and not access.held(row, by=by) & {"people.manage", "people.register"}:
        raise NotAllowed(N_("Your role does not let you check this person's name."))
    known, found = access.unsealed(row, Field.ID_NUMBER), identity(access.unsealed(row, Field.NAME), id_number, at=at)
    if known and known != found.number:
        raise Conflict(N_("Another ID number was checked for this person. An officer can correct it at the counter."),
                       field="id_number")
    refuse_known(found, but=row.ref)

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


def enter(*, name: str, region: str, id_number: str | None, phone: str | None, address: str | None,
              birth_on: date | None, gender: str | None, language: str, consent: Consent | None, is_demo: bool,
              by: Actor, at: datetime) -> UUID:
    called, home, number = rules.name(name), _region(region), rules.phone(phone) if phone and phone.strip() else ""
    lives, given, spoken = rules.address(address or ""), _gender(gender), rules.language(language)
    found = identity(called, id_number, at=at) if id_number and id_number.strip() else None
    if found:
        rules.agreed(found, gender=given, birth_on=birth_on)
        refuse_known(found, but=None)
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


def _region(code: str) -> str:
    if not places.names([code]):
        raise RuleBroken(N_("There is no such region. Choose one from the list."), field="region", rule="people.region")
    return code


def _gender(text: str | None) -> Gender | None:
    if text and text not in list(Gender):
        raise RuleBroken(N_("Choose female or male, or leave it open."), field="gender", rule="people.gender")
    return Gender(text) if text else None


def identity(name: str, id_number: str, *, at: datetime) -> Identity:
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


def refuse_known(found: Identity, *, but: UUID | None) -> None:
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
