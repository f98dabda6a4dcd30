from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.action import action, attempt
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.registers.people import actions as people_actions
from linli.registers.people import queries as people
from linli.registers.workforce import access, events, queries, rules
from linli.registers.workforce.models import Learning, Registration
from linli.registers.workforce.rules import Study
from linli.registers.workforce.states import LEARNINGS
from linli.registers.workforce.states import Learning as State

_ONCE = N_("This certificate has been reported already. The same hours count once.")


@action
def report(
    *, study: str, subject: str, organiser: str, first_on: date, last_on: date, hours: float = 0, certificate: str = "",
    by: Actor, at: datetime,
) -> UUID:
    """Report what one learnt, with its certificate. A degree counts by the rule, whatever hours are given.

    Refuses: NotAllowed (not as oneself), RuleBroken (what is missing; more hours than the days hold; the same
    certificate, the same days or a second degree, workforce.once and workforce.degree).
    """
    person = access.own(by)
    LEARNINGS.check("report", state=START, held=by.held(f"person:{person}"))
    card, on = people.person(person, by=SYSTEM), timezone.localdate(at)
    if study not in list(Study):
        raise RuleBroken(N_("Choose what kind of learning it was."), field="study")
    figures = queries.figures(on, card.region)
    found = rules.entry(Study(study), first_on=first_on, last_on=last_on, hours=hours, figures=figures, on=on)
    said = f"{rules.line(subject, field='subject', most=100)}\n{rules.line(organiser, field='organiser', most=100)}"
    number = rules.certificate(certificate) if certificate.strip() else ""
    if not number and found.study in (Study.COURSE, Study.DEGREE):
        raise RuleBroken(N_("Give the number of the certificate: without one these hours cannot be checked."),
                         field="certificate")
    list(Registration.objects.select_for_update().filter(person__ref=person).order_by("pk"))  # one after the other
    key = access.certificate_key(number, kind="learning") if number else ""
    standing = Learning.objects.filter(person__ref=person, state__in=[State.REPORTED, State.CONFIRMED])
    if key and standing.filter(certificate_key=key).exists():
        raise RuleBroken(_ONCE, rule=rules.ONCE, field="certificate")
    rules.require_once(found, standing=queries.entries(person), figures=figures)
    row = Learning(
        person_id=person, region_code=card.region, study=found.study, first_on=first_on, last_on=last_on,
        subject_sealed=people_actions.seal(person, said, context=queries.SUBJECT), minutes=found.minutes,
        certificate_sealed=people_actions.seal(person, number, context=queries.CERTIFICATE) if number else None,
        certificate_key=key, state=State.REPORTED, reported_at=at, reported_by=by.ref,
    )
    try:
        with attempt():
            row.save()
    except IntegrityError:
        raise RuleBroken(_ONCE, rule=rules.ONCE, field="certificate") from None
    fact = events.LearningReported(row.ref, person, card.region, found.minutes)
    journal.record(fact, about=row.ref, by=by, at=at)
    return row.ref


@action
def take_back(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Refuses: NotFound, NotAllowed, Conflict (checked already)."""
    row = access.learning(ref, by=by, lock=True)
    row.state = LEARNINGS.check("take_back", state=row.state, held=access.held(row, by))
    _decided(row, by=by, at=at)
    journal.record(events.LearningTakenBack(row.ref, row.person_id), about=row.ref, by=by, at=at)


@action
def confirm(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Let the hours count. Refuses: NotFound, NotAllowed, Conflict (checked already), RuleBroken (one's own)."""
    row = access.learning(ref, by=by, lock=True)
    row.state = LEARNINGS.check("confirm", state=row.state, held=access.held(row, by))
    if by.person == row.person_id:
        raise RuleBroken(N_("Nobody checks their own hours. Ask a colleague."))
    _decided(row, by=by, at=at)
    journal.record(events.LearningConfirmed(row.ref, row.person_id, row.minutes), about=row.ref, by=by, at=at)


@action
def decline(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Let the hours not count, or no longer. Refuses: NotFound, NotAllowed, Conflict, RuleBroken (no reasons)."""
    row = access.learning(ref, by=by, lock=True)
    row.state = LEARNINGS.check("decline", state=row.state, held=access.held(row, by))
    said = rules.words(reasons, field="reasons", most=600)
    row.reasons_sealed = people_actions.seal(row.person_id, said, context=queries.REASONS)
    _decided(row, by=by, at=at)
    journal.record(events.LearningDeclined(row.ref, row.person_id), about=row.ref, by=by, at=at)


def _decided(row: Learning, *, by: Actor, at: datetime) -> None:
    row.decided_at, row.decided_by = at, by.ref
    row.save(update_fields=["state", "reasons_sealed", "decided_at", "decided_by"])
