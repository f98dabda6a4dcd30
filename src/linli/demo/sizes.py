"""The demo cities by size."""
from collections.abc import Callable
from datetime import datetime

from linli.demo import city, year

BUILDERS: dict[str, Callable[..., None]] = {"small": city.build, "city": year.build}


def build(size: str, *, at: datetime, say: Callable[[str], None]) -> None:
    """Build a city as it stands at that moment. Interrupted, it leaves a part of one: the caller throws it away."""
    BUILDERS[size](at=at, say=say)
