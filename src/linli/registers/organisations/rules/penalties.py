"""Penalties and entries in credit lists one by one: which filing told of each of those that stand."""
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from linli.registers.organisations.rules import filing
from linli.registers.organisations.rules.filing import Filing, FilingKind

PENALISING = ("penalties", "lists")
SHOWN: dict[str, tuple[str, ...]] = {
    "penalties": ("reason", "result", "basis", "authority", "decided_on"),
    "lists": ("reason", "entered_on", "until", "removal_reason"),
}
"""What the public page shows of them besides number and list."""
ALWAYS = (FilingKind.PENALTY, FilingKind.LIST)
PERHAPS = (FilingKind.IMPORT, FilingKind.CORRECTION)
"""Which filings tell of penalties and list entries, and which may."""

Penalty = tuple[str, Mapping[str, Any]]
"""The item, and its record as it stands."""


def penalties(past: Sequence[Filing]) -> dict[UUID, list[Penalty]]:
    """By the filing that told of them first: what stands today, as all filings together say it. What was corrected
    away stands nowhere; what a correction says instead is the correction's."""
    known_at = max((one.filed_at for one in past), default=None)
    if known_at is None:
        return {}
    folded = filing.fold(past, on=date.max, known_at=known_at)
    standing = {(item, key): record for item in PENALISING for key, record in folded.many.get(item, {}).items()}
    found: dict[UUID, list[Penalty]] = {}
    for step in filing.steps(past, known_at=known_at) if standing else ():
        for told in step.told:
            if told.withdrawn or told.new is None:
                continue
            if record := standing.pop((told.item.key, told.key), None):
                found.setdefault(step.filing.ref, []).append((told.item.key, record))
    return found
