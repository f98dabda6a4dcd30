"""Keeps the index in step with the journal."""
from uuid import UUID

from linli.engines.journal.registry import EntryCard
from linli.engines.search import actions, registry


def index(entries: list[EntryCard]) -> None:
    """Index again what these entries may have changed, each thing once."""
    changed: dict[str, set[UUID]] = {}
    for entry in entries:
        for kind in registry.FACTS.get(entry.fact, ()):
            changed.setdefault(kind, set()).update(registry.KINDS[kind].refs(entry))
    for kind, refs in changed.items():
        actions.index(kind, refs)
