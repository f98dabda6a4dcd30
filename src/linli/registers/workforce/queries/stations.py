from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

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
    return _cards([access.station(ref)], on)[0]


def stations(*, region: str = "", on: date, start: int = 0, most: int = 50) -> tuple[list[StationCard], int]:
    """The open ones of a region and below it, with their staff, and how many there are; six queries."""
    rows = Station.objects.filter(state=states.Station.OPEN)
    rows = rows.filter(region_code__startswith=prefix(region)) if region else rows
    found = list(rows.order_by("region_code", "pk")[start:start + most])
    whole = start + len(found) if found and len(found) < most else rows.count()  # a page that is not full is the last
    return _cards(found, on), whole


def overseen_stations(
    *, by: Actor, short: bool = False, on: date, start: int = 0, most: int = 50
) -> tuple[list[StationCard], int]:
    """Those of an office's regions; with `short` only those without enough staff. Refuses: NotAllowed."""
    rows = Station.objects.filter(access.overseen(by), state=states.Station.OPEN).order_by("region_code", "pk")
    if not short:
        return _cards(rows[start:start + most], on), rows.count()
    cards = [card for card in _cards(rows, on) if card.staffing.short]
    return cards[start:start + most], len(cards)


def run_by(organisation: UUID, *, on: date) -> list[StationCard]:
    """The open stations that an organisation runs."""
    return _cards(Station.objects.filter(organisation__ref=organisation, state=states.Station.OPEN).order_by("pk"), on)


def free_premises(*, by: Actor) -> list[tuple[UUID, str]]:
    """Premises of this kind in an office's regions that are no station yet."""
    taken = set(Station.objects.filter(state=states.Station.OPEN).values_list("facility__ref", flat=True))
    found: dict[UUID, str] = {}
    for region in by.scopes(states.REGISTER, "region"):
        whole = f"{region:0<12}"
        found |= {card.ref: card.name for card in places.facilities(region=whole, kind=PREMISES, most=500)
                  if card.ref not in taken}
    return list(found.items())


def assignable(organisation: UUID) -> list[PractitionerCard]:
    """Who of the staff works at no station."""
    busy = set(Assignment.objects.filter(ended_at=None).values_list("practitioner__ref", flat=True))
    return [card for card in practitioners.of_organisation(organisation) if card.ref not in busy]


def _cards(found: Iterable[Station], on: date) -> list[StationCard]:
    rows = list(found)
    if not rows:
        return []
    assigned = defaultdict[int, list[Assignment]](list)
    for one in Assignment.objects.filter(station__in=rows, ended_at=None).order_by("-leads", "pk"):
        assigned[one.station_id].append(one)
    people = practitioners.practitioners([one.practitioner_id for each in assigned.values() for one in each])
    levels = registered([card.person for card in people.values()], on=on)
    names = organisations.names([row.organisation_id for row in rows])
    premises = {card.ref: card for card in places.facilities(kind=PREMISES, most=5000)} if len(rows) > 1 else {}
    premises |= {row.facility_id: places.facility(row.facility_id) for row in rows if row.facility_id not in premises}
    cards = []
    for row in rows:
        staff = []
        for one in assigned[row.pk]:
            card = people[one.practitioner_id]
            level = levels.get(card.person)
            staff.append(AssignedCard(one.ref, card.ref, card.number, card.name, card.title,
                                      level.level_name if level else None, one.leads, one.from_on))
        place = premises[row.facility_id]
        needed = rulebook.rule(rules.STAFFING, on=on, region=row.region_code).params
        staffing = Staffing(len(staff), sum(one.level is not None for one in staff), needed["people"],
                            needed["registered"])
        cards.append(StationCard(row.ref, row.facility_id, place.name, place.address, place.phone, row.region_code,
                                 row.organisation_id, names.get(row.organisation_id, ""), states.Station(row.state),
                                 tuple(staff), staffing))
    return cards
