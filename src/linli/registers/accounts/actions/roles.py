"""Giving and taking back roles and tokens."""
import re
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.accounts import access, events, queries, registry, rules
from linli.registers.accounts.models import Account, GrantRow, Token
from linli.registers.accounts.states import State
from linli.registers.people import queries as people
from linli.registers.places import queries as places


@action
def grant_role(account: UUID, *, role: str, scope: str, from_: datetime | None = None, until: datetime | None = None,
               by: Actor, at: datetime) -> UUID:
    """Give an account a role over a region, an organisation or a practitioner, for a time or until taken back.

    Refuses: NotFound; NotAllowed (this scope, or oneself); RuleBroken (role, scope, period, administrators); Conflict.
    """
    _refuse_scope(role, scope)
    if not queries.may_grant(scope, by=by):
        raise NotAllowed(N_("Your role does not let you give roles there."))
    row = Account.objects.select_for_update().filter(ref=account).first()
    if row is None:
        raise NotFound(N_("No such account."))
    if row.ref == by.ref:
        raise NotAllowed(N_("Nobody gives roles to themself: ask another administrator."))
    if row.state != State.ACTIVE:
        raise Conflict(N_("This account is not active. Unlock it first."))
    since = from_ or at
    if until and until <= max(since, at):
        raise RuleBroken(N_("The role would end before it begins. Choose a later last day."), rule="accounts.period",
                         field="until")
    in_force = GrantRow.objects.select_for_update().filter(account=row, revoked_at=None)
    rules.separate(role, others={g.role for g in in_force if g.until is None or g.until > at})
    grant = in_force.filter(role=role, scope=scope).first()
    if grant and (grant.until is None or grant.until > at):
        raise Conflict(N_("This account holds this role there already. Take it back first to change its dates."))
    grant = grant or GrantRow(account=row, role=role, scope=scope)
    grant.since, grant.until, grant.granted_at, grant.granted_by = since, until, at, by.ref
    grant.save()
    _granted(grant, by=by, at=at)
    return grant.ref


@action
def grant_to(who: UUID, *, role: str, scope: str, by: Actor, at: datetime) -> None:
    """Give an account, or the account of a person, a role, once, however often it is asked; a person without an account
    finds it waiting when they open one. For other contexts' facts; nothing happens where nobody of this ref is known.

    Refuses: NotAllowed; RuleBroken (role, scope).
    """
    _refuse_scope(role, scope)
    if by.ref != SYSTEM.ref:
        raise NotAllowed(N_("Your role does not let you give roles there."))
    row = Account.objects.filter(Q(ref=who) | Q(person__ref=who)).exclude(state=State.CLOSED).first()
    same = GrantRow.objects.filter(role=role, scope=scope, revoked_at=None)
    holds = Q(account=row) if row else Q(account=None, person__ref=who)
    if not row and not people.exists(who) or same.filter(holds).exists():
        return
    grant = GrantRow.objects.create(account=row, person_id=None if row else who, role=role, scope=scope, since=at,
                                    granted_at=at, granted_by=by.ref)
    _granted(grant, by=by, at=at)


@action
def revoke_role(grant: UUID, *, by: Actor, at: datetime) -> None:
    """Take a role back at once. Refuses: NotFound; NotAllowed (this scope, or oneself)."""
    row = access.grant(grant, lock=True)
    if not queries.may_grant(row.scope, by=by) or row.account and row.account.ref == by.ref:
        raise NotAllowed(N_("Your role does not let you take this role back."))
    revoke(row, by=by, at=at)


@action
def end_roles(scope: str, *, role: str, by: Actor, at: datetime) -> None:
    """Take back a role over a thing from everyone who holds it. For other contexts' facts. Refuses: NotAllowed."""
    if by.ref != SYSTEM.ref:
        raise NotAllowed(N_("Your role does not let you take this role back."))
    for row in GrantRow.objects.select_for_update().filter(scope=scope, role=role, revoked_at=None):
        revoke(row, by=by, at=at)


@action
def issue_token(account: UUID, *, label: str, until: datetime | None = None, by: Actor, at: datetime) -> str:
    """A token with everything its account may do, given once and kept only as a digest; by default for a year.

    Refuses: NotAllowed (another's account); RuleBroken (label, period, too many).
    """
    row = Account.objects.select_for_update().filter(ref=account, state=State.ACTIVE).first()
    if row is None or by.ref not in {row.ref, SYSTEM.ref}:
        raise NotAllowed(N_("Everybody makes tokens for their own account only."))
    called, end = " ".join(label.split()), until or at + rules.LONGEST_TOKEN
    if not 1 <= len(called) <= rules.LONGEST_LABEL:
        raise RuleBroken(N_("Say in 1 to {most} characters what the token is for."), rule="accounts.token",
                         field="label", most=rules.LONGEST_LABEL)
    if not at < end <= at + rules.LONGEST_TOKEN:
        raise RuleBroken(N_("A token ends after today, and within {days} days."), rule="accounts.token", field="until",
                         days=rules.LONGEST_TOKEN.days)
    if Token.objects.filter(account=row, revoked_at=None, until__gt=at).count() >= rules.MOST_TOKENS:
        raise RuleBroken(N_("An account has at most {most} tokens. Take back one you no longer need."),
                         rule="accounts.token", field="label", most=rules.MOST_TOKENS)
    token = rules.new_token()
    kept = Token.objects.create(account=row, digest=rules.digest(token), last_four=token[-4:], label=called,
                                issued_at=at, issued_by=by.ref, until=end)
    journal.record(events.TokenIssued(row.ref, row.person_id, kept.ref, end), about=row.ref, by=by, at=at)
    return token


@action
def revoke_token(token: UUID, *, by: Actor, at: datetime) -> None:
    """Make a token useless at once. Refuses: NotFound (not one of the actor's, or revoked)."""
    row = Token.objects.select_for_update().filter(ref=token, revoked_at=None, account__ref=by.ref).first()
    if row is None:
        raise NotFound(N_("No such token."))
    _end(row, of=by.ref, by=by, at=at)


def end_tokens(account: Account, *, by: Actor, at: datetime) -> None:
    """Make every token of an account useless."""
    for row in Token.objects.select_for_update().filter(account=account, revoked_at=None):
        _end(row, of=account.ref, by=by, at=at)


def _end(row: Token, *, of: UUID, by: Actor, at: datetime) -> None:
    row.revoked_at, row.revoked_by = at, by.ref
    row.save()
    journal.record(events.TokenRevoked(of, row.ref), about=of, by=by, at=at)


def _refuse_scope(role: str, scope: str) -> None:
    known, (kind, _, of) = registry.ROLES.get(role), scope.partition(":")
    if known is None:
        raise RuleBroken(N_("There is no such role."), rule="accounts.role", field="role")
    if kind != known.scope:
        raise RuleBroken(N_("This role is not held over that kind of thing."), rule="accounts.role", field="scope")
    if kind == "region" and not places.names([of]):
        raise RuleBroken(N_("There is no such region. Choose one from the list."), rule="accounts.region",
                         field="scope")
    if kind != "region" and not re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", of):
        raise RuleBroken(N_("This role is not held over that kind of thing."), rule="accounts.role", field="scope")


def _granted(row: GrantRow, *, by: Actor, at: datetime) -> None:
    account = row.account.ref if row.account else None
    fact = events.RoleGranted(row.ref, account, _person(row), row.role, row.scope, row.until)
    journal.record(fact, about=account or row.ref, by=by, at=at)


def revoke(row: GrantRow, *, by: Actor, at: datetime) -> None:
    row.revoked_at, row.revoked_by = at, by.ref
    row.save()
    account = row.account.ref if row.account else None
    fact = events.RoleRevoked(row.ref, account, _person(row), row.role, row.scope)
    journal.record(fact, about=account or row.ref, by=by, at=at)


def _person(row: GrantRow) -> UUID | None:
    return row.account.person_id if row.account else row.person_id
