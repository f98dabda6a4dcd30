from django.apps import AppConfig


class Matching(AppConfig):
    name = "linli.work.matching"

    def ready(self) -> None:
        from linli.registers.people import registry as people
        from linli.work.matching import queries

        people.decides(queries.decided_of)
