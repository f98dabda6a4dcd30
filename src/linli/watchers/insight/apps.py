from django.apps import AppConfig


class Insight(AppConfig):
    name = "linli.watchers.insight"

    def ready(self) -> None:
        from linli.engines.journal.registry import watch
        from linli.registers.accounts.registry import allow
        from linli.watchers.insight import actions, subscribers
        from linli.watchers.insight.access import SEE
        from linli.work.needs import events as needs

        watch("insight", subscribers.follow, forget=actions.forget, facts=(
            needs.NeedPosted, needs.NeedChanged, needs.NeedBooked, needs.NeedReopened, needs.NeedMet,
            needs.NeedWithdrawn, needs.NeedExpired))
        for role in ("officer", "protection_officer", "auditor"):
            allow(role, SEE)
