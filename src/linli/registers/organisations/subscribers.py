"""What lower contexts' facts mean here."""
from uuid import UUID

from linli.engines.journal.registry import EntryCard
from linli.kernel.actor import SYSTEM
from linli.registers.organisations import actions


def react(entries: list[EntryCard]) -> None:
    for entry in entries:  # people.PersonErased alone
        actions.forget(UUID(entry.payload["person"]), by=SYSTEM, at=entry.at)
