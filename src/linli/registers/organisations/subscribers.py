"""What lower contexts' facts mean here."""
from uuid import UUID

from linli.engines.journal.registry import EntryCard
from linli.kernel.actor import SYSTEM
from linli.registers.organisations import actions


def react(entries: list[EntryCard]) -> None:
    for entry in entries:  # people.PersonErased alone
        person = UUID(entry.payload["person"])
        actions.forget(person, by=SYSTEM, at=entry.at)
        actions.forget_readings(person=person, by=SYSTEM, at=entry.at)
        actions.forget_lists(person, by=SYSTEM, at=entry.at)


def follow(entries: list[EntryCard]) -> None:
    """Filings take their places in the stream of changes."""
    actions.follow(entries)


def forget_stream() -> None:
    actions.forget_stream()


def withdraw_extracts(entries: list[EntryCard]) -> None:
    """Extracts that say what was corrected are taken back, and who took them is told."""
    actions.withdraw_extracts(entries, by=SYSTEM)


def tell_readers(entries: list[EntryCard]) -> None:
    """Who read what was corrected is told."""
    actions.tell_readers(entries, by=SYSTEM)


def tell_watchers(entries: list[EntryCard]) -> None:
    """Who watches an organisation is told what was entered of it, and what it owes and let pass."""
    actions.tell_watchers(entries, by=SYSTEM)
