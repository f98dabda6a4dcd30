"""Bundles on their way to be booked in one act, and those that were."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor
from linli.kernel.geometry import Point
from linli.kernel.refusals import Conflict, NotFound
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import BundleCard
from linli.registers.places import queries as places
from linli.work.orders import access, rules
from linli.work.orders.models import Order
from linli.work.orders.queries.cards import OrderLine
from linli.work.orders.queries.lists import lines, whole
from linli.work.orders.rules import Pace, Step, Time
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
          at: datetime) -> list[Step]:
    """The visits of a bundle in order, with the times that can be booked at that moment and where each is; one query.

    `home` is where the person lives (`home_of`); `modes` says by service how it is given, else in its first way.
    """
    free, pace = directory.free_times({part.service for part in card.parts}, at=at), _pace(card.region, at=at)
    found = []
    for part in card.parts:
        mode = (modes or {}).get(part.service) or part.card.modes[0]
        times = tuple(Time(one.ref, one.from_, one.until) for one in free.get(part.service, []))
        step = Step(part.service, part.card.name, times, part.card.point if mode == "on_site" else home, pace)
        found += [step] * part.times
    return found


def home_of(region: str, point: Point | None = None) -> Point | None:
    """Where somebody lives: as pointed out, else the middle of their community or street; None where it is not known.
    """
    if point or len(region.rstrip("0")) <= len("340104"):
        return point
    known = places.regions([region, f"{region[:9]}000"])
    return next((card.point for _, card in sorted(known.items(), reverse=True) if card.point), None)


def _pace(region: str, *, at: datetime) -> Pace:
    held = rulebook.rule(rules.PERSON_WAY, on=rules.day(at), region=region).params
    return Pace(held["walk_metres"], held["ride_metres"], held["wait_minutes"], held["detour_percent"] / 100)


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
