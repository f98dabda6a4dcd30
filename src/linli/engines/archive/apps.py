from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Archive(AppConfig):
    name = "linli.engines.archive"

    def ready(self) -> None:
        from linli.engines.archive import events, models
        from linli.engines.journal import registry as journal
        from linli.kernel.text import N_

        post_migrate.connect(models.freeze, sender=self, dispatch_uid="archive packages")
        journal.tell(events.FileKept, N_("A file was kept."))
        journal.tell(events.FileCleared, N_("A file was removed."))
        journal.tell(events.PackageMade, N_("An archive package was made of {files} files."))
        journal.tell(events.PackageDamaged, N_("An archive package was found damaged."))
        journal.tell(events.PackageSound, N_("A damaged archive package is whole again."))
