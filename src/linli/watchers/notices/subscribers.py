"""Reads the journal for what somebody should be told."""
from uuid import UUID

from django.utils import timezone

from linli.engines.journal.registry import EntryCard
from linli.watchers.notices import actions


def tell(entries: list[EntryCard]) -> None:
    """Turn entries into notices."""
    actions.tell(entries)


def write(entries: list[EntryCard]) -> None:
    """Turn entries into letters; whoever is erased is written to no more."""
    erased = [UUID(entry.payload["person"]) for entry in entries if entry.fact == "people.PersonErased"]
    if erased:
        actions.forget_people(erased)
    actions.write(entries, at=timezone.now())
