from django.apps import AppConfig


class Journal(AppConfig):
    name = "linli.engines.journal"
