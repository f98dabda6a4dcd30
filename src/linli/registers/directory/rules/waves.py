"""How long somebody waits who is called with others for the same start: a figure that is kept for nine in ten."""
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import fmean, stdev

ENOUGH, STEP = 5, 5
"""From how many on their lengths are a measure; minutes to which a wait is rounded."""
_WIDE = 1.6  # standard deviations: about nineteen in twenty of those who come last


@dataclass(frozen=True)
class Wait:
    """At most how many minutes after the start, and whether from people's real lengths or only as planned."""

    most: int
    measured: bool


def wait(places: int, *, counters: int, lengths: Sequence[float], planned: float) -> Wait:
    """How long who comes last of so many waits after the start; who comes earlier waits less, nobody knows who.

    `lengths` are the minutes of the last who were served, so many at once as there are counters; fewer than five tell
    nothing, then `planned` minutes stand and are taken to vary as much as they are long.
    """
    rounds = ceil(places / max(1, counters)) - 1
    if rounds <= 0:
        return Wait(0, len(lengths) >= ENOUGH)
    known = len(lengths) >= ENOUGH
    mean = fmean(lengths) if known else planned
    spread = stdev(lengths) if known else planned
    most = rounds * mean + _WIDE * spread * sqrt(rounds)
    if known:
        most += _WIDE * rounds * spread / sqrt(len(lengths))  # the mean itself is only measured
    return Wait(ceil(most / STEP) * STEP, known)
