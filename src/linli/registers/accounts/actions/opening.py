"""Opening, locking and closing accounts."""
import re
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest

from linli.engines.journal import actions as journal
from linli.engines.journal.events import Fact
from linli.kernel.action import action, attempt
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.accounts import access, events, queries
from linli.registers.accounts.actions import roles, signing
from linli.registers.accounts.models import Account, GrantRow, ResetCode, Token
from linli.registers.accounts.states import LIFE
from linli.registers.people import actions as people
from linli.registers.people import queries as known_people
from linli.registers.places import queries as places


def sign_up(username: str, *, password: str, name: str, region: str | None = None, id_number: str | None = None,
            phone: str | None = None, language: str = "", is_demo: bool = False, request: HttpRequest | None = None,
            by: Actor, at: datetime) -> UUID:
    """Register oneself and open an account; with `request`, signed in at once. A phone number can be the username.

    Refuses: RuleBroken (a field); Conflict (username or ID number taken).
    """
    kept, secret = access.username(username), signing.hashed(password)
    if kept.startswith("phone:") and not phone:
        phone = username
    return _sign_up(kept, secret=secret, name=name, region=region, id_number=id_number, phone=phone, language=language,
                    is_demo=is_demo, request=request, by=by, at=at)


@action
def _sign_up(kept: str, *, secret: str, name: str, region: str | None, id_number: str | None, phone: str | None,
             language: str, is_demo: bool, request: HttpRequest | None, by: Actor, at: datetime) -> UUID:
    row = _account(kept, region=region or settings.REGION, by=by, at=at)
    row.person_id = person = people.register_oneself(
        name=name, region=row.region_code, id_number=id_number, phone=phone, language=language, is_demo=is_demo,
        by=Actor(row.ref), at=at)
    signing.choose(row, secret, by=Actor(row.ref), at=at)
    _open(row, by=Actor(row.ref), at=at)
    _claim(row, person)
    if request is not None:
        signing.begin(row, request, at=at)
    return row.ref


def open_account(username: str, *, person: UUID | None = None, name: str = "", region: str | None = None,
                 password: str | None = None, by: Actor, at: datetime) -> UUID:
    """Open an account for an official (by `name`) or for a person registered already; without a password they need a
    reset code. Refuses: NotAllowed (their region, or a password chosen for somebody); NotFound (person); RuleBroken
    (a field); Conflict (username taken, or has one).
    """
    if password is not None and by.ref != SYSTEM.ref:
        raise NotAllowed(N_("Everybody chooses their own password: hand over a code for it."))
    if password is not None and not person:
        signing.refuse_plain(password, field="password", at=at)
    kept, secret = access.username(username), None if password is None else signing.hashed(password)
    return _open_account(kept, person=person, name=name, region=region, secret=secret, by=by, at=at)


@action
def _open_account(kept: str, *, person: UUID | None, name: str, region: str | None, secret: str | None, by: Actor,
                  at: datetime) -> UUID:
    lives = known_people.regions([person]).get(person) if person else None
    home = region or lives or settings.REGION
    if by.ref != SYSTEM.ref:
        LIFE.check("open_account", state=START, held=by.held(f"region:{home}") & by.held(f"region:{lives or home}"))
    row = _account(kept, region=home, by=by, at=at)
    if person:
        if not known_people.exists(person):
            raise NotFound(N_("No such person."))
        if queries.account_of(person):
            raise Conflict(N_("This person has an account already. Make a reset code for it instead."))
        row.person_id = person
    else:
        row.name = _official_name(name)
    row.set_unusable_password()
    if secret is not None:
        signing.choose(row, secret, by=by, at=at)
    _open(row, by=by, at=at)
    if person:
        _claim(row, person)
    return row.ref


@action
def appoint(username: str, *, name: str, region: str, role: str, by: Actor, at: datetime) -> str:
    """Open an official's account with a role over a region; the code to choose its password with.

    Refuses: what `open_account`, `grant_role` and `make_reset_code` refuse.
    """
    account = open_account(username, name=name, region=region, by=by, at=at)
    roles.grant_role(account, role=role, scope=f"region:{region}", by=by, at=at)
    return signing.make_reset_code(account, by=by, at=at)


@action
def lock(account: UUID, *, by: Actor, at: datetime) -> None:
    """Keep an account from acting until it is unlocked. Refuses: NotFound; NotAllowed; Conflict."""
    row = _move("lock", account, by=by, at=at)
    row.save()
    _note(events.AccountLocked(row.ref), row, by=by, at=at)


@action
def unlock(account: UUID, *, by: Actor, at: datetime) -> None:
    """Let it act again. Refuses: NotFound; NotAllowed; Conflict."""
    row = _move("unlock", account, by=by, at=at)
    row.failed_count, row.locked_until = 0, None
    row.save()
    _note(events.AccountUnlocked(row.ref), row, by=by, at=at)


@action
def close(account: UUID, *, by: Actor, at: datetime) -> None:
    """Close it for good: roles and tokens end, the username is free again. Refuses: NotFound; NotAllowed; Conflict."""
    row = _move("close", account, by=by, at=at)
    for grant in GrantRow.objects.select_for_update().filter(account=row, revoked_at=None):
        roles.revoke(grant, by=by, at=at)
    roles.end_tokens(row, by=by, at=at)
    Token.objects.filter(account=row).update(label="")  # they may have written their name there
    ResetCode.objects.filter(account=row, used_at=None).delete()
    row.username, row.name, row.person_id, row.closed_at, row.closed_by = f"closed:{row.ref}", "", None, at, by.ref
    row.set_unusable_password()
    row.save()
    _note(events.AccountClosed(row.ref), row, by=by, at=at)


def _move(name: str, account: UUID, *, by: Actor, at: datetime) -> Account:
    row = access.account(account, by=by, lock=True)
    held = frozenset({LIFE.moves[name].permission}) if by.ref == SYSTEM.ref else access.held(
        row, by=by, scopes={grant.scope for grant in queries.grants([row], at=at)})
    row.state = LIFE.check(name, state=row.state, held=held if row.ref != by.ref else ())
    return row


def _account(username: str, *, region: str, by: Actor, at: datetime) -> Account:
    if not places.names([region]):
        raise RuleBroken(N_("There is no such region. Choose one from the list."), rule="accounts.region",
                         field="region")
    if Account.objects.filter(username=username).exists():
        raise _taken()
    return Account(username=username, region_code=region, opened_at=at, opened_by=by.ref)


def _taken() -> Conflict:
    return Conflict(N_("Somebody signs in with this already. If it is you, sign in; else choose another name."),
                    field="username")


def _open(row: Account, *, by: Actor, at: datetime) -> None:
    try:
        with attempt():
            row.save()
    except IntegrityError:  # somebody took the name in this very moment
        raise _taken() from None
    _note(events.AccountOpened(row.ref, row.person_id, row.region_code), row, by=by, at=at)


def _claim(row: Account, person: UUID) -> None:
    """Roles that waited for this person are theirs now."""
    GrantRow.objects.filter(account=None, person__ref=person, revoked_at=None).update(account=row, person=None)


def _official_name(text: str) -> str:
    one = " ".join(text.split())
    if not 1 <= len(one) <= 60 or not re.search(r"\w", one):
        raise RuleBroken(N_("Write the official's name in 1 to {most} characters."), rule="accounts.name", field="name",
                         most=60)
    return one


def _note(fact: Fact, row: Account, *, by: Actor, at: datetime) -> None:
    journal.record(fact, about=row.ref, by=by, at=at)
