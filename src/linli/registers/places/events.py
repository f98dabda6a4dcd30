from dataclasses import dataclass
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility
from linli.registers.places.rules import Issuer


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
