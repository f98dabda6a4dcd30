from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility
from linli.registers.places.rules.facilities import Tier
from linli.registers.places.rules.regions import Issuer


@dataclass(frozen=True)
class RegionsImported(Fact):
    visibility = Visibility.PUBLIC
    issuer: Issuer
    new: int
    changed: int
    same: int


@dataclass(frozen=True)
class PointPlaced(Fact):
    visibility = Visibility.PUBLIC
    region: UUID


@dataclass(frozen=True)
class ChangesImported(Fact):
    """Changes of divisions over the years were taken over."""

    visibility = Visibility.PUBLIC
    new: int
    same: int


@dataclass(frozen=True)
class FacilityAdded(Fact):
    visibility = Visibility.PUBLIC
    facility: UUID
    kind: str
    tier: Tier
    region: str


@dataclass(frozen=True)
class FacilityChanged(Fact):
    visibility = Visibility.PUBLIC
    facility: UUID
    region: str


@dataclass(frozen=True)
class FacilityClosed(Fact):
    visibility = Visibility.PUBLIC
    facility: UUID
    on: date


@dataclass(frozen=True)
class FacilityConfirmed(Fact):
    """An office says that the entry still stands."""

    visibility = Visibility.SHARED
    facility: UUID
    region: str


@dataclass(frozen=True)
class ConfirmationAsked(Fact):
    """An office was reminded of entries that nobody confirmed in time."""

    visibility = Visibility.SHARED
    region: str
    facilities: int


@dataclass(frozen=True)
class FacilitiesImported(Fact):
    visibility = Visibility.PUBLIC
    new: int
    changed: int
    same: int


@dataclass(frozen=True)
class GridCellAdded(Fact):
    visibility = Visibility.SHARED
    cell: UUID
    region: str


@dataclass(frozen=True)
class GridOfficerAppointed(Fact):
    """Names nobody: the name is shown on the cell's page while the post lasts."""

    visibility = Visibility.SHARED
    cell: UUID
    post: UUID
    from_on: date


@dataclass(frozen=True)
class GridOfficerRelieved(Fact):
    visibility = Visibility.SHARED
    cell: UUID
    post: UUID
    until_on: date


@dataclass(frozen=True)
class PopulationImported(Fact):
    visibility = Visibility.PUBLIC
    new: int
    changed: int
    same: int


@dataclass(frozen=True)
class StreetsImported(Fact):
    visibility = Visibility.PUBLIC
    new: int
    same: int
