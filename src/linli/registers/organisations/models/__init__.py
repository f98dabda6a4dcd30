from linli.registers.organisations.models.bulk import Doubt, Intake, Reading, Streamed, Watched, WatchList
from linli.registers.organisations.models.ledger import Filing, FormerName, Office, prepare
from linli.registers.organisations.models.organisation import CODED, Claim, Decision, Organisation, Site

__all__ = [
    "CODED", "Claim", "Decision", "Doubt", "Filing", "FormerName", "Intake", "Office", "Organisation", "Reading",
    "Site", "Streamed", "WatchList", "Watched", "prepare",
]
