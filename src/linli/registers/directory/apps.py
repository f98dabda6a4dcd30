from collections.abc import Iterable
from uuid import UUID

from django.apps import AppConfig

from linli.engines.journal.registry import EntryCard, Payload


class Directory(AppConfig):
    name = "linli.registers.directory"

    def ready(self) -> None:
        from linli.engines.journal.registry import tell, watch
        from linli.engines.rulebook.registry import subject
        from linli.engines.search.registry import searchable
        from linli.kernel.text import N_
        from linli.registers.directory import events, queries, subscribers
        from linli.registers.directory.queries import offered
        from linli.registers.organisations.events import OrganisationRestored, OrganisationSuspended

        searchable(
            "service", name=N_("Services"), documents=queries.documents, refs=_services,
            facts=(events.ServiceListed, events.ServiceUpdated, events.ServicePaused, events.ServiceResumed,
                   events.ServiceWithdrawn, events.ProviderServicesClosed, events.ProviderServicesReopened),
        )
        searchable(
            "bundle", name=N_("Bundles"), documents=queries.bundle_documents,
            facts=(events.BundleListed, events.BundleWithdrawn),
        )
        subject(queries.ASSURE, name=N_("Listing"), link=lambda duty: f"/services/{duty.about}/")
        subject(offered.ANSWER, name=N_("Listing"), link=lambda duty: f"/services/{duty.about}/")
        watch("directory", subscribers.follow_providers, facts=(OrganisationSuspended, OrganisationRestored))

        tell(events.ServiceDrafted, N_("A service was drafted."))
        tell(events.ServiceListed, N_("The service was listed."))
        tell(events.ServiceUpdated, N_("The listing was changed."))
        tell(events.ServicePaused, N_("The service was paused."))
        tell(events.ServiceResumed, N_("The service was resumed."))
        tell(events.ServiceWithdrawn, N_("The service was withdrawn."))
        tell(events.ServiceAssured, N_("The provider assured on {on} that the listing is right."))
        tell(events.AssuranceAsked, N_("The office reminded the provider of {services} listings."),
             notice=N_("The office asks you to say by {due} whether {services} listings are still right. Open each"
                       " and press “Still right”, change it, or withdraw it."),
             to=lambda told: [f"organisation:{told['provider']}"], link=lambda told: "/provider/services/")
        tell(events.ProviderServicesClosed, N_("{services} services were closed, because their provider is suspended."))
        tell(events.ProviderServicesReopened, N_("{services} services were opened again."))
        tell(events.ListingChecked, N_("The office checked the listing on {on} and found it right."))
        tell(events.CapacitiesSet, N_("Places were counted anew: {available} of {maximum} are free."))
        tell(events.ResourcesSet, N_("Equipment and resources were set: {resources} entries."))
        tell(events.BundleDrafted, N_("A bundle was drafted."))
        tell(events.BundleChanged, N_("The bundle was changed."))
        tell(events.BundlePartAsked, N_("A partner was asked to be part of the bundle."),
             notice=N_("A provider asks you to be part of a bundle. See what it is, and agree if you like it."),
             to=lambda told: [f"organisation:{told['provider']}"], link=_bundle)
        tell(events.BundleAgreed, N_("A partner agreed."), notice=N_("A partner agreed to be part of your bundle."),
             to=lambda told: [f"organisation:{told['lead']}"], link=_bundle)
        tell(events.BundleListed, N_("The bundle was listed with {services} services."))
        tell(events.BundleWithdrawn, N_("The bundle was withdrawn."))
        tell(events.FacilitiesImported, N_("A list of facilities was read: {added} added, {changed} changed,"
                                           " {same} the same, {refused} refused."))
        tell(events.HoursSet, N_("The opening hours were changed."))
        tell(events.ExceptionAdded, N_("An exceptional day was added: {on}."))
        tell(events.ExceptionDropped, N_("An exceptional day was removed: {on}."))
        tell(events.SlotsPublished, N_("{added} times were added and {removed} removed."))
        tell(events.SlotTaken, N_("A time was taken."))
        tell(events.SlotGivenBack, N_("A time was given back."))
        tell(events.ServicesImported, N_("A file of services was read: {added} added, {changed} changed,"
                                         " {same} the same, {refused} refused."))


def _bundle(told: Payload) -> str:
    return f"/provider/bundles/{told['bundle']}/"


def _services(entry: EntryCard) -> Iterable[UUID]:
    """The services that a fact changes: the one it is about, or all of a provider's."""
    from linli.registers.directory import queries

    return [entry.about] if "service" in entry.payload else queries.refs_of(UUID(entry.payload["provider"]))
