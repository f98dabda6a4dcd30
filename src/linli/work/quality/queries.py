from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from linli.engines.rulebook import queries as rulebook
from linli.engines.rulebook.queries import DutyCard
from linli.kernel.actor import Actor, prefix
from linli.kernel.machine import Move
from linli.kernel.text import N_, Text
from linli.registers.directory import queries as directory
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.work.quality import access, rules
from linli.work.quality.models import Answer, Rating, Rectification
from linli.work.quality.models import Score as Row
from linli.work.quality.states import ANSWER, CLOSED, LABELS, LIFE, SEE, TONES, State


@dataclass(frozen=True)
class Score:
    """The ratings of one service. `mean` is None without any; `shrunk` is drawn towards the prior and ranks."""

    mean: float | None
    count: int
    shrunk: float
    grades: tuple[int, ...] = (0, 0, 0, 0, 0)
    """How many ratings of each grade, the lowest first."""


@dataclass(frozen=True)
class RatingCard:
    """One rating, without a name."""

    service: UUID
    grade: int
    at: datetime


@dataclass(frozen=True)
class Round:
    """What the provider said was done, and what the resident said to it where that was no."""

    text: str
    answered_at: datetime
    objection: str
    rejected_at: datetime | None


@dataclass(frozen=True)
class RectificationCard:
    ref: UUID
    order: UUID
    service: UUID
    service_name: str
    provider: UUID
    provider_name: str
    region: str
    grade: int
    state: State
    label: Text
    tone: str
    raised_at: datetime
    closed_at: datetime | None
    due_on: date | None
    days_left: int
    """Until the day it is due, from today; 0 once closed or late."""
    days_late: int
    provisional: bool
    rounds: tuple[Round, ...]
    """Oldest first."""
    moves: tuple[Move, ...]
    """Open to the actor who asked."""
    side: str
    """Of the actor who asked: provider, resident or office."""

    @property
    def closed(self) -> bool:
        return self.state in CLOSED


# Scores


def scores(services: Collection[UUID], *, on: date | None = None, region: str | None = None) -> dict[UUID, Score]:
    """The score of each of these services, rated or not, in one query. `on` and `region` choose the prior in force."""
    params = rulebook.rule("quality.prior", on=on or timezone.localdate(), region=region).params
    prior, weight = rules.prior_of(params)
    none = Score(None, 0, rules.shrunk(0, 0, prior=prior, weight=weight))
    found = dict.fromkeys(services, none)
    rows = Row.objects.filter(service__in=found).values_list(
        "service", "count", "total", "ones", "twos", "threes", "fours", "fives") if found else ()
    for service, count, total, *grades in rows:
        worth = rules.shrunk(total, count, prior=prior, weight=weight)
        found[service] = Score(rules.mean(total, count), count, worth, tuple(grades))
    return found


def ratings(providers: Collection[UUID], *, most: int = 50) -> list[RatingCard]:
    """The last ratings of these providers, the newest first; no names. The caller has judged who may see them."""
    rows = Rating.objects.filter(provider__in=providers).order_by("-rated_at", "-pk")[:most]
    return [RatingCard(row.service, row.grade, row.rated_at) for row in rows]


# Rectifications


def rectification(ref: UUID, *, by: Actor, at: datetime) -> RectificationCard:
    """One rectification and all that was said, for its two sides and who watches over the region. Refuses: NotFound."""
    row = access.rectification(ref, by=by)
    return _cards(_answered(Rectification.objects.filter(pk=row.pk)), by=by, at=at, read=True)[0]


def rectifications(
    *, by: Actor, at: datetime, provider: UUID | None = None, running: bool = False,
    names: Mapping[UUID, str] | None = None, most: int = 100,
) -> list[RectificationCard]:
    """Those that this actor may know of, the oldest first; without the texts. `names` are those of services and
    bodies that are known already."""
    rows = access.rectifications(by)
    rows = rows.filter(provider__ref=provider) if provider else rows
    rows = rows.exclude(state__in=CLOSED) if running else rows
    return _cards(rows.order_by("raised_at", "pk")[:most], by=by, at=at, names=names)


def overseen(*, by: Actor, at: datetime, most: int = 200) -> list[RectificationCard]:
    """Those that run in the regions of an officer, the latest first, then by the day they are due."""
    rows = access.overseen(by).exclude(state__in=CLOSED).order_by("raised_at", "pk")[:most]
    return sorted(_cards(rows, by=by, at=at), key=lambda card: (-card.days_late, card.due_on or date.max, card.ref))


def late(region: str | None = None, *, by: Actor, at: datetime) -> list[RectificationCard]:
    """Those past the day they were due, in the regions of an officer or one below, the latest first."""
    start = prefix(region) if region else ""
    return [card for card in overseen(by=by, at=at) if card.days_late and card.region.startswith(start)]


def of_order(order: UUID, *, by: Actor, at: datetime) -> RectificationCard | None:
    """What became of a bad rating of this order, if there is one that the actor may know of."""
    found = _cards(access.rectifications(by).filter(order=order).order_by("pk"), by=by, at=at)
    return found[0] if found else None


def _answered(rows: QuerySet[Rectification]) -> QuerySet[Rectification]:
    return rows.prefetch_related(Prefetch("answers", Answer.objects.order_by("pk"), to_attr="all_answers"))


def _cards(
    rows: Iterable[Rectification], *, by: Actor, at: datetime, read: bool = False,
    names: Mapping[UUID, str] | None = None,
) -> list[RectificationCard]:
    rows = list(rows)
    if not rows:
        return []
    on = timezone.localdate(at)
    duties = {duty.about: duty for duty in rulebook.duties(
        on=on, about=[row.order for row in rows], rule_id=rules.RULE, most=len(rows))}
    names = dict(names or {})
    if unnamed := {row.service for row in rows} - names.keys():
        services = directory.services(unnamed).values()
        names |= {card.ref: card.name for card in services} | {card.provider: card.provider_name for card in services}
    if missing := {row.provider_id for row in rows} - names.keys():
        names |= organisations.names(missing)
    rounds = _rounds(rows) if read else {}
    return [
        _card(row, duties.get(row.order), on, names.get(row.service, ""), names.get(row.provider_id, ""),
              rounds.get(row.pk, ()), by)
        for row in rows
    ]


def _rounds(rows: Sequence[Rectification]) -> dict[int, tuple[Round, ...]]:
    answers = [(row, one) for row in rows for one in row.all_answers]  # type: ignore[attr-defined]  # prefetched
    opened = people.open_many(
        (row.person_id, sealed, context) for row, one in answers
        for sealed, context in ((one.text_sealed, "quality.answer"), (one.objection_sealed, "quality.objection")))
    found: dict[int, tuple[Round, ...]] = {}
    for (row, one), text, objection in zip(answers, opened[::2], opened[1::2], strict=True):
        found[row.pk] = (*found.get(row.pk, ()), Round(text, one.answered_at, objection, one.rejected_at))
    return found


def _card(
    row: Rectification, duty: DutyCard | None, on: date, service: str, provider: str, rounds: tuple[Round, ...],
    by: Actor,
) -> RectificationCard:
    state, running = State(row.state), row.state not in CLOSED
    left = (duty.due_on - on).days if duty and running else 0
    held = access.held(row, by)
    side = "provider" if ANSWER in held else "office" if SEE in held else "resident"
    return RectificationCard(
        row.ref, row.order, row.service, service, row.provider_id, provider, row.region_code, row.grade, state,
        LABELS[state], TONES[state], row.raised_at, row.closed_at, duty.due_on if duty else None, max(left, 0),
        duty.days_late if duty else 0, bool(duty and duty.provisional), rounds,
        LIFE.open_to(held, state=state), side,
    )


def answering(by: Actor) -> list[organisations.OrganisationCard]:
    """The organisations for which this actor answers bad ratings, by name."""
    return organisations.managed(by, ANSWER, sites=False)


def held_of(person: UUID) -> list[dict[str, Any]]:
    """What followed from somebody's bad ratings; for the copy that they take."""
    rows = list(_answered(Rectification.objects.filter(person__ref=person)).order_by("-raised_at"))
    rounds = _rounds(rows)
    return [{
        N_("raised"): row.raised_at, N_("grade"): row.grade, N_("state"): LABELS[State(row.state)],
        N_("answers"): " / ".join(filter(None, (part for one in rounds.get(row.pk, ()) for part in (
            one.text, one.objection)))),
    } for row in rows]
