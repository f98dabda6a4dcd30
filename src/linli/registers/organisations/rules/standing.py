"""Whether an organisation is in good standing, why, and what it owes next: sums over what the register says of it."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from linli.kernel.text import N_, Text
from linli.registers.organisations.rules.adding import Folded
from linli.registers.organisations.rules.items import CERTIFICATES, CONCLUSIONS, LISTS, STATUSES, Status


@dataclass(frozen=True)
class Window:
    """By when the report of a year is owed to the registrar, and by which rule."""

    year: int
    due_on: date
    rule: str


@dataclass(frozen=True)
class Due:
    """What it owes next, or owes still."""

    text: Text
    due_on: date
    overdue: bool
    rule: str = ""
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for or against good standing."""

    text: Text
    good: bool
    rule: str = ""
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Standing:
    reasons: tuple[Reason, ...]
    dues: tuple[Due, ...]
    """The earliest first."""

    @property
    def good(self) -> bool:
        return all(reason.good for reason in self.reasons)

    @property
    def overdue(self) -> bool:
        return any(due.overdue for due in self.dues)


def standing(folded: Folded, windows: Iterable[Window], *, on: date) -> Standing:
    """How an organisation stands on a day. `windows` are of the years of which it owes a report, the oldest first.

    Sources: the regulations on annual reports (see each window's rule), on credit information Art. 11 and 15.
    """
    reports, late, dues = _reports(folded, list(windows), on=on)
    reasons = [_status(folded), *reports, *_lists(folded, on=on)]
    expired = [one for one in _newest(folded) if one.get("until") and one["until"] <= on.isoformat()]
    if folded.get("status") == Status.REGISTERED:
        reasons += [Reason(N_("{certificate} {number} has expired."), False, "", {
            "certificate": CERTIFICATES[one["title"]], "number": one["number"]}) for one in expired]
        dues += [Due(N_("Renew: {certificate}"), date.fromisoformat(one["until"]), one in expired, "", {
            "certificate": CERTIFICATES[one["title"]]}) for one in _newest(folded) if one.get("until")]
        dues += _terms(folded, on=on)
    else:
        dues = late
    return Standing(tuple(reasons), tuple(sorted(dues, key=lambda due: due.due_on)))


def _status(folded: Folded) -> Reason:
    status = folded.text("status")
    return Reason(N_("The registration: {status}."), status == Status.REGISTERED, "", {
        "status": STATUSES.get(status, N_("not registered"))})


def _reports(folded: Folded, windows: list[Window], *, on: date) -> tuple[list[Reason], list[Due], list[Due]]:
    """What the reports say; those that are late; those owed at all."""
    told = {int(one["year"]): one for one in folded.records("annual_reports")}
    late: list[Due] = []
    dues: list[Due] = []
    reasons: list[Reason] = []
    for window in windows:
        if window.year in told:
            continue
        overdue = window.due_on < on
        due = Due(N_("Annual report of {year}"), window.due_on, overdue, window.rule, {"year": window.year})
        dues.append(due)
        if overdue:
            late.append(due)
            reasons.append(Reason(N_("The annual report of {year} is missing: it was due on {day}."), False,
                                  window.rule, {"year": window.year, "day": window.due_on}))
    if told:
        last = told[max(told)]
        conclusion = last.get("conclusion", "")
        reasons.append(Reason(N_("The annual report of {year}: {conclusion}."), conclusion != "failed", "", {
            "year": last["year"], "conclusion": CONCLUSIONS.get(conclusion, N_("not registered"))}))
    if (told or windows) and not late:
        reasons.append(Reason(N_("Every annual report that was due is in."), True))
    return reasons, late, dues


def _lists(folded: Folded, *, on: date) -> list[Reason]:
    current = folded.current("lists", on=on)
    if not current:
        return [Reason(N_("It stands in no credit list."), True)]
    return [Reason(N_("It stands in the list “{list}” since {day}: {reason}"), False, "", {
        "list": LISTS[one["list"]], "day": date.fromisoformat(one["entered_on"]), "reason": one["reason"]})
        for one in current]


def _newest(folded: Folded) -> list[Mapping[str, Any]]:
    """Of each sort of certificate the one that holds longest, unless it was given back or taken away."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in folded.records("certificates"):
        if one.get("reason"):
            continue
        stands = found.get(one["title"])
        if stands is None or (one.get("until") or "9") >= (stands.get("until") or "9"):
            found[one["title"]] = one
    return list(found.values())


def _terms(folded: Folded, *, on: date) -> list[Due]:
    """The council is elected anew when the term of its chair ends."""
    ends = [one["until"] for one in folded.current("officers", on=on) if one["post"] == "chair" and one.get("until")]
    return [Due(N_("Elect the council anew"), date.fromisoformat(min(ends)), False)] if ends else []
