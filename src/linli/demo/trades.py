"""What the demo's providers do: invented, but priced and staffed as such services are."""
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Offer:
    """A kind of service that the demo's providers list (data/trades.toml says what the figures mean)."""

    category: str
    name: str
    summary: str
    low: int
    high: int
    minutes: int
    modes: tuple[str, ...]
    unit: str = "visit"
    subsidy: float = 0.0
    aged: int = 60
    min_age: int | None = None
    max_age: int | None = None


@dataclass(frozen=True)
class Trade:
    """A kind of provider: how many of them, how they are called, what they offer, what their staff must hold."""

    key: str
    count: int
    kind: str
    pattern: str
    offers: tuple[str, ...]
    credentials: tuple[str, ...]
    title: str


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


_DATA = tomllib.loads((Path(__file__).parent / "data" / "trades.toml").read_text())
OFFERS = {key: Offer(category=key, **_tuples(row)) for key, row in _DATA["offers"].items()}
TRADES = tuple(Trade(**_tuples(row)) for row in _DATA["trades"])
