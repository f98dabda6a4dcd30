"""What is counted for a region, and how; sums over plain values."""
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from statistics import median
from typing import NamedTuple

from linli.kernel.text import N_, Text

PERIODS = (7, 28, 90, 365)
AHEAD = 7
"""Days for which free places are counted."""
A_DAY = 86_400


class State(StrEnum):
    """How a need stands in the figures: as its own room says it."""

    OPEN = auto()
    BOOKED = auto()
    MET = auto()
    WITHDRAWN = auto()
    EXPIRED = auto()


LABELS: dict[State, Text] = {
    State.OPEN: N_("looking for help"), State.BOOKED: N_("booked"), State.MET: N_("met"),
    State.WITHDRAWN: N_("taken back"), State.EXPIRED: N_("expired"),
}
UNMET = (State.OPEN, State.EXPIRED)
"""Nobody has come, and nobody is booked to."""


class Measure(StrEnum):
    UNMET = auto()
    POSTED = auto()
    MET = auto()
    DAYS = auto()
    SERVICES = auto()
    FREE = auto()
    REACH = auto()


class Subject(StrEnum):
    """What is read for a measure, and what stands beside it in the table."""

    NEEDS = auto()
    SUPPLY = auto()
    REACH = auto()


@dataclass(frozen=True)
class About:
    name: Text
    subject: Subject
    sentence: Text
    """What is counted, of whom, and when; `{days}`, `{ahead}` and `{kind}` are filled in."""


MEASURES: dict[Measure, About] = {
    Measure.UNMET: About(N_("Needs unmet"), Subject.NEEDS, N_(
        "Needs posted there in the last {days} days that are still open, or were closed because nobody came in"
        " time.")),
    Measure.POSTED: About(N_("Needs posted"), Subject.NEEDS, N_("Needs posted there in the last {days} days.")),
    Measure.MET: About(N_("Needs met"), Subject.NEEDS, N_(
        "Of the needs posted there in the last {days} days, those whose visit is done.")),
    Measure.DAYS: About(N_("Days until met"), Subject.NEEDS, N_(
        "Of the needs posted there in the last {days} days that are met: days from posting until the visit was done,"
        " the median.")),
    Measure.SERVICES: About(N_("Services per 10,000 residents"), Subject.SUPPLY, N_(
        "Open services that are there, for every 10,000 people who live there.")),
    Measure.FREE: About(N_("Free places"), Subject.SUPPLY, N_(
        "Places that can still be booked in the next {ahead} days, of all services that can be had there, wherever they"
        " are. A service for several regions counts in each of them, and once in the sum.")),
    Measure.REACH: About(N_("Communities within 15 minutes"), Subject.REACH, N_(
        "Of the communities whose place on the map is known, the share that has a facility of this kind of its own, or"
        " within 15 minutes on foot of the slowest whom it is for: {kind}.")),
}


class Course(NamedTuple):
    """A need as far as it is counted."""

    region: str
    state: State
    posted_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Needs:
    """The needs of a region: `posted` is the sum of the four beside it."""

    posted: int = 0
    met: int = 0
    booked: int = 0
    unmet: int = 0
    withdrawn: int = 0
    days: float | None = None
    """The median, with one digit; None where nothing was met."""


@dataclass(frozen=True)
class Supply:
    services: int = 0
    """That are there."""
    served: int = 0
    """That can be had there, wherever they are."""
    free: int | None = None
    """None before anybody has counted."""
    people: int | None = None
    """None where nobody has counted the residents."""

    @property
    def rate(self) -> float | None:
        """Services per 10,000 residents, with one digit."""
        return round(10_000 * self.services / self.people, 1) if self.people else None


@dataclass(frozen=True)
class Reach:
    communities: int = 0
    within: int = 0
    """With a facility of their own, or near one."""
    unplaced: int = 0

    @property
    def share(self) -> float | None:
        """In percent, with one digit; None where no community's place is known."""
        known = self.communities - self.unplaced
        return round(100 * self.within / known, 1) if known else None


Count = Needs | Supply | Reach


def head(code: str, heads: Mapping[str, str], size: int) -> str:
    """The code of the region of the table in which a code lies; empty for none of them."""
    return heads.get(code[:size], "")


def needs_of(courses: Iterable[Course]) -> Needs:
    """How these went."""
    found = list(courses)
    count = {state: sum(one.state == state for one in found) for state in State}
    took = [(one.ended_at - one.posted_at).total_seconds() / A_DAY for one in found
            if one.state == State.MET and one.ended_at]
    return Needs(len(found), count[State.MET], count[State.BOOKED], sum(count[state] for state in UNMET),
                 count[State.WITHDRAWN], round(median(took), 1) if took else None)


def grouped(courses: Iterable[Course], heads: Mapping[str, str], size: int) -> dict[str, Needs]:
    """By region of the table; under the empty code those that lie in none of them."""
    by: dict[str, list[Course]] = defaultdict(list)
    for one in courses:
        by[head(one.region, heads, size)].append(one)
    return {code: needs_of(mine) for code, mine in by.items()}


def served(starts: Iterable[str], heads: Mapping[str, str], size: int) -> set[str]:
    """The regions of the table that something serves whose area begins with these: all or a part of each."""
    found: set[str] = set()
    for start in starts:
        if len(start) >= size:
            found.update({heads[start[:size]]} if start[:size] in heads else ())
        else:
            found.update(code for begin, code in heads.items() if begin.startswith(start))
    return found


class Lot(NamedTuple):
    """Services that are in the same place and serve the same regions, by the beginnings of their codes."""

    region: str
    serves: tuple[str, ...]
    services: int
    free: int


def supplied(lots: Iterable[Lot], heads: Mapping[str, str], size: int) -> dict[str, tuple[int, int, int]]:
    """By region of the table: services that are there, services that can be had there, and the free places of these."""
    found = {code: [0, 0, 0] for code in heads.values()}
    for lot in lots:
        if there := head(lot.region, heads, size):
            found[there][0] += lot.services
        for code in served(lot.serves, heads, size):
            found[code][1] += lot.services
            found[code][2] += lot.free
    return {code: (there, had, free) for code, (there, had, free) in found.items()}


def hidden(counts: Mapping[str, int], *, least: int) -> set[str]:
    """Whose figures are not shown because they speak of fewer than `least` people; where that is a single one, the
    smallest of the others too, or the sum would tell."""
    few = {code for code, count in counts.items() if 0 < count < least}
    if len(few) == 1:
        rest = [(count, code) for code, count in counts.items() if count >= least]
        few |= {min(rest)[1]} if rest else set()
    return few
