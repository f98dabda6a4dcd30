"""Nobody is at two places at once: what else somebody has to be there for, and the way from one to the other."""
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.geometry import Point
from linli.kernel.refusals import Conflict
from linli.kernel.text import N_
from linli.work.orders.rules.bundles import Pace, Step, Time, Way, require_between
from linli.work.orders.rules.visits import clock

PRESENCE = "orders.presence"


@dataclass(frozen=True)
class Attendance:
    """In which categories nobody has to wait at home, and in which the person booked for takes no part at all; by
    the rule `orders.presence`."""

    at_home: frozenset[str]
    anywhere: frozenset[str]

    def takes(self, category: str, mode: str) -> bool:
        """Whether a visit of this category, given in this way, takes the person themselves."""
        return category not in self.anywhere and not (mode == "home" and category in self.at_home)


@dataclass(frozen=True)
class Presence:
    """When and where somebody has to be; `name` is the service's, empty for who may not know of it."""

    order: UUID | None
    from_: datetime
    until: datetime
    place: Point | None = None
    at_home: bool = False
    name: str = ""


@dataclass(frozen=True)
class Bounds:
    """Between what an order may move: what else those it takes have booked, and of a bundle the visits beside it."""

    others: tuple[Presence, ...] = ()
    group: bool = False
    step: Step | None = None
    no: int = 1
    before: tuple[Step, Time] | None = None
    after: tuple[Step, Time] | None = None

    def require(self, time: Time) -> None:
        """Refuses: Conflict (somebody it takes has to be elsewhere then), RuleBroken (the bundle's order or ways)."""
        require_free(Presence(None, time.from_, time.until), self.others, group=self.group)
        if self.step:
            require_between(self.step, time, before=self.before, after=self.after, no=self.no)


@dataclass(frozen=True)
class Near:
    """Another order whose place cannot be reached in the minutes that are left, by the estimate."""

    other: Presence
    way: Way
    left: int
    """Minutes between the two."""


def _overlapping(one: Presence, others: Iterable[Presence]) -> Presence | None:
    """The first of the others that falls into the same time; touching ends do not."""
    return next((other for other in others if other.from_ < one.until and one.from_ < other.until), None)


def require_free(one: Presence, others: Iterable[Presence], *, field: str = "slot", group: bool = False) -> None:
    """Refuses, Conflict: somebody has to be elsewhere then; when, and for what where the actor may know it."""
    other = _overlapping(one, others)
    if other is None:
        return
    span = {"from_": clock(other.from_), "until": clock(other.until)}
    if group:
        raise Conflict(N_("Somebody of this group is booked elsewhere for that time, {from_} to {until}. Choose another"
                          " time."), rule=PRESENCE, field=field, **span)
    if other.name:
        raise Conflict(N_("“{service}” is booked for the same time, {from_} to {until}, and nobody can be at both."
                          " Choose another time, or change that order first."),
                       rule=PRESENCE, field=field, service=other.name, **span)
    raise Conflict(N_("Another order of this person is at that time, {from_} to {until}, and nobody can be at both."
                      " Choose another time."), rule=PRESENCE, field=field, **span)


def near(one: Presence, others: Collection[Presence], *, pace: Pace) -> list[Near]:
    """The others, before or after on that day, whose way takes longer than what is left between; an estimate, which
    may warn and not refuse. What is taken at home lies at one place, however it was pointed out."""
    found = []
    for other in others:
        first, second = sorted((one, other), key=lambda each: (each.from_, each.until))
        left = int((second.from_ - first.until).total_seconds() // 60)
        way = None if one.at_home and other.at_home else pace.way(first.place, second.place)
        if way and 0 <= left < way.minutes:
            found.append(Near(other, way, left))
    return found
