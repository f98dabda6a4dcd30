from dataclasses import dataclass
from uuid import UUID

from linli.engines.journal.events import Fact, Visibility


@dataclass(frozen=True)
class LogKeyRotated(Fact):
    """From now on `key` signs; `key_before` does so too for a while. Both as others are given them."""

    visibility = Visibility.PUBLIC
    log_key: UUID
    key: str
    key_before: str


@dataclass(frozen=True)
class PayloadWithheld(Fact):
    """The payload of the leaf at this index is not shown any more; its digest stays in the log."""

    visibility = Visibility.PUBLIC
    leaf: int
    reason: str


@dataclass(frozen=True)
class LogTrusted(Fact):
    """We cosign this other log from now on, or by other keys than before."""

    visibility = Visibility.PUBLIC
    log: UUID
    origin: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class LogDistrusted(Fact):
    visibility = Visibility.PUBLIC
    log: UUID
    origin: str


@dataclass(frozen=True)
class WitnessAdded(Fact):
    """This witness is asked to cosign our checkpoints."""

    visibility = Visibility.PUBLIC
    witness: UUID
    origin: str
    key: str


@dataclass(frozen=True)
class WitnessDropped(Fact):
    visibility = Visibility.PUBLIC
    witness: UUID
    origin: str
