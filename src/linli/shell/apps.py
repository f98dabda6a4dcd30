from django.apps import AppConfig


class Shell(AppConfig):
    name = "linli.shell"
