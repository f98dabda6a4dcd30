"""What is judged: the need, the services, the weights; and what comes out: refused or ranked, with reasons."""
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum, auto
from functools import cached_property
from typing import Any
from uuid import UUID

from linli.kernel.text import Text


class Bar(StrEnum):
    """A hard condition. In this order: a service counts once, under the first that it fails."""

    CATEGORY = auto()
    MODE = auto()
    AREA = auto()
    AGE = auto()
    GROUP = auto()
    FOR_GENDER = auto()
    CREDENTIAL = auto()
    LANGUAGE = auto()
    GENDER = auto()
    ACCESSIBILITY = auto()
    NO_SLOT = auto()
    CAPACITY = auto()


class Signal(StrEnum):
    """What ranks, by the name of its weight in the rulebook."""

    DISTANCE = auto()
    SLOT = auto()
    PRICE = auto()
    RATING = auto()
    CONTINUITY = auto()
    FAIR_SHARE = auto()


class Order(StrEnum):
    """How a reader wants the list: as ranked, or by one plain figure that knows nothing of the person."""

    RANKED = auto()
    DISTANCE = auto()
    PRICE = auto()
    SOONEST = auto()


class Near(StrEnum):
    """The smallest region that service and need have in common; says how near where a point is missing."""

    VILLAGE = auto()
    TOWNSHIP = auto()
    COUNTY = auto()
    CITY = auto()
    AWAY = auto()


NOMINAL = {Near.VILLAGE: 700.0, Near.TOWNSHIP: 2_500.0, Near.COUNTY: 9_000.0, Near.CITY: 30_000.0, Near.AWAY: 100_000.0}
"""Metres that stand for a common region in the ranking (half the width of a typical one); never shown as a distance."""

_SIZES = ((12, Near.VILLAGE), (9, Near.TOWNSHIP), (6, Near.COUNTY), (4, Near.CITY))


@dataclass(frozen=True)
class Reason:
    """One sentence for or against. `value` is the measured figure (metres, fen, a mean, a count, a time)."""

    code: str
    text: Text
    value: float | int | str | datetime | None = None
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    good: bool = True
    rule: str | None = None


@dataclass(frozen=True)
class Weights:
    """How much each signal counts, and the figure at which it is worth half (metres, hours, fen, orders)."""

    distance: float
    slot: float
    price: float
    rating: float
    continuity: float
    fair_share: float
    half_metres: float
    half_hours: float
    half_fen: float
    half_orders: float

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> "Weights":
        """From the rulebook's `matching.weights`. Refuses: ValueError for a missing, negative or useless figure."""
        weights = cls(**{f.name: float(params[f.name]) for f in fields(cls) if f.name in params})
        given = [weights.weight(signal) for signal in Signal]
        halves = (weights.half_metres, weights.half_hours, weights.half_fen, weights.half_orders)
        if min(given) < 0 or sum(given) <= 0 or min(halves) <= 0:
            raise ValueError("a weight is not negative, one of them is above 0, and so is every half")
        return weights

    def weight(self, signal: Signal) -> float:
        return float(getattr(self, signal))

    def share(self, signal: Signal) -> float:
        """Its part of the whole, 0 to 1."""
        return self.weight(signal) / self._whole

    @cached_property
    def _whole(self) -> float:
        return sum(self.weight(each) for each in Signal)


@dataclass(frozen=True)
class Window:
    from_: datetime
    until: datetime


@dataclass(frozen=True)
class NeedFacts:
    """What is asked for. Empty or None where it does not matter."""

    category: str
    category_name: Text
    at: datetime
    mode: str | None = None
    mode_name: Text | None = None
    region: str | None = None
    region_name: str = ""
    age: int | None = None
    person_gender: str | None = None
    groups: frozenset[str] = frozenset()
    """Groups of people the person is known to belong to; none known is not held against them."""
    language: str | None = None
    language_name: Text | None = None
    gender: str | None = None
    gender_name: Text | None = None
    accessibility: frozenset[str] = frozenset()
    windows: tuple[Window, ...] = ()
    seats: int = 1


@dataclass(frozen=True)
class Slot:
    ref: UUID
    from_: datetime
    until: datetime
    free: int = 1


@dataclass(frozen=True)
class Candidate:
    """One service with all that was found about it."""

    service: UUID
    provider: UUID
    category: str
    category_name: Text
    modes: frozenset[str] = frozenset()
    region: str = ""
    area: frozenset[str] = frozenset()
    """Codes of the regions served; empty for no limit."""
    languages: frozenset[str] = frozenset()
    accessibility: frozenset[str] = frozenset()
    accessibility_names: Mapping[str, Text] = field(default_factory=dict, hash=False)
    min_age: int | None = None
    max_age: int | None = None
    groups: frozenset[str] = frozenset()
    """Only for these; empty for everybody."""
    group_names: tuple[Text, ...] = ()
    for_gender: str = ""
    for_gender_name: Text | None = None
    green: int = 1
    """Practitioners whose papers for this are in order on the day."""
    lapsed: Reason | None = None
    """Why nobody's papers are in order, where `green` is 0."""
    genders: frozenset[str] | None = None
    """Of those practitioners; None where nothing is known."""
    who: tuple[str, ...] = ()
    """Names of some of them, for showing only."""
    slot: Slot | None = None
    full: bool = False
    """Whether there are slots within the times asked for, all of them taken."""
    metres: float | None = None
    village_point: bool = False
    """Whether the distance is measured from or to a village's point and not a door."""
    price_fen: int | None = 0
    subsidy_fen: int = 0
    mean: float | None = None
    rated: int = 0
    shrunk: float = 0.0
    served: int = 0
    recent: int = 0
    """Orders that its provider took lately."""

    @property
    def pays_fen(self) -> int | None:
        return None if self.price_fen is None else max(self.price_fen - self.subsidy_fen, 0)


@dataclass(frozen=True)
class Refused:
    candidate: Candidate
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Ranked:
    candidate: Candidate
    score: float
    """0 to 1."""
    reasons: tuple[Reason, ...]
    worth: Mapping[Signal, float] = field(default_factory=dict, hash=False)
    """What each signal is worth here, 0 to 1, before its weight."""


def near(a: str | None, b: str | None) -> Near:
    """The smallest region that holds both codes."""
    if a and b:
        for size, level in _SIZES:
            if a[:size] == b[:size] and a[size - 3 if size > 6 else size - 2 : size].strip("0"):
                return level
    return Near.AWAY
