from datetime import date, timedelta
from uuid import UUID

import pytest

from linli.engines.rulebook import actions as rulebook_actions
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.people import actions as people
from linli.work.quality import actions, jobs, queries
from linli.work.quality.models import Answer, Rectification
from linli.work.quality.rules import RULE
from linli.work.quality.states import JUDGE, State
from tests.actors import AT, actor

from .conftest import HUPO, Scene

LATER = AT + timedelta(days=2)
SAID, WRONG = "已上门道歉并重新助浴。", "还是没有带防滑垫。"


def duty(ref: UUID, on: date = date(2026, 11, 16)) -> str:
    order = Rectification.objects.get(ref=ref).order
    return rulebook.duties(on=on, about=[order], rule_id=RULE)[0].state


def erase(scene: Scene) -> None:
    by = actor(f"person:{scene.person}", "people.see", "people.erase", person=scene.person)
    people.erase(scene.person, by=by, at=LATER)


def test_a_bad_rating_is_answered_judged_and_the_duty_met(scene: Scene) -> None:
    ref = scene.bad()
    card = scene.card(ref)
    assert (card.state, card.due_on, card.days_left) == (State.OPEN, date(2026, 12, 7), 21)
    assert duty(ref) == "running"

    actions.answer(ref, text=SAID, by=scene.manager, at=LATER)
    actions.reject(ref, text=WRONG, by=scene.resident, at=LATER)
    assert scene.card(ref).state == State.OPEN and duty(ref) == "running"
    actions.answer(ref, text="已补上防滑垫。", by=scene.manager, at=LATER)
    actions.accept(ref, by=scene.resident, at=LATER)

    card = scene.card(ref, by=scene.manager)
    assert [(r.text, r.objection) for r in card.rounds] == [(SAID, WRONG), ("已补上防滑垫。", "")]
    assert card.state == State.ACCEPTED and card.closed_at == LATER and duty(ref) == "met"
    assert not card.moves


def test_what_was_said_lies_sealed_and_goes_with_the_person(scene: Scene) -> None:
    ref = scene.bad()
    actions.answer(ref, text=SAID, by=scene.manager, at=LATER)
    sealed = Answer.objects.get().text_sealed
    assert sealed is not None and SAID.encode() not in bytes(sealed)
    erase(scene)
    [said] = scene.card(ref, by=scene.manager).rounds
    assert SAID not in said.text and said.text


def test_silence_settles_an_answer_after_the_days_of_the_rulebook(scene: Scene) -> None:
    ref, unanswered = scene.bad(), scene.bad()
    actions.answer(ref, text=SAID, by=scene.manager, at=LATER)
    silence = rulebook.rule("quality.silence", on=AT.date()).span
    assert jobs.settle_silent(LATER + silence) == 0
    assert jobs.settle_silent(LATER + silence + timedelta(minutes=1)) == 1
    assert scene.card(ref).state == State.SETTLED and duty(ref) == "met"
    assert scene.card(unanswered).state == State.OPEN


def test_the_answer_to_an_erased_person_settles_at_once_and_keeps_nothing(scene: Scene) -> None:
    ref = scene.bad()
    erase(scene)
    actions.answer(ref, text=SAID, by=scene.manager, at=LATER)
    assert scene.card(ref, by=scene.manager).state == State.SETTLED and not Answer.objects.exists()


def test_past_its_day_it_is_late_for_the_officer(scene: Scene) -> None:
    ref, day = scene.bad(), AT + timedelta(days=23)
    assert queries.late(by=scene.officer, at=AT) == []
    rulebook_actions.mark_overdue(by=SYSTEM, at=day)
    [card] = queries.late(by=scene.officer, at=day)
    assert (card.ref, card.days_late) == (ref, 2)
    assert queries.late(by=scene.other_officer, at=day) == []
    assert queries.late("340104009000", by=scene.officer, at=day) == []
    actions.answer(ref, text=SAID, by=scene.manager, at=day)
    actions.accept(ref, by=scene.resident, at=day)
    assert duty(ref, day.date()) == "met_late" and queries.late(by=scene.officer, at=day) == []


@pytest.mark.parametrize("text", ["", "   ", "长" * 1001])
def test_an_answer_has_words(scene: Scene, text: str) -> None:
    ref = scene.bad()
    with pytest.raises(RuleBroken) as why:
        actions.answer(ref, text=text, by=scene.manager, at=LATER)
    assert why.value.field == "text" and scene.card(ref).state == State.OPEN


def test_nobody_answers_twice_or_judges_what_is_not_answered(scene: Scene) -> None:
    ref = scene.bad()
    with pytest.raises(Conflict):
        actions.accept(ref, by=scene.resident, at=LATER)
    actions.answer(ref, text=SAID, by=scene.manager, at=LATER)
    with pytest.raises(Conflict):
        actions.answer(ref, text=SAID, by=scene.manager, at=LATER)
    actions.accept(ref, by=scene.resident, at=LATER)
    with pytest.raises(Conflict):
        actions.reject(ref, text=WRONG, by=scene.resident, at=LATER)


def test_only_its_sides_and_the_office_know_of_it(scene: Scene) -> None:
    ref = scene.bad()
    for by in (scene.rival, scene.neighbour, scene.other_officer, ANONYMOUS):
        with pytest.raises(NotFound):
            scene.card(ref, by=by)
        with pytest.raises(NotFound):
            actions.answer(ref, text=SAID, by=by, at=LATER)
    for by in (scene.manager, scene.resident, scene.officer):
        assert scene.card(ref, by=by).ref == ref
    agent = actor(f"region:{HUPO}", JUDGE)
    actions.answer(ref, text=SAID, by=scene.manager, at=LATER)
    actions.accept(ref, by=agent, at=LATER)


ROLES = ("manager", "resident", "officer")
MAY = {("answer", "manager"), ("accept", "resident"), ("reject", "resident")}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("move", ["answer", "accept", "reject"])
@pytest.mark.parametrize("state", list(State))
def test_state_by_role(scene: Scene, state: State, move: str, role: str) -> None:
    ref = scene.bad()
    if state != State.OPEN:
        actions.answer(ref, text=SAID, by=scene.manager, at=AT)
    if state == State.ACCEPTED:
        actions.accept(ref, by=scene.resident, at=AT)
    if state == State.SETTLED:
        jobs.settle_silent(AT + timedelta(days=30))
    if state == State.DROPPED:
        actions.drop_rectification(scene.card(ref).order, by=SYSTEM, at=AT)
    right = state == (State.OPEN if move == "answer" else State.ANSWERED)
    said = {} if move == "accept" else {"text": SAID}
    by = getattr(scene, role)
    offered = move in {m.name for m in scene.card(ref, by=by).moves}

    def act() -> None:
        getattr(actions, move)(ref, **said, by=by, at=LATER)

    if (move, role) not in MAY:
        with pytest.raises(NotAllowed):
            act()
    elif not right:
        with pytest.raises(Conflict):
            act()
    else:
        act()
    assert offered == ((move, role) in MAY and right)


