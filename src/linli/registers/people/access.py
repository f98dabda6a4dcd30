from functools import cache
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from linli.kernel.action import read_once
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.crypto import Keyring
from linli.kernel.refusals import NotAllowed, NotFound
from linli.kernel.text import N_
from linli.registers.people.models import Person, PersonKey, Representation
from linli.registers.people.rules import Field

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
    return read_once(kept(ref), lambda: Person.objects.select_related("key").filter(ref=ref).first())


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
    found = Representation.objects.select_related("person")
    row = (found.select_for_update(of=("self",)) if lock else found).filter(ref=ref).first()
    sides = row and {row.person_id, row.representative_id}
    if row is None or by.ref != SYSTEM.ref and by.person not in (sides or ()) and not people(by).filter(
            ref=row.person_id).exists():
        raise NotFound(N_("No such representation."))
    return row


def seal(row: Person, field: str, plain: str) -> bytes:
    """Under the person's key, for this field alone."""
    return keyring().seal(row.key.wrapped, plain, context=f"{row.ref}:{field}")


def unsealed(row: Person, field: Field) -> str:
    """A field in clear: empty when there is none, and a mark when the key is destroyed."""
    if row.erased_at:
        return ERASED
    sealed = getattr(row, f"{field}_sealed")
    return keyring().open(row.key.wrapped, sealed, context=f"{row.ref}:{field}") if sealed else ""


def keys(refs: set[UUID]) -> dict[UUID, bytes]:
    """The wrapped keys of those people who still have one."""
    if len(refs) == 1:
        (ref,) = refs
        row = one(ref)
        return {ref: bytes(row.key.wrapped)} if row and hasattr(row, "key") else {}
    return {ref: bytes(wrapped) for ref, wrapped in
            PersonKey.objects.filter(person__ref__in=refs).values_list("person__ref", "wrapped")}
