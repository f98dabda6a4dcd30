from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils import timezone

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


class Backend(ModelBackend):
    """Reads, once for every page, the account that a session names, with its roles and its person: one query."""

    def get_user(self, user_id: int) -> Account | None:
        """The account as it is at this moment, unless it may not come in."""
        row = entered(Q(pk=user_id), at=timezone.now())
        return row if row and self.user_can_authenticate(row) else None


def entered(which: Q, *, at: datetime) -> Any:
    """The account with its roles that are not revoked and with what `people.beside` names; None if there is none."""
    held = FilteredRelation("grants", condition=Q(grants__revoked_at=None))
    rows = Account.objects.filter(which).annotate(**people.beside("person", at=at), held_grant=held).annotate(
        **{f"held_{name}": F(f"held_grant__{name}") for name in ("role", "scope", "since", "until")})
    found: list[Any] = list(rows)
    if not found:
        return None
    row = found[0]
    row.held = [(one.held_role, one.held_scope, one.held_since, one.held_until) for one in found if one.held_role]
    return row


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
