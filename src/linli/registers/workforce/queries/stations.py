from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Window

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor, prefix
from linli.kernel.text import Both
from linli.registers.organisations import queries as organisations
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as practitioners
from linli.registers.practitioners.queries import PractitionerCard
from linli.registers.workforce import access, rules, states
from linli.registers.workforce.models import Assignment, Station
from linli.registers.workforce.queries.registering import registered
from linli.registers.workforce.rules import Staffing

PREMISES = "social_work_station"
"""The kind of facility that a station needs."""


@dataclass(frozen=True)
class AssignedCard:
    ref: UUID
    practitioner: UUID
    number: str
    name: str
    title: str
    level: Both | None
    """Of the registration in force, None for who is not registered."""
    leads: bool
    since: date


@dataclass(frozen=True)
class StationCard:
    ref: UUID
    facility: UUID
    name: str
    address: str
    phone: str
    region: str
    organisation: UUID
    organisation_name: str
    state: states.Station
    staff: tuple[AssignedCard, ...]
    staffing: Staffing


def station(ref: UUID, *, on: date) -> StationCard:
    """One station, shut ones too. Refuses: NotFound."""
    found = _cards(Station.objects.filter(ref=ref), on)
    if not found:
        raise access.no_station()
    return found[0]


def stations(*, region: str = "", on: date, start: int = 0, most: int = 50) -> tuple[list[StationCard], int]:
    """The open ones of a region and below it, with their staff, and how many there are; five queries."""
    rows = Station.objects.filter(state=states.Station.OPEN)
    rows = rows.filter(region_code__startswith=prefix(region)) if region else rows
    return _counted(rows, on=on, start=start, most=most)


def overseen_stations(
    *, by: Actor, short: bool = False, on: date, start: int = 0, most: int = 50
) -> tuple[list[StationCard], int]:
    """Those of an office's regions; with `short` only those without enough staff. Refuses: NotAllowed."""
    rows = Station.objects.filter(access.overseen(by), state=states.Station.OPEN)
    if not short:
        return _counted(rows, on=on, start=start, most=most)
    cards = [card for card in _cards(rows.order_by("region_code", "pk"), on) if card.staffing.short]
    return cards[start:start + most], len(cards)


def _counted(rows: QuerySet[Station], *, on: date, start: int, most: int) -> tuple[list[StationCard], int]:
    """A page of these, and how many there are in all: told by every row, asked for only where a page is empty."""
    found = list(_beside(rows).annotate(whole=Window(Count("pk"))).order_by("region_code", "pk")[start:start + most])
    whole = found[0].whole if found else rows.count() if start else 0
    return _cards(found, on), whole


def staffed(
    organisation: UUID, *, name: str, on: date
) -> tuple[list[StationCard], list[PractitionerCard]]:
    """The open stations that an organisation of this name runs, and who of its staff works at none of them."""
    staff = {card.ref: card for card in practitioners.of_organisation(organisation)}
    rows = Station.objects.filter(organisation__ref=organisation, state=states.Station.OPEN).order_by("pk")
    cards = _cards(rows, on, known=staff, names={organisation: name})
    busy = {one.practitioner for card in cards for one in card.staff}
    return cards, [card for ref, card in staff.items() if ref not in busy]


def free_premises(*, by: Actor) -> list[tuple[UUID, str]]:
    """Premises of this kind in an office's regions that are no station yet."""
    taken = set(Station.objects.filter(state=states.Station.OPEN).values_list("facility__ref", flat=True))
    found: dict[UUID, str] = {}
    for region in by.scopes(states.REGISTER, "region"):
        whole = f"{region:0<12}"
        found |= {card.ref: card.name for card in places.facilities(region=whole, kind=PREMISES, most=500)
                  if card.ref not in taken}
    return list(found.items())


def _beside(rows: QuerySet[Station]) -> QuerySet[Any]:
    return rows.annotate(**places.facility_beside("facility"))


def _cards(
    found: Iterable[Station], on: date, *, known: Mapping[UUID, PractitionerCard] | None = None,
    names: Mapping[UUID, str] | None = None,
) -> list[StationCard]:
    """`known` and `names`: practitioners and organisations that were read already."""
    rows: list[Any] = list(_beside(found) if isinstance(found, QuerySet) else found)
    if not rows:
        return []
    assigned = defaultdict[int, list[Assignment]](list)
    for one in Assignment.objects.filter(station__in=rows, ended_at=None).order_by("-leads", "pk"):
        assigned[one.station_id].append(one)
    people = dict(known or {})
    if others := {one.practitioner_id for each in assigned.values() for one in each} - set(people):
        people |= practitioners.practitioners(others)
    at_work = {one.practitioner_id for each in assigned.values() for one in each}
    levels = registered([people[ref].person for ref in at_work], on=on)
    called = organisations.names({row.organisation_id for row in rows}) if names is None else names
    cards = []
    for row in rows:
        staff = []
        for one in assigned[row.pk]:
            card = people[one.practitioner_id]
            level = levels.get(card.person)
            staff.append(AssignedCard(one.ref, card.ref, card.number, card.name, card.title,
                                      level.level_name if level else None, one.leads, one.from_on))
        needed = rulebook.rule(rules.STAFFING, on=on, region=row.region_code).params
        staffing = Staffing(len(staff), sum(one.level is not None for one in staff), needed["people"],
                            needed["registered"])
        cards.append(StationCard(
            row.ref, row.facility_id, row.facility_name, row.facility_address, row.facility_phone, row.region_code,
            row.organisation_id, called.get(row.organisation_id, ""), states.Station(row.state), tuple(staff), staffing,
        ))
    return cards
