"""Promises in place of papers: what was signed, how its check stands, and whether one is taken of somebody at all."""
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from linli.kernel.actor import Actor
from linli.kernel.text import Text
from linli.registers.people import queries as people
from linli.work.hall import access
from linli.work.hall.models import Application, Promise
from linli.work.hall.queries import content
from linli.work.hall.queries.content import Content, Signed
from linli.work.hall.registry import MATTERS, Matter
from linli.work.hall.states import OWN, PROCESS, PROMISE, TO_CHECK, PromiseState, State


@dataclass(frozen=True)
class PromiseCard:
    """A promise and its check, in the words of both sides. What was proposed is for the offices until it holds."""

    material: str
    title: Text
    signed: Signed | None
    state: PromiseState | None
    """None before it is granted: nothing is checked yet."""
    due_on: date | None = None
    provisional: bool = False
    days_late: int = 0
    finding: str = ""
    answer: str = ""
    reasons: str = ""
    remark: str = ""
    barred_until: date | None = None
    moves: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CheckCard:
    """One line of what is owed of promises at the actor's desks."""

    ref: UUID
    number: str
    matter: Text
    paper: Text
    state: PromiseState
    desk: str
    due_on: date
    provisional: bool
    days_late: int


def of(row: Application, one: Matter, said: Content, known: people.Known, *, by: Actor, on: date,
       own: bool) -> tuple[PromiseCard, ...]:
    """The promises of an application, in the order in which they were signed; one query once it is granted."""
    titles = {material.key: material.title for material in one.materials}
    signed = {given.material: given for given in said.signed}
    if row.closed_at is None or row.state in (State.REFUSED, State.RETURNED, State.WITHDRAWN) or not (
            signed or said.erased):
        return tuple(PromiseCard(key, titles.get(key, Text(key)), given, None) for key, given in signed.items())
    found = []
    for given in row.promises.order_by("pk"):
        inner = own and given.state != PromiseState.BROKEN
        finding, answer, reasons, remark = content.words(row, known, **{
            f"promise.{given.material}.finding": given.finding_sealed,
            f"promise.{given.material}.answer": given.answer_sealed,
            f"promise.{given.material}.reasons": None if inner else given.reasons_sealed,
            f"promise.{given.material}.remark": None if own else given.remark_sealed})
        moves = PROMISE.open_to(access.checks(given, row, by) - OWN, state=given.state)
        state = PromiseState(given.state)
        found.append(PromiseCard(
            given.material, titles.get(given.material, Text(given.material)), signed.get(given.material),
            PromiseState.MENDING if own and state is PromiseState.PROPOSED else state, given.due_on, given.provisional,
            _late(given, on), finding, answer, reasons, remark, given.barred_until,
            frozenset(move.name for move in moves)))
    return tuple(found)


def owed_of(*, by: Actor, at: datetime, most: int = 50) -> list[CheckCard]:
    """What is owed of promises at the actor's desks, the most urgent first: to be checked, to be mended by who gave
    them, to be read a second time. Those of their own applications are not among them."""
    on = timezone.localdate(at)
    desks = [Q(desk_code__gte=start, desk_code__lt=f"{start}~") for start in by.scopes(PROCESS, "region")]
    rows = Promise.objects.filter(reduce(or_, desks) if desks else Q(pk=None), state__in=TO_CHECK)
    if by.person:
        rows = rows.exclude(Exists(Application.objects.filter(pk=OuterRef("application_id"), person__ref=by.person)))
    first = rows.order_by("due_on", "pk").values("pk")[:most]  # chosen alone: joined, all applications were read for it
    return [CheckCard(
        one.application.ref, one.application.number, *_titles(one), PromiseState(one.state), one.desk_code, one.due_on,
        one.provisional, _late(one, on),
    ) for one in Promise.objects.filter(pk__in=first).select_related("application").order_by("due_on", "pk")]


def barred_until(person: UUID, organisation: UUID | None, *, on: date) -> date | None:
    """The day until which no promise is taken of who applies, since one was broken; None where one is taken."""
    whose = Q(application__organisation=organisation) if organisation else Q(
        application__person=person, application__organisation=None)
    found = Promise.objects.filter(whose, state=PromiseState.BROKEN, barred_until__gt=on)
    until: date | None = found.aggregate(until=Max("barred_until"))["until"]
    return until


def _late(one: Promise, on: date) -> int:
    """Days since the office, or who promised, should have done what is owed."""
    return max(0, (on - one.due_on).days) if one.state in (PromiseState.OWED, PromiseState.MENDING) and (
        not one.provisional) else 0


def _titles(one: Promise) -> tuple[Text, Text]:
    matter = MATTERS.get(one.application.matter)
    paper = next((m.title for m in matter.materials if m.key == one.material), None) if matter else None
    return matter.title if matter else Text(one.application.matter), paper or Text(one.material)
