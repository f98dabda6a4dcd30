from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.practitioners.models import Credential, Practitioner
from linli.registers.practitioners.states import LIFE, MANAGE, SEE


def practitioners(by: Actor) -> QuerySet[Practitioner]:
    """Whom this actor may know of: colleagues, themself, and the staff of organisations in their region."""
    if by == SYSTEM:
        return Practitioner.objects.all()
    within = Q(organisation__in={*by.refs(MANAGE, "organisation"), *by.refs(SEE, "organisation")})
    within |= Q(ref__in=by.refs(SEE, "practitioner"))
    if by.person:
        within |= Q(person=by.person)
    for start in {*by.scopes(SEE, "region"), *by.scopes(MANAGE, "region")}:
        within |= Q(organisation__region_code__startswith=start)
    return Practitioner.objects.filter(within)


def practitioner(ref: UUID, *, by: Actor, lock: bool = False) -> Practitioner:
    """Refuses: NotFound (absent or hidden)."""
    row = Practitioner.one(ref=ref, lock=True) if lock else None
    if row and held(row, by) & {SEE, MANAGE}:  # the staff's own office, which acts on them most
        return row
    found = practitioners(by)
    try:
        return (found.select_for_update(of=("self",)) if lock else found).get(ref=ref)
    except Practitioner.DoesNotExist:
        raise NotFound(N_("There is no such practitioner.")) from None


def credential(ref: UUID, *, by: Actor, lock: bool = False) -> Credential:
    """Refuses: NotFound (absent or hidden)."""
    found = Credential.objects.select_related("practitioner").filter(practitioner__in=practitioners(by))
    try:
        return (found.select_for_update(of=("self",)) if lock else found).get(ref=ref)
    except Credential.DoesNotExist:
        raise NotFound(N_("There is no such credential.")) from None


def held(row: Practitioner, by: Actor) -> frozenset[str]:
    """What this actor may do to this practitioner."""
    return held_at(row.organisation_id, by)


def held_at(organisation: UUID, by: Actor) -> frozenset[str]:
    """What this actor may do to an organisation's staff."""
    if by == SYSTEM:
        return frozenset(move.permission for move in LIFE.moves.values())
    return by.held(f"organisation:{organisation}")
