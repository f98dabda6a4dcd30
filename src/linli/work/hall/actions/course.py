"""What every move of an application shares: reading it, its duties, and whose desk it lies at next."""
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from linli.engines.rulebook import actions as rulebook
from linli.engines.rulebook import queries as rules_in_force
from linli.kernel.actor import REGION, Actor, Grant
from linli.kernel.refusals import Conflict
from linli.kernel.text import N_
from linli.work.hall import access, rules
from linli.work.hall.models import Application, DeskLoad, Stage
from linli.work.hall.queries import content
from linli.work.hall.queries.content import matter_of
from linli.work.hall.registry import Kind, Matter, Product, Step
from linli.work.hall.states import LIFE, State

Place = tuple[str, UUID | None, date | None, bool]


def key(row: Application) -> tuple[UUID, str, UUID, UUID | None, str]:
    """What every fact about an application begins with."""
    return row.ref, row.matter, row.person_id, row.organisation_id, row.region_code


def applicant(row: Application) -> str:
    """The scope of who applies."""
    return f"organisation:{row.organisation_id}" if row.organisation_id else f"person:{row.person_id}"


def done(row: Application) -> set[str]:
    """The steps that are behind it; the acceptance is, once it is accepted."""
    found = set(row.stages.filter(finished_at__isnull=False, reading=False).order_by().values_list("step", flat=True))
    return found | {matter_of(row).steps[0].key} if row.accepted_at else found


def owe(row: Application, step: Step, *, since: date, by: Actor, at: datetime) -> date | None:
    """Raise what the desk owes for a step, where it has a limit; by when."""
    rule, code = rules.limit(step), rules.desk(row.region_code, step.level)
    if not rule:
        return None
    rulebook.raise_duty(rule, owner=REGION + code, owed_to=applicant(row), about=row.ref, region=code, since=since,
                        by=by, at=at)
    return due(row, rule, on=timezone.localdate(at))[0]


def met(row: Application, step: Step, *, by: Actor, at: datetime) -> None:
    """What was owed for a step is done."""
    if rule := rules.limit(step):
        rulebook.meet(about=row.ref, rule_id=rule, by=by, at=at)


def due(row: Application, rule: str, *, on: date) -> tuple[date | None, bool]:
    """By when what is owed for it by a rule is due, and whether that is provisional: while the clock stands, it is."""
    found = rules_in_force.duties(on=on, about=[row.ref], rule_id=rule, state=rules_in_force.OWED, most=1)
    return (found[0].due_on, found[0].provisional or found[0].state == "stopped") if found else (None, False)


def waits_for(row: Application, one: Matter) -> Step | None:
    """The step at whose desk it lies now; None where nobody at a desk has to act."""
    kinds = {State.SUBMITTED: one.steps[0], State.DOUBTED: one.steps[0], State.PROPOSED: rules.decision(one)}
    if (state := State(row.state)) in kinds:
        return kinds[state]
    if state is State.ACCEPTED:
        behind = done(row)
        return next((step for step in one.steps if step.key not in behind and not step.optional), None)
    if state in {State.GRANTED, State.FROZEN}:
        return next((step for step in one.steps if step.kind is Kind.DELIVERY), rules.decision(one))
    return None


def move(row: Application, *fields: str, on: date) -> None:
    """Keep these columns, and put it on the desk where it lies now, by the day it is due there."""
    one, was = matter_of(row), place(row)
    step = waits_for(row, one)
    row.step, row.waits_on, row.provisional = "", None, False
    if step:
        row.step, row.desk_code = step.key, rules.desk(row.region_code, step.level)
        limits = [rules.limit(step)]
        if row.state in {State.ACCEPTED, State.PROPOSED}:
            limits = [rules.hearing.HOLD] if heard(row) else [*limits, rules.limit(rules.decision(one))]
        if row.state in {State.GRANTED, State.FROZEN}:
            limits = [rules.DELIVER, *limits]
        dues = [found for rule in dict.fromkeys(limits) if rule and (found := due(row, rule, on=on))[0]]
        row.waits_on, row.provisional = min(dues, default=(on, True), key=lambda one: one[0] or date.max)
    if row.desk_code != was[0]:
        row.officer = None
    row.save(update_fields=["state", "step", "desk_code", "officer", "waits_on", "provisional", *fields])
    shift(was, place(row))


def place(row: Application) -> Place:
    """Where it lies: desk, officer, by when, and whether that is provisional; without a day at no desk."""
    return row.desk_code, row.officer, row.waits_on, row.provisional


def shift(was: Place, now: Place) -> None:
    """Count it where it lies now, and no longer where it lay."""
    if was != now:
        DeskLoad.objects.bulk_create([
            DeskLoad(desk_code=desk, officer=officer, waits_on=day, provisional=provisional, count=count)
            for (desk, officer, day, provisional), count in ((was, -1), (now, 1)) if day])


def stop(row: Application, reason: str, *, by: Actor, at: datetime) -> None:
    """Let the clock of the decision stand, where it runs."""
    for duty in _clock(row, "running", on=timezone.localdate(at)):
        rulebook.stop_clock(duty, reason=reason, by=_keeper(row, by), at=at)


def run_on(row: Application, *, by: Actor, at: datetime) -> None:
    """Let it run again, unless it stands for something else still."""
    if not heard(row) and not row.stages.filter(stops=True, finished_at=None).exists():
        for duty in _clock(row, "stopped", on=timezone.localdate(at)):
            rulebook.resume_clock(duty, by=_keeper(row, by), at=at)


def heard(row: Application) -> bool:
    """Whether a hearing was asked for and is not over."""
    return row.hearings.filter(state__in=rules.hearing.RUNS).exists()


def _keeper(row: Application, by: Actor) -> Actor:
    """Who takes the step, for the clock of the decision alone: it may lie with another desk than the step does."""
    desk = rules.desk(row.region_code, rules.decision(matter_of(row)).level)
    return Actor(by.ref, by.person, (Grant(frozenset({"rulebook.see", "rulebook.decide"}), REGION + desk),))


def _clock(row: Application, state: str, *, on: date) -> list[UUID]:
    """The duty to decide, as long as it is in this state."""
    rule = rules.limit(rules.decision(matter_of(row)))
    return [one.ref for one in rules_in_force.duties(on=on, about=[row.ref], rule_id=rule, state=state, most=1)]


def made(products: Sequence[Product]) -> list[dict[str, str]]:
    """What a decision made, as it is kept."""
    return [{"title": str(one.title), "zh": getattr(one.title, "zh", ""), "number": one.number,
             "ref": str(one.ref or ""), "link": one.link} for one in products]


def second_reading(ref: UUID, move: str, *, by: Actor) -> tuple[Application, Stage]:
    """An application after this move, and the proposal that somebody else than its proposer reads a second time.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (the proposer themselves).
    """
    row = access.application(ref, by=by, lock=True)
    row.state = LIFE.check(move, state=row.state, held=access.held(row, by))
    reading = row.stages.get(reading=True, finished_at=None)
    rules.second_reader(reading.begun_by, by.ref)
    return row, reading


def agreed(row: Application, reading: Stage, *, by: Actor, at: datetime) -> str:
    """The second reader confirms it; its reasons."""
    reading.finished_at, reading.finished_by, reading.favourable = at, by.ref, False
    reading.save(update_fields=["finished_at", "finished_by", "favourable"])
    (said,) = content.words(row, proposed=reading.finding_sealed)
    return said


def objected(row: Application, reading: Stage, text: str, *, by: Actor, at: datetime) -> None:
    """The second reader sends it back, and says why. Refuses: RuleBroken (no words)."""
    said = rules.words(text, field="text")
    reading.finished_at, reading.finished_by, reading.favourable = at, by.ref, True
    reading.remark_sealed = content.seal_words(row, said, "sent_back")
    reading.save(update_fields=["finished_at", "finished_by", "favourable", "remark_sealed"])
    move(row, on=timezone.localdate(at))


def close(row: Application, *fields: str, by: Actor, at: datetime) -> None:
    """It has ended: nothing is owed for it any more but what the decision brought."""
    row.closed_at, row.closed_by = at, by.ref
    move(row, "closed_at", "closed_by", *fields, on=timezone.localdate(at))


def settle(row: Application, *, by: Actor, at: datetime) -> None:
    """Everything that was owed before the decision is done or no longer owed."""
    one = matter_of(row)
    for step in one.steps:
        if step.kind is not Kind.DELIVERY:
            met(row, step, by=by, at=at)
    rulebook.meet(about=row.ref, rule_id=rules.hearing.HOLD, by=by, at=at)
    for opinion in row.opinions.filter(state="asked"):
        for duty in rules_in_force.duties(on=timezone.localdate(at), about=[opinion.ref], state=rules_in_force.OWED):
            rulebook.meet(about=opinion.ref, rule_id=duty.rule_id, by=by, at=at)


def same(row: Application, state: State) -> None:
    """Refuses: Conflict where it has moved on since it was read."""
    if row.state != state:
        raise Conflict(N_("This application has moved on. Reload the page to see how things stand."))
