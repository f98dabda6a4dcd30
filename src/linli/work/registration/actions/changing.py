"""Change of registered items, after the supervising unit agreed."""
from collections.abc import Sequence
from datetime import datetime

from dateutil.relativedelta import relativedelta

from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Both
from linli.registers.organisations import actions as register
from linli.registers.organisations import queries as organisations
from linli.registers.organisations.actions import Change
from linli.work.hall.registry import (
    Answers,
    Audience,
    Body,
    Case,
    Field,
    Level,
    Material,
    Matter,
    Product,
    Section,
    Shape,
    Unmet,
)
from linli.work.registration import queries
from linli.work.registration.actions.certifying import CERTIFICATE, HELD, renew
from linli.work.registration.actions.naming import hold_name, release_name, take_name
from linli.work.registration.rules import Kind, founding, naming, promises, registered, steps

BASIS = {
    Kind.SOCIETY: "《社会团体登记管理条例》第十八条", Kind.AGENCY: "《民办非企业单位登记管理暂行条例》第十五条",
    Kind.FOUNDATION: "《基金会管理条例》第十五条",
}
_ELSEWHERE = (("no", Both("of no other organisation", "未在其他组织任法定代表人")),
              ("society", Both("of another society", "在其他社会团体任法定代表人")),
              ("other", Both("of another organisation", "在其他组织任法定代表人")))
_BARS = {
    "serving_official": (Both("Is a serving official", "现职国家工作人员"), Both(
        "A serving official cannot be chair of a foundation.", "基金会理事长不得由现职国家工作人员兼任。"),
        "founding.foundation_officers"),
    "in_prison": (Both("Is serving a sentence", "正在服刑"), Both(
        "Who is serving a sentence cannot head a foundation.", "正在服刑的，不得担任基金会负责人。"),
        "founding.officer_bar"),
}
"""What is asked of who will head a foundation; 基金会管理条例 Art. 23. Each with what it says and by which rule."""
_SINCE = {
    "sentence_ended_on": Both("When a sentence was served", "刑期执行完毕日期"),
    "revoked_on": Both("When a foundation for which they answered was revoked", "负有个人责任的基金会被撤销日期"),
}


def _of_foundation(answers: Answers) -> bool:
    """Whether a foundation gets another legal representative, who is its chair."""
    return steps.chosen("legal_representative")(answers) and answers.get("registered_kind") == Kind.FOUNDATION


def eligible(answers: Answers) -> Sequence[Unmet]:
    """A social organisation that is registered and not being wound up."""
    if answers.get("registered_kind") not in set(Kind):
        return (Unmet(Both("Only societies, social service agencies and foundations in the register change their items"
                           " here.", "只有登记簿中的社会团体、社会服务机构和基金会可以在此申请变更登记。")),)
    if answers.get("registered_status") == "liquidating":
        return (Unmet(Both("During liquidation an organisation does nothing but liquidate.",
                           "清算期间不得从事与清算无关的活动。"), "registration.liquidate_society"),)
    if answers.get("registered_status") != "registered":
        return (Unmet(Both("This organisation is no longer registered.", "该组织已经注销或者撤销登记。")),)
    return ()


def faults(case: Case) -> Sequence[Unmet]:
    """What stands against the change: nothing new, a name that may not be used, a head who may not be one, late."""
    answers, kind = case.answers, Kind(case.answers["registered_kind"])
    found: list[Unmet] = []
    for item in answers.get("items", []):
        if item == "legal_representative" and answers.get(item) != answers.get(f"registered_{item}"):
            found += _head(case, kind)
        if item not in answers:
            continue
        if answers[item] == answers.get(f"registered_{item}"):
            found.append(Unmet(Both("“{item}” is the same as in the register.",
                                    "“{item}”与登记内容相同，没有变更。"), "",
                               item, {"item": registered.CHANGEABLE[item][0]}))
        elif item == "name":
            check = queries.check_name(answers[item], kind=kind, region=case.region, on=case.on,
                                       but_of=case.organisation, application=case.ref)
            found += [*check.unmet, *naming.look_alikes(check)]
        elif item == "registered_funds":
            found += _funds(case, kind)
        elif item == "area" and kind is not Kind.SOCIETY:
            found.append(Unmet(Both("An area of activity is registered of societies alone. Take it out.",
                                    "只有社会团体登记活动地域，请取消勾选。"), "", item))
    return [*found, *_late(case, kind)]


def _head(case: Case, kind: Kind) -> Sequence[Unmet]:
    elsewhere = case.answers.get("elsewhere")
    found = []
    if kind is Kind.SOCIETY and elsewhere == "society":
        found.append(Unmet(Both("Who is a society's legal representative cannot be that of another society.",
                                "社会团体的法定代表人，不得同时担任其他社会团体的法定代表人。"),
                           "founding.society_one_seat", "elsewhere"))
    if kind is Kind.FOUNDATION and elsewhere in ("society", "other"):
        found.append(Unmet(Both("The legal representative of a foundation cannot be that of another organisation.",
                                "基金会的法定代表人，不得同时担任其他组织的法定代表人。"),
                           "founding.foundation_officers", "elsewhere"))
    if kind is Kind.FOUNDATION:
        found += _bars(case)
    if elsewhere == "no":
        found += queries.namesakes(case.answers.get("legal_representative", ""), but_of=case.organisation,
                                   field="legal_representative", needs=("legal_representative", "elsewhere"))
    return found


def _bars(case: Case) -> Sequence[Unmet]:
    """What keeps the new head of a foundation from heading one, now or until a day."""
    marks, years = case.answers.get("head_marks", ()), queries.figures(
        ("founding.officer_bar",), on=case.on, region=case.region)["founding.officer_bar"].whole
    found = [Unmet(text, rule, "head_marks") for mark, (_, text, rule) in _BARS.items() if mark in marks]
    for key in _SINCE:
        since = steps.day(case.answers, key)
        if since and case.on < (free_on := since + relativedelta(years=years)):
            found.append(Unmet(Both("For {years} years after it nobody heads a foundation: so not before {free_on}.",
                                    "自该日起{years}年内不得担任基金会负责人，{free_on}起方可担任。"),
                               "founding.officer_bar", key, {"years": years, "free_on": free_on}))
    return found


def _funds(case: Case, kind: Kind) -> Sequence[Unmet]:
    rule = {Kind.SOCIETY: "founding.society_funds", Kind.FOUNDATION: "founding.foundation_fund"}.get(kind)
    least = queries.figures(founding.RULES, on=case.on, region=case.region)[rule].whole if rule else 0
    if rule is None or case.answers["registered_funds"] >= least:
        return ()
    return (Unmet(Both("The funds are at least {least} yuan.", "注册资金不得低于{least}元。"), rule, "registered_funds",
                  {"least": f"{least // 100:,}"}),)


def _late(case: Case, kind: Kind) -> Sequence[Unmet]:
    agreed = steps.day(case.answers, "agreed_on")
    if agreed is None:
        return ()
    if agreed > case.on:
        return (Unmet(Both("The supervising unit cannot have agreed on a day to come.",
                           "业务主管单位同意日期不能晚于今天。"), "", "agreed_on"),)
    rule = rulebook.rule(f"registration.change_{kind}", on=agreed, region=case.region)
    last = rulebook.last_day(rule.id, since=agreed, region=case.region)
    if last is None or case.on <= last[0]:
        return ()
    return (Unmet(Both("The law asks for this within {limit} of the supervising unit's consent, so by {due}. It is"
                       " taken all the same, and the desk asks why it is late.",
                       "应当自业务主管单位审查同意之日起 {limit}内申请，即{due}之前。现予接收，登记管理机关会询问"
                       "逾期原因。"),
                  rule.id, "agreed_on", {"due": last[0], **rule.said}, bars=False),)


@action
def hold(case: Case, *, by: Actor, at: datetime) -> None:
    """Hold a new name until it is decided; nothing where it stays. Refuses as `hold_name`."""
    if "name" in case.answers["items"]:
        hold_name(Kind(case.answers["registered_kind"]), case, by=by, at=at)
    else:
        release_name(case.ref, by=by, at=at)


@action
def change(case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
    """Register what changed, from the day of the decision. Refuses: RuleBroken (somebody else has the name by now), and
    as the register does: NotFound, NotAllowed, RuleBroken."""
    if case.organisation is None:
        raise NotFound(N_("There is no such organisation."))
    answers = case.answers
    if "name" in answers["items"]:
        take_name(answers["name"], kind=Kind(answers["registered_kind"]), region=case.region, on=case.on,
                  but_of=case.organisation, application=case.ref)
    filed = register.file(
        case.organisation, kind="change", changes=[Change(item, answers[item]) for item in answers["items"]],
        effective_on=case.on, basis=BASIS[Kind(answers["registered_kind"])], application=case.ref, number=case.number,
        by=by, at=at)
    return [Product(Both("Change in the register", "变更登记"), case.number, filed.ref,
                    f"/organisations/{case.organisation}/")]


@action
def undo_change(case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
    """Revoke the change that was registered on a broken promise: the register says again what it said before.

    A name that came by it waits its time. Certificates follow by the filing's own fact. Refuses as the register does.
    """
    if case.organisation is None:
        raise NotFound(N_("There is no such organisation."))
    found = []
    for step in organisations.filings(case.organisation, by=by):
        if step.filing.application == case.ref and step.filing.kind == "change":
            filed = register.file(
                case.organisation, kind="annulment", corrects=step.filing.ref, application=case.ref,
                changes=[Change(one.item, None) for one in step.filing.changes], effective_on=case.on,
                basis=promises.BASIS, cause="承诺不实，撤销变更登记", by=by, at=at)
            found.append(Product(Both("Change revoked", "撤销变更登记"), case.number, filed.ref,
                                 f"/organisations/{case.organisation}/"))
    return found


CHANGE = Matter(
    key="change_registration", title=Both("Change of registered items", "社会组织变更登记"),
    summary=Both("Name, address, legal representative, funds, purpose, scope, area or supervising unit have"
                 " changed.", "变更名称、住所、法定代表人、注册资金、宗旨、业务范围、活动地域或者业务主管单位。"),
    audience=Audience.ORGANISATION,
    basis=(Both("Regulation on Societies, Art. 18", "《社会团体登记管理条例》第十八条"),
           Both("Regulation on Private Non-enterprise Units, Art. 15", "《民办非企业单位登记管理暂行条例》第十五条"),
           Both("Regulation on Foundations, Art. 15", "《基金会管理条例》第十五条")),
    conditions=(
        (Both("Within {limit} of the supervising unit's consent.", "自业务主管单位审查同意之日起 {limit}内申请。"),
         "registration.change_society"),
        (Both("Before a new legal representative the accounts are audited.", "更换法定代表人之前进行财务审计。"),
         "registration.audit_society"),
        (Both("A new name follows the rules on names: try it first.", "新名称应当符合名称管理规定，可先查名。"),
         "naming.taken"),
    ),
    sections=(
        Section("items", Both("What changes", "变更事项"), (
            steps.choose_items(registered.CHANGEABLE, Both("Which items change?", "变更哪些登记事项？")),
            *steps.register_fields(registered.CHANGEABLE),
            Field("elsewhere", Both("The new legal representative is legal representative", "新任法定代表人任职情况"),
                  Shape.CHOICE, choices=_ELSEWHERE, when=steps.chosen("legal_representative")),
            Field("fit", Both("The new legal representative has full legal capacity and never lost political rights",
                              "新任法定代表人具有完全民事行为能力，未受过剥夺政治权利的刑事处罚"), Shape.YES,
                  when=steps.chosen("legal_representative")),
            Field("head_marks", Both("What is true of the new legal representative", "新任法定代表人情况"),
                  Shape.CHOICES, required=False, choices=tuple((key, said) for key, (said, *_) in _BARS.items()),
                  when=_of_foundation),
            *(Field(key, label, Shape.DAY, required=False, when=_of_foundation) for key, label in _SINCE.items()),
        ), Both("Each field begins with what the register says now.", "各栏已填入登记簿现有内容。")),
        Section("decided", Both("How it was decided", "决定情况"), (
            Field("agreed_on", Both("When the supervising unit agreed",
                                    "业务主管单位同意日期"), Shape.DAY, required=False,
                  hint=Both("Leave it out where there is none.", "没有业务主管单位的，不填。")),
            Field("reason", Both("Why it changes", "变更理由"), Shape.WORDS, least=5),
        )),
    ),
    materials=(
        HELD, Material("resolution", Both("Resolution of the council or of the members", "会议决议")),
        Material("consent", Both("Consent of the supervising unit", "业务主管单位同意变更的文件"), required=False),
        Material("audit", Both("Audit report", "法定代表人离任审计报告"),
                 needed_when=steps.chosen("legal_representative")),
        Material("premises", Both("Right to the new premises",
                                  "新住所使用权证明"), needed_when=steps.chosen("address"),
                 promised=promises.NEW_PREMISES),
        Material("charter", Both("The charter as it will be", "修改后的章程"), needed_when=steps.chosen("name")),
    ),
    steps=steps.steps(visit=True, deliver=True, joint=(
        Body("street", Both("Street or township of the address", "住所所在街道（乡镇）"), Level.TOWNSHIP),
        Body("city", Both("City's office of the same field", "市级主管部门"), Level.CITY),
    )), eligibility=eligible, faults=faults, held=queries.registered,
    handed_in=hold, granted=change, revoked=undo_change, deliver=renew, documents=(CERTIFICATE.title,),
)
