"""Reads the journal for what becomes of needs."""
from linli.engines.journal.registry import EntryCard
from linli.watchers.insight import actions


def follow(entries: list[EntryCard]) -> None:
    actions.follow(entries)
