"""Bundles on their way to be booked in one act, and those that were."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.actor import Actor
from linli.kernel.geometry import Point
from linli.kernel.refusals import Conflict, NotFound
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import BundleCard
from linli.work.orders import access, rules
from linli.work.orders.models import Order
from linli.work.orders.queries.cards import OrderLine
from linli.work.orders.queries.lists import lines, whole
from linli.work.orders.queries.presences import attendance, pace, presences
from linli.work.orders.rules import Presence, Step, Time, Unfit
from linli.work.orders.states import CANCEL, LIFE


@dataclass(frozen=True)
class Cost:
    """Of a whole bundle, in fen: its services one by one, the bundle, and the subsidy on it."""

    alone_fen: int
    price_fen: int
    subsidy_fen: int

    @property
    def pays_fen(self) -> int:
        return self.price_fen - self.subsidy_fen


@dataclass(frozen=True)
class BundleBooking:
    """A bundle booked as a whole: those of its visits that the asking actor may know of, in order."""

    ref: UUID
    bundle: UUID
    name: str
    person_name: str
    lines: tuple[OrderLine, ...]
    of: int
    alone_fen: int
    """What its visits cost one by one."""
    price_fen: int
    subsidy_fen: int
    pays_fen: int
    cancellable: tuple[UUID, ...]
    """Those of its visits that this actor may still cancel for the resident."""

    @property
    def whole(self) -> bool:
        """Whether the sums are those of the whole: every visit is known to the actor."""
        return len(self.lines) == self.of


def steps(card: BundleCard, *, home: Point | None = None, modes: Mapping[UUID, str] | None = None,
          person: UUID | None = None, by: Actor, at: datetime) -> list[Step]:
    """The visits of a bundle in order, with the times that can be booked at that moment and where each is; two queries.

    `home` is where the person lives (`home_of`); `modes` says by service how it is given, else in its first way.
    Times at which `person` has to be elsewhere are put aside with their reason.
    """
    free, speed = directory.free_times({part.service for part in card.parts}, at=at), pace(card.region, at=at)
    span = [moment for times in free.values() for one in times for moment in (one.from_, one.until)]
    taken = presences([person], min(span), max(span), by=by, at=at) if person and span else []
    who, found = attendance(card.region, at=at), list[Step]()
    for part in card.parts:
        mode = (modes or {}).get(part.service) or part.card.modes[0]
        times, busy = list[Time](), list[Unfit]()
        against = taken if who.takes(part.card.category, mode) else []
        for slot in free.get(part.service, []):
            one = Time(slot.ref, slot.from_, slot.until)
            try:
                rules.require_free(Presence(None, one.from_, one.until), against)
                times.append(one)
            except Conflict as why:
                busy.append(Unfit(one, why))
        step = Step(part.service, part.card.name, tuple(times), part.card.point if mode == "on_site" else home, speed,
                    tuple(busy))
        found += [step] * part.times
    return found


def require_bookable(card: BundleCard, *, at: datetime) -> None:
    """Refuses, Conflict: a part of it cannot be had; more visits than are booked in one act."""
    if not card.open:
        raise Conflict(N_("Not all of this bundle can be had at present. Choose a single service."),
                       rule="directory.bundle_open")
    count, most = sum(part.times for part in card.parts), directory.most_visits(card.region, on=rules.day(at))
    if count > most:
        raise Conflict(N_("This bundle has {count} visits; at most {most} are booked at once. Call the provider who"
                          " leads it: they plan it with you."), rule="directory.bundle_visits", count=count, most=most)


def cost(card: BundleCard, *, age: int | None) -> Cost:
    """What the whole costs somebody of that age."""
    return Cost(card.worth_fen, card.price_fen, sum(subsidy for _, subsidy in card.visits(age=age)))


def bundle_booking(ref: UUID, *, by: Actor, at: datetime) -> BundleBooking:
    """Refuses: NotFound (absent, or none of its visits is this actor's to know of)."""
    rows = list(whole(access.orders(by)).filter(bundled__booking=ref).order_by("bundled__no"))
    if not rows:
        raise NotFound(N_("There is no such bundle booking."))
    found = tuple(lines(rows, by=by, at=at))
    mark = rows[0].bundled
    open_ = [row.ref for row in rows if _open(row, by, at)]
    return BundleBooking(
        ref, mark.bundle_id, mark.name, found[0].person_name, found, mark.of,
        sum(row.bundled.alone_fen for row in rows), sum(one.price_fen for one in found),
        sum(one.subsidy_fen for one in found), sum(one.pays_fen for one in found), tuple(open_))


def _open(row: Order, by: Actor, at: datetime) -> bool:
    return access.state(row, at=at) in LIFE.moves["cancel"].sources and CANCEL in access.held(row, by)
