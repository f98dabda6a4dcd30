"""Honours and sanctions: what an office writes down about somebody, and what they may say to it."""
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as duties
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action, attempt
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.calendar import Unit, provisional_deadline
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.people import actions as people_actions
from linli.registers.practitioners import actions as practitioners
from linli.registers.practitioners import queries as staff
from linli.registers.workforce import access, events, queries, rules
from linli.registers.workforce.models import Honour, Sanction, Step
from linli.registers.workforce.rules import conduct
from linli.registers.workforce.rules.conduct import Ground, Penalty
from linli.registers.workforce.states import HONOURS, SANCTIONS
from linli.registers.workforce.states import Sanction as State

_ONESELF = N_("Nobody decides about themselves. Ask a colleague.")
_PROPOSED = N_("A sanction on this ground is proposed already.")


# Honours


@action
def bestow(*, passport: str, award: str, giver: str, basis: str, awarded_on: date, by: Actor, at: datetime) -> UUID:
    """Record an honour of whoever has this passport; it stands on the passport unless the person hides it.

    `giver`: who gave it; `basis`: by which document. Refuses: NotFound (no such passport), NotAllowed (another region),
    RuleBroken (mistyped, words, a day to come, oneself), Conflict (recorded already).
    """
    card = staff.numbered(passport)
    region = organisations.organisation(card.organisation).region
    state = HONOURS.check("bestow", state=START, held=_held_in(region, by))
    if by.person == card.person:
        raise RuleBroken(_ONESELF)
    row = Honour(
        person_id=card.person, practitioner_id=card.ref, region_code=region, state=state,
        award=rules.line(award, field="award", most=60), giver=rules.line(giver, field="giver", most=100),
        basis=rules.line(basis, field="basis", most=120), recorded_at=at, recorded_by=by.ref,
        awarded_on=conduct.awarded(awarded_on, on=timezone.localdate(at)),
    )
    try:
        with attempt():
            row.save()
    except IntegrityError:
        raise Conflict(N_("This honour is recorded already."), field="award") from None
    journal.record(events.HonourBestowed(row.ref, row.person_id, region), about=row.ref, by=by, at=at)
    return row.ref


@action
def withdraw_honour(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Let an honour count no more; it stays in the history. Refuses: NotFound, NotAllowed, Conflict, RuleBroken."""
    row = access.honour(ref, by=by, lock=True)
    row.state = HONOURS.check("withdraw_honour", state=row.state, held=access.held_over(row, by))
    said = rules.words(reasons, field="reasons", most=600)
    row.reasons_sealed = people_actions.seal(row.person_id, said, context=queries.REASONS)
    row.withdrawn_at, row.withdrawn_by = at, by.ref
    row.save(update_fields=["state", "reasons_sealed", "withdrawn_at", "withdrawn_by"])
    journal.record(events.HonourWithdrawn(row.ref, row.person_id, row.region_code), about=row.ref, by=by, at=at)


@action
def show_honour(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Let one's honour stand on one's passport. Refuses: NotFound, NotAllowed, Conflict (withdrawn)."""
    _display(ref, "show_honour", shown=True, by=by, at=at)


@action
def hide_honour(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Keep one's honour off one's passport. Refuses: NotFound, NotAllowed, Conflict (withdrawn)."""
    _display(ref, "hide_honour", shown=False, by=by, at=at)


def _display(ref: UUID, move: str, *, shown: bool, by: Actor, at: datetime) -> None:
    row = access.honour(ref, by=by, lock=True)
    HONOURS.check(move, state=row.state, held=access.held_over(row, by))
    if row.shown != shown:
        row.shown = shown
        row.save(update_fields=["shown"])
        journal.record(events.HonourDisplayed(row.ref, row.person_id, shown), about=row.ref, by=by, at=at)


# Sanctions


@action
def propose(
    *, passport: str, penalty: str, ground: str, months: int | None, findings: str, by: Actor, at: datetime
) -> UUID:
    """Give whoever has this passport notice of a sanction: what is proposed and why, and until when they may speak.

    `findings`: what happened, for the person alone. Refuses: NotFound (no such passport), NotAllowed (another region),
    RuleBroken (mistyped, penalty, ground, length, words, oneself), Conflict (proposed already).
    """
    card = staff.numbered(passport)
    region = organisations.organisation(card.organisation).region
    state = SANCTIONS.check("propose", state=START, held=_held_in(region, by))
    if by.person == card.person:
        raise RuleBroken(_ONESELF)
    if penalty not in list(Penalty):
        raise RuleBroken(N_("Choose a warning, a suspension or a bar."), field="penalty")
    if ground not in list(Ground):
        raise RuleBroken(N_("Choose one of the grounds."), field="ground")
    on = timezone.localdate(at)
    lasts = conduct.months(Penalty(penalty), months, terms=queries.sanction_terms(on, region))
    heard = rulebook.rule(conduct.STATEMENT, on=on, region=region)
    assert heard.unit
    row = Sanction(
        person_id=card.person, practitioner_id=card.ref, region_code=region, penalty=penalty, ground=ground,
        months=lasts, state=state, answer_by_on=provisional_deadline(on, amount=heard.amount, unit=Unit(heard.unit))[0],
    )
    try:
        with attempt():
            row.save()
    except IntegrityError:
        raise Conflict(_PROPOSED, field="ground") from None
    _step(row, "propose", findings, field="findings", by=by, at=at)
    fact = events.SanctionProposed(row.ref, row.person_id, region, penalty, row.answer_by_on)
    journal.record(fact, about=row.ref, by=by, at=at)
    return row.ref


@action
def make_statement(ref: UUID, *, words: str, by: Actor, at: datetime) -> None:
    """Say what one has to say to a proposed sanction; more than once, if one likes.

    Refuses: NotFound, NotAllowed, Conflict (decided, or the days are over), RuleBroken (no words).
    """
    row = _moved(ref, "make_statement", by=by)
    conduct.require_in_time(row.answer_by_on, on=timezone.localdate(at))
    _step(row, "make_statement", words, by=by, at=at)
    journal.record(events.StatementMade(row.ref, row.person_id, row.region_code), about=row.ref, by=by, at=at)


@action
def ask_hearing(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Ask to be heard in person. Refuses: NotFound, NotAllowed, Conflict (decided, too late, or asked already)."""
    row = _moved(ref, "ask_hearing", by=by)
    conduct.require_in_time(row.answer_by_on, on=timezone.localdate(at))
    if "ask_hearing" in _taken(row):
        raise Conflict(N_("You have asked for a hearing already. The office tells you when it is."))
    _step(row, "ask_hearing", by=by, at=at)
    journal.record(events.HearingAsked(row.ref, row.person_id, row.region_code), about=row.ref, by=by, at=at)


@action
def hold_hearing(ref: UUID, *, record: str, by: Actor, at: datetime) -> None:
    """Write down what was said at the hearing. Refuses: NotFound, NotAllowed, Conflict (decided), RuleBroken."""
    row = _moved(ref, "hold_hearing", by=by)
    _step(row, "hold_hearing", record, field="record", by=by, at=at)
    journal.record(events.HearingHeld(row.ref, row.person_id, row.region_code), about=row.ref, by=by, at=at)


@action
def impose(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Decide on it after the person could speak; from today it is in force, and the passport shows it at once.

    Refuses: NotFound, NotAllowed, Conflict (decided already; not heard yet), RuleBroken (no reasons, oneself).
    """
    row = _moved(ref, "impose", by=by)
    on = timezone.localdate(at)
    if by.person == row.person_id:
        raise RuleBroken(_ONESELF)
    conduct.require_heard(_taken(row), answer_by=row.answer_by_on, on=on)
    row.from_on, row.until_on = on, conduct.end(row.months, from_=on)
    _step(row, "impose", reasons, field="reasons", by=by, at=at)
    fact = events.SanctionImposed(row.ref, row.person_id, row.region_code, row.penalty, row.ground, on, row.until_on)
    journal.record(fact, about=row.ref, by=by, at=at)
    _show(row.person_id, by=by, at=at)


@action
def drop(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Impose nothing. Refuses: NotFound, NotAllowed, Conflict (decided already), RuleBroken (no reasons)."""
    row = _moved(ref, "drop", by=by)
    _step(row, "drop", reasons, field="reasons", by=by, at=at)
    journal.record(events.SanctionDropped(row.ref, row.person_id, row.region_code), about=row.ref, by=by, at=at)


@action
def appeal(ref: UUID, *, words: str, by: Actor, at: datetime) -> None:
    """Ask for another decision, once; the sanction stays in force until it falls.

    Refuses: NotFound, NotAllowed, Conflict (not in force, too late, appealed before), RuleBroken (no words).
    """
    row = _moved(ref, "appeal", by=by)
    on = timezone.localdate(at)
    assert row.from_on
    conduct.require_in_time(queries.appeal_until(row), on=on)
    if "appeal" in _taken(row):
        raise Conflict(N_("You have appealed once, and it was decided. Only a court can change it now."))
    _step(row, "appeal", words, by=by, at=at)
    journal.record(events.SanctionAppealed(row.ref, row.person_id, row.region_code), about=row.ref, by=by, at=at)
    duties.raise_duty(conduct.ANSWER_APPEAL, owner=f"region:{row.region_code}", owed_to=f"person:{row.person_id}",
                      about=row.ref, region=row.region_code, since=on, by=by, at=at)


@action
def uphold(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Decide that the appeal has no reason. Refuses: NotFound, NotAllowed, Conflict (not appealed against), RuleBroken
    (no reasons; who imposed it)."""
    row = _moved(ref, "uphold", by=by)
    _answered(row, "uphold", reasons, by=by, at=at)
    journal.record(events.SanctionUpheld(row.ref, row.person_id, row.region_code), about=row.ref, by=by, at=at)


@action
def lift(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """End it, on appeal or because it need not go on; the passport counts by its papers again at once.

    Refuses: NotFound, NotAllowed, Conflict (not in force), RuleBroken (no reasons; on appeal who imposed it).
    """
    row = _moved(ref, "lift", by=by)
    _answered(row, "lift", reasons, by=by, at=at)
    journal.record(events.SanctionLifted(row.ref, row.person_id, row.region_code), about=row.ref, by=by, at=at)
    _show(row.person_id, by=by, at=at)


@action
def end_terms(*, by: Actor, at: datetime, most: int = 200) -> int:
    """Note whose term is over, and tell them; how many. The passport has gone by the day already."""
    rows = Sanction.objects.select_for_update().filter(state=State.IN_FORCE, until_on__lte=timezone.localdate(at))
    found = list(rows.order_by("pk")[:most])
    for row in found:
        row.state = SANCTIONS.check("end_term", state=row.state, held=access.EVERYTHING)
        _step(row, "end_term", by=by, at=at)
        journal.record(events.SanctionEnded(row.ref, row.person_id, row.region_code), about=row.ref, by=by, at=at)
        _show(row.person_id, by=by, at=at)
    return len(found)


def forget_conduct(person: UUID, *, at: datetime) -> None:
    """The person was erased: what honours said is emptied, what was only proposed is dropped; within an action."""
    Honour.objects.filter(person__ref=person).update(award="", giver="", basis="", shown=False)
    for row in Sanction.objects.filter(person__ref=person, state=State.PROPOSED).order_by("pk"):
        row.state = SANCTIONS.check("drop", state=row.state, held=access.EVERYTHING)
        _step(row, "drop", by=SYSTEM, at=at)
        fact = events.SanctionDropped(row.ref, row.person_id, row.region_code)
        journal.record(fact, about=row.ref, by=SYSTEM, at=at)


def _held_in(region: str, by: Actor) -> frozenset[str]:
    return access.EVERYTHING if by == SYSTEM else by.held(f"region:{region}")


def _moved(ref: UUID, move: str, *, by: Actor) -> Sanction:
    row = access.sanction(ref, by=by, lock=True)
    row.state = SANCTIONS.check(move, state=row.state, held=access.held_over(row, by))
    return row


def _taken(row: Sanction) -> frozenset[str]:
    return frozenset(row.steps.values_list("move", flat=True))


def _step(row: Sanction, move: str, words: str | None = None, *, field: str = "words", by: Actor, at: datetime) -> None:
    """Keep the row, and add what was done to its history."""
    said = None if words is None else people_actions.seal(
        row.person_id, rules.words(words, field=field, most=3000), context=queries.SAID)
    row.save(update_fields=["state", "from_on", "until_on"])
    Step.objects.create(sanction=row, move=move, words_sealed=said, taken_at=at, taken_by=by.ref)


def _answered(row: Sanction, move: str, reasons: str, *, by: Actor, at: datetime) -> None:
    steps = dict(row.steps.order_by("pk").values_list("move", "taken_by"))
    if "appeal" in steps and "uphold" not in steps:
        conduct.require_other(steps["impose"], by.ref)
        duties.meet(about=row.ref, rule_id=conduct.ANSWER_APPEAL, by=by, at=at)
    if by.person == row.person_id:
        raise RuleBroken(_ONESELF)
    _step(row, move, reasons, field="reasons", by=by, at=at)


def _show(person: UUID, *, by: Actor, at: datetime) -> None:
    practitioners.show_bars(person, bars=queries.bars(person), by=by, at=at)
