from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action, attempt
from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.geometry import Point, cell, parse_point
from linli.kernel.machine import START
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import actions as slots
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import ServiceCard, SlotCard
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.work.needs import actions as needs
from linli.work.needs import queries as asked
from linli.work.orders import access, events, rules
from linli.work.orders.actions import endings
from linli.work.orders.models import Order
from linli.work.orders.rules import Channel
from linli.work.orders.states import LIFE, State


@dataclass(frozen=True)
class Skipped:
    """A week of a series in which nothing could be booked, and why."""

    from_: datetime
    why: Refusal


@dataclass(frozen=True)
class Series:
    """What became of a weekly series."""

    ref: UUID
    orders: tuple[UUID, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class _Wanted:
    """Everything that does not change from week to week."""

    service: ServiceCard
    person: UUID
    need: UUID | None
    channel: Channel
    region: str
    mode: str
    point: Point | None
    address: str
    price_fen: int
    subsidy_fen: int


@action
def hold(service: UUID, *, slot: UUID, need: UUID | None = None, person: UUID | None = None, mode: str | None = None,
         address: str = "", point: Point | None = None, by: Actor, at: datetime) -> UUID:
    """Keep a time for a few minutes, while somebody thinks. Nobody is told of it yet.

    Refuses as `book` does. How long: orders.hold_minutes.
    """
    wanted = _wanted(service, "hold", need=need, person=person, mode=mode, address=address, point=point, by=by, at=at)
    row = _take(wanted, slot, State.HELD, by=by, at=at)
    journal.record(events.OrderHeld(row.ref, row.person_id, row.provider, service, slot, row.region_code),
                   about=row.ref, by=by, at=at)
    return row.ref


@action
def book(service: UUID, *, slot: UUID, need: UUID | None = None, person: UUID | None = None, mode: str | None = None,
         address: str = "", point: Point | None = None, by: Actor, at: datetime) -> UUID:
    """Book a time of a service, for a need or, without one, by posting it; for oneself unless `person` says for whom.

    The slot is taken in the same transaction. `address` and `point` (for visits at home) are sealed; without them the
    address on file and the need's point are used.
    Refuses: NotFound (service, time, need, person), NotAllowed, Conflict (time taken, service closed), RuleBroken (not
    for this person or place, too late, a field).
    """
    wanted = _wanted(service, "book", need=need, person=person, mode=mode, address=address, point=point, by=by, at=at)
    row = _take(wanted, slot, State.BOOKED, by=by, at=at)
    booked(row, by=by, at=at)
    return row.ref


@action
def book_held(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Book what was held. Refuses: NotFound, NotAllowed, Conflict (the hold is over; no longer held)."""
    row = access.order(ref, by=by, lock=True)
    state = LIFE.check("book", state=row.state, held=access.held(row, by))
    if access.state(row, at=at) == State.LAPSED:
        assert row.hold_until is not None  # lapsed by time
        raise Conflict(N_("The time was kept until {until}. Choose it again: if nobody took it, it is yours."),
                       rule=rules.HOLD, until=rules.clock(row.hold_until))
    row.need = row.need or post_need(row, by=by, at=at)
    row.state, row.hold_until, row.booked_at, row.booked_by = state, None, at, by.ref
    row.save(update_fields=["state", "hold_until", "need", "booked_at", "booked_by"])
    booked(row, by=by, at=at)


@action
def book_series(service: UUID, *, slot: UUID, weeks: int, need: UUID | None = None, person: UUID | None = None,
                mode: str | None = None, address: str = "", point: Point | None = None, by: Actor,
                at: datetime) -> Series:
    """Book the same weekday and time for several weeks; a week without a free time is skipped, and told.

    The first week must be free. Refuses as `book` does, and RuleBroken for too many weeks (orders.series_weeks).
    """
    wanted = _wanted(service, "book", need=need, person=person, mode=mode, address=address, point=point, by=by, at=at)
    most = endings.amount(rules.SERIES, wanted.region, at=at).amount
    if not 2 <= weeks <= most:
        raise RuleBroken(N_("A weekly series has 2 to {most} visits."), rule=rules.SERIES, field="weeks", most=most)
    first = directory.slot(slot)
    times = rules.weekly(first.from_, weeks)
    known = {one.from_: one for one in directory.slots(service, times[0], times[-1] + (first.until - first.from_))}
    series, made, skipped = new_ref(), list[Order](), list[Skipped]()
    for no, moment in enumerate(times, start=1):
        found = first if no == 1 else known.get(moment)
        try:
            if found is None:
                raise Conflict(N_("There is no such time in this week, or it is not open for booking yet."))
            with attempt():
                row = _take(wanted, found.ref, State.BOOKED, series=(series, no, weeks),
                            need=made[0].need if made else None, by=by, at=at)
                booked(row, by=by, at=at)
            made.append(row)
        except Refusal as why:
            if no == 1:
                raise
            skipped.append(Skipped(moment, why))
    return Series(series, tuple(row.ref for row in made), tuple(skipped))


def _wanted(service: UUID, move: str, *, need: UUID | None, person: UUID | None, mode: str | None, address: str,
            point: Point | None, by: Actor, at: datetime) -> _Wanted:
    """Who wants what where; refuses what cannot be booked by this actor, for this person or at this place."""
    if by.ref == ANONYMOUS.ref:
        raise NotAllowed(N_("Sign in first."))
    card = directory.service_for(service, by=by)
    need_card = asked.told(need, by=by) if need else None
    whom = need_card.person if need_card else person or by.person
    if whom is None:
        raise RuleBroken(N_("Say for whom the visit is."), field="person")
    home = people.regions([whom]).get(whom)
    held = by.held(f"person:{whom}", f"region:{home}") if home else frozenset()
    if home is None or "orders.see" not in held:
        raise NotFound(N_("No such person."))
    LIFE.check(move, state=START, held=held)
    region = need_card.region if need_card else home
    chosen = mode or (need_card.mode if need_card and need_card.mode in card.modes else None) or card.modes[0]
    if chosen not in card.modes:
        raise RuleBroken(N_("This service is not given in that way. Choose one of its ways."), field="mode")
    if chosen == "home" and not card.serves(region):
        raise RuleBroken(N_("This service does not come to your place. Choose one that does."), rule="directory.area",
                         field="person")
    age = people.ages([whom], on=rules.day(at)).get(whom)
    gender = people.genders([whom]).get(whom, "")
    rules.require_eligible(card.against(age=age, gender=gender), low=card.eligibility.min_age,
                           high=card.eligibility.max_age)
    place, where = None, ""
    if point is not None:
        places.require_inside(point, region=region)
    if chosen == "home":
        place = point or (need_card.point if need_card else None)
        where = rules.address(address) or people.contacts([whom])[whom].address
    elif chosen == "on_site":
        place = card.point
    pays = card.price_for(age=age)
    channel = (Channel.SELF if by.person == whom else Channel.FAMILY if "orders.book" in by.held(f"person:{whom}")
               else Channel.AGENT)
    return _Wanted(card, whom, need, channel, region, chosen, place, where, card.price_fen, card.price_fen - pays)


def _take(wanted: _Wanted, slot: UUID, state: State, *, series: tuple[UUID, int, int] | None = None,
          need: UUID | None = None, by: Actor, at: datetime) -> Order:
    """Take the time and write the order down. What is held past its end makes room first."""
    time = _slot(wanted.service, slot)
    endings.make_room(slot, at=at)
    slots.take_slot(slot, by=by, at=at)
    whom = wanted.person
    row = Order(
        ref=new_ref(), person_id=whom, channel=wanted.channel, need=wanted.need or need, service_id=wanted.service.ref,
        service_name=wanted.service.name, category=wanted.service.category, provider=wanted.service.provider, slot=slot,
        begin=time.from_, until=time.until, state=state, price_fen=wanted.price_fen, subsidy_fen=wanted.subsidy_fen,
        mode=wanted.mode, region_code=wanted.region, cell=cell(wanted.point) if wanted.point else None,
        created_at=at, created_by=by.ref,
    )
    if wanted.address:
        row.address_sealed = people.seal(whom, wanted.address, context=access.place(row))
    if wanted.point:
        row.point_sealed = people.seal(whom, str(wanted.point), context=access.point(row))
    if series:
        row.series, row.series_no, row.series_of = series
    if state is State.HELD:
        row.hold_until = at + endings.amount(rules.HOLD, wanted.region, at=at).span
    else:
        row.need = row.need or post_need(row, by=by, at=at)
        row.booked_at, row.booked_by = at, by.ref
    row.save(force_insert=True)
    row.number = rules.number(wanted.region, at=at, serial=row.pk)
    row.save(update_fields=["number"])
    return row


def _slot(service: ServiceCard, ref: UUID) -> SlotCard:
    found = directory.slot(ref)
    if found.service != service.ref:
        raise RuleBroken(N_("This time belongs to another service. Choose one of this service's times."), field="slot")
    return found


def booked(row: Order, *, by: Actor, at: datetime) -> None:
    """From here on the provider knows: the need is booked, and an answer is owed."""
    assert row.need is not None  # a booked order has one
    needs.mark_booked(row.need, order=row.ref, service=row.service_id, by=by, at=at)
    endings.owe_answer(row, by=by, at=at)
    journal.record(
        events.OrderBooked(row.ref, row.need, row.person_id, row.provider, row.service_id, row.slot, row.region_code,
                           row.channel, row.price_fen, row.subsidy_fen),
        about=row.ref, by=by, at=at)


def post_need(row: Order, *, by: Actor, at: datetime) -> UUID:
    """The need of somebody who booked at once: the service's name, in so many words."""
    point = None
    if row.point_sealed and row.mode == "home":
        point = parse_point(people.open_sealed(row.person_id, row.point_sealed, context=access.point(row)))
    return needs.post(text=row.service_name, person=row.person_id, region=row.region_code, point=point,
                      category=row.category, mode=row.mode, by=by, at=at)
