"""Bundles on their way to be booked in one act, and those that were."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict, NotFound
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import BundleCard
from linli.work.orders import access
from linli.work.orders.models import Order
from linli.work.orders.queries.cards import OrderLine
from linli.work.orders.queries.lists import lines, whole
from linli.work.orders.rules import MOST_VISITS, Step, Time
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


def steps(card: BundleCard, *, at: datetime) -> list[Step]:
    """The visits of a bundle in order, with the times that can be booked at that moment; one query."""
    free = directory.free_times({part.service for part in card.parts}, at=at)
    return [Step(part.service, part.card.name,
                 tuple(Time(one.ref, one.from_, one.until) for one in free.get(part.service, [])))
            for part in card.parts for _ in range(part.times)]


def require_bookable(card: BundleCard, visits: Sequence[Step]) -> None:
    """Refuses, Conflict: a part of it cannot be had; more visits than are booked in one act."""
    if not card.open:
        raise Conflict(N_("Not all of this bundle can be had at present. Choose a single service."),
                       rule="directory.bundle_open")
    if len(visits) > MOST_VISITS:
        raise Conflict(N_("This bundle has {count} visits; at most {most} are booked at once. Call the provider who"
                          " leads it: they plan it with you."), count=len(visits), most=MOST_VISITS)


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
