from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from linli.engines.journal import actions as journal
from linli.kernel.action import action, attempt
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as practitioners
from linli.registers.practitioners.queries import PractitionerCard
from linli.registers.workforce import access, events, queries
from linli.registers.workforce.models import Assignment, Station
from linli.registers.workforce.states import STATIONS
from linli.registers.workforce.states import Station as State


@action
def open_station(*, facility: UUID, uscc: str, by: Actor, at: datetime) -> UUID:
    """Have an organisation (by its credit code) run a social-work station in these premises.

    Refuses: NotFound (premises, organisation), NotAllowed, RuleBroken (premises closed or of another kind, the
    organisation not approved), Conflict (a station already).
    """
    place = places.facility(facility)
    STATIONS.check("open_station", state=START, held=by.held(f"region:{place.region}") if by != SYSTEM else
                   access.EVERYTHING)
    if place.kind != queries.PREMISES or place.closed_on:
        raise RuleBroken(N_("Choose open premises that are recorded as a social-work station."), field="facility")
    try:
        card = organisations.by_code(uscc.strip().upper())
    except NotFound:
        raise RuleBroken(N_("No organisation here has this credit code. Check its 18 characters."),
                         field="uscc") from None
    if not card.active:
        raise RuleBroken(N_("The organisation is not approved, or suspended."), field="uscc")
    row = Station(facility_id=facility, organisation_id=card.ref, region_code=place.region, state=State.OPEN,
                  opened_at=at, opened_by=by.ref)
    try:
        with attempt():
            row.save()
    except IntegrityError:
        raise Conflict(N_("These premises are a station already."), field="facility") from None
    fact = events.StationOpened(row.ref, facility, card.ref, place.region)
    journal.record(fact, about=row.ref, by=by, at=at)
    return row.ref


@action
def close_station(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Close it, and end all assignments. Refuses: NotFound, NotAllowed, Conflict (shut already)."""
    row = access.station(ref, lock=True)
    row.state = STATIONS.check("close_station", state=row.state, held=access.held_at(row, by))
    row.closed_at, row.closed_by = at, by.ref
    row.save(update_fields=["state", "closed_at", "closed_by"])
    _end(list(row.assignments.filter(ended_at=None).order_by("pk")), by=by, at=at)
    fact = events.StationClosed(row.ref, row.organisation_id, row.region_code)
    journal.record(fact, about=row.ref, by=by, at=at)


@action
def assign(ref: UUID, *, practitioner: UUID, leads: bool = False, by: Actor, at: datetime) -> UUID:
    """Have one of the organisation's staff work at its station.

    Refuses: NotFound, NotAllowed, RuleBroken (not on its staff), Conflict (shut, or at a station already).
    """
    row = access.station(ref, lock=True)
    STATIONS.check("assign", state=row.state, held=access.held_at(row, by))
    card = _colleague(practitioner, row.organisation_id)
    if Assignment.objects.filter(practitioner__ref=practitioner, ended_at=None).exists():
        raise Conflict(N_("This colleague works at a station already. End that first."), field="practitioner")
    made = Assignment.objects.create(station=row, practitioner_id=practitioner, leads=leads, assigned_at=at,
                                     from_on=timezone.localdate(at), assigned_by=by.ref)
    journal.record(events.StationStaffed(row.ref, practitioner, card.person), about=row.ref, by=by, at=at)
    return made.ref


@action
def relieve(ref: UUID, *, assignment: UUID, by: Actor, at: datetime) -> None:
    """End an assignment. Refuses: NotFound, NotAllowed, Conflict (ended already)."""
    row = access.station(ref, lock=True)
    STATIONS.check("relieve", state=row.state, held=access.held_at(row, by))
    found = row.assignments.filter(ref=assignment).first()
    if found is None:
        raise NotFound(N_("There is no such assignment."))
    if found.ended_at:
        raise Conflict(N_("This assignment ended already."))
    _end([found], by=by, at=at)


@action
def relieve_left(practitioner: UUID, *, by: Actor, at: datetime) -> None:
    """Somebody left the staff: they work at no station of it any more."""
    _end(list(Assignment.objects.filter(practitioner__ref=practitioner, ended_at=None).order_by("pk")), by=by, at=at)


def _colleague(practitioner: UUID, organisation: UUID) -> PractitionerCard:
    card = practitioners.practitioners([practitioner]).get(practitioner)
    if card is None or card.organisation != organisation or card.state != "active":
        raise RuleBroken(N_("Choose one of the organisation's own staff."), field="practitioner")
    return card


def _end(rows: list[Assignment], *, by: Actor, at: datetime) -> None:
    cards = practitioners.practitioners([row.practitioner_id for row in rows])
    for row in rows:
        row.ended_at, row.ended_by = at, by.ref
        row.save(update_fields=["ended_at", "ended_by"])
        fact = events.StationLeft(row.station.ref, row.practitioner_id, cards[row.practitioner_id].person)
        journal.record(fact, about=row.station.ref, by=by, at=at)
