from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor, prefix
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_, Text
from linli.registers.people.queries import PersonCard, grouped
from linli.registers.places import queries as places
from linli.watchers.insight import access
from linli.watchers.insight.queries.coverage import BELOW, heads_of, smallest
from linli.watchers.insight.rules import measures

DAYS = "insight.unreached_days"
OPEN = "people.open"


@dataclass(frozen=True)
class Unreached:
    """Of a special group, or of its part in a region: how many belong to it, and how many of them nobody reached; None
    where so few are not shown."""

    key: str
    name: str
    """A marked text, for a group."""
    members: int | None
    unreached: int | None


@dataclass(frozen=True)
class UnreachedTable:
    region: str
    name: str
    group: str
    group_name: Text
    days: int
    groups: list[Unreached]
    """All that the actor may see, in the region."""
    lines: list[Unreached]
    """The chosen group by the regions right below."""
    least: int
    at: datetime
    opens: bool
    """Whether the actor may see who they are."""


@dataclass(frozen=True)
class UnreachedPeople:
    """Who they are, masked, by Linli number, each with when they were last reached."""

    items: list[tuple[PersonCard, datetime | None]]
    total: int
    group_name: Text
    days: int


def unreached(*, group: str = "", region: str = "", days: int = 0, by: Actor, at: datetime) -> UnreachedTable:
    """Whom nobody reached for some days, by special group and region. Four queries.

    Refuses: NotAllowed (no office, or one that sees no special groups). Source: rules insight.unreached_days,
    insight.smallest.
    """
    where, on = access.within(region, by=by), timezone.localdate(at)
    seen = {str(key): name for key, name in grouped.groups_seen(by=by).items()}
    least, within = smallest(on), days if days in measures.PERIODS[1:] else _days(on)
    found = [one for one in grouped.members(by=by, on=on) if one.region.startswith(prefix(where))]
    late = _late({one.person for one in found}, within, at)
    all_, missed = Counter(str(one.group) for one in found), Counter(
        str(one.group) for one in found if one.person in late)
    chosen = group if group in seen else next((key for key in seen if missed[key]), next(iter(seen)))
    mine = [one for one in found if one.group == chosen]
    below = heads_of(where)
    size = BELOW.get(len(prefix(where)), len(prefix(where)))
    heads = {code[:size]: code for code, _ in below}
    by_head = Counter(measures.head(one.region, heads, size) for one in mine)
    missed_by_head = Counter(measures.head(one.region, heads, size) for one in mine if one.person in late)
    named: dict[str, str] = dict(below) | ({"": N_("elsewhere in the region")} if by_head[""] else {})
    return UnreachedTable(
        where, places.called([where]).get(where, where), chosen, seen[chosen], within,
        _shown(seen, all_, missed, least, apart=True), _shown(named, by_head, missed_by_head, least), least, at,
        any(where.startswith(code) for code in by.scopes(OPEN, "region")))


def people(*, group: str = "", region: str = "", days: int = 0, by: Actor, at: datetime, start: int = 0, most: int = 50
           ) -> UnreachedPeople:
    """Who belongs to a group and was not reached: for who may open their data; what they open there is recorded, and
    the person sees it. Five queries.

    Refuses: NotAllowed (a group or data that the actor may not see).
    """
    where, on = access.within(region, by=by), timezone.localdate(at)
    seen = {str(key): name for key, name in grouped.groups_seen(by=by).items()}
    group = group or next(iter(seen))
    if group not in seen:
        raise NotAllowed(N_("Your role does not let you see this group: {group}."), group=group)
    if not any(where.startswith(code) for code in by.scopes(OPEN, "region")):
        raise NotAllowed(N_("Your role does not let you open this person's data."))
    within = days if days in measures.PERIODS[1:] else _days(on)
    mine = {one.person for one in grouped.members(by=by, on=on)
            if one.group == group and one.region.startswith(prefix(where))}
    last = grouped.last_reached(mine)
    late = {ref for ref in mine if _is_late(last.get(ref), within, at)}
    cards = grouped.cards(late, by=by, start=start, most=most)
    return UnreachedPeople([(card, last.get(card.ref)) for card in cards], len(late), seen[group], within)


def _shown(names: Mapping[str, str], members: Counter[str],
           late: Counter[str], least: int, *, apart: bool = False) -> list[Unreached]:
    """`apart` for rows that make no sum, of which a single hidden one tells nothing."""
    few, few_late = ({key for key, count in counts.items() if 0 < count < least} if apart
                     else measures.hidden(counts, least=least) for counts in (members, late))
    return [Unreached(key, name, None if key in few else members[key],
                      None if key in few_late or key in few else late[key]) for key, name in names.items()]


def _late(refs: set[UUID], days: int, at: datetime) -> set[UUID]:
    last = grouped.last_reached(refs)
    return {ref for ref in refs if _is_late(last.get(ref), days, at)}


def _is_late(last: datetime | None, days: int, at: datetime) -> bool:
    return last is None or last < at - timedelta(days=days)


def _days(on: date) -> int:
    return rulebook.rule(DAYS, on=on, region=settings.REGION).amount
