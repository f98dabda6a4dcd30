"""A desk accepts or asks once, takes its steps, and the clock runs, stands and speaks for those who are silent."""
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum

from linli.engines.journal import queries as journal
from linli.engines.journal.models import Entry
from linli.engines.journal.registry import TELLINGS
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.work.hall import actions, queries
from linli.work.hall.models import Application, DeskLoad, Stage
from linli.work.hall.states import State
from tests.actors import AT
from tests.registers.visiting import text, visit

from .conftest import HUPO, LUYANG, Scene, day


def owed(ref: UUID, rule: str = "gov.decide") -> rulebook.DutyCard:
    (duty,) = [one for one in rulebook.duties(on=AT.date(), about=[ref]) if one.rule_id == rule]
    return duty


def test_acceptance_starts_the_clock_of_the_decision(scene: Scene) -> None:
    ref = scene.accepted()
    duty = owed(ref)
    assert (duty.owner, duty.since, duty.due_on) == ("region:340100000000", date(2026, 11, 16), date(2026, 12, 14))
    one = scene.file(ref)
    assert (one.card.state, one.card.desk, one.card.waits_on) == (
        State.ACCEPTED, "340104000000", date(2026, 12, 14))
    assert owed(ref, "gov.tell_gaps_once").state == "met"
    with pytest.raises(Conflict):
        actions.accept(ref, by=scene.clerk, at=AT)


def test_everything_missing_is_asked_for_once(scene: Scene) -> None:
    ref = scene.submitted()
    actions.ask_completion(ref, text="请补充参与人员名单和照片。", by=scene.clerk, at=AT)
    one = scene.file(ref)
    assert (one.card.state, one.asked, one.card.waits_on) == (State.INCOMPLETE, "请补充参与人员名单和照片。", None)
    version = actions.save(ref, version=one.version, answers={"deed": "替张奶奶买菜，陪她看病"}, by=scene.applicant,
                           at=day(1))
    actions.complete(ref, version=version, by=scene.applicant, at=day(2))
    actions.complete(ref, version=version, by=scene.applicant, at=day(2))  # twice is once
    assert scene.file(ref).card.waits_on == date(2026, 11, 25)
    with pytest.raises(RuleBroken, match="once only"):
        actions.ask_completion(ref, text="还有一件事。", by=scene.clerk, at=day(2))
    actions.accept(ref, by=scene.clerk, at=day(2))


def test_silence_accepts_on_the_day_that_it_arrived(scene: Scene) -> None:
    ref = scene.submitted()
    assert actions.accept_silent(by=SYSTEM, at=day(7)) == 0  # 23 November, the last day
    assert actions.accept_silent(by=SYSTEM, at=day(8)) == 1
    one = scene.file(ref)
    assert (one.card.state, one.silent) == (State.ACCEPTED, True)
    assert owed(ref).since == date(2026, 11, 16) and owed(ref).due_on == date(2026, 12, 14)
    assert owed(ref, "gov.tell_gaps_once").state == "met_late"


@pytest.mark.parametrize(("handed_in", "answer_by", "decided_by"), [
    # 春节 2026: 15 to 23 February off, 14 and 28 February worked
    (datetime(2026, 2, 13, 2, tzinfo=UTC), date(2026, 2, 27), date(2026, 3, 19)),
    # 中秋 and 国庆 2026: 25 to 27 September and 1 to 7 October off, 10 October worked
    (datetime(2026, 9, 25, 2, tzinfo=UTC), date(2026, 10, 9), date(2026, 10, 29)),
])
def test_holidays_and_days_worked_instead_are_counted(
    scene: Scene, handed_in: datetime, answer_by: date, decided_by: date,
) -> None:
    ref = scene.ready()
    actions.submit(ref, version=2, by=scene.applicant, at=handed_in)
    assert scene.file(ref, at=handed_in).card.waits_on == answer_by
    actions.accept(ref, by=scene.clerk, at=handed_in)
    assert scene.file(ref, at=handed_in).card.waits_on == decided_by


def test_a_site_visit_lets_the_clock_stand(scene: Scene) -> None:
    ref = scene.accepted()
    with pytest.raises(RuleBroken, match="Begin this step first"):
        actions.finish_step(ref, step="visit", favourable=True, finding="去过了。", by=scene.clerk, at=day(1))
    actions.begin_step(ref, step="visit", by=scene.clerk, at=day(1))
    assert scene.file(ref).stands and owed(ref).state == "stopped"
    (told,) = Entry.objects.filter(fact="hall.StepBegun")
    telling = TELLINGS[told.fact]  # 行政许可法 Art. 45: the applicant is told
    assert telling.notice and list(telling.to(told.payload)) == [f"person:{scene.person}"]
    with pytest.raises(Conflict):
        actions.begin_step(ref, step="visit", by=scene.clerk, at=day(1))
    actions.finish_step(ref, step="visit", favourable=True, finding="房子很干净。", by=scene.clerk, at=day(8))
    assert owed(ref).state == "running" and owed(ref).due_on == date(2026, 12, 21)  # five working days later
    assert scene.file(ref).card.waits_on == date(2026, 12, 21)
    seen = {stage.step.key: stage.finding for stage in scene.file(ref, by=scene.clerk).stages}
    assert seen["visit"] == "房子很干净。"
    assert not any(stage.finding for stage in scene.file(ref).stages)  # not for the applicant


def test_steps_are_taken_in_their_order_and_at_their_desks(scene: Scene) -> None:
    ref = scene.accepted()
    with pytest.raises(RuleBroken, match="Before the decision comes: Review"):
        actions.grant(ref, by=scene.head, at=AT)
    for step in ("acceptance", "decision", "moon"):
        with pytest.raises(RuleBroken):
            actions.finish_step(ref, step=step, favourable=True, finding="好。", by=scene.clerk, at=AT)
    actions.finish_step(ref, step="review", favourable=True, finding="好。", by=scene.clerk, at=AT)
    assert scene.file(ref).card.desk == "340100000000"  # the decision is the city's
    with pytest.raises(NotAllowed):
        actions.grant(ref, by=scene.clerk, at=AT)


def test_not_accepting_says_why_and_who_is_in_charge(scene: Scene) -> None:
    ref = scene.submitted()
    with pytest.raises(RuleBroken, match="Nothing was asked"):
        actions.propose_return(ref, why="not_completed", text="没有补正。", by=scene.clerk, at=AT)
    with pytest.raises(RuleBroken):
        actions.propose_return(ref, why="mood", text="不想办。", by=scene.clerk, at=AT)
    actions.propose_return(ref, why="not_competent", text="由省里办理。", by=scene.clerk, at=AT)
    mine = scene.file(ref)
    assert (mine.card.state, mine.reasons, mine.readings) == (State.DOUBTED, "", ()) and mine.card.waits_on
    with pytest.raises(RuleBroken, match="Somebody else"):
        actions.confirm_return(ref, by=scene.clerk, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():  # nor past the action
        Stage.objects.filter(reading=True).update(finished_at=AT, finished_by=scene.clerk.ref)
    with pytest.raises(RuleBroken, match="in a sentence"):
        actions.object_return(ref, text=" ", by=scene.head, at=AT)
    actions.object_return(ref, text="省里不办这件事。", by=scene.head, at=AT)
    assert scene.file(ref).card.state is State.SUBMITTED
    assert [(r.reasons, r.agreed, r.remark) for r in scene.file(ref, by=scene.clerk).readings] == [
        ("由省里办理。", False, "省里不办这件事。")]
    actions.propose_return(ref, why="not_competent", text="由市文明办办理。", by=scene.clerk, at=AT)
    actions.confirm_return(ref, by=scene.head, at=AT)
    one = scene.file(ref)
    assert (one.card.state, one.ground, one.reasons) == (State.RETURNED, "not_competent", "由市文明办办理。")
    assert not rulebook.duties(on=AT.date(), about=[ref], state=rulebook.OWED)
    told = text(visit(f"/hall/applications/{ref}/", by=scene.applicant))
    assert "Another body decides this" in told and "review the decision" in told


def test_silence_accepts_while_nobody_reads_a_second_time(scene: Scene) -> None:
    ref = scene.submitted()
    actions.propose_return(ref, why="not_needed", text="不用办。", by=scene.clerk, at=AT)
    assert actions.accept_silent(by=SYSTEM, at=day(8)) == 1
    one = scene.file(ref, by=scene.head)
    assert (one.card.state, one.silent, one.readings[0].agreed) == (State.ACCEPTED, True, False)
    with pytest.raises(Conflict):
        actions.confirm_return(ref, by=scene.head, at=day(8))


def test_who_answers_too_late_finds_it_accepted_whether_or_not_the_clock_came_by(scene: Scene) -> None:
    first, doubted = scene.submitted(), scene.submitted()
    actions.propose_return(doubted, why="not_needed", text="不用办。", by=scene.clerk, at=day(7))
    acts: tuple[Callable[[], None], ...] = (
        lambda: actions.ask_completion(first, text="请补充照片。", by=scene.clerk, at=day(8)),
        lambda: actions.propose_return(first, why="not_needed", text="不用办。", by=scene.clerk, at=day(8)),
        lambda: actions.transfer(first, region=LUYANG, by=scene.clerk, at=day(8)),
        lambda: actions.confirm_return(doubted, by=scene.head, at=day(8)),
    )
    for act in acts:
        with pytest.raises(Conflict, match="counts as accepted"):
            act()
    assert (scene.file(first).card.state, scene.file(doubted).card.state) == (State.SUBMITTED, State.DOUBTED)
    actions.accept(first, by=scene.clerk, at=day(8))
    assert scene.file(first).silent and scene.file(first).card.waits_on == date(2026, 12, 14)  # since it arrived
    in_time = scene.submitted()
    actions.accept(in_time, by=scene.clerk, at=day(7))
    assert not scene.file(in_time).silent and scene.file(in_time).card.waits_on == date(2026, 12, 21)


def test_passing_on_changes_the_desk_and_starts_its_five_days(scene: Scene) -> None:
    ref = scene.submitted()
    for region in (HUPO, "990000000000"):
        with pytest.raises(RuleBroken):
            actions.transfer(ref, region=region, by=scene.clerk, at=day(1))
    actions.transfer(ref, region=LUYANG, by=scene.clerk, at=day(1))
    assert scene.file(ref).card.desk == LUYANG and scene.file(ref).card.waits_on == date(2026, 11, 24)
    with pytest.raises(NotFound):
        actions.accept(ref, by=scene.clerk, at=day(1))
    actions.accept(ref, by=scene.other_clerk, at=day(1))


def test_the_queue_shows_the_most_urgent_first_with_the_load_of_each_officer(scene: Scene) -> None:
    late, soon = scene.submitted(at=day(-7)), scene.submitted()
    actions.take(soon, by=scene.clerk, at=AT)
    found = queries.queue(by=scene.clerk, at=AT)
    assert [card.ref for card in found.cards] == [late, soon] and not found.next
    assert not queries.queue(by=scene.other_clerk, at=AT).cards
    loads = {one.officer: (one.count, one.late) for one in queries.loads(by=scene.clerk, at=day(2))}
    assert loads == {None: (1, 1), scene.clerk.ref: (1, 0)}
    only = {"officer": scene.clerk.ref}, {"untaken": True}, {"late": True}, {"number": found.cards[1].number}
    assert [[c.ref for c in queries.queue(by=scene.clerk, at=day(2), **one).cards] for one in only] == [
        [soon], [late], [late], [soon]]
    (step,), count = queries.late_steps(at=day(2), region="340100000000")
    assert (step.desk, step.days_late, count) == ("340104000000", 2, 1)
    assert not queries.late_steps(at=day(2), region="340200000000")[0]


def test_the_queue_is_read_page_by_page_while_it_moves(scene: Scene) -> None:
    refs = [scene.submitted(at=day(-7)), *(scene.submitted() for _ in range(4))]
    first = queries.queue(by=scene.clerk, at=AT, most=2)
    assert [card.ref for card in first.cards] == refs[:2]
    actions.accept(refs[1], by=scene.clerk, at=AT)  # it is due later now: nothing is left out for that
    second = queries.queue(by=scene.clerk, at=AT, most=2, after=first.next)
    assert [card.ref for card in second.cards] == refs[2:4]
    assert [card.ref for card in queries.queue(by=scene.clerk, at=AT, after=second.next).cards] == [refs[4], refs[1]]
    assert len(queries.queue(by=scene.clerk, at=AT, after="yesterday~x").cards) == 5


def test_what_is_counted_at_each_move_is_what_lies_there(scene: Scene) -> None:
    refs = [scene.submitted(at=day(-7)), scene.submitted(), scene.submitted(), scene.submitted()]
    actions.take(refs[0], by=scene.clerk, at=AT)
    actions.take(refs[0], by=scene.head, at=AT)
    actions.accept(refs[1], by=scene.clerk, at=AT)
    actions.transfer(refs[2], region=LUYANG, by=scene.clerk, at=AT)
    actions.withdraw(refs[3], by=scene.applicant, at=AT)
    scene.refused()

    def counted() -> list[tuple[Any, ...]]:
        return sorted(DeskLoad.objects.order_by().values_list("desk_code", "officer", "waits_on").annotate(
            Sum("count")).exclude(count__sum=0), key=str)

    lying = Application.objects.exclude(waits_on=None).order_by()
    assert counted() == sorted(lying.values_list("desk_code", "officer", "waits_on").annotate(Count("pk")), key=str)
    before = counted()
    assert actions.fold_loads(by=SYSTEM, at=AT) > 0 and counted() == before
    assert DeskLoad.objects.count() == len(before) and actions.fold_loads(by=SYSTEM, at=AT) == 0


def test_several_are_taken_and_accepted_at_once_and_one_that_is_refused_holds_up_none(scene: Scene) -> None:
    one, two = scene.submitted(), scene.submitted()
    actions.ask_completion(two, text="请补充照片。", by=scene.clerk, at=AT)
    results = dict(actions.accept_many([one, two], by=scene.clerk, at=AT))
    assert results[one] is None and isinstance(results[two], Conflict)
    assert scene.file(one).card.state is State.ACCEPTED
    third = scene.reviewed()
    assert isinstance(dict(actions.grant_many([third], by=scene.head, at=AT))[third], RuleBroken)


def test_nobody_works_on_their_own_application(scene: Scene) -> None:
    from dataclasses import replace

    ref = scene.submitted()
    both = replace(scene.clerk, person=scene.person, grants=(*scene.clerk.grants, *scene.applicant.grants))
    with pytest.raises(NotAllowed):
        actions.accept(ref, by=both, at=AT)
    assert "hall.ApplicationAccepted" not in [entry.fact for entry in journal.history([ref])]
