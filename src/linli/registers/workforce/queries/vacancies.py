from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from linli.kernel.actor import Actor, prefix
from linli.kernel.machine import Move
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_, Both
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.workforce import access, rules, states
from linli.registers.workforce.models import Candidacy, Vacancy
from linli.registers.workforce.queries.registering import registered
from linli.registers.workforce.rules import Level

LETTER, ANSWER_SEALED = "workforce.letter", "workforce.answer"
"""What letters and answers are sealed for, under the person's key."""


@dataclass(frozen=True)
class VacancyCard:
    ref: UUID
    organisation: UUID
    organisation_name: str
    region: str
    title: str
    description: str
    level: Level | None
    level_name: Both | None
    places: int
    taken: int
    waiting: int
    pay_from_fen: int | None
    pay_until_fen: int | None
    closes_on: date
    state: states.Vacancy
    open: bool
    """Whether one may apply on the day asked for."""


@dataclass(frozen=True)
class CandidacyCard:
    ref: UUID
    vacancy: UUID
    title: str
    organisation: UUID
    person: UUID
    name: str
    letter: str
    answer: str
    level_name: Both | None
    """Of the registration in force."""
    state: states.Candidacy
    sent_at: datetime
    moves: tuple[Move, ...]


def vacancy(ref: UUID, *, on: date) -> VacancyCard:
    """One vacancy, whatever its state. Refuses: NotFound."""
    return _vacancies(Vacancy.objects.filter(pk=access.vacancy(ref).pk), on)[0]


def vacancies(
    *, region: str = "", q: str = "", level: str = "", on: date, start: int = 0, most: int = 30
) -> tuple[list[VacancyCard], int]:
    """What is open on that day, the newest first, and how many; `level` is what one is registered as."""
    rows = Vacancy.objects.filter(state=states.Vacancy.OPEN, closes_on__gt=on)
    rows = rows.filter(region_code__startswith=prefix(region)) if region else rows
    for word in q.split()[:5]:
        rows = rows.filter(Q(title__icontains=word) | Q(description__icontains=word))
    if level in list(Level):
        rows = rows.filter(level__in=["", *(one for one in Level if one.rank <= Level(level).rank)])
    return _vacancies(rows.order_by("-pk")[start:start + most], on), rows.count()


def vacancies_of(organisation: UUID, *, on: date, most: int = 200) -> list[VacancyCard]:
    """What an organisation has advertised, the newest first."""
    return _vacancies(Vacancy.objects.filter(organisation__ref=organisation).order_by("-pk")[:most], on)


def candidacies(vacancy: UUID, *, by: Actor, on: date) -> list[CandidacyCard]:
    """Who applied, oldest first. Refuses: NotFound, NotAllowed (another organisation's)."""
    row = access.vacancy(vacancy)
    if states.RECRUIT not in access.held_by(row.organisation_id, by):
        raise NotAllowed(N_("Another organisation advertises this post."))
    return _candidacies(Candidacy.objects.filter(vacancy=row).order_by("pk"), by, on)


def my_candidacies(*, by: Actor, on: date) -> list[CandidacyCard]:
    """One's own, newest first. Refuses: NotAllowed (no person)."""
    return _candidacies(Candidacy.objects.filter(person__ref=access.own(by)).order_by("-pk"), by, on)


def candidacy(ref: UUID, *, by: Actor, on: date) -> CandidacyCard:
    """Refuses: NotFound."""
    row = access.candidacy(ref, by=by)
    return _candidacies(Candidacy.objects.filter(pk=row.pk), by, on)[0]


def _vacancies(rows: QuerySet[Vacancy], on: date) -> list[VacancyCard]:
    found: list[Any] = list(rows.annotate(
        taken=Count("candidacies", filter=Q(candidacies__state=states.Candidacy.TAKEN)),
        waiting=Count("candidacies", filter=Q(candidacies__state=states.Candidacy.SENT)),
    ))
    names = organisations.names([row.organisation_id for row in found])
    return [VacancyCard(
        row.ref, row.organisation_id, names.get(row.organisation_id, ""), row.region_code, row.title, row.description,
        Level(row.level) if row.level else None, rules.LEVELS[Level(row.level)] if row.level else None, row.places,
        row.taken, row.waiting, row.pay_from_fen, row.pay_until_fen, row.closes_on, states.Vacancy(row.state),
        row.state == states.Vacancy.OPEN and row.closes_on > on,
    ) for row in found]


def _candidacies(rows: QuerySet[Candidacy], by: Actor, on: date) -> list[CandidacyCard]:
    found = list(rows.select_related("vacancy"))
    persons = [row.person_id for row in found]
    names = people.names(persons, masked=False)  # they agreed that the organisation reads their name
    levels = registered(persons, on=on)
    opened = iter(people.open_many([(row.person_id, sealed, context) for row in found for sealed, context in (
        (row.letter_sealed, LETTER), (row.answer_sealed, ANSWER_SEALED))]))
    cards = []
    for row in found:
        level = levels.get(row.person_id)
        cards.append(CandidacyCard(
            row.ref, row.vacancy.ref, row.vacancy.title, row.vacancy.organisation_id, row.person_id,
            names.get(row.person_id, ""), next(opened), next(opened), level.level_name if level else None,
            states.Candidacy(row.state), row.sent_at,
            states.CANDIDACIES.open_to(access.held_of(row, by), state=row.state),
        ))
    return cards
