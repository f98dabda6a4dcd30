from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as duties
from linli.kernel.action import action, attempt
from linli.kernel.actor import SYSTEM, Actor, Grant
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.people import actions as people_actions
from linli.registers.people import queries as people
from linli.registers.practitioners import actions as practitioners
from linli.registers.practitioners import queries as staff
from linli.registers.workforce import access, events, queries, rules
from linli.registers.workforce.models import Candidacy, Vacancy
from linli.registers.workforce.rules import Level
from linli.registers.workforce.states import CANDIDACIES, VACANCIES
from linli.registers.workforce.states import Candidacy as State
from linli.registers.workforce.states import Vacancy as Open

OPEN = (State.SENT, State.OFFERED)
_ALREADY = N_("You have applied for this post already.")


@action
def advertise(
    *, organisation: UUID, title: str, description: str, level: str = "", places: int, pay_from_fen: int | None = None,
    pay_until_fen: int | None = None, closes_on: date, by: Actor, at: datetime,
) -> UUID:
    """Advertise posts of an organisation; `closes_on` is the first day on which nobody may apply any more.

    Refuses: NotFound, NotAllowed, Conflict (the organisation is not approved), RuleBroken (words, level, places, pay,
    closing).
    """
    VACANCIES.check("advertise", state=START, held=access.held_by(organisation, by))
    card = organisations.organisation(organisation)
    if not card.active:
        raise Conflict(N_("The organisation is not approved, or suspended: nothing can be advertised now."))
    if level and level not in list(Level):
        raise RuleBroken(N_("Choose one of the three levels."), field="level")
    if not 1 <= places <= 500:
        raise RuleBroken(N_("Say how many people are wanted: 1 to 500."), field="places")
    rules.pay(pay_from_fen, pay_until_fen)
    rules.closing(closes_on, on=timezone.localdate(at))
    row = Vacancy.objects.create(
        organisation_id=organisation, region_code=card.region, title=rules.line(title, field="title", most=60),
        description=rules.words(description, field="description", most=2000), level=level, places=places,
        pay_from_fen=pay_from_fen, pay_until_fen=pay_until_fen, closes_on=closes_on, state=Open.OPEN,
        advertised_at=at, advertised_by=by.ref,
    )
    fact = events.VacancyAdvertised(row.ref, organisation, card.region, places)
    journal.record(fact, about=row.ref, by=by, at=at)
    return row.ref


@action
def close_vacancy(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Close it; who still waits is told that the post is gone. Refuses: NotFound, NotAllowed, Conflict (not open)."""
    row = access.vacancy(ref, lock=True)
    row.state = VACANCIES.check("close_vacancy", state=row.state, held=access.held_by(row.organisation_id, by))
    _end(row, events.VacancyClosed(row.ref, row.organisation_id), [State.SENT, State.OFFERED], by=by, at=at)


@action
def close_ended(*, by: Actor, at: datetime, most: int = 200) -> int:
    """Close what has passed its day and has nobody waiting for an answer; how many."""
    waiting = Candidacy.objects.filter(state__in=OPEN).values("vacancy")
    rows = Vacancy.objects.filter(state=Open.OPEN, closes_on__lte=timezone.localdate(at)).exclude(pk__in=waiting)
    refs = list(rows.order_by("pk").values_list("ref", flat=True)[:most])
    for ref in refs:
        close_vacancy(ref, by=SYSTEM, at=at)
    return len(refs)


@action
def send(vacancy: UUID, *, letter: str, consented: bool, by: Actor, at: datetime) -> UUID:
    """Apply for a post, as oneself; the organisation reads the letter, the name and the registration.

    Refuses: NotFound, NotAllowed, Conflict (not open any more, applied already, on the staff), RuleBroken (no consent,
    no letter, not registered at the level that the post asks for).
    """
    person, on = access.own(by), timezone.localdate(at)
    row = access.vacancy(vacancy, lock=True)
    CANDIDACIES.check("send", state=START, held=by.held(f"person:{person}"))
    if row.state != Open.OPEN or row.closes_on <= on:
        raise Conflict(N_("This post is not open any more. See the others."))
    if not consented:
        raise RuleBroken(N_("Agree that the organisation reads your name, your letter and your registration."),
                         rule="PIPL Art. 13", field="consented")
    standing = queries.registered([person], on=on).get(person)
    if not rules.fits(row.level, registered=standing.level if standing else None):
        raise RuleBroken(N_("This post asks for a registration as {level} or higher. Apply for it first."),
                         level=rules.LEVELS[Level(row.level)])
    if any(card.organisation == row.organisation_id for card in staff.of_person(person)):
        raise Conflict(N_("You work for this organisation already."))
    said = rules.words(letter, field="letter", most=1500)
    made = Candidacy(vacancy=row, person_id=person, state=State.SENT, sent_at=at, sent_by=by.ref,
                     letter_sealed=people_actions.seal(person, said, context=queries.LETTER))
    try:
        with attempt():
            made.save()
    except IntegrityError:
        raise Conflict(_ALREADY) from None
    fact = events.CandidacySent(made.ref, row.ref, row.organisation_id)
    journal.record(fact, about=made.ref, by=by, at=at)
    duties.raise_duty(rules.ANSWER, owner=f"organisation:{row.organisation_id}", owed_to=f"person:{person}",
                      about=made.ref, region=row.region_code, since=on, by=by, at=at)
    return made.ref


@action
def withdraw_candidacy(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Refuses: NotFound, NotAllowed, Conflict (answered already)."""
    row = _move(ref, "withdraw_candidacy", by=by, at=at)
    fact = events.CandidacyWithdrawn(row.ref, row.vacancy.ref, row.vacancy.organisation_id)
    journal.record(fact, about=row.ref, by=by, at=at)


@action
def offer_post(ref: UUID, *, answer: str, by: Actor, at: datetime) -> None:
    """Offer the post, with a word on when and where. Refuses: NotFound, NotAllowed, Conflict, RuleBroken."""
    row = _move(ref, "offer_post", answer=answer, by=by, at=at)
    journal.record(events.PostOffered(row.ref, row.vacancy.ref, row.person_id), about=row.ref, by=by, at=at)


@action
def refuse_candidacy(ref: UUID, *, answer: str, by: Actor, at: datetime) -> None:
    """Refuses: NotFound, NotAllowed, Conflict (answered already), RuleBroken (no word)."""
    row = _move(ref, "refuse_candidacy", answer=answer, by=by, at=at)
    journal.record(events.CandidacyRefused(row.ref, row.vacancy.ref, row.person_id), about=row.ref, by=by, at=at)


@action
def take_post(ref: UUID, *, consented: bool, by: Actor, at: datetime) -> None:
    """Take the post that was offered: one joins the staff, and gets a passport there.

    Refuses: NotFound, NotAllowed, Conflict (not offered, or every place filled), RuleBroken (no consent).
    """
    found = access.candidacy(ref, by=by)
    vacancy = access.vacancy(found.vacancy.ref, lock=True)
    if vacancy.state != Open.OPEN:
        raise Conflict(N_("The post is gone: it was filled or closed."))
    if not consented:
        raise RuleBroken(N_("Agree that residents see your name, trade and credentials on your passport."),
                         rule="PIPL Art. 13", field="consented")
    row = _move(ref, "take_post", by=by, at=at)
    fact = events.PostTaken(row.ref, vacancy.ref, vacancy.organisation_id)
    journal.record(fact, about=row.ref, by=by, at=at)
    _join(row.person_id, vacancy, by=by, at=at)
    if vacancy.candidacies.filter(state=State.TAKEN).count() >= vacancy.places:
        vacancy.state = VACANCIES.check("fill", state=vacancy.state, held=access.EVERYTHING)
        _end(vacancy, events.VacancyFilled(vacancy.ref, vacancy.organisation_id), list(OPEN), by=by, at=at)


@action
def decline_post(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Refuses: NotFound, NotAllowed, Conflict (not offered)."""
    row = _move(ref, "decline_post", by=by, at=at)
    fact = events.PostDeclined(row.ref, row.vacancy.ref, row.vacancy.organisation_id)
    journal.record(fact, about=row.ref, by=by, at=at)


def lapse(row: Candidacy, *, by: Actor, at: datetime) -> None:
    """The post is gone, or the person; within an action."""
    row.state = CANDIDACIES.check("lapse", state=row.state, held=access.EVERYTHING)
    _settle(row, by=by, at=at)
    journal.record(events.CandidacyRefused(row.ref, row.vacancy.ref, row.person_id), about=row.ref, by=by, at=at)


def _move(ref: UUID, move: str, *, answer: str | None = None, by: Actor, at: datetime) -> Candidacy:
    row = access.candidacy(ref, by=by, lock=True)
    row.state = CANDIDACIES.check(move, state=row.state, held=access.held_of(row, by))
    if answer is not None:
        said = rules.words(answer, field="answer", most=600)
        row.answer_sealed = people_actions.seal(row.person_id, said, context=queries.ANSWER_SEALED)
    _settle(row, by=by, at=at)
    return row


def _settle(row: Candidacy, *, by: Actor, at: datetime) -> None:
    row.settled_at, row.settled_by = at, by.ref
    row.save(update_fields=["state", "answer_sealed", "settled_at", "settled_by"])
    duties.meet(about=row.ref, rule_id=rules.ANSWER, by=by, at=at)


def _end(
    vacancy: Vacancy, fact: events.VacancyClosed | events.VacancyFilled, states: list[State], *, by: Actor, at: datetime
) -> None:
    vacancy.save(update_fields=["state"])
    journal.record(fact, about=vacancy.ref, by=by, at=at)
    for row in vacancy.candidacies.filter(state__in=states).order_by("pk"):
        lapse(row, by=by, at=at)


def _join(person: UUID, vacancy: Vacancy, *, by: Actor, at: datetime) -> None:
    """The organisation's offer carries the right to put this one person on its staff."""
    hired = replace(by, grants=(*by.grants, Grant(frozenset({"practitioners.manage"}),
                                                  f"organisation:{vacancy.organisation_id}")))
    known = [card for card in staff.of_organisation(vacancy.organisation_id, left=True) if card.person == person]
    if not people.exists(person):
        raise Conflict(N_("This person's data was erased."))
    if known:
        practitioners.rejoin(known[0].ref, by=hired, at=at)
    else:
        practitioners.add(organisation=vacancy.organisation_id, person=person, title=vacancy.title, consented=True,
                          joined_on=timezone.localdate(at), by=hired, at=at)
