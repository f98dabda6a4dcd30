"""A time that becomes free is kept for who is next in line, in the same transaction: nobody comes in between."""
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import attempt
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.geometry import Point, parse_point
from linli.kernel.refusals import Refusal
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import ServiceCard, SlotCard
from linli.registers.people import queries as people
from linli.work.orders import access, events, rules
from linli.work.orders.actions import taking
from linli.work.orders.models import Order, Turn, Wait
from linli.work.orders.rules import Channel, Part, TurnEnd
from linli.work.orders.states import STANDING, WAITS, State, WaitState

_MOST = 200  # in line for one service; more would never get their turn


def give(slot: UUID, *, places: int = 1, at: datetime) -> UUID | None:
    """Keep as many free places of this time for the first in line whom they suit; the last held order, None for none.

    Who wrote their name first is first. Two at once never get the same: the time is taken as by anybody, and whoever
    is next is claimed by a conditional update.
    """
    given = None
    for _ in range(places):
        next_ = _give_one(slot, at=at)
        if next_ is None:
            break
        given = next_
    return given


def _give_one(slot: UUID, *, at: datetime) -> UUID | None:
    time = directory.slot(slot)
    if time.free < 1 or at > time.book_until:
        return None
    line = Wait.objects.filter(service__ref=time.service, state=WaitState.WAITING, from_on__lte=rules.day(time.from_),
                               until_on__gt=rules.day(time.from_)).exclude(turns__slot=slot)
    rows = list(line.order_by("joined_at", "pk")[:_MOST])
    if not rows:
        return None
    card = directory.service(time.service)
    for row in rows:
        suits = rules.suits(time.from_, from_on=row.from_on, until_on=row.until_on, part=Part(row.part))
        if suits and (order := _keep(row, card, time, at=at)):
            return order
    return None


def _keep(row: Wait, card: ServiceCard, time: SlotCard, *, at: datetime) -> UUID | None:
    until = until_when(time, region=row.region_code, at=at)
    if until is None:
        return None
    try:
        with attempt():
            claimed = Wait.objects.filter(pk=row.pk, state=WaitState.WAITING)
            if not claimed.update(state=WAITS.check("give_turn", state=row.state, held=access.wait_held(row, SYSTEM))):
                return None  # another time has just become free for them
            order = taking.take(_wanted(row, card, at=at), time.ref, State.HELD, hold_until=until, by=SYSTEM, at=at)
            Turn.objects.create(wait=row, slot=time.ref, order=order, given_at=at, given_by=SYSTEM.ref)
            journal.record(
                events.TurnGiven(row.ref, order.ref, row.person_id, card.provider, card.ref, time.ref,
                                 row.region_code), about=order.ref, by=SYSTEM, at=at)
    except Refusal:  # what has changed since they joined: erased, no longer of the age; the next one may
        return None
    return order.ref


def until_when(time: SlotCard, *, region: str, at: datetime) -> datetime | None:
    """Until when this time would be kept; None where nobody could answer in time."""
    night = rulebook.rule(rules.TURN_NIGHT, on=rules.day(at), region=region).params
    return rules.turn_until(
        at, minutes=taking.amount(rules.TURN_MINUTES, region, at=at).amount,
        night=(night["from_hour"], night["until_hour"]), latest=min(time.book_until, time.from_))


def settle(order: Order, outcome: TurnEnd, *, by: Actor, at: datetime) -> None:
    """What became of the turn that this held order was, if it was one; who let too many go by is no longer in line."""
    turn = Turn.objects.select_related("wait").filter(order=order.pk, outcome="").first()
    if turn is None:
        return
    turn.outcome = outcome
    turn.save(update_fields=["outcome"])
    row = turn.wait
    if row.state not in STANDING:  # left the list, and the time with it
        return
    key = (row.ref, order.ref, row.person_id, order.provider, order.service_id, row.region_code)
    if outcome is TurnEnd.TAKEN:
        end(row, "take", by=by, at=at)
        journal.record(events.TurnTaken(*key), about=order.ref, by=by, at=at)
        return
    most = taking.amount(rules.TURNS, row.region_code, at=at).amount
    again = row.turns.count() < most
    missed = outcome is TurnEnd.MISSED
    if again:
        row.state = WAITS.check("pass_on", state=row.state, held=access.wait_held(row, SYSTEM))
        row.save(update_fields=["state"])
    else:
        end(row, "end_wait", by=by, at=at)
    journal.record(events.TurnPassed(*key, missed, again), about=order.ref, by=by, at=at)
    if not again:
        journal.record(events.WaitEnded(row.ref, row.person_id, order.provider, row.service_id, row.region_code),
                       about=row.ref, by=by, at=at)


def end(row: Wait, move: str, *, by: Actor, at: datetime) -> None:
    """Out of line, for whatever reason."""
    held = access.wait_held(row, by if move == "leave" else SYSTEM)
    row.state, row.ended_at, row.ended_by = WAITS.check(move, state=row.state, held=held), at, by.ref
    row.save(update_fields=["state", "ended_at", "ended_by"])


def _wanted(row: Wait, card: ServiceCard, *, at: datetime) -> taking.Wanted:
    """What was said on joining, at today's price."""
    age = people.ages([row.person_id], on=rules.day(at)).get(row.person_id)
    gender = people.genders([row.person_id]).get(row.person_id, "")
    rules.require_eligible(card.against(age=age, gender=gender), low=card.eligibility.min_age,
                           high=card.eligibility.max_age)
    address, point = people.open_many([
        (row.person_id, row.address_sealed, access.wait_place(row)),
        (row.person_id, row.point_sealed, access.wait_point(row))])
    where: Point | None = parse_point(point) if "," in point else None
    return taking.Wanted(card, row.person_id, row.need, Channel(row.channel), row.region_code, row.mode, where,
                         address if row.address_sealed else "", card.price_fen,
                         card.price_fen - card.price_for(age=age))
