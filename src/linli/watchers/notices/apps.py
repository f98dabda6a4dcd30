from django.apps import AppConfig


class Notices(AppConfig):
    name = "linli.watchers.notices"

    def ready(self) -> None:
        from linli.engines.journal import registry as journal
        from linli.watchers.notices import actions, subscribers

        journal.watch("notices", subscribers.tell, forget=actions.forget)
        journal.watch("letters", subscribers.write)  # never made again: what was sent was sent
