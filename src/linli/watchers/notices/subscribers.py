"""Reads the journal for what somebody should be told."""
from linli.engines.journal.registry import EntryCard
from linli.watchers.notices import actions


def tell(entries: list[EntryCard]) -> None:
    """Turn entries into notices."""
    actions.tell(entries)
