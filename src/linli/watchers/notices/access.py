"""Which notices are an actor's: those to the scopes of their grants, a region's subtree included."""
from uuid import UUID

from django.db.models import QuerySet

from linli.kernel.actor import ANONYMOUS, REGION, Actor, prefix
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.watchers.notices.models import Addressed, Channel, Notice

WATCHES = "rulebook.see"
"""What is told to a region concerns those who watch over it, not whoever else holds a role there."""


def mine(by: Actor) -> Addressed:
    scopes = {grant.scope for grant in by.grants if not grant.scope.startswith(REGION) or WATCHES in grant.permissions}
    scopes |= {f"person:{by.person}"} if by.person else set()
    exact = tuple(sorted(scope for scope in scopes if not scope.startswith(REGION)))
    return Notice.objects.to(exact, tuple(sorted({prefix(scope) for scope in scopes if scope.startswith(REGION)})))


def channels(by: Actor) -> QuerySet[Channel]:
    """The ways in which the actor wants to be reached."""
    return Channel.objects.filter(account=by.ref) if by != ANONYMOUS else Channel.objects.none()


def channel(ref: UUID, *, by: Actor) -> Channel:
    """One of them, to be changed. Refuses: NotFound."""
    row = channels(by).select_for_update().filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("You are not reached there. See the list of your ways to be reached."))
    return row
