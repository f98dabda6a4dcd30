from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import actions as slots
from linli.work.orders import access, events, rules
from linli.work.orders.actions import taking, turns
from linli.work.orders.states import LIFE, PLACES, State


@action
def withdraw_participant(ref: UUID, *, participant: int, by: Actor, at: datetime) -> None:
    """Take one off a group, by the number of their place; it is free again, and nothing is paid for it.

    Refuses: NotFound (order, place), NotAllowed, Conflict (under way, over; taken off already), RuleBroken (begun, or
    the last one: then the whole is cancelled).
    """
    row = access.order(ref, by=by, lock=True)
    held = access.held(row, by)
    one = row.participants.filter(no=participant).first()
    if one is None:
        raise NotFound(N_("There is no such place in this group."))
    to = PLACES.check("withdraw_participant", state=one.state, held=held)
    if row.state not in LIFE.moves["cancel"].sources or access.state(row, at=at) == State.LAPSED:
        raise Conflict(N_("This visit is under way or over: nobody can be taken off any more."))
    if at >= row.begin:
        raise RuleBroken(N_("The visit should have begun already. Say at the door who has not come."),
                         rule="orders.begun")
    if row.places == 1:
        raise RuleBroken(N_("This is the last one of the group. Cancel the visit instead."), rule="orders.party")
    one.state, one.withdrawn_at, one.withdrawn_by = to, at, by.ref
    one.save(update_fields=["state", "withdrawn_at", "withdrawn_by"])
    row.places -= 1
    row.price_fen -= one.price_fen
    row.subsidy_fen -= one.subsidy_fen
    row.save(update_fields=["places", "price_fen", "subsidy_fen"])
    slots.give_back_slot(row.slot, by=by, at=at)
    free = taking.amount(rules.FREE_CANCEL, row.region_code, at=at).span
    journal.record(
        events.ParticipantWithdrawn(
            ref, row.person_id, row.provider, row.service_id, row.practitioner, row.region_code, row.places,
            row.state != State.HELD and rules.is_late(row.begin, at=at, free=free)), about=ref, by=by, at=at)
    turns.give(row.slot, at=at)
