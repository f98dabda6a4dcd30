"""Which notices are an actor's: those to the scopes of their grants, a region's subtree included."""
from linli.kernel.actor import REGION, Actor, prefix
from linli.watchers.notices.models import Addressed, Notice

WATCHES = "rulebook.see"
"""What is told to a region concerns those who watch over it, not whoever else holds a role there."""


def mine(by: Actor) -> Addressed:
    scopes = {grant.scope for grant in by.grants if not grant.scope.startswith(REGION) or WATCHES in grant.permissions}
    scopes |= {f"person:{by.person}"} if by.person else set()
    exact = tuple(sorted(scope for scope in scopes if not scope.startswith(REGION)))
    return Notice.objects.to(exact, tuple(sorted({prefix(scope) for scope in scopes if scope.startswith(REGION)})))
