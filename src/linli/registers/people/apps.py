from collections.abc import Callable

from django.apps import AppConfig
from django.urls import reverse

from linli.engines.archive import registry as archive
from linli.engines.documents import registry as documents
from linli.engines.journal.registry import Payload, tell
from linli.engines.rulebook import registry as rulebook
from linli.kernel.text import N_
from linli.registers.people import events


def _page(name: str) -> Callable[[Payload], str]:
    return lambda payload: reverse(f"people:{name}")


def _request(payload: Payload) -> str:
    return reverse("people:asked", args=[payload["request"]])


def _scope(name: str) -> Callable[[Payload], list[str]]:
    return lambda payload: [f"person:{payload[name]}"]


class People(AppConfig):
    name = "linli.registers.people"

    def ready(self) -> None:
        from linli.registers.people import access

        archive.keys("person", access.keys)  # what somebody sent goes with them
        documents.keys("person", access.keys)  # and what was issued to them
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
        _rights()
        _households()


def _households() -> None:
    page, mine = _page("household"), _scope("person")
    tell(events.HouseholdFormed, N_("A household was noted."))
    tell(events.HouseholdMoved, N_("The household's address changed."))
    tell(events.HouseholdRelated, N_("How a member stands to the head was noted anew."),
         notice=N_("How you stand to the head of your household was noted anew. See whether it is right."), to=mine,
         link=page)
    tell(events.HouseholdInvited, N_("Somebody was asked to join the household."),
         notice=N_("Somebody asks whether you live in their household. Join or decline."), to=mine, link=page)
    tell(events.HouseholdJoined, N_("Somebody lives in the household from now on."),
         notice=N_("A household has a new member."),
         to=lambda payload: [f"person:{ref}" for ref in dict.fromkeys((payload["person"], payload["head"]))], link=page)
    tell(events.HouseholdLeft, N_("Somebody lives in the household no longer, or did not join it."),
         notice=N_("Somebody left your household or did not join it."),
         to=lambda payload: [f"person:{ref}" for ref in dict.fromkeys((payload["person"], payload["head"]))], link=page)
    tell(events.HouseholdHandedOver, N_("The household has a new head."),
         notice=N_("You are the head of your household now: see whether how the others stand to you is right."),
         to=_scope("head"), link=page)
    tell(events.HouseholdEnded, N_("The household ended."))


def _rights() -> None:
    rulebook.subject("people.", name=N_("Request about one's data"),
                     link=lambda duty: reverse("people:decide", args=[duty.about]))
    for kind in ("minors", "personal", "protection", "cryptography"):
        rulebook.subject(f"people.{kind}_audit", name=N_("Audit"),
                         link=lambda duty: reverse("people:audit", args=[duty.about]))
    tell(events.AuditOpened, N_("An audit of how data are handled is owed."))
    tell(events.AuditConcluded, N_("An audit of how data are handled was concluded."))
    mine = _scope("person")
    tell(events.ConsentGiven, N_("A use of the data was allowed."))
    tell(events.ConsentWithdrawn, N_("A use of the data was no longer allowed."))
    tell(events.ChildGrewUp, N_("They are 14 and decide on their data themselves. What a guardian allowed has ended."),
         notice=N_("Whoever is 14 decides themselves what their data are used for. What a guardian allowed has ended;"
                   " it can be allowed anew."),
         to=lambda payload: [f"person:{ref}" for ref in (payload["person"], *payload["guardians"])],
         link=_page("privacy"))
    tell(events.GroupRecorded, N_("A special group was noted, until {until}."),
         notice=N_("You were noted as belonging to a special group. See which, and who may see it."), to=mine,
         link=_page("privacy"))
    tell(events.GroupEnded, N_("A special group is noted no longer."),
         notice=N_("A special group is no longer noted for you."), to=mine, link=_page("privacy"))
    tell(events.CopyTaken, N_("A copy of all data was taken."),
         notice=N_("A copy of everything that is kept about you was taken. If this was not you, call us."), to=mine,
         link=_page("privacy"))
    tell(events.RightAsked, N_("Something was asked about the data."))
    tell(events.RightGranted, N_("What was asked about the data was done."),
         notice=N_("The office did what you asked about your data. Read its answer."), to=mine, link=_request)
    tell(events.RightRefused, N_("What was asked about the data was refused, with reasons."),
         notice=N_("The office refused what you asked about your data. Read its reasons."), to=mine, link=_request)
    tell(events.RightTakenBack, N_("What was asked about the data was taken back."))
    tell(events.PartCorrected, N_("A checked part of the data was corrected."),
         notice=N_("A part of your data was corrected. See whether it is right now."), to=mine, link=_page("profile"))
    tell(events.OpeningAsked, N_("An officer asked for leave to open data of somebody under 18."))
    tell(events.OpeningAllowed, N_("A second officer allowed that data of somebody under 18 are opened."))
    tell(events.OpeningDisallowed, N_("A second officer did not allow that data of somebody under 18 are opened."))
    tell(events.ErasureAnnounced, N_("Nobody uses the data: they are to be erased on {on}."),
         notice=N_("Your data were not used for a long time. They are erased on {on}; if you sign in before, they"
                   " stay."), to=mine, link=_page("privacy"), urgent=True)
    tell(events.ErasureCalledOff, N_("The data are used again: they stay."))
