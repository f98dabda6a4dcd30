from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import acting, read_once
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.crypto import Keyring, Unreadable
from linli.kernel.refusals import NotAllowed, NotFound
from linli.kernel.text import N_
from linli.registers.people import rules
from linli.registers.people.models import (
    DataAudit,
    Household,
    HouseholdMember,
    OpeningPermit,
    Person,
    PersonKey,
    Representation,
    RightsRequest,
)
from linli.registers.people.rules import Field, Kind
from linli.registers.people.states import Living, State

ERASED = N_("(erased)")


@cache
def keyring() -> Keyring:
    """The only way to what the master key opens."""
    return Keyring(settings.MASTER_KEY, cipher=settings.CIPHER)


def index(field: Field, value: str) -> str:
    """The blind index of a phone or ID number in its normal form."""
    return keyring().blind_index(value, context=f"people.{field}")


def people(by: Actor, permission: str = "people.see") -> QuerySet[Person]:
    """The people this actor may know of (or find, or open, by that permission). Erased ones are nobody's."""
    if by.ref == SYSTEM.ref:
        return Person.objects.filter(erased_at=None)
    within = Q(ref__in=by.refs(permission, "person"))
    for prefix in by.scopes(permission, "region"):
        within |= Q(region_code__startswith=prefix)
    return Person.objects.filter(within, erased_at=None)


def person(ref: UUID, *, by: Actor, permission: str = "people.see", lock: bool = False) -> Person:
    """One person, with their key. Refuses: NotFound."""
    if by.ref == SYSTEM.ref and not lock:
        known = one(ref)
        if known is None or known.erased_at:
            raise NotFound(N_("No such person."))
        return known
    found = people(by, permission).select_related("key")
    try:
        return (found.select_for_update(of=("self",)) if lock else found).get(ref=ref)
    except Person.DoesNotExist:
        raise NotFound(N_("No such person.")) from None


def one(ref: UUID) -> Person | None:
    """Anybody, with their key, to be read and not changed; an action reads them once."""
    return read_once(kept(ref), lambda: _whole(ref) if acting() else
                     Person.objects.select_related("key").filter(ref=ref).first())


def _whole(ref: UUID) -> Person | None:
    """A row with its key, by two plain statements: an action has no query to spare for putting one together."""
    row = Person.one(ref=ref)
    if row is not None:
        row._state.fields_cache["key"] = PersonKey.one(person=row.pk)
    return row


def kept(ref: UUID) -> tuple[str, UUID]:
    """Under which key an action keeps somebody's row."""
    return "people.person", ref


def held(person: Person, *, by: Actor) -> frozenset[str]:
    """What this actor may do to this person."""
    return by.held(f"person:{person.ref}", f"region:{person.region_code}")


def stands_for(ref: UUID, *, by: Actor) -> bool:
    """Whether this actor is this person, or acts for them."""
    return by.ref == SYSTEM.ref or "people.see" in by.held(f"person:{ref}")


def own(by: Actor) -> UUID:
    """The person behind the actor. Refuses: NotAllowed."""
    if by.ref == ANONYMOUS.ref:
        raise NotAllowed(N_("Sign in first."))
    if by.person is None:
        raise NotAllowed(N_("This page is for people who use services; your account stands for an office."))
    return by.person


def representation(ref: UUID, *, by: Actor, lock: bool = False) -> Representation:
    """One representation, for its two sides and for who sees the represented person. Refuses: NotFound."""
    found = Representation.objects.select_related("person__key")
    row = (found.select_for_update(of=("self",)) if lock else found).filter(ref=ref).first()
    sides = row and {row.person_id, row.representative_id}
    if row is None or by.ref != SYSTEM.ref and by.person not in (sides or ()) and not people(by).filter(
            ref=row.person_id).exists():
        raise NotFound(N_("No such representation."))
    return row


def home(ref: UUID) -> HouseholdMember | None:
    """Where somebody lives now: their membership with its household and the head's key."""
    return HouseholdMember.objects.filter(person__ref=ref, state=Living.LIVING).select_related(
        "household__head__key", "person").first()


def home_address(one: Household) -> str:
    """In clear; empty where none is kept."""
    return text(one.head, one.address_sealed, context=f"household:{one.ref}")


def household(ref: UUID, *, by: Actor, lock: bool = False) -> Household:
    """One household that still is, for who lives there and who acts for them. Refuses: NotFound."""
    found = Household.objects.select_related("head__key").filter(ended_at=None)
    row = (found.select_for_update(of=("self",)) if lock else found).filter(ref=ref).first()
    if row is None or by.ref != SYSTEM.ref and not HouseholdMember.objects.filter(
            household=row, state=Living.LIVING, person__ref__in=by.refs("people.see", "person")).exists():
        raise NotFound(N_("No such household."))
    return row


def member(ref: UUID, *, by: Actor) -> HouseholdMember:
    """One membership or invitation, for the member, the head, who acts for either, and an office that sees the member.
    Refuses: NotFound."""
    row = HouseholdMember.objects.select_related("household__head__key", "person__key").filter(ref=ref).first()
    if row is None or by.ref != SYSTEM.ref and not any(
            "people.see" in by.held(f"person:{one}") for one in (row.person_id, row.household.head_id)) and not (
            people(by).filter(ref=row.person_id).exists()):
        raise NotFound(N_("No such member of a household."))
    return row


def seal(row: Person, field: str, plain: str) -> bytes:
    """Under the person's key, for this field alone."""
    return keyring().seal(row.key.wrapped, plain, context=f"{row.ref}:{field}")


def unsealed(row: Person, field: Field) -> str:
    """A field in clear: empty when there is none, and a mark when the key is destroyed."""
    if row.erased_at:
        return ERASED
    if field is Field.HOUSEHOLD:
        return home_address(lives.household) if (lives := home(row.ref)) else ""
    sealed = getattr(row, f"{field}_sealed")
    return keyring().open(row.key.wrapped, sealed, context=f"{row.ref}:{field}") if sealed else ""


def keys(refs: Collection[UUID]) -> dict[UUID, bytes]:
    """The wrapped keys of those people who still have one."""
    if len(refs) == 1:
        (ref,) = refs
        row = one(ref)
        return {ref: bytes(row.key.wrapped)} if row and hasattr(row, "key") else {}
    return {ref: bytes(wrapped) for ref, wrapped in
            PersonKey.objects.filter(person__ref__in=refs).values_list("person__ref", "wrapped")}


# Rights and children


def in_force(at: datetime) -> QuerySet[Representation]:
    """The representations that hold at a moment."""
    return Representation.objects.filter(
        Q(until=None) | Q(until__gt=at), state=State.ACTIVE, since__lte=at, person__erased_at=None)


def guards(ref: UUID, *, by: Actor, at: datetime) -> bool:
    """Whether this actor is the guardian of that person."""
    return by.person is not None and in_force(at).filter(
        person__ref=ref, representative__ref=by.person, kind=Kind.GUARDIAN).exists()


def whose_rights(ref: UUID, *, by: Actor, at: datetime, lock: bool = False) -> Person:
    """Somebody whose rights over their data the actor exercises: their own, or as their guardian.

    Refuses: NotFound; NotAllowed (acts for them, but not as guardian).
    """
    row = person(ref, by=by, lock=lock)
    if by.ref != SYSTEM.ref and by.person != ref and not guards(ref, by=by, at=at):
        raise NotAllowed(N_("Only the person themself, or their guardian, decides on their data."))
    return row


def born_on(row: Person) -> date | None:
    """The day of birth; where only the year is known, the last day of that year: who may be a child counts as one."""
    if day := unsealed(row, Field.BIRTH_ON):
        return date.fromisoformat(day)
    return date(row.birth_year, 12, 31) if row.birth_year else None


def comes_of_age(row: Person, *, rule: str, on: date) -> date | None:
    """The day on which somebody reaches the age of a rule; None once they have, or where no birthday is known."""
    born = None if row.erased_at else born_on(row)
    reached = rules.birthday(born, age=rulebook.rule(rule, on=on, region=row.region_code).amount) if born else None
    return reached if reached and reached > on else None


def is_child(row: Person, *, at: datetime) -> bool:
    """Under 14, as the rulebook says it."""
    return comes_of_age(row, rule="people.child", on=timezone.localdate(at)) is not None


def is_minor(row: Person, *, at: datetime) -> bool:
    """Under 18, as the rulebook says it."""
    return comes_of_age(row, rule="people.minor", on=timezone.localdate(at)) is not None


def decides_for(row: Person, *, by: Actor, at: datetime) -> None:
    """Refuses: NotAllowed where a child under 14 decides alone: their guardian does."""
    if by.ref != SYSTEM.ref and by.person == row.ref and is_child(row, at=at):
        raise NotAllowed(N_("Under 14, a parent or guardian decides on this. Ask them to do it on their page."))


def requests(by: Actor) -> QuerySet[RightsRequest]:
    """What is asked in the regions where the actor decides."""
    within = Q(pk=None)
    for prefix in by.scopes("people.decide", "region"):
        within |= Q(region_code__startswith=prefix)
    return RightsRequest.objects.filter(within)


def request(ref: UUID, *, by: Actor, lock: bool = False) -> RightsRequest:
    """One request, for the person, their guardian who asked, and the office that decides. Refuses: NotFound."""
    found = RightsRequest.objects.select_related("person__key")
    row = (found.select_for_update(of=("self",)) if lock else found).filter(ref=ref).first()
    if row is None or not (by.ref == SYSTEM.ref or by.person == row.person.ref or by.ref == row.asked_by
                           or "people.decide" in by.held(f"region:{row.region_code}")):
        raise NotFound(N_("There is no such request."))
    return row


def permits(by: Actor) -> QuerySet[OpeningPermit]:
    """Wishes to open the data of minors, in the regions where the actor allows them."""
    within = Q(pk=None)
    for prefix in by.scopes("people.allow", "region"):
        within |= Q(person__region_code__startswith=prefix)
    return OpeningPermit.objects.filter(within, person__erased_at=None)


def permit(ref: UUID, *, by: Actor, lock: bool = False, own: bool = False) -> OpeningPermit:
    """One wish that the actor may allow, with `own` one that they asked for too. Refuses: NotFound."""
    found = permits(by)
    if own:
        found = found | OpeningPermit.objects.filter(asked_by=by.ref, person__erased_at=None)
    found = found.select_related("person__key")
    row = (found.select_for_update(of=("self",)) if lock else found).filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("There is no such wish to open data."))
    return row


def audits(by: Actor) -> QuerySet[DataAudit]:
    """The audits of the regions where the actor audits."""
    within = Q(pk=None)
    for one in by.scopes("people.audit", "region"):
        within |= Q(region_code__startswith=one)
    return DataAudit.objects.filter(within)


def audit(ref: UUID, *, by: Actor, lock: bool = False) -> DataAudit:
    """Refuses: NotFound."""
    found = audits(by)
    row = (found.select_for_update(of=("self",)) if lock else found).filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("There is no such audit."))
    return row


def text(row: Person, sealed: bytes | memoryview | None, *, context: str) -> str:
    """A text of this person's; a mark once the key is destroyed."""
    if not sealed:
        return ""
    if row.erased_at:
        return ERASED
    try:
        return keyring().open(row.key.wrapped, sealed, context=f"{row.ref}:{context}")
    except Unreadable:
        return ERASED
