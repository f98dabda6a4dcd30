from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from secrets import randbelow
from uuid import UUID

from django.db import IntegrityError, transaction

from linli.engines.journal import actions as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action, attempt
from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.kernel.text import N_
from linli.registers.organisations import queries as organisations
from linli.registers.people import queries as people
from linli.registers.places import queries as places
from linli.work.venues import access, events, rules
from linli.work.venues.models import Booking, TakenHalf, Venue, VenueHours
from linli.work.venues.rules import Offer, Span
from linli.work.venues.states import BOOK, KEEP, LIFE, VENUES, State, VenueState

__all__ = [
    "Made", "Offer", "Skipped", "Span", "block", "book", "cancel", "change", "check_in", "close_venue", "end",
    "no_show", "open_venue", "reopen_venue", "update_venue",
]


@dataclass(frozen=True)
class Skipped:
    """A week of a series in which nothing could be booked, and why."""

    begin: datetime
    why: Refusal


@dataclass(frozen=True)
class Made:
    """What became of a booking: one, or one for each week that had the time free."""

    bookings: tuple[UUID, ...]
    skipped: tuple[Skipped, ...] = ()


@action
def open_venue(organisation: UUID, *, offer: Offer, is_demo: bool = False, by: Actor, at: datetime) -> UUID:
    """Open a hall, court or room of an organisation to residents, with its hours.

    Refuses: NotFound, NotAllowed, RuleBroken (a field; organisation not approved), Conflict (the name stands already).
    """
    card = organisations.organisation(organisation)
    state = VENUES.check("open_venue", state=START, held=by.held(f"organisation:{organisation}"))
    if not card.active:
        raise RuleBroken(N_("Only an approved organisation opens venues."), rule="directory.provider_approved")
    row = Venue(ref=new_ref(), organisation_id=organisation, state=state, is_demo=is_demo)
    _write(row, offer, by=by, at=at)
    journal.record(events.VenueOpened(row.ref, organisation, row.kind, row.region_code, row.capacity), about=row.ref,
                   by=by, at=at)
    return row.ref


@action
def update_venue(ref: UUID, *, offer: Offer, by: Actor, at: datetime) -> None:
    """Say anew what a venue is and when it is open; what is booked stays. Refuses: as `open_venue`."""
    row = access.venue(ref, by=by, lock=True)
    VENUES.check("update_venue", state=row.state, held=access.held(row, by))
    _write(row, offer, by=by, at=at)
    _changed(row, by=by, at=at)


@action
def close_venue(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Take no more bookings; those that stand stay. Refuses: NotFound, NotAllowed, Conflict."""
    _turn(ref, "close_venue", by=by, at=at)


@action
def reopen_venue(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Refuses: NotFound, NotAllowed, Conflict."""
    _turn(ref, "reopen_venue", by=by, at=at)


@action
def book(venue: UUID, *, begin: datetime, until: datetime, people: int, purpose: str, weeks: int = 1,
         person: UUID | None = None, by: Actor, at: datetime) -> Made:
    """Book a venue for a period of whole half hours, for oneself unless `person` says for whom; weekly for several.

    Two who want the same half hour: the database lets one have it. Of a series the first week must be free, a later
    one that is not is skipped, and told. Refuses: NotFound, NotAllowed, Conflict (taken; closed), RuleBroken (period,
    hours, ahead, people, purpose, venues.series_weeks).
    """
    if by.ref == ANONYMOUS.ref:
        raise NotAllowed(N_("Sign in first."))
    row = access.venue(venue, by=by)
    whom = person or by.person
    if whom is None:
        raise RuleBroken(N_("Say for whom the booking is."), field="person")
    state = LIFE.check("book", state=START, held=_of_person(whom, by))
    _require_taking(row)
    if purpose not in rules.PURPOSES:
        raise RuleBroken(N_("Say what it is for."), field="purpose")
    rules.require_room(people, capacity=row.capacity)
    most = rulebook.rule(rules.SERIES, on=rules.day(at), region=row.region_code).amount
    if not 1 <= weeks <= most:
        raise RuleBroken(N_("A weekly booking has at most {most} weeks."), rule=rules.SERIES, field="weeks", most=most)
    hours, series = _hours(row), new_ref() if weeks > 1 else None
    made, skipped = list[UUID](), list[Skipped]()
    for week in (timedelta(weeks=n) for n in range(weeks)):
        try:
            with attempt():
                rules.require_period(begin + week, until + week, hours=hours, most_hours=row.most_hours)
                rules.require_ahead(begin + week, at=at, lead_hours=row.lead_hours,
                                    horizon_days=row.horizon_days if not week else rules.MOST_DAYS + 7 * most)
                made.append(_make(row, begin + week, until + week, person=whom, people=people, purpose=purpose,
                                  series=series, state=state, by=by, at=at))
        except Refusal as why:
            if not week:
                raise
            skipped.append(Skipped(begin + week, why))
    return Made(tuple(made), tuple(skipped))


@action
def block(venue: UUID, *, begin: datetime, until: datetime, by: Actor, at: datetime) -> UUID:
    """Keep a period for the organisation's own use. Refuses: NotFound, NotAllowed, Conflict (taken), RuleBroken."""
    row = access.venue(venue, by=by)
    VENUES.check("block", state=row.state, held=access.held(row, by))
    rules.require_period(begin, until, hours=_hours(row), most_hours=None)
    if at >= until:
        raise RuleBroken(N_("This time has passed. Choose a later one."), rule="venues.past", field="begin")
    return _make(row, begin, until, person=None, people=1, purpose=rules.OWN_USE, series=None, state=State.BOOKED,
                 by=by, at=at)


@action
def change(ref: UUID, *, begin: datetime, until: datetime, people: int | None = None, by: Actor, at: datetime) -> None:
    """Move a booking to another period of the same venue, until the venue's hour of cancelling.

    Refuses: NotFound, NotAllowed, Conflict (taken, over, closed), RuleBroken (too late; period, hours, ahead, people).
    """
    row = access.booking(ref, by=by, lock=True)
    LIFE.check("change", state=row.state, held=access.may(row, by))
    _require_early(row, at=at)
    venue = Venue.one(ref=row.venue.ref, lock=True)  # one who moves at a time: two who swap would wait for each other
    assert venue is not None
    _require_taking(venue)
    rules.require_period(begin, until, hours=_hours(venue), most_hours=venue.most_hours)
    rules.require_ahead(begin, at=at, lead_hours=venue.lead_hours, horizon_days=venue.horizon_days)
    row.people = row.people if people is None else people
    rules.require_room(row.people, capacity=venue.capacity)
    row.halves.all().delete()
    row.begin, row.until, row.price_fen = begin, until, rules.price(begin, until, fen=venue.price_fen)
    _take(venue, row)
    row.save(update_fields=["begin", "until", "people", "price_fen"])
    journal.record(events.VenueBookingChanged(ref, venue.ref, venue.organisation_id, row.person_id, venue.region_code,
                                              begin, until), about=ref, by=by, at=at)


@action
def cancel(ref: UUID, *, rest: bool = False, by: Actor, at: datetime) -> tuple[UUID, ...]:
    """Cancel a booking, by either side; with `rest` every later one of its series too. Gives the refs.

    A resident cancels until the venue's hour of cancelling; the venue at any time before the end.
    Refuses: NotFound, NotAllowed, Conflict (over), RuleBroken (too late).
    """
    row = access.booking(ref, by=by, lock=True)
    may = access.may(row, by)
    own = BOOK in may or KEEP not in may
    state = LIFE.check("cancel" if own else "cancel_for_venue", state=row.state, held=may)
    if own:
        _require_early(row, at=at)
    rows = [row]
    if rest and row.series:
        rows += list(Booking.objects.select_for_update(of=("self",)).select_related("venue").filter(
            series=row.series, begin__gt=row.begin, state=State.BOOKED).order_by("begin"))
    for one in rows:
        _end(one, state, by=by, at=at)
        one.halves.all().delete()
        journal.record(events.VenueBookingCancelled(
            one.ref, one.venue.ref, one.venue.organisation_id, one.person_id, one.venue.region_code, not own,
            at > one.begin - timedelta(hours=one.venue.cancel_hours)), about=one.ref, by=by, at=at)
    return tuple(one.ref for one in rows)


@action
def check_in(organisation: UUID, *, code: str, by: Actor, at: datetime) -> UUID:
    """Let in who says the code of a booking of now, at any of the organisation's venues.

    Refuses: NotAllowed, RuleBroken (no such code now: too early, over, another day).
    """
    if KEEP not in by.held(f"organisation:{organisation}"):
        raise NotAllowed(N_("Only who opens the venue checks people in."))
    said = code.strip().replace(" ", "")
    early = rulebook.rule(rules.EARLY, on=rules.day(at)).span
    row = Booking.objects.select_for_update(of=("self",)).select_related("venue").filter(
        venue__organisation__ref=organisation, code=said, begin__lte=at + early, until__gt=at,
        person__isnull=False).exclude(state=State.CANCELLED).order_by("begin").first() if len(said) == 6 else None
    if row is None:
        raise RuleBroken(
            N_("No booking of now has this code. Check-in opens {minutes} minutes before; ask for the six digits on"
               " their booking."), rule=rules.EARLY, field="code", minutes=int(early.total_seconds() // 60))
    row.state, row.came_at, row.came_by = LIFE.check("check_in", state=row.state, held=access.may(row, by)), at, by.ref
    row.save(update_fields=["state", "came_at", "came_by"])
    journal.record(events.VenueCheckedIn(*_key(row)), about=row.ref, by=by, at=at)
    return row.ref


@action
def no_show(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Note that nobody came; what is left of the time is free again.

    Refuses: NotFound, NotAllowed, Conflict, RuleBroken (sooner than venues.no_show_minutes after the beginning).
    """
    row = access.booking(ref, by=by, lock=True)
    state = LIFE.check("no_show", state=row.state, held=access.may(row, by))
    wait = rulebook.rule(rules.NO_SHOW, on=rules.day(at), region=row.venue.region_code).span
    if at < row.begin + wait:
        raise RuleBroken(N_("They have until {moment} to come. Wait until then."), rule=rules.NO_SHOW,
                         moment=rules.clock(row.begin + wait))
    _end(row, state, by=by, at=at)
    row.halves.filter(begin__gt=at).delete()
    journal.record(events.VenueUnused(*_key(row)), about=ref, by=by, at=at)


@action
def end(ref: UUID, *, at: datetime) -> bool:
    """Count a booking whose time is over as used; whether this call did. For the clock."""
    row = access.booking(ref, by=SYSTEM, lock=True)
    if row.until > at or row.state not in LIFE.moves["end"].sources:
        return False
    _end(row, LIFE.check("end", state=row.state, held=access.may(row, SYSTEM)), by=SYSTEM, at=at)
    journal.record(events.VenueUsed(*_key(row)), about=ref, by=SYSTEM, at=at)
    return True


def _write(row: Venue, offer: Offer, *, by: Actor, at: datetime) -> None:
    rules.check_offer(offer)
    if offer.region not in places.regions({offer.region}):
        raise RuleBroken(N_("There is no region {code}."), field="region", code=offer.region[:20])
    said = asdict(offer)
    row.region_code, row.equipment = said.pop("region"), list(said.pop("equipment"))
    said.pop("hours")
    for name, value in said.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.changed_at, row.changed_by = at, by.ref
    twin = Venue.objects.filter(organisation__ref=row.organisation_id, name=row.name).exclude(pk=row.pk)
    if twin.exists():
        raise Conflict(N_("You have a venue of this name already."), field="name")
    row.save()
    row.hours.all().delete()
    VenueHours.objects.bulk_create(
        VenueHours(venue=row, weekday=one.weekday, opens=one.opens, closes=one.closes) for one in offer.hours)


def _turn(ref: UUID, move: str, *, by: Actor, at: datetime) -> None:
    row = access.venue(ref, by=by, lock=True)
    row.state = VENUES.check(move, state=row.state, held=access.held(row, by))
    row.changed_at, row.changed_by = at, by.ref
    row.save(update_fields=["state", "changed_at", "changed_by"])
    _changed(row, by=by, at=at)


def _changed(row: Venue, *, by: Actor, at: datetime) -> None:
    journal.record(events.VenueChanged(row.ref, row.organisation_id, row.region_code, row.state), about=row.ref, by=by,
                   at=at)


def _of_person(whom: UUID, by: Actor) -> frozenset[str]:
    home = people.regions([whom]).get(whom)
    held = by.held(f"person:{whom}", f"region:{home}") if home else frozenset()
    if home is None or BOOK not in held:
        raise NotFound(N_("No such person."))
    return held


def _hours(row: Venue) -> Sequence[Span]:
    return [Span(*found) for found in row.hours.order_by("weekday", "opens").values_list("weekday", "opens", "closes")]


def _make(venue: Venue, begin: datetime, until: datetime, *, person: UUID | None, people: int, purpose: str,
          series: UUID | None, state: str, by: Actor, at: datetime) -> UUID:
    row = Booking(
        ref=new_ref(), venue=venue, person_id=person, begin=begin, until=until, people=people, purpose=purpose,
        price_fen=rules.price(begin, until, fen=venue.price_fen) if person else 0, code=f"{randbelow(10**6):06}",
        series=series, state=state, made_at=at, made_by=by.ref)
    row.save(force_insert=True)
    _take(venue, row)
    journal.record(events.VenueBooked(*_key(row), begin=begin, until=until, price_fen=row.price_fen),
                   about=row.ref, by=by, at=at)
    return row.ref


def _take(venue: Venue, row: Booking) -> None:
    """Every half hour of it, in order of time, or none. Refuses: Conflict (one is taken)."""
    try:
        with transaction.atomic():
            TakenHalf.objects.bulk_create(
                TakenHalf(venue=venue, booking=row, begin=half) for half in rules.halves(row.begin, row.until))
    except IntegrityError:
        raise Conflict(N_("Part of this time has just been taken. Choose another; what is free is shown."),
                       field="begin") from None


def _require_taking(venue: Venue) -> None:
    """Refuses: Conflict (closed, or the organisation that opens it is suspended or has ended)."""
    if venue.state != VenueState.OPEN or not organisations.active({venue.organisation_id}):
        raise Conflict(N_("This venue takes no bookings at present."))


def _require_early(row: Booking, *, at: datetime) -> None:
    last = row.begin - timedelta(hours=row.venue.cancel_hours)
    if at > last:
        raise RuleBroken(N_("This venue's bookings are changed and cancelled until {hours} hours before, here until"
                            " {moment}. Call the venue: {who}."), rule="venues.cancel_hours",
                         hours=row.venue.cancel_hours, moment=rules.clock(last), who=row.venue.opened_by)


def _end(row: Booking, state: str, *, by: Actor, at: datetime) -> None:
    row.state, row.closed_at, row.closed_by = state, at, by.ref
    row.save(update_fields=["state", "closed_at", "closed_by"])


def _key(row: Booking) -> tuple[UUID, UUID, UUID, UUID | None, str]:
    return row.ref, row.venue.ref, row.venue.organisation_id, row.person_id, row.venue.region_code


