import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.demo.invented import Inventor
from linli.engines.journal import queries as journal
from linli.engines.rulebook.models import Duty
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.organisations import actions as organisations
from linli.registers.people.models import Person
from linli.registers.practitioners import actions as practitioners
from linli.registers.practitioners import queries as passports
from linli.registers.practitioners.models import Practitioner
from linli.registers.workforce import actions, queries
from linli.registers.workforce.models import Sanction, Step
from linli.registers.workforce.rules import conduct
from linli.registers.workforce.rules.conduct import Penalty, Terms
from linli.registers.workforce.states import SANCTION_LABELS, SANCTIONS
from linli.registers.workforce.states import Sanction as State
from tests.actors import AT, CITY, actor, resident
from tests.registers.organisations.conftest import FORM
from tests.registers.visiting import text, visit
from tests.registers.workforce.conftest import ON, Scene

DAY = timedelta(days=1)
HEARD = AT + 8 * DAY
"""A day after the last one on which the person may speak, Monday the 23rd."""
TERMS = Terms(warning=12, suspension_most=12, bar_least=12)
FILED: dict[str, Any] = {"penalty": "suspension", "ground": "neglect", "months": 3, 
                         "findings": "三次未按约上门，未说明原因。"}


def office(*, person: UUID | None = None) -> Actor:
    held = actor(f"region:{CITY}", "workforce.see", "workforce.commend", "workforce.discipline")
    return Actor(held.ref, person, held.grants)


def proposed(scene: Scene, *, by: Actor | None = None, **changes: Any) -> UUID:
    return actions.propose(passport=scene.number, **FILED | changes, by=by or office(), at=AT)


def imposed(scene: Scene, *, by: Actor | None = None, **changes: Any) -> UUID:
    ref = proposed(scene, **changes)
    actions.impose(ref, reasons="查证属实。", by=by or office(), at=HEARD)
    return ref


def look(scene: Scene, on: date) -> Any:
    return passports.colours([scene.practitioner], on=on)[scene.practitioner]


# How long, and what comes before


@pytest.mark.parametrize(("penalty", "given", "lasts"), [
    ("warning", None, 12), ("warning", 3, 12), ("suspension", 1, 1), ("suspension", 12, 12), ("bar", 12, 12),
    ("bar", None, None),
])
def test_how_long_a_sanction_lasts(penalty: str, given: int | None, lasts: int | None) -> None:
    assert conduct.months(Penalty(penalty), given, terms=TERMS) == lasts


@pytest.mark.parametrize(("penalty", "given"), [("suspension", None), ("suspension", 0), ("suspension", 13),
                                                ("bar", 11), ("bar", 601)])
def test_a_length_that_the_rule_does_not_know(penalty: str, given: int | None) -> None:
    with pytest.raises(RuleBroken) as why:
        conduct.months(Penalty(penalty), given, terms=TERMS)
    assert (why.value.rule, why.value.field) == ("workforce.sanction_terms", "months")


@pytest.mark.parametrize(("taken", "days", "sentence"), [
    ((), 0, "make a statement until"), (("ask_hearing",), 30, "asked for a hearing"),
    (("ask_hearing", "make_statement"), 0, "asked for a hearing"),
])
def test_nobody_is_judged_unheard(taken: tuple[str, ...], days: int, sentence: str) -> None:
    with pytest.raises(Conflict, match=sentence):
        conduct.require_heard({"propose", *taken}, answer_by=ON, on=ON + days * DAY)


@pytest.mark.parametrize(("taken", "days"), [((), 1), (("make_statement",), 0), (("ask_hearing", "hold_hearing"), 0)])
def test_who_has_spoken_or_let_the_days_pass_is_heard(taken: tuple[str, ...], days: int) -> None:
    conduct.require_heard({"propose", *taken}, answer_by=ON, on=ON + days * DAY)


# The story


def test_a_suspension_forbids_the_work_from_the_decision_to_its_end(scene: Scene) -> None:
    for kind in ("health_certificate", "no_bar", "insurance"):
        practitioners.record_credential(scene.practitioner, kind=kind, valid_from=date(2026, 1, 1),
                                        valid_until=date(2028, 1, 1), by=scene.manager, at=AT)
    Person.objects.filter(ref=scene.person).update(real_name_checked_at=AT)
    ref = proposed(scene)
    assert look(scene, ON).rule != "passport.barred"  # a proposal forbids nothing
    assert queries.sanction(ref, by=scene.worker).answer_by == date(2026, 11, 23)
    with pytest.raises(Conflict, match="23") as early:
        actions.impose(ref, reasons="x", by=office(), at=AT)
    assert early.value.rule == "workforce.statement"
    actions.make_statement(ref, words="当时家里有急事。", by=scene.worker, at=AT)
    actions.impose(ref, reasons="已听取陈述。", by=office(), at=AT)
    assert (look(scene, ON).colour, look(scene, ON).fit, look(scene, ON).rule) == ("red", False, "passport.barred")
    last = date(2027, 2, 15)
    assert "15 Feb 2027" in look(scene, last).reasons[0] and "2027年2月15日" in look(scene, last).reasons[0].zh
    assert look(scene, last + DAY).rule != "passport.barred"
    for on, fit in ((last, False), (last + DAY, True)):
        assert (scene.practitioner in passports.who_can(scene.organisation, credentials=("no_bar",), on=on)) is fit
        assert passports.ready([scene.organisation], credentials=(), on=on)[scene.organisation].green == fit
    card = passports.passport(scene.number, on=ON)
    assert [(one.kind, one.title, one.detail) for one in card.remarks] == [
        ("suspension", "Suspension", "neglect of duty")]
    assert not passports.passport(scene.number, on=last + DAY).remarks
    assert [step.move.name for step in queries.sanction(ref, by=scene.worker).steps] == [
        "propose", "make_statement", "impose"]


def test_a_warning_stays_between_the_office_and_the_person(scene: Scene) -> None:
    ref = imposed(scene, penalty="warning", months=None)
    assert look(scene, HEARD.date()).rule != "passport.barred"
    assert not passports.passport(scene.number, on=HEARD.date()).remarks
    assert queries.sanction(ref, by=scene.worker).until == date(2027, 11, 24)


def test_what_happened_is_read_by_the_two_alone(scene: Scene) -> None:
    ref = imposed(scene)
    door = text(visit(f"/p/{scene.number}/", by=scene.other, at=HEARD))
    assert "neglect of duty" in door and "Do not open the door" in door
    assert "三次未按约" not in door and "查证属实" not in door
    with pytest.raises(NotFound):
        queries.sanction(ref, by=scene.other)
    with pytest.raises(NotFound):
        queries.sanction(ref, by=scene.elsewhere)
    assert "三次未按约" in queries.sanction(ref, by=scene.reader).steps[0].words
    assert "三次" not in json.dumps([e.payload for e in journal.history([ref])], ensure_ascii=False)


def test_every_passport_of_the_person_is_red_and_a_new_one_too(scene: Scene) -> None:
    imposed(scene, penalty="bar", months=None)
    code = Inventor(7).credit_code("agency", "340104")
    second = organisations.apply_to_join(**FORM | {"name": "另一家中心", "uscc": code}, by=resident(new_ref()), at=AT)
    organisations.approve(second, by=actor(f"region:{CITY}", "organisations.approve"), at=AT)
    hiring = actor(f"organisation:{second}", "practitioners.manage")
    new = practitioners.add(organisation=second, person=scene.person, title="社工", consented=True, by=hiring, at=HEARD)
    assert passports.colours([new], on=HEARD.date())[new].rule == "passport.barred"
    assert Practitioner.objects.get(ref=scene.practitioner).bars == [["2026-11-24", None]]
    practitioners.leave(scene.practitioner, by=scene.manager, at=HEARD)
    practitioners.rejoin(scene.practitioner, by=scene.manager, at=HEARD)
    found = look(scene, date(2040, 1, 1))
    assert found.rule == "passport.barred" and "barred" in found.reasons[0]


def test_a_hearing_that_was_asked_for_is_held_first(scene: Scene) -> None:
    ref = proposed(scene)
    actions.ask_hearing(ref, by=scene.worker, at=AT)
    with pytest.raises(Conflict, match="asked for a hearing already"):
        actions.ask_hearing(ref, by=scene.worker, at=AT)
    with pytest.raises(Conflict, match="Hold it"):
        actions.impose(ref, reasons="x", by=office(), at=HEARD)
    actions.hold_hearing(ref, record="双方到场，陈述如下……", by=office(), at=HEARD)
    actions.drop(ref, reasons="情节轻微。", by=office(), at=HEARD)
    assert queries.sanction(ref, by=scene.worker).state == State.DROPPED
    assert look(scene, HEARD.date()).rule != "passport.barred"


def test_speaking_up_has_its_days(scene: Scene) -> None:
    ref = proposed(scene)
    with pytest.raises(Conflict, match="possible until"):
        actions.make_statement(ref, words="x", by=scene.worker, at=HEARD)
    with pytest.raises(Conflict, match="possible until"):
        actions.ask_hearing(ref, by=scene.worker, at=HEARD)


def test_an_appeal_is_decided_by_somebody_else_and_lifts_at_once(scene: Scene) -> None:
    first, second = office(), office()
    ref = imposed(scene, by=first)
    actions.appeal(ref, words="时间记录有误。", by=scene.worker, at=HEARD + DAY)
    duty = Duty.objects.get(about=ref, rule_id="workforce.answer_appeal")
    assert duty.owner.startswith("region:") and look(scene, HEARD.date() + DAY).rule == "passport.barred"
    with pytest.raises(RuleBroken, match="does not decide on the appeal"):
        actions.lift(ref, reasons="x", by=first, at=HEARD + 2 * DAY)
    actions.lift(ref, reasons="记录确有误。", by=second, at=HEARD + 2 * DAY)
    assert look(scene, HEARD.date() + 2 * DAY).rule != "passport.barred"
    assert Practitioner.objects.get(ref=scene.practitioner).bars == []
    duty.refresh_from_db()
    assert duty.state == "met" and queries.sanction(ref, by=scene.worker).state == State.LIFTED


def test_an_appeal_is_made_once_and_in_time(scene: Scene) -> None:
    ref = imposed(scene)
    with pytest.raises(Conflict, match="possible until"):
        actions.appeal(ref, words="x", by=scene.worker, at=HEARD + 61 * DAY)
    actions.appeal(ref, words="x", by=scene.worker, at=HEARD + 60 * DAY)
    actions.uphold(ref, reasons="维持。", by=office(), at=HEARD + 61 * DAY)
    with pytest.raises(Conflict, match="appealed once"):
        actions.appeal(ref, words="x", by=scene.worker, at=HEARD + 60 * DAY)
    assert look(scene, HEARD.date()).rule == "passport.barred"


def test_the_term_ends_by_the_clock_and_is_told_once(scene: Scene) -> None:
    ref = imposed(scene, months=1)
    assert actions.end_terms(by=SYSTEM, at=HEARD + 29 * DAY) == 0
    assert [actions.end_terms(by=SYSTEM, at=HEARD + 31 * DAY) for _ in range(2)] == [1, 0]
    assert queries.sanction(ref, by=scene.worker).state == State.ENDED
    assert [e.fact for e in journal.history([ref])][-1] == "workforce.SanctionEnded"


@pytest.mark.parametrize(("changes", "field"), [
    ({"penalty": "x"}, "penalty"), ({"ground": "x"}, "ground"), ({"months": 99}, "months"),
    ({"findings": " "}, "findings"),
    ({"passport": "P123"}, "number"),
])
def test_what_cannot_be_proposed(scene: Scene, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as why:
        actions.propose(**{"passport": scene.number, **FILED, **changes}, by=office(), at=AT)
    assert why.value.field == field and not Sanction.objects.exists() and not Step.objects.exists()


def test_who_may_propose(scene: Scene) -> None:
    for by in (scene.elsewhere, scene.reader, scene.manager, scene.worker):
        with pytest.raises(NotAllowed):
            proposed(scene, by=by)
    with pytest.raises(RuleBroken, match="themselves"):
        proposed(scene, by=office(person=scene.person))
    proposed(scene)
    with pytest.raises(Conflict, match="proposed already"):
        proposed(scene)
    proposed(scene, ground="fraud")


def test_erasing_drops_what_is_open_and_keeps_what_is_decided(scene: Scene) -> None:
    kept, opened = imposed(scene), proposed(scene, ground="fraud")
    actions.forget(scene.person, by=SYSTEM, at=HEARD)
    states = {ref: queries.sanction(ref, by=SYSTEM).state for ref in (kept, opened)}
    assert states == {kept: State.IN_FORCE, opened: State.DROPPED}


# The machine


def at_state(scene: Scene, state: str) -> UUID:
    ref = proposed(scene)
    Sanction.objects.filter(ref=ref).update(state=state, from_on=ON, until_on=ON + 90 * DAY)
    Step.objects.create(sanction=Sanction.objects.get(ref=ref), move="impose", taken_at=AT, taken_by=office().ref)
    return ref


ARGUMENTS = {"make_statement": "words", "appeal": "words", "hold_hearing": "record", "ask_hearing": "",
             "impose": "reasons", "drop": "reasons", "uphold": "reasons", "lift": "reasons"}


@pytest.mark.parametrize("state", list(SANCTION_LABELS))
@pytest.mark.parametrize("who", ["worker", "office", "reader"])
def test_who_may_do_what_in_each_state(scene: Scene, state: State, who: str) -> None:
    ref = at_state(scene, state)
    by = office() if who == "office" else getattr(scene, who)
    held = {"worker": "workforce.practise", "office": "workforce.discipline", "reader": ""}[who]
    for name, argument in ARGUMENTS.items():
        move = SANCTIONS.moves[name]
        Sanction.objects.filter(ref=ref).update(state=state)
        Step.objects.filter(move__in=["ask_hearing", "appeal", "make_statement", "uphold"]).delete()
        if name == "impose":
            Step.objects.create(sanction=Sanction.objects.get(ref=ref), move="make_statement", taken_at=AT,
                                taken_by=by.ref)
        may = move.permission == held and state in move.sources
        try:
            getattr(actions, name)(ref, **({argument: "理由"} if argument else {}), by=by, at=AT)
            done = True
        except (NotAllowed, Conflict):
            done = False
        except Refusal as why:  # pragma: no cover
            raise AssertionError(name) from why
        assert done is may, (name, state, who)
    assert START not in SANCTION_LABELS


# Pages and API


def test_the_pages_of_a_sanction(scene: Scene) -> None:
    by = office()
    form = {"passport": scene.number, "penalty": "suspension", "ground": "harm", "months": "99", "findings": "说明"}
    bad = visit("/officer/workforce/sanctions/new/", form, by=by, method="POST")
    assert bad.status_code == 422 and "#id_months" in text(bad) and 'value="99"' in text(bad)
    wrong = visit("/officer/workforce/sanctions/new/", form | {"passport": "P1", "months": "2"}, by=by, method="POST")
    assert wrong.status_code == 422 and "#id_passport" in text(wrong)
    made = visit("/officer/workforce/sanctions/new/", form | {"months": "2"}, by=by, method="POST")
    assert made.status_code == 302
    ref = Sanction.objects.get().ref
    own, desk = f"/me/profession/sanctions/{ref}/", f"/officer/workforce/sanctions/{ref}/"
    assert "Suspension" in text(visit("/me/profession/conduct/", by=scene.worker))
    page = text(visit(own, by=scene.worker))
    assert "Nothing is decided yet" in page and "Ask for a hearing" in page and "说明" in page and "Impose" not in page
    empty = visit(f"{own}make-statement/", {"make_statement-words": ""}, by=scene.worker, method="POST")
    assert empty.status_code == 422
    early = visit(f"{desk}impose/", {"impose-reasons": ""}, by=by, method="POST")
    assert early.status_code == 422 and "<details" in text(early)
    early = visit(f"{desk}impose/", {"impose-words": "理由"}, by=by, method="POST")
    assert early.status_code == 422 and "may make a statement until" in text(early) and "理由" in text(early)
    assert visit(f"{own}ask-hearing/", by=scene.worker, method="POST").status_code == 302
    assert "Ask for a hearing</button>" not in text(visit(own, by=scene.worker))
    assert visit(f"{desk}hold-hearing/", {"hold_hearing-words": "记录"}, by=by, method="POST").status_code == 302
    assert visit(f"{desk}impose/", {"impose-words": "理由"}, by=by, method="POST").status_code == 302
    assert "You may appeal until" in text(visit(own, by=scene.worker))
    listed = text(visit("/officer/workforce/sanctions/?state=in_force", by=by))
    assert str(ref) in listed and "王敏" in listed
    assert "Nothing here" in text(visit("/officer/workforce/sanctions/?state=lifted", by=by))
    assert visit(f"{own}appeal/", {"appeal-words": "不服"}, by=scene.worker, method="POST").status_code == 302
    assert visit(f"{desk}lift/", {"lift-words": "撤销"}, by=by, method="POST").status_code == 422  # who imposed it
    assert visit(f"{desk}lift/", {"lift-words": "撤销"}, by=office(), method="POST").status_code == 302
    chinese = text(visit(own, by=scene.worker, language="zh"))
    assert "暂停从业" in chinese and "不服" in chinese
    assert visit(desk, by=scene.elsewhere).status_code == 404
    assert visit("/officer/workforce/sanctions/", by=scene.worker).status_code == 403


def test_a_sanction_over_the_api(scene: Scene) -> None:
    by, base = office(), "/api/v1/workforce/sanctions"

    def send(path: str, data: dict[str, Any], by: Actor = by) -> Any:
        return visit(f"{base}{path}", data, by=by, method="POST", key="k")

    given = {"passport": scene.number, **FILED}
    first, again = send("", given), send("", given)
    assert (first.status_code, again.status_code) == (201, 200)
    ref = json.loads(first.content)["ref"]
    assert json.loads(first.content)["speak_until"] == "2026-11-23"
    assert send(f"/{ref}/make-statement", {"words": "x"}, scene.other).status_code == 404
    assert send(f"/{ref}/make-statement", {"words": "申辩"}, scene.worker).status_code == 200
    done = json.loads(send(f"/{ref}/impose", {"reasons": "理由"}).content)
    assert done["state"] == "in_force" and done["moves"] == ["lift"] and done["last_day"] == "2027-02-15"
    passport = json.loads(visit(f"/api/v1/passports/{scene.number}").content)
    assert passport["colour"] == "red" and passport["rule"] == "passport.barred"
    assert passport["remarks"][0]["kind"] == "suspension" and "申辩" not in json.dumps(passport, ensure_ascii=False)
    mine = json.loads(visit("/api/v1/workforce/conduct", by=scene.worker).content)
    assert [one["ref"] for one in mine["sanctions"]] == [ref]
    assert json.loads(visit(base, by=by).content)["total"] == 1 and visit(base, by=scene.worker).status_code == 403
