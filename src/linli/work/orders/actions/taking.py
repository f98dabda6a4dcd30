"""How a time is taken and an order written down, whoever asked for it."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import Actor
from linli.kernel.geometry import Point, cell, parse_point
from linli.kernel.refs import new_ref
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.registers.directory import actions as slots
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import ServiceCard, SlotCard
from linli.registers.people import queries as people
from linli.work.needs import actions as needs
from linli.work.orders import access, events, rules
from linli.work.orders.actions import presences
from linli.work.orders.models import Order, Participant
from linli.work.orders.rules import Channel, Party
from linli.work.orders.states import State


@dataclass(frozen=True)
class Wanted:
    """Everything that does not change from week to week."""

    service: ServiceCard
    person: UUID
    need: UUID | None
    channel: Channel
    region: str
    mode: str
    point: Point | None
    address: str
    price_fen: int
    subsidy_fen: int
    party: Party | None = None
    each: tuple[tuple[int, int], ...] = ()
    """What each of the party costs, and the subsidy of it."""

    @property
    def present(self) -> tuple[UUID, ...]:
        """Whom the visit takes: the person, or of a group those who are known here."""
        if self.party:
            return tuple(one.person for one in self.party.attendees if one.person)
        return (self.person,)


def amount(rule: str, row_region: str, *, at: datetime) -> rulebook.Rule:
    """The rule in force at that moment in the region of the visit."""
    return rulebook.rule(rule, on=rules.day(at), region=row_region)


def take(wanted: Wanted, slot: UUID, state: State, *, series: tuple[UUID, int, int] | None = None,
         need: UUID | None = None, hold_until: datetime | None = None, by: Actor, at: datetime) -> Order:
    """Take the time and write the order down; what is held past its end has made room before (`endings.make_room`).

    A held one is kept until `hold_until`, else for as long as the rule says. Refuses: Conflict (just taken; somebody
    whom the visit takes has to be elsewhere then).
    """
    time = slot_of(wanted.service, slot)
    party = wanted.party
    slots.take_slot(slot, places=party.places if party else 1, by=by, at=at)
    presences.require_free(wanted.present, time, category=wanted.service.category, mode=wanted.mode,
                           region=wanted.region, group=party is not None, by=by, at=at)
    whom = wanted.person
    row = Order(
        ref=new_ref(), person_id=whom, channel=wanted.channel, need=wanted.need or need, service_id=wanted.service.ref,
        service_name=wanted.service.name, category=wanted.service.category, provider=wanted.service.provider, slot=slot,
        begin=time.from_, until=time.until, state=state, price_fen=wanted.price_fen, subsidy_fen=wanted.subsidy_fen,
        mode=wanted.mode, region_code=wanted.region, cell=cell(wanted.point) if wanted.point else None,
        created_at=at, created_by=by.ref, party=party.kind if party else "", places=party.places if party else 1,
        unit=party.unit if party else None,
    )
    if wanted.address:
        row.address_sealed = people.seal(whom, wanted.address, context=access.place(row))
    if wanted.point:
        row.point_sealed = people.seal(whom, str(wanted.point), context=access.point(row))
    if series:
        row.series, row.series_no, row.series_of = series
    if state is State.HELD:
        row.hold_until = hold_until or at + amount(rules.HOLD, wanted.region, at=at).span
    else:
        row.need = row.need or post_need(row, by=by, at=at)
        row.booked_at, row.booked_by = at, by.ref
    row.save(force_insert=True)
    row.number = rules.number(wanted.region, at=at, serial=row.pk)
    row.save(update_fields=["number"])
    if party:
        _write_party(row, party, wanted.each, by=by, at=at)
    return row


def _write_party(row: Order, party: Party, each: Sequence[tuple[int, int]], *, by: Actor, at: datetime) -> None:
    for no, (who, (price, subsidy)) in enumerate(zip(party.attendees, each, strict=True), start=1):
        sealed = people.seal(row.person_id, who.name, context=access.called(row, no)) if who.name else None
        Participant.objects.create(order=row, no=no, person=who.person, name_sealed=sealed, price_fen=price,
                                   subsidy_fen=subsidy)
    journal.record(
        events.PartyBooked(row.ref, row.person_id, row.provider, row.service_id, row.region_code, party.kind,
                           party.places, party.unit), about=row.ref, by=by, at=at)


def slot_of(service: ServiceCard, ref: UUID) -> SlotCard:
    found = directory.slot(ref)
    if found.service != service.ref:
        raise RuleBroken(N_("This time belongs to another service. Choose one of this service's times."), field="slot")
    return found


def post_need(row: Order, *, by: Actor, at: datetime) -> UUID:
    """The need of somebody who booked at once: the service's name, in so many words."""
    point = None
    if row.point_sealed and row.mode == "home":
        point = parse_point(people.open_sealed(row.person_id, row.point_sealed, context=access.point(row)))
    return needs.post(text=row.service_name, person=row.person_id, region=row.region_code, point=point,
                      category=row.category, mode=row.mode, by=by, at=at)
