from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Search(AppConfig):
    name = "linli.engines.search"

    def ready(self) -> None:
        from linli.engines.journal import registry as journal
        from linli.engines.search import actions, models, subscribers

        post_migrate.connect(models.prepare, sender=self, dispatch_uid="search index")
        journal.watch("search", subscribers.index, forget=actions.forget)
