"""Keeps the index in step with the journal."""
from linli.engines.journal.registry import EntryCard
from linli.engines.search import actions, registry


def index(entries: list[EntryCard]) -> None:
    """Index again what these entries may have changed, each thing once."""
    told: dict[str, list[EntryCard]] = {}
    for entry in entries:
        for kind in registry.FACTS.get(entry.fact, ()):
            told.setdefault(kind, []).append(entry)
    for kind, some in told.items():
        if changed := registry.KINDS[kind].changed(some):
            actions.index(kind, changed)
