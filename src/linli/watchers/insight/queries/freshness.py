from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from linli.kernel.actor import Actor, prefix
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import offered as listings
from linli.registers.places import queries as places
from linli.watchers.insight import access

CHECK = "directory.check"


@dataclass(frozen=True)
class Stand:
    """What somebody keeps that was not assured in time: a provider its listings, an office its facilities."""

    ref: UUID
    key: str
    """A provider's ref, or a township's code: what a reminder names."""
    name: str
    region: str
    overdue: int
    never: int
    oldest: date | None
    reminded_at: datetime | None
    remindable: bool
    """Whether there is somebody to be reminded, and the actor may."""


@dataclass(frozen=True)
class Freshness:
    """The first of those that were not assured in time, how many there are, and after how many days that is."""

    items: list[Stand]
    keepers: int
    things: int
    days: int


def freshness(region: str = "", *, by: Actor, at: datetime, start: int = 0, most: int = 50) -> Freshness:
    """Open listings that were not assured in time, by provider, the oldest first. Three queries.

    Refuses: NotAllowed. Source: rule directory.assure_listing.
    """
    where, on = access.within(region, by=by), timezone.localdate(at)
    days = directory.fresh_days(on, where)
    before = on - timedelta(days=days)
    found = listings.stale_providers([prefix(where)], before=before, start=start, most=most)
    told = listings.reminded([one.provider for one in found]) if found else {}
    checks = any(where.startswith(code) for code in by.scopes(CHECK, "region"))
    keepers, things = listings.count_stale([prefix(where)], before=before)
    return Freshness([
        Stand(one.provider, str(one.provider), one.name, one.region, one.overdue, one.never, one.oldest,
              told.get(one.provider), checks and not one.unclaimed) for one in found], keepers, things, days)


def facilities(region: str = "", *, by: Actor, at: datetime) -> Freshness:
    """Facilities whose entry nobody confirmed in time, by township, the oldest first. Three queries.

    Refuses: NotAllowed. Source: rule places.fresh_days.
    """
    where, on = access.within(region, by=by), timezone.localdate(at)
    found = places.stale([prefix(where)], on=on)
    cards = places.regions([code for code, _, _ in found]) if found else {}
    told = places.reminded([card.ref for card in cards.values()]) if cards else {}
    manages = any(where.startswith(code) for code in by.scopes(places.MANAGE, "region"))
    items = [Stand(card.ref, code, card.name, code, count, 0, oldest, told.get(card.ref),
                   manages and len(prefix(code)) == 9)
             for code, count, oldest in found if (card := cards.get(code))]
    return Freshness(items, len(items), sum(one.overdue for one in items), places.fresh_days(on))
