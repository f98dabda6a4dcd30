"""When and where people have to be for what they have booked, so that no two of it fall together."""
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.geometry import Point, cell, cell_point
from linli.kernel.refusals import Conflict, Refusal
from linli.registers.directory.queries import ServiceCard, SlotCard
from linli.registers.places import queries as places
from linli.work.orders import access, rules
from linli.work.orders.models import Bundled, Order, Participant
from linli.work.orders.rules import Attendance, Bounds, Near, Pace, Presence, Step, Time, Unfit
from linli.work.orders.states import EXPECTED, VISITED, Coming

_DISTRICT = len("340104")
_NEAR = timedelta(hours=4)
"""What lies further apart than this has time for any way."""


def attendance(region: str, *, at: datetime) -> Attendance:
    """Which visits do not take the person themselves, there and then."""
    held = rulebook.rule(rules.PRESENCE, on=rules.day(at), region=region).params
    return Attendance(frozenset(held["at_home"]), frozenset(held["anywhere"]))


def pace(region: str, *, at: datetime) -> Pace:
    """How a person comes from one visit to the next, there and then."""
    held = rulebook.rule(rules.PERSON_WAY, on=rules.day(at), region=region).params
    return Pace(held["walk_metres"], held["ride_metres"], held["wait_minutes"], held["detour_percent"] / 100)


def home_of(region: str, point: Point | None = None) -> Point | None:
    """Where somebody lives: as pointed out, else the middle of their community or street; None where it is not known.
    """
    if point or len(region.rstrip("0")) <= _DISTRICT:
        return point
    known = places.regions([region, f"{region[:9]}000"])
    return next((card.point for _, card in sorted(known.items(), reverse=True) if card.point), None)


def present(row: Order) -> tuple[UUID, ...]:
    """Whom this order takes: the person, or of a group those who are known here."""
    if not row.party:
        return (row.person_id,)
    coming = row.participants.filter(state=Coming.COMING).values_list("person", flat=True)
    return tuple(one for one in coming if one)


def presences(persons: Collection[UUID], from_: datetime, until: datetime, *, besides: Collection[UUID] = (),
              near: timedelta = timedelta(0), by: Actor, at: datetime) -> list[Presence]:
    """What these people have to be there for between two moments, and so much before and after, by date; one query.

    `besides` these orders. A service is named only to who may know of the order; where it is, is said where `near`
    asks for it.
    """
    if not persons:
        return []
    mine, along = (expected(from_ - near, until + near).filter(one) for one in taking(persons))
    rows = mine.union(along)
    found = [row for row in sorted(rows, key=lambda row: (row.begin, row.pk)) if row.ref not in besides
             and attendance(row.region_code, at=at).takes(row.category, row.mode)]
    homes = _homes(found) if near else {}
    return [_presence(row, name=by.ref != SYSTEM.ref and access.sees(row, by), homes=homes) for row in found]


def expected(from_: datetime, until: datetime) -> QuerySet[Order]:
    """Orders that somebody is to come for between two moments."""
    return Order.objects.filter(state__in=EXPECTED, begin__lt=until, until__gt=from_).order_by()


def taking(persons: Collection[UUID]) -> tuple[Q, Q]:
    """Those that take one of these people: for themselves; along with a group."""
    along = Participant.objects.filter(person__in=persons, state=Coming.COMING).values("order")
    return Q(person__in=persons, party=""), Q(pk__in=along)


def foreseen(card: ServiceCard, slot: SlotCard, *, mode: str, person: UUID, region: str, point: Point | None = None,
             by: Actor, at: datetime) -> tuple[Conflict | None, list[Near]]:
    """What would stand against a time before it is booked, and what could hardly be reached from or after it; `region`
    is where the person lives."""
    if not attendance(region, at=at).takes(card.category, mode):
        return None, []
    others = presences([person], slot.from_, slot.until, near=_NEAR, by=by, at=at)
    place = (card.point if mode == "on_site" else home_of(region, point)) if others else None
    one = Presence(None, slot.from_, slot.until, cell_point(cell(place)) if place else None, mode != "on_site")
    try:
        rules.require_free(one, others)
    except Conflict as why:
        return why, []
    return None, rules.near(one, others, pace=pace(region, at=at))


def ways(row: Order, *, by: Actor, at: datetime) -> list[Near]:
    """What else is booked for those whom an order takes, too far away for the minutes between, by the estimate."""
    if row.state not in EXPECTED or not attendance(row.region_code, at=at).takes(row.category, row.mode):
        return []
    one = _presence(row, name=True, homes=_homes([row]))
    others = presences(present(row), one.from_, one.until, besides=[row.ref], near=_NEAR, by=by, at=at)
    return rules.near(one, others, pace=pace(row.region_code, at=at))


def _homes(rows: Collection[Order]) -> dict[str, Point]:
    """The middle of the community or street of each that is taken at home and nobody pointed out; one query."""
    codes = {row.region_code for row in rows if not row.cell and row.mode != "on_site"}
    known = places.regions({one for code in codes for one in (code, f"{code[:9]}000")}) if codes else {}
    points = {code: card.point for code, card in known.items() if card.point and len(code.rstrip("0")) > _DISTRICT}
    return {code: point for code in codes if (point := points.get(code) or points.get(f"{code[:9]}000"))}


def _presence(row: Order, *, name: bool, homes: Mapping[str, Point]) -> Presence:
    """What is taken at home lies, where nobody pointed it out, where `homes` says."""
    where = cell_point(row.cell) if row.cell else homes.get(row.region_code) if row.mode != "on_site" else None
    return Presence(row.ref, row.begin, row.until, where, row.mode != "on_site", row.service_name if name else "")


def bounds(row: Order, from_: datetime, until: datetime, *, by: Actor, at: datetime) -> Bounds:
    """Between what an order may move within these moments."""
    own = Bundled.objects.filter(order=row.pk).first()
    beside = list(Bundled.objects.filter(booking=own.booking, order__state__in=[*EXPECTED, *VISITED]).exclude(
        order=row.pk).select_related("order").order_by("no")) if own else []
    takes = attendance(row.region_code, at=at).takes(row.category, row.mode)
    others = presences(present(row) if takes else (), from_, until, by=by, at=at,
                       besides=[row.ref, *(one.order.ref for one in beside)])
    if own is None:
        return Bounds(tuple(others), bool(row.party))
    before, after = ([one for one in beside if one.no < own.no][-1:], [one for one in beside if one.no > own.no][:1])
    return Bounds(tuple(others), bool(row.party), _step(row, at=at), own.no, _beside(before, at=at),
                  _beside(after, at=at))


def unfit(ref: UUID, times: Sequence[Time], *, by: Actor, at: datetime) -> list[Unfit]:
    """Those of the free times of an order's service to which it cannot move, and why. Refuses: NotFound."""
    if not times:
        return []
    bound = bounds(access.order(ref, by=by), min(one.from_ for one in times), max(one.until for one in times), by=by,
                   at=at)
    found = []
    for one in times:
        try:
            bound.require(one)
        except Refusal as why:
            found.append(Unfit(one, why))
    return found


def _beside(found: list[Bundled], *, at: datetime) -> tuple[Step, Time] | None:
    return next(((_step(one.order, at=at), Time(one.order.slot, one.order.begin, one.order.until)) for one in found),
                None)


def _step(row: Order, *, at: datetime) -> Step:
    """An order as one visit of its bundle."""
    return Step(row.service_id, row.service_name, place=_presence(row, name=True, homes=_homes([row])).place,
                pace=pace(row.region_code, at=at))
