from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.directory import registry
from linli.registers.directory.models import Service, Slot
from linli.registers.directory.queries.listing import ServiceCard
from linli.registers.directory.rules import hours as opening
from linli.registers.directory.rules import waves
from linli.registers.directory.rules.waves import Wait

SHANGHAI = opening.SHANGHAI


@dataclass(frozen=True)
class SlotCard:
    ref: UUID
    service: UUID
    from_: datetime
    until: datetime
    capacity: int
    free: int
    book_until: datetime

    def bookable(self, at: datetime) -> bool:
        return self.free > 0 and at <= self.book_until


def slot(ref: UUID) -> SlotCard:
    """Refuses: NotFound."""
    row = Slot.one(ref=ref)
    service = Service.one(id=row.service_id) if row else None
    if row is None or service is None:
        raise NotFound(N_("There is no such time."))
    return SlotCard(ref, service.ref, row.begin, row.until, row.capacity, row.capacity - row.taken, row.book_until)


def slots_by_ref(refs: Collection[UUID]) -> dict[UUID, SlotCard]:
    """Those of these slots that exist, taken or not; one query."""
    return {row.ref: row for row in _slot_cards(Slot.objects.filter(ref__in=refs).order_by("ref"))}


def slots(service: UUID, from_: datetime, until: datetime) -> list[SlotCard]:
    """Every slot of the service that begins from `from_` on and before `until`, free or not, in order."""
    return _slot_cards(Slot.objects.filter(service__ref=service, begin__gte=from_, begin__lt=until).order_by("begin"))


def first_free(
    services: Collection[UUID], from_: datetime, until: datetime, windows: Iterable[Any] = (), *,
    besides: Iterable[Any] = (), at: datetime | None = None,
) -> dict[UUID, SlotCard]:
    """For each service its first slot with a free place that can still be booked; without one it is absent. One query.

    `windows` (things with `from_` and `until`, or pairs) narrow it: the whole slot lies in one of them, and none of it
    in one of `besides`. `at` is now, for the lead time; `from_` where it is not given.
    """
    if not services:
        return {}
    free = Slot.objects.filter(  # more than 0 places, said so that the index of a service's times is used
        _within(windows), service=OuterRef("pk"), begin__gte=from_, begin__lt=until, capacity__gt=0,
        taken__lt=F("capacity"), book_until__gte=at or from_,
    )
    for other in besides:
        free = free.exclude(begin__lt=other.until, until__gt=other.from_)
    # one look into the index for each service, where ranking all of their times would read tens of thousands
    first = Service.objects.filter(ref__in=services).annotate(first=Subquery(free.order_by("begin").values("pk")[:1]))
    rows = Slot.objects.filter(pk__in=first.order_by().values("first"))
    return {card.service: card for card in _slot_cards(rows.order_by())}


def first_with(service: UUID, places: int, from_: datetime, *, at: datetime) -> SlotCard | None:
    """The service's first time from `from_` on that still has so many places and can still be booked; one query."""
    rows = Slot.objects.filter(service__ref=service, begin__gte=from_, capacity__gt=0,
                               taken__lte=F("capacity") - places, book_until__gte=at)
    return next(iter(_slot_cards(rows.order_by("begin")[:1])), None)


def taken(services: Collection[UUID], from_: datetime, until: datetime, windows: Iterable[Any] = ()) -> set[UUID]:
    """Those of these services that have times within the windows, all of their places taken. One query."""
    if not services:
        return set()
    rows = Slot.objects.filter(_within(windows), service__ref__in=services, begin__gte=from_, begin__lt=until,
                               capacity__gt=0, taken__gte=F("capacity"))
    return set(rows.order_by().values_list("service__ref", flat=True).distinct())


def wave_wait(card: ServiceCard) -> Wait | None:
    """How long somebody called with others for the same start waits at most; None where all take part together."""
    if not card.wave:
        return None
    known = registry.measured([card.ref]).get(card.ref, registry.Measured(1, ()))
    return waves.wait(card.capacity, counters=known.counters, lengths=known.lengths,
                      planned=card.duration_minutes / card.capacity)


def _within(windows: Iterable[Any]) -> Q:
    within = Q()
    for window in windows:
        begin, end = (window.from_, window.until) if hasattr(window, "from_") else window
        within |= Q(begin__gte=begin, until__lte=end)
    return within


def free_by_day(service: UUID, from_: datetime, until: datetime, *, at: datetime) -> dict[date, int]:
    """How many places can still be booked on each day of Asia/Shanghai."""
    found: dict[date, int] = {}
    for card in slots(service, from_, until):
        if card.bookable(at):
            day = card.from_.astimezone(opening.SHANGHAI).date()
            found[day] = found.get(day, 0) + card.free
    return found


def _slot_cards(rows: QuerySet[Slot]) -> list[SlotCard]:
    values = rows.values_list("ref", "service__ref", "begin", "until", "capacity", "taken", "book_until")
    return [SlotCard(ref, service, begin, until, capacity, capacity - taken, book_until)
            for ref, service, begin, until, capacity, taken, book_until in values]
