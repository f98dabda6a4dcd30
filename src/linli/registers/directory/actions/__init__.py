"""Every write: the listing, its hours, its slots, and files of services."""
from linli.registers.directory.actions.bundles import (
    Chosen,
    agree_to_bundle,
    change_bundle,
    draft_bundle,
    list_bundle,
    withdraw_bundle,
)
from linli.registers.directory.actions.facilities import LIST, Facilities, import_facilities
from linli.registers.directory.actions.files import Imported, import_services
from linli.registers.directory.actions.hours import add_exception, drop_exception, set_hours
from linli.registers.directory.actions.listing import (
    Said,
    assure,
    check_listing,
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
from linli.registers.directory.actions.supply import remind_of_assurance, set_capacities, set_resources
from linli.registers.directory.rules.hours import ExceptionalDay, Hours
from linli.registers.directory.rules.supply import Capacity, Resource

__all__ = [
    "LIST", "Capacity", "Chosen", "ExceptionalDay", "Facilities", "Hours", "Imported", "Resource", "Said",
    "add_exception", "agree_to_bundle", "assure", "change_bundle", "check_listing", "close_services",
    "draft_bundle", "draft_service", "drop_exception", "give_back_slot", "import_facilities", "import_services",
    "list_bundle", "list_draft", "list_service", "pause", "publish_slots", "remind_of_assurance", "reopen_services",
    "resume", "set_capacities", "set_hours", "set_resources", "take_slot", "update_service", "withdraw",
    "withdraw_bundle",
]
