from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS, REGION, SYSTEM, Actor, Grant
from linli.kernel.doors import speak
from linli.kernel.machine import Move
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_, Text
from linli.registers.accounts import access, registry, rules
from linli.registers.accounts.models import Account, GrantRow, Token
from linli.registers.accounts.registry import Role
from linli.registers.accounts.rules import LockOut
from linli.registers.accounts.states import LABELS, LIFE, State
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.places import queries as places

_GRANTED = ("account__ref", "account__person_id",
            *(f"account__grants__{name}" for name in ("role", "scope", "since", "until", "revoked_at")))


@dataclass(frozen=True)
class RoleCard:
    """A role that somebody holds."""

    ref: UUID
    key: str
    name: Text
    sentence: Text
    scope: str
    over: str
    """What it is held over, in words; empty for oneself."""
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class KeeperCard:
    """Somebody who keeps an organisation's entry; a person without an account yet is called by their name, too."""

    grant: UUID
    account: UUID | None
    name: str
    since: datetime
    own: bool


@dataclass(frozen=True)
class TokenCard:
    ref: UUID
    label: str
    last_four: str
    issued_at: datetime
    until: datetime


@dataclass(frozen=True)
class AccountCard:
    """An account as its owner or an administrator sees it."""

    ref: UUID
    person: UUID | None
    name: str
    number: str
    """The person's Linli number."""
    username: str
    """Empty where somebody signs in with a phone number."""
    region: str
    region_name: str
    state: State
    label: Text
    opened_at: datetime
    last_login: datetime | None
    roles: tuple[RoleCard, ...]
    moves: tuple[Move, ...]
    can_grant: bool
    can_reset: bool
    password_old: bool


def actor(account: UUID, *, at: datetime) -> Actor:
    """Who acts for this account at that moment, with every grant in force; one query. ANONYMOUS if it may not."""
    row = access.entered(Q(ref=account), at=at)
    return _as(row, at=at) if row else ANONYMOUS


def entering(row: Any, *, at: datetime) -> tuple[Actor, str]:
    """Who acts for the account that the session has read, and how they are called; asks no database."""
    by = _as(row, at=at)
    called = people.called_beside(row.person_id, row) if by.person else ""
    return by, (row.name or called) if by is not ANONYMOUS else ""


def actor_by_token(token: str, *, at: datetime) -> Actor:
    """Who acts with this token; ANONYMOUS for a forged, revoked or lapsed one."""
    if not token:
        return ANONYMOUS
    valid = Token.objects.filter(digest=rules.digest(token), revoked_at=None, until__gt=at,
                                 account__state=State.ACTIVE)
    rows = list(valid.values_list(*_GRANTED))
    if not rows:
        return ANONYMOUS
    account, person = rows[0][:2]
    acted_for = [other for other, _ in people.represented_by(person, at=at)] if person else []
    return _acting(account, person, [row[2:6] for row in rows if row[2] and not row[6]], acted_for, at=at)


def account_name(account: UUID) -> str:
    """How an account is called: an official's name, or that of its person."""
    return names([account]).get(account, "")


def name_of(by: Actor) -> str:
    """How the actor is called, in one query; empty for who is not signed in. For the frame of every page."""
    if by.person:
        return people.names([by.person], masked=False).get(by.person, "")
    return Account.objects.filter(ref=by.ref).values_list("name", flat=True).first() or ""


def names(accounts: Collection[UUID]) -> dict[UUID, str]:
    """How these accounts are called, in clear; for showing people who acted."""
    rows = Account.objects.filter(ref__in=set(accounts)).values_list("ref", "name", "person__ref")
    called = people.names([person for _, name, person in rows if person and not name], masked=False)
    return {ref: name or called.get(person, "") for ref, name, person in rows}


def holders(persons: Collection[UUID]) -> set[UUID]:
    """Those of these people who have an account that is not closed."""
    return {ref for ref in _open().filter(person__ref__in=set(persons)).values_list("person__ref", flat=True) if ref}


def account_of(person: UUID) -> UUID | None:
    """The account of a person, unless it is closed."""
    return _open().filter(person__ref=person).values_list("ref", flat=True).first()


def account_named(username: str) -> UUID | None:
    """The account that signs in so. Refuses: RuleBroken for what cannot be a username."""
    return _open().filter(username=access.username(username)).values_list("ref", flat=True).first()


def account(ref: UUID, *, by: Actor, at: datetime) -> AccountCard:
    """One account with its roles, for its owner and for administrators of its region. Refuses: NotFound."""
    return _cards([access.account(ref, by=by)], by=by, at=at)[0]


def own(row: Account | AnonymousUser, *, by: Actor, at: datetime) -> AccountCard:
    """The account that the session has read already, with its roles; its region by code. Refuses: NotAllowed."""
    if not isinstance(row, Account) or row.ref != access.signed_in(by):
        raise NotAllowed(N_("Sign in first."))
    return _cards([row], by=by, at=at, regions=False)[0]


def officials(by: Actor, *, at: datetime, most: int = 200, places: bool = True) -> list[AccountCard]:
    """The accounts with a role over a region that the actor may know of, or without any person behind them.

    Without `places` their regions, and what their roles are held over, are not put into words.
    """
    rows = access.accounts(by).filter(Q(person=None) | Q(grants__scope__startswith="region:", grants__revoked_at=None))
    rows = rows.exclude(state=State.CLOSED).distinct().order_by("region_code", "name", "pk")
    return _cards(list(rows[:most]), by=by, at=at, regions=places, scopes=places)


def found(text: str, *, by: Actor, at: datetime) -> list[AccountCard]:
    """The accounts that sign in so or are called so, among those the actor may know of."""
    which = Q(name__icontains=text.strip()) if text.strip() else Q(pk=None)
    if (username := access.sign_in_name(text)) is not None:  # 李娜 is a name that nobody could sign in with
        which |= Q(username=username)
    return _cards(list(access.accounts(by).filter(which).order_by("region_code", "name", "pk")[:20]), by=by, at=at)


def reached(scopes: Collection[str], *, permission: str, at: datetime) -> dict[str, set[UUID]]:
    """Whose accounts see what is told to these scopes: those who hold a role there; of a region, who holds
    `permission` over it; of a person, they and who acts for them."""
    parents = {scope: _above(scope) for scope in scopes}
    watching = [key for key, role in registry.ROLES.items() if permission in role.permissions]
    rows = GrantRow.objects.filter(
        Q(until=None) | Q(until__gt=at), account__state=State.ACTIVE, since__lte=at, revoked_at=None,
        scope__in={one for above in parents.values() for one in above}).values_list("scope", "role", "account__ref")
    held: dict[str, set[UUID]] = {}
    for scope, role, account in rows:
        if role in watching or (role in registry.ROLES and not scope.startswith(REGION)):
            held.setdefault(scope, set()).add(account)
    persons = {scope: UUID(scope.removeprefix("person:")) for scope in scopes if scope.startswith("person:")}
    acting = {scope: {ref, *(one for one, _ in people.representatives_of(ref, at=at))}
              for scope, ref in persons.items()}
    anyone = {person for found in acting.values() for person in found}
    theirs = dict(Account.objects.filter(state=State.ACTIVE, person__ref__in=anyone).values_list("person__ref", "ref"))
    return {scope: {account for one in above for account in held.get(one, ())}
            | {theirs[one] for one in acting.get(scope, ()) if one in theirs} for scope, above in parents.items()}


def _above(scope: str) -> set[str]:
    """The scopes whose roles reach this one: itself, and of a region all that it lies in."""
    if not scope.startswith(REGION):
        return {scope}
    code = scope.removeprefix(REGION)
    return {f"{REGION}{code[:size].ljust(len(code), '0')}" for size in (2, 4, 6, 9, len(code))}


def tokens(by: Actor, *, at: datetime) -> list[TokenCard]:
    """The actor's own tokens in force, newest first. Refuses: NotAllowed (not signed in)."""
    rows = Token.objects.filter(account__ref=access.signed_in(by), revoked_at=None, until__gt=at)
    return [TokenCard(row.ref, row.label, row.last_four, row.issued_at, row.until)
            for row in rows.order_by("-issued_at", "-pk")]


def roles(by: Actor) -> list[Role]:
    """The roles that the actor may grant over a region, or over an organisation."""
    if "accounts.grant" in by.permissions:
        return [role for role in registry.ROLES.values() if role.scope == "region"]
    return [role for role in registry.ROLES.values() if role.scope == "organisation"]


def keepers(organisation: UUID, *, by: Actor, at: datetime) -> list[KeeperCard]:
    """Who keeps an organisation's entry, the first first. Refuses: NotAllowed (one keeps it not oneself)."""
    scope = f"organisation:{organisation}"
    if not may_grant(scope, by=by):
        raise NotAllowed(N_("You do not keep this organisation's entry. Ask whoever does to let you in."))
    rows = list(GrantRow.objects.filter(Q(until=None) | Q(until__gt=at), role=registry.KEEPER, scope=scope,
                                        revoked_at=None).select_related("account").order_by("since", "pk"))
    known = people.names([ref for row in rows if (ref := row.account.person_id if row.account else row.person_id)],
                         masked=False)
    found = []
    for row in rows:
        person = row.account.person_id if row.account else row.person_id
        called = row.account.name if row.account and row.account.name else known.get(person, "") if person else ""
        found.append(KeeperCard(row.ref, row.account.ref if row.account else None, called, row.since,
                                bool(row.account and row.account.ref == by.ref)))
    return found


def may_grant(scope: str, *, by: Actor) -> bool:
    """Whether the actor gives and takes back roles over this."""
    if by.ref == SYSTEM.ref:
        return True
    kind, _, of = scope.partition(":")
    if kind == "organisation":
        found = organisations.organisations([UUID(of)]).get(UUID(of))
        over = by.held(f"region:{found.region}") if found else frozenset()
        return "organisations.manage" in by.held(scope) or "accounts.grant" in over
    return kind == "region" and "accounts.grant" in by.held(scope)


def lock_out(on: date) -> LockOut:
    """When signing in closes, and for how long."""
    rule = rulebook.rule("accounts.lock_out", on=on, region=settings.REGION)
    return LockOut(int(rule.params["failures"]), timedelta(minutes=rule.amount))


def reset_life(on: date) -> tuple[timedelta, int]:
    """How long a reset code holds, and how many tries it stands."""
    rule = rulebook.rule("accounts.reset_code", on=on, region=settings.REGION)
    return timedelta(minutes=rule.amount), int(rule.params["tries"])


def password_age(on: date) -> tuple[timedelta, int]:
    """After how long an official changes the password, and how many classes of signs it mixes."""
    rule = rulebook.rule("accounts.password_age", on=on, region=settings.REGION)
    return timedelta(days=rule.amount), int(rule.params["classes"])


def idle_limit(by: Actor, *, on: date) -> timedelta | None:
    """After how long without use the actor is signed out: the stricter of their offices'; None for who has none."""
    kinds = {grant.scope.partition(":")[0] for grant in by.grants}
    if not kinds & {"region", "organisation"}:
        return None
    rule = rulebook.rule("accounts.idle", on=on, region=settings.REGION)
    return timedelta(minutes=rule.amount if "region" in kinds else int(rule.params["organisation"]))


def password_old(row: Account | AnonymousUser, *, at: datetime) -> bool:
    """Whether the account that the session has read is an official's, and its password is to be changed."""
    return isinstance(row, Account) and _old(row.password_changed_at, at=at) and is_official(row.ref, at=at)


def grants(rows: Collection[Account], *, at: datetime) -> list[GrantRow]:
    """The roles that these accounts hold, now or later; the first given first."""
    in_force = Q(until=None) | Q(until__gt=at)
    found = GrantRow.objects.filter(in_force, account__in=rows, revoked_at=None).select_related("account")
    return list(found.order_by("since", "pk"))


def is_official(account: UUID, *, at: datetime) -> bool:
    """Whether this account holds a role over a region or an organisation."""
    offices = Q(scope__startswith="region:") | Q(scope__startswith="organisation:")
    in_force = Q(until=None) | Q(until__gt=at)
    return GrantRow.objects.filter(offices, in_force, account__ref=account, revoked_at=None).exists()


def administrators(*, at: datetime) -> int:
    """How many accounts hold an administrator's role in force."""
    rows = GrantRow.objects.filter(Q(until=None) | Q(until__gt=at), role__in=rules.ADMINISTRATORS - {"auditor"})
    return rows.filter(revoked_at=None, account__state=State.ACTIVE).values("account").distinct().count()


def _open() -> QuerySet[Account]:
    return Account.objects.exclude(state=State.CLOSED)


def _as(row: Any, *, at: datetime) -> Actor:
    if row.state != State.ACTIVE:
        return ANONYMOUS
    return _acting(row.ref, row.person_id, row.held, people.acted_for(row), at=at)


def _acting(account: UUID, person: UUID | None, held: Iterable[tuple[str, str, datetime, datetime | None]],
            acted_for: Iterable[UUID], *, at: datetime) -> Actor:
    grants = [Grant(registry.ROLES[role].permissions, scope) for role, scope, since, until in held
              if role in registry.ROLES and since <= at and (until is None or at < until)]
    if person:
        resident = registry.ROLES["resident"].permissions
        grants += [Grant(resident, f"person:{one}") for one in (person, *acted_for)]
    return Actor(account, person, tuple(grants))


def _old(changed: datetime | None, *, at: datetime) -> bool:
    return changed is None or changed < at - password_age(timezone.localdate(at))[0]


def _cards(
    rows: list[Account], *, by: Actor, at: datetime, regions: bool = True, scopes: bool = True
) -> list[AccountCard]:
    granted = grants(rows, at=at)
    held: dict[int, list[GrantRow]] = {}
    for grant in granted:
        held.setdefault(grant.account_id or 0, []).append(grant)
    named = {grant.scope for grant in granted if scopes} | {f"region:{row.region_code}" for row in rows if regions}
    over = _over(named)
    called = people.called([row.person_id for row in rows if row.person_id], by=by)
    cards = []
    for row in rows:
        held_over, mine = {grant.scope for grant in held.get(row.pk, ())}, row.ref == by.ref
        may = access.held(row, by=by, scopes=held_over)
        offices = any(not scope.startswith(("person:", "practitioner:")) for scope in held_over)
        name, number = called.get(row.person_id, ("", "")) if row.person_id else ("", "")
        alone = rules.apart({grant.role for grant in held.get(row.pk, ())})
        cards.append(AccountCard(
            row.ref, row.person_id, row.name or name, number,
            row.username if not row.username.startswith("phone:") else "", row.region_code,
            over.get(f"region:{row.region_code}", row.region_code), State(row.state),
            LABELS[State(row.state)], row.opened_at, row.last_login,
            tuple(_role(grant, over) for grant in held.get(row.pk, ()) if grant.role in registry.ROLES),
            () if mine else LIFE.open_to(may, state=row.state),
            not mine and "accounts.grant" in by.held(f"region:{row.region_code}"),
            not mine and not alone and "accounts.reset" in may and row.state == State.ACTIVE,
            offices and _old(row.password_changed_at, at=at),
        ))
    return cards


def _role(grant: GrantRow, over: dict[str, str]) -> RoleCard:
    role = registry.ROLES[grant.role]
    return RoleCard(grant.ref, role.key, role.name, role.sentence, grant.scope, over.get(grant.scope, ""), grant.since,
                    grant.until)


def _over(scopes: Iterable[str]) -> dict[str, str]:
    """What the scopes are called: regions and organisations."""
    parts = [scope.partition(":") for scope in scopes]
    codes = [of for kind, _, of in parts if kind == "region"]
    bodies = [UUID(of) for kind, _, of in parts if kind == "organisation"]
    return {f"region:{code}": name for code, name in (places.full_names(codes) if codes else {}).items()} | {
        f"organisation:{ref}": name for ref, name in (organisations.names(bodies) if bodies else {}).items()}


def held_of(person: UUID) -> list[dict[str, Any]]:
    """What is kept of somebody's account; for the copy that they take."""
    rows = Account.objects.filter(person__ref=person).order_by("pk")
    return [{
        N_("opened"): row.opened_at, N_("signs in by"): N_("phone number") if row.username.startswith("phone:")
        else row.username, N_("last signed in"): row.last_login, N_("state"): LABELS[State(row.state)],
        N_("roles"): ", ".join(speak(registry.ROLES[key].name) for key in (
            "resident", *row.grants.filter(revoked_at=None).order_by("pk").values_list("role", flat=True))),
    } for row in rows]


def last_seen(persons: Collection[UUID]) -> dict[UUID, datetime]:
    """When these people last signed in, or opened their account."""
    rows = Account.objects.filter(person__ref__in=set(persons)).values_list("person__ref", "last_login", "opened_at")
    return {ref: last or opened for ref, last, opened in rows if ref}
