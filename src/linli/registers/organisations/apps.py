from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from linli.engines.documents import registry as documents
from linli.engines.journal.registry import EntryCard, Payload, tell, watch
from linli.engines.rulebook.events import DutyOverdue
from linli.engines.rulebook.registry import DutyCard, named, subject
from linli.engines.search.registry import Document, searchable
from linli.kernel.text import N_
from linli.registers.organisations import events
from linli.registers.people.events import PersonErased


class Organisations(AppConfig):
    name = "linli.registers.organisations"

    def ready(self) -> None:
        from linli.registers.organisations import (  # read the models, which are loaded by now
            models,
            queries,
            subscribers,
        )
        from linli.registers.people import registry as people

        people.holds("claims", N_("Organisations that I claimed"), queries.claims_held)
        post_migrate.connect(models.prepare, sender=self, dispatch_uid="organisations ledger")
        watch("organisations", subscribers.react, facts=[PersonErased])
        watch("organisations.stream", subscribers.follow, facts=[events.FilingMade], forget=subscribers.forget_stream)
        watch("organisations.extracts", subscribers.withdraw_extracts, facts=[events.FilingCorrected])
        watch("organisations.watching", subscribers.tell_watchers, facts=[events.FilingMade, DutyOverdue])
        watch("organisations.readers", subscribers.tell_readers, facts=[events.FilingCorrected])
        people.holds("posts", N_("Posts that I hold or held"), queries.posts_held)
        people.holds("readings", N_("Entries of the register that I read"), queries.readings_held)
        people.holds("watching", N_("Organisations that I watch"), queries.lists_held)
        documents.corrections(documents.EXTRACT.key, _corrected)
        tell(events.RegisterImported, N_("A file of the register was brought in."))
        tell(events.DoubtSettled, N_("A row of a file was settled."))
        tell(events.ReaderTold, N_("Who had read an entry was told that it was corrected."),
             notice=N_("An entry of the register that you have read was corrected: what it said, what is right, and why"
                       " stand there."), to=_person, link=_corrections)
        tell(events.WatchedChanged, N_("Something was entered of an organisation that somebody watches."),
             notice=N_("Something was entered of organisations that you watch: {count}."), to=_person,
             link=lambda _: "/organisations/watching/")
        tell(events.OrganisationApplied, N_("The application was received."),
             notice=N_("An organisation asks to join. It waits for your decision."), to=_region, link=_officer)
        tell(events.ApplicationAmended, N_("The application was completed and sent again."),
             notice=N_("A returned application was completed and waits for your decision."), to=_region, link=_officer)
        tell(events.ApplicationReturned, N_("The application was returned to be completed."),
             notice=N_("Your application to join needs to be completed. The reasons stand beside it."),
             to=_applicant, link=_application)
        tell(events.ApplicationRefused, N_("The application was refused."),
             notice=N_("Your application to join was refused. The reasons stand beside it."), to=_applicant,
             link=_application)
        tell(events.OrganisationApproved, N_("The organisation was approved."),
             notice=N_("Your organisation may join. You can now add sites, staff and services."), to=_applicant,
             link=_application)
        tell(events.EntryEntrusted, N_("The entry was entrusted to who acts for the organisation."),
             notice=N_("The organisation that you founded is registered, and you keep its entry. You can add sites,"
                       " staff and services, let others in, or hand it on."), to=_holder, link=_keepers)
        tell(events.OrganisationSuspended, N_("The organisation was suspended."),
             notice=N_("Your organisation is suspended and takes on nothing new."), to=_organisation, link=_own,
             urgent=True)
        tell(events.OrganisationRestored, N_("The organisation was restored."),
             notice=N_("Your organisation may go on."), to=_organisation, link=_own)
        tell(events.OrganisationDescribed, N_("The description was changed."))
        tell(events.SiteAdded, N_("A site was added."))
        tell(events.SiteChanged, N_("A site was changed."))
        tell(events.SiteClosed, N_("A site was closed."))
        tell(events.OrganisationListed, N_("A public list knows of the organisation."))
        tell(events.FilingMade, N_("Something was entered into the register."))
        tell(events.FilingCorrected, N_("An entry of the register was corrected."),
             notice=N_("The register corrected an entry of your organisation: the old value, the new one and the cause"
                       " stand beside it."), to=_organisation, link=_filings)
        tell(events.ClaimMade, N_("Somebody says that the organisation is theirs."),
             notice=N_("Somebody claims an organisation of a public list. The claim waits for your decision."),
             to=_region, link=_claim)
        tell(events.ClaimGranted, N_("The claim was granted."))
        tell(events.ClaimRefused, N_("The claim was refused."),
             notice=N_("Your claim of an organisation was refused. The reasons stand beside it."), to=_claimant,
             link=_claimed)
        subject("directory.answer_claim", name=N_("Claim of an organisation"), link=_claim_decide)
        subject("providers.answer_application", name=N_("Application to join"), link=_decide)
        named("organisation", _names)
        searchable(
            "organisation", name=N_("Organisations"), documents=_documents,
            facts=(events.FilingMade, events.OrganisationApproved, events.OrganisationListed,
                   events.OrganisationSuspended, events.OrganisationRestored, events.OrganisationDescribed,
                   events.SiteAdded, events.SiteChanged, events.SiteClosed),
        )
        searchable("penalty", name=N_("Penalties and credit lists"), documents=_penalty_documents,
                   among=_penalising, facts=(events.FilingMade,))


def _person(payload: Payload) -> list[str]:
    return [f"person:{payload['person']}"]


def _region(payload: Payload) -> list[str]:
    return [f"region:{payload['region']}"]


def _applicant(payload: Payload) -> list[str]:
    return [f"person:{payload['applicant']}"]


def _holder(payload: Payload) -> list[str]:
    return [f"person:{payload['holder']}"]


def _organisation(payload: Payload) -> list[str]:
    return [f"organisation:{payload['organisation']}"]


def _officer(payload: Payload) -> str:
    return f"/officer/organisations/{payload['organisation']}/"


def _application(payload: Payload) -> str:
    return f"/provider/join/{payload['organisation']}/"


def _claimant(payload: Payload) -> list[str]:
    return [f"person:{payload['claimant']}"]


def _claim(payload: Payload) -> str:
    return f"/officer/claims/{payload['claim']}/"


def _claimed(payload: Payload) -> str:
    return f"/provider/claims/{payload['claim']}/"


def _claim_decide(duty: DutyCard) -> str:
    return f"/officer/claims/{duty.about}/"


def _own(payload: Payload) -> str:
    return f"/provider/organisation/?organisation={payload['organisation']}"


def _keepers(payload: Payload) -> str:
    return f"/provider/organisation/keepers/?organisation={payload['organisation']}"


def _filings(payload: Payload) -> str:
    return f"/organisations/{payload['organisation']}/filings/"


def _corrections(payload: Payload) -> str:
    return f"/organisations/{payload['organisation']}/#corrections"


def _decide(duty: DutyCard) -> str:
    return f"/officer/organisations/{duty.about}/"


def _documents(refs: set[UUID]) -> list[Document]:
    from linli.registers.organisations import queries

    return queries.documents(refs)


def _penalty_documents(refs: set[UUID]) -> Iterable[Document]:
    from linli.registers.organisations import queries

    return queries.penalty_documents(refs)


def _penalising(entries: Sequence[EntryCard]) -> Iterable[UUID]:
    """Every filing may change what an organisation is called, and a correction what an earlier one told."""
    from linli.registers.organisations import queries

    return queries.penalising({UUID(entry.payload["organisation"]) for entry in entries})


def _corrected(about: UUID, issued_at: datetime, at: datetime) -> list[documents.Since]:
    from linli.registers.organisations import queries

    return queries.corrected_of_document(about, issued_at, at=at)


def _names(refs: Collection[str]) -> dict[str, str]:
    from linli.registers.organisations import queries

    return {str(ref): name for ref, name in queries.names([UUID(ref) for ref in refs]).items()}
