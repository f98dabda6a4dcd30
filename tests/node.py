"""A running demo for tests that go through the real server: journeys, permissions, browser."""
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.node import Visitor


@dataclass(frozen=True)
class Node:
    port: int
    told: dict[str, Any]
    seconds: float
    """Until the demo was ready, database built and all."""
    data: Path
    """Where its city is kept."""

    @property
    def built(self) -> Path:
        """Its database as it was built, before any test."""
        return self.data.parent / "built.sqlite3"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def persona(self, key: str) -> dict[str, Any]:
        """One of the demo's people: name, role, ref, token."""
        return next(one for one in self.told["personas"] if one["key"] == key)

    def visitor(self, persona: str | None = None, *, language: str = "zh-hans") -> Visitor:
        """A browser of one's own, signed in as somebody."""
        made = Visitor(self.port, language=language)
        if persona:
            made.be(persona)
        return made
