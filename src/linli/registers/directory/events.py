from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class ServiceDrafted(Fact):
    visibility = Visibility.PRIVATE
    service: UUID
    provider: UUID


@dataclass(frozen=True)
class ServiceListed(Fact):
    visibility = Visibility.PUBLIC
    service: UUID
    provider: UUID
    price_fen: int


@dataclass(frozen=True)
class ServiceUpdated(Fact):
    visibility = Visibility.PUBLIC
    service: UUID
    provider: UUID
    price_fen: int


@dataclass(frozen=True)
class ServicePaused(Fact):
    visibility = Visibility.PUBLIC
    service: UUID
    provider: UUID


@dataclass(frozen=True)
class ServiceResumed(Fact):
    visibility = Visibility.PUBLIC
    service: UUID
    provider: UUID


@dataclass(frozen=True)
class ServiceWithdrawn(Fact):
    visibility = Visibility.PUBLIC
    service: UUID
    provider: UUID


@dataclass(frozen=True)
class ServiceAssured(Fact):
    """The provider says that everything still stands as listed."""

    visibility = Visibility.PUBLIC
    service: UUID
    provider: UUID
    on: date


@dataclass(frozen=True)
class AssuranceAsked(Fact):
    """The office reminded a provider of listings that it did not assure in time."""

    visibility = Visibility.SHARED
    provider: UUID
    services: int
    due: date


@dataclass(frozen=True)
class ProviderServicesClosed(Fact):
    """The provider was suspended: none of its services can be found or booked until it is restored."""

    visibility = Visibility.PUBLIC
    provider: UUID
    services: int


@dataclass(frozen=True)
class ProviderServicesReopened(Fact):
    visibility = Visibility.PUBLIC
    provider: UUID
    services: int


@dataclass(frozen=True)
class HoursSet(Fact):
    visibility = Visibility.PUBLIC
    service: UUID
    spans: int


@dataclass(frozen=True)
class ExceptionAdded(Fact):
    visibility = Visibility.PUBLIC
    service: UUID
    on: date
    closed: bool


@dataclass(frozen=True)
class ExceptionDropped(Fact):
    visibility = Visibility.PUBLIC
    service: UUID
    on: date


@dataclass(frozen=True)
class SlotsPublished(Fact):
    """Recorded only where something changed; `until` is the first day that is not covered."""

    visibility = Visibility.SHARED
    service: UUID
    added: int
    removed: int
    until: date


@dataclass(frozen=True)
class SlotTaken(Fact):
    visibility = Visibility.PRIVATE
    slot: UUID
    service: UUID
    places: int = 1


@dataclass(frozen=True)
class SlotGivenBack(Fact):
    visibility = Visibility.PRIVATE
    slot: UUID
    service: UUID
    places: int = 1


@dataclass(frozen=True)
class ServicesImported(Fact):
    visibility = Visibility.PRIVATE
    provider: UUID
    added: int
    changed: int
    same: int
    refused: int


@dataclass(frozen=True)
class ListingChecked(Fact):
    """The office looked at the listing and found it right."""

    visibility = Visibility.PUBLIC
    service: UUID
    provider: UUID
    on: date


@dataclass(frozen=True)
class CapacitiesSet(Fact):
    """`available` of `maximum` places, over all groups and units."""

    visibility = Visibility.PUBLIC
    service: UUID
    available: int
    maximum: int


@dataclass(frozen=True)
class ResourcesSet(Fact):
    visibility = Visibility.PUBLIC
    service: UUID
    resources: int


@dataclass(frozen=True)
class BundleDrafted(Fact):
    visibility = Visibility.PRIVATE
    bundle: UUID
    provider: UUID


@dataclass(frozen=True)
class BundleChanged(Fact):
    visibility = Visibility.PRIVATE
    bundle: UUID
    provider: UUID


@dataclass(frozen=True)
class BundlePartAsked(Fact):
    """A service of another provider is to be part of a bundle: its provider is asked."""

    visibility = Visibility.PRIVATE
    bundle: UUID
    service: UUID
    provider: UUID


@dataclass(frozen=True)
class BundleAgreed(Fact):
    visibility = Visibility.PRIVATE
    bundle: UUID
    provider: UUID
    lead: UUID


@dataclass(frozen=True)
class BundleListed(Fact):
    visibility = Visibility.PUBLIC
    bundle: UUID
    provider: UUID
    services: int


@dataclass(frozen=True)
class BundleWithdrawn(Fact):
    visibility = Visibility.PUBLIC
    bundle: UUID
    provider: UUID


@dataclass(frozen=True)
class FacilitiesImported(Fact):
    """`about` is the file's digest as a ref."""

    visibility = Visibility.PRIVATE
    added: int
    changed: int
    same: int
    refused: int
