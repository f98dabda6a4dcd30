from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as duties
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import actions as slots
from linli.registers.directory import queries as directory
from linli.work.orders import access, events, queries, rules
from linli.work.orders.actions import bookings, endings, presences, taking, turns
from linli.work.orders.models import Order
from linli.work.orders.rules import Time, TurnEnd
from linli.work.orders.states import LIFE, State


@action
def change(ref: UUID, *, slot: UUID, by: Actor, at: datetime) -> None:
    """Move the visit to another time of the same service; the provider answers again, and chooses again who goes.

    Refuses: NotFound, NotAllowed, Conflict (state, time taken, the person has to be elsewhere then), RuleBroken (begun
    already, another service's time; of a bundle's visit: out of order, or too close to the next for the way).
    """
    presences.turn_of(ref)
    row = access.order(ref, by=by, lock=True)
    state = LIFE.check("change", state=row.state, held=access.held(row, by))
    if access.state(row, at=at) == State.LAPSED:
        raise Conflict(N_("The time is no longer kept. Choose a time again."), rule=rules.HOLD)
    if at >= row.begin:
        raise RuleBroken(N_("The visit should have begun already. Call the provider instead."), rule="orders.begun")
    time = directory.slot(slot)
    if time.service != row.service_id:
        raise RuleBroken(N_("This time belongs to another service. Choose one of this service's times."), field="slot")
    if slot == row.slot:
        raise RuleBroken(N_("This is the time that you have already."), field="slot")
    endings.make_room(slot, at=at)
    steps = {slot: slots.take_slot, row.slot: slots.give_back_slot}
    for one in sorted(steps):  # in one order for everybody: two who swap their times would wait for each other
        steps[one](one, places=row.places, by=by, at=at)
    bounds = queries.bounds(row, time.from_, time.until, by=by, at=at)
    bounds.require(Time(slot, time.from_, time.until))
    before, went, was_held = row.slot, row.practitioner, row.state == State.HELD
    row.slot, row.begin, row.until, row.state, row.practitioner = slot, time.from_, time.until, state, None
    row.booked_at, row.booked_by, row.accepted_at, row.accepted_by = at, by.ref, None, None
    row.hold_until, row.need = None, row.need or taking.post_need(row, by=by, at=at)
    row.save(update_fields=["slot", "begin", "until", "state", "practitioner", "booked_at", "booked_by", "accepted_at",
                            "accepted_by", "hold_until", "need"])
    if was_held:
        turns.settle(row, TurnEnd.TAKEN, by=by, at=at)
    turns.give(before, places=row.places, at=at)
    if was_held:
        bookings.booked(row, by=by, at=at)
        return
    duties.meet(about=ref, rule_id=rules.ANSWER, by=by, at=at)
    endings.owe_answer(row, by=by, at=at)
    journal.record(events.OrderChanged(ref, row.person_id, row.provider, row.service_id, went, row.region_code, slot,
                                       before), about=ref, by=by, at=at)


@action
def cancel(ref: UUID, *, reason: str, rest: bool = False, by: Actor, at: datetime) -> tuple[UUID, ...]:
    """Cancel a visit, by either side; with `rest` every later one of its series too. Gives the refs of the cancelled.

    Later than orders.free_cancel_hours before it begins it is marked.
    Refuses: NotFound, NotAllowed, Conflict (under way, over), RuleBroken (reason).
    """
    row = access.order(ref, by=by, lock=True)
    held = access.held(row, by)
    resident = "orders.cancel" in held or "orders.cancel_for_provider" not in held
    move = "cancel" if resident else "cancel_for_provider"
    state = LIFE.check(move, state=row.state, held=held)
    rules.require_reason(reason, rules.CANCELS if resident else rules.PROVIDER_CANCELS)
    rows = [row]
    if rest and row.series:
        later = Order.objects.select_for_update(of=("self",)).filter(
            series=row.series, series_no__gt=row.series_no, state__in=LIFE.moves[move].sources)
        rows += list(later.order_by("series_no"))
    call_off(rows, to=state, reason=reason, resident=resident, by=by, at=at)
    return tuple(one.ref for one in rows)


def call_off(rows: Sequence[Order], *, to: str, reason: str, resident: bool, by: Actor, at: datetime) -> None:
    """End several visits for one reason, each marked where it is late; part of an action."""
    for one in rows:
        free = taking.amount(rules.FREE_CANCEL, one.region_code, at=at).span
        one.cancelled_late = one.state != State.HELD and rules.is_late(one.begin, at=at, free=free)
        endings.close(one, to=to, reason=reason, enough=resident, pass_on=False, by=by, at=at)
        journal.record(
            events.OrderCancelled(one.ref, one.person_id, one.provider, one.service_id, one.practitioner,
                                  one.region_code, not resident, reason, one.cancelled_late,
                                  one.booked_at is not None),
            about=one.ref, by=by, at=at)
    for one in rows:  # after all of them: times are locked before those who wait, by everybody
        turns.give(one.slot, places=one.places, at=at)
