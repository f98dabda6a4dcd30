"""Every write: the listing, its hours, its slots, and files of services."""
from linli.registers.directory.actions.files import Imported, import_services
from linli.registers.directory.actions.hours import add_exception, drop_exception, set_hours
from linli.registers.directory.actions.listing import (
    Said,
    assure,
    close_services,
    draft_service,
    list_draft,
    list_service,
    pause,
    reopen_services,
    resume,
    update_service,
    withdraw,
)
from linli.registers.directory.actions.slots import give_back_slot, publish_slots, take_slot
from linli.registers.directory.rules.hours import ExceptionalDay, Hours

__all__ = [
    "ExceptionalDay", "Hours", "Imported", "Said", "add_exception", "assure", "close_services", "draft_service",
    "drop_exception", "give_back_slot", "import_services", "list_draft", "list_service", "pause", "publish_slots",
    "reopen_services", "resume", "set_hours", "take_slot", "update_service", "withdraw",
]
