"""How this place is doing, in four figures that anybody can check: what each is, and how it was counted."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from linli.engines.rulebook import queries as rulebook
from linli.shell import remembered
from linli.work.needs import queries as needs
from linli.work.orders.queries import figures as orders

FRESH = timedelta(seconds=60)
ANSWERS, DOORS = timedelta(days=7), timedelta(days=28)


@dataclass(frozen=True)
class Figure:
    """`value` in words, or that there is no data yet; `how` says what was counted, `rows` of how many things."""

    key: str
    label: str
    value: str
    how: str
    rows: str
    source: str
    source_label: str


@dataclass(frozen=True)
class Counted:
    """The plain values behind the figures, and when they were counted. None where there is nothing to count."""

    at: datetime
    met: int
    needs: int
    """Of the last 7 days."""
    answered: int
    """Of these, with a first answer."""
    minutes: int | None
    in_time: int
    visits: int
    late: int
    late_ours: int

    @property
    def on_time(self) -> float | None:
        return share(self.in_time, self.visits)


def counted(at: datetime) -> Counted:
    """At most a minute old."""
    return remembered.recent_of_all("figures", lambda: _count(at), at=at, age=FRESH)


def _count(at: datetime) -> Counted:
    region = settings.REGION
    posted = needs.first_offers(at - ANSWERS, at, region=region)
    waits = waited(posted, orders.first_answers(since=at - ANSWERS, region=region))
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(at), time()))
    in_time, visits = orders.punctuality(at - DOORS, at, region=region)
    late, ours = rulebook.late(region=region)
    met = orders.needs_met(midnight, at, region=region)
    return Counted(at, met, len(posted), len(waits), middle(waits), in_time, visits, late, ours)


def waited(posted: Mapping[UUID, tuple[datetime, datetime | None]], answers: Mapping[UUID, datetime]) -> list[float]:
    """Minutes from each need to its first answer, an offer or an answered booking; needs without one are left out."""
    found = []
    for ref, (since, offered) in posted.items():
        first = min((moment for moment in (offered, answers.get(ref)) if moment), default=None)
        if first is not None:
            found.append(max(0.0, (first - since).total_seconds() / 60))
    return found


def middle(minutes: Sequence[float]) -> int | None:
    """The median in whole minutes; None of nothing."""
    return round(median(minutes)) if minutes else None


def share(part: int, whole: int) -> float | None:
    """In percent, with one digit; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def today(at: datetime) -> list[Figure]:
    """The figures in the reader's words."""
    found, nothing = counted(at), gettext("No data yet")
    within = int(rulebook.rule(orders.ON_TIME, on=timezone.localdate(at), region=settings.REGION).amount)
    return [
        Figure(
            "met", gettext("Needs met today"), str(found.met),
            gettext("For how many needs a visit was finished today: checked in and checked out. A need with several"
                    " visits counts once."),
            gettext("From midnight until now."), "", "",
        ),
        Figure(
            "answer", gettext("From a need to its first answer (median)"),
            nothing if found.minutes is None else _span(found.minutes),
            gettext("How long it took, for the needs posted in the last 7 days, until a provider offered to help or"
                    " answered the booking; the middle one of all. Needs that nobody has answered yet have no time and"
                    " are left out; how many they are stands below."),
            gettext("{answered} of {needs} needs have been answered.").format(answered=found.answered,
                                                                             needs=found.needs), "", "",
        ),
        Figure(
            "door", gettext("On time at the door"), nothing if found.on_time is None else f"{found.on_time:g}%",
            gettext("Visits of the last 28 days that began at most {minutes} minutes after the agreed time. Visits to"
                    " which nobody came count as not on time.").format(minutes=within),
            gettext("{part} of {whole} visits.").format(part=found.in_time, whole=found.visits),
            reverse("rulebook:rule", args=[orders.ON_TIME]), gettext("The rule"),
        ),
        Figure(
            "late", gettext("Late duties, ours included"), _late(found),
            gettext("What providers and offices owe and should have done by now. Duties of persons are nobody else’s"
                    " business and do not count."),
            gettext("As of now."), reverse("rulebook:late"), gettext("See whose"),
        ),
    ]


def _late(found: Counted) -> str:
    if not found.late:
        return gettext("none late")
    return gettext("{count} (ours: {ours})").format(count=found.late, ours=found.late_ours)


def _span(minutes: int) -> str:
    if minutes < 120:
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    hours = round(minutes / 60)
    return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
