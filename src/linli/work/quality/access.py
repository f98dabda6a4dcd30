from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.actor import Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.work.quality.models import Rectification
from linli.work.quality.states import ANSWER, JUDGE, SEE


def rectifications(by: Actor) -> QuerySet[Rectification]:
    """What this actor may know of: those of their organisations, of whom they are or act for, and of their regions."""
    within = Q(provider_id__in=by.refs(ANSWER, "organisation")) | Q(person_id__in=by.refs(JUDGE, "person"))
    for permission in (JUDGE, SEE):
        for start in by.scopes(permission, "region"):
            within |= Q(region_code__startswith=start)
    return Rectification.objects.filter(within)


def rectification(ref: UUID, *, by: Actor, lock: bool = False) -> Rectification:
    """Refuses: NotFound (absent or hidden)."""
    found = rectifications(by).select_for_update(of=("self",)) if lock else rectifications(by)
    try:
        return found.get(ref=ref)
    except Rectification.DoesNotExist:
        raise NotFound(N_("There is no such rectification.")) from None


def overseen(by: Actor) -> QuerySet[Rectification]:
    """Those of the regions that this actor watches over."""
    within = Q(pk=None)
    for start in by.scopes(SEE, "region"):
        within |= Q(region_code__startswith=start)
    return Rectification.objects.filter(within)


def held(row: Rectification, by: Actor) -> frozenset[str]:
    """What this actor may do to this rectification."""
    return by.held(f"organisation:{row.provider_id}", f"person:{row.person_id}", f"region:{row.region_code}")
