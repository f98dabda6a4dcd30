"""Joint handling: several bodies are asked at once within one application, each answers at its own desk in its time."""
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as rulebook
from linli.engines.rulebook import queries as rules_in_force
from linli.kernel.action import action
from linli.kernel.actor import REGION, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed, NotFound
from linli.kernel.text import N_
from linli.work.hall import access, events, rules
from linli.work.hall.actions import course
from linli.work.hall.models import Application, Opinion
from linli.work.hall.queries import content
from linli.work.hall.registry import MATTERS, Body, Step
from linli.work.hall.states import OPINION, OWN, PROCESS, OpinionState, State


def ask(row: Application, step: Step, *, by: Actor, at: datetime) -> None:
    """Ask every body of the step; each owes its opinion from today, by its own limit."""
    on, state = timezone.localdate(at), OPINION.check("ask_opinion", state=START, held=access.held(row, by))
    for body in step.bodies:
        code = rules.desk(row.region_code, body.level)
        one = Opinion(application=row, step=step.key, body=body.key, desk_code=code, state=state, asked_at=at,
                      asked_by=by.ref)
        rulebook.raise_duty(body.rule, owner=REGION + code, owed_to=REGION + row.desk_code, about=one.ref, region=code,
                            since=on, by=by, at=at)
        one.due_on, one.provisional = _due(one, on=on)
        one.save(force_insert=True)
        journal.record(events.OpinionAsked(*course.key(row), body.key, code, one.due_on), about=row.ref, by=by, at=at)


@action
def give_opinion(ref: UUID, *, body: str, favourable: bool, text: str, by: Actor, at: datetime) -> None:
    """Answer for a body that was asked. After the last answer the step is finished, and the decision can be taken.

    Refuses: NotFound, NotAllowed (another body's desk, be it above or below), Conflict (answered already, no longer
    under review), RuleBroken (no words).
    """
    row = access.application(ref, by=by, lock=True)
    one = row.opinions.filter(body=body).order_by("-pk").first()
    if one is None:
        raise NotFound(N_("This body is not asked about this application."))
    held = access.asked(one, row, by)
    if not held and PROCESS in access.held(row, by) | by.held(f"region:{one.desk_code}"):
        raise NotAllowed(N_("Another office is asked for this opinion. You can read it; only who works at that office"
                            " answers."))
    one.state = OPINION.check("give_opinion", state=one.state, held=held)
    course.same(row, State.ACCEPTED)
    said = rules.words(text, field="text")
    one.given_at, one.given_by, one.favourable = at, by.ref, favourable
    one.finding_sealed = content.seal_words(row, said, f"opinion.{one.step}.{one.body}")
    one.save(update_fields=["state", "given_at", "given_by", "favourable", "finding_sealed"])
    rulebook.meet(about=one.ref, rule_id=_body(row, one).rule, by=by, at=at)
    journal.record(events.OpinionGiven(*course.key(row), body, favourable), about=ref, by=by, at=at)
    _finish(row, one.step, by=by, at=at)


@action
def assent_silent(*, by: Actor, at: datetime, most: int = 200) -> int:
    """Count as assent the silence of bodies of which the matter's declaration says so; how many. Any other silence is
    late, and public. Days counted provisionally hold nobody."""
    assenting = [(one.key, body.key) for one in MATTERS.values() for step in one.steps for body in step.bodies
                 if body.silence_assents]
    rows = Opinion.objects.filter(
        state=OpinionState.ASKED, due_on__lt=timezone.localdate(at), provisional=False,
        application__state=State.ACCEPTED, application__matter__in={matter for matter, _ in assenting},
        body__in={body for _, body in assenting})  # what stays late for long is not read again each time
    found = 0
    for seen in rows.select_related("application").order_by("due_on", "pk"):
        if found == most or not _assents(seen.application, seen):
            continue
        row = Application.objects.select_for_update(of=("self",)).get(pk=seen.application_id)  # first, as who answers
        one = Opinion.objects.get(pk=seen.pk)
        if one.state != OpinionState.ASKED or row.state != State.ACCEPTED:
            continue
        body = _body(row, one)
        one.state = OPINION.check("assent_silently", state=one.state, held=OWN)
        one.given_at, one.given_by, one.favourable = at, by.ref, True
        one.save(update_fields=["state", "given_at", "given_by", "favourable"])
        rulebook.meet(about=one.ref, rule_id=body.rule, by=by, at=at)
        journal.record(events.SilenceAssented(*course.key(row), one.body), about=row.ref, by=by, at=at)
        _finish(row, one.step, by=by, at=at)
        found += 1
    return found


@action
def recount_opinions(*, by: Actor, at: datetime, most: int = 500) -> int:
    """Take over days that the rulebook counted again; how many moved."""
    on, moved = timezone.localdate(at), 0
    rows = Opinion.objects.select_for_update(of=("self",)).filter(state=OpinionState.ASKED, provisional=True)
    for one in rows.order_by("pk")[:most]:
        was, (one.due_on, one.provisional) = (one.due_on, one.provisional), _due(one, on=on)
        one.save(update_fields=["due_on", "provisional"])
        moved += was != (one.due_on, one.provisional)
    return moved


def _finish(row: Application, step: str, *, by: Actor, at: datetime) -> None:
    """The step is behind it once nobody is out any more."""
    given = list(row.opinions.filter(step=step).order_by("pk"))
    if any(one.state == OpinionState.ASKED for one in given):
        return
    stage = row.stages.get(step=step, reading=False)
    stage.finished_at, stage.finished_by, stage.favourable = at, by.ref, all(one.favourable for one in given)
    stage.save(update_fields=["finished_at", "finished_by", "favourable"])
    course.met(row, content.matter_of(row).step(step), by=by, at=at)
    course.move(row, on=timezone.localdate(at))
    journal.record(events.StepFinished(*course.key(row), step, bool(stage.favourable)), about=row.ref, by=by, at=at)


def _assents(row: Application, one: Opinion) -> bool:
    """Whether the declaration says so; not of a body that it no longer names."""
    return any(body.silence_assents for step in content.matter_of(row).steps if step.key == one.step
               for body in step.bodies if body.key == one.body)


def _body(row: Application, one: Opinion) -> Body:
    found = {body.key: body for body in content.matter_of(row).step(one.step).bodies}
    if one.body not in found:
        raise Conflict(N_("This body is no longer asked in this matter."))
    return found[one.body]


def _due(one: Opinion, *, on: date) -> tuple[date, bool]:
    found = rules_in_force.duties(on=on, about=[one.ref], state=rules_in_force.OWED, most=1)
    return (found[0].due_on, found[0].provisional) if found else (on, True)
