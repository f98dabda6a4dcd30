from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.work.needs.models import Need, Offer
from linli.work.needs.states import OFFER, OWN, SEE


def needs(by: Actor, permission: str = SEE) -> QuerySet[Need]:
    """What this actor may read: their own needs, those of whom they act for, those of callers of their region."""
    if by.ref == SYSTEM.ref:
        return Need.objects.all()
    within = Q(person__in=by.refs(permission, "person"))
    for start in by.scopes(permission, "region"):
        within |= Q(region_code__startswith=start)
    return Need.objects.filter(within)


def need(ref: UUID, *, by: Actor, permission: str = SEE, lock: bool = False) -> Need:
    """Refuses: NotFound (absent or hidden)."""
    row = Need.one(ref=ref, lock=lock)
    if row is None or by.ref != SYSTEM.ref and permission not in held(row, by):
        raise no_need()
    return row


def held(row: Need, by: Actor) -> frozenset[str]:
    """What this actor may do to this need."""
    return OWN if by.ref == SYSTEM.ref else by.held(f"person:{row.person_id}", f"region:{row.region_code}")


def offer(ref: UUID, *, by: Actor, lock: bool = False) -> Offer:
    """An offer of the actor's own organisation. Refuses: NotFound."""
    rows = Offer.objects.select_related("need").filter(provider__in=by.refs(OFFER, "organisation"))
    try:
        return (rows.select_for_update(of=("self",)) if lock else rows).get(ref=ref)
    except Offer.DoesNotExist:
        raise NotFound(N_("There is no such offer.")) from None


def no_need() -> NotFound:
    return NotFound(N_("There is no such need."))


def words(row: Need) -> str:
    """The context under which a need's text is sealed."""
    return f"needs:{row.ref}:text"


def why(row: Need) -> str:
    """The context under which triage's reasons are sealed."""
    return f"needs:{row.ref}:why"


def point(row: Need) -> str:
    """The context under which the exact place is sealed."""
    return f"needs:{row.ref}:point"


def note(row: Offer) -> str:
    """The context under which a provider's note is sealed."""
    return f"needs:{row.ref}:note"
