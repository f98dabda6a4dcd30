from datetime import date, datetime, timedelta
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as duties
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.practitioners import queries as practitioners
from linli.work.orders import access, events, queries, rules
from linli.work.orders.actions import endings
from linli.work.orders.models import Diary, Order
from linli.work.orders.states import LIFE, State


@action
def accept(ref: UUID, *, practitioner: UUID | None = None, by: Actor, at: datetime) -> None:
    """Take a booking on, and say who goes where that is known already.

    Refuses: NotFound, NotAllowed, Conflict (state), RuleBroken (its time has passed), and what `assign` refuses.
    """
    row = access.order(ref, by=by, lock=True)
    state = LIFE.check("accept", state=row.state, held=access.held(row, by))
    if at >= row.begin:
        raise RuleBroken(N_("The time of this visit has passed. Decline it, so that the resident can look further."),
                         rule="orders.begun")
    row.state, row.accepted_at, row.accepted_by = state, at, by.ref
    row.save(update_fields=["state", "accepted_at", "accepted_by"])
    duties.meet(about=ref, rule_id=rules.ANSWER, by=by, at=at)
    journal.record(events.OrderAccepted(ref, row.person_id, row.provider, row.service_id, row.region_code), about=ref,
                   by=by, at=at)
    if practitioner:
        _assign(row, practitioner, by=by, at=at)


@action
def decline(ref: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Say no to a booking, with a reason; its time is free again.

    Refuses: NotFound, NotAllowed, Conflict (state), RuleBroken (reason).
    """
    row = access.order(ref, by=by, lock=True)
    state = LIFE.check("decline", state=row.state, held=access.held(row, by))
    rules.require_reason(reason, [rules.NO_ANSWER] if by.ref == SYSTEM.ref else rules.DECLINES)
    endings.close(row, to=state, reason=reason, by=by, at=at)
    journal.record(events.OrderDeclined(ref, row.person_id, row.provider, row.service_id, row.region_code, reason),
                   about=ref, by=by, at=at)


@action
def decline_unanswered(ref: UUID, *, at: datetime) -> bool:
    """Decline what nobody answered until its time had come, so that it does not hang; whether this call did."""
    row = access.order(ref, by=SYSTEM, lock=True)
    if row.state != State.BOOKED or at < row.begin:
        return False
    decline(ref, reason=rules.NO_ANSWER, by=SYSTEM, at=at)
    return True


@action
def assign(ref: UUID, *, practitioner: UUID, by: Actor, at: datetime) -> None:
    """Say who goes: somebody of the provider whose papers are in order on the day, and who is free.

    Refuses: NotFound, NotAllowed, Conflict (state; planned elsewhere at that time), RuleBroken (not of this provider;
    the passport's own reason).
    """
    _assign(access.order(ref, by=by, lock=True), practitioner, by=by, at=at)


def _assign(row: Order, practitioner: UUID, *, by: Actor, at: datetime) -> None:
    LIFE.check("assign", state=row.state, held=access.held(row, by))
    if at >= row.until:
        raise RuleBroken(N_("The time of this visit has passed."), rule="orders.begun")
    require_fit(row, practitioner, on=rules.day(row.begin))
    Diary.objects.select_for_update().get_or_create(practitioner=practitioner)
    stay = queries.stay(row)
    for other in queries.planned([practitioner], row.slot, stay):
        if other.order == row.ref:
            continue
        if rules.apart(stay, other.stay) >= timedelta(0):
            raise Conflict(N_("Between this visit and another of theirs, {from_} to {until}, {needed} minutes are"
                              " needed. Choose somebody else."), rule="orders.buffer", field="practitioner",
                           from_=rules.clock(other.from_), until=rules.clock(other.until),
                           needed=int(rules.buffer(stay, other.stay).total_seconds() // 60))
        raise Conflict(N_("They are on another visit then, {from_} to {until}. Choose somebody else."),
                       rule="orders.overlap", field="practitioner", from_=rules.clock(other.from_),
                       until=rules.clock(other.until))
    before, row.practitioner = row.practitioner, practitioner
    row.save(update_fields=["practitioner"])
    journal.record(
        events.PractitionerAssigned(row.ref, row.person_id, row.provider, row.service_id, practitioner, before,
                                    row.region_code), about=row.ref, by=by, at=at)


def require_fit(row: Order, practitioner: UUID, *, on: date) -> None:
    """Refuses: RuleBroken (not of this provider, or a paper that the visit takes does not hold on that day)."""
    credentials = directory.category(row.category).credentials
    found = practitioners.coloured([practitioner], on=on, for_category_credentials=credentials)
    card, colour = found.get(practitioner, (None, None))
    if card is None or colour is None or card.organisation != row.provider:
        raise RuleBroken(N_("Choose somebody of your own staff."), rule="orders.own_staff", field="practitioner")
    if not colour.fit:
        raise RuleBroken(N_("{who} cannot go: {why}"), rule=colour.rule, field="practitioner", who=card.name,
                         why=colour.reasons[0])
