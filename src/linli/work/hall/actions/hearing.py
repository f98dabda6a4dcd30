"""A hearing: the applicant is told of the right, asks in time or not; the desk calls it and files its record."""
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as rulebook
from linli.engines.rulebook import queries as rules_in_force
from linli.kernel.action import action
from linli.kernel.actor import REGION, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict
from linli.kernel.text import N_
from linli.work.hall import access, events, rules
from linli.work.hall.actions import course
from linli.work.hall.models import Application, Hearing
from linli.work.hall.queries import content
from linli.work.hall.registry import STOPS, Kind
from linli.work.hall.states import HEARD, HEARING, OWN, HearingState


@action
def offer_hearing(ref: UUID, *, text: str, by: Actor, at: datetime) -> None:
    """Tell the applicant what is meant to be decided and why, and of the right to ask for a hearing in time.

    Refuses: NotFound, NotAllowed, Conflict (not under review; told before), RuleBroken (the matter gives no such right;
    no words). Source: 行政许可法 Art. 46, 47.
    """
    row = _heard(ref, "offer_hearing", by=by)[0]
    said = rules.words(text, field="text")
    rules.hearing.entitled(content.matter_of(row).hearing)
    offer(row, said, by=by, at=at)


def offer(row: Application, said: str, *, by: Actor, at: datetime) -> None:
    """`offer_hearing`, of an application that was read and judged already."""
    until, _ = _last_day(row, rules.hearing.ASK, since=at)
    Hearing.objects.create(
        application=row, state=HEARING.check("offer_hearing", state=START, held=access.held(row, by)), told_at=at,
        told_by=by.ref, told_sealed=content.seal_words(row, said, "hearing.told"), ask_until=until)
    journal.record(events.HearingOffered(*course.key(row), until), about=row.ref, by=by, at=at)


@action
def ask_hearing(ref: UUID, *, text: str = "", by: Actor, at: datetime) -> None:
    """Ask for it. The office owes it by its rule, and until it is over the decision's clock stands.

    Refuses: NotFound, NotAllowed, Conflict (not told of; asked before), RuleBroken (too late, too many words).
    Source: 行政许可法 Art. 45, 47.
    """
    row, one = _heard(ref, "ask_hearing", by=by)
    _, provisional = _last_day(row, rules.hearing.ASK, since=one.told_at)
    on = timezone.localdate(at)
    rules.hearing.asked_in_time(on, one.ask_until, provisional=provisional)
    one.asked_at, one.asked_by = at, by.ref
    one.asked_sealed = content.seal_words(row, rules.hearing.reasons(text), "hearing.asked")
    one.save(update_fields=["state", "asked_at", "asked_by", "asked_sealed"])
    rulebook.raise_duty(rules.hearing.HOLD, owner=REGION + row.desk_code, owed_to=course.applicant(row), about=ref,
                        region=row.desk_code, since=on, by=by, at=at)
    course.stop(row, STOPS[Kind.HEARING], by=by, at=at)
    course.move(row, on=on)
    due_on, _ = course.due(row, rules.hearing.HOLD, on=on)
    journal.record(events.HearingAsked(*course.key(row), due_on or on), about=ref, by=by, at=at)


@action
def waive_hearing(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Do without it, before or after asking: a clock that stood for it runs on.

    Refuses: NotFound, NotAllowed, Conflict (not told of, held already).
    """
    row, one = _heard(ref, "waive_hearing", by=by)
    _end(row, one, by=by, at=at)
    journal.record(events.HearingWaived(*course.key(row)), about=ref, by=by, at=at)


@action
def call_hearing(ref: UUID, *, sits_from: datetime, place: str, by: Actor, at: datetime) -> None:
    """Set day and place, or other ones, and tell the applicant as long before as the rule says.

    Refuses: NotFound, NotAllowed, Conflict (not asked for, held already), RuleBroken (too near, too late, no place).
    Source: 行政许可法 Art. 48.
    """
    row, one = _heard(ref, "call_hearing", by=by)
    on, day = timezone.localdate(at), timezone.localdate(sits_from)
    due_on, provisional = course.due(row, rules.hearing.HOLD, on=on)
    earliest, _ = _last_day(row, rules.hearing.NOTICE, since=at)
    notice = rules_in_force.rule(rules.hearing.NOTICE, on=on, region=row.region_code).said["limit"]
    rules.hearing.day_of(day, earliest=earliest, due=due_on if due_on and not provisional else day, notice=notice)
    one.place, one.sits_from, one.called_at, one.called_by = rules.hearing.place_of(place), sits_from, at, by.ref
    one.save(update_fields=["state", "place", "sits_from", "called_at", "called_by"])
    journal.record(events.HearingCalled(*course.key(row), day), about=ref, by=by, at=at)


@action
def file_hearing(ref: UUID, *, text: str, by: Actor, at: datetime) -> None:
    """File the record of a hearing that was held: the clock of the decision runs on.

    Refuses: NotFound, NotAllowed, Conflict (not called, not begun yet), RuleBroken (no record; by who examined the
    application). Source: 行政许可法 Art. 48.
    """
    row, one = _heard(ref, "file_hearing", by=by)
    assert one.sits_from  # what was called has its day
    rules.hearing.over(at, one.sits_from)
    stages = row.stages.order_by().values_list("begun_by", "finished_by")
    rules.hearing.chair(by.ref, {ref for pair in stages for ref in pair if ref})
    one.record_sealed = content.seal_words(row, rules.hearing.record(text), "hearing.record")
    _end(row, one, "record_sealed", by=by, at=at)
    journal.record(events.HearingHeld(*course.key(row)), about=ref, by=by, at=at)


@action
def lapse_hearings(*, by: Actor, at: datetime, most: int = 200) -> int:
    """Write down that nobody asked in time; how many. Days counted provisionally hold nobody."""
    on, lapsed = timezone.localdate(at), 0
    rows = Hearing.objects.filter(state=HearingState.OFFERED, ask_until__lt=on, application__state__in=HEARD)
    for key, of in list(rows.order_by("ask_until", "pk").values_list("pk", "application")[:most]):
        row = Application.objects.select_for_update(of=("self",)).get(pk=of)  # first, as who asks or gives it up
        one = Hearing.objects.get(pk=key)
        if one.state == HearingState.OFFERED and row.state in HEARD and rules.hearing.lapsed(
                on, one.ask_until, provisional=_last_day(row, rules.hearing.ASK, since=one.told_at)[1]):
            one.state = HEARING.check("lapse_hearing", state=one.state, held=OWN)
            one.ended_at, one.ended_by = at, by.ref
            one.save(update_fields=["state", "ended_at", "ended_by"])
            journal.record(events.HearingLapsed(*course.key(row)), about=row.ref, by=by, at=at)
            lapsed += 1
    return lapsed


def decision_waits(row: Application, *, adverse: bool, at: datetime) -> None:
    """Refuses: RuleBroken where a hearing has to be over, or told of, before it is decided."""
    one = row.hearings.first()
    in_time = one is not None and not rules.hearing.lapsed(
        timezone.localdate(at), one.ask_until,
        provisional=_last_day(row, rules.hearing.ASK, since=one.told_at)[1])
    rules.hearing.decision_waits(HearingState(one.state) if one else None, content.matter_of(row).hearing,
                                 adverse=adverse, in_time=in_time)


def _heard(ref: UUID, move: str, *, by: Actor) -> tuple[Application, Hearing]:
    """The application and its hearing, after this move; without a hearing, one that was not offered."""
    row = access.application(ref, by=by, lock=True)
    one = row.hearings.first() or Hearing(application=row, state=START)
    one.state = HEARING.check(move, state=one.state, held=access.held(row, by))
    if row.state not in HEARD:
        raise Conflict(N_("This is no longer open: {move}. Reload the page to see how things stand."),
                       move=HEARING.moves[move].label)
    return row, one


def _end(row: Application, one: Hearing, *fields: str, by: Actor, at: datetime) -> None:
    one.ended_at, one.ended_by = at, by.ref
    one.save(update_fields=["state", "ended_at", "ended_by", *fields])
    rulebook.meet(about=row.ref, rule_id=rules.hearing.HOLD, by=by, at=at)
    course.run_on(row, by=by, at=at)
    course.move(row, on=timezone.localdate(at))


def _last_day(row: Application, rule: str, *, since: datetime) -> tuple[date, bool]:
    found = rules_in_force.last_day(rule, since=timezone.localdate(since), region=row.region_code)
    assert found  # these rules count days
    return found
