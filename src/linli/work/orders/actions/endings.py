"""What the ways out of an order share: its time goes back, its duty ends, its need opens again."""
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as duties
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.registers.directory import actions as directory
from linli.work.needs import actions as needs
from linli.work.orders import access, events, rules
from linli.work.orders.actions import turns
from linli.work.orders.models import Order
from linli.work.orders.rules import TurnEnd
from linli.work.orders.states import LIFE, LIVE, State


def close(row: Order, *, to: str, reason: str = "", give_back: bool = True, enough: bool = False,
          pass_on: bool = True, by: Actor, at: datetime) -> None:
    """End an order without a visit, and everything that hung on it; its need opens again if nobody else comes.

    Its time is kept for who is next in line, unless the caller passes it on itself, once it has ended more than one.
    With `enough` (the resident wants no more visits) a need that was served already is not opened again.
    """
    answered, held = row.state != State.BOOKED, row.state == State.HELD
    row.state, row.reason, row.closed_at, row.closed_by, row.hold_until = to, reason, at, by.ref, None
    row.save(update_fields=["state", "reason", "closed_at", "closed_by", "hold_until", "cancelled_late"])
    if give_back:
        directory.give_back_slot(row.slot, places=row.places, by=by, at=at)
    if held:
        turns.settle(row, TurnEnd.MISSED if to == State.LAPSED else TurnEnd.PASSED, by=by, at=at)
    if give_back and pass_on:
        turns.give(row.slot, places=row.places, at=at)
    if not answered:
        duties.meet(about=row.ref, rule_id=rules.ANSWER, by=by, at=at)
    if row.need is None or others_live(row) or enough and others_live(row, [State.SERVED]):
        return  # somebody comes, or what was served still waits for the resident's word
    if enough and others_live(row, [State.CONFIRMED, State.RATED]):
        needs.mark_met(row.need, by=SYSTEM, at=at)
    else:
        needs.reopen(row.need, by=SYSTEM, at=at)


def make_room(slot: UUID, *, at: datetime) -> None:
    """Let go what is held of this time past its end, before somebody else takes it."""
    ran_out = Order.objects.filter(slot=slot, state=State.HELD, hold_until__lte=at).order_by("pk")
    for ref in list(ran_out.values_list("ref", flat=True)):
        lapse(ref, by=SYSTEM, at=at)


def others_live(row: Order, states: Collection[State] = LIVE) -> bool:
    """Whether another visit of the same need is in one of these states: by default, still lies ahead."""
    if row.need is None:
        return False
    return Order.objects.filter(need=row.need, state__in=states).exclude(pk=row.pk).exists()


def owe_answer(row: Order, *, by: Actor, at: datetime) -> UUID:
    """The provider owes an answer from now on."""
    return duties.raise_duty(
        rules.ANSWER, owner=f"organisation:{row.provider}", owed_to=f"person:{row.person_id}", about=row.ref,
        region=row.region_code, since=rules.day(at), by=by, at=at)


@action
def lapse(ref: UUID, *, by: Actor, at: datetime) -> bool:
    """Let a hold go whose time is over; whether it was this call that did. Refuses: NotFound, NotAllowed."""
    row = access.order(ref, by=by, lock=True)
    if row.state != State.HELD or row.hold_until is None or row.hold_until > at:
        return False
    close(row, to=LIFE.check("lapse", state=row.state, held=access.held(row, by)), by=by, at=at)
    journal.record(events.HoldLapsed(ref, row.person_id, row.provider, row.service_id, row.slot, row.region_code),
                   about=ref, by=by, at=at)
    return True
