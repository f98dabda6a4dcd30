from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor
from linli.kernel.machine import Move
from linli.kernel.text import N_, Text
from linli.registers.directory import queries as directory
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as practitioners
from linli.registers.practitioners.queries import PractitionerCard
from linli.work.orders import access, rules
from linli.work.orders.models import Order
from linli.work.orders.queries.cards import DayOf, Incoming, OrderLine, Planned, Visit
from linli.work.orders.queries.lists import lines, on_the_way
from linli.work.orders.rules import SHANGHAI, Door
from linli.work.orders.states import ACCEPT, CHECK_IN, LIFE, PLANNED, VISITED, State

_BUSY: Text = N_("On another visit then.")
_ALL_BUSY: Text = N_("Everybody who could go is on another visit then.")


def incoming(
    organisation: UUID, *, by: Actor, at: datetime, category: str = "", on: date | None = None, able: bool = False,
    most: int = 50,
) -> list[Incoming]:
    """What waits for this provider's answer, the most urgent first, and who of its staff could go.

    `able` keeps what somebody can take on.
    """
    rows = access.orders(by).filter(provider=organisation, state=State.BOOKED)
    rows = rows.filter(category=category) if category else rows
    rows = _on(rows, on) if on else rows
    found = sorted(lines(rows.order_by("booked_at", "pk")[:200], by=by, at=at),
                   key=lambda line: (line.answer_by or line.from_, line.ref))[:most]
    names = places.names({line.region for line in found})
    asks: dict[frozenset[str], set[date]] = {}
    for line in found:
        asks.setdefault(directory.category(line.category).credentials, set()).add(rules.day(line.from_))
    ready = {(kinds, day): card for kinds, days in asks.items() for (_, day), card in practitioners.ready_by_day(
        [(organisation, day) for day in days], credentials=kinds).items()}
    staff = {card.ref for each in ready.values() for card in each.fit}
    first, last = min((line.from_ for line in found), default=at), max((line.until for line in found), default=at)
    busy = planned(staff, first, last, buffer=timedelta(0)) if staff else []
    result = []
    for line in found:
        each = ready[directory.category(line.category).credentials, rules.day(line.from_)]
        free = tuple(card for card in each.fit if not any(
            one.practitioner == card.ref and rules.overlaps((one.from_, one.until), (line.from_, line.until),
                                                            buffer=timedelta(0)) for one in busy))
        why = each.reason if not each.fit else None if free else _ALL_BUSY
        if free or not able:
            result.append(Incoming(line, names.get(line.region, ""), free, why))
    return result


def choices(ref: UUID, *, by: Actor, at: datetime) -> tuple[list[PractitionerCard], list[tuple[str, Text]]]:
    """Who of the provider's staff could go on this visit, and for each of the others why not. Refuses: NotFound."""
    row = access.order(ref, by=by)
    staff = practitioners.of_organisation(row.provider)
    credentials = directory.category(row.category).credentials
    colours = practitioners.colours([card.ref for card in staff], on=rules.day(row.begin),
                                    for_category_credentials=credentials)
    elsewhere = {one.practitioner for one in planned(list(colours), row.begin, row.until, buffer=timedelta(0))
                 if one.order != ref and one.slot != row.slot}
    fit = [card for card in staff if colours[card.ref].fit and card.ref not in elsewhere]
    others = [(card.name, colours[card.ref].reasons[0] if not colours[card.ref].fit else _BUSY)
              for card in staff if card not in fit]
    return fit, others


def waiting(by: Actor) -> int:
    """How many bookings wait for the answer of the actor's organisations."""
    return Order.objects.filter(provider__in=by.refs(ACCEPT, "organisation"), state=State.BOOKED).count()


def calendar(organisation: UUID, *, on: date, by: Actor, at: datetime) -> tuple[list[DayOf], list[OrderLine]]:
    """The day of a provider: each of its staff with colour and visits, and the accepted visits that nobody goes to."""
    rows = _on(access.orders(by).filter(provider=organisation, state__in=[*PLANNED, *VISITED]), on)
    found = lines(rows.order_by("begin", "pk"), by=by, at=at)
    staff = practitioners.of_organisation(organisation)
    colours = practitioners.colours([card.ref for card in staff], on=on)
    days = [DayOf(card, colours[card.ref], tuple(line for line in found if line.practitioner == card.ref))
            for card in staff]
    return days, [line for line in found if line.practitioner is None]


def unassigned(organisation: UUID, *, by: Actor, at: datetime) -> list[OrderLine]:
    """Accepted visits for which nobody has been chosen yet, by date."""
    rows = access.orders(by).filter(provider=organisation, state=State.ACCEPTED, practitioner=None)
    return lines(rows.order_by("begin", "pk")[:50], by=by, at=at)


def day(refs: Collection[UUID], *, on: date, by: Actor, at: datetime) -> list[Visit]:
    """The visits of these practitioners on a day, in order; of those whom the actor is sent as or employs."""
    rows = _on(access.orders(by).filter(practitioner__in=refs, state__in=[*PLANNED, *VISITED, State.NO_SHOW]), on)
    found = list(rows.select_related("proof").order_by("begin", "pk"))
    coming = [row for row in found if on_the_way(row, by=by)]
    contacts = people.contacts({row.person_id for row in coming}) if coming else {}
    opened = dict(zip([row.ref for row in coming], people.open_many(
        [(row.person_id, row.address_sealed, access.place(row)) for row in coming]), strict=True)) if coming else {}
    names = places.full_names({row.region_code for row in found}) if found else {}
    visits = []
    for row, line in zip(found, lines(found, by=by, at=at), strict=True):
        figures = door(row.region_code, at=at)
        visits.append(Visit(
            line, contacts.get(row.person_id) if row.ref in opened else None, opened.get(row.ref, ""),
            names.get(row.region_code, ""), open_moves(row, by=by, at=at),
            row.proof.began if hasattr(row, "proof") else None, row.begin - figures.early,
        ))
    return visits


def own(by: Actor) -> tuple[UUID, ...]:
    """As which practitioners this actor makes visits."""
    return by.refs(CHECK_IN, "practitioner")


def planned(refs: Collection[UUID], from_: datetime, until: datetime, *, buffer: timedelta) -> list[Planned]:
    """Times of these practitioners that leave less than `buffer` to this one; for other contexts, no actor needed."""
    rows = Order.objects.filter(practitioner__in=refs, state__in=PLANNED, begin__lt=until + buffer,
                                until__gt=from_ - buffer).order_by("begin", "pk")
    return [Planned(row.ref, row.practitioner, row.slot, row.begin, row.until) for row in rows if row.practitioner]


def open_moves(row: Order, *, by: Actor, at: datetime) -> tuple[Move, ...]:
    """The moves open to this actor at that moment: those of the state, but not before or after their time."""
    opens = row.begin - door(row.region_code, at=at).early if row.state == State.ACCEPTED else row.begin
    barred = {
        "change": at >= row.begin, "accept": at >= row.begin, "assign": at >= row.until, "check_in": at < opens,
        "no_show": at < row.begin, "report_absence": at < row.begin,
    }
    moves = LIFE.open_to(access.held(row, by), state=access.state(row, at=at))
    return tuple(move for move in moves if not barred.get(move.name, False))


def door(region: str, *, at: datetime) -> Door:
    """By which figures visits in this region are checked in and out."""
    early, metres, late = (rulebook.rule(id, on=rules.day(at), region=region)
                           for id in (rules.EARLY, rules.METRES, rules.LATE_OUT))
    return Door(early.span, metres.amount, late.span)


def _on(rows: QuerySet[Order], on: date) -> QuerySet[Order]:
    begin = datetime.combine(on, time(), SHANGHAI)
    return rows.filter(begin__gte=begin, begin__lt=begin + timedelta(days=1))
