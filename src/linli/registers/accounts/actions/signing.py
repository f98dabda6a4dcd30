"""Beginning and ending sessions, and choosing passwords."""
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.accounts import access, events, queries, registry, rules
from linli.registers.accounts.actions import roles
from linli.registers.accounts.models import Account, ResetCode
from linli.registers.accounts.states import State

_SEEN = "seen"
_NOTED = timedelta(minutes=1)


def sign_in(username: str, *, password: str, request: HttpRequest, by: Actor, at: datetime) -> UUID:
    """Begin a session. Refuses: RuleBroken, in the same words and time whether the name, the password or the number of
    tries is wrong. A wrong try is kept although it is refused.
    """
    row = _named(username)  # the slow check comes before the turn to write, and takes as long for nobody
    right = check_password(password, row.password) if row else not make_password(password)
    if row is None or not _tried(row, right=right, request=request, by=by, at=at):
        rule = queries.lock_out(timezone.localdate(at))
        raise RuleBroken(
            N_("The name or the password is wrong, or there were too many tries: after {failures} wrong ones signing in"
               " stays closed for {minutes} minutes. Check both, or choose a new password."),
            rule="accounts.lock_out", field="password", failures=rule.failures, minutes=rule.span.seconds // 60)
    return row.ref


def stay(*, request: HttpRequest, by: Actor, at: datetime) -> bool:
    """Whether the session goes on, noting at most once a minute that somebody is there.

    An official's ends when it was left alone for the time that the rule accounts.idle gives. Refuses: nothing.
    """
    limit = queries.idle_limit(by, on=timezone.localdate(at))
    if limit is None:
        return True
    seen, entered = request.session.get(_SEEN), getattr(request.user, "last_login", None)
    last = datetime.fromtimestamp(seen, UTC) if isinstance(seen, int) else entered or at
    if at - last >= limit:
        _time_out(request=request, by=by, at=at)
        return False
    if at - last >= _NOTED:
        request.session[_SEEN] = int(at.timestamp())
    return True


@action
def _time_out(*, request: HttpRequest, by: Actor, at: datetime) -> None:
    logout(request)
    journal.record(events.SignedOut(by.ref, idle=True), about=by.ref, by=by, at=at)


@action
def sign_in_as(key: str, *, request: HttpRequest, by: Actor, at: datetime) -> UUID:
    """Be a persona of the demo. Refuses: NotFound (outside the demo, or no such persona)."""
    username = next((one.username for one in registry.PERSONAS if one.key == key), None) if settings.DEMO else None
    row = Account.objects.filter(username=access.username(username), state=State.ACTIVE).first() if username else None
    if row is None:
        raise NotFound(N_("There is no such persona."))
    begin(row, request, at=at)
    return row.ref


@action
def sign_out(*, request: HttpRequest, by: Actor, at: datetime) -> None:
    """End the session. Refuses: NotAllowed (not signed in)."""
    account = access.signed_in(by)
    logout(request)
    journal.record(events.SignedOut(account), about=account, by=by, at=at)


def change_password(*, old: str, new: str, request: HttpRequest | None = None, by: Actor, at: datetime) -> None:
    """Choose another password; other sessions end. A wrong try counts like one at the door, and is kept.

    Refuses: NotAllowed; RuleBroken (old wrong or tried too often, new weak or the old one again).
    """
    row = Account.objects.get(ref=access.signed_in(by))
    right = check_password(old, row.password)
    if right:
        if queries.is_official(row.ref, at=at):
            refuse_plain(new, field="new", at=at)
        if new == old:
            raise RuleBroken(N_("This is the present password. Choose another one."), rule="accounts.password",
                             field="new")
    secret = hashed(new, field="new") if right else ""
    if not _changed(row, right=right, secret=secret, request=request, by=by, at=at):
        raise RuleBroken(N_("The present password is wrong, or there were too many tries: then wait a few minutes. If"
                            " you forgot it, sign out and choose a new one by code."),
                         rule="accounts.lock_out", field="old")


@action
def ask_reset(username: str, *, by: Actor, at: datetime) -> str:
    """Have a reset code delivered to who signs in so; what of it the page may show (in the demo only).

    The answer is the same for a name that nobody has. Refuses: nothing.
    """
    delivery, code = registry.delivery(), rules.new_code()
    row = _named(username, lock=True) if delivery.on_request else None
    if row and row.state == State.ACTIVE:
        _keep_code(row, code, by=by, at=at)
        delivery.deliver(account=row.ref, code=code)
    return delivery.shown(code) if delivery.on_request else ""


@action
def make_reset_code(account: UUID, *, by: Actor, at: datetime) -> str:
    """A code to hand over to somebody whose card was seen. Refuses: NotFound; NotAllowed; Conflict (state)."""
    row = access.account(account, by=by, lock=True)
    grants = queries.grants([row], at=at)
    may = access.held(row, by=by, scopes={grant.scope for grant in grants})
    if by.ref != SYSTEM.ref and (row.ref == by.ref or "accounts.reset" not in may):
        raise NotAllowed(N_("Your role does not let you make a reset code for this account."))
    if by.ref != SYSTEM.ref and rules.apart({grant.role for grant in grants}):
        raise NotAllowed(N_("Nobody takes over the account of the security or audit administrator: who runs this node"
                            " appoints another."))
    if row.state != State.ACTIVE:
        raise Conflict(N_("This account is not active. Unlock it first."))
    code = rules.new_code()
    _keep_code(row, code, by=by, at=at)
    return code


def reset_password(username: str, *, code: str, password: str, by: Actor, at: datetime) -> UUID:
    """Choose a new password by a code; ends a lock-out, every session and every token. A wrong try is kept although it
    is refused.

    Refuses: RuleBroken (name or code wrong, lapsed, used, tried too often: one answer; or the password is weak).
    """
    secret = hashed(password)
    found = _redeemed(username, code=code, password=password, secret=secret, by=by, at=at)
    if found is None:
        raise RuleBroken(N_("The name and the code do not fit, or the code has lapsed. Check both, or get a new code."),
                         rule="accounts.reset_code", field="code")
    return found


def hashed(password: str, *, field: str = "password") -> str:
    """What is kept of a new password; slow on purpose, so asked for before the turn to write. Refuses: RuleBroken."""
    try:
        validate_password(password)
    except ValidationError:
        raise RuleBroken(N_("The password is too weak: it has at least 8 signs, not digits alone, and is none of the"
                            " common ones."),
                         rule="accounts.password", field=field) from None
    return make_password(password)


def refuse_plain(password: str, *, field: str, at: datetime) -> None:
    """Refuses: RuleBroken for an official's password that mixes too few kinds of signs."""
    if rules.classes(password) < (least := queries.password_age(timezone.localdate(at))[1]):
        raise RuleBroken(N_("An official's password mixes at least {least} of small letters, capitals, digits and other"
                            " signs."), rule="accounts.password_age", field=field, least=least)


def choose(row: Account, secret: str, *, by: Actor, at: datetime) -> None:
    """Keep a hashed password, which also ends the other sessions."""
    changed = bool(row.pk)
    row.password = secret
    row.password_changed_at, row.password_changed_by = at, by.ref
    row.failed_count, row.locked_until = 0, None
    if changed:
        journal.record(events.PasswordChanged(row.ref, row.person_id), about=row.ref, by=by, at=at)


@action
def _tried(seen: Account, *, right: bool, request: HttpRequest, by: Actor, at: datetime) -> bool:
    row = Account.objects.select_for_update().get(pk=seen.pk)
    closed = row.locked_until is not None and at < row.locked_until
    if row.state != State.ACTIVE or closed or row.password != seen.password:
        return False
    if right:
        row.failed_count, row.locked_until = 0, None
        row.save(update_fields=["failed_count", "locked_until"])
        begin(row, request, at=at)
        return True
    _failed(row, by=by, at=at)
    return False


@action
def _changed(seen: Account, *, right: bool, secret: str, request: HttpRequest | None, by: Actor, at: datetime) -> bool:
    row = Account.objects.select_for_update().get(pk=seen.pk)
    closed = row.locked_until is not None and at < row.locked_until
    if row.state != State.ACTIVE or closed or row.password != seen.password:
        return False
    if not right:
        _failed(row, by=by, at=at)
        return False
    choose(row, secret, by=by, at=at)
    row.save()
    if request is not None:
        update_session_auth_hash(request, row)
    return True


def _failed(row: Account, *, by: Actor, at: datetime) -> None:
    """Count a wrong password, and close signing in after too many."""
    rule = queries.lock_out(timezone.localdate(at))
    row.failed_count += 1
    until = at + rule.span if rule.after(row.failed_count) else None
    if until:
        row.failed_count, row.locked_until = 0, until
    row.save(update_fields=["failed_count", "locked_until"])
    journal.record(events.SignInFailed(row.ref, row.person_id, until), about=row.ref, by=by, at=at)


@action
def _redeemed(username: str, *, code: str, password: str, secret: str, by: Actor, at: datetime) -> UUID | None:
    row = _named(username, lock=True)
    kept = ResetCode.objects.select_for_update().filter(account=row, used_at=None).first() if row else None
    if row is None or kept is None or row.state != State.ACTIVE:
        return None
    if at >= kept.until or kept.tries >= queries.reset_life(timezone.localdate(at))[1]:
        return None
    if not constant_time_compare(kept.digest, _code_digest(row, code)):
        kept.tries += 1
        kept.save(update_fields=["tries"])
        return None
    if queries.is_official(row.ref, at=at):
        refuse_plain(password, field="password", at=at)
    choose(row, secret, by=Actor(row.ref), at=at)
    row.save()
    roles.end_tokens(row, by=Actor(row.ref), at=at)  # whoever lost the password may not know who made them
    kept.used_at, kept.used_by = at, row.ref
    kept.save(update_fields=["used_at", "used_by"])
    return row.ref


def _named(username: str, *, lock: bool = False) -> Account | None:
    if (kept := access.sign_in_name(username)) is None:
        return None
    return (Account.objects.select_for_update() if lock else Account.objects).filter(username=kept).first()


def begin(row: Account, request: HttpRequest, *, at: datetime) -> None:
    login(request, row)
    request.session[_SEEN] = int(at.timestamp())
    journal.record(events.SignedIn(row.ref), about=row.ref, by=Actor(row.ref), at=at)


def _keep_code(row: Account, code: str, *, by: Actor, at: datetime) -> None:
    ResetCode.objects.filter(account=row, used_at=None).delete()
    life, _ = queries.reset_life(timezone.localdate(at))
    ResetCode.objects.create(account=row, digest=_code_digest(row, code), made_at=at, made_by=by.ref, until=at + life)
    journal.record(events.ResetCodeMade(row.ref, row.person_id), about=row.ref, by=by, at=at)


def _code_digest(row: Account, code: str) -> str:
    return salted_hmac(f"accounts.reset_code {row.ref}", rules.code(code), algorithm="sha256").hexdigest()
