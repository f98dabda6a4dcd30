from collections.abc import Collection, Mapping

from django.apps import AppConfig

from linli.engines.journal.registry import tell
from linli.engines.rulebook.registry import named, subject
from linli.kernel.text import N_
from linli.registers.places import events


class Places(AppConfig):
    name = "linli.registers.places"

    def ready(self) -> None:
        tell(events.RegionsImported, N_("{new} regions were added and {changed} changed."))
        tell(events.PointPlaced, N_("A region got its point on the map."))
        tell(events.ChangesImported, N_("{new} changes of divisions over the years were added."))
        tell(events.FacilityAdded, N_("A facility was added."))
        tell(events.FacilityChanged, N_("A facility's entry was changed."))
        tell(events.FacilityClosed, N_("A facility closed."))
        tell(events.FacilityConfirmed, N_("The office confirmed that the entry still stands."))
        tell(events.ConfirmationAsked, N_("The office was reminded of {facilities} facilities."),
             notice=N_("{facilities} facilities of your region were not confirmed in time. See whether their entries"
                       " still stand."),
             to=lambda told: [f"region:{told['region']}"], link=lambda told: "/officer/duties/?state=running")
        tell(events.FacilitiesImported, N_("{new} facilities were added and {changed} changed."))
        tell(events.GridCellAdded, N_("A grid cell was added."))
        tell(events.GridOfficerAppointed, N_("A grid cell was given an officer."))
        tell(events.GridOfficerRelieved, N_("A grid officer left the cell."))
        tell(events.PopulationImported, N_("{new} figures of people were added and {changed} changed."))
        tell(events.StreetsImported, N_("{new} stretches of street were added."))
        named("region", _names)
        subject("places.", name=N_("Facility"), link=lambda duty: f"/facilities/{duty.about}/")


def _names(codes: Collection[str]) -> Mapping[str, str]:
    from linli.registers.places import queries

    return queries.names(codes)
