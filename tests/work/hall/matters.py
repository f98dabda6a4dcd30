"""A matter for the tests: fund money of a small prize, with every kind of field, paper and step."""
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli.kernel.actor import Actor
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import Both
from linli.work.hall.registry import (
    Answers,
    Audience,
    Case,
    Field,
    Kind,
    Level,
    Material,
    Matter,
    Product,
    Promise,
    Section,
    Shape,
    Step,
    Trust,
    Unmet,
)


class Office:
    """What the matter does to the outside: kept so that a test can look, and let it fail."""

    def __init__(self) -> None:
        self.filed: list[Case] = []
        self.revoked: list[Case] = []
        self.refusing = self.failing = False
        self.held: dict[str, object] = {"address": "合肥市蜀山区长江西路 1 号"}

    def known(self, *, person: UUID, organisation: UUID | None, on: date) -> Answers:
        return self.held

    def file(self, case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
        if self.refusing:
            raise RuleBroken(Both("The register refuses.", "登记簿拒绝了。"), rule="test.register")
        self.filed.append(case)
        return [Product(Both("Entry in the register", "登记记录"), number="第 7 号")]

    def take_back(self, case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
        self.revoked.append(case)
        return [Product(Both("Entry struck out", "登记已注销"))]

    def hand_over(self, case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
        if self.failing:
            raise ConnectionError("the printer of 王芳 is on fire")
        return [Product(Both("Certificate", "证书"), number="证 7")]


def large(answers: Answers) -> bool:
    return int(answers.get("amount") or 0) > 1_000_000 if isinstance(answers.get("amount"), int) else False


def young(answers: Answers) -> list[Unmet]:
    return [] if answers.get("two_years") == "yes" else [
        Unmet(Both("Only after two years.", "成立满两年后方可申请。"), rule="gov.decide", field="two_years")]


def twice(case: Case) -> list[Unmet]:
    names = [row.get("name", "") for row in case.answers.get("people", [])]
    return [Unmet(Both("{name} stands there twice.", "{name}重复填写。"), field="people", values={"name": name})
            for name in sorted({name for name in names if name and names.count(name) > 1})] + [
        Unmet(Both("{name} is known to the desk.", "{name}是窗口的熟人。"), values={"name": name}, bars=False)
        for name in names if name == "熟人"]


def prize(office: Office, **changes: Any) -> Matter:
    return Matter(**{
        "key": "test.prize", "title": Both("Prize for neighbours", "邻里互助奖"),
        "summary": Both("Money for a good deed.", "奖励邻里互助的好人好事。"), "audience": Audience.PERSON,
        "basis": (Both("Rules of the prize, Art. 3", "邻里互助奖办法第三条"),),
        "conditions": ((Both("The deed is two years old at most.", "好事发生在两年之内。"), "gov.tell_gaps_once"),),
        "sections": (
            Section("deed", Both("The deed", "好事"), (
                Field("deed", Both("What was done", "做了什么"), Shape.WORDS, least=5),
                Field("on", Both("When", "时间"), Shape.DAY),
                Field("amount", Both("Money asked for", "申请金额"), Shape.MONEY),
                Field("why_large", Both("Why so much", "为何申请大额"), Shape.LINE, when=large),
            )),
            Section("people", Both("People", "人员"), (
                Field("address", Both("Address", "住址")),
                Field("people", Both("Who helped", "参与人员"), Shape.ROWS, least=1, most=3, columns=(
                    Field("name", Both("Name", "姓名")),
                    Field("phone", Both("Phone", "电话"), Shape.PHONE, required=False))),
            )),
        ),
        "materials": (
            Material("photo", Both("A photograph", "照片"), promised=Promise(
                Both("I did it, and have a photograph of it.", "我做了这件好事，并持有照片。"),
                Both("The office visits the neighbours.", "工作人员将走访邻居核实。"))),
            Material("budget", Both("A budget", "预算"), Trust.D, needed_when=large),
            Material("licence", Both("Licence", "许可证"), Trust.A),
        ),
        "questions": (Field("two_years", Both("Is it two years old?", "是否满两年？"), Shape.CHOICE,
                            choices=(("yes", Both("Yes", "是")), ("no", Both("No", "否")))),),
        "eligibility": young, "faults": twice, "held": office.known, "granted": office.file,
        "deliver": office.hand_over, "revoked": office.take_back,
        "steps": (
            Step("acceptance", Both("Acceptance", "受理"), Kind.ACCEPTANCE),
            Step("review", Both("Review", "审查"), Kind.REVIEW),
            Step("visit", Both("Site visit", "现场核查"), Kind.SITE_VISIT, optional=True),
            Step("decision", Both("Decision", "决定"), Kind.DECISION, Level.CITY),
            Step("delivery", Both("Delivery", "送达"), Kind.DELIVERY),
        ),
        "documents": (Both("Certificate of the prize", "获奖证书"),),
        "legal_grounds": (("no_deed", Both("Nothing was done", "没有事实")), ("fraud", Both("Fraud", "弄虚作假"))),
        **changes,
    })
