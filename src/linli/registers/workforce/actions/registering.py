from datetime import date, datetime
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as duties
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action, attempt
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import actions as people_actions
from linli.registers.people import queries as people
from linli.registers.practitioners import actions as practitioners
from linli.registers.practitioners import queries as staff
from linli.registers.workforce import access, events, queries, rules
from linli.registers.workforce.models import Registration
from linli.registers.workforce.rules import Kind, Level, Term
from linli.registers.workforce.states import REGISTRATIONS
from linli.registers.workforce.states import Registration as State

_TAKEN = N_("Somebody else is registered with this certificate. Check its number, or call the office.")


@action
def apply(*, level: str, certificate: str, certified_on: date, by: Actor, at: datetime) -> UUID:
    """Ask to be registered, or to have the registration renewed, as a social worker of that level.

    Refuses: NotAllowed (not as oneself), RuleBroken (real name not checked; certificate; too early; hours of continuing
    education missing, 登记办法 Art. 4 and 继续教育办法 Art. 3), Conflict (an application waits already).
    """
    person = access.own(by)
    card = people.person(person, by=SYSTEM)
    REGISTRATIONS.check("apply", state=START, held=by.held(f"person:{person}"))
    on = timezone.localdate(at)
    if card.real_name_checked_at is None:
        raise RuleBroken(N_("Have your name and ID number checked first: the register is kept in real names."))
    if level not in list(Level):
        raise RuleBroken(N_("Choose one of the three levels."), field="level")
    number = rules.certificate(certificate)
    key = access.certificate_key(number, kind="licence")
    rows = list(Registration.objects.select_for_update().filter(person__ref=person).order_by("pk"))
    if any(row.state == State.APPLIED for row in rows):
        raise Conflict(N_("Your last application still waits for its decision."))
    if Registration.objects.filter(certificate_key=key).exclude(person__ref=person).exclude(
            state__in=[State.REFUSED, State.WITHDRAWN]).exists():
        raise RuleBroken(_TAKEN, field="certificate")
    terms, figures = queries.terms_of(rows), queries.figures(on, card.region)
    kind = rules.kind_of_application(Level(level), certified_on=certified_on, terms=terms, figures=figures, on=on)
    row = Registration(
        person_id=person, region_code=card.region, level=level, kind=kind, certificate_key=key,
        certificate_sealed=people_actions.seal(person, number, context=queries.CERTIFICATE), certified_on=certified_on,
        state=State.APPLIED, applied_at=at, applied_by=by.ref,
    )
    account = queries.asked_account(row, on=on)
    if account and account.counted + account.waiting < account.needed:
        short = account.needed - account.counted - account.waiting
        raise RuleBroken(
            N_("{missing} hours of continuing education are missing. Report what you learnt, then apply again."),
            rule=rules.HOURS, missing=-(-short // 60))
    try:
        with attempt():
            row.save()
    except IntegrityError:
        raise Conflict(N_("Your last application still waits for its decision.")) from None
    journal.record(events.RegistrationApplied(row.ref, person, card.region, kind), about=row.ref, by=by, at=at)
    duties.raise_duty(rules.DECIDE, owner=f"region:{card.region}", owed_to=f"person:{person}", about=row.ref,
                      region=card.region, since=on, by=by, at=at)
    if kind is Kind.RENEWAL:
        for older in rows:
            duties.meet(about=older.ref, rule_id=rules.RENEW, by=by, at=at)
    return row.ref


@action
def withdraw_application(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Refuses: NotFound, NotAllowed, Conflict (decided already)."""
    row = access.registration(ref, by=by, lock=True)
    row.state = REGISTRATIONS.check("withdraw_application", state=row.state, held=access.held(row, by))
    _decided(row, by=by, at=at)
    fact = events.RegistrationWithdrawn(row.ref, row.person_id, row.region_code)
    journal.record(fact, about=row.ref, by=by, at=at)


@action
def register(ref: UUID, *, by: Actor, at: datetime) -> Term:
    """Enter somebody in the register for a term; their passports show it at once. The term.

    Refuses: NotFound, NotAllowed, Conflict (decided already), RuleBroken (hours not checked or missing).
    """
    row = access.registration(ref, by=by, lock=True)
    row.state = REGISTRATIONS.check("register", state=row.state, held=access.held(row, by))
    if by.person == row.person_id:
        raise RuleBroken(N_("Nobody decides on their own application. Ask a colleague."))
    on = timezone.localdate(at)
    account = queries.asked_account(row, on=on)
    if account and not account.done:
        raise RuleBroken(
            N_("{missing} hours of continuing education are not counted yet. Check what was reported, or refuse."),
            rule=rules.HOURS, missing=-(-account.missing // 60))
    earlier = list(Registration.objects.filter(person__ref=row.person_id, state=State.REGISTERED).exclude(pk=row.pk)
                   .order_by("pk"))
    term = rules.next_term(Level(row.level), kind=Kind(row.kind), terms=queries.terms_of(earlier),
                           figures=queries.figures(on, row.region_code), on=on)
    row.from_on, row.until_on = term.from_, term.until
    _decided(row, by=by, at=at)
    fact = events.Registered(row.ref, row.person_id, row.region_code, row.level, term.until)
    journal.record(fact, about=row.ref, by=by, at=at)
    show(row.person_id, at=at)
    return term


@action
def refuse(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Refuses: NotFound, NotAllowed, Conflict (decided already), RuleBroken (no reasons)."""
    row = access.registration(ref, by=by, lock=True)
    row.state = REGISTRATIONS.check("refuse", state=row.state, held=access.held(row, by))
    _say_why(row, reasons)
    _decided(row, by=by, at=at)
    fact = events.RegistrationRefused(row.ref, row.person_id, row.region_code)
    journal.record(fact, about=row.ref, by=by, at=at)


@action
def revoke(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Strike a registration from the register; the passport turns red at once.

    Refuses: NotFound, NotAllowed, Conflict (not registered), RuleBroken (no reasons).
    """
    row = access.registration(ref, by=by, lock=True)
    row.state = REGISTRATIONS.check("revoke", state=row.state, held=access.held(row, by))
    _say_why(row, reasons)
    row.decided_at, row.decided_by = at, by.ref
    row.save(update_fields=["state", "reasons_sealed", "decided_at", "decided_by"])
    fact = events.RegistrationRevoked(row.ref, row.person_id, row.region_code)
    journal.record(fact, about=row.ref, by=by, at=at)
    practitioners.withdraw_registered(row.person_id, kind=rules.CREDENTIAL, by=by, at=at)


def show(person: UUID, *, at: datetime) -> None:
    """Put every running term of somebody on all their passports, where it does not stand yet; within an action."""
    rows = Registration.objects.filter(person__ref=person, state=State.REGISTERED, until_on__gt=timezone.localdate(at))
    for row in rows.order_by("pk"):
        assert row.from_on and row.until_on
        for card in staff.of_person(person):
            practitioners.record_registered(card.ref, kind=rules.CREDENTIAL, level=row.level, valid_from=row.from_on,
                                            valid_until=row.until_on, by=SYSTEM, at=at)


@action
def show_on_passport(person: UUID, *, by: Actor, at: datetime) -> None:
    """Somebody joined an organisation's staff: their registration stands on the new passport too."""
    show(person, at=at)


@action
def announce_lapsing(*, by: Actor, at: datetime, most: int = 500) -> int:
    """Tell whose registration may be renewed from now on, and raise the duty to renew it; each once. How many."""
    on = timezone.localdate(at)
    months = relativedelta(months=rulebook.rule(rules.RENEW, on=on).amount)
    rows = list(Registration.objects.select_for_update().filter(
        state=State.REGISTERED, announced_at=None, until_on__gt=on, until_on__lte=on + months).order_by("pk")[:most])
    told = 0
    for row in rows:
        row.announced_at, row.announced_by = at, by.ref
        row.save(update_fields=["announced_at", "announced_by"])
        assert row.until_on
        later = Registration.objects.filter(person__ref=row.person_id).exclude(pk=row.pk)
        if not people.exists(row.person_id) or later.filter(
                state=State.REGISTERED, until_on__gt=row.until_on).exists():
            continue
        last = Term(Level(row.level), row.until_on, row.until_on).last_day
        journal.record(events.RegistrationLapses(row.ref, row.person_id, last), about=row.ref, by=by, at=at)
        duties.raise_duty(rules.RENEW, owner=f"person:{row.person_id}", owed_to=f"region:{row.region_code}",
                          about=row.ref, region=row.region_code, since=row.until_on - months, by=by, at=at)
        told += 1
    return told


def _decided(row: Registration, *, by: Actor, at: datetime) -> None:
    row.decided_at, row.decided_by = at, by.ref
    row.save(update_fields=["state", "from_on", "until_on", "reasons_sealed", "decided_at", "decided_by"])
    duties.meet(about=row.ref, rule_id=rules.DECIDE, by=by, at=at)


def _say_why(row: Registration, reasons: str) -> None:
    said = rules.words(reasons, field="reasons", most=600)
    row.reasons_sealed = people_actions.seal(row.person_id, said, context=queries.REASONS)
