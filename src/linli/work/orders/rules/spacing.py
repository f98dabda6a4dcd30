"""How far apart the visits of one practitioner lie: what is set up before, what is tidied up after, and the way."""
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from linli.kernel.geometry import cell_point, metres

WAY = "orders.way_kmh"
_DETOUR = 1.3  # streets are longer than the straight line by about as much


@dataclass(frozen=True)
class Stay:
    """A visit as it fills a practitioner's day; `cell` is where it is, where that is known."""

    from_: datetime
    until: datetime
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)
    cell: int | None = None


def apart(one: Stay, other: Stay) -> timedelta:
    """How much lies between two visits, whichever is first; negative where they overlap."""
    first, second = sorted((one, other), key=lambda stay: (stay.from_, stay.until))
    return second.from_ - first.until


def buffer(one: Stay, other: Stay) -> timedelta:
    """How much has to lie between them: what follows the first, and what goes before the second."""
    first, second = sorted((one, other), key=lambda stay: (stay.from_, stay.until))
    return first.after + second.before


def too_close(one: Stay, other: Stay) -> bool:
    """Whether two visits leave less than the buffers of both between them."""
    return apart(one, other) < buffer(one, other)


def way(one: Stay, other: Stay, *, kmh: int) -> timedelta:
    """About how long it takes from one to the other, in whole minutes; nothing where a place is not known.

    As the crow flies with a detour, at the speed that the rule gives: an estimate, which may warn and not refuse.
    """
    if one.cell is None or other.cell is None or one.cell == other.cell:
        return timedelta(0)
    km = metres(cell_point(one.cell), cell_point(other.cell)) * _DETOUR / 1000
    return timedelta(minutes=ceil(km / kmh * 60))


def short_by(one: Stay, other: Stay, *, kmh: int) -> timedelta:
    """By how much the time between two visits is too short for the way, which may fill what follows the first."""
    first, second = sorted((one, other), key=lambda stay: (stay.from_, stay.until))
    needed = max(first.after, way(one, other, kmh=kmh)) + second.before
    return max(timedelta(0), needed - apart(one, other))
