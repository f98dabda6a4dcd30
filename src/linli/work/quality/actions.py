from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.engines.rulebook import actions as rulebook
from linli.engines.rulebook import queries as rules_in_force
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.machine import START
from linli.registers.people import queries as people
from linli.work.quality import access, events, rules
from linli.work.quality.models import Answer, Rating, Rectification, Score
from linli.work.quality.states import CLOSED, LIFE, OWN, State

_FIGURES = ("ones", "twos", "threes", "fours", "fives")


@dataclass(frozen=True)
class Rated:
    """A rated order, as the journal tells of it."""

    order: UUID
    service: UUID
    provider: UUID
    grade: int
    by: UUID
    at: datetime


@action
def count_ratings(ratings: Collection[Rated]) -> None:
    """Keep these ratings and add up their services anew; an order rated again counts with its last grade."""
    rows = {one.order: Rating(order=one.order, service=one.service, provider=one.provider, grade=one.grade,
                              rated_at=one.at, rated_by=one.by) for one in ratings}
    Rating.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["order"],
        update_fields=["service", "provider", "grade", "rated_at", "rated_by"],
    )
    _add_up({one.service: one.provider for one in ratings})


@action
def strike_ratings(orders: Mapping[UUID, tuple[UUID, UUID]]) -> None:
    """Count the ratings of these orders no more, as decided; each with its service and provider."""
    Rating.objects.filter(order__in=orders).delete()
    services = {service: provider for service, provider in orders.values()}
    Score.objects.filter(service__in=services).delete()
    _add_up(services)


@action
def drop_rectification(order: UUID, *, by: Actor, at: datetime) -> bool:
    """End what is owed for a rating that does not count, as decided; whether something was."""
    row = Rectification.objects.select_for_update(of=("self",)).filter(order=order).exclude(state__in=CLOSED).first()
    if row is None:
        return False
    _close(row, LIFE.check("drop", state=row.state, held=OWN), by=by, at=at)
    journal.record(events.RectificationDropped(*_key(row)), about=row.ref, by=by, at=at)
    return True


def _add_up(providers: dict[UUID, UUID]) -> None:
    figures = {name: Count("pk", filter=Q(grade=grade)) for grade, name in zip(rules.GRADES, _FIGURES, strict=True)}
    rows = Rating.objects.filter(service__in=providers).order_by().values("service").annotate(
        count=Count("pk"), total=Sum("grade"), **figures)
    Score.objects.bulk_create(
        [Score(provider=providers[row["service"]], **row) for row in rows], update_conflicts=True,
        unique_fields=["service"], update_fields=["provider", "count", "total", *_FIGURES],
    )


@action
def forget_ratings() -> None:
    """Empty what was counted, so that it can be made anew from the journal."""
    Rating.objects.all().delete()
    Score.objects.all().delete()


@action
def raise_rectification(
    order: UUID, *, service: UUID, provider: UUID, person: UUID, region: str, grade: int, by: Actor, at: datetime
) -> UUID | None:
    """Have the provider owe an answer to a bad rating; None for a grade that calls for none.

    Owed once for an order, however often it is told. Due by the rulebook's `service.rectify_bad_rating`.
    """
    if not rules.is_bad(grade):
        return None
    state = LIFE.check("raise_rectification", state=START, held=OWN)
    row, new = Rectification.objects.get_or_create(order=order, defaults={
        "service": service, "provider_id": provider, "person_id": person, "region_code": region, "grade": grade,
        "state": state, "raised_at": at, "raised_by": by.ref,
    })
    if not new:
        return row.ref
    since = timezone.localdate(at)
    rulebook.raise_duty(
        rules.RULE, owner=f"organisation:{provider}", owed_to=f"person:{person}", about=order, region=region,
        since=since, by=by, at=at,
    )
    duty = rules_in_force.duties(on=since, about=[order], rule_id=rules.RULE)[0]
    journal.record(
        events.RectificationRaised(row.ref, order, service, provider, person, region, grade, duty.due_on),
        about=row.ref, by=by, at=at,
    )
    return row.ref


@action
def answer(ref: UUID, *, text: str, by: Actor, at: datetime) -> None:
    """Say what was done about a bad rating. The text is sealed under the resident's key.

    Where the resident's data was erased nobody can judge it: nothing is kept of it and the rectification is settled.
    Refuses: NotFound, NotAllowed, Conflict (answered already), RuleBroken (no text, too long).
    """
    row = access.rectification(ref, by=by, lock=True)
    row.state = LIFE.check("answer", state=row.state, held=access.held(row, by))
    said = rules.words(text, field="text")
    if not people.exists(row.person_id):
        _settle(row, by=by, at=at)
        return

    row.save(update_fields=["state"])
    Answer.objects.create(rectification=row, text_sealed=people.seal(row.person_id, said, context="quality.answer"),
                          answered_at=at, answered_by=by.ref)
    journal.record(events.RectificationAnswered(*_key(row)), about=ref, by=by, at=at)


@action
def accept(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Say that it is solved: the provider's duty is met. Refuses: NotFound, NotAllowed, Conflict (not answered)."""
    row = access.rectification(ref, by=by, lock=True)
    state = LIFE.check("accept", state=row.state, held=access.held(row, by))
    _close(row, state, by=by, at=at)
    journal.record(events.RectificationAccepted(*_key(row)), about=ref, by=by, at=at)


@action
def reject(ref: UUID, *, text: str, by: Actor, at: datetime) -> None:
    """Say that it is not solved and what is still wrong: the provider answers again, by the same day.

    Refuses: NotFound, NotAllowed, Conflict (not answered), RuleBroken (no text, too long).
    """
    row = access.rectification(ref, by=by, lock=True)
    row.state = LIFE.check("reject", state=row.state, held=access.held(row, by))
    said = rules.words(text, field="text")

    row.save(update_fields=["state"])
    sealed = people.seal(row.person_id, said, context="quality.objection")
    row.answers.filter(rejected_at=None).update(objection_sealed=sealed, rejected_at=at, rejected_by=by.ref)
    journal.record(events.RectificationRejected(*_key(row)), about=ref, by=by, at=at)


@action
def settle_silent(*, by: Actor, at: datetime, most: int = 200) -> int:
    """Close what was answered longer ago than `quality.silence` allows and nobody objected to; how many."""
    silence = rules_in_force.rule("quality.silence", on=timezone.localdate(at)).amount
    waiting = Answer.objects.filter(rejected_at=None, answered_at__lt=at - timedelta(days=silence))
    rows = Rectification.objects.select_for_update(of=("self",)).filter(
        state=State.ANSWERED, pk__in=waiting.values("rectification")).order_by("pk")[:most]
    settled = 0
    for row in rows:
        _settle(row, by=by, at=at)
        settled += 1
    return settled


def _settle(row: Rectification, *, by: Actor, at: datetime) -> None:
    _close(row, LIFE.check("settle", state=row.state, held=OWN), by=by, at=at)
    journal.record(events.RectificationSettled(*_key(row)), about=row.ref, by=by, at=at)


def _close(row: Rectification, state: str, *, by: Actor, at: datetime) -> None:
    row.state, row.closed_at, row.closed_by = state, at, by.ref
    row.save(update_fields=["state", "closed_at", "closed_by"])
    rulebook.meet(about=row.order, rule_id=rules.RULE, by=by, at=at)


def _key(row: Rectification) -> tuple[UUID, UUID, UUID, UUID, str]:
    return row.ref, row.order, row.provider_id, row.person_id, row.region_code
