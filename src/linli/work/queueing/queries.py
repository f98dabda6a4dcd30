from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q

from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.text import N_, Text
from linli.registers.directory import queries as directory
from linli.registers.directory.registry import Measured
from linli.registers.organisations import queries as organisations
from linli.work.queueing import access, rules
from linli.work.queueing.models import Queue, Ticket
from linli.work.queueing.rules import REMEMBERED, Wait
from linli.work.queueing.states import (
    JOIN,
    LABELS,
    LIFE,
    LIVE,
    QUEUE_LABELS,
    QUEUE_TONES,
    SERVE,
    TONES,
    QueueState,
    State,
)


@dataclass(frozen=True)
class QueueCard:
    """A queue as everybody sees it: figures and numbers, nobody's name. `wait` is what somebody new is told."""

    ref: UUID
    service: UUID
    service_name: str
    provider: UUID
    provider_name: str
    name: str
    prefix: str
    counters: int
    state: QueueState
    waiting: int
    called: tuple[tuple[str, int], ...]
    """Numbers called or served now, and to which counter, the last one first."""
    wait: Wait | None
    kept: tuple[int, int]
    """Of how many of the last were called within what was said, and how many that were."""

    @property
    def label(self) -> Text:
        return QUEUE_LABELS[self.state]

    @property
    def tone(self) -> str:
        return QUEUE_TONES[self.state]


@dataclass(frozen=True)
class TicketCard:
    """One number, for its own people and the counters."""

    ref: UUID
    queue: UUID
    queue_name: str
    number: str
    state: State
    channel: str
    ahead: int | None
    wait: Wait | None
    counter: int | None
    taken_at: datetime
    moves: tuple[str, ...]

    @property
    def label(self) -> Text:
        return LABELS[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]


def queues(*, at: datetime, provider: UUID | None = None, most: int = 50) -> list[QueueCard]:
    """Queues that are open today, or all of a provider's; without the numbers called."""
    rows = Queue.objects.select_related("service")
    rows = rows.filter(provider=provider) if provider else rows.filter(on=rules.day(at)).exclude(
        state=QueueState.CLOSED)
    found = list(rows.order_by("name", "pk")[:most])
    names = organisations.names({row.provider for row in found}) if found else {}
    counted = {row["queue"]: row for row in Ticket.objects.filter(queue__in=found, on=F("queue__on")).order_by().values(
        "queue").annotate(waiting=Count("pk", filter=Q(state=State.WAITING)),
                          serving=Count("pk", filter=Q(state__in=[State.CALLED, State.SERVING])))}
    cards = []
    for row in found:
        figures = counted.get(row.pk, {"waiting": 0, "serving": 0})
        cards.append(_card(row, names.get(row.provider, ""), waiting=figures["waiting"], called=(), wait=None,
                           kept=(0, 0)))
    return cards


def queue(ref: UUID, *, at: datetime) -> QueueCard:
    """One queue with what is called now and what is said of the wait. Refuses: NotFound."""
    return seen(ref, by=ANONYMOUS, at=at).card


@dataclass(frozen=True)
class Seen:
    """A queue with the reader's own numbers, and for its counters everybody who is not done."""

    card: QueueCard
    own: tuple[TicketCard, ...]
    line: tuple[TicketCard, ...]


def seen(ref: UUID, *, by: Actor, at: datetime) -> Seen:
    """One queue as this actor sees it; four queries however long it is. Refuses: NotFound."""
    row = Queue.objects.select_related("service").filter(ref=ref).first()
    if row is None:
        raise access.no_queue()
    today = rules.day(at) == row.on
    live = list(row.tickets.filter(on=row.on, state__in=LIVE).order_by("place", "number")) if today else []
    waiting = [one for one in live if one.state == State.WAITING]
    now = sorted((one for one in live if one.state in (State.CALLED, State.SERVING)),
                 key=lambda one: one.called_at or at, reverse=True)
    told, lengths = _told(row)

    def wait(ahead: int) -> Wait | None:
        return rules.expected(ahead, serving=len(now), counters=row.counters, lengths=lengths,
                              planned=row.planned_minutes)

    ahead = {one.pk: place for place, one in enumerate(waiting)}
    cards = {one.pk: TicketCard(
        one.ref, row.ref, row.name, rules.written(row.prefix, one.number), State(one.state), one.channel,
        ahead.get(one.pk), wait(ahead[one.pk]) if one.pk in ahead else None, one.counter, one.taken_at,
        tuple(move.name for move in LIFE.open_to(access.may(row, one, by), state=one.state))) for one in live}
    mine = by.refs(JOIN, "person")
    serves = SERVE in access.held(row, by)
    missed = [one for one in live if one.state == State.MISSED]
    return Seen(
        _card(row, organisations.names({row.provider}).get(row.provider, ""), waiting=len(waiting),
              called=tuple((rules.written(row.prefix, one.number), one.counter or 0) for one in now),
              wait=wait(len(waiting)) if row.state == QueueState.OPEN and today else None, kept=told),
        tuple(cards[one.pk] for one in live if one.person_id in mine),
        tuple(cards[one.pk] for one in (*now, *waiting, *missed)) if serves else ())


def _card(row: Queue, provider: str, *, waiting: int, called: tuple[tuple[str, int], ...], wait: Wait | None,
          kept: tuple[int, int]) -> QueueCard:
    return QueueCard(row.ref, row.service_id, row.service.name, row.provider, provider, row.name, row.prefix,
                     row.counters, QueueState(row.state), waiting, called, wait, kept)


def _told(row: Queue) -> tuple[tuple[int, int], list[float]]:
    """Of the last who were served: how often what was said was kept, and their lengths in minutes; one query."""
    last = list(row.tickets.filter(state=State.SERVED, began__isnull=False, ended__isnull=False).order_by(
        "-ended")[:REMEMBERED])
    lengths = [(one.ended - one.began).total_seconds() / 60 for one in last if one.ended and one.began]
    said = [one for one in last if one.said_high is not None and one.called_at and one.order is None]
    kept = sum((one.called_at - one.taken_at).total_seconds() / 60 <= (one.said_high or 0) for one in said
               if one.called_at)
    return (kept, len(said)), lengths


def measured(services: Collection[UUID]) -> dict[UUID, Measured]:
    """Of these services, how many are served at once and the minutes of the last who were; for their waves."""
    found = {}
    for row in Queue.objects.filter(service__ref__in=services).order_by():
        _, lengths = _told(row)
        found[row.service_id] = Measured(row.counters, tuple(lengths))
    return found


def wait_at(row: Queue, place: datetime) -> Wait | None:
    """What somebody is told who would stand at this place in line now."""
    live = row.tickets.filter(on=row.on, state__in=[State.WAITING, State.CALLED, State.SERVING]).aggregate(
        ahead=Count("pk", filter=Q(state=State.WAITING, place__lte=place)),
        serving=Count("pk", filter=~Q(state=State.WAITING)))
    _, lengths = _told(row)
    return rules.expected(live["ahead"], serving=live["serving"], counters=row.counters, lengths=lengths,
                          planned=row.planned_minutes)


def mine(queue: UUID, *, by: Actor, at: datetime) -> tuple[TicketCard, ...]:
    """The actor's own numbers of today in this queue, and those of whom they act for."""
    return seen(queue, by=by, at=at).own


def line(queue: UUID, *, by: Actor, at: datetime) -> tuple[TicketCard, ...]:
    """Everybody of today who is not done, as they are called; for the counters, without names."""
    return seen(queue, by=by, at=at).line


def answering(by: Actor) -> list[organisations.OrganisationCard]:
    """The organisations at whose counters this actor works, by name."""
    return organisations.managed(by, SERVE, sites=False)


def without_queue(provider: UUID) -> list[tuple[UUID, str]]:
    """The provider's services for which people come to a site; with or without a queue so far."""
    return [(card.ref, card.name) for card in directory.services_of(provider) if "on_site" in card.modes and card.open]


def held_of(person: UUID) -> list[dict[str, Any]]:
    """The numbers that somebody took in queues; for the copy that they take."""
    rows = Ticket.objects.filter(person__ref=person).select_related("queue").order_by("-taken_at")
    return [{N_("queue"): row.queue.name, N_("number"): f"{row.queue.prefix}{row.number:03}",
             N_("when"): row.taken_at, N_("state"): LABELS[State(row.state)]} for row in rows]
