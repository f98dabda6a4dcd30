"""Several services booked in one act: which of their times can follow each other, and how a price is shared."""
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.work.orders.rules.visits import day, midnight

ORDER = "orders.bundle_order"
MOST_VISITS = 12
"""So many visits are chosen on one page; a larger bundle is planned by whoever leads it."""


@dataclass(frozen=True)
class Time:
    """A time of a service that can be booked."""

    ref: UUID
    from_: datetime
    until: datetime


@dataclass(frozen=True)
class Step:
    """One visit of a bundle, in order: of which service, and the times that can be booked, by date."""

    service: UUID
    name: str
    times: tuple[Time, ...] = ()


def earliest(step: Step, before: Step | None, taken: Time | None) -> datetime | None:
    """From when on a visit may begin: once the one before is over; of one service on a later day."""
    if before is None or taken is None:
        return None
    if before.service != step.service:
        return taken.until
    return midnight(day(taken.from_) + timedelta(days=1))


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


def open_times(steps: Sequence[Step], planned: Sequence[Time | None], place: int) -> list[Time]:
    """The times of one step that follow those before it as planned, and after which the later ones still find one."""
    before = next(((steps[n], taken) for n in range(place - 1, -1, -1) if (taken := planned[n])), None)
    begin = earliest(steps[place], *(before or (None, None)))
    later = [list(step.times) for step in steps[place:]]
    for n in range(len(later) - 2, -1, -1):  # from the end: what leaves no time for the next is of no use
        step, following, begins = steps[place + n], steps[place + n + 1], [one.from_ for one in later[n + 1]]
        if begins:  # where the next has none at all, nothing chosen here would help it
            later[n] = [one for one in later[n]
                        if bisect_left(begins, earliest(following, step, one) or one.until) < len(begins)]
    return [one for one in later[0] if begin is None or one.from_ >= begin]


def require_order(steps: Sequence[Step], times: Sequence[Time]) -> None:
    """Refuses, RuleBroken naming the step: two that overlap, are out of order, or on one day though of one service."""
    for place in range(1, len(steps)):
        before, step = steps[place - 1], steps[place]
        begin = earliest(step, before, times[place - 1])
        if begin is None or times[place].from_ >= begin:
            continue
        if before.service == step.service:
            raise RuleBroken(N_("The visits of “{service}” are on different days, one after the other. Choose a later"
                                " day for visit {no}."), rule=ORDER, field=f"slot_{place}", service=step.name,
                             no=place + 1)
        raise RuleBroken(N_("“{service}” would begin before “{before}” is over. Choose a later time for it."),
                         rule=ORDER, field=f"slot_{place}", service=step.name, before=before.name)
