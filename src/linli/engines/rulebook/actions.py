import re
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal.actions import record
from linli.engines.rulebook import access, events, queries, rules
from linli.engines.rulebook.models import ClockStop, Duty
from linli.engines.rulebook.states import LIFE, OWED, OWN, State, StopReason, WaiveReason
from linli.kernel.action import action, attempt
from linli.kernel.actor import Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_

_SCOPE = re.compile(r"region:\d{12}|(organisation|person|practitioner):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@action
def raise_duty(
    rule_id: str, *, owner: str, owed_to: str, about: UUID, region: str, since: date, by: Actor, at: datetime
) -> UUID:
    """Write down what somebody owes from the event of `since` on; due by the rule in force on that day in that region.

    `owner` and `owed_to` are scopes. Owing the same thing twice is owing it once: the duty that runs already is given
    back. The context that raises a duty has judged whether it arises. Refuses: NotFound (no such rule in force).
    """
    if not (_SCOPE.fullmatch(owner) and _SCOPE.fullmatch(owed_to)):
        raise ValueError("an owner is a scope: region:CODE, organisation:REF, practitioner:REF or person:REF")
    held = queries.rule(rule_id, on=since, region=region)
    due_on, provisional = rules.due_on(held, since)
    state = LIFE.check("raise_duty", state=START, held=OWN)
    if standing := _owed(about, rule_id, owner):
        return standing.ref
    duty = Duty(rule_id=rule_id, owner=owner, about=about, owed_to=owed_to, region_code=region, since=since,
                due_on=due_on, provisional=provisional, state=state, raised_at=at, raised_by=by.ref)
    try:
        with attempt():
            duty.save(force_insert=True)
    except IntegrityError:  # raised in this very moment by somebody else
        standing = _owed(about, rule_id, owner)
        if standing is None:
            raise
        return standing.ref
    record(events.DutyRaised(duty.ref, rule_id, owner, region, due_on), about=duty.ref, by=by, at=at)
    return duty.ref


@action
def meet(*, about: UUID, rule_id: str, by: Actor, at: datetime) -> tuple[UUID, ...]:
    """What was owed about this thing by this rule has been done; the duties met, none if none was owed.

    After its due day a duty is met late, unless that day was only provisional. The context that calls has judged
    whether the deed counts.
    """
    on = timezone.localdate(at)
    duties = [duty for duty in Duty.some(about=about, rule_id=rule_id, lock=True) if duty.state in OWED]
    for duty in duties:
        running, stood = duty.state == State.RUNNING and not duty.provisional, duty.state == State.STOPPED
        late = duty.state == State.OVERDUE or running and on > duty.due_on
        duty.state = LIFE.check("meet_late" if late else "meet", state=duty.state, held=OWN)
        duty.met_at, duty.met_by, duty.met_on = at, by.ref, on
        duty.save(update_fields=["state", "met_at", "met_by", "met_on"])
        if stood:
            _end_stop(duty, on=on, by=by, at=at)
        fact = (events.DutyMetLate(*_key(duty), (on - duty.due_on).days) if late else events.DutyMet(*_key(duty)))
        record(fact, about=duty.ref, by=by, at=at)
    return tuple(duty.ref for duty in duties)


@action
def stop_clock(ref: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Let a duty's clock stand from today, for a reason the law knows (行政许可法 Art. 45).

    Refuses: NotFound, NotAllowed, Conflict (not running), RuleBroken (another reason).
    """
    duty = access.duty(ref, by=by, lock=True)
    state = LIFE.check("stop_clock", state=duty.state, held=access.held(duty, by=by))
    if reason not in [*StopReason]:
        raise RuleBroken(N_("A clock is stopped for one of the listed reasons only. Choose one."),
                         rule="gov.clock_stop", field="reason")
    _to(duty, state)
    ClockStop.objects.create(duty=duty, reason=reason, from_on=timezone.localdate(at), stopped_at=at, stopped_by=by.ref)
    record(events.ClockStopped(*_key(duty), reason), about=duty.ref, by=by, at=at)


@action
def resume_clock(ref: UUID, *, by: Actor, at: datetime) -> date:
    """Let the clock run again; the new due day, later by the days that it stood, counted as the rule counts.

    Refuses: NotFound, NotAllowed, Conflict (it runs).
    """
    duty = access.duty(ref, by=by, lock=True)
    duty.state = LIFE.check("resume_clock", state=duty.state, held=access.held(duty, by=by))
    _end_stop(duty, on=timezone.localdate(at), by=by, at=at)
    duty.due_on, duty.provisional = queries.recount(duty, _stops(duty))
    duty.save(update_fields=["state", "due_on", "provisional"])
    record(events.ClockResumed(*_key(duty), duty.due_on), about=duty.ref, by=by, at=at)
    return duty.due_on


@action
def extend(*, about: UUID, rule_id: str, days: int, by: Actor, at: datetime) -> date:
    """Extend the limit of what is owed about this thing by this rule, once, by so many of the rule's unit; the new due
    day. The context that calls has judged who may, and has the reasons.

    Refuses: Conflict (nothing is owed, the clock stands, it is overdue, it was extended before), RuleBroken (the rule
    allows no extension, or a shorter one; the limit has passed).
    """
    duty = next((duty for duty in Duty.some(about=about, rule_id=rule_id, lock=True) if duty.state in OWED), None)
    if duty is None:
        raise Conflict(N_("Nothing is owed here any more whose limit could be extended."), rule=rule_id)
    most = queries.extension(rule_id, on=duty.since, region=duty.region_code)
    rules.may_extend(duty.due_on, most=most, days=days, before=duty.extended_at is not None, rule=rule_id,
                     on=timezone.localdate(at))
    duty.state = LIFE.check("extend", state=duty.state, held=OWN)
    duty.extension, duty.extended_at, duty.extended_by = days, at, by.ref
    duty.due_on, duty.provisional = queries.recount(duty, _stops(duty))
    duty.save(update_fields=["state", "extension", "extended_at", "extended_by", "due_on", "provisional"])
    record(events.DutyExtended(*_key(duty), duty.due_on), about=duty.ref, by=by, at=at)
    return duty.due_on


@action
def waive(ref: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Let somebody off. Refuses: NotFound, NotAllowed, Conflict (settled already), RuleBroken (an unknown reason)."""
    duty = access.duty(ref, by=by, lock=True)
    duty.state = LIFE.check("waive", state=duty.state, held=access.held(duty, by=by))
    if reason not in [*WaiveReason]:
        raise RuleBroken(N_("A duty is waived for one of the listed reasons only. Choose one."), field="reason")
    duty.waived_at, duty.waived_by, duty.waived_for = at, by.ref, reason
    duty.save(update_fields=["state", "waived_at", "waived_by", "waived_for"])
    _end_stop(duty, on=timezone.localdate(at), by=by, at=at)
    record(events.DutyWaived(*_key(duty), reason), about=duty.ref, by=by, at=at)


@action
def mark_overdue(*, by: Actor, at: datetime, most: int = 500) -> int:
    """Mark what was due before today; how many. Provisional days and standing clocks hold nobody to anything."""
    late = Duty.objects.select_for_update().filter(
        state=State.RUNNING, provisional=False, due_on__lt=timezone.localdate(at)
    )
    duties = list(late.order_by("due_on", "pk")[:most])
    for duty in duties:
        _to(duty, LIFE.check("mark_overdue", state=duty.state, held=OWN))
        record(events.DutyOverdue(*_key(duty), duty.due_on), about=duty.ref, by=by, at=at)
    return len(duties)


@action
def recount(*, by: Actor, at: datetime, most: int = 500) -> int:
    """Count provisional deadlines again, in case the holiday table is out by now; how many are firm."""
    rows = Duty.objects.select_for_update().owed().filter(provisional=True).order_by("due_on", "pk")[:most]
    firm = 0
    for duty in rows:
        due_on, provisional = queries.recount(duty, _stops(duty))
        if (due_on, provisional) == (duty.due_on, True):
            continue
        duty.due_on, duty.provisional = due_on, provisional
        duty.save(update_fields=["due_on", "provisional"])
        record(events.DeadlineMoved(*_key(duty), due_on), about=duty.ref, by=by, at=at)
        firm += not provisional
    return firm


def _owed(about: UUID, rule_id: str, owner: str) -> Duty | None:
    found = Duty.some(about=about, rule_id=rule_id, owner=owner)
    return next((duty for duty in found if duty.state in OWED), None)


def _key(duty: Duty) -> tuple[UUID, str, str, str]:
    return duty.ref, duty.rule_id, duty.owner, duty.region_code


def _to(duty: Duty, state: str) -> None:
    duty.state = state
    duty.save(update_fields=["state"])


def _stops(duty: Duty) -> Iterable[ClockStop]:
    return duty.stops.order_by("from_on", "pk")


def _end_stop(duty: Duty, *, on: date, by: Actor, at: datetime) -> None:
    duty.stops.filter(until_on=None).update(until_on=on, resumed_at=at, resumed_by=by.ref)
