from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.work.venues.models import Booking, Venue
from linli.work.venues.states import BOOK, KEEP, OWN, SEE, VenueState


def venue(ref: UUID, *, by: Actor, lock: bool = False) -> Venue:
    """An open venue is public; a closed one is known to its own people and the office. Refuses: NotFound."""
    row = Venue.one(ref=ref, lock=lock)
    if row is None or row.state != VenueState.OPEN and by.ref != SYSTEM.ref and not {KEEP, SEE} & held(row, by):
        raise NotFound(N_("There is no such venue."))
    return row


def held(row: Venue, by: Actor) -> frozenset[str]:
    """What this actor may do about a venue."""
    if by.ref == SYSTEM.ref:
        return OWN
    return by.held(f"organisation:{row.organisation_id}", f"region:{row.region_code}")


def bookings(by: Actor) -> QuerySet[Booking]:
    """Own ones and those of whom one acts for, of one's organisation, and of one's region."""
    if by.ref == SYSTEM.ref:
        return Booking.objects.all()
    within = [Q(venue__region_code__startswith=start) for start in by.scopes(SEE, "region")]
    if people := by.refs(BOOK, "person"):
        within.append(Q(person__in=people))
    if organisations := by.refs(KEEP, "organisation"):
        within.append(Q(venue__organisation__in=organisations))
    return Booking.objects.filter(reduce(or_, within)) if within else Booking.objects.none()


def booking(ref: UUID, *, by: Actor, lock: bool = False) -> Booking:
    """With its venue. Refuses: NotFound (absent or hidden)."""
    rows = bookings(by).filter(ref=ref).select_related("venue")
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise no_booking()
    return row


def no_booking() -> NotFound:
    return NotFound(N_("There is no such booking."))


def may(row: Booking, by: Actor) -> frozenset[str]:
    """What this actor may do about a booking: its own side's moves, or the venue's."""
    if by.ref == SYSTEM.ref:
        return OWN
    own = by.held(f"person:{row.person_id}") & {BOOK} if row.person_id else frozenset()
    return own | (held(row.venue, by) & {KEEP, SEE})
