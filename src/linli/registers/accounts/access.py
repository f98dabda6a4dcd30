from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.refusals import NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.accounts import rules
from linli.registers.accounts.models import Account, GrantRow
from linli.registers.people import queries as people


def signed_in(by: Actor) -> UUID:
    """The actor's account. Refuses: NotAllowed."""
    if by.ref in {ANONYMOUS.ref, SYSTEM.ref}:
        raise NotAllowed(N_("Sign in first."))
    return by.ref


def accounts(by: Actor) -> QuerySet[Account]:
    """The accounts this actor may know of: their own, and those of the regions where they see accounts."""
    if by.ref == SYSTEM.ref:
        return Account.objects.all()
    within = Q(ref=by.ref)
    for prefix in by.scopes("accounts.see", "region"):
        within |= Q(region_code__startswith=prefix)
    return Account.objects.filter(within)


def account(ref: UUID, *, by: Actor, lock: bool = False) -> Account:
    """One account. Refuses: NotFound."""
    found = accounts(by).select_for_update() if lock else accounts(by)
    try:
        return found.get(ref=ref)
    except Account.DoesNotExist:
        raise NotFound(N_("No such account.")) from None


def held(row: Account, *, by: Actor, scopes: Collection[str]) -> frozenset[str]:
    """What this actor may do to an account that holds roles over these scopes.

    Only what they may do in its own region and in every region where it holds a role: else whoever hands out the codes
    of a district could become the city's officer who lives there.
    """
    regions = {f"region:{row.region_code}", *(scope for scope in scopes if scope.startswith("region:"))}
    return frozenset.intersection(*map(by.held, regions))


def username(text: str) -> str:
    """How a typed username is kept: phone numbers as their keyed digest. Refuses: RuleBroken."""
    return f"phone:{people.phone_index(text)}" if people.is_phone(text) else rules.username(text)


def sign_in_name(text: str) -> str | None:
    """How what was typed is kept if it can be a username; else None."""
    try:
        return username(text)
    except RuleBroken:
        return None


def grant(ref: UUID, *, lock: bool = False) -> GrantRow:
    """One granted role that is not revoked. Refuses: NotFound."""
    found = GrantRow.objects.filter(ref=ref, revoked_at=None).select_related("account")
    row = (found.select_for_update(of=("self",)) if lock else found).first()
    if row is None:
        raise NotFound(N_("No such role, or it was taken back already."))
    return row
