from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import Move
from linli.kernel.text import Both, Text
from linli.registers.people import queries as people
from linli.registers.workforce import access, rules, states
from linli.registers.workforce.models import Learning, Registration
from linli.registers.workforce.rules import Account, Entry, Figures, Kind, Level, Study, Term

CERTIFICATE, REASONS, SUBJECT = "workforce.certificate", "workforce.reasons", "workforce.subject"
"""What the sealed columns are sealed for, under the person's key."""
COUNTED, WAITING = states.Learning.CONFIRMED, states.Learning.REPORTED


@dataclass(frozen=True)
class RegistrationCard:
    ref: UUID
    person: UUID
    region: str
    level: Level
    level_name: Both
    kind: Kind
    state: states.Registration
    certified_on: date
    term: Term | None
    applied_at: datetime
    decided_at: datetime | None
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class LearningCard:
    ref: UUID
    person: UUID
    study: Study
    subject: str
    first_on: date
    last_on: date
    minutes: int
    state: states.Learning
    reasons: str
    reported_at: datetime
    moves: tuple[Move, ...]

    @property
    def label(self) -> Text:
        return states.LEARNING_LABELS[self.state]


@dataclass(frozen=True)
class TermCard:
    """One term (or, before a registration after a pause, the years before it) with the hours learnt in it."""

    term: Term
    level_name: Both
    account: Account
    current: bool


@dataclass(frozen=True)
class FileCard:
    """Everything about one social worker: their registrations newest first, terms, what they learnt."""

    person: UUID
    registrations: tuple[RegistrationCard, ...]
    standing: RegistrationCard | None
    """The registration in force on the day, the highest level."""
    waiting: RegistrationCard | None
    terms: tuple[TermCard, ...]
    learnt: tuple[LearningCard, ...]
    renewable_from: date | None
    figures: Figures


@dataclass(frozen=True)
class ApplicationCard:
    """What an office decides by; the name is masked, the account is of the hours that had to be shown."""

    card: RegistrationCard
    name: str
    number: str
    reasons: str
    account: Account | None
    learnt: tuple[LearningCard, ...]


@dataclass(frozen=True)
class RegisterLine:
    """Somebody in the office's list; the account is of the term asked for or running."""

    card: RegistrationCard
    name: str
    account: Account | None


def figures(on: date, region: str | None) -> Figures:
    """The rulebook's figures in force."""
    def amount(rule: str) -> int:
        return rulebook.rule(rule, on=on, region=region).amount

    hours = rulebook.rule(rules.HOURS, on=on, region=region).params
    return Figures(amount(rules.TERM), amount(rules.FIRST), amount(rules.RENEW), hours, amount(rules.DEGREE),
                   amount(rules.DAY))


def registered(persons: Collection[UUID], *, on: date) -> dict[UUID, RegistrationCard]:
    """Of these people, those registered on that day, at their highest level; one query."""
    if not persons:
        return {}
    rows = Registration.objects.filter(
        person__ref__in=set(persons), state=states.Registration.REGISTERED, from_on__lte=on, until_on__gt=on)
    found: dict[UUID, RegistrationCard] = {}
    for row in rows.order_by("pk"):
        card = registration_card(row)
        if card.person not in found or card.level.rank > found[card.person].level.rank:
            found[card.person] = card
    return found


def own_file(*, by: Actor, on: date) -> FileCard:
    """One's own. Refuses: NotAllowed (no person)."""
    return file(access.own(by), by=by, on=on)


def file(person: UUID, *, by: Actor, on: date) -> FileCard:
    """As far as this actor may see it; four queries."""
    mine = list(Registration.objects.filter(access.within(by), person__ref=person).order_by("-pk"))
    cards = tuple(registration_card(row, by) for row in mine)
    rows = Learning.objects.filter(access.within(by), person__ref=person).order_by("-last_on", "-pk")
    learnt = learning_cards(rows, by)
    region = mine[0].region_code if mine else people.regions([person]).get(person)
    numbers = figures(on, region)
    terms = terms_of(mine)
    standing = max((card for card in cards if card.state == states.Registration.REGISTERED and card.term
                    and card.term.holds(on)), key=lambda card: card.level.rank, default=None)
    return FileCard(
        person, cards, standing, next((c for c in cards if c.state == states.Registration.APPLIED), None),
        tuple(TermCard(term, rules.LEVELS[term.level], _account(term, learnt, numbers), term.holds(on))
              for term in sorted(terms, key=lambda term: term.from_, reverse=True)),
        learnt, _renewable(terms, standing, numbers), numbers,
    )


def _renewable(terms: list[Term], standing: RegistrationCard | None, numbers: Figures) -> date | None:
    if standing is None or standing.term is None:
        return None
    return rules.renewable_from(max((t for t in terms if t.level is standing.level), key=lambda t: t.until), numbers)


def _account(term: Term, learnt: Collection[LearningCard], numbers: Figures) -> Account:
    counted = [_entry(card) for card in learnt if card.state == COUNTED]
    waiting = [_entry(card) for card in learnt if card.state == WAITING]
    return rules.account(term, counted=counted, waiting=waiting, figures=numbers)


def _entry(card: LearningCard) -> Entry:
    return Entry(card.study, card.first_on, card.last_on, card.minutes)


def entries(person: UUID, *, states_: Collection[str] = (COUNTED, WAITING)) -> list[Entry]:
    """What somebody learnt, in these states."""
    rows = Learning.objects.filter(person__ref=person, state__in=list(states_)).order_by("pk")
    return [Entry(Study(row.study), row.first_on, row.last_on, row.minutes) for row in rows]


def terms_of(rows: Collection[Registration]) -> list[Term]:
    """The terms for which somebody is or was registered."""
    return [Term(Level(row.level), row.from_on, row.until_on) for row in rows
            if row.state == states.Registration.REGISTERED and row.from_on and row.until_on]


def asked_account(row: Registration, *, on: date) -> Account | None:
    """The hours that this application has to show, None where it has to show none."""
    rows = Registration.objects.filter(person__ref=row.person_id).order_by("pk")
    return _asked(row, list(rows), Learning.objects.filter(person__ref=row.person_id).order_by("pk"), on=on)


def _asked(row: Registration, every: Collection[Registration], learnt: Iterable[Learning], *,
           on: date) -> Account | None:
    numbers = figures(on, row.region_code)
    term = rules.counted_span(Level(row.level), kind=Kind(row.kind), terms=terms_of(every), figures=numbers,
                              on=timezone.localdate(row.applied_at))
    return _account(term, [_plain(one) for one in learnt], numbers) if term else None


def registration(ref: UUID, *, by: Actor) -> RegistrationCard:
    """Refuses: NotFound."""
    return registration_card(access.registration(ref, by=by), by)


def opened(ref: UUID, *, by: Actor) -> tuple[str, str]:
    """The number of the certificate and the reasons of the decision, for the one whose they are and the office."""
    row = access.registration(ref, by=by)
    number, why = people.open_many([(row.person_id, row.certificate_sealed, CERTIFICATE),
                                    (row.person_id, row.reasons_sealed, REASONS)])
    return number, why


def application(ref: UUID, *, by: Actor, on: date) -> ApplicationCard:
    """An application or registration with all that its office decides by; five queries. Refuses: NotFound."""
    row = access.registration(ref, by=by)
    every = list(Registration.objects.filter(person__ref=row.person_id).order_by("pk"))
    learnt = list(Learning.objects.filter(person__ref=row.person_id).order_by("-last_on", "-pk"))
    seen = [one for one in learnt if access.knows(one, by)]
    number, reasons, *opened_ = people.open_many([
        (row.person_id, row.certificate_sealed, CERTIFICATE), (row.person_id, row.reasons_sealed, REASONS),
        *_sealed(seen)])
    return ApplicationCard(
        registration_card(row, by), people.names([row.person_id]).get(row.person_id, ""), number, reasons,
        _asked(row, every, learnt, on=on), _with_words(seen, opened_, by))


def register(
    *, by: Actor, state: str = "", level: str = "", on: date, start: int = 0, most: int = 50
) -> tuple[list[RegisterLine], int]:
    """The office's list: who waits first, then by the end of the term; and how many there are. Names are masked.

    `state` is a state of registrations, or `lapsing` or `lapsed`. Refuses: NotAllowed (no such office).
    """
    rows = Registration.objects.filter(access.overseen(by))
    if state in ("lapsing", "lapsed"):
        later = on + _months(on)
        rows = rows.filter(state=states.Registration.REGISTERED)
        rows = rows.filter(until_on__lte=on) if state == "lapsed" else rows.filter(until_on__gt=on, until_on__lte=later)
    elif state:
        rows = rows.filter(state=state)
    rows = rows.filter(level=level) if level else rows
    total = rows.count()
    found = list(rows.order_by("decided_at", "until_on", "pk")[start:start + most] if state == "applied" else
                 rows.order_by("-applied_at", "pk")[start:start + most])
    names = people.names([row.person_id for row in found])
    learnt = defaultdict[UUID, list[LearningCard]](list)
    persons = {row.person_id for row in found}
    for row in Learning.objects.filter(person__ref__in=persons, state__in=[COUNTED, WAITING]).order_by("pk"):
        learnt[row.person_id].append(_plain(row))
    lines = []
    for one in found:
        card = registration_card(one, by)
        numbers = figures(on, one.region_code)
        account = _account(card.term, learnt[one.person_id], numbers) if card.term else None
        lines.append(RegisterLine(card, names.get(one.person_id, ""), account))
    return lines, total


def _months(on: date) -> relativedelta:
    return relativedelta(months=rulebook.rule(rules.RENEW, on=on).amount)


def waiting(by: Actor) -> QuerySet[Registration]:
    """Applications that wait for this office; for counting."""
    return Registration.objects.filter(access.overseen(by) if by.scopes(states.SEE, "region") else Q(pk__in=[]),
                                       state=states.Registration.APPLIED)


def to_check(*, by: Actor, start: int = 0, most: int = 50) -> tuple[list[tuple[LearningCard, str]], int]:
    """What waits to be checked in this office's regions, the oldest first, with masked names."""
    rows = hours_waiting(by).order_by("reported_at", "pk")
    cards = learning_cards(rows[start:start + most], by)
    names = people.names([card.person for card in cards])
    return [(card, names.get(card.person, "")) for card in cards], rows.count()


def hours_waiting(by: Actor) -> QuerySet[Learning]:
    """What waits to be checked by this office; for counting. Refuses: NotAllowed (no such office)."""
    return Learning.objects.filter(access.overseen(by), state=WAITING)


def learning(ref: UUID, *, by: Actor) -> LearningCard:
    """Refuses: NotFound."""
    row = access.learning(ref, by=by)
    return learning_cards(Learning.objects.filter(pk=row.pk), by)[0]


def learning_cards(rows: QuerySet[Learning], by: Actor) -> tuple[LearningCard, ...]:
    """With what was sealed opened; two queries."""
    found = list(rows)
    return _with_words(found, people.open_many(_sealed(found)), by)


def _sealed(rows: Iterable[Learning]) -> list[tuple[UUID, Any, str]]:
    return [(row.person_id, sealed, context) for row in rows
            for sealed, context in ((row.subject_sealed, SUBJECT), (row.reasons_sealed, REASONS))]


def _with_words(rows: Iterable[Learning], opened_: Iterable[str], by: Actor) -> tuple[LearningCard, ...]:
    """`opened_`: what `_sealed` of these rows was opened to."""
    words = iter(opened_)
    return tuple(_plain(row, next(words), next(words), by) for row in rows)


def _plain(row: Learning, subject: str = "", reasons: str = "", by: Actor | None = None) -> LearningCard:
    moves = states.LEARNINGS.open_to(access.held(row, by), state=row.state) if by else ()
    return LearningCard(row.ref, row.person_id, Study(row.study), subject, row.first_on, row.last_on, row.minutes,
                        states.Learning(row.state), reasons, row.reported_at, moves)


def registration_card(row: Registration, by: Actor | None = None) -> RegistrationCard:
    level = Level(row.level)
    term = Term(level, row.from_on, row.until_on) if row.from_on and row.until_on else None
    moves = states.REGISTRATIONS.open_to(access.held(row, by), state=row.state) if by and by != SYSTEM else ()
    return RegistrationCard(row.ref, row.person_id, row.region_code, level, rules.LEVELS[level], Kind(row.kind),
                            states.Registration(row.state), row.certified_on, term, row.applied_at, row.decided_at,
                            moves)
