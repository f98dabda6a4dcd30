from datetime import date, datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action, read_anew
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import access, events, queries, rules
from linli.registers.people.actions import entries, representing
from linli.registers.people.models import Person
from linli.registers.people.rules import Consent, Field, Kind


@action
def register(*, name: str, region: str, id_number: str | None = None, phone: str | None = None,
             address: str | None = None, birth_on: date | None = None, gender: str | None = None, language: str = "",
             consent_by_phone: bool = False, guardian: UUID | None = None, agreed_for_child: bool = False,
             is_demo: bool = False, by: Actor, at: datetime) -> UUID:
    """Register somebody else, in a region where the actor may; `consent_by_phone` says that they were asked.

    Of a child under 14 the `guardian` was asked, who is registered already and acts for the child from now on;
    `agreed_for_child` says that they were told the rules for children's data and agreed to them by themselves.
    Refuses: NotAllowed; NotFound (the guardian); RuleBroken (a field, no consent, no guardian); Conflict (the ID number
    is registered).
    """
    if by.ref != SYSTEM.ref:
        if "people.register" not in by.held(f"region:{region}"):
            raise NotAllowed(N_("Your role does not let you register people in this region."))
        if not consent_by_phone:
            raise RuleBroken(N_("Ask for the person's consent first, and note that they gave it."),
                             rule="PIPL Art. 13", field="consent_by_phone")
    if guardian and not queries.exists(guardian):
        raise NotFound(N_("There is no such guardian. Register the guardian first."), field="guardian")
    consent = Consent.GUARDIAN if guardian else Consent.PHONE if consent_by_phone else None
    ref = entries.enter(name=name, region=region, id_number=id_number, phone=phone, address=address, birth_on=birth_on,
                        gender=gender, language=language, consent=consent, is_demo=is_demo,
                        agreed_for_child=agreed_for_child, by=by, at=at)
    if guardian:
        row = Person.objects.select_related("key").get(ref=ref)
        representing.declare(row, guardian, Kind.GUARDIAN, None, now=True, by=by, at=at)
    return ref


@action
def register_oneself(*, name: str, region: str, id_number: str | None = None, phone: str | None = None,
                     language: str = "", is_demo: bool = False, by: Actor, at: datetime) -> UUID:
    """Register the one who signs up and consents on the page. Refuses: RuleBroken (a field); Conflict (ID number)."""
    return entries.enter(name=name, region=region, id_number=id_number, phone=phone, address=None, birth_on=None,
                         gender=None, language=language, consent=Consent.SELF, is_demo=is_demo, by=by, at=at)


@action
def check_real_name(ref: UUID, *, id_number: str, by: Actor, at: datetime) -> None:
    """Check that the person's name and this ID number belong together, and keep the number.

    Refuses: NotFound; NotAllowed; RuleBroken (the number, a child under 14 without guardian); Conflict (registered
    already, or another was checked).
    """
    row = access.person(ref, by=by, lock=True)
    if by.ref != SYSTEM.ref and not access.held(row, by=by) & {"people.manage", "people.register"}:
        raise NotAllowed(N_("Your role does not let you check this person's name."))
    known = access.unsealed(row, Field.ID_NUMBER)
    found = entries.identity(access.unsealed(row, Field.NAME), id_number, at=at)
    if known and known != found.number:
        raise Conflict(N_("Another ID number was checked for this person. An officer can correct it at the counter."),
                       field="id_number")
    entries.refuse_known(found, but=row.ref)
    guarded = by.person != ref and bool(access.in_force(at).filter(person=row, kind=Kind.GUARDIAN).exists())
    entries.grown(found.born_on, row.region_code, consent=Consent.GUARDIAN if guarded else None, agreed=True,
                  by=by, at=at)

    entries.keep_identity(row, found, by=by, at=at)
    entries.save(row)
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
             before[2] if region is None else entries.region_of(region))
    entries.reach(row, phone=after[0], address=after[1])
    row.region_code = after[2]
    row.language = row.language if language is None else rules.language(language)
    row.save()
    read_anew(access.kept(ref))
    if before != after:
        changed = [a != b for a, b in zip(before, after, strict=True)]
        journal.record(events.PersonChanged(ref, *changed), about=ref, by=by, at=at)
