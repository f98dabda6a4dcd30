from django.apps import AppConfig

from linli.kernel.text import N_


class Notices(AppConfig):
    name = "linli.watchers.notices"

    def ready(self) -> None:
        from linli.engines.journal import registry as journal
        from linli.registers.people import registry as people
        from linli.watchers.notices import actions, queries, subscribers

        people.holds("notices", N_("What I was told"), queries.held_of)
        people.holds("channels", N_("How I want to be told"), queries.channels_held)

        journal.watch("notices", subscribers.tell, forget=actions.forget)
        journal.watch("letters", subscribers.write)  # never made again: what was sent was sent
