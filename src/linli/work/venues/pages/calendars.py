from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET
from icalendar import Calendar, Event

from linli.kernel.doors import Request
from linli.work.venues import queries
from linli.work.venues.states import State

AHEAD = timedelta(days=60)
"""How far a venue's own calendar goes."""




@require_GET
def venue_calendar(request: Request, ref: UUID) -> HttpResponse:
    """When a venue is taken (RFC 5545), by nobody's name: for its own page elsewhere."""
    card = queries.venue(ref, by=request.actor, at=request.at)
    events = [_event(f"{ref}-{begin:%Y%m%dT%H%M}", gettext("{name}: taken").format(name=card.offer.name), begin, until,
                     card.offer.address, request.at) for begin, until in queries.busy(
                         ref, request.at - timedelta(days=1), request.at + AHEAD)]
    return _calendar(card.offer.name, events)


@require_GET
def booking_calendar(request: Request, ref: UUID) -> HttpResponse:
    """One booking for one's own calendar; without the code."""
    card = queries.booking(ref, by=request.actor)
    event = _event(str(ref), card.venue_name, card.begin, card.until, card.address, card.begin)
    event.add("status", "CANCELLED" if card.state in (State.CANCELLED, State.NO_SHOW) else "CONFIRMED")
    event.add("url", request.build_absolute_uri(reverse("venues:booking", args=[ref])))
    return _calendar(card.venue_name, [event])


def _event(uid: str, summary: str, begin: datetime, until: datetime, where: str, stamp: datetime) -> Event:
    event = Event()
    for name, value in (("uid", f"{uid}@linli"), ("dtstamp", stamp), ("dtstart", begin), ("dtend", until),
                        ("summary", summary), ("location", where)):
        event.add(name, value)
    return event


def _calendar(name: str, events: list[Event]) -> HttpResponse:
    calendar = Calendar()
    for key, value in (("prodid", "-//Linli//Linli//ZH"), ("version", "2.0"), ("method", "PUBLISH"),
                       ("x-wr-calname", name)):
        calendar.add(key, value)
    for event in events:
        calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={
        "ETag": f'"{sha256(body).hexdigest()[:32]}"', "Cache-Control": "private, max-age=900",
        "X-Robots-Tag": "noindex"})
