from django.apps import AppConfig

from linli.engines.journal.registry import tell
from linli.kernel.text import N_
from linli.registers.places import events


class Places(AppConfig):
    name = "linli.registers.places"

    def ready(self) -> None:
        tell(events.RegionsImported, N_("{new} regions were added and {changed} changed."))
        tell(events.PointPlaced, N_("A region got its point on the map."))
