from datetime import date, datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.geometry import Point
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.people import queries as people
from linli.work.orders import access, events, rules
from linli.work.orders.actions import bookings, changes, endings, taking, turns
from linli.work.orders.models import Turn, Wait
from linli.work.orders.rules import Part
from linli.work.orders.states import STANDING, State, WaitState


@action
def join(service: UUID, *, from_on: date, until_on: date, part: str = Part.ANY, need: UUID | None = None,
         person: UUID | None = None, mode: str | None = None, address: str = "", point: Point | None = None, by: Actor,
         at: datetime) -> UUID:
    """Stand in line for a time of a service between two days (the last not included), in a part of the day.

    Whoever is next when a time becomes free has it kept for orders.turn_minutes. Once for a person and a service.
    Refuses: as `book` does; Conflict (in line already), RuleBroken (days, part; a time that suits is free now).
    """
    if part not in [*Part]:
        raise RuleBroken(N_("Choose one of the parts of the day."), field="part")
    wanted = bookings.wanted_by(service, "hold", need=need, person=person, mode=mode, address=address, point=point,
                                by=by, at=at)
    most = taking.amount(rules.WAIT_DAYS, wanted.region, at=at).amount
    rules.require_days(from_on, until_on, today=rules.day(at), most=most)
    if not wanted.service.open:
        raise Conflict(N_("This service takes no bookings at present. Choose another service."))
    if Wait.objects.filter(person__ref=wanted.person, service__ref=service, state__in=STANDING).exists():
        raise Conflict(N_("You are on this waiting list already. Leave it first if you want other days."))
    begin, until = rules.midnight(from_on), rules.midnight(until_on)
    free = next((slot for slot in directory.slots(service, max(begin, at), until) if slot.bookable(at) and rules.suits(
        slot.from_, from_on=from_on, until_on=until_on, part=Part(part))), None)
    if free is not None:
        raise RuleBroken(N_("A time that suits you is free: {free}. Book it on the service's page."),
                         rule="orders.wait_free", field="from_on", free=rules.clock(free.from_))
    row = Wait(ref=new_ref(), person_id=wanted.person, service_id=service, need=need, channel=wanted.channel,
               mode=wanted.mode, region_code=wanted.region, from_on=from_on, until_on=until_on, part=part,
               state=WaitState.WAITING, joined_at=at, joined_by=by.ref)
    if wanted.address:
        row.address_sealed = people.seal(wanted.person, wanted.address, context=access.wait_place(row))
    if wanted.point:
        row.point_sealed = people.seal(wanted.person, str(wanted.point), context=access.wait_point(row))
    row.save(force_insert=True)
    journal.record(events.WaitJoined(row.ref, row.person_id, wanted.service.provider, service, row.region_code),
                   about=row.ref, by=by, at=at)
    return row.ref


@action
def leave(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Leave the line; a time that is kept goes to the next. Refuses: NotFound, NotAllowed, Conflict (over already)."""
    row = access.wait(ref, by=by)
    kept = Turn.objects.select_related("order").filter(wait=row, outcome="").first()
    if kept is not None and kept.order.state == State.HELD:  # its order is locked before the wait, as by everybody
        changes.cancel(kept.order.ref, reason="other_time", by=by, at=at)
    row = access.wait(ref, by=by, lock=True)
    if kept is not None and row.state == WaitState.ENDED:
        return  # with the last time that was kept for them
    turns.end(row, "leave", by=by, at=at)
    journal.record(events.WaitLeft(ref, row.person_id, directory.service(row.service_id).provider, row.service_id,
                                   row.region_code), about=ref, by=by, at=at)


@action
def keep_free(slot: UUID, *, at: datetime) -> bool:
    """Keep a time that is free, for whatever reason, for who is next in line; whether there was somebody."""
    endings.make_room(slot, at=at)
    return turns.give(slot, at=at) is not None


@action
def end_wait(ref: UUID, *, at: datetime) -> bool:
    """End a wait whose days are over; whether this call did."""
    row = access.wait(ref, by=SYSTEM, lock=True)
    if row.state != WaitState.WAITING or rules.day(at) < row.until_on:
        return False
    turns.end(row, "end_wait", by=SYSTEM, at=at)
    journal.record(events.WaitEnded(ref, row.person_id, directory.service(row.service_id).provider, row.service_id,
                                    row.region_code), about=ref, by=SYSTEM, at=at)
    return True
