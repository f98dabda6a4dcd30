from django.apps import AppConfig

from linli.engines.journal.registry import Payload, tell
from linli.kernel.text import N_


def _person(payload: Payload) -> tuple[str, ...]:
    return (f"person:{payload['person']}",)


def _provider(payload: Payload) -> tuple[str, ...]:
    return (f"organisation:{payload['provider']}",)


def _link(payload: Payload) -> str:
    return f"/needs/{payload['need']}/"


def _matches(payload: Payload) -> str:
    return f"/needs/{payload['need']}/matches/"


class Needs(AppConfig):
    name = "linli.work.needs"

    def ready(self) -> None:
        from linli.registers.accounts.registry import allow
        from linli.registers.people import registry as people
        from linli.work.needs import events, queries
        from linli.work.needs.states import CHANGE, POST, PROVIDER, RESIDENT, SEE, SEE_UNMET, WITHDRAW

        people.holds("needs", N_("My needs"), queries.held_of)
        people.decides(queries.decided_of)
        people.sees(queries.last_posted)
        people.stands(N_("Needs that wait"), queries.standing_of)
        allow("resident", *RESIDENT)
        allow("hotline_agent", POST, SEE, CHANGE, WITHDRAW)
        for role in ("provider_admin", "provider_staff"):
            allow(role, *PROVIDER)
        for role in ("officer", "auditor"):
            allow(role, SEE_UNMET)
        tell(events.NeedPosted, N_("The need was posted"))
        tell(events.NeedChanged, N_("The need was changed"))
        tell(events.NeedWithdrawn, N_("The need was withdrawn"))
        tell(events.NeedBooked, N_("A visit was booked for it"))
        tell(events.NeedReopened, N_("It looks for help again"), to=_person, link=_matches,
             notice=N_("The visit fell through. Your need is open again: see who else can come."))
        tell(events.NeedMet, N_("The need was met"))
        tell(events.NeedExpired, N_("Nobody met it in time; it was closed"), to=_person, link=_link,
             notice=N_("Nobody could meet your need within the time. Post it again, or call us."))
        tell(events.OfferMade, N_("A provider offered to help"), to=_person, link=_matches,
             notice=N_("A provider offers to help you. See when, and choose."))
        tell(events.OfferTakenBack, N_("A provider took its offer back"), to=_person, link=_matches,
             notice=N_("An offer to help you was taken back."))
        tell(events.OfferDecided, N_("The offers were decided"), to=_provider, link=lambda payload: "/provider/needs/",
             notice=N_("Your offer was decided. See whether it was chosen."))
