"""What lower contexts' facts mean here."""
from uuid import UUID

from linli.engines.journal.registry import EntryCard
from linli.kernel.actor import SYSTEM
from linli.registers.people.events import PersonErased
from linli.registers.practitioners.events import PractitionerLeft
from linli.registers.workforce import actions


def react(entries: list[EntryCard]) -> None:
    for entry in entries:
        person = UUID(entry.payload["person"])
        if entry.fact == PersonErased.label():
            actions.forget(person, by=SYSTEM, at=entry.at)
        elif entry.fact == PractitionerLeft.label():
            actions.relieve_left(UUID(entry.payload["practitioner"]), by=SYSTEM, at=entry.at)
        else:
            actions.show_on_passport(person, by=SYSTEM, at=entry.at)
