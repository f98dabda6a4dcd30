from django.apps import AppConfig

from linli.kernel.text import N_


class OpenLog(AppConfig):
    name = "linli.watchers.openlog"

    def ready(self) -> None:
        from linli.engines.journal import registry as journal
        from linli.engines.journal.events import Visibility
        from linli.registers.accounts import registry as accounts
        from linli.watchers.openlog import access, actions, subscribers

        access.profile()  # a profile that this node cannot go by is said at once
        journal.watch("openlog", subscribers.append, forget=actions.forget, visibility=Visibility.PUBLIC)
        for role in ("resident", "practitioner", "provider_admin", "provider_staff"):
            accounts.allow(role, access.OPEN)
        accounts.allow("system_admin", access.RUN)
        _tellings()


def _tellings() -> None:
    from linli.engines.journal.registry import tell
    from linli.watchers.openlog import events

    tell(events.LogKeyRotated, N_("The open log signs with a new key."))
    tell(events.PayloadWithheld, N_("What the log's entry {leaf} says is no longer shown."))
    tell(events.LogTrusted, N_("The log {origin} is cosigned here."))
    tell(events.LogDistrusted, N_("The log {origin} is no longer cosigned here."))
    tell(events.WitnessAdded, N_("The witness {origin} is asked to cosign our log."))
    tell(events.WitnessDropped, N_("The witness {origin} is no longer asked."))
