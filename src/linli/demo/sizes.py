"""The demo cities by size."""
from collections.abc import Callable
from datetime import datetime

from linli.demo import city, year
from linli.demo.recipe import CITY


def build(size: str, *, part: int = 1, at: datetime, say: Callable[[str], None]) -> None:
    """Build a city as it stands at that moment; of the large one, where `part` says so, one in so many of everything.

    Interrupted, it leaves a part of one: the caller throws it away.
    """
    if size == "small":
        city.build(at=at, say=say)
    else:
        year.build(CITY.part(part) if part > 1 else CITY, at=at, say=say)
