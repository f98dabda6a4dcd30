"""What is kept of somebody's visits: for the copy that they take, and to know whether their data are still used."""
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from linli.kernel.text import N_, Text
from linli.registers.directory import queries as directory
from linli.registers.people import queries as people
from linli.work.orders import access
from linli.work.orders.models import Order, Participant, Wait
from linli.work.orders.states import LABELS, PLANNED, STANDING, WAIT_LABELS, Coming, State, WaitState

GOING = (State.BOOKED, *PLANNED, State.IN_SERVICE)


def held_of(person: UUID) -> list[dict[str, Any]]:
    """Every visit of somebody's, with its address and what they wrote about it."""
    made = Order.objects.filter(person__ref=person).exclude(state__in=[State.HELD, State.LAPSED])
    rows = list(made.order_by("-begin"))
    texts = people.open_many([(person, sealed, context) for row in rows for sealed, context in (
        (row.address_sealed, access.place(row)), (row.comment_sealed, access.words(row)))])
    return [{
        N_("number"): row.number, N_("service"): row.service_name, N_("begins"): row.begin, N_("ends"): row.until,
        N_("price in fen"): row.price_fen, N_("of it subsidy"): row.subsidy_fen, N_("address"): Text(address),
        N_("state"): LABELS[State(row.state)], N_("grade"): row.grade, N_("words"): Text(comment),
    } for row, address, comment in zip(rows, texts[::2], texts[1::2], strict=True)]


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
    """When these people were last visited, or will be; or took part in what somebody else booked."""
    refs = set(persons)
    own = Order.objects.filter(person__ref__in=refs).order_by().values_list("person__ref").annotate(last=Max("begin"))
    along = Participant.objects.filter(person__in=refs, state=Coming.COMING).order_by().values_list("person").annotate(
        last=Max("order__begin"))
    found: dict[UUID, datetime] = {}
    for ref, last in (*own, *along):
        found[ref] = max(last, found.get(ref, last))
    return found


def going_on(person: UUID) -> int:
    """How many visits are booked or under way."""
    return Order.objects.filter(person__ref=person, state__in=GOING).count()


def in_line(persons: Collection[UUID]) -> set[UUID]:
    """Who of these is on a waiting list."""
    rows = Wait.objects.filter(person__ref__in=set(persons), state__in=STANDING)
    return set(rows.values_list("person_id", flat=True))
