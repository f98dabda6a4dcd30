"""A suspended organisation offers nothing; a restored one offers again what it had listed."""
from uuid import UUID

from linli.engines.journal.registry import EntryCard
from linli.kernel.actor import SYSTEM
from linli.registers.directory import actions
from linli.registers.organisations.events import OrganisationSuspended


def follow_providers(entries: list[EntryCard]) -> None:
    for entry in entries:
        close = entry.fact == OrganisationSuspended.label()
        move = actions.close_services if close else actions.reopen_services
        move(UUID(entry.payload["organisation"]), by=SYSTEM, at=entry.at)
