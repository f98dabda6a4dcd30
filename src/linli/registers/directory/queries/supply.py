"""How many a service can take, what it works with, and how fresh the listings are."""
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import BooleanField, Case, CharField, Count, DateTimeField, F, IntegerField, Q, Value, When
from django.db.models import Value as V
from django.db.models.functions import Substr

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import prefix
from linli.kernel.text import N_, Text
from linli.registers.directory.models import Capacity as CapacityRow
from linli.registers.directory.models import Resource as ResourceRow
from linli.registers.directory.models import Service
from linli.registers.directory.queries.listing import ServiceCard, as_cards, whole_rows
from linli.registers.directory.rules.hours import SHANGHAI
from linli.registers.directory.rules.supply import Capacity, Resource
from linli.registers.directory.states import State

ASSURE = "directory.assure_listing"
"""The rule by which a provider says from time to time that a listing is still right."""
CapacityCard = Capacity
ResourceCard = Resource


@dataclass(frozen=True)
class Freshness:
    """How many open services of a district are assured in time, due soon, overdue, or were never confirmed."""

    region: str
    fresh: int
    due: int
    overdue: int
    never: int

    @property
    def total(self) -> int:
        return self.fresh + self.due + self.overdue + self.never


def capacities(refs: Collection[UUID]) -> dict[UUID, list[Capacity]]:
    """What each of these services said about its places; one query."""
    found: dict[UUID, list[Capacity]] = defaultdict(list)
    rows = CapacityRow.objects.filter(service__ref__in=refs).order_by("pk").values_list(
        "service__ref", "unit", "maximum", "available", "group", "funded_percent", "waiting_list", "ref", "updated_at")
    for ref, unit, most, free, group, funded, waiting, own, at in rows:
        found[ref].append(Capacity(unit, most, free, group, funded, waiting, own, at))
    return found


def resources(refs: Collection[UUID]) -> dict[UUID, list[Resource]]:
    """What each of these services works with; one query."""
    found: dict[UUID, list[Resource]] = defaultdict(list)
    rows = ResourceRow.objects.filter(service__ref__in=refs).order_by("pk").values_list(
        "service__ref", "kind", "name", "quantity", "url", "ref")
    for ref, kind, name, quantity, url, own in rows:
        found[ref].append(Resource(kind, name, quantity, url, own))
    return found


def supply_of(ref: UUID) -> tuple[list[Capacity], list[Resource]]:
    """`capacities` and `resources` of one service in one query."""
    zero, no, never = V(0, IntegerField()), V(False, BooleanField()), V(None, DateTimeField())
    said = CapacityRow.objects.filter(service__ref=ref).order_by().values_list(
        V(0, IntegerField()), "pk", "unit", "group", V("", CharField()), "maximum", "available", "funded_percent",
        "waiting_list", "updated_at")
    things = ResourceRow.objects.filter(service__ref=ref).order_by().values_list(
        V(1, IntegerField()), "pk", "kind", "name", "url", "quantity", zero, zero, no, never)
    rows = sorted(said.union(things, all=True), key=lambda row: row[:2])
    return ([Capacity(unit, most, free, group, funded, bool(waiting), None, at)
             for kind, _, unit, group, _, most, free, funded, waiting, at in rows if kind == 0],
            [Resource(what, name, many, url) for kind, _, what, name, url, many, *_ in rows if kind == 1])


def fresh_days(on: date, region: str | None = None) -> int:
    """After how many days a listing must be assured again. Source: rule directory.assure_listing."""
    return rulebook.rule(ASSURE, on=on, region=region).amount or 180


def notice_days(on: date, region: str | None = None) -> int:
    """How many days before that the provider is told."""
    return rulebook.rule("directory.assure_notice", on=on, region=region).amount or 30


def capacity_fresh_since(at: datetime, region: str | None = None) -> datetime:
    """What was counted before that moment may no longer be right. Source: rule directory.capacity_fresh."""
    return at - rulebook.rule("directory.capacity_fresh", on=at.astimezone(SHANGHAI).date(), region=region).span


def freshness(*, on: date, region: str | None = None) -> list[Freshness]:
    """By district, how fresh its open listings are; one query."""
    last, soon = on - timedelta(days=fresh_days(on, region)), on - timedelta(
        days=fresh_days(on, region) - notice_days(on, region))
    rows = Service.objects.filter(state=State.LISTED, provider_open=True)
    rows = rows.filter(region_code__startswith=prefix(region)) if region else rows
    kind = Case(When(assured_on=None, then=Value("never")), When(assured_on__lt=last, then=Value("overdue")),
                When(assured_on__lte=soon, then=Value("due")), default=Value("fresh"))
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("fresh", "due", "overdue", "never"), 0))
    for code, state, count in rows.order_by().values_list(Substr("region_code", 1, 6), kind).annotate(Count("pk")):
        found[code.ljust(12, "0")][state] += count
    return [Freshness(code, **found[code]) for code in sorted(found)]


STANDS: dict[str, Text] = {
    "overdue": N_("assurance overdue"), "due": N_("to be assured soon"), "never": N_("never assured"),
    "unchecked": N_("not checked by the office yet"),
}


def freshness_of(regions: Collection[str], *, on: date) -> list[Freshness]:
    """`freshness` of the districts whose codes begin so."""
    return [one for one in freshness(on=on) if one.region.startswith(tuple(code[:6] for code in regions))]


def wanting_a_look(
    regions: Collection[str], *, stand: str, on: date, start: int = 0, most: int = 50
) -> list[ServiceCard]:
    """Open services whose codes begin so and that stand so (a key of STANDS), the oldest first; one query."""
    days, notice = fresh_days(on), notice_days(on)
    last, soon = on - timedelta(days=days), on - timedelta(days=days - notice)
    wanted = {
        "overdue": Q(assured_on__lt=last), "due": Q(assured_on__gte=last, assured_on__lte=soon),
        "never": Q(assured_on=None), "unchecked": Q(checked_on=None),
    }[stand]
    within = Q(pk__in=[])
    for code in regions:
        within |= Q(region_code__startswith=code)
    rows = Service.objects.filter(within, wanted, state=State.LISTED, provider_open=True)
    return as_cards(whole_rows(rows.order_by(F("assured_on").asc(nulls_first=True), "ref"), skip=start, most=most))


def ageing(*, on: date, after: UUID | None = None, most: int = 500) -> list[tuple[UUID, UUID, str, date]]:
    """Open services that must soon be assured again: ref, provider, region, and when they were last."""
    soon = on - timedelta(days=fresh_days(on) - notice_days(on))
    rows = Service.objects.filter(Q(ref__gt=after) if after else Q(), state=State.LISTED, provider_open=True,
                                  assured_on__lte=soon)
    found = rows.order_by("ref").values_list("ref", "provider__ref", "region_code", "assured_on")[:most]
    return [(ref, provider, region, day) for ref, provider, region, day in found if day]
