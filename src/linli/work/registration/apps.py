from django.apps import AppConfig


class Registration(AppConfig):
    name = "linli.work.registration"

    def ready(self) -> None:
        from linli.engines.documents import registry as documents
        from linli.registers.accounts import registry as accounts
        from linli.work.hall import registry as hall
        from linli.work.registration.actions import CERTIFICATE, MATTERS
        from linli.work.registration.states import CONCLUDE

        accounts.allow("officer", CONCLUDE)
        documents.declare(CERTIFICATE)
        for matter in MATTERS:
            hall.declare(matter)
