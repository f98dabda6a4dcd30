"""Who keeps an organisation's entry lets others in, puts them out, and hands it on."""
from datetime import datetime
from uuid import UUID

from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.accounts import access, queries
from linli.registers.accounts.actions.roles import grant_role, revoke
from linli.registers.accounts.models import GrantRow
from linli.registers.accounts.registry import KEEPER

_NOBODY = N_("Nobody of this name signs in here so. Ask them for both, letter by letter, and whether they have an"
             " account yet.")


@action
def let_in(organisation: UUID, *, sign_in: str, name: str, by: Actor, at: datetime) -> UUID:
    """Let somebody who has an account keep an organisation's entry, too; their role's ref.

    They are named twice, by what they sign in with and by their name, so that nobody finds out who has an account.
    Refuses: NotAllowed (one does not keep it), RuleBroken (nobody is so), Conflict (they keep it already).
    """
    scope = _kept(organisation, by=by)
    return grant_role(_whom(sign_in, name), role=KEEPER, scope=scope, by=by, at=at)


@action
def hand_on(organisation: UUID, *, sign_in: str, name: str, by: Actor, at: datetime) -> None:
    """Hand the entry on: somebody else keeps it from this moment, and who hands it on no longer does.

    Refuses: NotAllowed (one does not keep it), RuleBroken (nobody is so, or it is oneself).
    """
    scope = _kept(organisation, by=by)
    rows = GrantRow.objects.select_for_update().filter(account__ref=by.ref, role=KEEPER, scope=scope, revoked_at=None)
    own = [row for row in rows.select_related("account") if row.until is None or row.until > at]
    if not own:
        raise NotAllowed(N_("Only who keeps the entry hands it on."))
    whom = _whom(sign_in, name)
    if whom == by.ref:
        raise RuleBroken(N_("That is you. Name whom you hand it on to."), field="sign_in")
    if whom not in {one.account for one in queries.keepers(organisation, by=by, at=at)}:
        grant_role(whom, role=KEEPER, scope=scope, by=by, at=at)
    for row in own:
        revoke(row, by=by, at=at)


@action
def put_out(organisation: UUID, *, grant: UUID, by: Actor, at: datetime) -> None:
    """Have somebody else keep the entry no longer. Refuses: NotAllowed (one does not keep it; oneself), NotFound."""
    scope = _kept(organisation, by=by)
    row = access.grant(grant, lock=True)
    if (row.scope, row.role) != (scope, KEEPER):
        raise NotFound(N_("No such role, or it was taken back already."))
    if row.account and row.account.ref == by.ref:
        raise NotAllowed(N_("Hand the entry on instead: it should not be left without anybody."))
    revoke(row, by=by, at=at)


def _kept(organisation: UUID, *, by: Actor) -> str:
    scope = f"organisation:{organisation}"
    if not queries.may_grant(scope, by=by):
        raise NotAllowed(N_("You do not keep this organisation's entry. Ask whoever does to let you in."))
    return scope


def _whom(sign_in: str, name: str) -> UUID:
    found = queries.account_named(sign_in) if access.sign_in_name(sign_in) else None
    if found is None or "".join(queries.account_name(found).split()) != "".join(name.split()) or not name.strip():
        raise RuleBroken(_NOBODY, field="sign_in")
    return found
