"""What desks do before the decision: take over, ask for completion, accept, send on, take the steps."""
from collections import Counter
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from linli.registers.places import queries as places
from linli.work.hall import access, events, rules
from linli.work.hall.actions import course, joint
from linli.work.hall.models import Application, DeskLoad, Stage
from linli.work.hall.queries import content
from linli.work.hall.registry import STOPS, Kind, Step
from linli.work.hall.states import LIFE, OWN, State


@action
def take(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take an application over, also from a colleague: it counts as this officer's load.

    Refuses: NotFound, NotAllowed, Conflict (not at a desk).
    """
    row = access.application(ref, by=by, lock=True)
    LIFE.check("take", state=row.state, held=access.held(row, by))
    if row.officer == by.ref:
        return
    was, row.officer = course.place(row), by.ref
    row.save(update_fields=["officer"])
    course.shift(was, course.place(row))
    journal.record(events.ApplicationTaken(*course.key(row), by.ref), about=ref, by=by, at=at)


@action
def open_numbers(ref: UUID, *, why: str, by: Actor, at: datetime) -> None:
    """Let this officer read the numbers in it in full, once; who applied reads when, and for which of the reasons.

    Refuses: NotFound, NotAllowed, Conflict (not at a desk), RuleBroken (no reason of the list).
    Source: 个人信息保护法 Art. 6, 51.
    """
    row = access.application(ref, by=by, lock=True)
    LIFE.check("open_numbers", state=row.state, held=access.held(row, by))
    said = rules.opening(why)
    journal.record(events.NumbersOpened(*course.key(row), by.ref, said), about=ref, by=by, at=at)


@action
def ask_completion(ref: UUID, *, text: str, by: Actor, at: datetime) -> None:
    """Tell the applicant of everything that is missing, once. The clock of the acceptance is met by it.

    Refuses: NotFound, NotAllowed, Conflict (not handed in; the time to answer is over), RuleBroken (asked before; no
    words). Source: 行政许可法 Art. 32.
    """
    row = access.application(ref, by=by, lock=True)
    row.state = LIFE.check("ask_completion", state=row.state, held=access.held(row, by))
    _in_time(row, at=at)
    rules.ask_once(row.asked_at is not None)
    said = rules.words(text, field="text")
    row.asked_at, row.asked_by, row.asked_sealed = at, by.ref, content.seal_words(row, said, "asked")
    course.met(row, content.matter_of(row).steps[0], by=by, at=at)
    course.move(row, "asked_at", "asked_by", "asked_sealed", on=timezone.localdate(at))
    journal.record(events.CompletionAsked(*course.key(row)), about=ref, by=by, at=at)


@action
def accept(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Accept it: the time to decide runs from today, or from its arrival where the time to answer is over.

    Refuses: NotFound, NotAllowed, Conflict (accepted already). Source: 行政许可法 Art. 32 (4) (5), 42.
    """
    row = access.application(ref, by=by, lock=True)
    row.state = LIFE.check("accept", state=row.state, held=access.held(row, by))
    on = timezone.localdate(at)
    if rules.silent(row.waits_on, on=on, provisional=row.provisional):
        _silently(row, by=by, at=at)
        return
    due_on = _accepted(row, since=on, by=by, at=at)
    journal.record(events.ApplicationAccepted(*course.key(row), due_on), about=ref, by=by, at=at)


@action
def accept_silent(*, by: Actor, at: datetime, most: int = 200) -> int:
    """Count as accepted, from the day that it arrived, what was not answered in time; how many.

    Days counted provisionally hold nobody. Source: 行政许可法 Art. 32 (4).
    """
    on = timezone.localdate(at)
    late = Application.objects.select_for_update(of=("self",)).filter(
        state__in=(State.SUBMITTED, State.DOUBTED), waits_on__isnull=False, waits_on__lt=on, provisional=False)
    rows = list(late.order_by("waits_on", "pk")[:most])
    for row in rows:
        row.state = LIFE.check("accept_silently", state=row.state, held=OWN)
        row.stages.filter(reading=True, finished_at=None).update(finished_at=at, finished_by=by.ref, favourable=True)
        _silently(row, by=by, at=at)
    return len(rows)


@action
def propose_return(ref: UUID, *, why: str, text: str, by: Actor, at: datetime) -> None:
    """Propose not to accept it, and say why and, where another body decides, which one. Somebody else reads it a second
    time, within the time to answer: its silence accepts all the same.

    Refuses: NotFound, NotAllowed, Conflict (the time to answer is over), RuleBroken (unknown reason; nothing was asked
    for; no words). Source: 行政许可法 Art. 32 (1) (2).
    """
    row = access.application(ref, by=by, lock=True)
    row.state = LIFE.check("propose_return", state=row.state, held=access.held(row, by))
    _in_time(row, at=at)
    if why not in rules.RETURNS:
        raise RuleBroken(N_("An application is not accepted for one of the listed reasons only. Choose one."),
                         field="why", rule=rules.ACCEPT)
    if why == "not_completed" and row.asked_at is None:
        raise RuleBroken(N_("Nothing was asked for yet. Ask for everything that is missing first."), field="why",
                         rule=rules.ACCEPT)
    said = rules.words(text, field="text")
    Stage.objects.create(application=row, step=content.matter_of(row).steps[0].key, desk_code=row.desk_code,
                         reading=True, ground=why, finding_sealed=content.seal_words(row, said, "proposed"),
                         begun_at=at, begun_by=by.ref)
    course.move(row, on=timezone.localdate(at))
    journal.record(events.ReturnProposed(*course.key(row), why), about=ref, by=by, at=at)


@action
def confirm_return(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Do not accept it, after reading the proposal a second time. The applicant reads why and what they can do.

    Refuses: NotFound, NotAllowed, Conflict (silence accepted it meanwhile, or has by now), RuleBroken (the proposer
    themselves). Source: 行政许可法 Art. 32 (1) (2).
    """
    row, reading = course.second_reading(ref, "confirm_return", by=by)
    _in_time(row, at=at)
    said = course.agreed(row, reading, by=by, at=at)
    row.ground, row.reasons_sealed = reading.ground, content.seal_words(row, said, "reasons")
    course.settle(row, by=by, at=at)
    course.close(row, "ground", "reasons_sealed", by=by, at=at)
    journal.record(events.ApplicationReturned(*course.key(row), row.ground), about=ref, by=by, at=at)


@action
def object_return(ref: UUID, *, text: str, by: Actor, at: datetime) -> None:
    """Send it back to the desk, which answers within the time that runs on, and say why.

    Refuses as `confirm_return`; RuleBroken (no words).
    """
    row, reading = course.second_reading(ref, "object_return", by=by)
    course.objected(row, reading, text, by=by, at=at)
    journal.record(events.ReturnSentBack(*course.key(row)), about=ref, by=by, at=at)


@action
def transfer(ref: UUID, *, region: str, by: Actor, at: datetime) -> None:
    """Pass it to the office of another region; the time to answer begins there today.

    Refuses: NotFound, NotAllowed, Conflict (accepted already, or the time to answer is over), RuleBroken (no such
    region, or the same).
    """
    row = access.application(ref, by=by, lock=True)
    LIFE.check("transfer", state=row.state, held=access.held(row, by))
    _in_time(row, at=at)
    if region == row.region_code or region not in places.named([region]):
        raise RuleBroken(N_("Choose the region whose office is in charge; it lies there already or there is no such"
                            " region."), field="region", rule="hall.whose")
    one, on = content.matter_of(row), timezone.localdate(at)
    course.met(row, one.steps[0], by=by, at=at)
    row.region_code = region
    due_on = course.owe(row, one.steps[0], since=on, by=by, at=at)
    course.move(row, "region_code", on=on)
    journal.record(events.ApplicationTransferred(*course.key(row), due_on or on), about=ref, by=by, at=at)


@action
def begin_step(ref: UUID, *, step: str, by: Actor, at: datetime) -> None:
    """Begin a step. During a hearing, an expert's or third party's opinion or a site visit the decision's clock stands.

    Refuses: NotFound, NotAllowed, Conflict (not under review, begun already), RuleBroken (no such step, not its turn).
    Source: 行政许可法 Art. 45.
    """
    row = access.application(ref, by=by, lock=True)
    LIFE.check("begin_step", state=row.state, held=access.held(row, by))
    stage = _begun(row, _turn(row, step), by=by, at=at)
    course.move(row, on=timezone.localdate(at))
    journal.record(events.StepBegun(*course.key(row), stage.step), about=ref, by=by, at=at)


@action
def finish_step(ref: UUID, *, step: str, favourable: bool, finding: str, by: Actor, at: datetime) -> None:
    """Write down what came of a step; one that needed no beginning begins and ends at once. A clock that stood runs on.

    Refuses: NotFound, NotAllowed, Conflict (not under review, finished already), RuleBroken (no such step, not its
    turn, no words).
    """
    row = access.application(ref, by=by, lock=True)
    LIFE.check("finish_step", state=row.state, held=access.held(row, by))
    if any(one.key == step and one.kind is Kind.JOINT for one in content.matter_of(row).steps):
        raise RuleBroken(N_("This step is finished by the bodies that are asked, each for itself."), field="step",
                         rule="hall.opinion")
    said = rules.words(finding, field="finding")
    stage = row.stages.filter(step=step, reading=False).first()
    if stage is None:
        chosen = _turn(row, step)
        if chosen.kind in STOPS:
            raise RuleBroken(N_("Begin this step first: the clock stands from then on, and the applicant is told."),
                             field="step", rule="gov.clock_stop")
        stage = _begun(row, chosen, by=by, at=at)
    elif stage.finished_at:
        raise Conflict(N_("This step is finished already."))
    chosen = content.matter_of(row).step(step)
    stage.finished_at, stage.finished_by, stage.favourable = at, by.ref, favourable
    stage.finding_sealed = content.seal_words(row, said, f"finding.{step}")
    stage.save(update_fields=["finished_at", "finished_by", "favourable", "finding_sealed"])
    if chosen.rule:
        course.met(row, chosen, by=by, at=at)
    if stage.stops:
        course.run_on(row, by=by, at=at)
    course.move(row, on=timezone.localdate(at))
    journal.record(events.StepFinished(*course.key(row), step, favourable), about=ref, by=by, at=at)


@action
def recount(*, by: Actor, at: datetime, most: int = 500) -> int:
    """Take over days that the rulebook counted again; how many applications moved."""
    rows = Application.objects.select_for_update(of=("self",)).filter(waits_on__isnull=False, provisional=True)
    moved, on = 0, timezone.localdate(at)
    for row in rows.order_by("waits_on", "pk")[:most]:
        was = row.waits_on, row.provisional
        course.move(row, on=on)
        moved += was != (row.waits_on, row.provisional)
    return moved


@action
def fold_loads(*, by: Actor, at: datetime, most: int = 50_000) -> int:
    """Fold what was counted at the same desk, with the same officer by the same day into one row; how many are gone."""
    rows = list(DeskLoad.objects.select_for_update(skip_locked=True).order_by("pk")[:most])
    sums: Counter[tuple[str, UUID | None, date, bool]] = Counter()
    for row in rows:
        sums[row.desk_code, row.officer, row.waits_on, row.provisional] += row.count
    left = [DeskLoad(desk_code=desk, officer=officer, waits_on=day, provisional=provisional, count=count)
            for (desk, officer, day, provisional), count in sums.items() if count]
    if len(left) == len(rows):
        return 0
    DeskLoad.objects.filter(pk__in=[row.pk for row in rows]).delete()
    DeskLoad.objects.bulk_create(left)
    return len(rows) - len(left)


def _in_time(row: Application, *, at: datetime) -> None:
    rules.answers_in_time(row.waits_on, on=timezone.localdate(at), provisional=row.provisional)


def _silently(row: Application, *, by: Actor, at: datetime) -> None:
    """Silence accepted it: since the day that it arrived."""
    assert row.submitted_at  # what was handed in says when
    row.silent = True
    due_on = _accepted(row, since=timezone.localdate(row.submitted_at), by=by, at=at)
    journal.record(events.SilenceAccepted(*course.key(row), due_on), about=row.ref, by=by, at=at)


def _accepted(row: Application, *, since: date, by: Actor, at: datetime) -> date:
    one, on = content.matter_of(row), timezone.localdate(at)
    row.accepted_at, row.accepted_by = at, by.ref
    course.met(row, one.steps[0], by=by, at=at)
    due_on = course.owe(row, rules.decision(one), since=since, by=by, at=at)
    if (first := course.waits_for(row, one)) and first.rule and first.kind is not Kind.DECISION:
        course.owe(row, first, since=since, by=by, at=at)
    course.move(row, "accepted_at", "accepted_by", "silent", on=on)
    return due_on or on


def _turn(row: Application, key: str) -> Step:
    """The step of this key, if it may be taken now. Refuses: RuleBroken."""
    one, behind = content.matter_of(row), course.done(row)
    chosen = next((step for step in one.steps if step.key == key), None)
    kinds = {Kind.ACCEPTANCE, Kind.DECISION, Kind.DELIVERY}
    if chosen is None or chosen.kind in kinds or key in behind:
        raise RuleBroken(N_("There is no such step to take now. Reload the page to see which one is next."),
                         field="step", rule="hall.steps")
    for earlier in one.steps[:one.steps.index(chosen)]:
        if earlier.key not in behind and not earlier.optional and not chosen.optional:
            raise RuleBroken(N_("First comes: {step}."), field="step", rule="hall.steps", step=earlier.title)
    return chosen


def _begun(row: Application, step: Step, *, by: Actor, at: datetime) -> Stage:
    on = timezone.localdate(at)
    due_on = course.owe(row, step, since=on, by=by, at=at) if step.rule else None
    stage = Stage(application=row, step=step.key, desk_code=row.desk_code, stops=step.kind in STOPS, due_on=due_on,
                  begun_at=at, begun_by=by.ref)
    if row.stages.filter(step=step.key).exists():
        raise Conflict(N_("This step was begun already."))
    if stage.stops:
        if row.stages.filter(stops=True, finished_at=None).exists():
            raise Conflict(N_("The clock stands already for another step. Finish that one first."))
        course.stop(row, STOPS[step.kind], by=by, at=at)
    stage.save(force_insert=True)
    if step.kind is Kind.JOINT:
        joint.ask(row, step, by=by, at=at)
    return stage
