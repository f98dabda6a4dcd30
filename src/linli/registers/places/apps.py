from django.apps import AppConfig


class Places(AppConfig):
    name = "linli.registers.places"
