"""Beginning and ending sessions, and choosing passwords."""
from datetime import datetime
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
from linli.registers.accounts.models import Account, ResetCode
from linli.registers.accounts.states import State


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


@action
def change_password(*, old: str, new: str, request: HttpRequest | None = None, by: Actor, at: datetime) -> None:
    """Choose another password; other sessions end. Refuses: NotAllowed; RuleBroken (old wrong, new weak)."""
    row = Account.objects.select_for_update().get(ref=access.signed_in(by))
    if not row.check_password(old):
        raise RuleBroken(N_("The present password is wrong. If you forgot it, sign out and choose a new one by code."),
                         rule="accounts.password", field="old")
    choose(row, new, official=queries.is_official(row.ref, at=at), field="new", by=by, at=at)
    row.save()
    if request is not None:
        update_session_auth_hash(request, row)


@action
def ask_reset(username: str, *, by: Actor, at: datetime) -> str:
    """Have a reset code delivered to who signs in so; what of it the page may show (in the demo only).

    The answer is the same for a name that nobody has. Refuses: nothing.
    """
    delivery, code = registry.delivery(), rules.new_code()
    row = _named(username) if delivery.on_request else None
    if row and row.state == State.ACTIVE:
        _keep_code(row, code, by=by, at=at)
        delivery.deliver(account=row.ref, code=code)
    return delivery.shown(code) if delivery.on_request else ""


@action
def make_reset_code(account: UUID, *, by: Actor, at: datetime) -> str:
    """A code to hand over to somebody whose card was seen. Refuses: NotFound; NotAllowed; Conflict (state)."""
    row = access.account(account, by=by, lock=True)
    if by.ref != SYSTEM.ref and (row.ref == by.ref or "accounts.reset" not in access.held(row, by=by)):
        raise NotAllowed(N_("Your role does not let you make a reset code for this account."))
    if row.state != State.ACTIVE:
        raise Conflict(N_("This account is not active. Unlock it first."))
    code = rules.new_code()
    _keep_code(row, code, by=by, at=at)
    return code


def reset_password(username: str, *, code: str, password: str, by: Actor, at: datetime) -> UUID:
    """Choose a new password by a code; ends a lock-out and every session. A wrong try is kept although it is refused.

    Refuses: RuleBroken (name or code wrong, lapsed, used, tried too often: one answer; or the password is weak).
    """
    found = _redeemed(username, code=code, password=password, by=by, at=at)
    if found is None:
        raise RuleBroken(N_("The name and the code do not fit, or the code has lapsed. Check both, or get a new code."),
                         rule="accounts.reset_code", field="code")
    return found


def choose(row: Account, password: str, *, official: bool, field: str = "password", by: Actor, at: datetime) -> None:
    try:
        validate_password(password, row)
    except ValidationError:
        raise RuleBroken(N_("The password is too weak: it has at least 8 signs, not digits alone, and is none of the"
                            " common ones."),
                         rule="accounts.password", field=field) from None
    if official and rules.classes(password) < (least := queries.password_age(timezone.localdate(at))[1]):
        raise RuleBroken(N_("An official's password mixes at least {least} of small letters, capitals, digits and other"
                            " signs."), rule="accounts.password_age", field=field, least=least)
    changed = bool(row.pk)
    row.set_password(password)
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
    rule = queries.lock_out(timezone.localdate(at))
    row.failed_count += 1
    until = at + rule.span if rule.after(row.failed_count) else None
    if until:
        row.failed_count, row.locked_until = 0, until
    row.save(update_fields=["failed_count", "locked_until"])
    journal.record(events.SignInFailed(row.ref, row.person_id, until), about=row.ref, by=by, at=at)
    return False


@action
def _redeemed(username: str, *, code: str, password: str, by: Actor, at: datetime) -> UUID | None:
    row = _named(username, lock=True)
    kept = ResetCode.objects.select_for_update().filter(account=row, used_at=None).first() if row else None
    if row is None or kept is None or row.state != State.ACTIVE:
        return None
    fits = constant_time_compare(kept.digest, _code_digest(row, code))
    if not fits or at >= kept.until or kept.tries >= queries.reset_life(timezone.localdate(at))[1]:
        kept.tries += 1
        kept.save(update_fields=["tries"])
        return None
    choose(row, password, official=queries.is_official(row.ref, at=at), by=Actor(row.ref), at=at)
    row.save()
    kept.used_at, kept.used_by = at, row.ref
    kept.save(update_fields=["used_at", "used_by"])
    return row.ref


def _named(username: str, *, lock: bool = False) -> Account | None:
    try:
        kept = access.username(username)
    except RuleBroken:
        return None
    return (Account.objects.select_for_update() if lock else Account.objects).filter(username=kept).first()


def begin(row: Account, request: HttpRequest, *, at: datetime) -> None:
    login(request, row)
    journal.record(events.SignedIn(row.ref), about=row.ref, by=Actor(row.ref), at=at)


def _keep_code(row: Account, code: str, *, by: Actor, at: datetime) -> None:
    ResetCode.objects.filter(account=row, used_at=None).delete()
    life, _ = queries.reset_life(timezone.localdate(at))
    ResetCode.objects.create(account=row, digest=_code_digest(row, code), made_at=at, made_by=by.ref, until=at + life)
    journal.record(events.ResetCodeMade(row.ref, row.person_id), about=row.ref, by=by, at=at)


def _code_digest(row: Account, code: str) -> str:
    return salted_hmac(f"accounts.reset_code {row.ref}", rules.code(code), algorithm="sha256").hexdigest()
