"""The yearly report: handed in, entered into the register on the day on which it came, and read by everyone.

How it is published: the register's block 年度工作报告 has the report's name, its day of publication and a web address.
For a report that came through the hall that address is a page of ours; a report that was taken over with an address of
its own keeps that. The register holds no more than these three, and is told by a filing, so that they follow the day
and the knowledge that are asked for as everything else does. What was reported is kept here, beside the matter that
asks it (the register may not know of matters): a copy of the answers of `PUBLISHED`, made when the report is entered.
It is a copy because the application is sealed under the key of who handed it in and goes with them, and the report is
the organisation's. Papers, and what is said of persons, stay with the office. A report that tells how faults were put
right is one more filing and one more copy; the page shows the newest and those before it, under the conclusion that the
ledger has now. One whose filing was taken back is not shown.
"""
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from linli.engines.rulebook import actions as rulebook
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import N_, Both
from linli.registers.organisations import actions as register
from linli.registers.organisations import queries as organisations
from linli.registers.organisations.actions import Change
from linli.work.hall import queries as hall
from linli.work.hall.registry import (
    Answers,
    Audience,
    Case,
    Field,
    Material,
    Matter,
    Product,
    Section,
    Shape,
    Unmet,
)
from linli.work.registration import queries
from linli.work.registration.actions.certifying import HELD
from linli.work.registration.models import FailedCheck, PublishedReport
from linli.work.registration.rules import Kind, annual, steps
from linli.work.registration.rules.annual import Conclusion, Owed

BASIS = {
    Kind.SOCIETY: "《社会团体登记管理条例》第二十八条", Kind.AGENCY: "《民办非企业单位登记管理暂行条例》第二十三条",
    Kind.FOUNDATION: "《基金会管理条例》第三十六条",
}
PUBLISHED = ("activities", "meetings", "lawful", "staff", "income", "expenses", "assets")
"""The answers that everyone reads. Not `changes`, which tells of persons."""
_RECTIFY = "annual.agency_rectify"
_FOUND = (Conclusion.FAULTY, Conclusion.FAILED)
"""After these what was found is put right: the report is handed in anew, and the registrar concludes on it again."""
_PUT_RIGHT = Both("The check of {year} found faults: this report says how they were put right. The registrar concludes"
                  " anew.", "{year}年年检发现问题，本次报送整改情况，由登记管理机关重新作出结论。")
_PUT_RIGHT_BY = Both("The check of {year} found faults, to be put right by {due}: this report says how. The registrar"
                     " concludes anew.",
                     "{year}年年检发现问题，应当在{due}前完成整改，本次报送整改情况，由登记管理机关重新作出结论。")


def eligible(answers: Answers) -> Sequence[Unmet]:
    """A social organisation in the register."""
    if answers.get("registered_kind") in set(Kind):
        return ()
    return (Unmet(Both("Only societies, social service agencies and foundations report to civil affairs.",
                       "只有社会团体、社会服务机构和基金会向民政部门报送年度报告。")),)


def faults(case: Case) -> Sequence[Unmet]:
    """What may not be published, and what is to be said of the year."""
    return (*_of_nobody(case), *_of_year(case))


def _of_nobody(case: Case) -> Sequence[Unmet]:
    if not annual.names_somebody(str(case.answers.get("activities") or "")):
        return ()
    return (Unmet(Both("Everyone can read this. Take out mobile and identity numbers.",
                       "此项向社会公开，请删去手机号码和身份证号码。"), "", "activities"),)


def _of_year(case: Case) -> Sequence[Unmet]:
    """A year that can be reported on, and whether the report comes in time. A late one is taken and marked late."""
    if case.organisation is None:
        return ()
    year = int(case.answers.get("year") or 0)
    if year >= case.on.year:
        return (Unmet(Both("A report tells of a year that is over.", "只能报送已经结束的年度。"), "", "year"),)
    at = datetime.combine(case.on, datetime.max.time(), timezone.get_current_timezone())
    told = queries.annual_reports(case.organisation, on=case.on, at=at)
    known = next((one for one in told.years if one.year == year), None)
    if known is None:
        return (Unmet(Both("For this year no report is owed.", "该年度无需报送年度报告。"), "", "year"),)
    if known.record.get("filed_on") and known.record.get("conclusion") in _FOUND:
        by_day = {"due": known.rectify_by} if known.rectify_by else {}
        return (Unmet(_PUT_RIGHT_BY if by_day else _PUT_RIGHT, _RECTIFY if by_day else "", "year", {
            "year": year, **by_day}, bars=False),)
    if known.record.get("filed_on"):
        return (Unmet(Both("The report on {year} is in the register already. Where it is wrong, tell the registrar.",
                           "{year}年度报告已经报送。如有错误，请联系登记管理机关。"), "", "year", {"year": year}),)
    if known.exempt:
        return (Unmet(Both("It was registered too late in {year} to have to report on it; it may all the same.",
                           "{year}年登记成立的时间较短，可以不报送；自愿报送的予以接收。"), "", "year", {"year": year},
                      bars=False),)
    due = next((day.window for day in known.days if day.window.owed is Owed.REGISTRAR), None)
    if due and case.on > due.due_on:
        return (Unmet(Both("The report was due on {due}. It is taken and marked late.",
                           "报送截止日为{due}。现予接收，标记为逾期报送。"), due.rule, "year", {"due": due.due_on},
                      bars=False),)
    return ()


@action
def report(case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
    """Enter the report as handed in on the day on which it came, and publish it; the conclusion follows.

    Of a year on which the register has one it tells how faults were put right: it is published beside that one, and the
    conclusion stays as it is. Refuses as the register.
    """
    if case.organisation is None:
        raise NotFound(N_("There is no such organisation."))
    organisation, year = case.organisation, int(case.answers["year"])
    link = f"/organisations/{organisation}/annual-reports/{year}/"
    told = queries.annual_reports(organisation, on=case.on, at=at, by=by)
    known = next((one for one in told.years if one.year == year), None)
    anew = bool(known and known.record.get("filed_on"))
    came = timezone.localdate(hall.application(case.ref, by=by, at=at).card.submitted_at or at)
    record: dict[str, object] = {"year": year, "title": f"{year}年度工作报告", "published_on": case.on.isoformat(),
                                 "link": f"{settings.SITE}{link}"}
    if not anew:  # else what was concluded stands until it is concluded anew
        record |= {"filed_on": came.isoformat(), "conclusion": "filed"}
    else:  # how long the registrar takes to conclude anew is not the organisation's
        rulebook.meet(about=organisation, rule_id=_RECTIFY, by=by, at=at)
    filed = _file(organisation, record, kind=Kind(case.answers["registered_kind"]), case=case, on=case.on, by=by, at=at)
    PublishedReport.objects.create(
        organisation_id=organisation, year=year, filing=filed.ref, filed_on=came, published_at=at, published_by=by.ref,
        said={key: case.answers[key] for key in PUBLISHED if case.answers.get(key) not in (None, "")})
    title = Both("Faults put right, for a new conclusion", "整改情况已报送，待重新作出年检结论") if anew else Both(
        "Annual report in the register", "年度报告已报送")
    return [Product(title, case.number, filed.ref, link)]


@action
def conclude(organisation: UUID, *, year: int, conclusion: str, faults: Collection[str], reasons: str = "", by: Actor,
             at: datetime) -> UUID:
    """Enter what the check of a year's report came to; for an agency with faults the time to put them right begins.
    That it is failed is proposed instead (`propose_failure`), and read by two.

    A conclusion may be given again: the register keeps both. Refuses: NotFound, NotAllowed, Conflict (a failure is
    being read), RuleBroken (no report of that year, a conclusion that the rule does not allow or that is too old to be
    given again, no reasons for faults).
    """
    if conclusion == Conclusion.FAILED:
        raise RuleBroken(N_("A failed check is read by two: propose it, and somebody else confirms it."),
                         rule="hall.second_reader", field="conclusion")
    organisations.hold(organisation)
    told = judged(organisation, year=year, conclusion=conclusion, faults=faults, reasons=reasons, by=by, at=at)
    if FailedCheck.objects.filter(organisation__ref=organisation, year=year, state="proposed").exists():
        raise Conflict(N_("That this check is failed was proposed already, and waits for its second reading."))
    return entered(told, year=year, conclusion=conclusion, faults=faults, reasons=reasons, by=by, at=at)


def judged(organisation: UUID, *, year: int, conclusion: str, faults: Collection[str], reasons: str, by: Actor,
           at: datetime) -> queries.Reports:
    """Whether this actor may conclude so; the reports as they stand. Refuses: NotFound, NotAllowed, RuleBroken."""
    on = timezone.localdate(at)
    if not queries.may_conclude(organisation, by=by):
        raise NotAllowed(N_("This page is for the office that keeps the register of this organisation."))
    told = queries.annual_reports(organisation, on=on, at=at, by=by)
    known = next((one for one in told.years if one.year == year), None)
    if known is None or not known.record.get("filed_on"):
        raise RuleBroken(N_("The register has no report of this year that could be concluded on."), field="year")
    if conclusion not in set(Conclusion):
        raise RuleBroken(N_("Choose what the check came to."), field="conclusion")
    law = queries.figures(annual.RULES, on=on)
    annual.require_conclusion(told.kind, Conclusion(conclusion), faults, figures=law)
    annual.require_correctable(told.kind, year, concluded=bool(known.record.get("concluded_on")), on=on, figures=law)
    if faults and not reasons.strip():
        raise RuleBroken(N_("Say what was found: the organisation and the public read it."), field="reasons")
    return told


def entered(told: queries.Reports, *, year: int, conclusion: str, faults: Collection[str], reasons: str, by: Actor,
            at: datetime) -> UUID:
    """Enter a conclusion that was judged, and begin the time to put faults right where there is one; the filing."""
    organisation, on = told.ref, timezone.localdate(at)
    law = queries.figures(annual.RULES, on=on)
    found = "；".join([*(text.zh for key, text in annual.FAULTS.items() if key in faults), reasons.strip()]).strip("；")
    record = {"year": year, "conclusion": conclusion, "concluded_on": on.isoformat(), "reason": found}
    filed = _file(organisation, record, kind=told.kind, on=on, by=by, at=at)
    rulebook.meet(about=organisation, rule_id=_RECTIFY, by=by, at=at)
    if annual.rectify_by(told.kind, on, figures=law) and conclusion != Conclusion.PASSED:
        region = organisations.organisation(organisation).region
        rulebook.raise_duty(_RECTIFY, owner=f"organisation:{organisation}", owed_to=f"region:{region}",
                            about=organisation, region=region, since=on, by=by, at=at)
    return filed.ref


def _file(organisation: UUID, record: Mapping[str, object], *, kind: Kind, on: date, by: Actor, at: datetime,
          case: Case | None = None) -> register.Filed:
    said = {part: value for part, value in record.items() if value not in (None, "")}
    return register.file(organisation, kind="annual_report", changes=[Change("annual_reports", said)], effective_on=on,
                         basis=BASIS[kind], application=case.ref if case else None, number=case.number if case else "",
                         by=by, at=at)


ANNUAL_REPORT = Matter(
    key="annual_report", title=Both("Annual report", "社会组织年度报告"),
    summary=Both("What the organisation did in the year that is over: activities, people, money. Late reports are"
                 " taken, too, and so is how faults that were found were put right.",
                 "报送上一年度工作报告：活动、人员和财务情况。逾期的也可以报送；年检发现问题的，在此报送整改情况。"),
    audience=Audience.ORGANISATION,
    basis=(Both("Regulation on Societies, Art. 28; Measures on the Annual Check of Societies",
                "《社会团体登记管理条例》第二十八条、《社会团体年度检查办法》"),
           Both("Regulation on Private Non-enterprise Units, Art. 23", "《民办非企业单位登记管理暂行条例》第二十三条"),
           Both("Regulation on Foundations, Art. 36", "《基金会管理条例》第三十六条")),
    conditions=(
        (Both("Societies by {day}.", "社会团体{day}前报送。"), "annual.society_to_registrar"),
        (Both("Social service agencies by {day}.", "社会服务机构{day}前报送。"), "annual.agency_to_registrar"),
        (Both("Foundations by {day}.", "基金会{day}前报送。"), "annual.foundation_to_registrar"),
    ),
    sections=(
        Section("year", Both("The year", "报告年度"), (
            Field("year", Both("The year reported on", "报告年度"), Shape.NUMBER, least=2000, most=2100,
                  starts_as="report_year"),
            Field("activities", Both("What was done for which purpose", "开展业务活动情况"), Shape.WORDS, least=20,
                  hint=Both("Everyone reads it in the register. Name no persons.",
                            "将在登记簿向社会公开，请勿写入个人姓名、电话等信息。")),
            Field("meetings", Both("Meetings of the council", "召开理事会次数"), Shape.NUMBER, most=500),
            Field("changes", Both("Changes of people, organs and branches", "人员和机构变动情况"), Shape.WORDS,
                  required=False, hint=Both("Only the office reads this.",
                                            "仅供登记管理机关审查使用，不公开。")),
            Field("lawful", Both("Registered changes in time, and did nothing outside the charter",
                                 "按规定办理变更登记，没有超出章程规定的活动"), Shape.CHOICE, choices=steps.YES_NO),
        ), Both("Once it is taken, everyone can read the report in the register: what was done, meetings, staff and"
                " money. The papers are not published.",
                "报告受理后在登记簿向社会公开：业务活动、会议、人员数和财务数据；所附材料不公开。")),
        Section("money", Both("People and money", "人员和财务"), (
            Field("staff", Both("Full-time staff", "专职工作人员数"), Shape.NUMBER, most=1_000_000),
            Field("income", Both("Income of the year", "本年收入"), Shape.MONEY),
            Field("expenses", Both("Expenses of the year", "本年支出"), Shape.MONEY),
            Field("assets", Both("Net assets at the end of the year", "年末净资产"), Shape.MONEY),
            Field("true", Both("All of this is true and complete", "以上内容真实、准确、完整"), Shape.YES),
        )),
    ),
    materials=(HELD, Material("report", Both("The report, signed by the legal representative and sealed",
                                       "经法定代表人签字并加盖公章的年度工作报告")),
               Material("accounts", Both("Financial report", "财务会计报告")),
               Material("audit", Both("Report of a certified accountant", "注册会计师审计报告"),
                        needed_when=lambda answers: answers.get("registered_kind") == Kind.FOUNDATION)),
    steps=steps.steps(), eligibility=eligible, faults=faults, held=queries.reported, granted=report,
)
