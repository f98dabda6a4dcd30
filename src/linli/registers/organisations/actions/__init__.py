"""Every write: filings, joining and deciding, sites, what a public list says, and claims of what it says."""
from linli.registers.organisations.actions.claims import claim, entrust, forget, grant_claim, refuse_claim
from linli.registers.organisations.actions.extracting import take_extract, withdraw_extracts
from linli.registers.organisations.actions.filings import Filed, file, rebuild, turn
from linli.registers.organisations.actions.importing import Brought, import_register, settle
from linli.registers.organisations.actions.joining import (
    add_site,
    amend,
    apply_to_join,
    approve,
    change_site,
    close_site,
    describe,
    refuse,
    restore,
    return_,
    suspend,
)
from linli.registers.organisations.actions.listed import Known, known, take_in
from linli.registers.organisations.actions.reading import forget_readings, note_reading, tell_readers
from linli.registers.organisations.actions.streaming import follow, forget_stream, shorten
from linli.registers.organisations.actions.watching import (
    Added,
    drop_list,
    forget_lists,
    make_list,
    tell_watchers,
    unwatch,
    watch,
    watch_one,
)
from linli.registers.organisations.rules.filing import Change

__all__ = [
    "Added", "Brought", "Change", "Filed", "Known", "add_site", "amend", "apply_to_join", "approve", "change_site",
    "claim", "close_site", "describe", "drop_list", "entrust", "file", "follow", "forget", "forget_lists",
    "forget_readings", "forget_stream", "grant_claim", "import_register", "known", "make_list", "note_reading",
    "rebuild", "refuse", "refuse_claim", "restore", "return_", "settle", "shorten", "suspend", "take_extract",
    "take_in", "tell_readers", "tell_watchers", "turn", "unwatch", "watch", "watch_one", "withdraw_extracts",
]
