"""Founding a society, a social service agency or a foundation."""
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings

from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.text import Both
from linli.registers.organisations import actions as register
from linli.registers.organisations import queries as organisations
from linli.registers.organisations.actions import Change
from linli.registers.people import queries as people
from linli.work.hall.registry import (
    Answers,
    Audience,
    Case,
    Field,
    Level,
    Material,
    Matter,
    Product,
    Section,
    Shape,
    Trust,
    Unmet,
)
from linli.work.registration import queries
from linli.work.registration.actions.certifying import CERTIFICATE, certified, take_back
from linli.work.registration.actions.naming import hold_name, take_name
from linli.work.registration.rules import Kind, founding, naming, promises, registered, steps
from linli.work.registration.rules.founding import Officer, Proposal, Seat

AGENT = "founding.agent"
BASIS = {
    Kind.SOCIETY: "《社会团体登记管理条例》第十二条", Kind.AGENCY: "《民办非企业单位登记管理暂行条例》第十二条",
    Kind.FOUNDATION: "《基金会管理条例》第十一条",
}
_POSTS = {Seat.SECRETARY: "secretary_general", Seat.MEMBER: "council_member", Seat.HEAD: "director"}
"""How the register calls a seat, where it calls it otherwise."""
_ASKED = {"members": "persons", "funds": "registered_funds", "charter": "charter_items"}
"""The field of the form for what the rules name otherwise."""
_MARKS = {
    "legal_representative": Both("Will be legal representative", "拟任法定代表人"),
    "heads_society": Both("Is legal representative of another society", "现任其他社会团体法定代表人"),
    "heads_other": Both("Is legal representative of another organisation", "现任其他组织法定代表人"),
    "lost_rights": Both("Lost political rights by a sentence, now or ever", "正在或者曾经被剥夺政治权利"),
    "no_capacity": Both("Has no full legal capacity", "不具有完全民事行为能力"),
    "serving_official": Both("Is a serving official", "现职国家工作人员"),
    "in_prison": Both("Is serving a sentence", "正在服刑"),
    "not_mainland": Both("Is no resident of the mainland", "非内地居民"),
    "paid": Both("Will be paid", "领取报酬"), "full_time": Both("Will work there full time", "专职"),
    "accountant": Both("Will keep the accounts", "财会人员"),
}
_ACTING = (
    ("head", Both("I do: I will be its legal representative", "由我管理，我就是拟任法定代表人")),
    ("agent", Both("I do, on behalf of the founders", "由我管理，我受发起人（举办者）委托")),
    ("nobody", Both("Nobody yet: it claims its entry later", "暂不指定，登记后再由本组织认领")),
)
KEEPERS = ("head", "agent")
"""Of whom the entry is from the grant on."""
_OF_ALL = ("legal_representative", "heads_society", "lost_rights", "no_capacity")


def officers(answers: Answers) -> tuple[Officer, ...]:
    """The people of the form as the rules weigh them; a row without a known seat is a plain member's."""
    found = []
    for row in answers.get("officers", []):
        marks = set(row.get("marks", ()))
        seat = Seat(row["post"]) if row.get("post") in set(Seat) else Seat.MEMBER
        found.append(Officer(
            seat, full_capacity="no_capacity" not in marks, mainland="not_mainland" not in marks,
            kin=str(row.get("kin", "")).strip(), person=str(row.get("identity", "")),
            sentence_ended_on=steps.day(row, "sentence_ended_on"), revoked_on=steps.day(row, "revoked_on"),
            months_here=row.get("months_here"),
            **{mark: True for mark in marks & set(_MARKS) - {"no_capacity", "not_mainland"}}))
    return tuple(found)


def proposal(kind: Kind, answers: Answers) -> Proposal:
    """The form as the rules weigh it."""
    common = Proposal(kind, officers(answers), funds=answers.get("registered_funds", 0),
                      charter=frozenset(answers.get("charter_items", ())))
    if kind is Kind.SOCIETY:
        return replace(common, persons=answers.get("persons", 0), units=answers.get("units", 0))
    if kind is Kind.AGENCY:
        return replace(
            common, state_funds=answers.get("state_funds", 0), liability=answers.get("liability", ""),
            founder_persons=answers.get("founder_persons", 0), founder_units=answers.get("founder_units", 0),
            premises_until=steps.day(answers, "premises_until"))
    return replace(
        common, public=answers.get("raises") == "public", private_property=answers.get("property") == "private",
        foreign_money=answers.get("property") == "foreign", paid_in=answers.get("paid_in") is True,
        term=answers.get("term"))


def faults(kind: Kind, case: Case) -> Sequence[Unmet]:
    """Everything that stands against the name and the founding, at once."""
    check = queries.check_name(case.answers.get("name", ""), kind=kind, region=case.region, on=case.on,
                               application=case.ref)
    law = queries.figures(founding.RULES, on=case.on, region=case.region)
    found = founding.faults(proposal(kind, case.answers), on=case.on, figures=law)
    return [*check.unmet, *naming.look_alikes(check), *_not_the_head(case), *_elsewhere(kind, case), *(
        replace(one, field=_ASKED.get(one.field, one.field)) for one in found)]


def _head(case: Case) -> Mapping[str, Any] | None:
    """The row of the legal representative."""
    return next((row for row in case.answers.get("officers", [])
                 if "legal_representative" in row.get("marks", ())), None)


def _elsewhere(kind: Kind, case: Case) -> Sequence[Unmet]:
    """Whom the register knows by the name of a head who may lead nothing else, and did not say to."""
    head = _head(case)
    if kind is Kind.AGENCY or head is None or {"heads_society", "heads_other"} & set(head["marks"]):
        return ()
    return queries.namesakes(str(head.get("name", "")), field="officers", needs=("officers.name",))


def _not_the_head(case: Case) -> Sequence[Unmet]:
    """Who says to be the legal representative is the one of the form: by name, and by number where theirs is known."""
    head = _head(case)
    if case.answers.get("acting") != "head" or head is None or people.bears(
            case.person, name=head.get("name", ""), id_number=head.get("identity", "")):
        return ()
    return (Unmet(Both("You are not the person whom you name as legal representative. Name yourself, or say that you"
                       " act on behalf of the founders.",
                       "您填写的拟任法定代表人不是您本人。请核对人员信息，或者选择受委托办理。"), AGENT, "acting",
                  needs=("acting", "officers.name", "officers.identity")),)


def eligible(kind: Kind, answers: Answers) -> Sequence[Unmet]:
    """What can be said before anything is filled in: enough members, money enough."""
    unmet = founding.faults(proposal(kind, answers), on=date.min, figures=queries.newest(founding.RULES))
    return [one for one in unmet if one.field in ("members", "funds", "state_funds")]


@action
def found(kind: Kind, case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
    """Enter the organisation into the register, with its code, from the day of the decision; who was named as acting
    for it keeps its entry from then on.

    Refuses: RuleBroken (somebody else has the name by now), and as the register does: NotAllowed, Conflict, RuleBroken.
    """
    answers, office = case.answers, queries.registrar(kind, case.region)
    take_name(answers["name"], kind=kind, region=case.region, on=case.on, application=case.ref)
    head = next(row["name"] for row in answers["officers"] if "legal_representative" in row.get("marks", ()))
    said: dict[str, Any] = {
        "name": answers["name"], "uscc": queries.new_code(kind, office, case.ref), "kind": kind.value,
        "region": case.region, "address": answers["address"], "registrar": queries.registrar_name(kind, case.region),
        "legal_representative": head, "registered_funds": answers["registered_funds"], "purpose": answers["purpose"],
        "scope": answers["scope"], "supervising_unit": answers.get("supervising_unit"),
        "charter_on": case.on.isoformat(), "area": answers.get("area"), "liability": answers.get("liability"),
        "public_foundation": answers.get("raises") == "public" if kind is Kind.FOUNDATION else None,
        "members": answers["persons"] + answers["units"] if kind is Kind.SOCIETY else None,
    }
    changes = [Change(item, value) for item, value in said.items() if value not in (None, "")]
    term = {"from_": case.on.isoformat()}
    if years := answers.get("term"):  # asked of foundations: their council ends with it
        term["until"] = (case.on + relativedelta(years=years)).isoformat()
    changes += [Change("officers", {"name": row["name"], "post": _POSTS.get(Seat(row["post"]), row["post"]), **term,
                                    "paid": "paid" in row.get("marks", ())}) for row in answers["officers"]]
    filed = register.file(None, kind="establishment", changes=changes, effective_on=case.on, basis=BASIS[kind],
                          application=case.ref, number=case.number, demo=settings.DEMO, by=by, at=at)
    if answers.get("acting") in KEEPERS:
        register.entrust(filed.organisation, to=case.person, by=by, at=at)
    return [Product(Both("Entry in the register", "成立登记"), str(said["uscc"]), filed.ref,
                    f"/organisations/{filed.organisation}/")]


@action
def undo(kind: Kind, case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
    """Revoke a registration that was granted on a broken promise, and take back its certificates. Refuses as the
    register does."""
    uscc = queries.new_code(kind, queries.registrar(kind, case.region), case.ref)
    ref = organisations.as_of(uscc, on=case.on, known_at=at, by=by).ref
    filed = register.file(ref, kind="revocation", changes=(), effective_on=case.on, basis=promises.BASIS,
                          cause="承诺不实，撤销成立登记", application=case.ref, number=case.number, by=by, at=at)
    return [Product(Both("Registration revoked", "撤销成立登记"), uscc, filed.ref, f"/organisations/{ref}/"),
            *take_back(replace(case, organisation=ref), by=by, at=at)]


def _people(kind: Kind) -> Section:
    foundation = kind is Kind.FOUNDATION
    seats = [seat for seat in Seat if (seat is Seat.HEAD) != foundation or not foundation]
    marks = tuple((key, text) for key, text in _MARKS.items() if foundation or key in _OF_ALL)
    columns = [
        Field("name", Both("Name", "姓名")), Field("identity", Both("Identity number", "身份证号码"), Shape.IDENTITY),
        Field("post", Both("Post", "拟任职务"), Shape.CHOICE,
              choices=tuple((seat.value, founding.SEATS[seat]) for seat in seats)),
        Field("marks", Both("What is true of them", "情况"), Shape.CHOICES, required=False, choices=marks),
    ]
    if foundation:
        columns += [
            Field("kin", Both("Family mark: the same letter for close relatives",
                              "近亲属标记（互为近亲属的填同一字母）"),
                  required=False, most=10),
            Field("sentence_ended_on", Both("When a sentence was served",
                                            "刑期执行完毕日期"), Shape.DAY, required=False),
            Field("revoked_on", Both("When a foundation for which they answered was revoked",
                                     "负有个人责任的基金会被撤销日期"), Shape.DAY, required=False),
            Field("months_here", Both("Months a year in the mainland (where no resident)",
                                      "每年在内地居留月数（非内地居民填）"),
                  Shape.NUMBER, required=False, most=12),
        ]
    return Section("people", Both("Who holds office", "拟任负责人"), (
        Field("officers", Both("People", "人员"), Shape.ROWS, columns=tuple(columns), least=1, most=60),
        Field("acting", Both("Who keeps its entry here once it is registered?", "登记后由谁管理本组织在这里的条目？"),
              Shape.CHOICE, choices=_ACTING,
              hint=Both("Whoever keeps it applies, reports and lists services for the organisation, and can let others"
                        " in or hand it on.",
                        "管理人可以代表本组织办事、报送年报、发布服务，也可以让同事加入，或者移交他人。")),
    ), Both("One row for each person. One of them will be the legal representative.",
            "每人一行，其中一人为拟任法定代表人。"))


_ITEMS = {
    Kind.SOCIETY: ("name_address", "purpose_scope_area", "members", "organs", "officers", "assets", "amendment",
                   "ending"),
    Kind.AGENCY: ("name_address", "purpose_scope", "organs", "officers", "assets", "amendment", "ending"),
    Kind.FOUNDATION: ("name_address", "purpose_scope", "fund", "council", "legal_representative", "supervisors",
                      "accounts", "assets", "ending"),
}


def _name_section(kind: Kind) -> Section:
    fields = [
        Field("name", registered.NAME, most=100,
              hint=Both("Try it first under “Check a name”.", "可先使用“查名”试一试。")),
        Field("address", registered.ADDRESS),
        Field("purpose", registered.PURPOSE, Shape.WORDS, least=5, most=2000),
        Field("scope", registered.SCOPE, Shape.WORDS, least=5, most=4000),
        Field("supervising_unit", registered.SUPERVISOR, required=kind is not Kind.SOCIETY,
              hint=Both("Leave it out only where the law lets you register directly.", "依法可以直接登记的，不填。")
              if kind is Kind.SOCIETY else Both("", "")),
    ]
    if kind is Kind.SOCIETY:
        fields.insert(4, Field("area", registered.AREA, most=100))
    return Section("name", Both("Name, address, purpose", "名称、住所、宗旨"), tuple(fields))


def _means(kind: Kind) -> Section:
    funds = {
        Kind.SOCIETY: Both("Funds", "活动资金"), Kind.AGENCY: Both("Funds to begin with", "开办资金"),
        Kind.FOUNDATION: Both("Original fund", "原始基金"),
    }[kind]
    money = Field("registered_funds", funds, Shape.MONEY)
    if kind is Kind.SOCIETY:
        return Section("means", Both("Members and funds", "会员和资金"), (
            Field("persons", Both("Persons as members", "个人会员数"), Shape.NUMBER, most=10_000_000),
            Field("units", Both("Units as members", "单位会员数"), Shape.NUMBER, most=1_000_000), money))
    if kind is Kind.AGENCY:
        return Section("means", Both("Founders, property, premises", "举办者、财产和场所"), (
            money,
            Field("state_funds", Both("Of this the state's", "其中国有资产"), Shape.MONEY),
            Field("liability", Both("How it answers for its debts", "承担民事责任方式"), Shape.CHOICE, choices=(
                ("legal_person", Both("As a legal person", "法人")), ("partnership", Both("As a partnership", "合伙")),
                ("individual", Both("Its founder alone", "个体")))),
            Field("founder_persons", Both("Persons among the founders", "举办者中的个人数"), Shape.NUMBER, most=1000),
            Field("founder_units", Both("Organisations among the founders",
                                        "举办者中的单位数"), Shape.NUMBER, most=1000),
            Field("premises_until", Both("The right to the premises lasts until", "场所使用权截止日期"), Shape.DAY)))
    return Section("means", Both("The original fund and the council", "原始基金和理事会"), (
        money,
        Field("paid_in", Both("The whole fund is money that has arrived on the account", "原始基金为到账货币资金"),
              Shape.YES),
        Field("raises", Both("Will it raise funds in public?", "是否面向公众募捐"), Shape.CHOICE, choices=(
            ("private", Both("No", "非公募")), ("public", Both("Yes", "公募")))),
        Field("property", Both("Where the money is from", "原始基金来源"), Shape.CHOICE, choices=(
            ("private", Both("Private property from the mainland", "境内私人财产")),
            ("other", Both("Other property from the mainland", "境内其他财产")),
            ("foreign", Both("From outside the mainland", "境外财产")))),
        Field("term", Both("Years of a council's term", "理事每届任期（年）"), Shape.NUMBER, least=1, most=50)))


def _charter(kind: Kind) -> Section:
    return Section("charter", Both("The charter", "章程"), (
        Field("charter_items", Both("The charter says", "章程已载明"), Shape.CHOICES,
              choices=tuple((item, founding.CHARTER[item]) for item in _ITEMS[kind])),
    ), Both("Tick what the charter that you hand in says; what is missing is told you at once.",
            "请对照所提交的章程草案勾选；缺少的事项会立即提示。"))


def _questions(kind: Kind) -> tuple[Field, ...]:
    """What decides at once whether it is worth filling in the rest."""
    wanted = {Kind.SOCIETY: ("persons", "units", "registered_funds"), Kind.AGENCY: ("registered_funds", "state_funds"),
              Kind.FOUNDATION: ("registered_funds", "raises")}[kind]
    return tuple(one for one in _means(kind).fields if one.key in wanted)


_FOUNDERS = Material("founders", Both("Who founds it, with proof of identity",
                                      "发起人（举办者）和拟任负责人的基本情况、身份证明"))
_PAPERS = (
    Material("application", Both("Application", "登记申请书"), Trust.D),
    Material("identity", Both("Proof of identity of who applies", "申请人身份证明"), Trust.A, fetch=queries.identity,
             hint=Both("We fetch it where your identity was checked here.", "已完成实名核验的，由系统直接调取。")),
    _FOUNDERS,
    Material("charter", Both("Draft of the charter", "章程草案"), kinds=("pdf", "ofd", "docx", "jpeg", "png")),
    Material("funds", Both("Proof of the funds", "验资证明")),
    Material("premises", Both("Right to the premises", "场所使用权证明"), promised=promises.PREMISES),
    Material("mandate", Both("Power of attorney", "授权委托书"),
             needed_when=lambda answers: answers.get("acting") == "agent"),
    Material("consent", Both("Consent of the supervising unit", "业务主管单位批准文件"),
             needed_when=lambda answers: bool(answers.get("supervising_unit"))),
)


def _matter(kind: Kind, key: str, title: Both, summary: Both, law: Both, conditions: tuple[tuple[Both, str], ...],
            grounds: tuple[tuple[str, Both], ...]) -> Matter:
    return Matter(
        key=key, title=title, summary=summary, audience=Audience.FOUNDERS, basis=(law,), conditions=conditions,
        questions=_questions(kind), sections=(_name_section(kind), _means(kind), _people(kind), _charter(kind)),
        materials=_PAPERS, eligibility=partial(eligible, kind), faults=partial(faults, kind),
        handed_in=partial(hold_name, kind), granted=partial(found, kind), revoked=partial(undo, kind),
        deliver=partial(certified, kind),
        documents=(CERTIFICATE.title,),
        steps=steps.steps(decide=f"registration.decide_{kind}", visit=True, deliver=True,
                          level=Level.PROVINCE if kind is Kind.FOUNDATION else Level.COUNTY),
        legal_grounds=grounds)


_GROUNDS = (
    ("unlawful_purpose", Both("Its purpose or scope is against the law", "宗旨、业务范围不符合法律规定")),
    ("needless", Both("A like organisation in the region makes it needless",
                      "同一行政区域内已有业务范围相同或者相似的组织，没有必要成立")),
    ("unfit_person", Both("Somebody may not found it or hold office", "发起人、拟任负责人不符合规定")),
    ("fraud", Both("Something in the application is false", "申请登记时弄虚作假")),
    ("other_ban", Both("The law forbids it otherwise", "法律、行政法规禁止的其他情形")),
)
SOCIETY = _matter(
    Kind.SOCIETY, "found_society", Both("Founding a society", "社会团体成立登记"),
    Both("People or units join for a common purpose: an association, a society, a chamber.",
         "公民、单位自愿组成协会、学会、商会等社会团体，申请成立登记。"),
    Both("Regulation on Societies, Art. 9 to 14", "《社会团体登记管理条例》第九条至第十四条"), (
        (Both("At least 50 persons, or 30 units, or 50 of both together.",
              "个人会员五十个以上，或者单位会员三十个以上，混合组成的总数五十个以上。"),
         "founding.society_members"),
        (Both("Funds of 30,000 yuan.", "三万元以上活动资金。"), "founding.society_funds"),
        (Both("A name that is free and built by the rules.", "名称规范，不与已登记的相同。"), "naming.society"),
        (Both("A legal representative who heads no other society.", "法定代表人未担任其他社会团体的法定代表人。"),
         "founding.society_one_seat"),
        (Both("A charter with what the law asks.", "章程载明法定事项。"), "founding.society_charter")), _GROUNDS)
AGENCY = _matter(
    Kind.AGENCY, "found_agency", Both("Founding a social service agency", "社会服务机构成立登记"),
    Both("A place that serves people without profit: a service centre, a school, a nursing home.",
         "利用非国有资产举办服务中心、学校、养老院等非营利性社会服务机构，申请成立登记。"),
    Both("Regulation on Private Non-enterprise Units, Art. 8 to 12",
         "《民办非企业单位登记管理暂行条例》第八条至第十二条"), (
        (Both("The supervising unit agrees.", "业务主管单位审查同意。"), "founding.agency_conditions"),
        (Both("Two thirds of the property are not the state's.", "非国有资产不低于三分之二。"),
         "founding.agency_private_share"),
        (Both("A right to the premises for at least {limit}.", "场所使用权不少于 {limit}。"),
         "founding.agency_premises"),
        (Both("A name with a trade name of its own.", "名称含有自己的字号，不与已登记的相同。"), "naming.agency"),
        (Both("A charter with what the law asks.", "章程载明法定事项。"), "founding.agency_charter")), _GROUNDS)
FOUNDATION = _matter(
    Kind.FOUNDATION, "found_foundation", Both("Founding a foundation", "基金会设立登记"),
    Both("Property given for a good cause, kept and spent by a council.", "以捐赠财产从事公益事业，申请设立基金会。"),
    Both("Regulation on Foundations, Art. 8 to 11, 20 to 24",
         "《基金会管理条例》第八条至第十一条、第二十条至第二十四条"), (
        (Both("An original fund of 2,000,000 yuan, paid in; 4,000,000 where it raises funds in public.",
              "到账原始基金二百万元以上，公募的四百万元以上。"), "founding.foundation_fund"),
        (Both("A council of 5 to 25, and a council supervisor.",
              "理事五至二十五人，设监事。"), "founding.council_size"),
        (Both("Close relatives sit in the council within the limits of the law only.", "理事近亲属关系符合规定。"),
         "founding.council_kin"),
        (Both("Chair, vice chair and secretary-general who may hold office.", "理事长、副理事长、秘书长符合任职条件。"),
         "founding.foundation_officers"),
        (Both("A charter with what the law asks.", "章程载明法定事项。"), "founding.foundation_charter")), _GROUNDS)
