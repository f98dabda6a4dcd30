"""What people asked of their data, what is kept about them, and what machines decided."""
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor
from linli.kernel.machine import Move
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_, Text
from linli.registers.people import access, registry, rules
from linli.registers.people.models import OpeningPermit, Person, RightsRequest
from linli.registers.people.queries.households import HouseholdCard, household_of
from linli.registers.people.queries.people import PersonCard, card
from linli.registers.people.queries.uses import GroupCard, UseCard, groups_of, uses_of
from linli.registers.people.registry import Decision
from linli.registers.people.rules import Field, Part, Right
from linli.registers.people.states import ASKED_LABELS, PERMITS, RIGHTS, Asked, Permit


@dataclass(frozen=True)
class RequestCard:
    """What somebody asked of their data. `due_on` is the day by which it is owed; `value` is empty for the office."""

    ref: UUID
    person: UUID
    number: str
    right: Right
    name: Text
    part: Part | None
    part_name: Text | None
    words: str
    about: UUID | None
    region: str
    state: Asked
    label: Text
    answer: str
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str
    due_on: date | None
    days_late: int
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class PermitCard:
    """A wish to open a field of somebody under age."""

    ref: UUID
    person: UUID
    number: str
    field: Field
    label: Text
    reason: str
    state: Permit
    asked_at: datetime
    asked_by: str
    until: datetime | None
    mine: bool
    moves: tuple[Move, ...]


def rights_requests(ref: UUID, *, by: Actor, on: date, at: datetime) -> list[RequestCard]:
    """What somebody asked, newest first, for themself and their guardian. Refuses: NotFound; NotAllowed."""
    return _asked_of(access.whose_rights(ref, by=by, at=at), by=by, on=on)


def _asked_of(person: Person, *, by: Actor, on: date, due: bool = True) -> list[RequestCard]:
    rows = list(RightsRequest.objects.filter(person=person).order_by("-asked_at", "-pk")[:100])
    for row in rows:
        row.person = person  # read already, with its key
    return _requests(rows, by=by, on=on, due=due)


def rights_request(ref: UUID, *, by: Actor, on: date) -> RequestCard:
    """One of them, for the person, who asked, and the office that decides. Refuses: NotFound."""
    return _requests([access.request(ref, by=by)], by=by, on=on)[0]


def asked_of_us(*, by: Actor, on: date, settled: bool = False, most: int = 100) -> list[RequestCard]:
    """What is asked in the actor's regions: what waits, the oldest first, or what was settled, the newest first.

    Refuses: NotAllowed.
    """
    if "people.decide" not in by.permissions:
        raise NotAllowed(N_("Your role does not decide on what people ask of their data."))
    rows = access.requests(by).select_related("person__key")
    rows = (rows.exclude(state=Asked.OPEN).order_by("-decided_at", "-pk") if settled
            else rows.filter(state=Asked.OPEN).order_by("asked_at", "pk"))
    return _requests(list(rows[:most]), by=by, on=on)


def asked_waiting(by: Actor) -> QuerySet[RightsRequest]:
    """What waits for the actor's decision; for counting."""
    return access.requests(by).filter(state=Asked.OPEN)


def _requests(rows: list[RightsRequest], *, by: Actor, on: date, due: bool = True) -> list[RequestCard]:
    if not rows:
        return []
    duties = {one.about: one for one in rulebook.duties(on=on, about=[row.ref for row in rows], most=len(rows))
              } if due else {}
    deciders = {row.decided_by for row in rows if row.decided_by} if due else None
    called = registry.accounts().names(deciders) if deciders else {}
    return [_request(row, duties.get(row.ref), called, by=by) for row in rows]


def _request(row: RightsRequest, duty: rulebook.DutyCard | None, called: dict[UUID, str], *, by: Actor) -> RequestCard:
    held = by.held(f"region:{row.region_code}")
    if by.ref == row.asked_by or by.person == row.person.ref:
        held |= {"people.exercise"}
    part = Part(row.part) if row.part else None
    words, answer = (access.text(row.person, sealed, context=f"{context}:{row.ref}") for sealed, context in (
        (row.words_sealed, "request"), (row.answer_sealed, "answer")))
    return RequestCard(
        row.ref, row.person.ref, row.person.number, Right(row.right), rules.RIGHTS[Right(row.right)], part,
        rules.PARTS[part] if part else None, words, row.about, row.region_code, Asked(row.state),
        ASKED_LABELS[Asked(row.state)], answer, row.asked_at, row.decided_at,
        called.get(row.decided_by, "") if row.decided_by else "", duty.due_on if duty else None,
        duty.days_late if duty else 0, RIGHTS.open_to(held, state=row.state),
    )


# Leave to open the data of minors


@dataclass(frozen=True)
class DeskCard:
    """One person as the desk sees them, masked. With `leave`, a second officer has to allow that a field is opened;
    `permits` are the actor's own wishes that still stand."""

    person: PersonCard
    leave: bool
    permits: list[PermitCard]
    groups: list[GroupCard]
    household: HouseholdCard | None


def at_the_desk(ref: UUID, *, by: Actor, at: datetime) -> DeskCard:
    """One person whose fields the actor may open one by one. Refuses: NotFound."""
    row = access.person(ref, by=by, permission="people.open")
    leave = access.is_minor(row, at=at)
    rows = list(OpeningPermit.objects.filter(person=row, asked_by=by.ref).order_by("-asked_at")[:20]) if leave else []
    for one in rows:
        one.person = row
    permits = [one for one in _permits(rows, by=by) if one.until is None or one.until > at]
    return DeskCard(card(row, by=by), leave, permits, groups_of(row, by=by, on=timezone.localdate(at), whole=False),
                    household_of(row.ref, by=by, at=at))


def permits_waiting(*, by: Actor) -> list[PermitCard]:
    """What others want to open in the actor's regions. Refuses: NotAllowed."""
    if "people.allow" not in by.permissions:
        raise NotAllowed(N_("Your role does not let you allow others to open data."))
    rows = waiting_permits(by).select_related("person__key").order_by("asked_at", "pk")
    return _permits(list(rows[:100]), by=by)


def permit(ref: UUID, *, by: Actor) -> PermitCard:
    """One wish, for who asked and who decides in its region. Refuses: NotFound."""
    return _permits([access.permit(ref, by=by, own=True)], by=by)[0]


def waiting_permits(by: Actor) -> QuerySet[OpeningPermit]:
    """For counting."""
    return access.permits(by).filter(state=Permit.WAITING)


def _permits(rows: Collection[OpeningPermit], *, by: Actor) -> list[PermitCard]:
    called = registry.accounts().names({row.asked_by for row in rows}) if rows else {}
    return [PermitCard(
        row.ref, row.person.ref, row.person.number, Field(row.field), rules.FIELDS[Field(row.field)],
        access.text(row.person, row.reason_sealed, context=f"permit:{row.ref}"), Permit(row.state), row.asked_at,
        called.get(row.asked_by, ""), row.until, row.asked_by == by.ref,
        PERMITS.open_to(access.held(row.person, by=by), state=row.state) if row.asked_by != by.ref else (),
    ) for row in rows]


# What is kept, what was decided, what goes on


@dataclass(frozen=True)
class PrivacyCard:
    """Everything that somebody may decide on their data, at a glance: by when what was asked is due, each request says
    on its own page."""

    name: str
    uses: list[UseCard]
    groups: list[GroupCard]
    asked: list[RequestCard]
    decides_on: date | None = None
    """Of a child whose guardian decides: the day from which the young person does, where the birthday is known."""


def privacy(ref: UUID, *, by: Actor, at: datetime) -> PrivacyCard:
    """For themself and their guardian. Refuses: NotFound; NotAllowed."""
    row, on = access.whose_rights(ref, by=by, at=at), timezone.localdate(at)
    return PrivacyCard(access.unsealed(row, Field.NAME), uses_of(row, at=at), groups_of(row, by=by, on=on, whole=True),
                       _asked_of(row, by=by, on=on, due=False), access.comes_of_age(row, rule="people.child", on=on))


def decisions(ref: UUID, *, by: Actor, at: datetime) -> list[Decision]:
    """What machines decided about somebody, newest first, each with its reasons. Refuses: NotFound; NotAllowed.

    Source: PIPL Art. 24, 48.
    """
    access.whose_rights(ref, by=by, at=at)
    return sorted(registry.decisions(ref), key=lambda one: one.at or at, reverse=True)


def going_on(ref: UUID) -> list[tuple[Text, int]]:
    """What still goes on for somebody, by kind."""
    return registry.standing(ref)
