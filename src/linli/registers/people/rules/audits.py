"""What is looked into again and again, so that the handling of people's data stays lawful."""
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text

SHORTEST_REPORT = 20
LONGEST_REPORT = 4000
MOST_FAULTS = 9999
_SOMEBODY = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")


class Audit(StrEnum):
    MINORS = auto()
    PERSONAL = auto()
    PROTECTION = auto()
    CRYPTOGRAPHY = auto()


@dataclass(frozen=True)
class Looked:
    """What an audit looks into; owed by the rule `people.KIND_audit`."""

    name: Text
    sentence: Text


AUDITS: dict[Audit, Looked] = {
    Audit.MINORS: Looked(
        N_("Audit of minors' data"),
        N_("Whether guardians agreed, whether nobody opened data of minors alone, whether requests were answered; it is"
           " reported to the cyberspace office."),
    ),
    Audit.PERSONAL: Looked(
        N_("Audit of personal data"),
        N_("Whether data are used for what people agreed to, opened with reasons only, and erased when they should"
           " be."),
    ),
    Audit.PROTECTION: Looked(
        N_("Security assessment of the system"),
        N_("The yearly assessment of a level-three system by an assessor with a licence."),
    ),
    Audit.CRYPTOGRAPHY: Looked(
        N_("Assessment of the cryptography"),
        N_("Whether the approved algorithms are used, rightly and well."),
    ),
}


def rule_of_audit(one: Audit) -> str:
    return f"people.{one}_audit"


def concluded(faults: int, report: str, reported_on: date | None, *, kind: Audit, on: date) -> str:
    """The report as it is kept. Refuses: RuleBroken (a number of faults that cannot be, a report too short or long or
    with somebody's number in it, a day in the future, a minors' audit that was reported to nobody)."""
    if not 0 <= faults <= MOST_FAULTS:
        raise RuleBroken(N_("Write how many faults were found; none is 0."), rule="people.audit", field="faults")
    kept = report.strip()
    if not SHORTEST_REPORT <= len(kept) <= LONGEST_REPORT:
        raise RuleBroken(N_("Write between {least} and {most} characters."), rule="people.audit", field="report",
                         least=SHORTEST_REPORT, most=LONGEST_REPORT)
    if _SOMEBODY.search(kept):
        raise RuleBroken(N_("There is a phone or ID number in the report. Say what was found, without anybody's"
                            " number."), rule="people.audit", field="report")
    if reported_on and reported_on > on:
        raise RuleBroken(N_("This day lies in the future. Write the day on which it was reported."),
                         rule="people.audit", field="reported_on")
    if kind is Audit.MINORS and reported_on is None:
        raise RuleBroken(N_("The audit of minors' data is reported to the cyberspace office. Write on which day it"
                            " was."), rule=rule_of_audit(kind), field="reported_on")
    return kept
