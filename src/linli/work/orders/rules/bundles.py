"""Several services booked in one act: which of their times can follow each other, with the way from one to the next."""
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from linli.kernel.geometry import Point, metres
from linli.kernel.refusals import Refusal, RuleBroken
from linli.kernel.text import N_
from linli.work.orders.rules.visits import clock, day, midnight

ORDER = "orders.bundle_order"
PERSON_WAY = "orders.person_way"


@dataclass(frozen=True)
class Way:
    """From one place to another: metres along it, and how long it takes in whole minutes. An estimate."""

    metres: int
    minutes: int


@dataclass(frozen=True)
class Pace:
    """How a person comes from one visit to the next, by the rule `orders.person_way`: metres a minute on foot and
    riding, minutes of waiting before a ride, and how much longer a way is than the straight line."""

    walk: float
    ride: float
    wait: float
    detour: float

    def way(self, from_: Point | None, to: Point | None) -> Way | None:
        """On foot or riding, whichever is quicker; None where a place is not known or both are one."""
        if from_ is None or to is None or from_ == to:
            return None
        long = metres(from_, to) * self.detour
        return Way(round(long), ceil(min(long / self.walk, self.wait + long / self.ride)))


@dataclass(frozen=True)
class Time:
    """A time of a service that can be booked."""

    ref: UUID
    from_: datetime
    until: datetime


@dataclass(frozen=True)
class Unfit:
    """A free time of a step that cannot be chosen, and why."""

    time: Time
    why: Refusal


@dataclass(frozen=True)
class Step:
    """One visit of a bundle, in order: of which service, its times that can be booked, by date, and where."""

    service: UUID
    name: str
    times: tuple[Time, ...] = ()
    place: Point | None = None
    """Where the person is for it; None where that is not known."""
    pace: Pace | None = None
    busy: tuple[Unfit, ...] = ()
    """Free times at which the person has to be elsewhere."""


def way_to(step: Step, before: Step | None) -> Way | None:
    """The way that the person has from the visit before to this one."""
    return step.pace.way(before.place, step.place) if step.pace and before else None


def earliest(step: Step, before: Step | None, taken: Time | None) -> datetime | None:
    """From when on a visit may begin: the one before is over and the way gone; of one service on a later day."""
    return None if before is None or taken is None else _after(step, before)(taken)


def _after(step: Step, before: Step) -> Callable[[Time], datetime]:
    if before.service == step.service:
        return lambda taken: midnight(day(taken.from_) + timedelta(days=1))
    way = way_to(step, before)
    gap = timedelta(minutes=way.minutes if way else 0)
    return lambda taken: taken.until + gap


def plan(steps: Sequence[Step], chosen: Sequence[UUID | None] = ()) -> list[Time | None]:
    """A time for each step in order: the chosen one where it can follow, else the soonest that can.

    None for a step without such a time; those after it then follow the last that has one.
    """
    found: list[Time | None] = []
    before: tuple[Step, Time] | None = None
    for place, step in enumerate(steps):
        begin = earliest(step, *(before or (None, None)))
        able = [one for one in step.times if begin is None or one.from_ >= begin]
        wish = chosen[place] if place < len(chosen) else None
        time = next((one for one in able if one.ref == wish), able[0] if able else None)
        found.append(time)
        before = (step, time) if time else before
    return found


def wishes(steps: Sequence[Step], planned: Sequence[Time | None]) -> list[UUID | None]:
    """What has to be chosen for `plan` to give these times: those that are not the soonest; short, for an address."""
    found: list[UUID | None] = []
    before: tuple[Step, Time] | None = None
    for step, time in zip(steps, planned, strict=True):
        begin = earliest(step, *(before or (None, None)))
        soonest = next((one for one in step.times if begin is None or one.from_ >= begin), None)
        found.append(time.ref if time and time != soonest else None)
        before = (step, time) if time else before
    return found


def leading(steps: Sequence[Step]) -> list[list[Time]]:
    """Of each step the times after which every later one still finds one; worked out once for all of them."""
    found = [list(step.times) for step in steps]
    for n in range(len(steps) - 2, -1, -1):  # from the end: what leaves no time for the next is of no use
        begins = [one.from_ for one in found[n + 1]]
        if begins:  # where the next has none at all, nothing chosen here would help it
            after = _after(steps[n + 1], steps[n])
            found[n] = [one for one in found[n] if bisect_left(begins, after(one)) < len(begins)]
    return found


def open_times(steps: Sequence[Step], planned: Sequence[Time | None], place: int,
               lead: Sequence[Sequence[Time]] | None = None) -> list[Time]:
    """The times of one step that follow those before it as planned, and after which the later ones still find one."""
    begin = earliest(steps[place], *_before(steps, planned, place))
    return [one for one in (lead or leading(steps))[place] if begin is None or one.from_ >= begin]


def unfit(steps: Sequence[Step], planned: Sequence[Time | None], place: int,
          lead: Sequence[Sequence[Time]] | None = None) -> list[Unfit]:
    """The free times of one step that `open_times` leaves out, each with its reason."""
    step, (before, taken) = steps[place], _before(steps, planned, place)
    able = {one.ref for one in (lead or leading(steps))[place]}
    found = [one for one in step.busy if taken is None or one.time.from_ >= taken.until]
    for one in step.times:
        why = _against(step, before, one, taken, place) if before and taken else None
        if why is None and one.ref not in able:
            why = RuleBroken(N_("After it no time of “{next}” is left. Choose an earlier one."), rule=ORDER,
                             field=f"slot_{place}", next=steps[place + 1].name)
        if why:
            found.append(Unfit(one, why))
    return sorted(found, key=lambda one: one.time.from_)


def require_order(steps: Sequence[Step], times: Sequence[Time]) -> None:
    """Refuses, RuleBroken naming the step: two that overlap, are out of order, too close for the way, or on one day
    though of one service."""
    for place in range(1, len(steps)):
        if why := _against(steps[place], steps[place - 1], times[place], times[place - 1], place):
            raise why


def require_between(step: Step, time: Time, *, before: tuple[Step, Time] | None = None,
                    after: tuple[Step, Time] | None = None, no: int = 1) -> None:
    """For visit `no` of a booked bundle that moves, between the two that stand beside it.

    Refuses, RuleBroken naming the other: as `require_order`.
    """
    if before and (why := _against(step, before[0], time, before[1], no - 1)):
        raise RuleBroken(why.message, rule=why.rule, field="slot", **why.values)
    if after is None or after[1].from_ >= _after(after[0], step)(time):
        return
    next_, begins = after
    if next_.service == step.service:
        raise RuleBroken(N_("The next visit of “{service}” in this bundle is on {begins}, and each is on a day of its"
                            " own. Choose an earlier day, or change that visit first."),
                         rule=ORDER, field="slot", service=step.name, begins=clock(begins.from_))
    if begins.from_ < time.until:
        raise RuleBroken(N_("“{next}”, which follows in this bundle, begins on {begins}, before this would be over."
                            " Choose an earlier time, or change that visit first."),
                         rule=ORDER, field="slot", next=next_.name, begins=clock(begins.from_))
    way = way_to(next_, step)
    assert way  # nothing else stands between them
    raise RuleBroken(
        N_("“{next}”, which follows in this bundle, begins {left} minutes after this would be over; the way there,"
           " about {metres} metres, takes about {minutes}. Choose an earlier time, or change that visit first."),
        rule=PERSON_WAY, field="slot", next=next_.name, metres=way.metres, minutes=way.minutes,
        left=int((begins.from_ - time.until).total_seconds() // 60))


def _before(steps: Sequence[Step], planned: Sequence[Time | None], place: int) -> tuple[Step | None, Time | None]:
    """The last step before this one that has a time, and its time."""
    return next(((steps[n], taken) for n in range(place - 1, -1, -1) if (taken := planned[n])), (None, None))


def _against(step: Step, before: Step, time: Time, taken: Time, place: int) -> RuleBroken | None:
    """Why this time cannot follow that of the step before; None where it can."""
    if time.from_ >= _after(step, before)(taken):
        return None
    if before.service == step.service:
        return RuleBroken(N_("The visits of “{service}” are on different days, one after the other. Choose a later"
                             " day for visit {no}."), rule=ORDER, field=f"slot_{place}", service=step.name,
                          no=place + 1)
    if time.from_ < taken.until:
        return RuleBroken(N_("“{service}” would begin before “{before}” is over. Choose a later time for it."),
                          rule=ORDER, field=f"slot_{place}", service=step.name, before=before.name)
    way = way_to(step, before)
    assert way  # nothing else stands between them
    return RuleBroken(
        N_("“{service}” would begin {left} minutes after “{before}” is over; the way from there, about {metres} metres,"
           " takes about {minutes}. Choose a later time for it."),
        rule=PERSON_WAY, field=f"slot_{place}", service=step.name, before=before.name, metres=way.metres,
        minutes=way.minutes, left=int((time.from_ - taken.until).total_seconds() // 60))
