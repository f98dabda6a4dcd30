from collections.abc import Collection, Mapping

from django.apps import AppConfig

from linli.engines.journal.registry import tell
from linli.engines.rulebook.registry import named
from linli.kernel.text import N_
from linli.registers.places import events


class Places(AppConfig):
    name = "linli.registers.places"

    def ready(self) -> None:
        tell(events.RegionsImported, N_("{new} regions were added and {changed} changed."))
        tell(events.PointPlaced, N_("A region got its point on the map."))
        named("region", _names)


def _names(codes: Collection[str]) -> Mapping[str, str]:
    from linli.registers.places import queries

    return queries.names(codes)
