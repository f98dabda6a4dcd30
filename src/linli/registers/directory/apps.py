from django.apps import AppConfig


class Directory(AppConfig):
    name = "linli.registers.directory"

    def ready(self) -> None:
        from linli.engines.journal.registry import tell
        from linli.kernel.text import N_
        from linli.registers.directory import events

        tell(events.ServiceDrafted, N_("A service was drafted."))
        tell(events.ServiceListed, N_("The service was listed."))
        tell(events.ServiceUpdated, N_("The listing was changed."))
        tell(events.ServicePaused, N_("The service was paused."))
        tell(events.ServiceResumed, N_("The service was resumed."))
        tell(events.ServiceWithdrawn, N_("The service was withdrawn."))
        tell(events.ServiceAssured, N_("The provider assured on {on} that the listing is right."))
        tell(events.ProviderServicesClosed, N_("{services} services were closed, because their provider is suspended."))
        tell(events.ProviderServicesReopened, N_("{services} services were opened again."))
        tell(events.HoursSet, N_("The opening hours were changed."))
        tell(events.ExceptionAdded, N_("An exceptional day was added: {on}."))
        tell(events.ExceptionDropped, N_("An exceptional day was removed: {on}."))
        tell(events.SlotsPublished, N_("{added} times were added and {removed} removed."))
        tell(events.SlotTaken, N_("A time was taken."))
        tell(events.SlotGivenBack, N_("A time was given back."))
        tell(events.ServicesImported, N_("A file of services was read: {added} added, {changed} changed,"
                                         " {same} the same, {refused} refused."))
