from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor, prefix
from linli.kernel.doors import speak
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import offered as listings
from linli.registers.people import queries as people
from linli.registers.people.queries import grouped
from linli.registers.places import queries as places
from linli.watchers.insight import access
from linli.watchers.insight.models import Course as CourseRow
from linli.watchers.insight.models import Free
from linli.watchers.insight.rules import measures
from linli.watchers.insight.rules.measures import (
    AHEAD,
    MEASURES,
    PERIODS,
    UNMET,
    Count,
    Course,
    Lot,
    Measure,
    Needs,
    Reach,
    State,
    Subject,
    Supply,
)

SMALLEST = "insight.smallest"
"""The rule below which figures about people of special groups are not shown."""
DEFAULT_KIND = "service_station"
BELOW = {2: 4, 4: 6, 6: 9}
"""How many digits the regions right below one have, by how many it has itself."""


@dataclass(frozen=True)
class Asked:
    """What to count, where: `what` is a kind of help, or a domain (with a star where a kind has the same key), empty
    for all of them; `group` a target group; `kind` a kind of facility."""

    measure: Measure
    region: str
    days: int
    what: str = ""
    group: str = ""
    kind: str = DEFAULT_KIND

    @property
    def subject(self) -> Subject:
        return MEASURES[self.measure].subject

    @property
    def categories(self) -> tuple[str, ...] | None:
        return kinds_of_help(self.what) or None


@dataclass(frozen=True)
class Line:
    """A region and its figures; None where they speak of too few people to be shown."""

    region: str
    name: str
    count: Count | None


@dataclass(frozen=True)
class Table:
    """The regions right below the one asked for (itself where that is a township), and their sum."""

    asked: Asked
    name: str
    lines: list[Line]
    rest: Count | None
    """What lies in the region, but in none of those below it; None where there is nothing, or it is not shown."""
    total: Count | None
    at: datetime
    """When this was counted."""
    people_on: date | None = None
    """The latest day on which residents were counted."""
    free_at: datetime | None = None
    """When the free places were counted."""
    districts: dict[str, Count | None] = field(default_factory=dict)
    """For the map: the districts of the actor's widest region; empty for a township's office."""
    least: int = 0
    """Below how many people figures are hidden; 0 where nothing is."""


@dataclass(frozen=True)
class NeedLine:
    """A need behind a figure: no name, no words, no number."""

    need: UUID
    region: str
    category: str
    state: State
    posted_at: datetime
    ended_at: datetime | None


def asked(*, measure: str = "", region: str = "", days: int = 0, what: str = "", group: str = "", kind: str = "",
          by: Actor) -> Asked:
    """What was asked for, each part its default where it is none of the known ones. Refuses: NotAllowed."""
    return Asked(
        Measure(measure) if measure in set(Measure) else Measure.UNMET, access.within(region, by=by),
        days if days in PERIODS else 28, what if kinds_of_help(what) else "",
        group if group in directory.GROUPS else "", kind if kind in places.facility_kinds() else DEFAULT_KIND)


def coverage(of: Asked, *, by: Actor, at: datetime) -> Table:
    """The figures of a subject by region. At most four queries.

    Refuses: NotAllowed (no office, or a special group that the actor may not see).
    """
    widest = access.widest(by)
    region = access.within(of.region, by=by)
    if of.subject is Subject.NEEDS:
        return _needs(of, widest, region, by=by, at=at)
    if of.subject is Subject.SUPPLY:
        return _supply(of, widest, region, at=at)
    return _reach(of, widest, region, at=at)


def _needs(of: Asked, widest: str, region: str, *, by: Actor, at: datetime) -> Table:
    rows = _courses(of, widest, at)
    least = 0
    if of.group:
        rows = rows.filter(person__in=_group(of.group, by=by, on=timezone.localdate(at)))
        least = smallest(timezone.localdate(at))
    found = [Course(code, State(state), posted, ended) for code, state, posted, ended in rows.values_list(
        "region_code", "state", "posted_at", "ended_at")]

    def count(heads: Mapping[str, str], size: int) -> dict[str, Count | None]:
        by_head = measures.grouped(found, heads, size)
        few = measures.hidden({code: one.posted for code, one in by_head.items()}, least=least)
        return {code: None if code in few else by_head.get(code, Needs()) for code in [*heads.values(), ""]}

    inside = [one for one in found if one.region.startswith(prefix(region))]
    whole = measures.needs_of(inside)
    return _table(of, region, widest, count, total=None if 0 < whole.posted < least else whole, at=at, least=least)


def _supply(of: Asked, widest: str, region: str, *, at: datetime) -> Table:
    free, free_at = _free()
    lots = _lots(listings.offered(categories=of.categories, group=of.group), free)
    residents = places.people_below(widest)

    def count(heads: Mapping[str, str], size: int) -> dict[str, Count | None]:
        living: dict[str, int] = defaultdict(int)
        for code, (counted, _) in residents.items():
            living[measures.head(code, heads, size)] += counted
        return {code: Supply(there, had, None if free_at is None else spare, living.get(code))
                for code, (there, had, spare) in measures.supplied(lots, heads, size).items()}

    own = prefix(region)
    return _table(of, region, widest, count, total=count({own: region}, len(own))[region], at=at, free_at=free_at,
                  people_on=max((on for _, on in residents.values()), default=None))


def _lots(services: Iterable[listings.Offered], free: Mapping[UUID, int]) -> list[Lot]:
    found: dict[tuple[str, tuple[str, ...]], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in services:
        count, spare = found[one.region, one.serves]
        found[one.region, one.serves] = count + 1, spare + free.get(one.ref, 0)
    return [Lot(where, tuple(map(prefix, serves)), *counts) for (where, serves), counts in found.items()]


def _reach(of: Asked, widest: str, region: str, *, at: datetime) -> Table:
    found = places.communities(widest, kind=of.kind, on=timezone.localdate(at))

    def reach(stands: Iterable[str]) -> Reach:
        told = list(stands)
        return Reach(len(told), sum(one in {"own", "near"} for one in told), told.count("unplaced"))

    def count(heads: Mapping[str, str], size: int) -> dict[str, Count | None]:
        by: dict[str, list[str]] = defaultdict(list)
        for code, stand in found.items():
            by[measures.head(code, heads, size)].append(stand)
        return {code: reach(by[code]) for code in heads.values()}

    inside = [stand for code, stand in found.items() if code.startswith(prefix(region))]
    return _table(of, region, widest, count, total=reach(inside), at=at)


def _table(of: Asked, region: str, widest: str, count: Callable[[Mapping[str, str], int], Mapping[str, Count | None]],
           *, total: Count | None, at: datetime, free_at: datetime | None = None, people_on: date | None = None,
           least: int = 0) -> Table:
    below = heads_of(region)
    size = BELOW.get(len(prefix(region)), len(prefix(region)))
    found = count({code[:size]: code for code, _ in below}, size)
    rest = found.get("")
    districts: dict[str, Count | None] = {}
    if len(prefix(widest)) <= 6:
        if region == widest and size == 6:
            districts = {code: found.get(code) for code, _ in below}
        else:
            codes = [widest] if len(prefix(widest)) == 6 else [code for code, _ in heads_of(widest)]
            told = count({code[:6]: code for code in codes}, 6)
            districts = {code: told.get(code) for code in codes}
    return Table(
        of, places.called([region]).get(region, region), [Line(code, name, found.get(code)) for code, name in below],
        rest if isinstance(rest, Needs) and rest.posted else None, total, at, people_on, free_at, districts, least)


def needs(of: Asked, *, state: str = "", by: Actor, at: datetime, start: int = 0, most: int = 50) -> list[NeedLine]:
    """The needs behind the figures of a region, the oldest first; of the ways they stand, one or (`unmet`) those that
    nobody met. Not by special group: so few would be somebody. Refuses: NotAllowed."""
    access.starts(by)
    rows = _courses(of, access.within(of.region, by=by), at)
    wanted = UNMET if state == "unmet" else (State(state),) if state in set(State) else tuple(State)
    found = rows.filter(state__in=wanted).order_by("posted_at", "need").values_list(
        "need", "region_code", "category", "state", "posted_at", "ended_at")[start:start + most]
    return [NeedLine(ref, region, kind, State(how), posted, ended)
            for ref, region, kind, how, posted, ended in found]


def services(of: Asked, *, there: bool = False, by: Actor, start: int = 0, most: int = 50
             ) -> tuple[list[tuple[directory.ServiceCard, int | None]], int]:
    """The services behind the figures of a region, by name, each with its free places; and how many there are. All
    that can be had there, or those only that are `there`.

    Refuses: NotAllowed.
    """
    region = access.within(of.region, by=by)
    found = sorted((one.name, one.ref) for one in listings.offered(categories=of.categories, group=of.group)
                   if (one.region.startswith(prefix(region)) if there else _serves(one.serves, region)))
    refs = [ref for _, ref in found[start:start + most]]
    free, free_at = _free(refs)
    return [(card, None if free_at is None else free.get(card.ref, 0)) for card in listings.offered_cards(refs)
            ], len(found)


def groups(*, by: Actor) -> set[str]:
    """The special groups by which the actor may count needs."""
    try:
        return {str(one) for one in grouped.groups_seen(by=by)}
    except NotAllowed:
        return set()


def kinds_of_help(what: str) -> tuple[str, ...]:
    """Of a kind itself, of `DOMAIN*` and of a domain that is no kind too; nothing for what is neither."""
    return directory.within(what[:-1]) if what.endswith("*") else directory.leaves(what)


def sentence(measure: Measure, of: Asked) -> str:
    """What a measure is, filled in, in the reader's language."""
    return speak(MEASURES[measure].sentence, days=of.days, ahead=AHEAD, kind=places.facility_kinds()[of.kind])


def heads_of(region: str) -> list[tuple[str, str]]:
    """Code and name of the regions right below this one; of a township, itself. Remembered for the node's own."""
    streets = {code: below for code, _, below in places.streets()}
    if region == settings.REGION:
        return [(code, name) for code, name, _ in places.streets()]
    if region in streets:
        return streets[region]
    if len(prefix(region)) not in BELOW:
        return [(region, places.named([region]).get(region, region))]
    return places.below(region)


def smallest(on: date) -> int:
    """Below how many people figures about special groups are not shown. Source: rule insight.smallest."""
    return rulebook.rule(SMALLEST, on=on, region=settings.REGION).amount


def _courses(of: Asked, region: str, at: datetime) -> QuerySet[CourseRow]:
    rows = CourseRow.objects.filter(posted_at__gt=at - timedelta(days=of.days), posted_at__lte=at,
                                    region_code__startswith=prefix(region))
    return rows if of.categories is None else rows.filter(category__in=of.categories)


def _group(group: str, *, by: Actor, on: date) -> set[UUID]:
    """Who belongs to a special group now. Refuses: NotAllowed."""
    found = {str(key): refs for key, refs in people.in_groups(by=by, on=on).items()}
    if group not in found:
        raise NotAllowed(N_("Your role does not let you see this group: {group}."), group=directory.GROUPS[group])
    return found[group]


def _free(refs: Collection[UUID] | None = None) -> tuple[dict[UUID, int], datetime | None]:
    """How many places of these services, or of all, are free, and when that was counted. Two queries."""
    rows = Free.objects.all() if refs is None else Free.objects.filter(service__in=refs)
    counted = Free.objects.order_by("pk").values_list("counted_at", flat=True).first()
    return dict(rows.values_list("service", "places")), counted


def _serves(codes: Iterable[str], region: str) -> bool:
    own = prefix(region)
    return any(start.startswith(own) or own.startswith(start) for start in map(prefix, codes))
