from django.apps import AppConfig


class Ui(AppConfig):
    name = "linli.ui"
    label = "ui"
