from django.apps import AppConfig
from django.urls import reverse

from linli.engines.journal.registry import Payload
from linli.kernel.text import N_


class Venues(AppConfig):
    name = "linli.work.venues"

    def ready(self) -> None:
        from linli.engines.journal.registry import tell
        from linli.registers.accounts import registry as accounts
        from linli.registers.people import registry as people
        from linli.work.orders import registry as orders
        from linli.work.venues import events, queries, states

        people.holds("venues", N_("Venues that I booked"), queries.held_of)
        people.uses(queries.booking_ahead)
        orders.stands_besides("venues", queries.calendar)
        tell(events.VenueOpened, N_("A venue was opened."))
        tell(events.VenueChanged, N_("A venue was changed."))
        tell(events.VenueBooked, N_("The venue was booked."),
             notice=N_("One of your venues was booked. See by whom and when."), to=_organisation, link=_desk)
        tell(events.VenueBookingChanged, N_("The booking was moved."),
             notice=N_("A booking of one of your venues was moved."), to=_organisation, link=_desk)
        tell(events.VenueBookingCancelled, N_("The booking was cancelled."),
             notice=N_("A booking of a venue was cancelled."), to=_other, link=_booking, urgent=True)
        tell(events.VenueCheckedIn, N_("They came and were let in."))
        tell(events.VenueUnused, N_("Nobody came; the rest of the time is free again."),
             notice=N_("A booking of yours is written down as not used. Call the venue if you were there."), to=_person,
             link=_booking)
        tell(events.VenueUsed, N_("The time is over."))
        accounts.allow("resident", states.BOOK)
        accounts.allow("hotline_agent", states.BOOK)
        accounts.allow("provider_admin", states.KEEP)
        accounts.allow("provider_staff", states.KEEP)
        accounts.allow("officer", states.SEE)
        accounts.allow("auditor", states.SEE)


def _person(payload: Payload) -> list[str]:
    return [f"person:{payload['person']}"] if payload["person"] else []


def _organisation(payload: Payload) -> list[str]:
    """Its own use is nothing new to it."""
    return [f"organisation:{payload['organisation']}"] if payload["person"] else []


def _other(payload: Payload) -> list[str]:
    return _person(payload) if payload["by_venue"] else _organisation(payload)


def _desk(payload: Payload) -> str:
    return reverse("venues:own")


def _booking(payload: Payload) -> str:
    return reverse("venues:booking", args=[payload["booking"]])
