"""The yearly report: by when it is owed to whom, what follows from its conclusion, and when two missed years end it.

A report is called by the year it tells of; its windows lie in the year after.
"""
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Both, Text
from linli.work.registration.rules import Figures, Kind

RULES = (
    "annual.society_notice", "annual.society_to_supervisor", "annual.society_to_registrar", "annual.society_conclude",
    "annual.society_young", "annual.society_correct", "annual.society_grades", "annual.agency_grades",
    "annual.agency_to_supervisor", "annual.agency_to_registrar",
    "annual.agency_young", "annual.agency_rectify", "annual.agency_misses", "annual.foundation_to_registrar",
    "charity.publish_report",
)
"""What may be in force of the rulebook; what is not yet, or no longer, is left out of what is made of it."""


class Owed(StrEnum):
    """Who does what by a day."""

    NOTICE = "notice"  # the registrar calls for the reports
    SUPERVISOR = "supervisor"
    REGISTRAR = "registrar"
    CONCLUSION = "conclusion"  # the registrar says how it went
    PUBLICATION = "publication"  # a charity publishes


OWED: dict[Owed, Text] = {
    Owed.NOTICE: N_("The registrar calls for the reports"),
    Owed.SUPERVISOR: N_("Report to the supervising unit"),
    Owed.REGISTRAR: N_("Report to the registrar"),
    Owed.CONCLUSION: N_("The registrar publishes its conclusion"),
    Owed.PUBLICATION: N_("Publish the report as a charity"),
}
OURS = frozenset({Owed.NOTICE, Owed.CONCLUSION})
"""What the office owes; the rest is the organisation's."""


@dataclass(frozen=True)
class Window:
    """One day by which somebody does something for the report of `year`."""

    owed: Owed
    due_on: date
    rule: str
    year: int

    @property
    def opens_on(self) -> date:
        """A report may come in from the first day of the year after."""
        return date(self.year + 1, 1, 1)


class Progress(StrEnum):
    NOT_YET = "not_yet"
    OPEN = "open"
    IN_TIME = "in_time"
    LATE = "late"  # came, but after its day
    MISSING = "missing"


PROGRESS: dict[Progress, tuple[Text, str]] = {
    Progress.NOT_YET: (N_("not open yet"), "plain"), Progress.OPEN: (N_("open now"), "wait"),
    Progress.IN_TIME: (N_("handed in"), "ok"), Progress.LATE: (N_("handed in late"), "late"),
    Progress.MISSING: (N_("overdue"), "late"),
}


class Conclusion(StrEnum):
    PASSED = "passed"
    FAULTY = "faulty"
    FAILED = "failed"


CONCLUSIONS: dict[Conclusion, Text] = {
    Conclusion.PASSED: N_("Passed"), Conclusion.FAULTY: N_("Passed with faults"), Conclusion.FAILED: N_("Failed"),
}

FAULTS: dict[str, Both] = {
    "conditions": Both("No longer meets the conditions of a legal person", "不符合法人成立条件"),
    "change": Both("Did not register a change, or have its charter approved", "未按规定办理变更登记、章程核准"),
    "scope": Both("Acted outside its purpose and scope", "超出章程规定的宗旨和业务范围开展活动"),
    "election": Both("Did not elect a new council when its charter says so", "未按章程规定换届"),
    "meetings": Both("Did not hold the meetings its charter asks for", "未按章程规定召开会员（代表）大会、理事会"),
    "officers": Both("Broke the rules on officeholders", "负责人管理违反规定"),
    "branches": Both("Broke the rules on branches and offices", "设立或者管理分支机构、代表机构违反规定"),
    "finance": Both("Broke the rules on accounts, sources of money or use of assets",
                    "财务管理、资金来源或者资产使用违反规定"),
    "disorder": Both("Does not work for lack of inner order, or did public harm",
                     "内部管理混乱，不能正常开展活动，或者活动造成不良社会影响"),
    "other": Both("Broke another rule on registration", "违反社会组织登记管理的其他规定"),
    "false_papers": Both("Hid the truth or handed in false papers", "年检材料隐瞒真实情况、弄虚作假"),
    "no_activity": Both("Did nothing in the whole year", "上年度未开展任何业务活动"),
    "profit": Both("Acted for profit", "违背非营利宗旨开展活动"),
    "national_security": Both("Endangered national security", "开展活动危害国家安全"),
}
"""社会团体年度检查办法 Art. 11 (the first ten, by gravity) and Art. 12 (the last four, which fail at once)."""


def windows(kind: Kind, year: int, *, figures: Figures, charity: bool = False, supervised: bool = True,
            ) -> tuple[Window, ...]:
    """The days of one year's report, the earliest first. A charity reports under the Charity Law instead of the check
    (社会团体年度检查办法 Art. 20), yet its registrar is handed the report by the same day.

    `supervised` is untrue for organisations without a supervising unit: they hand in directly.
    """
    wanted = {
        Owed.NOTICE: f"annual.{kind}_notice", Owed.SUPERVISOR: f"annual.{kind}_to_supervisor",
        Owed.REGISTRAR: f"annual.{kind}_to_registrar", Owed.CONCLUSION: f"annual.{kind}_conclude",
        Owed.PUBLICATION: "charity.publish_report",
    }
    left_out = {Owed.NOTICE, Owed.CONCLUSION} if charity else {Owed.PUBLICATION}
    left_out |= set() if supervised else {Owed.SUPERVISOR}
    found = []
    for owed, rule in wanted.items():
        if owed not in left_out and rule in figures:
            params = figures[rule].params
            found.append(Window(owed, date(year + 1, int(params["month"]), int(params["day"])), rule, year))
    return tuple(sorted(found, key=lambda window: window.due_on))


def young(kind: Kind, established_on: date, year: int, *, figures: Figures) -> bool:
    """Whether an organisation was registered too late in the year to have to report on it.

    One founded after the year owes nothing for it. Foundations have no such grace. Source: 社会团体年度检查办法 Art. 4,
    民非年检办法 Art. 3.
    """
    end = date(year, 12, 31)
    rule = figures.get(f"annual.{kind}_young")
    if established_on > end:
        return True
    return rule is not None and established_on + relativedelta(months=rule.whole) > end


def progress(window: Window, *, on: date, handed_in_on: date | None = None) -> Progress:
    """How it stands with one day of the report. The due day itself is in time; a late report is taken, and is late."""
    if handed_in_on is not None:
        return Progress.IN_TIME if handed_in_on <= window.due_on else Progress.LATE
    if on > window.due_on:
        return Progress.MISSING
    return Progress.OPEN if on >= window.opens_on else Progress.NOT_YET


def require_conclusion(kind: Kind, conclusion: Conclusion, faults: Collection[str], *, figures: Figures) -> None:
    """Whether the check may come to this. Refuses: RuleBroken.

    Source: 社会团体年度检查办法 Art. 10–12: four faults fail a society at once; ten weigh by their gravity; what is
    slight without public harm, or cured before the conclusion, may pass. Without a fault it passes.
    """
    rule = f"annual.{kind}_grades"
    straight = set(figures[rule].params.get("straight", ())) if rule in figures else set()
    if unknown := set(faults) - set(FAULTS):
        raise RuleBroken(N_("“{fault}” is not one of the faults of the rule."), rule=rule, field="faults",
                         fault=min(unknown)[:40])
    if straight & set(faults) and conclusion is not Conclusion.FAILED:
        raise RuleBroken(N_("With “{fault}” the check is failed, whatever else is true."), rule=rule,
                         field="conclusion", fault=FAULTS[min(straight & set(faults))])
    if not faults and conclusion is not Conclusion.PASSED:
        raise RuleBroken(N_("Name the faults that were found: without one the check is passed."), rule=rule,
                         field="faults")


def require_correctable(kind: Kind, year: int, *, concluded: bool, on: date, figures: Figures) -> None:
    """Whether a conclusion may be given anew: of a society's, those of the last check years. Refuses: RuleBroken.

    Source: 社会团体年度检查办法 Art. 13.
    """
    rule = f"annual.{kind}_correct"
    if concluded and rule in figures and year < (first := on.year - figures[rule].whole):
        raise RuleBroken(N_("The conclusion on {year} stands: only those on {first} and later may be corrected."),
                         rule=rule, field="conclusion", year=year, first=first)


def remark(text: str) -> str:
    """Why a second reader sends a proposed failure back. Refuses: RuleBroken for nothing, or more than 500 signs."""
    said = text.strip()
    if not 0 < len(said) <= 500:
        raise RuleBroken(N_("Say why it goes back, in at most {most} characters."), field="text",
                         rule="hall.second_reader", most=500)
    return said


_SOMEBODY = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")


def names_somebody(text: str) -> bool:
    """Whether a text that everyone will read holds a mobile or identity number."""
    return bool(_SOMEBODY.search(text))


def rectify_by(kind: Kind, concluded_on: date, *, figures: Figures) -> date | None:
    """By when what was found is put right: for an agency its rule says (民非年检办法 Art. 9).

    For a society the registrar sets the time, so there is none here.
    """
    rule = figures.get(f"annual.{kind}_rectify")
    return concluded_on + relativedelta(months=rule.whole) if rule and rule.amount else None


def misses(kind: Kind, conclusions: Mapping[int, Conclusion | None], *, figures: Figures) -> tuple[int, ...]:
    """The years in a row, up to the last one, in which an agency took no part (None), or in which it failed, where they
    are enough to end its registration (民非年检办法 Art. 10); else none. One of each is not two of a kind."""
    rule = figures.get(f"annual.{kind}_misses")
    last = max(conclusions, default=0)
    if rule is None or conclusions.get(last, Conclusion.PASSED) not in (None, Conclusion.FAILED):
        return ()
    first = last
    while first - 1 in conclusions and conclusions[first - 1] is conclusions[last]:
        first -= 1
    row = tuple(range(first, last + 1))
    return row if len(row) >= rule.whole else ()
