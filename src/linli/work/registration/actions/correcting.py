"""Correction of a registered fact: old, new, cause. What the filing said is taken back and said rightly; nothing is
edited, and everyone who fetched it hears of it by the correction's own fact."""
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from linli.kernel.action import action
from linli.kernel.actor import Actor
from linli.kernel.refusals import Conflict, NotFound
from linli.kernel.text import N_, Both
from linli.registers.organisations import actions as register
from linli.registers.organisations.actions import Change
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
from linli.work.registration.actions.certifying import CERTIFICATE, HELD, renew
from linli.work.registration.rules import registered, steps

CAUSES = {
    "clerical": Both("It was entered wrongly", "登记时录入有误"),
    "papers": Both("The papers it was taken from were wrong", "原申请材料有误"),
    "taken_over": Both("It was taken over wrongly from an older register", "旧系统数据转入有误"),
}
BASIS = "《政务数据共享条例》第二十六条"
RULE = "data.correct"


def eligible(answers: Answers) -> Sequence[Unmet]:
    """An organisation whose entry the register keeps."""
    if answers.get("registered_name"):
        return ()
    return (Unmet(Both("The register keeps no entry of this organisation that could be corrected.",
                       "登记簿中没有该组织可供更正的记录。"), RULE),)


def faults(case: Case) -> Sequence[Unmet]:
    """What was chosen differs from what stands there."""
    found = []
    for item in case.answers.get("items", []):
        label = registered.CORRECTABLE[item][0]
        if case.answers.get(f"registered_{item}") in (None, ""):
            found.append(Unmet(Both("The register says nothing of “{item}” yet: apply for a change instead.",
                                    "登记簿尚未记载“{item}”，请改为申请变更登记。"), RULE, item, {"item": label}))
        elif case.answers.get(item) == case.answers[f"registered_{item}"]:
            found.append(Unmet(Both("“{item}” is the same as in the register. Write what is right, or take it out.",
                                    "“{item}”与登记内容相同。请填写正确的内容，或者取消勾选。"), RULE, item,
                               {"item": label}))
    return found


@action
def correct(case: Case, *, by: Actor, at: datetime) -> Sequence[Product]:
    """Take back what the register said of these items and say what is right, from the day from which it was said.

    Refuses: NotFound, NotAllowed, Conflict (the register has changed since), RuleBroken (as the register refuses).
    """
    if case.organisation is None:
        raise NotFound(N_("There is no such organisation."))
    corrections: dict[UUID, tuple[queries.ToldBy, list[Change]]] = {}
    for item in case.answers["items"]:
        told = queries.told_last(case.organisation, item, by=by)
        if told is None:
            raise Conflict(N_("The register has changed since this was written. Read it again."), field=item)
        corrections.setdefault(told.ref, (told, []))[1].append(Change(item, case.answers[item]))
    cause = CAUSES[case.answers["cause"]].zh
    found = []
    for told, changes in corrections.values():
        filed = register.file(
            case.organisation, kind="correction", changes=changes, effective_on=told.effective_on, basis=BASIS,
            cause=cause, corrects=told.ref, application=case.ref, by=by, at=at)
        found.append(Product(Both("Correction in the register", "登记簿更正"), told.number, filed.ref,
                             f"/organisations/{case.organisation}/"))
    return found


def _fields() -> tuple[Field, ...]:
    choose = steps.choose_items(registered.CORRECTABLE, Both("What is wrong in the register?",
                                                             "登记簿中哪些内容有误？"))
    return (choose, *steps.register_fields(registered.CORRECTABLE))


CORRECTION = Matter(
    key="correct_register", title=Both("Correction of a registered fact", "登记事项更正"),
    summary=Both("Something in the public register of your organisation is wrong: have it put right.",
                 "公开登记簿中关于本组织的内容有误，申请更正。"),
    audience=Audience.ORGANISATION,
    basis=(Both("Regulation on the Sharing of Government Data, Art. 26", "《政务数据共享条例》第二十六条"),),
    conditions=((Both("The register says something that was never true. What was true and has changed is a change.",
                      "登记簿的记载自始有误。原记载正确、后来发生变化的，请申请变更登记。"), ""),
                (Both("It is checked, put right and answered within {limit}.",
                      "{limit}内核实、更正并答复。"), RULE)),
    sections=(
        Section("items", Both("What is wrong", "有误的内容"), _fields(),
                Both("Each field begins with what the register says now; write over it what is right.",
                     "各栏已填入登记簿现有内容，请改为正确的内容。")),
        Section("cause", Both("Why it is wrong", "更正原因"), (
            Field("cause", Both("How it came about", "错误原因"), Shape.CHOICE, choices=tuple(CAUSES.items())),
            Field("explanation", Both("How the office can see that it is wrong", "情况说明"), Shape.WORDS, least=5,
                  hint=Both("Only the office reads this.", "仅供登记管理机关审查使用，不公开。")),
        )),
    ),
    materials=(HELD, Material("evidence", Both("A paper that shows what is right", "证明材料"),
                        hint=Both("The certificate, a decision, minutes of a meeting.",
                                  "如登记证书、批复、会议纪要等。")),),
    steps=steps.steps(decide=RULE, deliver=True), eligibility=eligible, faults=faults, held=queries.registered,
    granted=correct, deliver=renew, documents=(CERTIFICATE.title,),
)
