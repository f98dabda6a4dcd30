from collections.abc import Callable

from django.apps import AppConfig
from django.urls import reverse

from linli.engines.journal.registry import Payload, tell
from linli.kernel.text import N_
from linli.registers.people import events


def _page(name: str) -> Callable[[Payload], str]:
    return lambda payload: reverse(f"people:{name}")


def _scope(name: str) -> Callable[[Payload], list[str]]:
    return lambda payload: [f"person:{payload[name]}"]


class People(AppConfig):
    name = "linli.registers.people"

    def ready(self) -> None:
        tell(events.PersonRegistered, N_("Registered with Linli."))
        tell(events.ConsentRecorded, N_("Consent to the privacy notice {version} was noted."))
        tell(events.RealNameChecked, N_("The name was checked against the ID number."))
        tell(events.PersonChanged, N_("Contact details were changed."),
             notice=N_("Your contact details were changed. If you did not do this, call us."),
             to=_scope("person"), link=_page("profile"))
        tell(events.FieldOpened, N_("Sealed data was opened."),
             notice=N_("Somebody opened a part of your data. See who, and why."), to=_scope("person"),
             link=_page("openings"))
        tell(events.PersonErased, N_("The personal data was erased."))
        tell(events.RepresentationRequested, N_("Somebody asked to act for this person."),
             notice=N_("Somebody asks to act for you. Consent or decline."), to=_scope("person"), link=_page("family"))
        tell(events.RepresentationDeclared, N_("Somebody may act for this person from now on."),
             notice=N_("Somebody may act for you from now on. You can end this at any time."), to=_scope("person"),
             link=_page("family"))
        tell(events.RepresentationAccepted, N_("Consented to being represented."),
             notice=N_("Your wish to act for somebody was accepted."), to=_scope("representative"),
             link=_page("family"))
        tell(events.RepresentationEnded, N_("The representation ended."),
             notice=N_("One of you ended that somebody acts for another."),
             to=lambda payload: [f"person:{payload['person']}", f"person:{payload['representative']}"],
             link=_page("family"))
