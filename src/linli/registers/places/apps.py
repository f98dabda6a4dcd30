from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.apps import AppConfig

from linli.engines.journal.registry import EntryCard, tell
from linli.engines.rulebook.registry import named, subject
from linli.engines.search.registry import Document, searchable
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
        searchable(
            "facility", name=N_("Facilities"), documents=_documents, refs=_facilities,
            facts=(events.FacilityAdded, events.FacilityChanged, events.FacilityClosed, events.FacilitiesImported),
        )
        subject("places.", name=N_("Facility"), link=lambda duty: f"/facilities/{duty.about}/")


def _names(codes: Collection[str]) -> Mapping[str, str]:
    from linli.registers.places import queries

    return queries.names(codes)


def _documents(refs: set[UUID]) -> Iterable[Document]:
    from linli.registers.places import queries

    return queries.documents(refs)


def _facilities(entry: EntryCard) -> Iterable[UUID]:
    """What a fact is about; a table of facilities is about all that it brought or changed."""
    from linli.registers.places import queries

    one = entry.payload.get("facility")
    return [UUID(one)] if one else queries.changed_with(entry.at)
