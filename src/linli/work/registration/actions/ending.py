"""The end of an organisation: liquidation first, deregistration after it."""
from collections.abc import Sequence
from datetime import datetime

from linli.engines.rulebook import queries as rulebook
from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_, Both
from linli.registers.organisations import actions as register
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
from linli.work.registration.actions.certifying import HELD, take_back
from linli.work.registration.rules import Kind, steps

BASIS = {
    Kind.SOCIETY: "《社会团体登记管理条例》第十九条至第二十一条",
    Kind.AGENCY: "《民办非企业单位登记管理暂行条例》第十六条、第十七条",
    Kind.FOUNDATION: "《基金会管理条例》第十六条至第十八条",
}
REASONS = (
    ("fulfilled", Both("The purpose of the charter is fulfilled, or the charter ends it",
                       "完成章程规定的宗旨，或者按照章程规定终止")),
    ("dissolved", Both("It dissolves itself", "自行解散")),
    ("merged", Both("It is split or merged", "分立、合并")),
    ("impossible", Both("It cannot go on with its purpose", "无法按照章程规定的宗旨继续开展活动")),
    ("other", Both("Another reason", "其他原因")),
)
_LAWS = (Both("Regulation on Societies, Art. 19 to 22", "《社会团体登记管理条例》第十九条至第二十二条"),
         Both("Regulation on Private Non-enterprise Units, Art. 16, 17",
              "《民办非企业单位登记管理暂行条例》第十六条、第十七条"),
         Both("Regulation on Foundations, Art. 16 to 18, 33", "《基金会管理条例》第十六条至第十八条、第三十三条"))


def may_liquidate(answers: Answers) -> Sequence[Unmet]:
    """A social organisation that is registered and does not liquidate yet."""
    status = answers.get("registered_status")
    if answers.get("registered_kind") not in set(Kind) or status not in ("registered", "liquidating"):
        return (Unmet(Both("Only a society, a social service agency or a foundation that is registered is wound up"
                           " here.",
                           "只有登记簿中的社会团体、社会服务机构和基金会可以在此办理清算和注销。")),)
    if status == "liquidating":
        return (Unmet(Both("Its liquidation is registered already: apply for deregistration when it has ended.",
                           "已经进入清算。清算结束后，请申请注销登记。"), "registration.liquidate_society"),)
    return ()


def may_deregister(answers: Answers) -> Sequence[Unmet]:
    """A social organisation whose liquidation is in the register."""
    if answers.get("registered_kind") in set(Kind) and answers.get("registered_status") in ("liquidating", "revoked"):
        return ()
    return (Unmet(Both("Before it is deregistered an organisation liquidates. Register the liquidation first.",
                       "办理注销登记前应当成立清算组织、完成清算。请先办理清算备案。"),
                  "registration.liquidate_society"),)


def faults_of_end(case: Case) -> Sequence[Unmet]:
    """A liquidation that has ended, everything settled; and whether this comes in time."""
    kind, ended = Kind(case.answers["registered_kind"]), steps.day(case.answers, "liquidated_on")
    found = []
    rule = f"registration.deregister_{kind}"
    if ended and ended > case.on:
        found.append(Unmet(Both("The liquidation has not ended yet.", "清算尚未结束。"), rule, "liquidated_on"))
    elif ended and (last := rulebook.last_day(rule, since=ended, region=case.region)) and case.on > last[0]:
        found.append(Unmet(Both("The law asks for this within {limit} of the end of the liquidation, so by {due}. It is"
                                " taken all the same, and the desk asks why it is late.",
                                "应当自清算结束之日起 {limit}内申请，即{due}之前。现予接收，登记管理机关会询问"
                                "逾期原因。"),
                           rule, "liquidated_on", {
                               "due": last[0], **rulebook.rule(rule, on=ended, region=case.region).said}, bars=False))
    if case.answers.get("left_over", 0) and not case.answers.get("left_over_use"):
        found.append(Unmet(Both("Say what becomes of what is left: it serves the purpose of the charter or another"
                                " charitable one, and is not divided among members.",
                                "请说明剩余财产的去向：应当按照章程规定用于公益目的，不得在会员中分配。"), rule,
                           "left_over_use"))
    return found


@action
def liquidate(case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
    """Register that the organisation liquidates: from then on it may do nothing else. Refuses as the register does."""
    return _filed(case, "liquidation", Both("Liquidation in the register", "清算备案"), by=by, at=at)


@action
def deregister(case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
    """End the registration from the day of the decision. Refuses as the register does."""
    return _filed(case, "deregistration", Both("Deregistration", "注销登记"), by=by, at=at)


def _filed(case: Case, kind: str, title: Both, *, by: Actor, at: datetime) -> Sequence[Product]:
    if case.organisation is None:
        raise NotFound(N_("There is no such organisation."))
    filed = register.file(
        case.organisation, kind=kind, changes=(), effective_on=case.on, number=case.number,
        basis=BASIS[Kind(case.answers["registered_kind"])], application=case.ref, by=by, at=at)
    return [Product(title, case.number, filed.ref, f"/organisations/{case.organisation}/")]


LIQUIDATION = Matter(
    key="liquidate", title=Both("Liquidation of an organisation", "社会组织清算备案"),
    summary=Both("An organisation comes to its end: say who liquidates. Deregistration follows.",
                 "社会组织终止前成立清算组织，备案后开展清算，清算结束后申请注销登记。"),
    audience=Audience.ORGANISATION, basis=_LAWS,
    conditions=((Both("Meanwhile it does nothing but liquidate.", "清算期间不得从事与清算无关的活动。"),
                 "registration.liquidate_society"),
                (Both("Who does not liquidate in time may be wound up by a court.",
                      "未及时清算的，有关方面可以申请人民法院指定清算组。"), "registration.court_liquidation")),
    sections=(Section("end", Both("How it ends", "终止情况"), (
        Field("reason", Both("Why it ends", "终止原因"), Shape.CHOICE, choices=REASONS),
        Field("decided_on", Both("When that was decided", "决议日期"), Shape.DAY),
        Field("group", Both("Who liquidates", "清算组成员"), Shape.WORDS, least=2),
        Field("nothing_else", Both("From now on the organisation does nothing but liquidate",
                                   "清算期间不开展清算以外的活动"),
              Shape.YES),
    )),),
    materials=(HELD, Material("resolution", Both("Resolution that it ends", "终止决议")),
               Material("consent", Both("Opinion of the supervising unit", "业务主管单位意见"), required=False)),
    steps=steps.steps(), eligibility=may_liquidate, held=queries.registered, granted=liquidate,
)

DEREGISTRATION = Matter(
    key="deregister", title=Both("Deregistration after liquidation", "社会组织注销登记"),
    summary=Both("The liquidation has ended: the organisation leaves the register. Its entry stays readable.",
                 "清算结束后申请注销登记。登记信息继续公开，可以查询。"),
    audience=Audience.ORGANISATION, basis=_LAWS,
    conditions=((Both("Within {limit} of the end of the liquidation.", "自清算结束之日起 {limit}内申请。"),
                 "registration.deregister_society"),
                (Both("Certificate, seal and accounts are handed over to the registrar.",
                      "登记证书、印章和财务凭证交登记管理机关收缴。"), "registration.deregister_society")),
    sections=(
        Section("liquidation", Both("The liquidation", "清算情况"), (
            Field("reason", Both("Why it ends", "注销原因"), Shape.CHOICE, choices=REASONS),
            Field("liquidated_on", Both("When the liquidation ended", "清算结束日期"), Shape.DAY),
            Field("settled", Both("All debts and taxes are settled, and all staff are paid",
                                  "债务、税款和职工薪酬均已清偿"),
                  Shape.YES),
            Field("left_over", Both("What is left", "剩余财产"), Shape.MONEY, required=False),
            Field("left_over_use", Both("What becomes of it", "剩余财产去向"), Shape.WORDS, required=False),
        )),
    ),
    materials=(HELD, Material("report", Both("Liquidation report", "清算报告书")),
               Material("application", Both("Application signed by the legal representative",
                                            "法定代表人签署的注销登记申请书")),
               Material("consent", Both("Opinion of the supervising unit", "业务主管单位的审查文件"), required=False)),
    steps=steps.steps(), eligibility=may_deregister, faults=faults_of_end, held=queries.registered, granted=deregister,
    deliver=take_back,
)
