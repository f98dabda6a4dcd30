from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.directory import events
from linli.registers.directory.actions import slots
from linli.registers.directory.actions.listing import moved, touch
from linli.registers.directory.models import Service
from linli.registers.directory.rules import hours as opening
from linli.registers.directory.rules import offers
from linli.registers.directory.rules.hours import ExceptionalDay, Hours
from linli.registers.directory.states import State


@action
def set_hours(ref: UUID, *, hours: Sequence[Hours], publish: bool = True, by: Actor, at: datetime) -> None:
    """Replace the weekly hours. Times that nobody took follow; taken ones stay.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (a span that ends before it begins, or two that overlap).
    """
    row = moved(ref, "set_hours", by=by)
    slots.keep_hours(row, hours)
    touch(row, "open_hours", by=by, at=at)
    journal.record(events.HoursSet(ref, len(hours)), about=ref, by=by, at=at)
    if publish and row.state != State.DRAFT:
        slots.publish(row, None, by=by, at=at)


@action
def add_exception(ref: UUID, *, day: ExceptionalDay, by: Actor, at: datetime) -> int:
    """One day that differs from the weekly hours; closed where it has none. A second one for the same day replaces it.

    How many booked times of that day now lie outside the hours: they stay, and the provider has to see to them.
    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (a day past or years ahead, times, reason).
    """
    row = moved(ref, "add_exception", by=by)
    opening.check_exception(day)
    opening.check_ahead(day.on, today=slots.day(at))
    offers.check_text(day.reason, "reason", 100, needed=False)
    row.exceptions.update_or_create(
        on=day.on, defaults={"opens": day.opens, "closes": day.closes, "reason": day.reason.strip()}
    )
    row.special_until = max(row.special_until or day.on, day.on)
    touch(row, "special_until", by=by, at=at)
    journal.record(events.ExceptionAdded(ref, day.on, day.closed), about=ref, by=by, at=at)
    if row.state != State.DRAFT:
        slots.publish(row, None, by=by, at=at)
    return _stranded(row, day)


@action
def drop_exception(ref: UUID, *, on: date, by: Actor, at: datetime) -> None:
    """Let the weekly hours rule a day again. Refuses: NotFound, NotAllowed, Conflict."""
    row = moved(ref, "drop_exception", by=by)
    if not row.exceptions.filter(on=on).delete()[0]:
        raise NotFound(N_("There is no exceptional day on this date."))
    row.special_until = row.exceptions.aggregate(last=Max("on"))["last"]
    touch(row, "special_until", by=by, at=at)
    journal.record(events.ExceptionDropped(ref, on), about=ref, by=by, at=at)
    if row.state != State.DRAFT:
        slots.publish(row, None, by=by, at=at)


def _stranded(row: Service, day: ExceptionalDay) -> int:
    begin, end = slots.midnight(day.on), slots.midnight(day.on + timedelta(days=1))
    booked = row.slots.filter(begin__gte=begin, begin__lt=end, taken__gt=0)
    if day.opens is None or day.closes is None:
        return booked.count()
    opens = begin + timedelta(minutes=opening.minute(day.opens))
    closes = begin + timedelta(minutes=opening.minute(day.closes, end=True))
    return booked.exclude(begin__gte=opens, until__lte=closes).count()
