from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import AppConfig
from django.urls import reverse

from linli.engines.journal.registry import Payload
from linli.kernel.text import N_

if TYPE_CHECKING:
    from linli.engines.documents.registry import Since


class Registration(AppConfig):
    name = "linli.work.registration"

    def ready(self) -> None:
        from linli.engines.documents import registry as documents
        from linli.engines.journal.registry import watch
        from linli.registers.accounts import registry as accounts
        from linli.registers.organisations.events import FilingCorrected
        from linli.work.hall import events as ended
        from linli.work.hall import registry as hall
        from linli.work.registration import subscribers
        from linli.work.registration.actions import CERTIFICATE, MATTERS
        from linli.work.registration.states import CONCLUDE

        accounts.allow("officer", CONCLUDE)
        documents.declare(CERTIFICATE)
        documents.corrections(CERTIFICATE.key, _corrected)
        watch("registration.certificates", subscribers.renew_corrected, facts=[FilingCorrected])
        watch("registration.names", subscribers.release_names, facts=[
            ended.ApplicationGranted, ended.ApplicationRefused, ended.ApplicationReturned, ended.ApplicationWithdrawn])
        for matter in MATTERS:
            hall.declare(matter)
        _tellings()


def _tellings() -> None:
    from linli.engines.journal.registry import tell
    from linli.work.registration import events

    tell(events.FailureProposed, N_("It was proposed that the annual check is failed; somebody else reads that a second"
                                    " time."),
         notice=N_("That an annual check is failed was proposed. Somebody else reads it a second time."),
         to=lambda payload: [f"region:{payload['region']}"], link=_check)
    tell(events.FailureSentBack, N_("The second reader sent the failed annual check back."),
         notice=N_("A failed annual check was sent back. Read why."),
         to=lambda payload: [f"region:{payload['region']}"], link=_check)
    tell(events.CheckFailed, N_("The annual check was failed."),
         notice=N_("The annual check of your organisation was failed. Read why, by when it has to be put right, and"
                   " what you can do."), to=lambda payload: [f"organisation:{payload['organisation']}"], urgent=True,
         link=lambda payload: reverse("registration:annual_reports", args=[payload["organisation"]]))


def _corrected(about: UUID, issued_at: datetime, at: datetime) -> "list[Since]":
    from linli.registers.organisations import queries as organisations
    from linli.work.registration.actions.certifying import PRINTED

    return organisations.corrected_of_document(about, issued_at, at=at, items=PRINTED)


def _check(payload: Payload) -> str:
    return reverse("registration:conclude", args=[payload["organisation"], payload["year"]])
