from collections.abc import Callable
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.actor import Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.directory.models import Service
from linli.registers.directory.states import MANAGE, PUBLIC


def services(by: Actor) -> QuerySet[Service]:
    """What this actor may know of: what is listed or paused, and everything of those for whom they manage listings."""
    return Service.objects.filter(Q(state__in=PUBLIC, provider_open=True) | _managed(by))


def managed(by: Actor) -> QuerySet[Service]:
    """The services whose listing this actor keeps."""
    return Service.objects.filter(_managed(by))


def _managed(by: Actor) -> Q:
    within = Q(provider__in=by.refs(MANAGE, "organisation"))
    for start in by.scopes(MANAGE, "region"):
        within |= Q(region_code__startswith=start)
    return within


def service(
    ref: UUID, *, by: Actor, lock: bool = False,
    among: Callable[[QuerySet[Service]], QuerySet[Service]] = lambda rows: rows,
) -> Service:
    """`among` may bring more of the row along. Refuses: NotFound (absent or hidden)."""
    found = services(by).select_for_update(of=("self",)) if lock else services(by)
    try:
        return among(found).get(ref=ref)
    except Service.DoesNotExist:
        raise NotFound(N_("There is no such service.")) from None


def held(row: Service, by: Actor) -> frozenset[str]:
    """What this actor may do to this service."""
    return by.held(f"organisation:{row.provider_id}", f"region:{row.region_code}")
