import re
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext

from linli.kernel.doors import speak
from linli.registers.places import queries as places
from linli.ui import written
from linli.work.venues import rules
from linli.work.venues.queries import BookingCard, VenueCard


def row(card: BookingCard) -> dict[str, Any]:
    return {
        "ref": card.ref, "url": reverse("venues:booking", args=[card.ref]), "venue": card.venue_name,
        "organisation": card.organisation_name, "span": written.span(card.begin, card.until),
        "clock": f"{written.clock(card.begin)}–{end_of(card.until)}", "label": speak(card.label), "tone": card.tone,
        "person": card.person_name or gettext("own use"), "people": card.people, "code": card.code,
        "purpose": purpose(card),
    }


def purpose(card: BookingCard) -> str:
    return speak(rules.PURPOSES[card.purpose]) if card.purpose in rules.PURPOSES else gettext("own use")


def price(fen: int) -> str:
    return written.money(fen, short=True) if fen else gettext("free of charge")


def hourly(fen: int) -> str:
    """A price with what it is the price of."""
    return gettext("{price} an hour").format(price=price(fen)) if fen else price(fen)


def people(count: int) -> str:
    return ngettext("{count} person", "{count} people", count).format(count=count)


def opener(text: str) -> str:
    """Who opens the door, the phone numbers in it as links."""
    parts = re.split(r"(?<!\d)(0\d{2,3}-?\d{7,8}|1\d{10})(?!\d)", text)
    return format_html_join("", "{}", ((
        format_html('<a href="tel:{}">{}</a>', part, part) if odd % 2 else part,) for odd, part in enumerate(parts)))


def end_of(moment: datetime) -> str:
    """The clock of an end: midnight is 24:00."""
    clock = written.clock(moment)
    return "24:00" if clock == "00:00" else clock


def regions(*own: str) -> list[tuple[str, str]]:
    """The city and its districts, and before them the places that something lies in already."""
    return list((places.called(own) | places.called([settings.REGION]) | dict(places.districts())).items())


def day(text: str, other: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return other
    return found if 2000 <= found.year < 2100 else other


def line(card: VenueCard) -> dict[str, Any]:
    offer = card.offer
    return {
        "name": offer.name, "kind": speak(rules.KINDS[offer.kind]), "organisation": card.organisation_name,
        "region": card.region_name, "address": offer.address, "label": speak(card.label), "tone": card.tone,
        "capacity": ngettext("up to {count} person", "up to {count} people", offer.capacity).format(
            count=offer.capacity), "price": hourly(offer.price_fen), "demo": card.is_demo,
        "free": [f"{written.clock(begin)}–{end_of(until)}" for begin, until in card.free],
    }
