"""What registering, representing and correcting have in common: how a person's row is written."""
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import attempt, read_anew, read_once
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, events, registry, rules
from linli.registers.people.actions import consenting
from linli.registers.people.models import Person, PersonKey
from linli.registers.people.rules import Consent, Field, Gender, Identity
from linli.registers.places import queries as places


def enter(*, name: str, region: str, id_number: str | None, phone: str | None, address: str | None,
              birth_on: date | None, gender: str | None, language: str, consent: Consent | None, is_demo: bool,
              agreed_for_child: bool = False, by: Actor, at: datetime) -> UUID:
    called, home, number = rules.name(name), region_of(region), rules.phone(phone) if phone and phone.strip() else ""
    lives, given, spoken = rules.address(address or ""), gender_of(gender), rules.language(language)
    found = identity(called, id_number, at=at) if id_number and id_number.strip() else None
    if found:
        rules.agreed(found, gender=given, birth_on=birth_on)
        refuse_known(found, but=None)
    elif birth_on:
        rules.birth(birth_on, on=timezone.localdate(at))
    born_on = found.born_on if found else birth_on
    grown(born_on, home, consent=consent, agreed=agreed_for_child, by=by, at=at)

    row = Person(number=_free_number(), region_code=home, gender=given or "", language=spoken, is_demo=is_demo,
                 registered_at=at, registered_by=by.ref)
    row.key = key = PersonKey(wrapped=access.keyring().new_key())
    row.name_sealed = access.seal(row, Field.NAME, called)
    reach(row, phone=number, address=lives)
    if found:
        keep_identity(row, found, by=by, at=at)
    elif birth_on:
        row.birth_on_sealed, row.birth_year = access.seal(row, Field.BIRTH_ON, birth_on.isoformat()), birth_on.year
    save(row)
    key.person = row
    key.save()
    read_once(access.kept(row.ref), lambda: row)
    journal.record(events.PersonRegistered(row.ref, home), about=row.ref, by=by, at=at)
    if consent:
        journal.record(events.ConsentRecorded(row.ref, consent, rules.CONSENT), about=row.ref, by=by, at=at)
    if consent is Consent.GUARDIAN and born_on and child(born_on, home, at=at):
        consenting.consent_for_child(row, by=by, at=at)
    if found:
        journal.record(events.RealNameChecked(row.ref, row.real_name_method), about=row.ref, by=by, at=at)
    return row.ref


def region_of(code: str) -> str:
    if not places.names([code]):
        raise RuleBroken(N_("There is no such region. Choose one from the list."), field="region", rule="people.region")
    return code


def gender_of(text: str | None) -> Gender | None:
    if text and text not in list(Gender):
        raise RuleBroken(N_("Choose female or male, or leave it open."), field="gender", rule="people.gender")
    return Gender(text) if text else None


def identity(name: str, id_number: str, *, at: datetime) -> Identity:
    return registry.real_name_check().check(name=name, id_number=id_number, on=timezone.localdate(at))


def keep_identity(row: Person, found: Identity, *, by: Actor, at: datetime) -> None:
    row.id_number_sealed = access.seal(row, Field.ID_NUMBER, found.number)
    row.id_index = access.index(Field.ID_NUMBER, found.number)
    row.birth_on_sealed = access.seal(row, Field.BIRTH_ON, found.born_on.isoformat())
    row.birth_year, row.gender = found.born_on.year, found.gender
    row.real_name_checked_at, row.real_name_checked_by = at, by.ref
    row.real_name_method = registry.real_name_check().method


def reach(row: Person, *, phone: str, address: str) -> None:
    row.phone_sealed = access.seal(row, Field.PHONE, phone) if phone else None
    row.phone_index = access.index(Field.PHONE, phone) if phone else ""
    row.address_sealed = access.seal(row, Field.ADDRESS, address) if address else None


def save(row: Person) -> None:
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


def grown(born_on: date | None, region: str, *, consent: Consent | None, agreed: bool, by: Actor, at: datetime,
          ) -> None:
    """Refuses: RuleBroken for a child under 14 whom nobody registers as their guardian, or for whom that one has not
    agreed, apart from all else, to the rules for children's data. Source: PIPL Art. 29, 31."""
    if not born_on or by.ref == SYSTEM.ref or not child(born_on, region, at=at):
        return
    if consent is Consent.GUARDIAN and not agreed:
        raise RuleBroken(N_("This is a child under {age}. Read the rules for children's data, and agree to them for the"
                            " child."), rule="people.child", field="agreed_for_child", age=14)
    if consent is not Consent.GUARDIAN:
        raise RuleBroken(
            N_("This is a child under {age}: a parent or guardian registers them, under “My family”, or by phone."),
            rule="people.child", field="guardian", age=14)


def child(born_on: date, region: str, *, at: datetime) -> bool:
    """Whether somebody born on that day is a child under 14."""
    on = timezone.localdate(at)
    return rules.birthday(born_on, age=int(rulebook.rule("people.child", on=on, region=region).amount)) > on
