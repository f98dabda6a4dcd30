from linli.registers.organisations.models.ledger import Filing, FormerName, Office, prepare
from linli.registers.organisations.models.organisation import Claim, Decision, Organisation, Site

__all__ = ["Claim", "Decision", "Filing", "FormerName", "Office", "Organisation", "Site", "prepare"]
