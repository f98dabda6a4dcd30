"""Trade news: published by an office, read by practitioners, who ask and answer under it."""
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action, attempt
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import actions as people_actions
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as staff
from linli.registers.workforce import access, events, queries, rules
from linli.registers.workforce.models import Contribution, News, Reading, Report
from linli.registers.workforce.rules import Level, exchange
from linli.registers.workforce.states import CONTRIBUTIONS, NEWS, PUBLISH
from linli.registers.workforce.states import Contribution as Words

_NOT_FOR_YOU = N_("This notice is addressed to others; only they ask and answer under it.")
_REPORTED = N_("You have reported this already. The office looks into it.")


# The office


@action
def publish(
    *, region: str, trades: Sequence[str] = (), levels: Sequence[str] = (), title: str, body: str, from_on: date,
    last_on: date, pinned: bool = False, by: Actor, at: datetime,
) -> UUID:
    """Publish a notice for those who work in a region, of these trades and levels of licence (none: of every one).

    Refuses: NotAllowed (another region), RuleBroken (no such region, a trade or level not of the list, words, days).
    """
    held = access.held_in(region, by)
    state = NEWS.check("publish", state=START, held=held)
    on = timezone.localdate(at)
    if region not in places.names([region]):
        raise RuleBroken(N_("There is no such region. Choose one of the list."), field="region")
    most = rulebook.rule(exchange.LENGTH, on=on, region=region).amount
    first, until = exchange.validity(from_on, last_on, on=on, most_days=most)
    row = News.objects.create(
        region_code=region, trades=exchange.of_list(trades, [*staff.trades(on)], field="trades"),
        levels=exchange.of_list(levels, [*Level], field="levels"), title=rules.line(title, field="title", most=80),
        body=rules.words(body, field="body", most=8000), from_on=first, until_on=until, pinned=pinned, state=state,
        published_at=at, published_by=by.ref,
    )
    journal.record(events.NewsPublished(row.ref, region, first, until), about=row.ref, by=by, at=at)
    return row.ref


@action
def pin(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Keep it above the others. Refuses: NotFound, NotAllowed, Conflict (withdrawn)."""
    _pin(ref, "pin", pinned=True, by=by, at=at)


@action
def unpin(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Let it stand among the others again. Refuses: NotFound, NotAllowed, Conflict (withdrawn)."""
    _pin(ref, "unpin", pinned=False, by=by, at=at)


def _pin(ref: UUID, move: str, *, pinned: bool, by: Actor, at: datetime) -> None:
    row = access.news(ref, lock=True)
    NEWS.check(move, state=row.state, held=access.held_in(row.region_code, by))
    if row.pinned != pinned:
        row.pinned = pinned
        row.save(update_fields=["pinned"])
        journal.record(events.NewsPinned(row.ref, row.region_code, pinned), about=row.ref, by=by, at=at)


@action
def withdraw_news(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Let a notice hold no more; it stays readable with the reason. Refuses: NotFound, NotAllowed, Conflict (withdrawn
    already), RuleBroken (no reasons)."""
    row = access.news(ref, lock=True)
    row.state = NEWS.check("withdraw_news", state=row.state, held=access.held_in(row.region_code, by))
    row.withdrawn_for = rules.line(reasons, field="reasons", most=200)
    row.withdrawn_at, row.withdrawn_by, row.pinned = at, by.ref, False
    row.save(update_fields=["state", "withdrawn_for", "withdrawn_at", "withdrawn_by", "pinned"])
    journal.record(events.NewsWithdrawn(row.ref, row.region_code), about=row.ref, by=by, at=at)


# Practitioners


@action
def mark_read(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Note that one has read a notice; again is no fault. Refuses: NotFound, NotAllowed (not as oneself)."""
    person, row = access.own(by), access.news(ref)
    if Reading.objects.filter(news=row, person__ref=person).exists():
        return
    try:
        with attempt():
            Reading.objects.create(news=row, person_id=person, read_at=at, read_by=by.ref)
    except IntegrityError:  # on two screens at once
        return


@action
def ask(news: UUID, *, words: str, by: Actor, at: datetime) -> UUID:
    """Ask something under a notice, for all whom it is addressed to.

    Refuses: NotFound, NotAllowed (not addressed), Conflict (no longer in force, as often as one may), RuleBroken.
    """
    row = access.news(news, lock=True)
    person, card = _author(row, by=by, at=at)
    state = CONTRIBUTIONS.check("ask", state=START, held=by.held(f"person:{person}"))
    made = _said(row, None, person, card.ref, words, state, by=by, at=at)
    journal.record(events.QuestionAsked(made.ref, row.ref, row.region_code), about=made.ref, by=by, at=at)
    return made.ref


@action
def answer(question: UUID, *, words: str, by: Actor, at: datetime) -> UUID:
    """Answer a question under a notice; who asked is told.

    Refuses: NotFound, NotAllowed (not addressed), Conflict (hidden, taken back, no longer in force), RuleBroken.
    """
    asked = access.contribution(question, lock=True)
    person, card = _author(asked.news, by=by, at=at)
    state = CONTRIBUTIONS.check("answer", state=asked.state, held=access.held_on(asked, by))
    if asked.question_id:
        raise Conflict(N_("Answer the question, not another answer."))
    made = _said(asked.news, asked, person, card.ref, words, state, by=by, at=at)
    fact = events.QuestionAnswered(made.ref, asked.news.ref, asked.person_id)
    journal.record(fact, about=made.ref, by=by, at=at)
    return made.ref


@action
def take_words_back(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take back what one wrote. Refuses: NotFound, NotAllowed (another's), Conflict (hidden or taken back)."""
    row = access.contribution(ref, lock=True)
    held = access.held_on(row, by) if by.person == row.person_id else frozenset[str]()
    _settled(row, CONTRIBUTIONS.check("take_words_back", state=row.state, held=held), by=by, at=at)
    journal.record(events.WordsTakenBack(row.ref, row.news.ref), about=row.ref, by=by, at=at)


@action
def report_words(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Say that what another wrote should not stand; the office looks into it.

    Refuses: NotFound, NotAllowed (not addressed), Conflict (hidden, or reported already), RuleBroken (own words, none).
    """
    row = access.contribution(ref, lock=True)
    person = _reader(row.news, by=by, at=at)
    CONTRIBUTIONS.check("report_words", state=row.state, held=access.held_on(row, by))
    if person == row.person_id:
        raise RuleBroken(N_("These are your own words: take them back."))
    said = people_actions.seal(person, rules.words(reasons, field="reasons", most=600), context=queries.REPORTED)
    made = Report(contribution=row, person_id=person, words_sealed=said, reported_at=at, reported_by=by.ref)
    try:
        with attempt():
            made.save()
    except IntegrityError:
        raise Conflict(_REPORTED) from None
    journal.record(events.WordsReported(row.ref, row.news.ref, row.news.region_code), about=row.ref, by=by, at=at)


# The office, about what was written


@action
def hide_words(ref: UUID, *, reasons: str, by: Actor, at: datetime) -> None:
    """Let nobody read it; who wrote it is told why. Refuses: NotFound, NotAllowed, Conflict, RuleBroken."""
    row = access.contribution(ref, lock=True)
    state = CONTRIBUTIONS.check("hide_words", state=row.state, held=_office(row, by))
    row.reasons_sealed = people_actions.seal(
        row.person_id, rules.words(reasons, field="reasons", most=600), context=queries.REASONS)
    _settled(row, state, by=by, at=at)
    journal.record(events.WordsHidden(row.ref, row.news.ref, row.person_id), about=row.ref, by=by, at=at)


@action
def show_words(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Let it be read again. Refuses: NotFound, NotAllowed, Conflict (not hidden)."""
    row = access.contribution(ref, lock=True)
    _settled(row, CONTRIBUTIONS.check("show_words", state=row.state, held=_office(row, by)), by=by, at=at)
    journal.record(events.WordsShown(row.ref, row.news.ref, row.person_id), about=row.ref, by=by, at=at)


@action
def leave_standing(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Settle its reports without hiding it. Refuses: NotFound, NotAllowed, Conflict (not shown, or not reported)."""
    row = access.contribution(ref, lock=True)
    CONTRIBUTIONS.check("leave_standing", state=row.state, held=_office(row, by))
    if not row.reports.filter(settled_at=None).update(settled_at=at, settled_by=by.ref):
        raise Conflict(N_("Nobody has reported this, or it was looked into already."))
    journal.record(events.WordsLeft(row.ref, row.news.ref), about=row.ref, by=by, at=at)


def _office(row: Contribution, by: Actor) -> frozenset[str]:
    return access.held_in(row.news.region_code, by) & {PUBLISH}


def _reader(row: News, *, by: Actor, at: datetime) -> UUID:
    """Refuses: NotAllowed (not addressed)."""
    person = access.own(by)
    if not queries.addressed(row, person, on=timezone.localdate(at)):
        raise NotAllowed(_NOT_FOR_YOU)
    return person


def _author(row: News, *, by: Actor, at: datetime) -> tuple[UUID, staff.PractitionerCard]:
    """Who writes, and under which passport's name. Refuses: NotAllowed, Conflict."""
    person, on = _reader(row, by=by, at=at), timezone.localdate(at)
    if row.state != "published" or not exchange.holds(row.from_on, row.until_on, on=on):
        raise Conflict(N_("This notice holds no longer: nobody writes under it any more."))
    cards = staff.of_person(person)
    if not cards:
        raise NotAllowed(N_("Only who works for an organisation here writes under a notice, with the passport's name."))
    most = rulebook.rule(exchange.TALK, on=on, region=row.region_code).params["most_a_day"]
    begun = at.astimezone(timezone.get_current_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
    exchange.require_room(Contribution.objects.filter(person__ref=person, said_at__gte=begun).count(), most=most)
    return person, cards[0]


def _said(row: News, question: Contribution | None, person: UUID, practitioner: UUID, words: str, state: str, *,
          by: Actor, at: datetime) -> Contribution:
    said = people_actions.seal(person, rules.words(words, field="words", most=2000), context=queries.WRITTEN)
    return Contribution.objects.create(news=row, question=question, person_id=person, practitioner_id=practitioner,
                                       words_sealed=said, state=state, said_at=at, said_by=by.ref)


def _settled(row: Contribution, state: str, *, by: Actor, at: datetime) -> None:
    row.state, row.settled_at, row.settled_by = state, at, by.ref
    row.save(update_fields=["state", "settled_at", "settled_by", "reasons_sealed"])
    row.reports.filter(settled_at=None).update(settled_at=at, settled_by=by.ref)


def forget_words(person: UUID, *, at: datetime) -> None:
    """The person was erased: what they wrote is taken back, and cannot be read any more; within an action."""
    for row in Contribution.objects.select_related("news").filter(person__ref=person, state=Words.SHOWN).order_by("pk"):
        _settled(row, CONTRIBUTIONS.check("take_words_back", state=row.state, held=access.EVERYTHING), by=SYSTEM, at=at)
        journal.record(events.WordsTakenBack(row.ref, row.news.ref), about=row.ref, by=SYSTEM, at=at)
    Reading.objects.filter(person__ref=person).delete()
