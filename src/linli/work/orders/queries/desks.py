from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, When

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import Move
from linli.kernel.text import N_, Text
from linli.registers.directory import queries as directory
from linli.registers.people.queries import Known
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as practitioners
from linli.registers.practitioners.queries import PractitionerCard
from linli.work.orders import access, rules
from linli.work.orders.models import Order
from linli.work.orders.queries.cards import DayOf, Incoming, OrderLine, Planned, Visit
from linli.work.orders.queries.lists import lines, on_the_way, stay, stay_of, whole
from linli.work.orders.rules import SHANGHAI, Door, Stay
from linli.work.orders.states import ACCEPT, CHECK_IN, DISPUTE, LIFE, PENDING, PLANNED, VISITED, State

_BUSY: Text = N_("On another visit then, or too close to it.")
_ALL_BUSY: Text = N_("Everybody who could go is on another visit then, or too close to one.")


def incoming(
    organisation: UUID, *, by: Actor, at: datetime, category: str = "", on: date | None = None, able: bool = False,
    most: int = 50,
) -> list[Incoming]:
    """What waits for this provider's answer, the most urgent first, and who of its staff could go.

    `able` keeps what somebody can take on.
    """
    rows = whole(access.orders(by)).filter(provider=organisation)
    asked = Q(state=State.BOOKED) & (Q(category=category) if category else Q()) & (_day(on) if on else Q())
    taken = Q(state__in=PLANNED, practitioner__isnull=False, until__gt=at)  # in the same query
    both = list(rows.filter(asked | taken).order_by(
        Case(When(state=State.BOOKED, then=F("booked_at"))).asc(nulls_last=True), "begin", "pk")[:700])
    found = sorted(lines([row for row in both if row.state == State.BOOKED][:200], by=by, at=at),
                   key=lambda line: (line.answer_by or line.from_, line.ref))[:most]
    names = places.named({line.region for line in found})
    asks: dict[frozenset[str], set[date]] = {}
    for line in found:
        asks.setdefault(directory.category(line.category).credentials, set()).add(rules.day(line.from_))
    ready = {(kinds, day): card for kinds, days in asks.items() for (_, day), card in practitioners.ready_by_day(
        [(organisation, day) for day in days], credentials=kinds).items()}
    busy = [row for row in both if row.state in PLANNED]
    stays, kmh = {row.ref: stay(row) for row in both}, _kmh(found[0].region, at=at) if found else 0
    result = []
    for line in found:
        each = ready[directory.category(line.category).credentials, rules.day(line.from_)]
        own_time = stays[line.ref]
        taken_by = {one.practitioner for one in busy if one.slot != line.slot and rules.too_close(
            stays[one.ref], own_time)}
        short = dict[UUID, int]()
        for one in busy:
            if one.practitioner and (minutes := _minutes(rules.short_by(stays[one.ref], own_time, kmh=kmh))):
                short[one.practitioner] = max(minutes, short.get(one.practitioner, 0))
        fit = (card for card in each.fit if card.ref not in taken_by)
        free = tuple(sorted(fit, key=lambda card: short.get(card.ref, 0)))  # who can make the way is offered first
        why = each.reason if not each.fit else None if free else _ALL_BUSY
        if free or not able:
            result.append(Incoming(line, names.get(line.region, ""), free, why, short))
    return result


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _kmh(region: str, *, at: datetime) -> int:
    return rulebook.rule(rules.WAY, on=rules.day(at), region=region).amount


def tight(row: Order, *, at: datetime) -> list[tuple[Planned, int]]:
    """Other visits of who goes that leave too few minutes for the way, and how many; a warning, for it is estimated."""
    if row.practitioner is None:
        return []
    own, kmh = stay(row), _kmh(row.region_code, at=at)
    near = _planned([row.practitioner], own.from_ - _NEAR, own.until + _NEAR)
    found = [(one, _minutes(rules.short_by(one.stay, own, kmh=kmh))) for one in near
             if one.order != row.ref and one.slot != row.slot]
    return [(one, minutes) for one, minutes in found if minutes]


def choices(line: OrderLine) -> tuple[list[PractitionerCard], list[tuple[str, Text]]]:
    """Who of the provider's staff could go on this visit, and for each of the others why not; two queries."""
    credentials = directory.category(line.category).credentials
    staff = practitioners.coloured(organisation=line.provider, on=rules.day(line.from_),
                                   for_category_credentials=credentials)
    elsewhere = {one.practitioner for one in planned(list(staff), line.slot, line.stay or Stay(line.from_, line.until))
                 if one.order != line.ref}
    fit = [card for card, colour in staff.values() if colour.fit and card.ref not in elsewhere]
    others = [(card.name, colour.reasons[0] if not colour.fit else _BUSY)
              for card, colour in staff.values() if card not in fit]
    return fit, others


def waiting(by: Actor) -> QuerySet[Order]:
    """The bookings that wait for the answer of the actor's organisations; for counting."""
    return Order.objects.filter(provider__in=by.refs(ACCEPT, "organisation"), state=State.BOOKED)


def calendar(organisation: UUID, *, on: date, by: Actor, at: datetime) -> tuple[list[DayOf], list[OrderLine]]:
    """The day of a provider: each of its staff with colour and visits, and the accepted visits that nobody goes to."""
    rows = whole(access.orders(by)).filter(_day(on), provider=organisation, state__in=[*PLANNED, *VISITED])
    found = lines(rows.order_by("begin", "pk"), by=by, at=at)
    days = [DayOf(card, colour, tuple(line for line in found if line.practitioner == card.ref))
            for card, colour in practitioners.coloured(organisation=organisation, on=on).values()]
    return days, [line for line in found if line.practitioner is None]


def unassigned(organisation: UUID, *, by: Actor, at: datetime) -> list[OrderLine]:
    """Accepted visits for which nobody has been chosen yet, by date."""
    rows = whole(access.orders(by)).filter(provider=organisation, state=State.ACCEPTED, practitioner=None)
    return lines(rows.order_by("begin", "pk")[:50], by=by, at=at)


def day(refs: Collection[UUID], *, on: date, by: Actor, at: datetime) -> list[Visit]:
    """The visits of these practitioners on a day, in order; of those whom the actor is sent as or employs."""
    rows = whole(access.orders(by)).filter(
        _day(on), practitioner__in=refs, state__in=[*PLANNED, *VISITED, State.NO_SHOW])
    found = list(rows.select_related("proof").order_by("begin", "pk"))
    known = Known(row.person for row in found)
    names = places.called({row.region_code for row in found})
    visits = []
    for row, line in zip(found, lines(found, by=by, at=at, known=known), strict=True):
        figures, coming = door(row.region_code, at=at), on_the_way(row, by=by)
        address = known.open(row.person_id, row.address_sealed, context=access.place(row)) if coming else ""
        visits.append(Visit(
            line, known.contact(row.person_id) if coming else None, address, names.get(row.region_code, ""),
            open_moves(row, by=by, at=at),
            row.proof.began if hasattr(row, "proof") else None, row.begin - figures.early,
        ))
    return visits


def own(by: Actor) -> tuple[UUID, ...]:
    """As which practitioners this actor makes visits."""
    return by.refs(CHECK_IN, "practitioner")


def planned(refs: Collection[UUID], slot: UUID, stay: Stay) -> list[Planned]:
    """Visits of these practitioners at other times that come closer to this one than the buffers of both; one query.

    For other contexts, no actor needed; who gives one time to several gives one visit.
    """
    near = _planned(refs, stay.from_ - stay.before - _NEAR, stay.until + stay.after + _NEAR)
    return [one for one in near if one.slot != slot and rules.too_close(one.stay, stay)]


_NEAR = timedelta(hours=4)
"""The longest that anything is kept free round a visit."""


def _planned(refs: Collection[UUID], from_: datetime, until: datetime) -> list[Planned]:
    rows = Order.objects.filter(practitioner__in=refs, state__in=PLANNED, begin__lt=until, until__gt=from_)
    values = rows.order_by("begin", "pk").values_list(
        "ref", "practitioner", "slot", "begin", "until", "service__setup_minutes", "service__buffer_minutes", "cell")
    return [Planned(ref, who, slot, stay_of(begin, end, before, after, cell))
            for ref, who, slot, begin, end, before, after, cell in values if who]


def open_moves(row: Order, *, by: Actor, at: datetime) -> tuple[Move, ...]:
    """The moves open to this actor at that moment: those of the state, but not before or after their time."""
    opens = row.begin - door(row.region_code, at=at).early if row.state == State.ACCEPTED else row.begin
    barred = {
        "change": at >= row.begin, "accept": at >= row.begin, "assign": at >= row.until, "check_in": at < opens,
        "no_show": at < row.begin, "report_absence": at < row.begin,
    }
    held = access.held(row, by)
    if row.state in _DISPUTABLE and DISPUTE in held and by.ref != SYSTEM.ref:
        state: str | None = row.dispute_state  # type: ignore[attr-defined]  # asked for with the row
        barred["dispute"] = state is not None or not may_dispute(row, by=by, at=at)
        barred["confirm"] = barred["rate"] = state in PENDING
    moves = LIFE.open_to(held, state=access.state(row, at=at))
    return tuple(move for move in moves if not barred.get(move.name, False))


_DISPUTABLE = LIFE.moves["dispute"].sources


def may_dispute(row: Order, *, by: Actor, at: datetime) -> bool:
    """Whether this actor's side has anything to dispute here, and still may; what was disputed already is not asked."""
    side = access.side(row, by)
    if side is None or not rules.claims(side, state=row.state, reason=row.reason):
        return False
    within = rulebook.rule(rules.DISPUTE_WITHIN, on=rules.day(at), region=row.region_code).span
    return at <= max(row.closed_at or row.until, row.rated_at or row.until) + within


def door(region: str, *, at: datetime) -> Door:
    """By which figures visits in this region are checked in and out."""
    early, metres, late = (rulebook.rule(id, on=rules.day(at), region=region)
                           for id in (rules.EARLY, rules.METRES, rules.LATE_OUT))
    return Door(early.span, metres.amount, late.span)


def _day(on: date) -> Q:
    begin = datetime.combine(on, time(), SHANGHAI)
    return Q(begin__gte=begin, begin__lt=begin + timedelta(days=1))
