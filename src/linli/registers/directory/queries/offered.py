"""What is on offer where, for figures: which services serve which regions, and how many of their places are free."""
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet, Sum

from linli.engines.journal import queries as journal
from linli.registers.directory.models import Slot
from linli.registers.directory.queries.listing import ServiceCard, as_cards, open_services, whole_rows
from linli.registers.organisations import queries as organisations

ANSWER, REMIND = "directory.answer_reminder", "directory.remind_again"
"""The rules: by when a reminded provider assures its listings, and how soon it is reminded again."""


@dataclass(frozen=True)
class Offered:
    """An open service: where it is, and the codes of all that it serves."""

    ref: UUID
    name: str
    region: str
    serves: tuple[str, ...]


@dataclass(frozen=True)
class Stale:
    """A provider's open services in some regions that were not assured in time, or never."""

    provider: UUID
    name: str
    region: str
    """Where the one that has waited longest is."""
    overdue: int
    never: int
    oldest: date | None
    """When the oldest was assured last; None where none ever was."""
    unclaimed: bool
    """Known from a public list only: there is nobody yet who could assure them."""


def offered(*, categories: Collection[str] | None = None, group: str = "") -> list[Offered]:
    """All open services, of these categories, for a target group (its own ones, and those for everybody). One query."""
    rows = open_services()
    rows = rows if categories is None else rows.filter(category__in=categories)
    found: dict[int, tuple[UUID, str, str, list[str]]] = {}
    columns = ("pk", "ref", "name", "region_code", "areas__region_code", *(("groups",) if group else ()))
    for pk, ref, name, where, code, *groups in rows.order_by().values_list(*columns):
        if code and (not groups or not groups[0] or group in groups[0]):
            found.setdefault(pk, (ref, name, where, []))[3].append(code)
    return [Offered(ref, name, where, tuple(codes)) for ref, name, where, codes in found.values()]


def offered_cards(refs: Collection[UUID]) -> list[ServiceCard]:
    """Those of these services that are open, by name; one query."""
    return as_cards(whole_rows(open_services().filter(ref__in=refs).order_by("name", "ref")))


def free_places(from_: datetime, until: datetime, *, at: datetime) -> dict[UUID, int]:
    """How many places of each open service that begin in this time can still be booked; none is absent. One query."""
    rows = Slot.objects.filter(begin__gte=from_, begin__lt=until, book_until__gte=at, capacity__gt=F("taken"),
                               service__in=open_services())
    found = rows.order_by().values_list("service__ref").annotate(free=Sum(F("capacity") - F("taken")))
    return dict(found)


def stale_rows(starts: Collection[str], *, before: date) -> QuerySet[Any]:
    """Open services whose codes begin so and that were assured before that day, or never."""
    within = Q(pk__in=[])
    for start in starts:
        within |= Q(region_code__startswith=start)
    return open_services().filter(within, Q(assured_on__lt=before) | Q(assured_on=None))


def stale_providers(starts: Collection[str], *, before: date, start: int = 0, most: int = 50) -> list[Stale]:
    """By provider, the oldest first; those who never assured anything come after them. One query."""
    rows = stale_rows(starts, before=before).order_by().values("provider_id").annotate(
        overdue=Count("pk", filter=Q(assured_on__isnull=False)), never=Count("pk", filter=Q(assured_on=None)),
        oldest=Min("assured_on"), where=Min("region_code"), named=organisations.named("provider_id"),
        standing=F("provider__state"))
    found = rows.order_by(F("oldest").asc(nulls_last=True), "-never", "provider_id")[start:start + most]
    return [Stale(row["provider_id"], row["named"] or "", row["where"], row["overdue"], row["never"], row["oldest"],
                  row["standing"] == "listed") for row in found]


def count_stale(starts: Collection[str], *, before: date) -> tuple[int, int]:
    """How many providers, and how many of their services; one query."""
    found = stale_rows(starts, before=before).aggregate(providers=Count("provider_id", distinct=True),
                                                        services=Count("pk"))
    return found["providers"], found["services"]


def reminded(providers: Collection[UUID]) -> dict[UUID, datetime]:
    """When these providers were last reminded of their listings; one query."""
    return {entry.about: entry.at for entry in journal.history(providers, facts={"directory.AssuranceAsked"})}
