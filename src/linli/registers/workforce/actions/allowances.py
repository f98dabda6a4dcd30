"""Allowances for registered levels: claimed by the person, confirmed by the organisation, paid by the office."""
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.action import action, attempt
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.people import actions as people_actions
from linli.registers.practitioners import queries as staff
from linli.registers.workforce import access, events, queries, rules
from linli.registers.workforce.models import Allowance, Assignment
from linli.registers.workforce.rules import allowances
from linli.registers.workforce.states import ALLOWANCES
from linli.registers.workforce.states import Allowance as State

_ALREADY = N_("You have claimed for this month already.")


@action
def claim(*, month: date, by: Actor, at: datetime) -> UUID:
    """Claim the allowance of a month that is over, at the level registered on its last day; `month`: any day of it.

    Source: the rule `workforce.allowance`. Refuses: NotAllowed (not as oneself), RuleBroken (month; not registered;
    on no staff early enough in it), Conflict (claimed already).
    """
    person, on = access.own(by), timezone.localdate(at)
    state = ALLOWANCES.check("claim", state=START, held=by.held(f"person:{person}"))
    numbers = queries.allowance_rule(on, None)
    first = allowances.require_open(month, on=on, back=numbers["months_back"])
    last = allowances.last_of(first)
    by_then = first.replace(day=numbers["joined_by"])
    card = next((one for one in staff.of_person(person) if one.joined_on <= by_then), None)
    if card is None:
        raise RuleBroken(N_("You were on no organisation's staff by day {day} of this month. Claim for a later one."),
                         rule=allowances.ALLOWANCE, field="month", day=numbers["joined_by"])
    standing = queries.registered([person], on=last).get(person)
    if standing is None:
        raise RuleBroken(N_("You were not registered at the end of this month. The allowance goes by the registered "
                            "level."), rule=allowances.ALLOWANCE, field="month")
    region = organisations.organisation(card.organisation).region
    posted = Assignment.objects.select_related("station").filter(
        practitioner__ref=card.ref, from_on__lte=last, ended_at=None).first()
    row = Allowance(
        person_id=person, practitioner_id=card.ref, organisation_id=card.organisation, region_code=region,
        station=posted.station if posted else None, level=standing.level, month=first, state=state, claimed_at=at,
        claimed_by=by.ref, amount_fen=allowances.amount(standing.level, queries.allowance_rule(last, region)),
    )
    try:
        with attempt():
            row.save()
    except IntegrityError:
        raise Conflict(_ALREADY, field="month") from None
    fact = events.AllowanceClaimed(row.ref, person, card.organisation, first, row.amount_fen)
    journal.record(fact, about=row.ref, by=by, at=at)
    return row.ref


@action
def withdraw_claim(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Refuses: NotFound, NotAllowed, Conflict (confirmed or settled already)."""
    row = _moved(ref, "withdraw_claim", by=by)
    _settle(row, by=by, at=at)
    fact = events.AllowanceWithdrawn(row.ref, row.person_id, row.organisation_id)
    journal.record(fact, about=row.ref, by=by, at=at)


@action
def confirm_claim(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Say, for the organisation, that they worked there that month.

    Refuses: NotFound, NotAllowed, Conflict (not waiting), RuleBroken (one's own claim).
    """
    row = _moved(ref, "confirm_claim", by=by)
    _require_other(row, by)
    row.confirmed_at, row.confirmed_by = at, by.ref
    row.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    fact = events.AllowanceConfirmed(row.ref, row.person_id, row.region_code)
    journal.record(fact, about=row.ref, by=by, at=at)


@action
def reject_claim(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Say, for the organisation, that they did not. Refuses: NotFound, NotAllowed, Conflict, RuleBroken."""
    _refuse(ref, "reject_claim", reasons, by=by, at=at)


@action
def refuse_claim(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Refuse it, for the office. Refuses: NotFound, NotAllowed, Conflict (not confirmed), RuleBroken (no reasons)."""
    _refuse(ref, "refuse_claim", reasons, by=by, at=at)


@action
def pay(ref: UUID, *, paid_on: date, voucher: str, by: Actor, at: datetime) -> int:
    """Record that it was paid, on which day and under which number; the amount in fen. No money moves here.

    Refuses: NotFound, NotAllowed, Conflict (not confirmed, or paid), RuleBroken (day, number, one's own claim).
    """
    row = _moved(ref, "pay", by=by)
    _require_other(row, by)
    row.paid_on = allowances.require_paid(paid_on, month=row.month, on=timezone.localdate(at))
    row.voucher = rules.line(voucher, field="voucher", most=40)
    _settle(row, by=by, at=at)
    fact = events.AllowancePaid(row.ref, row.person_id, row.region_code, row.month, row.amount_fen, paid_on)
    journal.record(fact, about=row.ref, by=by, at=at)
    return row.amount_fen


def forget_claims(person: UUID, *, at: datetime) -> None:
    """The person was erased: what nobody has confirmed yet is taken back; within an action."""
    for row in Allowance.objects.filter(person__ref=person, state=State.CLAIMED).order_by("pk"):
        withdraw_claim(row.ref, by=SYSTEM, at=at)


def _refuse(ref: UUID, move: str, reasons: str, *, by: Actor, at: datetime) -> None:
    row = _moved(ref, move, by=by)
    said = rules.words(reasons, field="reasons", most=600)
    row.reasons_sealed = people_actions.seal(row.person_id, said, context=queries.REASONS)
    _settle(row, by=by, at=at)
    journal.record(events.AllowanceRefused(row.ref, row.person_id), about=row.ref, by=by, at=at)


def _moved(ref: UUID, move: str, *, by: Actor) -> Allowance:
    row = access.allowance(ref, by=by, lock=True)
    row.state = ALLOWANCES.check(move, state=row.state, held=access.held_about(row, by))
    return row


def _settle(row: Allowance, *, by: Actor, at: datetime) -> None:
    row.settled_at, row.settled_by = at, by.ref
    row.save(update_fields=["state", "settled_at", "settled_by", "paid_on", "voucher", "reasons_sealed"])


def _require_other(row: Allowance, by: Actor) -> None:
    if by.person == row.person_id:
        raise RuleBroken(N_("Nobody decides about themselves. Ask a colleague."))
