"""What is kept of somebody's visits: for the copy that they take, and to know whether their data are still used."""
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from linli.kernel.money import Money
from linli.kernel.text import N_, Text
from linli.registers.directory import queries as directory
from linli.registers.people import queries as people
from linli.work.orders import access, rules
from linli.work.orders.models import Dispute, Order, Participant, Wait
from linli.work.orders.rules import Side
from linli.work.orders.states import (
    COMING_LABELS,
    LABELS,
    PLANNED,
    STANDING,
    WAIT_LABELS,
    Coming,
    State,
    WaitState,
)

GOING = (State.BOOKED, *PLANNED, State.IN_SERVICE)


def held_of(person: UUID) -> list[dict[str, Any]]:
    """Every visit of somebody's, with its address and what they wrote about it."""
    made = Order.objects.filter(person__ref=person).exclude(state__in=[State.HELD, State.LAPSED])
    rows = list(made.order_by("-begin"))
    texts = people.open_many([(person, sealed, context) for row in rows for sealed, context in (
        (row.address_sealed, access.place(row)), (row.comment_sealed, access.words(row)))])
    return [{
        N_("number"): row.number, N_("service"): row.service_name, N_("begins"): row.begin, N_("ends"): row.until,
        N_("price"): Money(row.price_fen), N_("of it subsidy"): Money(row.subsidy_fen), N_("address"): Text(address),
        N_("state"): LABELS[State(row.state)], N_("grade"): row.grade, N_("words"): Text(comment),
    } for row, address, comment in zip(rows, texts[::2], texts[1::2], strict=True)]


def along_held(person: UUID) -> list[dict[str, Any]]:
    """The groups that others booked and somebody takes part in, with what they pay themself."""
    rows = Participant.objects.filter(person=person).exclude(order__person__ref=person).select_related("order")
    return [{
        N_("service"): row.order.service_name, N_("begins"): row.order.begin, N_("ends"): row.order.until,
        N_("price"): Money(row.price_fen), N_("of it subsidy"): Money(row.subsidy_fen),
        N_("state"): COMING_LABELS[Coming(row.state)],
    } for row in rows.order_by("-order__begin", "pk")]


def disputes_held(person: UUID) -> list[dict[str, Any]]:
    """What both sides said in disputes about somebody's visits, and the reasons of what was decided."""
    found = Dispute.objects.filter(order__person__ref=person).select_related("order").prefetch_related("statements")
    said = [(row.order.number, rules.SIDES[Side(one.side)], one.said_at, one.text_sealed, access.statement(one.ref))
            for row in found.order_by("-raised_at") for one in row.statements.all()]
    said += [(row.order.number, Text(N_("Decision")), row.closed_at, row.reasons_sealed, access.reasons(row))
             for row in found if row.reasons_sealed and row.closed_at]
    texts = people.open_many([(person, sealed, context) for *_, sealed, context in said])
    return [{N_("number"): number, N_("who"): who, N_("when"): when, N_("words"): Text(words)}
            for (number, who, when, *_), words in zip(said, texts, strict=True)]


def waits_held(person: UUID) -> list[dict[str, Any]]:
    """Where somebody waited in line for a time, with the address to come to."""
    rows = list(Wait.objects.filter(person__ref=person).order_by("-joined_at"))
    addresses = people.open_many([(person, row.address_sealed, access.wait_place(row)) for row in rows])
    services = directory.services({row.service_id for row in rows})
    return [{
        N_("service"): services[row.service_id].name if row.service_id in services else "",
        N_("begins"): row.from_on, N_("ends"): row.until_on, N_("address"): Text(address),
        N_("state"): WAIT_LABELS[WaitState(row.state)],
    } for row, address in zip(rows, addresses, strict=True)]


def last_visited(persons: Collection[UUID]) -> dict[UUID, datetime]:
    """When these people were last visited, or will be; or took part in what somebody else booked. One query."""
    refs = set(persons)
    own = Order.objects.filter(person__ref__in=refs).order_by().values_list("person__ref").annotate(last=Max("begin"))
    along = Participant.objects.filter(person__in=refs, state=Coming.COMING).order_by().values_list("person").annotate(
        last=Max("order__begin"))
    found: dict[UUID, datetime] = {}
    for ref, last in own.union(along, all=True):
        found[ref] = max(last, found.get(ref, last))
    return found


def going_on(person: UUID) -> int:
    """How many visits are booked or under way."""
    return Order.objects.filter(person__ref=person, state__in=GOING).count()


def in_line(persons: Collection[UUID]) -> set[UUID]:
    """Who of these is on a waiting list."""
    rows = Wait.objects.filter(person__ref__in=set(persons), state__in=STANDING)
    return set(rows.values_list("person__ref", flat=True))
