from django.apps import AppConfig

from linli.kernel.text import N_


class Documents(AppConfig):
    name = "linli.engines.documents"

    def ready(self) -> None:
        from linli.engines.documents import events
        from linli.engines.journal.registry import tell

        tell(events.DocumentIssued, N_("A document was issued."),
             notice=N_("A document was issued to you. It is under “Documents”."),
             to=lambda payload: (payload["holder"],), link=_mine)
        tell(events.DocumentRevoked, N_("A document was taken back."),
             notice=N_("A document that you hold is valid no more. Open “Documents” to see why."),
             to=lambda payload: (payload["holder"],), link=_mine)
        tell(events.SigningKeyWithdrawn, N_("A key that signed documents was withdrawn."))
        tell(events.SigningKeyMade, N_("Documents are signed with a new key."))


def _mine(payload: object) -> str:
    from django.urls import reverse

    return reverse("documents:mine")
