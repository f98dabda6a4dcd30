"""An applicant begins, saves from two tabs, hands in, completes, withdraws."""
from datetime import date
from io import BytesIO

import pytest

from linli.engines.archive import queries as archive
from linli.engines.journal import queries as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken, Several
from linli.kernel.text import Both
from linli.work.hall import actions, queries
from linli.work.hall.models import Application
from linli.work.hall.registry import Unmet, declare
from linli.work.hall.states import State
from tests.actors import AT

from .conftest import ANSWERS, Scene, day, picture
from .matters import prize


def test_a_draft_is_sealed_and_handed_in_with_a_number_and_a_day_for_the_answer(scene: Scene) -> None:
    ref = scene.submitted()
    row = Application.objects.get(ref=ref)
    assert "张奶奶" not in str(bytes(row.content_sealed or b""), "latin1") and row.number == f"20261116{row.pk:06}"
    one = scene.file(ref)
    assert (one.card.state, one.card.waits_on) == (State.SUBMITTED, date(2026, 11, 23))  # 5 working days
    assert one.content.answers["deed"] == ANSWERS["deed"] and one.content.held["address"]
    (duty,) = rulebook.duties(on=AT.date(), about=[ref])
    assert (duty.rule_id, duty.owner, duty.owed_to) == (
        "gov.tell_gaps_once", "region:340104000000", f"person:{scene.person}")
    facts = [entry.fact for entry in journal.history([ref])]
    assert facts == ["hall.ApplicationDrafted", "hall.PromiseSigned", "hall.ApplicationSubmitted"]
    assert "张" not in str([entry.payload for entry in journal.history([ref])])
    assert queries.applying([scene.person]) == {scene.person}
    actions.withdraw(ref, by=scene.applicant, at=AT)
    assert queries.applying([scene.person]) == set()


def test_handing_in_twice_is_handing_in_once(scene: Scene) -> None:
    ref = scene.submitted()
    actions.submit(ref, version=2, by=scene.applicant, at=day(1))
    assert scene.file(ref).card.submitted_at == AT
    assert len(journal.history([ref], facts=["hall.ApplicationSubmitted"])) == 1
    with pytest.raises(Conflict):
        actions.submit(ref, version=3, by=scene.applicant, at=AT)


def test_everything_that_is_missing_is_said_at_once_and_nothing_is_handed_in(scene: Scene) -> None:
    ref = scene.draft(amount="三万", people=[])
    with pytest.raises(Several) as why:
        actions.submit(ref, version=1, by=scene.applicant, at=AT)
    assert [one.field for one in why.value.whys] == ["amount", "people", "photo"]
    assert scene.file(ref).card.state is State.DRAFT


def test_what_is_against_a_rule_of_the_matter_is_said_when_nothing_is_missing(scene: Scene) -> None:
    ref = scene.ready(people=[{"name": "王芳"}, {"name": "王芳"}])
    with pytest.raises(Several) as why:
        actions.submit(ref, version=2, by=scene.applicant, at=AT)
    assert [str(one) for one in why.value.whys] == ["王芳 stands there twice."]


def test_what_does_not_bar_is_for_the_desk(scene: Scene) -> None:
    ref = scene.submitted(people=[{"name": "熟人"}])
    (note,) = scene.file(ref, by=scene.clerk).content.notes
    assert (note.en, note.zh) == ("熟人 is known to the desk.", "熟人是窗口的熟人。")


def test_a_form_saved_in_two_tabs_is_a_conflict_that_loses_nothing(scene: Scene) -> None:
    ref = scene.draft()
    assert actions.save(ref, version=1, answers={"deed": "第一个窗口"}, by=scene.applicant, at=AT) == 2
    with pytest.raises(Conflict, match="another tab"):
        actions.save(ref, version=1, answers={"deed": "第二个窗口"}, by=scene.applicant, at=AT)
    assert scene.file(ref).content.answers["deed"] == "第一个窗口"
    assert actions.save(ref, version=1, answers={"deed": "第一个窗口"}, by=scene.applicant, at=AT) == 2  # again
    assert actions.save(ref, version=2, answers={"deed": ""}, by=scene.applicant, at=AT) == 3
    assert "deed" not in scene.file(ref).content.answers and scene.file(ref).content.answers["amount"] == 30_000


def test_a_draft_keeps_what_is_wrong(scene: Scene) -> None:
    ref = scene.draft(on="昨天")
    assert scene.file(ref).content.answers["on"] == "昨天"


def test_what_the_registers_hold_is_taken_as_it_is_when_handed_in(scene: Scene) -> None:
    ref = scene.ready()
    scene.office.held = {"address": "新址"}
    actions.submit(ref, version=2, by=scene.applicant, at=AT)
    assert scene.file(ref).content.held == {"address": "新址"}


def test_a_draft_is_nobodys_but_the_applicants(scene: Scene) -> None:
    ref = scene.draft()
    for stranger in (scene.neighbour, scene.clerk, scene.head, scene.auditor):
        with pytest.raises(NotFound):
            scene.file(ref, by=stranger)
        with pytest.raises(NotFound):
            actions.save(ref, version=1, answers={}, by=stranger, at=AT)
    assert [card.ref for card in queries.mine(by=scene.applicant, at=AT)] == [ref]
    assert not queries.mine(by=scene.neighbour, at=AT)


def test_who_may_not_apply_for_somebody_does_not(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        actions.draft("test.prize", person=scene.person, by=scene.neighbour, at=AT)
    with pytest.raises(NotFound):
        actions.draft("test.none", by=scene.applicant, at=AT)
    with pytest.raises(RuleBroken):
        actions.draft("test.prize", region="990000000000", by=scene.applicant, at=AT)
    with pytest.raises(NotAllowed):
        actions.draft("test.prize", by=scene.clerk, at=AT)


def test_what_the_registers_hold_can_stand_against_beginning_at_all(scene: Scene) -> None:
    declare(prize(scene.office, key="test.old", questions=(), eligibility=lambda held: [
        Unmet(Both("Closed already.", "已注销。"), rule="test.closed")] if held["address"] != "新址" else []))
    with pytest.raises(Several, match="Closed already"):
        actions.draft("test.old", by=scene.applicant, at=AT)
    scene.office.held = {"address": "新址"}
    assert actions.draft("test.old", by=scene.applicant, at=AT)


def test_a_paper_is_handed_in_looked_at_and_taken_out(scene: Scene) -> None:
    ref = scene.draft()
    file = actions.attach(ref, material="photo", name="合影.exe", stream=picture(), by=scene.applicant, at=AT)
    (paper,) = scene.file(ref).content.papers
    assert (paper.material, paper.kind, paper.file) == ("photo", "png", str(file)) and paper.name.endswith(".png")
    assert b"".join(archive.read(file)).startswith(b"\x89PNG")
    actions.submit(ref, version=1, by=scene.applicant, at=AT)
    actions.compare(ref, file=file, by=scene.clerk, at=AT)
    assert scene.file(ref, by=scene.clerk).content.papers[0].trust == "B"
    with pytest.raises(Conflict):
        actions.detach(ref, file=file, by=scene.applicant, at=AT)


def test_a_paper_that_is_no_paper_is_refused_and_nothing_is_kept(scene: Scene) -> None:
    ref = scene.draft()
    with pytest.raises(RuleBroken):
        actions.attach(ref, material="photo", name="a.png", stream=BytesIO(b"MZ" + b"\0" * 200), by=scene.applicant,
                       at=AT)
    for material in ("licence", "other"):  # fetched by ourselves; unknown
        with pytest.raises(RuleBroken, match="no such paper"):
            actions.attach(ref, material=material, name="a.png", stream=picture(), by=scene.applicant, at=AT)
    with pytest.raises(NotFound):
        actions.attach(ref, material="photo", name="a.png", stream=picture(), by=scene.neighbour, at=AT)
    assert not archive.kept_of(f"person:{scene.person}")


def test_a_draft_that_is_withdrawn_is_deleted_with_its_papers(scene: Scene) -> None:
    ref = scene.draft()
    file = actions.attach(ref, material="photo", name="a.png", stream=picture(), by=scene.applicant, at=AT)
    actions.withdraw(ref, by=scene.applicant, at=AT)
    assert Application.objects.get(ref=ref).content_sealed is None and not queries.mine(by=scene.applicant, at=AT)
    with pytest.raises(NotFound):
        archive.kept(file)


def test_who_withdraws_is_owed_nothing_more(scene: Scene) -> None:
    ref = scene.accepted()
    actions.withdraw(ref, by=scene.applicant, at=day(1))
    assert not rulebook.duties(on=AT.date(), about=[ref], state=rulebook.OWED)
    assert scene.file(ref).card.state is State.WITHDRAWN and scene.file(ref).card.waits_on is None
    with pytest.raises(Conflict):
        actions.withdraw(ref, by=scene.applicant, at=day(1))
    decided = scene.granted()
    with pytest.raises(Conflict):
        actions.withdraw(decided, by=scene.applicant, at=day(1))


def test_an_application_stands_in_the_copy_that_a_person_takes(scene: Scene) -> None:
    ref = scene.submitted()
    assert queries.held_of(scene.person)[0]["application number"] == scene.file(ref).card.number
