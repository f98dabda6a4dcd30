from django.apps import AppConfig


class Registration(AppConfig):
    name = "linli.work.registration"

    def ready(self) -> None:
        from linli.engines.documents import registry as documents
        from linli.engines.journal.registry import watch
        from linli.registers.accounts import registry as accounts
        from linli.registers.organisations.events import FilingCorrected
        from linli.work.hall import registry as hall
        from linli.work.registration import subscribers
        from linli.work.registration.actions import CERTIFICATE, MATTERS
        from linli.work.registration.states import CONCLUDE

        accounts.allow("officer", CONCLUDE)
        documents.declare(CERTIFICATE)
        watch("registration.certificates", subscribers.renew_corrected, facts=[FilingCorrected])
        for matter in MATTERS:
            hall.declare(matter)
