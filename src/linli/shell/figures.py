"""How this place is doing, in four figures that anybody can check: what each is, and how it was counted."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from linli.engines.rulebook import queries as rulebook
from linli.shell import remembered

FRESH = timedelta(seconds=60)


@dataclass(frozen=True)
class Figure:
    """`value` in words, or that there is no data yet; `how` says what was counted, `rows` how many things."""

    key: str
    label: str
    value: str
    how: str
    rows: str
    url: str
    link: str
    tone: str = ""


@dataclass(frozen=True)
class Counted:
    """The plain values behind the figures, and when they were counted."""

    at: datetime
    late: int
    late_ours: int


def counted(at: datetime) -> Counted:
    """At most a minute old."""
    return remembered.recent("figures", lambda: _count(at), at=at, age=FRESH)


def _count(at: datetime) -> Counted:
    late, ours = rulebook.late(region=settings.REGION)
    return Counted(at, late, ours)


def middle(minutes: Sequence[float]) -> int | None:
    """The median in whole minutes; None of nothing."""
    return round(median(minutes)) if minutes else None


def share(part: int, whole: int) -> float | None:
    """In percent, with one digit; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def today(at: datetime) -> list[Figure]:
    """The figures in the reader's words."""
    found = counted(at)
    late = ngettext("{count} ({ours} ours)", "{count} ({ours} ours)", found.late).format(
        count=found.late, ours=found.late_ours)
    return [
        Figure("late", gettext("Late duties, ours included"), late, "", "", reverse("rulebook:late"),
               gettext("See whose"), "late" if found.late else ""),
    ]
