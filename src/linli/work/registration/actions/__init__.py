"""The matters of registration, each declared beside what its decision does to the register."""
from linli.work.registration.actions.certifying import CERTIFICATE, certify, renew, renew_corrected, take_back
from linli.work.registration.actions.changing import CHANGE, change
from linli.work.registration.actions.correcting import CORRECTION, correct
from linli.work.registration.actions.ending import DEREGISTRATION, LIQUIDATION, deregister, liquidate
from linli.work.registration.actions.failing import confirm_failure, object_failure, propose_failure
from linli.work.registration.actions.founding import AGENCY, FOUNDATION, SOCIETY, found
from linli.work.registration.actions.naming import hold_name, release_name, take_name
from linli.work.registration.actions.reporting import ANNUAL_REPORT, conclude, report

MATTERS = (SOCIETY, AGENCY, FOUNDATION, CHANGE, LIQUIDATION, DEREGISTRATION, ANNUAL_REPORT, CORRECTION)

__all__ = [
    "ANNUAL_REPORT", "CERTIFICATE", "MATTERS", "certify", "change", "conclude", "confirm_failure", "correct",
    "deregister", "found", "hold_name", "liquidate", "object_failure", "propose_failure", "release_name", "renew",
    "renew_corrected", "report", "take_back", "take_name",
]
