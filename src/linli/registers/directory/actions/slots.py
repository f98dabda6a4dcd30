from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from linli.kernel.rows import insert_many
from linli.kernel.text import N_
from linli.registers.directory import access, events
from linli.registers.directory.models import OpeningHours, Service, Slot
from linli.registers.directory.rules import hours as opening
from linli.registers.directory.rules import offers
from linli.registers.directory.rules.hours import ExceptionalDay, Hours, Span
from linli.registers.directory.states import LIFE, PUBLIC, State


@action
def publish_slots(service: UUID, *, until: date | None = None, by: Actor, at: datetime) -> tuple[int, int]:
    """Make the times that the hours give, from now until a day (not included; else the service's own horizon).

    How many were added, and how many removed because the hours no longer give them. Doing it twice changes nothing;
    taken ones are never removed. Refuses: NotFound, NotAllowed, Conflict (not listed), RuleBroken (too far ahead).
    """
    row = access.service(service, by=by, lock=True) if by != SYSTEM else _by_system(service)
    if by != SYSTEM:
        LIFE.check("set_hours", state=row.state, held=access.held(row, by))
    if row.state not in PUBLIC:
        raise Conflict(N_("Only a listed service has times to book."))
    return publish(row, until, by=by, at=at)


@action
def take_slot(ref: UUID, *, places: int = 1, by: Actor, at: datetime) -> None:
    """Take places of a slot, all of them or none. Two takers of the last place: one gets it, on either database.

    Refuses: NotFound, Conflict (full, or not enough places; the service is not open), RuleBroken (past, too late for
    the lead time, or more places than a time of this service ever has).
    """
    if places < 1:
        raise ValueError("at least one place is taken")
    row = Slot.one(ref=ref)
    service = Service.one(id=row.service_id) if row else None
    if row is None or service is None:
        raise NotFound(N_("There is no such time."))
    if service.state != State.LISTED or not service.provider_open:
        raise Conflict(N_("This service takes no bookings at present. Choose another service."))
    if at >= row.begin:
        raise RuleBroken(N_("This time has passed. Choose a later one."), rule="directory.past", field="slot")
    if at > row.book_until:
        raise RuleBroken(
            N_("This service is booked at least {minutes} minutes ahead. Choose a later time, or call the provider."),
            rule="directory.lead_time", field="slot", minutes=int((row.begin - row.book_until).total_seconds() // 60),
        )
    if places > max(row.capacity, service.capacity):
        most = max(row.capacity, service.capacity)
        raise RuleBroken(
            N_("A time of this service has {most} places; you need {count}. Book a smaller group, or call the"
               " provider."),
            rule="directory.places", field="slot", most=most, count=places)
    free = Slot.objects.filter(pk=row.pk, capacity__gt=0, taken__lte=F("capacity") - places)
    if not free.update(taken=F("taken") + places, ever_taken=True):
        left = Slot.objects.filter(pk=row.pk).values_list(F("capacity") - F("taken"), flat=True).get()
        if places > 1 and left > 0:
            raise Conflict(N_("This time has {left} places left and you need {count}; none was taken. Choose another."),
                           rule="directory.places", field="slot", left=left, count=places)
        raise Conflict(N_("This time has just been taken; choose another."), field="slot")
    journal.record(events.SlotTaken(ref, service.ref, places), about=ref, by=by, at=at)


@action
def give_back_slot(ref: UUID, *, places: int = 1, by: Actor, at: datetime) -> None:
    """Give taken places back. Refuses: NotFound, Conflict (nobody has taken so many)."""
    row = Slot.objects.select_related("service").filter(ref=ref).first()
    if row is None:
        raise NotFound(N_("There is no such time."))
    if not Slot.objects.filter(pk=row.pk, taken__gte=places).update(taken=F("taken") - places):
        raise Conflict(N_("Nobody has taken this time."))
    journal.record(events.SlotGivenBack(ref, row.service.ref, places), about=ref, by=by, at=at)


def publish(row: Service, until: date | None, *, by: Actor, at: datetime) -> tuple[int, int]:
    """Bring the slots of a locked row into step with its hours; part of an action."""
    today = day(at)
    last = until or today + timedelta(days=row.horizon_days)
    if last > today + timedelta(days=offers.MOST_HORIZON):
        raise RuleBroken(N_("Times are shown for 1 to 180 days ahead."), field="until")
    standing = list(row.slots.select_for_update().filter(until__gt=at).order_by("begin"))
    far = max([last, *(day(slot.begin) + timedelta(days=1) for slot in standing[-1:])])
    wanted = {span.from_: span for span in _times(row, today, far) if span.from_ > at}
    gap = timedelta(minutes=row.setup_minutes + row.buffer_minutes)
    fixed = [Span(slot.begin, slot.until) for slot in standing if slot.taken and slot.begin not in wanted]
    beside = {span.from_ for span in opening.without_overlap(wanted.values(), fixed, gap)}

    kept: list[tuple[Slot, bool]] = []
    gone: list[tuple[Slot, bool]] = []
    for slot in standing:
        span = wanted.get(slot.begin)
        given = span is not None and span.until == slot.until and (slot.taken > 0 or slot.begin in beside)
        (kept if slot.taken or given or slot.begin <= at else gone).append((slot, given))
    lead = timedelta(minutes=row.lead_minutes)
    changed = []
    for slot, given in kept:
        stands = (max(slot.taken, row.capacity), slot.begin - lead) if given else (slot.taken, slot.book_until)
        if slot.begin > at and (slot.capacity, slot.book_until) != stands:
            slot.capacity, slot.book_until = stands
            changed.append(slot)
    removed = remove([slot for slot, _ in gone])
    Slot.objects.bulk_update(changed, ["capacity", "book_until"], batch_size=200)
    held = {slot.begin for slot, _ in kept}
    end = midnight(last)
    new = opening.without_overlap(
        (span for begin, span in wanted.items() if begin not in held and begin < end),
        [Span(slot.begin, slot.until) for slot, _ in kept if slot.taken], gap,
    )
    insert_many(
        Slot, ("ref", "service", "begin", "until", "book_until", "capacity", "taken", "ever_taken"),
        ((new_ref(), row.pk, span.from_, span.until, span.from_ - lead, row.capacity, 0, False) for span in new),
    )
    if new or removed:
        journal.record(events.SlotsPublished(row.ref, len(new), removed, last), about=row.ref, by=by, at=at)
    return len(new), removed


def remove(slots: Sequence[Slot]) -> int:
    """Free slots that are given no more: deleted, or without places where somebody once had one."""
    slots = [slot for slot in slots if slot.capacity]
    if not slots:
        return 0
    Slot.objects.filter(pk__in=[slot.pk for slot in slots if not slot.ever_taken]).delete()
    Slot.objects.filter(pk__in=[slot.pk for slot in slots if slot.ever_taken]).update(capacity=0)
    return len(slots)


def keep_hours(row: Service, hours: Sequence[Hours], *, new: bool = False) -> None:
    """Replace the weekly hours of a row; part of an action, which saves its `open_hours`. Refuses: RuleBroken."""
    opening.check_hours(hours)
    row.open_hours = opening.clock_hours(hours)
    if not new:
        row.hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(service=row, weekday=h.weekday, opens=h.opens, closes=h.closes, since=h.from_, until=h.until)
        for h in hours
    )


def day(at: datetime) -> date:
    """The day of Asia/Shanghai."""
    return at.astimezone(opening.SHANGHAI).date()


def midnight(day: date) -> datetime:
    """When a day of Asia/Shanghai begins."""
    return datetime(day.year, day.month, day.day, tzinfo=opening.SHANGHAI)


def _by_system(ref: UUID) -> Service:
    row = Service.one(ref=ref, lock=True)
    if row is None:
        raise NotFound(N_("There is no such service."))
    return row


def _times(row: Service, first: date, end: date) -> Iterable[Span]:
    hours = [Hours(*found) for found in row.hours.values_list("weekday", "opens", "closes", "since", "until")]
    special = [ExceptionalDay(*found) for found in row.exceptions.filter(on__gte=first, on__lt=end).values_list(
        "on", "opens", "closes")]
    gap, after = timedelta(minutes=row.setup_minutes + row.buffer_minutes), None
    for number in range((end - first).days):
        spans = opening.slot_times(
            hours, special, first + timedelta(days=number), row.duration_minutes, gap.seconds // 60,
            on_holidays=row.open_on_holidays, after=after,
        )
        after = spans[-1].until + gap if spans else after
        yield from spans
