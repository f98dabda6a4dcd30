"""A bundle booked in one act: every visit of it, or none."""
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.geometry import Point
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.people import queries as people
from linli.work.orders import access, events, queries, rules
from linli.work.orders.actions import endings, presences
from linli.work.orders.actions.bookings import booked, wanted_by
from linli.work.orders.actions.changes import call_off
from linli.work.orders.actions.taking import Wanted, take
from linli.work.orders.models import Bundled, Order
from linli.work.orders.rules import Step, Time
from linli.work.orders.states import LIFE, State

TOLD = 3
"""So many free times are named where one is gone."""


@action
def book_bundle(bundle: UUID, *, slots: Sequence[UUID], modes: Mapping[UUID, str] | None = None,
                person: UUID | None = None, address: str = "", point: Point | None = None, by: Actor,
                at: datetime) -> UUID:
    """Book every visit of a bundle at once, or none: `slots` names the time of each, in the bundle's order.

    Each visit becomes an order of its own, at its share of the bundle's price; `modes` says by service how it is given.
    Gives the ref of the whole. Refuses: NotFound (bundle, person), NotAllowed, Conflict (a part cannot be had; a time
    is gone, or the person elsewhere then: which, and what is free instead), RuleBroken (times missing, overlapping, out
    of order or too close for the way; not for this person or place).
    """
    if by.ref == ANONYMOUS.ref:
        raise NotAllowed(N_("Sign in first."))
    card = directory.bundle(bundle, by=by)
    queries.require_bookable(card, at=at)
    count = sum(part.times for part in card.parts)
    if len(slots) != count:
        raise RuleBroken(N_("This bundle has {count} visits: choose a time for each."), field="slots", count=count)
    wanted = _wanted(card, modes or {}, person=person, address=address, point=point, by=by, at=at)
    given = {one.service.ref: one.mode for one in wanted}
    home = queries.home_of(people.regions([wanted[0].person]).get(wanted[0].person, ""), point)
    presences.take_turns(wanted[0].present)
    for slot in sorted(slots):
        endings.make_room(slot, at=at)
    steps = queries.steps(card, home=home, modes=given, person=wanted[0].person, by=by, at=at)
    times = _times(steps, slots)
    rules.require_order(steps, times)
    gone = {ref for ref, step in zip(slots, steps, strict=True) if ref not in {one.ref for one in step.times}}
    booking, made, needs = new_ref(), dict[int, Order](), dict[UUID, UUID]()
    # what is gone says so first; the others are taken in one order by everybody who takes several
    for place in sorted(range(len(steps)), key=lambda n: (slots[n] not in gone, n if slots[n] in gone else slots[n])):
        step = steps[place]
        try:
            row = take(wanted[place], slots[place], State.BOOKED, need=needs.get(step.service), by=by, at=at)
        except Refusal as why:
            raise _gone(steps, times, place, why) from why
        booked(row, by=by, at=at)
        assert row.need is not None  # a booked order has one
        needs.setdefault(step.service, row.need)
        made[place] = row
    alone = [part.card.price_fen for part in card.parts for _ in range(part.times)]
    Bundled.objects.bulk_create(Bundled(
        order=made[place], booking=booking, bundle_id=bundle, name=card.name, no=place + 1, of=len(steps),
        alone_fen=alone[place]) for place in range(len(steps)))
    whom = made[0]
    journal.record(events.BundleBooked(
        booking, bundle, whom.person_id, card.provider, whom.region_code, len(made),
        sum(row.price_fen for row in made.values()), sum(row.subsidy_fen for row in made.values())),
        about=booking, by=by, at=at)
    return booking


@action
def cancel_bundle(ref: UUID, *, reason: str, by: Actor, at: datetime) -> tuple[UUID, ...]:
    """Cancel every visit of a booked bundle that can still be; each by its own service's rules, as `cancel` does.

    Gives the refs of the cancelled; what is under way or over stays as it is.
    Refuses: NotFound, NotAllowed, Conflict (nothing left to cancel), RuleBroken (reason).
    """
    rows = [row for row in Order.objects.select_for_update(of=("self",)).filter(bundled__booking=ref).order_by("pk")
            if access.sees(row, by)]
    if not rows:
        raise NotFound(N_("There is no such bundle booking."))
    open_ = sorted((row for row in rows if access.state(row, at=at) in LIFE.moves["cancel"].sources),
                   key=lambda row: row.begin)
    if not open_:
        raise Conflict(N_("Nothing of this bundle can be cancelled any more: its visits are under way or over."))
    state = ""
    for row in open_:
        state = LIFE.check("cancel", state=row.state, held=access.held(row, by))
    rules.require_reason(reason, rules.CANCELS)
    call_off(open_, to=state, reason=reason, resident=True, by=by, at=at)
    return tuple(row.ref for row in open_)


def _times(steps: Sequence[Step], slots: Sequence[UUID]) -> list[Time]:
    """The chosen times, taken by now or not. Refuses: RuleBroken (another service's, none at all)."""
    known = directory.slots_by_ref(slots)
    found = []
    for place, (step, ref) in enumerate(zip(steps, slots, strict=True)):
        slot = known.get(ref)
        if slot is None or slot.service != step.service:
            raise RuleBroken(N_("This is no time of “{service}”. Choose one of its times."), field=f"slot_{place}",
                             service=step.name)
        found.append(Time(ref, slot.from_, slot.until))
    return found


def _wanted(card: directory.BundleCard, modes: Mapping[UUID, str], *, person: UUID | None, address: str,
            point: Point | None, by: Actor, at: datetime) -> list[Wanted]:
    """What each visit is, at its share of the price. Refuses as `book` does, naming the part."""
    by_service: dict[UUID, Wanted] = {}
    for part in card.parts:
        try:
            by_service[part.service] = wanted_by(
                part.service, "book", need=None, person=person, mode=modes.get(part.service), address=address,
                point=point, by=by, at=at)
        except RuleBroken as why:
            if len(card.parts) == 1 or why.field in {"address", "point", "lon", "lat"}:
                raise
            raise RuleBroken(N_("“{service}”, a part of this bundle: {why}"), rule=why.rule, field=why.field,
                             service=part.card.name, why=why) from why
    found = [by_service[part.service] for part in card.parts for _ in range(part.times)]
    age = people.ages([found[0].person], on=rules.day(at)).get(found[0].person)
    return [replace(one, price_fen=price, subsidy_fen=subsidy)
            for one, (price, subsidy) in zip(found, card.visits(age=age), strict=True)]


def _gone(steps: Sequence[Step], times: Sequence[Time], place: int, why: Refusal) -> Refusal:
    """Which part failed, why, and what is free instead; nothing of the bundle is booked."""
    others: list[Time | None] = [*times]
    free = [one for one in rules.open_times(steps, others, place) if one.ref != times[place].ref]
    between = [one for one in free if place + 1 == len(steps)
               or (rules.earliest(steps[place + 1], steps[place], one) or one.until) <= times[place + 1].from_]
    told = (between or free)[:TOLD]
    kind = Conflict if isinstance(why, Conflict) else RuleBroken
    if not told:
        return kind(N_("“{service}” could not be booked, so nothing of the bundle was. {why} It has no other free time"
                       " that fits."), rule=why.rule, field=f"slot_{place}", service=steps[place].name, why=why)
    return kind(N_("“{service}” could not be booked, so nothing of the bundle was. {why} Free instead: {times}."),
                rule=why.rule, field=f"slot_{place}", service=steps[place].name, why=why,
                times=" · ".join(rules.clock(one.from_) for one in told))
