"""What applicants do: begin, save, hand in, complete, withdraw, rate."""
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone, translation

from linli.engines.archive import actions as archive
from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as rulebook
from linli.kernel.action import action
from linli.kernel.actor import REGION, Actor
from linli.kernel.doors import say
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken, Several
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.work.hall import access, events, rules
from linli.work.hall.actions import course, promising
from linli.work.hall.models import Application
from linli.work.hall.queries import content, judging, offering
from linli.work.hall.queries.content import Content, Note
from linli.work.hall.registry import Audience, Matter, Unmet
from linli.work.hall.states import APPLY, LIFE, State


@action
def draft(
    matter: str, *, person: UUID | None = None, organisation: UUID | None = None, region: str = "",
    answers: Mapping[str, Any] | None = None, by: Actor, at: datetime,
) -> UUID:
    """Begin an application. `person` is whose it is (the actor's own where left out); `region` where it is made, that
    of the person or organisation where left out.

    Refuses: NotFound (no such matter), NotAllowed, RuleBroken (an organisation or region is missing), Several (what the
    registers hold stands against it, where the matter asks no questions first).
    """
    on = timezone.localdate(at)
    one = offering.matter(matter, on=on)
    whose = person or by.person
    if whose is None:
        raise NotAllowed(N_("Only somebody who signed in as a person can apply."))
    if one.audience is Audience.ORGANISATION:
        if organisation is None:
            raise RuleBroken(N_("Choose the organisation for which you apply."), field="organisation",
                             rule="hall.whose")
        if by.person is None:
            raise NotAllowed(N_("Only somebody who signed in as a person can apply."))
        whose, scope = by.person, f"organisation:{organisation}"
        region = organisations.organisation(organisation).region
    else:
        organisation, scope = None, f"person:{whose}"
        region = region or people.regions([whose]).get(whose, "")
    state = LIFE.check("draft", state=START, held=by.held(scope))
    if not region or region not in places.named([region]):
        raise RuleBroken(N_("Say in which region you apply."), field="region", rule="hall.whose")
    row = Application(matter=matter, person_id=whose, organisation_id=organisation, region_code=region,
                      desk_code=region, state=state, begun_at=at, begun_by=by.ref, saved_at=at, saved_by=by.ref)
    held = one.held(person=whose, organisation=organisation, on=on)
    if not one.questions and (against := [why for why in one.eligibility(held) if why.bars]):
        raise Several(against[0].text, whys=tuple(judging.why(why) for why in against), rule=against[0].rule or None,
                      **rules.told(against[0].values))
    begins = {field.key: held[field.starts_as] for field in one.fields() if held.get(field.starts_as)}
    kept = rules.kept(one, {**begins, **(answers or {})})
    row.content_sealed = content.sealed(row, Content(kept, dict(held)))
    row.save(force_insert=True)
    journal.record(events.ApplicationDrafted(*course.key(row)), about=row.ref, by=by, at=at)
    return row.ref


@action
def save(ref: UUID, *, version: int, answers: Mapping[str, Any], promises: Collection[str] | None = None, by: Actor,
         at: datetime) -> int:
    """Keep what was typed, well formed or not; the new version. The same again is no change.

    Answers replace those of the same keys; an empty one removes it. `promises` name the materials for which a promise
    stands: one named anew is signed now, with what was told of it. Refuses: NotFound, NotAllowed, Conflict (no longer a
    draft; saved elsewhere since), RuleBroken (too much; no promise is taken of who broke one).
    """
    row = access.application(ref, by=by, lock=True)
    LIFE.check("save", state=row.state, held=access.held(row, by))
    one, was = content.matter_of(row, on=timezone.localdate(at)), content.opened(row)
    kept = rules.kept(one, {**was.answers, **answers})
    signed = was.signed if promises is None else promising.signed(row, one, was, promises, by=by, at=at)
    if (kept, signed) == (was.answers, was.signed):
        return row.version
    rules.same_version(row.version, version)
    _keep(row, replace(was, answers=kept, signed=signed), by=by, at=at)
    for new in signed:
        if new not in was.signed:
            journal.record(events.PromiseSigned(*course.key(row), new.material), about=ref, by=by, at=at)
    return row.version


@action
def submit(ref: UUID, *, version: int, by: Actor, at: datetime) -> None:
    """Hand it in; handing in the same version twice is handing it in once. The office owes its answer from now.

    Refuses: NotFound, NotAllowed, Conflict (saved elsewhere since, withdrawn), Several (all that is missing or against
    a rule, at once).
    """
    row = access.application(ref, by=by, lock=True)
    if row.state == State.SUBMITTED and row.version == version and APPLY in access.held(row, by):
        return
    state = LIFE.check("submit", state=row.state, held=access.held(row, by))
    rules.same_version(row.version, version)
    one, on = content.matter_of(row, on=timezone.localdate(at)), timezone.localdate(at)
    _complete(row, one, by=by, at=at)
    row.state, row.submitted_at, row.submitted_by = state, at, by.ref
    row.number = row.number or f"{on:%Y%m%d}{row.pk:06d}"
    due_on = course.owe(row, one.steps[0], since=on, by=by, at=at)
    course.move(row, "submitted_at", "submitted_by", "number", on=on)
    journal.record(events.ApplicationSubmitted(*course.key(row), due_on or on), about=ref, by=by, at=at)


@action
def complete(ref: UUID, *, version: int, by: Actor, at: datetime) -> None:
    """Hand in what was asked for. Refuses as `submit`."""
    row = access.application(ref, by=by, lock=True)
    if row.state == State.SUBMITTED and row.version == version and row.asked_at and APPLY in access.held(row, by):
        return
    state = LIFE.check("complete", state=row.state, held=access.held(row, by))
    rules.same_version(row.version, version)
    on = timezone.localdate(at)
    one = content.matter_of(row)
    _complete(row, one, by=by, at=at)
    row.state, row.submitted_at, row.submitted_by = state, at, by.ref
    due_on = course.owe(row, one.steps[0], since=on, by=by, at=at)
    course.move(row, "submitted_at", "submitted_by", on=on)
    journal.record(events.ApplicationCompleted(*course.key(row), due_on or on), about=ref, by=by, at=at)


@action
def withdraw(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take it back, before it is decided; nothing is owed for it any more. What stands in a draft is deleted.

    Refuses: NotFound, NotAllowed, Conflict (decided).
    """
    row = access.application(ref, by=by, lock=True)
    was, row.state = row.state, LIFE.check("withdraw", state=row.state, held=access.held(row, by))
    if row.submitted_at is None:
        for paper in content.opened(row).papers:
            archive.discard(UUID(paper.file), by=by, at=at)
        row.content_sealed = None
    elif was != State.INCOMPLETE:
        course.settle(row, by=by, at=at)
    course.close(row, "content_sealed", by=by, at=at)
    journal.record(events.ApplicationWithdrawn(*course.key(row)), about=ref, by=by, at=at)


@action
def rate(ref: UUID, *, grade: int, remark: str = "", by: Actor, at: datetime) -> None:
    """Rate how it was handled, 1 to 5, once. A bad grade makes the office owe an answer.

    Refuses: NotFound, NotAllowed, Conflict (not ended, rated already), RuleBroken (no such grade, remark too long).
    """
    row = access.application(ref, by=by, lock=True)
    LIFE.check("rate", state=row.state, held=access.held(row, by))
    if row.grade is not None:
        raise Conflict(N_("This was rated already: each application is rated once."), rule="gov.rating_grades")
    if grade not in rules.GRADES:
        raise RuleBroken(N_("A grade is a whole number from 1 to 5."), field="grade", rule="gov.rating_grades")
    said = rules.words(remark, field="remark") if remark.strip() else ""
    row.grade, row.rated_at, row.rated_by = grade, at, by.ref
    row.remark_sealed = content.seal_words(row, said, "remark")
    row.save(update_fields=["grade", "rated_at", "rated_by", "remark_sealed"])
    if grade <= rules.BAD:
        code = rules.desk(row.region_code, rules.decision(content.matter_of(row)).level)
        rulebook.raise_duty(rules.RECTIFY, owner=REGION + code, owed_to=course.applicant(row), about=ref, region=code,
                            since=timezone.localdate(at), by=by, at=at)
    journal.record(events.ApplicationRated(*course.key(row), grade), about=ref, by=by, at=at)


def _keep(row: Application, said: Content, *, by: Actor, at: datetime) -> None:
    row.content_sealed, row.version, row.saved_at, row.saved_by = content.sealed(row, said), row.version + 1, at, by.ref
    row.save(update_fields=["content_sealed", "version", "saved_at", "saved_by"])


def _note(unmet: Unmet) -> Note:
    spoken = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            spoken[language] = say(judging.why(unmet))
    return Note(spoken["en"], spoken["zh-hans"], unmet.rule)


def _complete(row: Application, one: Matter, *, by: Actor, at: datetime) -> None:
    """Take in what the registers hold now, of the form and of the papers, and refuse with all that is missing or
    against a rule, at once."""
    on, was = timezone.localdate(at), content.opened(row)
    said = content.taken_in(row, one, was, at=at)
    found = judging.judge(row, one, said, on=on)
    if found.whys:
        raise Several(N_("{count} things stand against handing this in. All of them are listed."),
                      whys=found.whys, rule="hall.form", count=len(found.whys))
    one.handed_in(content.case(row, one, said, on=on), by=by, at=at)
    said = replace(said, notes=tuple(_note(why) for why in found.unmet))
    if said != was:
        row.content_sealed = content.sealed(row, said)
        row.save(update_fields=["content_sealed"])
