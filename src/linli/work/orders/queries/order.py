from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.engines.journal import queries as journal
from linli.engines.journal.registry import TELLINGS, EntryCard
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM, Actor
from linli.registers.directory import queries as directory
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.people.queries import Known
from linli.registers.places import queries as places
from linli.registers.practitioners import queries as practitioners
from linli.registers.practitioners.queries import Colour, PractitionerCard
from linli.work.orders import access, rules
from linli.work.orders.models import Order, Proof
from linli.work.orders.queries.cards import Event, OrderCard, OrderLine, PartyCard, Place, ProofCard
from linli.work.orders.queries.desks import open_moves, tight
from linli.work.orders.queries.lists import disputed, lines, on_the_way, whole
from linli.work.orders.queries.presences import ways
from linli.work.orders.rules import Grade, Method, PartyKind
from linli.work.orders.states import DECIDE, PLANNED, SEE, Coming, State

_OF_PROVIDER = {"orders.OrderAccepted", "orders.OrderDeclined", "orders.PractitionerAssigned"}
_SAID_ALREADY = "needs.NeedBooked"  # by the order's own booking
_AT_THE_DOOR = {"orders.CheckedIn", "orders.CheckedOut"}

def order(ref: UUID, *, by: Actor, at: datetime, reveal: bool = False) -> OrderCard:
    """One order as this actor may see it at that moment; `reveal` opens its address for the resident's own side.

    Refuses: NotFound (absent or hidden).
    """
    row = access.order(ref, by=by, among=disputed)
    rows = [row]
    if row.series:
        rows += whole(access.orders(by)).filter(series=row.series).exclude(pk=row.pk).order_by("series_no")
    if mark := getattr(row, "bundled", None):
        rows += whole(access.orders(by)).filter(bundled__booking=mark.booking).exclude(pk=row.pk).order_by(
            "bundled__no")
    practitioner, colour = _practitioner(row)
    known = Known(one.person for one in rows)
    line, *others = lines(rows, by=by, at=at, known=known)
    siblings, parts = [one for one in others if not one.bundle], [one for one in others if one.bundle]
    side, coming = _side(row, by), on_the_way(row, by=by)
    proof = _proof(row.proof) if hasattr(row, "proof") else None
    within = rulebook.rule(rules.RATE_WITHIN, on=rules.day(at), region=row.region_code).span
    rate_until = proof.check_out_at + within if proof and proof.check_out_at else None
    moves = tuple(move for move in open_moves(row, by=by, at=at)
                  if move.name != "rate" or rate_until is not None and at <= rate_until)
    return OrderCard(
        line=line, side=side, channel=row.channel, closed_reason=row.reason, cancelled_late=row.cancelled_late,
        region_name=places.called([row.region_code]).get(row.region_code, ""),
        contact=known.contact(row.person_id) if coming else None,
        address=_address(row, known) if coming or reveal and side == "resident" else "",
        has_address=row.address_sealed is not None, practitioner=practitioner, colour=colour, proof=proof,
        comment=_comment(row, side, known), rate_until=rate_until, moves=moves,
        timeline=tuple(_timeline(row, line, practitioner)), siblings=tuple(siblings),
        dispute=row.dispute_ref if _reads(row, by) else None,  # type: ignore[attr-defined]  # asked for with the row
        parts=tuple(parts), party=_party(row, known, side=side, coming=coming),
        tight=tuple(tight(row, at=at)) if side == "provider" and row.practitioner and row.state == State.ACCEPTED
        else (),
        ways=tuple(ways(row, by=by, at=at)) if side == "resident" and at < row.begin else (),
    )

def _party(row: Order, known: Known, *, side: str, coming: bool) -> PartyCard | None:
    """Names for the resident's side, and for who gives the service while the group is expected or there."""
    if not row.party:
        return None
    rows = list(row.participants.order_by("no"))
    unit = organisations.names([row.unit]).get(row.unit, "") if row.unit else ""
    clear = coming or side == "resident"
    names = people.known([one.person for one in rows if one.person]) if clear else None
    places = [Place(one.no, "" if names is None else names.name(one.person, masked=False) if one.person
                    else known.open(row.person_id, one.name_sealed, context=access.called(row, one.no)),
                    Coming(one.state), one.price_fen - one.subsidy_fen) for one in rows]
    return PartyCard(PartyKind(row.party), unit, tuple(places), row.proof.came if hasattr(row, "proof") else None)

def _reads(row: Order, by: Actor) -> bool:
    """Whether this actor reads disputes about it: its two sides, and who decides."""
    return by.ref != SYSTEM.ref and (access.side(row, by) is not None or DECIDE in access.held(row, by))

def _side(row: Order, by: Actor) -> str:
    if by.ref != SYSTEM.ref and (SEE in by.held(f"person:{row.person_id}") or access.of_unit(row, by)):
        return "resident"
    if row.practitioner and SEE in by.held(f"practitioner:{row.practitioner}"):
        return "practitioner"
    return "provider" if SEE in by.held(f"organisation:{row.provider}") else "office"

def _practitioner(row: Order) -> tuple[PractitionerCard | None, Colour | None]:
    """Who goes, and while it lies ahead the colour of their passport on the day."""
    if row.practitioner is None:
        return None, None
    credentials, on = directory.category(row.category).credentials, rules.day(row.begin)
    found = practitioners.coloured([row.practitioner], on=on, for_category_credentials=credentials)
    card, colour = found.get(row.practitioner, (None, None))
    return card, colour if row.state in PLANNED else None

def _address(row: Order, known: Known) -> str:
    return known.open(row.person_id, row.address_sealed, context=access.place(row))

def _comment(row: Order, side: str, known: Known) -> str:
    """For both sides of the visit; offices read the grade alone."""
    if row.comment_sealed is None or side == "office":
        return ""
    return known.open(row.person_id, row.comment_sealed, context=access.words(row))

def _proof(row: Proof) -> ProofCard:
    return ProofCard(
        row.service, row.person, row.on, row.region_code, row.practitioner, row.began, row.ended, row.minutes,
        row.capped, row.check_in_at, Method(row.check_in_method), row.check_in_metres, row.check_in_reason,
        row.check_out_at,
        Method(row.check_out_method) if row.check_out_method else None, row.check_out_metres, row.check_out_reason,
        row.resident_confirmed_at, Grade(row.worth) if row.worth else None, row.came,
    )

def _timeline(row: Order, line: OrderLine, practitioner: PractitionerCard | None) -> list[Event]:
    """What is recorded of the order and its need, oldest first; of a series' need, not what befell the other visits."""
    about = [row.ref, *([row.need] if row.need else [])]
    entries = [e for e in journal.history(about) if e.payload.get("order", str(row.ref)) == str(row.ref)]
    sent = {e.payload["practitioner"] for e in entries if e.fact == "orders.PractitionerAssigned"}
    known = {str(practitioner.ref): practitioner.name} if practitioner else {}
    if missing := {UUID(ref) for ref in sent if ref not in known}:
        known |= {str(ref): name for ref, name in practitioners.names(missing).items()}
    return [_event(e, line, known) for e in entries if e.fact in TELLINGS and e.fact != _SAID_ALREADY]

def _event(entry: EntryCard, line: OrderLine, sent: Mapping[str, str]) -> Event:
    payload, note, name = entry.payload, None, ""
    if entry.fact == "orders.PractitionerAssigned":
        name = sent.get(payload["practitioner"], "")
    elif code := payload.get("reason"):
        note = rules.REASONS.get(code)
    elif (method := payload.get("method")) and entry.fact in _AT_THE_DOOR:
        note = rules.METHODS[Method(method)]
    elif entry.fact.startswith("orders.") and (channel := payload.get("channel")):
        note = rules.FOR_THEM.get(rules.Channel(channel))
    return Event(entry.fact, TELLINGS[entry.fact].text, _values(payload), entry.at, _who(entry, line, sent), note, name)

def _values(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if isinstance(value, int | str)}

def _who(entry: EntryCard, line: OrderLine, sent: Mapping[str, str]) -> str:
    """Whose deed it was: an organisation, a practitioner's public name, or the resident as far as one may know."""
    if entry.by == SYSTEM.ref:
        return ""
    said = entry.payload
    provider = entry.fact in _OF_PROVIDER or said.get("by_provider") or said.get("provider_absent") is False
    if entry.fact in _AT_THE_DOOR:
        by_office = entry.payload.get("method") == Method.SUPERVISOR
        return line.provider_name if by_office else sent.get(entry.payload["practitioner"], line.practitioner_name)
    if provider:
        return line.provider_name
    return line.person_name if entry.fact.startswith("orders.") else ""
