"""Every write: filings, joining and deciding, sites, what a public list says, and claims of what it says."""
from linli.registers.organisations.actions.claims import claim, forget, grant_claim, refuse_claim
from linli.registers.organisations.actions.filings import Filed, file, rebuild, turn
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
from linli.registers.organisations.rules.filing import Change

__all__ = [
    "Change", "Filed", "Known", "add_site", "amend", "apply_to_join", "approve", "change_site", "claim", "close_site",
    "describe", "file", "forget", "grant_claim", "known", "rebuild", "refuse", "refuse_claim", "restore", "return_",
    "suspend", "take_in", "turn",
]
