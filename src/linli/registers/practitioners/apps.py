from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.apps import AppConfig

from linli.engines.journal.registry import EntryCard, Payload, tell, watch
from linli.engines.search.registry import searchable
from linli.kernel.text import N_
from linli.registers.organisations import events as organisations
from linli.registers.people import events as people
from linli.registers.practitioners import events


class Practitioners(AppConfig):
    name = "linli.registers.practitioners"

    def ready(self) -> None:
        from linli.registers.people import registry as people_registry
        from linli.registers.practitioners import queries, subscribers

        people_registry.holds("practitioner", N_("My work as a practitioner"), queries.held_of)
        people_registry.uses(queries.at_work)

        watch("practitioners", subscribers.react, facts=[people.PersonErased])
        tell(events.PractitionerAdded, N_("Joined the staff."),
             notice=N_("You are on an organisation's staff now. Residents can see your passport."), to=_person)
        tell(events.PractitionerChanged, N_("The passport was corrected."))
        tell(events.CredentialRecorded, N_("A credential was recorded."))
        tell(events.CredentialWithdrawn, N_("A credential was withdrawn."))
        tell(events.CredentialLapses, N_("A credential ends soon, on {valid_until}."),
             notice=N_("A credential ends on {valid_until}. Renew it in time: without it the passport turns red."),
             to=_both, link=_file, urgent=True)
        tell(events.PractitionerLeft, N_("Left the staff."),
             notice=N_("You are noted as having left an organisation's staff. Your passport there is red now."),
             to=_person)
        tell(events.PractitionerRejoined, N_("Came back to the staff."))
        tell(events.PassportBarred, N_("The office forbade the work."),
             notice=N_("The office forbids a colleague to work. The passport says until when; assign somebody else."),
             to=_organisation, link=_file, urgent=True)
        tell(events.PassportCleared, N_("The office allowed the work again."),
             notice=N_("The office allows a colleague to work again. The passport counts by its papers now."),
             to=_organisation, link=_file)
        tell(events.PractitionerForgotten, N_("The name was taken off the passport."))
        searchable(
            "practitioner", name=N_("Practitioners"), documents=queries.passport_documents, among=_passports,
            facts=(events.PractitionerAdded, events.PractitionerChanged, events.PractitionerLeft,
                   events.PractitionerRejoined, events.PractitionerForgotten, people.ConsentGiven,
                   people.ConsentWithdrawn, organisations.FilingMade, organisations.OrganisationSuspended,
                   organisations.OrganisationRestored),
        )


_RENAMING = ("import", "change", "correction")
"""Filings after which an organisation may be called otherwise, or lie in another region."""


def _passports(entries: Sequence[EntryCard]) -> Iterable[UUID]:
    """Those of who is named, of who works for the organisations that are, and of who said whether to be found."""
    from linli.registers.practitioners import queries

    named: dict[str, set[UUID]] = defaultdict(set)
    for entry in entries:
        told = entry.payload
        if "practitioner" in told:
            named["practitioners"].add(UUID(told["practitioner"]))
        elif "purpose" in told:
            named["persons"] |= {UUID(told["person"])} if told["purpose"] == "finding" else set()
        elif told.get("kind", "change") in _RENAMING:
            named["organisations"].add(UUID(told["organisation"]))
    return queries.passports(**named)


def _person(payload: Payload) -> list[str]:
    return [f"person:{payload['person']}"]


def _organisation(payload: Payload) -> list[str]:
    return [f"organisation:{payload['organisation']}"]


def _both(payload: Payload) -> list[str]:
    return [f"person:{payload['person']}", f"organisation:{payload['organisation']}"]


def _file(payload: Payload) -> str:
    return f"/provider/staff/{payload['practitioner']}/"
