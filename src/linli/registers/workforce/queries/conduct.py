from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import Move
from linli.kernel.text import N_, Text
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as staff
from linli.registers.practitioners.queries import Bar, PractitionerCard, Remark
from linli.registers.workforce import access, states
from linli.registers.workforce.models import Honour, Sanction
from linli.registers.workforce.queries.registering import REASONS
from linli.registers.workforce.rules import conduct
from linli.registers.workforce.rules.conduct import GROUNDS, PENALTIES, Ground, Penalty, Terms

SAID = "workforce.conduct"
"""What the words of a sanction's steps are sealed for, under the person's key."""
IN_FORCE = (states.Sanction.IN_FORCE, states.Sanction.APPEALED)


@dataclass(frozen=True)
class HonourCard:
    ref: UUID
    passport: str
    """Number of the passport that was named, and the name on it; empty where the person was erased."""
    name: str
    award: str
    giver: str
    basis: str
    awarded_on: date
    shown: bool
    state: states.Honour
    reasons: str
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class StepCard:
    move: Move
    words: str
    taken_at: datetime


@dataclass(frozen=True)
class SanctionCard:
    """`until` is excluded. `steps` are what was done, oldest first, with their words; none in lists."""

    ref: UUID
    passport: str
    name: str
    region: str
    penalty: Penalty
    ground: Ground
    months: int | None
    answer_by: date
    from_: date | None
    until: date | None
    state: states.Sanction
    steps: tuple[StepCard, ...]
    appeal_until: date | None
    """The last day to appeal, while that is open."""
    moves: tuple[Move, ...]

    @property
    def penalty_name(self) -> Text:
        return PENALTIES[self.penalty]

    @property
    def ground_name(self) -> Text:
        return GROUNDS[self.ground]

    @property
    def label(self) -> Text:
        return states.SANCTION_LABELS[self.state]


def sanction_terms(on: date, region: str | None) -> Terms:
    """The rulebook's lengths in force."""
    return Terms(**rulebook.rule(conduct.TERMS, on=on, region=region).params)


def appeal_until(row: Sanction) -> date:
    """The last day on which a sanction in force may be appealed against."""
    assert row.from_on
    held = rulebook.rule(conduct.APPEAL, on=row.from_on, region=row.region_code)
    return conduct.appeal_until(row.from_on, days=held.amount)


def own_conduct(*, by: Actor) -> tuple[list[HonourCard], list[SanctionCard]]:
    """One's honours and sanctions, newest first. Refuses: NotAllowed (no person)."""
    mine = Q(person__ref=access.own(by))
    return (_honours(Honour.objects.filter(mine).order_by("-awarded_on", "-pk"), by),
            _sanctions(Sanction.objects.filter(mine).order_by("-pk"), by))


def honours(*, by: Actor, start: int = 0, most: int = 50) -> tuple[list[HonourCard], int]:
    """The office's list, newest first, and how many. Refuses: NotAllowed (no such office)."""
    rows = Honour.objects.filter(access.overseen(by))
    return _honours(rows.order_by("-pk")[start:start + most], by), rows.count()


def honour(ref: UUID, *, by: Actor) -> HonourCard:
    """Refuses: NotFound."""
    return _honours(Honour.objects.filter(pk=access.honour(ref, by=by).pk), by)[0]


def sanctions(*, by: Actor, state: str = "", start: int = 0, most: int = 50) -> tuple[list[SanctionCard], int]:
    """The office's list, newest first, and how many. Refuses: NotAllowed (no such office)."""
    rows = Sanction.objects.filter(access.overseen(by))
    rows = rows.filter(state=state) if state else rows
    return _sanctions(rows.order_by("-pk")[start:start + most], by), rows.count()


def sanction(ref: UUID, *, by: Actor) -> SanctionCard:
    """One sanction with all its steps. Refuses: NotFound."""
    return _sanctions([access.sanction(ref, by=by)], by, whole=True)[0]


def bars(person: UUID) -> list[Bar]:
    """When sanctions in force forbid somebody the work."""
    rows = Sanction.objects.filter(person__ref=person, state__in=IN_FORCE, from_on__isnull=False)
    return [Bar(row.from_on, row.until_on) for row in rows.order_by("pk") if Penalty(row.penalty).forbids and
            row.from_on]


def remarks(person: UUID, on: date) -> Iterable[Remark]:
    """What everybody reads on the passport: honours that the person shows, sanctions that forbid the work on that day.

    Of a sanction only what it is, its term and its ground of the list; neither what happened nor what was said.
    """
    for row in Honour.objects.filter(person__ref=person, state=states.Honour.STANDING, shown=True).order_by(
            "-awarded_on", "pk"):
        yield Remark("honour", row.award, f"{row.giver} · {row.basis}", row.awarded_on, None, True)
    for held in Sanction.objects.filter(person__ref=person, state__in=IN_FORCE, from_on__lte=on).exclude(
            until_on__lte=on).order_by("pk"):
        penalty = Penalty(held.penalty)
        if penalty.forbids and held.from_on:
            yield Remark(penalty, PENALTIES[penalty], GROUNDS[Ground(held.ground)], held.from_on, held.until_on, False)


def conduct_held(person: UUID) -> list[dict[str, Any]]:
    """What is kept of somebody's honours and sanctions; for the copy that they take."""
    kept: list[dict[str, Any]] = [
        {N_("kind"): N_("Honour"), N_("what"): row.award, N_("day"): row.awarded_on, N_("words"): row.basis}
        for row in Honour.objects.filter(person__ref=person).order_by("pk")]
    rows = Sanction.objects.filter(person__ref=person).prefetch_related("steps").order_by("pk")
    for card in _sanctions(rows, SYSTEM, whole=True):
        kept += [{N_("kind"): card.penalty_name, N_("what"): step.move.label,
                  N_("day"): timezone.localdate(step.taken_at), N_("words"): step.words} for step in card.steps]
    return kept


def _honours(rows: QuerySet[Honour], by: Actor) -> list[HonourCard]:
    found = list(rows)
    cards = staff.practitioners([row.practitioner_id for row in found])
    reasons = people.open_many([(row.person_id, row.reasons_sealed, REASONS) for row in found])
    return [HonourCard(
        row.ref, *_named(cards, row.practitioner_id), row.award, row.giver, row.basis, row.awarded_on, row.shown,
        states.Honour(row.state), why, tuple(
            move for move in states.HONOURS.open_to(access.held_over(row, by), state=row.state)
            if move.name != ("show_honour" if row.shown else "hide_honour")),
    ) for row, why in zip(found, reasons, strict=True)]


def _sanctions(rows: Iterable[Sanction], by: Actor, *, whole: bool = False) -> list[SanctionCard]:
    found = list(rows)
    cards = staff.practitioners([row.practitioner_id for row in found])
    steps = [(row, step) for row in found for step in sorted(row.steps.all(), key=lambda one: one.pk)] if whole else []
    opened = people.open_many([(row.person_id, step.words_sealed, SAID) for row, step in steps])
    said = [(row, StepCard(states.SANCTIONS.moves[step.move], words, step.taken_at))
            for (row, step), words in zip(steps, opened, strict=True)]
    return [SanctionCard(
        row.ref, *_named(cards, row.practitioner_id), row.region_code, Penalty(row.penalty), Ground(row.ground),
        row.months, row.answer_by_on, row.from_on, row.until_on, states.Sanction(row.state),
        tuple(step for one, step in said if one is row),
        appeal_until(row) if row.state == states.Sanction.IN_FORCE else None,
        states.SANCTIONS.open_to(access.held_over(row, by), state=row.state),
    ) for row in found]


def _named(cards: dict[UUID, PractitionerCard], ref: UUID) -> tuple[str, str]:
    return (cards[ref].number, cards[ref].name) if ref in cards else ("", "")


def region_name(region: str) -> str:
    """The full name of a region."""
    return places.full_names([region]).get(region, region)
