"""What bodies are asked within applications: who has answered, who is still out, and what lies at whose desk."""
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from linli.kernel.actor import Actor, prefix
from linli.kernel.text import Text
from linli.registers.people import queries as people
from linli.work.hall import access
from linli.work.hall.models import Application, Opinion
from linli.work.hall.queries import content
from linli.work.hall.registry import MATTERS, Body, Matter
from linli.work.hall.states import PROCESS, OpinionState, State


@dataclass(frozen=True)
class OpinionCard:
    """What one body was asked; `mine` where the actor may answer for it. What it found is for the offices alone."""

    step: str
    body: str
    title: Text
    desk: str
    state: OpinionState
    asked_at: datetime
    due_on: date
    days_late: int
    given_at: datetime | None
    favourable: bool | None
    finding: str
    mine: bool


@dataclass(frozen=True)
class AskedCard:
    """One line of what bodies at the actor's desks are asked."""

    ref: UUID
    number: str
    matter: Text
    body: Text
    desk: str
    due_on: date
    days_late: int


def of(row: Application, one: Matter, known: people.Known, *, by: Actor, on: date,
       own: bool) -> tuple[OpinionCard, ...]:
    """The opinions of an application, in the order of the declaration."""
    bodies = {(step.key, body.key): body for step in one.steps for body in step.bodies}
    if not bodies:
        return ()
    found = []
    for given in row.opinions.order_by("pk"):
        (finding,) = content.words(row, known, **{
            f"opinion.{given.step}.{given.body}": None if own else given.finding_sealed})
        found.append(OpinionCard(
            given.step, given.body, _title(bodies.get((given.step, given.body)), given.body), given.desk_code,
            OpinionState(given.state), given.asked_at, given.due_on, _late(given, row, on), given.given_at,
            given.favourable, finding, given.state == OpinionState.ASKED and row.state == State.ACCEPTED
            and PROCESS in access.asked(given, row, by)))
    return tuple(found)


def asked_of(*, by: Actor, at: datetime, most: int = 50) -> list[AskedCard]:
    """What bodies at the actor's own desks are asked and have not answered, the most urgent first: not what desks below
    are asked. Their own applications are not among them."""
    on = timezone.localdate(at)
    rows = _out().filter(desk_code__in=access.places(by))
    rows = rows.exclude(application__person__ref=by.person) if by.person else rows
    return [AskedCard(one.application.ref, one.application.number, _matter(one), called(one), one.desk_code, one.due_on,
                      _late(one, one.application, on)) for one in rows.order_by("due_on", "pk")[:most]]


def late(*, on: date, region: str = "") -> QuerySet[Opinion]:
    """Opinions that bodies owe and that are late."""
    rows = _out().filter(due_on__lt=on, provisional=False)
    start = prefix(region) if region else ""
    return rows.filter(desk_code__gte=start, desk_code__lt=f"{start}~") if region else rows


def _out() -> QuerySet[Opinion]:
    return Opinion.objects.filter(state=OpinionState.ASKED, application__state=State.ACCEPTED).select_related(
        "application")


def _late(one: Opinion, row: Application, on: date) -> int:
    out = one.state == OpinionState.ASKED and row.state == State.ACCEPTED and not one.provisional
    return max(0, (on - one.due_on).days) if out else 0


def _title(body: Body | None, key: str) -> Text:
    return body.title if body else Text(key)


def _matter(one: Opinion) -> Text:
    found = MATTERS.get(one.application.matter)
    return found.title if found else Text(one.application.matter)


def called(one: Opinion) -> Text:
    """What the body is called in its matter's declaration."""
    found = MATTERS.get(one.application.matter)
    bodies = {body.key: body for step in found.steps for body in step.bodies} if found else {}
    return _title(bodies.get(one.body), one.body)
