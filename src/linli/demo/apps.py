from django.apps import AppConfig
from django.conf import settings


class Demo(AppConfig):
    name = "linli.demo"

    def ready(self) -> None:
        if settings.DEMO:
            from linli.demo import personas

            personas.offer()
