from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action, attempt
from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.geometry import Point
from linli.kernel.machine import START
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import ServiceCard
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.work.needs import actions as needs
from linli.work.needs import queries as asked
from linli.work.orders import access, events, queries, rules
from linli.work.orders.actions import endings, presences, turns
from linli.work.orders.actions.taking import Wanted, amount, post_need, take
from linli.work.orders.models import Order
from linli.work.orders.rules import Channel, Party, Time, TurnEnd
from linli.work.orders.states import BOOK, BOOK_FOR_UNIT, LIFE, State


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


@action
def hold(service: UUID, *, slot: UUID, need: UUID | None = None, person: UUID | None = None, mode: str | None = None,
         address: str = "", point: Point | None = None, party: Party | None = None, by: Actor,
         at: datetime) -> UUID:
    """Keep a time for a few minutes, while somebody thinks. Nobody is told of it yet.

    Refuses as `book` does. How long: orders.hold_minutes.
    """
    wanted = wanted_by(service, "hold", need=need, person=person, mode=mode, address=address, point=point, party=party,
                       by=by, at=at)
    presences.take_turns(wanted.present)
    endings.make_room(slot, at=at)
    row = take(wanted, slot, State.HELD, by=by, at=at)
    journal.record(events.OrderHeld(row.ref, row.person_id, row.provider, service, slot, row.region_code),
                   about=row.ref, by=by, at=at)
    return row.ref


@action
def book(service: UUID, *, slot: UUID, need: UUID | None = None, person: UUID | None = None, mode: str | None = None,
         address: str = "", point: Point | None = None, party: Party | None = None, by: Actor,
         at: datetime) -> UUID:
    """Book a time of a service, for a need or, without one, by posting it; for oneself unless `person` says for whom.

    The slot is taken in the same transaction. `address` and `point` (for visits at home) are sealed; without them the
    address on file and the need's point are used. With `party` it takes a place for each of the group, all or none.
    Refuses: NotFound (service, time, need, person), NotAllowed, Conflict (time taken, service closed; the person has to
    be elsewhere then, orders.presence), RuleBroken (not for this person or place, too late, a field).
    """
    wanted = wanted_by(service, "book", need=need, person=person, mode=mode, address=address, point=point, party=party,
                       by=by, at=at)
    presences.take_turns(wanted.present)
    endings.make_room(slot, at=at)
    row = take(wanted, slot, State.BOOKED, by=by, at=at)
    booked(row, by=by, at=at)
    return row.ref


@action
def book_held(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Book what was held.

    Refuses: NotFound, NotAllowed, Conflict (the hold is over; no longer held; booked elsewhere for that time since).
    """
    presences.turn_of(ref)
    row = access.order(ref, by=by, lock=True)
    state = LIFE.check("book", state=row.state, held=access.held(row, by))
    if access.state(row, at=at) == State.LAPSED:
        assert row.hold_until is not None  # lapsed by time
        raise Conflict(N_("The time was kept until {until}. Choose it again: if nobody took it, it is yours."),
                       rule=rules.HOLD, until=rules.clock(row.hold_until))
    queries.bounds(row, row.begin, row.until, by=by, at=at).require(Time(row.slot, row.begin, row.until))
    row.need = row.need or post_need(row, by=by, at=at)
    row.state, row.hold_until, row.booked_at, row.booked_by = state, None, at, by.ref
    row.save(update_fields=["state", "hold_until", "need", "booked_at", "booked_by"])
    booked(row, by=by, at=at)
    turns.settle(row, TurnEnd.TAKEN, by=by, at=at)


@action
def book_series(service: UUID, *, slot: UUID, weeks: int, need: UUID | None = None, person: UUID | None = None,
                mode: str | None = None, address: str = "", point: Point | None = None, party: Party | None = None,
                by: Actor, at: datetime) -> Series:
    """Book the same weekday and time for several weeks; a week without a free time is skipped, and told.

    The first week must be free. Refuses as `book` does, and RuleBroken for too many weeks (orders.series_weeks).
    """
    wanted = wanted_by(service, "book", need=need, person=person, mode=mode, address=address, point=point, party=party,
                       by=by, at=at)
    presences.take_turns(wanted.present)
    most = amount(rules.SERIES, wanted.region, at=at).amount
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
                endings.make_room(found.ref, at=at)
                row = take(wanted, found.ref, State.BOOKED, series=(series, no, weeks),
                           need=made[0].need if made else None, by=by, at=at)
                booked(row, by=by, at=at)
            made.append(row)
        except Refusal as why:
            if no == 1:
                raise
            skipped.append(Skipped(moment, why))
    return Series(series, tuple(row.ref for row in made), tuple(skipped))


def wanted_by(service: UUID, move: str, *, need: UUID | None, person: UUID | None, mode: str | None, address: str,
              point: Point | None, party: Party | None = None, by: Actor, at: datetime) -> Wanted:
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
    each = _party(card, party, chosen, by=by, at=at) if party else ()
    age = None if party else people.ages([whom], on=rules.day(at)).get(whom)
    if not party:
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
    if party:
        return Wanted(card, whom, need, channel, region, chosen, place, where, sum(price for price, _ in each),
                      sum(subsidy for _, subsidy in each), party, each)
    return Wanted(card, whom, need, channel, region, chosen, place, where, card.price_fen, card.price_fen - pays)


def _party(card: ServiceCard, party: Party, mode: str, *, by: Actor, at: datetime) -> tuple[tuple[int, int], ...]:
    """What each of a group costs, and the subsidy of it: of who is not known here only what everybody gets.

    Refuses: NotFound (somebody for whom the actor does not act), NotAllowed (another's organisation), RuleBroken (at
    somebody's home; not for one of them).
    """
    if mode == "home":
        raise RuleBroken(N_("A group comes to the site, or takes part by phone or online; nobody visits it at home."),
                         rule="orders.party", field="mode")
    if party.unit and BOOK_FOR_UNIT not in by.held(f"organisation:{party.unit}"):
        raise NotAllowed(N_("You do not book for this organisation."))
    known = [one.person for one in party.attendees if one.person]
    homes, ages, genders = people.regions(known), people.ages(known, on=rules.day(at)), people.genders(known)
    prices = []
    for one in party.attendees:
        who = one.person
        if who:
            if who not in homes or BOOK not in by.held(f"person:{who}", f"region:{homes[who]}"):
                raise NotFound(N_("No such person."))
            rules.require_eligible(card.against(age=ages.get(who), gender=genders.get(who, "")),
                                   low=card.eligibility.min_age, high=card.eligibility.max_age)
        pays = card.price_for(age=ages.get(who) if who else None)
        prices.append((card.price_fen, card.price_fen - pays))
    return tuple(prices)


def booked(row: Order, *, by: Actor, at: datetime) -> None:
    """From here on the provider knows: the need is booked, and an answer is owed."""
    assert row.need is not None  # a booked order has one
    needs.mark_booked(row.need, order=row.ref, service=row.service_id, by=by, at=at)
    endings.owe_answer(row, by=by, at=at)
    journal.record(
        events.OrderBooked(row.ref, row.need, row.person_id, row.provider, row.service_id, row.slot, row.region_code,
                           row.channel, row.price_fen, row.subsidy_fen),
        about=row.ref, by=by, at=at)
