"""Trade news: whom a notice is addressed to, when it holds, and how practitioners talk under it."""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from linli.kernel.actor import prefix
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_

LENGTH, TALK = "workforce.news_length", "workforce.exchange"


@dataclass(frozen=True)
class Audience:
    """Whom a notice is addressed to: a region, and trades and levels of licence; none of them for every one."""

    region: str
    trades: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()

    def takes_in(self, member: "Member") -> bool:
        return (
            any(code.startswith(prefix(self.region)) for code in member.regions)
            and (not self.trades or bool(self.trades & member.trades))
            and (not self.levels or member.level in self.levels)
        )


@dataclass(frozen=True)
class Member:
    """Somebody of the profession: where they work, in which trades, registered at which level."""

    regions: frozenset[str]
    trades: frozenset[str]
    level: str | None

    @property
    def practises(self) -> bool:
        return bool(self.regions)


def above(code: str) -> frozenset[str]:
    """A region's code and those of all regions around it."""
    return frozenset({code, *(code[:length].ljust(12, "0") for length in (2, 4, 6, 9))})


def holds(from_on: date, until_on: date, *, on: date) -> bool:
    """Whether a notice holds on that day; the end is excluded."""
    return from_on <= on < until_on


def validity(from_on: date, last_on: date, *, on: date, most_days: int) -> tuple[date, date]:
    """First day and end of a notice. Refuses: RuleBroken (ends before it begins, is over, too far or too long)."""
    if last_on < from_on or last_on < on:
        raise RuleBroken(N_("The last day lies before the first one, or is over already."), field="last_on")
    if from_on > on + timedelta(days=most_days):
        raise RuleBroken(N_("This day is too far ahead. A notice begins within {most} days."), rule=LENGTH,
                         field="from_on", most=most_days)
    if last_on - from_on > timedelta(days=most_days):
        raise RuleBroken(N_("A notice holds at most {most} days. Choose an earlier last day."), rule=LENGTH,
                         field="last_on", most=most_days)
    return from_on, last_on + timedelta(days=1)


def of_list(chosen: Sequence[str], known: Collection[str], *, field: str) -> list[str]:
    """What was chosen of a list, in its order, once each. Refuses: RuleBroken where something is not of it."""
    if set(chosen) - set(known):
        raise RuleBroken(N_("Choose from the list."), field=field)
    return [one for one in known if one in chosen]


def require_room(said_today: int, *, most: int) -> None:
    """Refuses: Conflict where somebody has said as much on one day as the rule lets them."""
    if said_today >= most:
        raise Conflict(N_("You have written {most} times today, which is as often as one may. Go on tomorrow."),
                       rule=TALK, most=most)
