"""What others fill in: how long one person really takes at a service, from those who measure it."""
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Measured:
    """How many are served at once, and the minutes of the last who were."""

    counters: int
    lengths: tuple[float, ...]


Source = Callable[[Collection[UUID]], Mapping[UUID, Measured]]

_sources: list[Source] = []


def measures(source: Source) -> None:
    """Have the lengths of these services told by this; for `apps.ready`."""
    if source not in _sources:
        _sources.append(source)


def measured(services: Collection[UUID]) -> dict[UUID, Measured]:
    """What is known of these services; those that nobody measures are absent."""
    found: dict[UUID, Measured] = {}
    for source in _sources:
        found |= source(services)
    return found
