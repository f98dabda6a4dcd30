from collections.abc import Callable
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.organisations.models import Claim, Doubt, Organisation, Site, WatchList
from linli.registers.organisations.states import APPLY, DECIDE, LIFE, MANAGE, PUBLIC

SEE = "organisations.see"
"""To read applications that are not public, without deciding on them."""


def organisations(by: Actor) -> QuerySet[Organisation]:
    """What this actor may know of: what is public, their own applications, what their region or grant covers."""
    within = Q(state__in=PUBLIC) | Q(ref__in=by.refs(MANAGE, "organisation"))
    if by.person:
        within |= Q(applicant=by.person)
    return Organisation.objects.filter(within | _overseen(by)) if by != SYSTEM else Organisation.objects.all()


def overseen(by: Actor) -> QuerySet[Organisation]:
    """What lies in the regions where this actor decides or oversees."""
    return Organisation.objects.filter(_overseen(by))


def _overseen(by: Actor) -> Q:
    if by == SYSTEM:
        return Q()
    within = Q(pk__in=[])
    for start in {*by.scopes(DECIDE, "region"), *by.scopes(SEE, "region")}:
        within |= Q(region_code__startswith=start)
    return within


def oversees(row: Organisation, by: Actor) -> bool:
    """Whether it lies in a region where this actor decides or oversees."""
    return by == SYSTEM or not by.held(f"region:{row.region_code}").isdisjoint({DECIDE, SEE})


def organisation(
    ref: UUID, *, by: Actor, lock: bool = False,
    among: Callable[[QuerySet[Organisation]], QuerySet[Organisation]] = lambda rows: rows,
) -> Organisation:
    """`among` may bring more of the row along. Refuses: NotFound (absent or hidden)."""
    found = organisations(by).select_for_update(of=("self",)) if lock else organisations(by)
    try:
        return among(found).get(ref=ref)
    except Organisation.DoesNotExist:
        raise NotFound(N_("There is no such organisation.")) from None


def site(ref: UUID, *, by: Actor, lock: bool = False) -> Site:
    """Refuses: NotFound (absent, closed or hidden)."""
    found = Site.objects.select_related("organisation").filter(organisation__in=organisations(by), closed_at=None)
    try:
        return (found.select_for_update(of=("self",)) if lock else found).get(ref=ref)
    except Site.DoesNotExist:
        raise NotFound(N_("There is no such site.")) from None


def claims(by: Actor) -> QuerySet[Claim]:
    """One's own claims, and those of organisations that one oversees."""
    own = Q(claimant=by.person) if by.person else Q(pk__in=[])
    return Claim.objects.select_related("organisation").filter(own | Q(organisation__in=overseen(by)))


def claim(ref: UUID, *, by: Actor, lock: bool = False) -> Claim:
    """Refuses: NotFound (absent or hidden)."""
    try:
        return (claims(by).select_for_update(of=("self",)) if lock else claims(by)).get(ref=ref)
    except Claim.DoesNotExist:
        raise NotFound(N_("There is no such claim.")) from None


def held(row: Organisation, by: Actor) -> frozenset[str]:
    """What this actor may do to this organisation. Who applied holds their application."""
    if by == SYSTEM:
        return frozenset(move.permission for move in LIFE.moves.values())
    given = by.held(f"region:{row.region_code}", f"organisation:{row.ref}")
    return given | {APPLY} if by.person is not None and by.person == row.applicant else given


def watch_list(ref: UUID, *, by: Actor, lock: bool = False) -> WatchList:
    """One of one's own. Refuses: NotFound (absent or somebody else's)."""
    mine = WatchList.objects.filter(person=by.person) if by.person else WatchList.objects.none()
    try:
        return (mine.select_for_update(of=("self",)) if lock else mine).get(ref=ref)
    except WatchList.DoesNotExist:
        raise NotFound(N_("There is no such list.")) from None


def doubts(by: Actor) -> QuerySet[Doubt]:
    """The rows of files that lie in the regions where this actor decides or oversees."""
    return Doubt.objects.filter(_overseen(by))


def doubt(ref: UUID, *, by: Actor, lock: bool = False) -> Doubt:
    """Refuses: NotFound (absent or hidden)."""
    try:
        return (doubts(by).select_for_update(of=("self",)) if lock else doubts(by)).get(ref=ref)
    except Doubt.DoesNotExist:
        raise NotFound(N_("There is no such row.")) from None
