from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from linli.engines.journal.models import Entry
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.workforce import actions, queries
from linli.registers.workforce.models import Learning
from linli.registers.workforce.states import LEARNING_LABELS, LEARNINGS
from linli.registers.workforce.states import Learning as State
from tests.actors import AT, actor
from tests.registers.workforce.conftest import COURSE, LATER, Scene

DEGREE = {"study": "degree", "subject": "社会工作硕士", "organiser": "安徽大学", "first_on": date(2024, 9, 1),
          "last_on": date(2027, 6, 30), "certificate": "XW-0001", "hours": 0}


def report(scene: Scene, **changes: Any) -> Any:
    return actions.report(**COURSE | changes, by=scene.worker, at=LATER)


def test_hours_wait_are_checked_and_then_count(scene: Scene) -> None:
    scene.registered()
    ref = report(scene)
    (term,) = queries.own_file(by=scene.worker, on=LATER.date()).terms
    assert (term.account.counted, term.account.waiting, term.account.missing) == (0, 2400, 5400)
    actions.confirm(ref, by=scene.office, at=LATER)
    (term,) = queries.own_file(by=scene.worker, on=LATER.date()).terms
    assert (term.account.counted, term.account.waiting, term.account.missing) == (2400, 0, 3000)
    actions.decline(ref, reasons="证书无法核验。", by=scene.office, at=LATER)
    file = queries.own_file(by=scene.worker, on=LATER.date())
    assert file.terms[0].account.counted == 0 and file.learnt[0].reasons == "证书无法核验。"
    assert "老年社会工作" not in str(list(Entry.objects.values_list("payload", flat=True)))


@pytest.mark.parametrize(("changes", "sentence", "field"), [
    ({"study": "sleep"}, "what kind", "study"), ({"subject": " "}, "needed", "subject"),
    ({"organiser": ""}, "needed", "organiser"), ({"certificate": ""}, "number of the certificate", "certificate"),
    ({"hours": 41}, "at most 40", "hours"), ({"last_on": date(2029, 10, 2)}, "still to come", "last_on"),
    ({"subject": "长" * 101}, "101 characters", "subject"),
])
def test_what_cannot_be_reported(scene: Scene, changes: dict[str, Any], sentence: str, field: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        report(scene, **changes)
    assert why.value.field == field and not Learning.objects.exists()


def test_the_same_certificate_counts_once_however_it_is_typed(scene: Scene) -> None:
    first = report(scene)
    with pytest.raises(RuleBroken, match="reported already") as why:
        report(scene, certificate=" px 0001", first_on=date(2027, 5, 3), last_on=date(2027, 5, 7))
    assert why.value.rule == "workforce.once"
    actions.report(**COURSE, by=scene.other, at=LATER)  # another person's certificate of the same course
    actions.take_back(first, by=scene.worker, at=LATER)
    report(scene)


def test_the_same_days_reported_by_another_name_count_once(scene: Scene) -> None:
    scene.learnt(32, first_on=date(2027, 3, 1), at=LATER, number="PX-0001")
    with pytest.raises(RuleBroken, match="same hours count once"):
        report(scene, subject="老年社工培训", certificate="PX-0009", hours=30)
    report(scene, subject="督导", study="supervision", certificate="", hours=8, last_on=date(2027, 3, 5))


def test_a_degree_counts_ninety_hours_and_once(scene: Scene) -> None:
    scene.registered()
    ref = report(scene, **DEGREE)
    actions.confirm(ref, by=scene.office, at=LATER)
    (term,) = queries.own_file(by=scene.worker, on=LATER.date()).terms
    assert term.account.counted == 90 * 60 and term.account.done
    with pytest.raises(RuleBroken, match="A degree counts once") as why:
        report(scene, **DEGREE | {"certificate": "XW-0002", "last_on": date(2028, 6, 30)})
    assert why.value.rule == "workforce.degree"


def test_the_database_too_keeps_a_degree_and_a_certificate_single(scene: Scene) -> None:
    report(scene, **DEGREE)
    row = Learning.objects.get()
    for changes in ({"certificate_key": "other"}, {"study": "course"}):
        again = Learning(**{field.attname: getattr(row, field.attname) for field in Learning._meta.concrete_fields
                            if field.name not in ("id", "ref")} | changes)
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save()


def test_nobody_checks_their_own_hours(scene: Scene) -> None:
    ref = report(scene)
    both = actor("region:340100000000", "workforce.see", "workforce.register", person=scene.person)
    with pytest.raises(RuleBroken, match="their own hours"):
        actions.confirm(ref, by=both, at=LATER)


MOVES: dict[str, Callable[[Any, Any], object]] = {
    "take_back": lambda ref, by: actions.take_back(ref, by=by, at=LATER),
    "confirm": lambda ref, by: actions.confirm(ref, by=by, at=LATER),
    "decline": lambda ref, by: actions.decline(ref, reasons="x", by=by, at=LATER),
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("role", ["worker", "other", "office", "elsewhere", "reader"])
@pytest.mark.parametrize("move", list(MOVES))
def test_every_move_from_every_state_by_every_role(scene: Scene, move: str, state: State, role: str) -> None:
    ref = report(scene)
    Learning.objects.update(state=state)
    refusal: type[Exception] | None = None
    if role in ("other", "elsewhere"):
        refusal = NotFound
    elif role != ("worker" if move == "take_back" else "office"):
        refusal = NotAllowed
    elif state not in LEARNINGS.moves[move].sources:
        refusal = Conflict
    if refusal:
        with pytest.raises(refusal):
            MOVES[move](ref, getattr(scene, role))
    else:
        MOVES[move](ref, getattr(scene, role))
        assert Learning.objects.get().state == LEARNINGS.moves[move].target


def test_every_state_has_a_label_and_only_oneself_reports() -> None:
    assert set(LEARNING_LABELS) == set(State) and set(MOVES) | {"report"} == set(LEARNINGS.moves)


def test_an_office_reports_nothing_for_others(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        actions.report(**COURSE, by=scene.office, at=AT.replace(year=2028))


def test_what_waits_to_be_checked_by_region(scene: Scene) -> None:
    report(scene)
    cards, total = queries.to_check(by=scene.office)
    assert total == 1 and cards[0][0].subject.startswith("老年社会工作") and cards[0][1] != "王敏"
    assert queries.to_check(by=scene.elsewhere)[1] == 0
