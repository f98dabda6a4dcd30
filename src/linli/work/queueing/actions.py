from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.people import queries as people
from linli.work.orders import queries as orders
from linli.work.queueing import access, events, queries, rules
from linli.work.queueing.models import Queue, Ticket
from linli.work.queueing.rules import Channel
from linli.work.queueing.states import LIFE, LIVE, QUEUES, SERVE, QueueState, State


@action
def open_queue(service: UUID, *, name: str, prefix: str = "A", counters: int = 1, by: Actor, at: datetime) -> UUID:
    """Open the queue of a service for today, or open it again; numbers begin anew each day.

    Refuses: NotFound (service), NotAllowed, RuleBroken (name, letter, counters; no service at a site), Conflict (open).
    """
    card = directory.service_for(service, by=by)
    held = by.held(f"organisation:{card.provider}")
    if SERVE not in held:
        raise NotAllowed(N_("Only who works for the provider opens its queues."))
    if "on_site" not in card.modes:
        raise RuleBroken(N_("People do not come to a site for this service."), field="service")
    called, letter = rules.name(name), rules.prefix(prefix)
    rules.require_counters(counters)
    row = Queue.objects.select_for_update(of=("self",)).filter(service__ref=service).first()
    state = QUEUES.check("open_queue", state=row.state if row else START, held=held)
    today = rules.day(at)
    if row is None:
        row = Queue(ref=new_ref(), service_id=service, provider=card.provider, on=today)
    if row.on != today:
        row.on, row.last_number = today, 0
    row.name, row.prefix, row.counters, row.state = called, letter, counters, state
    row.planned_minutes, row.opened_at, row.opened_by = card.duration_minutes, at, by.ref
    row.save()
    journal.record(events.QueueOpened(row.ref, row.provider, service, counters), about=row.ref, by=by, at=at)
    return row.ref


@action
def set_counters(ref: UUID, *, counters: int, by: Actor, at: datetime) -> None:
    """Say how many counters call now: what is said about waiting follows. Refuses: NotFound, NotAllowed, RuleBroken."""
    row = access.queue(ref, lock=True)
    if SERVE not in access.held(row, by):
        raise NotAllowed(N_("Only who works at the counters does this."))
    rules.require_counters(counters)
    row.counters = counters
    row.save(update_fields=["counters"])
    journal.record(events.QueueOpened(ref, row.provider, row.service_id, counters), about=ref, by=by, at=at)


@action
def pause(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Give no more numbers; who has one is still called. Refuses: NotFound, NotAllowed, Conflict."""
    row = _to(ref, "pause", by=by)
    journal.record(events.QueuePaused(ref, row.provider, row.service_id), about=ref, by=by, at=at)


@action
def close(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Close for today. Refuses: NotFound, NotAllowed, Conflict (closed; somebody still waits)."""
    row = _to(ref, "close", by=by)
    if row.tickets.filter(on=row.on, state__in=[State.WAITING, State.CALLED, State.SERVING]).exists():
        raise Conflict(N_("People still wait. Give no more numbers, call those who wait, and close then."))
    journal.record(events.QueueClosed(ref, row.provider, row.service_id), about=ref, by=by, at=at)


def _to(ref: UUID, move: str, *, by: Actor) -> Queue:
    row = access.queue(ref, lock=True)
    row.state = QUEUES.check(move, state=row.state, held=access.held(row, by))
    row.save(update_fields=["state"])
    return row


@action
def take(ref: UUID, *, person: UUID | None = None, by: Actor, at: datetime) -> UUID:
    """Take a number by phone, for oneself or for whom one acts; what is said of the wait is kept beside it.

    Refuses: NotFound (queue, person), NotAllowed, Conflict (no more numbers; has one), RuleBroken (not for them).
    """
    row = access.queue(ref, lock=True)
    whom = person or by.person
    if by.ref == ANONYMOUS.ref or whom is None:
        raise NotAllowed(N_("Sign in first, or take a number at the counter."))
    held = by.held(f"person:{whom}")
    if not held:
        raise NotFound(N_("No such person."))
    LIFE.check("take", state=START, held=held)
    _require_fit(row, whom, at=at)
    return _take(row, whom, Channel.PHONE, place=at, by=by, at=at)


@action
def hand_out(ref: UUID, *, by: Actor, at: datetime) -> UUID:
    """Hand out a number at the counter to somebody without a phone. Refuses: NotFound, NotAllowed, Conflict."""
    row = access.queue(ref, lock=True)
    LIFE.check("hand_out", state=START, held=access.held(row, by))
    return _take(row, None, Channel.COUNTER, place=at, by=by, at=at)


@action
def arrive(ref: UUID, *, order: UUID, by: Actor, at: datetime) -> UUID:
    """Somebody booked is there: a number that keeps their time, if they come within queueing.grace_minutes of it.

    Of a wave (several booked for one time) who arrives first is called first. A booking gives one number.
    Refuses: NotFound, NotAllowed, Conflict (no more numbers; has one), RuleBroken (another service, another day).
    """
    row = access.queue(ref, lock=True)
    line = orders.order(order, by=by, at=at).line
    staff = SERVE in access.held(row, by)
    LIFE.check("hand_out" if staff else "take", state=START,
               held=access.held(row, by) if staff else by.held(f"person:{line.person}"))
    if line.service != row.service_id or line.state not in (orders.State.BOOKED, orders.State.ACCEPTED):
        raise RuleBroken(N_("This booking is not for this queue, or it no longer stands."), field="order")
    if rules.day(line.from_) != rules.day(at):
        raise RuleBroken(N_("This booking is for another day."), field="order")
    if Ticket.objects.filter(order=order).exists():
        raise Conflict(N_("This booking has its number already."))
    grace = rulebook.rule(rules.GRACE, on=rules.day(at)).span
    place = rules.place_of_booking(line.from_, at=at, grace=grace)
    return _take(row, line.person, Channel.BOOKING, place=place, order=order, by=by, at=at)


def _require_fit(row: Queue, whom: UUID, *, at: datetime) -> None:
    card = directory.service(row.service_id)
    age, gender = people.ages([whom], on=rules.day(at)).get(whom), people.genders([whom]).get(whom, "")
    if card.against(age=age, gender=gender):
        raise RuleBroken(N_("This service is for certain people only; see its page."), rule="directory.eligibility",
                         field="person")


def _take(row: Queue, person: UUID | None, channel: Channel, *, place: datetime, order: UUID | None = None, by: Actor,
          at: datetime) -> UUID:
    """Under the lock of the queue, so that no number is given twice."""
    if row.state != QueueState.OPEN or row.on != rules.day(at):
        raise Conflict(N_("This queue gives no more numbers today. Ask at the counter, or book a time."))
    if person and row.tickets.filter(on=row.on, person__ref=person, state__in=LIVE).exists():
        raise Conflict(N_("You have a number in this queue already."))
    said = queries.wait_at(row, place)
    row.last_number += 1
    row.save(update_fields=["last_number"])
    ticket = Ticket.objects.create(
        queue=row, on=row.on, number=row.last_number, person_id=person, order=order, channel=channel,
        state=State.WAITING, place=place, said_low=said.low if said else None, said_high=said.high if said else None,
        taken_at=at, taken_by=by.ref)
    journal.record(events.NumberTaken(ticket.ref, row.ref, person, ticket.number, channel), about=ticket.ref, by=by,
                   at=at)
    return ticket.ref


@action
def call_next(ref: UUID, *, counter: int = 1, by: Actor, at: datetime) -> UUID:
    """Call who is next to a counter. Two counters at once call two people, never one twice.

    Refuses: NotFound, NotAllowed, RuleBroken (counter), Conflict (nobody waits).
    """
    row = access.queue(ref, lock=True)
    if SERVE not in access.held(row, by):
        raise NotAllowed(N_("Only who works at the counters does this."))
    if not 1 <= counter <= row.counters:
        raise RuleBroken(N_("There is no counter of this number."), field="counter")
    ticket = row.tickets.filter(on=row.on, state=State.WAITING).order_by("place", "number").first()
    if ticket is None:
        raise Conflict(N_("Nobody waits."))
    ticket.state = LIFE.check("call_next", state=ticket.state, held=access.held(row, by))
    ticket.called_at, ticket.called_by, ticket.counter = at, by.ref, counter
    ticket.save(update_fields=["state", "called_at", "called_by", "counter"])
    journal.record(events.NumberCalled(ticket.ref, ref, ticket.person_id, rules.written(row.prefix, ticket.number),
                                       counter), about=ticket.ref, by=by, at=at)
    return ticket.ref


@action
def move(ref: UUID, *, name: str, by: Actor, at: datetime) -> None:
    """Is here, done, not here, back again, or leaving: the other steps of a number.

    Who missed their call comes after the next queueing.return_after. Refuses: NotFound, NotAllowed, Conflict.
    """
    line, row = access.ticket(ref, by=by)
    held = access.may(line, row, by)
    if name not in MOVES:
        raise NotFound(N_("There is no such step."))
    if name == "come_back" and "queueing.join" not in held:
        name = "take_back"
    row.state = LIFE.check(name, state=row.state, held=held)
    if name == "begin":
        row.began = at
    elif name == "finish":
        row.ended = at
    elif row.state == State.WAITING:
        waiting = line.tickets.filter(on=line.on, state=State.WAITING).order_by("place", "number")
        after = rulebook.rule(rules.RETURN_AFTER, on=rules.day(at)).amount
        row.place = rules.place_on_return(list(waiting.values_list("place", flat=True)), after=after, at=at)
        row.called_at = row.called_by = row.counter = None
    row.save(update_fields=["state", "began", "ended", "place", "called_at", "called_by", "counter"])
    journal.record(events.TicketMoved(ref, line.ref, row.person_id, name), about=ref, by=by, at=at)


MOVES = ("begin", "finish", "miss", "come_back", "leave")


@action
def end_days(*, at: datetime, most: int = 500) -> int:
    """Close what was left open on a day that is over, and end its numbers; how many queues."""
    rows = list(Queue.objects.select_for_update(of=("self",)).filter(on__lt=rules.day(at)).exclude(
        state=QueueState.CLOSED).order_by("pk")[:most])
    for row in rows:
        for ticket in row.tickets.select_for_update(of=("self",)).filter(state__in=LIVE).order_by("pk"):
            ticket.state = LIFE.check("end_day", state=ticket.state, held=access.held(row, SYSTEM))
            ticket.save(update_fields=["state"])
            journal.record(events.TicketMoved(ticket.ref, row.ref, ticket.person_id, "end_day"), about=ticket.ref,
                           by=SYSTEM, at=at)
        row.state = QueueState.CLOSED
        row.save(update_fields=["state"])
        journal.record(events.QueueClosed(row.ref, row.provider, row.service_id), about=row.ref, by=SYSTEM, at=at)
    return len(rows)
