"""Who stands in line, where, and for which times."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from linli.kernel.actor import Actor
from linli.kernel.text import Text
from linli.registers.directory import queries as directory
from linli.registers.organisations import queries as organisations
from linli.registers.people.queries import Known
from linli.work.orders import access, rules
from linli.work.orders.models import Turn, Wait
from linli.work.orders.rules import Part
from linli.work.orders.states import STANDING, WAIT, WAIT_LABELS, WAIT_TONES, WaitState


@dataclass(frozen=True)
class WaitCard:
    """One place in line. `place` counts from 1 while it stands; `order` is held for them until `expires_at`."""

    ref: UUID
    service: UUID
    service_name: str
    provider_name: str
    person: UUID
    person_name: str
    from_: date
    until: date
    part: str
    state: str
    place: int | None
    order: UUID | None
    expires_at: datetime | None
    joined_at: datetime

    @property
    def standing(self) -> bool:
        return self.state in STANDING

    @property
    def label(self) -> Text:
        return WAIT_LABELS[WaitState(self.state)]

    @property
    def tone(self) -> str:
        return WAIT_TONES[WaitState(self.state)]


@dataclass(frozen=True)
class Demand:
    """How many stand in line for a service, and for which days."""

    service: UUID
    service_name: str
    count: int
    mornings: int
    afternoons: int
    from_: date
    until: date
    since: datetime


def waits(*, by: Actor, at: datetime, ref: UUID | None = None, most: int = 50) -> list[WaitCard]:
    """Where the actor and those for whom they act stand in line, then what is over, the newest first; one query.

    An office that writes down for callers finds one by its `ref`.
    """
    if ref:
        rows = access.waits(by).filter(ref=ref)
    else:
        rows = access.waits(by).filter(person__ref__in=by.refs(WAIT, "person"))
    return list(_cards(rows.order_by("-ref")[:most], by=by, at=at))


def _cards(rows: QuerySet[Wait], *, by: Actor, at: datetime) -> Iterable[WaitCard]:
    before = Wait.objects.filter(service=OuterRef("service"), state=WaitState.WAITING).filter(
        Q(joined_at__lt=OuterRef("joined_at")) | Q(joined_at=OuterRef("joined_at"), pk__lt=OuterRef("pk")))
    kept = Turn.objects.filter(wait=OuterRef("pk"), outcome="")
    found = list(rows.select_related("person__key", "service").annotate(
        before=Coalesce(Subquery(before.order_by().values("service").annotate(n=Count("pk")).values("n")), 0),
        order=Subquery(kept.values("order__ref")[:1]), kept_until=Subquery(kept.values("order__hold_until")[:1]),
        provider_name=organisations.named("service__provider")))
    known = Known(row.person for row in found)
    for row in sorted(found, key=lambda row: row.state not in STANDING):
        kept_now = row.kept_until is not None and row.kept_until > at
        yield WaitCard(
            row.ref, row.service_id, row.service.name, row.provider_name or "", row.person_id,
            known.name(row.person_id, masked=WAIT not in by.held(f"person:{row.person_id}")), row.from_on,
            row.until_on, row.part, row.state, row.before + 1 if row.state == WaitState.WAITING else None,
            row.order if kept_now else None, row.kept_until if kept_now else None, row.joined_at)


def demand(provider: UUID) -> list[Demand]:
    """For which of a provider's services people stand in line, the longest line first; no names. One query.

    The caller has judged who may see it.
    """
    rows = Wait.objects.filter(service__provider__ref=provider, state__in=STANDING).order_by().values(
        wanted=F("service__ref"), name=F("service__name")).annotate(
        count=Count("pk"), mornings=Count("pk", filter=Q(part=Part.MORNING)),
        afternoons=Count("pk", filter=Q(part=Part.AFTERNOON)), first=Min("from_on"), last=Max("until_on"),
        since=Min("joined_at"))
    return [Demand(row["wanted"], row["name"], row["count"], row["mornings"], row["afternoons"], row["first"],
                   row["last"], row["since"]) for row in rows.order_by("-count", "wanted")]


def waited_for(at: datetime, *, most: int = 200) -> list[UUID]:
    """Times that are free though somebody in line would take them."""
    found: list[UUID] = []
    lines: dict[UUID, list[Wait]] = {}
    for row in Wait.objects.filter(state=WaitState.WAITING).order_by("joined_at", "pk")[:5000]:
        lines.setdefault(row.service_id, []).append(row)
    for service, rows in lines.items():
        last = rules.midnight(max(row.until_on for row in rows))
        found += [slot.ref for slot in directory.slots(service, at, last) if slot.bookable(at) and any(
            rules.suits(slot.from_, from_on=row.from_on, until_on=row.until_on, part=Part(row.part)) for row in rows)]
    return found[:most]


def waits_over(at: datetime, *, most: int = 500) -> list[UUID]:
    """Waits whose last day is past."""
    rows = Wait.objects.filter(state=WaitState.WAITING, until_on__lte=rules.day(at))
    return list(rows.order_by("until_on", "pk").values_list("ref", flat=True)[:most])
