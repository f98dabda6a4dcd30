"""Refusals that no other story tells, each through what a person does; and what a locality changes, from its file."""
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.kernel.text import Both
from linli.registers.people import actions as people
from linli.work.hall import actions, queries, rules
from linli.work.hall.registry import MATTERS, Audience, Field, Kind, Right, Shape, Step, declare
from tests.actors import AT, resident
from tests.engines.archive import samples
from tests.limits import limit
from tests.registers.visiting import text, visit

from .conftest import Scene, day, picture
from .matters import prize
from .test_joint import BODIES, JOINT, STREET, asked
from .test_rules import LOCAL


def test_ten_files_of_one_paper_and_no_more(scene: Scene) -> None:
    from io import BytesIO

    ref = scene.draft()
    for width in range(1, 11):
        actions.attach(ref, material="photo", name="a.png", stream=BytesIO(samples.png(width)), by=scene.applicant,
                       at=AT)
    with pytest.raises(RuleBroken, match="There are 10 files of this paper already"):
        actions.attach(ref, material="photo", name="a.png", stream=picture(), by=scene.applicant, at=AT)


def test_of_who_was_erased_nothing_more_is_kept_or_decided(scene: Scene) -> None:
    ref, draft = scene.reviewed(), scene.draft()
    people.erase(scene.person, by=resident(scene.person, "people.see", "people.manage"), at=AT)
    with pytest.raises(Conflict, match="nothing left to decide on"):
        actions.grant(ref, by=scene.head, at=AT)
    with pytest.raises(Conflict):
        actions.attach(draft, material="photo", name="a.png", stream=picture(), by=scene.applicant, at=AT)
    assert not scene.office.filed


def test_steps_wait_for_each_other(scene: Scene) -> None:
    steps = prize(scene.office).steps
    more = (steps[0], steps[1], Step("second", Both("Second review", "复核"), Kind.REVIEW), steps[2],
            Step("expert", Both("Expert", "专家"), Kind.EXPERT, optional=True), *steps[3:])
    declare(prize(scene.office, key="test.long", steps=more))
    ref = actions.draft("test.long", answers={"deed": "替张奶奶买菜", "on": "2026-11-02", "amount": 1, "people": [
        {"name": "王芳"}]}, by=scene.applicant, at=AT)
    actions.submit(ref, version=actions.save(ref, version=1, answers={}, promises=["photo"], by=scene.applicant, at=AT),
                   by=scene.applicant, at=AT)
    actions.accept(ref, by=scene.clerk, at=AT)
    said: dict[str, Any] = {"favourable": True, "finding": "好。", "by": scene.clerk, "at": AT}
    with pytest.raises(RuleBroken, match="First comes: Review"):
        actions.finish_step(ref, step="second", **said)
    actions.begin_step(ref, step="visit", by=scene.clerk, at=AT)
    with pytest.raises(Conflict, match="stands already for another step"):
        actions.begin_step(ref, step="expert", by=scene.clerk, at=AT)
    actions.finish_step(ref, step="review", **said)
    with pytest.raises(Conflict, match="finished already"):
        actions.finish_step(ref, step="review", **said)
    actions.finish_step(ref, step="second", **said)
    with pytest.raises(RuleBroken, match="begun and is not finished"):
        actions.grant(ref, by=scene.head, at=AT)


def test_an_organisation_is_named_where_one_applies(scene: Scene) -> None:
    declare(prize(scene.office, key="test.body", audience=Audience.ORGANISATION))
    with pytest.raises(RuleBroken, match="Choose the organisation") as why:
        actions.draft("test.body", by=scene.applicant, at=AT)
    assert why.value.field == "organisation"
    program = Actor(new_ref(), None, scene.applicant.grants)
    with pytest.raises(NotAllowed, match="signed in as a person"):
        actions.draft("test.body", organisation=new_ref(), by=program, at=AT)


def test_words_are_short_enough_to_be_read(scene: Scene) -> None:
    ref = scene.submitted()
    with pytest.raises(RuleBroken, match="2001 characters long; at most 2000"):
        actions.ask_completion(ref, text="补" * 2001, by=scene.clerk, at=AT)


def test_pages_that_are_not_there_and_not_for_one(scene: Scene) -> None:
    ref, own = scene.draft(), scene.applicant
    assert visit(f"/hall/applications/{ref}/form/moon/", by=own).status_code == 404
    assert visit("/api/v1/applications", by=ANONYMOUS).status_code in (401, 403)
    done = scene.submitted()
    assert visit(f"/hall/applications/{done}/compare/", {"file": "x"}, by=scene.clerk, method="POST").status_code == 404
    answer = visit("/officer/hall/batch/", {"move": "moon", "ref": [str(done)]}, by=scene.clerk, method="POST")
    assert answer.status_code == 404


def test_a_locality_changes_a_matter_from_its_file_for_its_people_and_its_time(
    scene: Scene, tmp_path: Path, settings: Any,
) -> None:
    settings.DATA = tmp_path
    (tmp_path / "hall").mkdir()
    (tmp_path / "hall" / "hefei.toml").write_text(LOCAL)
    queries.overrides.cache_clear()
    try:
        guide = text(visit("/hall/matters/test.prize/", {"region": "340104003000"}, language="zh"))
        assert "推荐信" in guide and "合肥市邻里互助奖细则" in guide and limit("gov.decide_jointly", zh=True) in guide
        assert "推荐信" not in text(visit("/hall/matters/test.prize/", {"region": "340200000000"}, language="zh"))
        ref = scene.draft()
        form = text(visit(f"/hall/applications/{ref}/form/", by=scene.applicant, language="zh"))
        assert "推荐信" in form and "照片" not in form
        actions.attach(ref, material="letter", name="a.png", stream=picture(), by=scene.applicant, at=AT)
        actions.submit(ref, version=1, by=scene.applicant, at=AT)
        actions.accept(ref, by=scene.clerk, at=AT)
        actions.finish_step(ref, step="review", favourable=True, finding="好。", by=scene.clerk, at=AT)
        one = scene.file(ref, by=scene.clerk)
        assert one.card.desk == "340104000000" and one.card.waits_on is not None  # the district decides here
        assert (one.card.waits_on - AT.date()).days > 60
        actions.grant(ref, by=scene.clerk, at=day(1))
        assert actions.deliver_next(by=SYSTEM, at=day(1)) == 1
    finally:
        queries.overrides.cache_clear()


def test_a_body_that_its_matter_no_longer_names_is_not_answered_for(scene: Scene) -> None:
    ref = asked(scene)
    bare = replace(JOINT, bodies=BODIES[1:])
    one = MATTERS["test.joint"]
    MATTERS["test.joint"] = replace(one, steps=tuple(bare if step.kind is Kind.JOINT else step for step in one.steps))
    with pytest.raises(Conflict, match="no longer asked in this matter"):
        actions.give_opinion(ref, body="street", favourable=True, text="属实。", by=STREET, at=AT)


@pytest.mark.parametrize("said", ["12", "0", "-3"])
def test_a_number_stays_within_its_bounds(said: str) -> None:
    one = Field("months", Both("Months", "月数"), Shape.NUMBER, least=1, most=11)
    (gap,) = rules.wrong([one], {"months": said})
    assert "a number from 1 to 11" in str(gap.why)


def test_no_refusal_before_the_right_to_be_heard_was_told_of() -> None:
    with pytest.raises(RuleBroken, match="Before this is refused") as why:
        rules.hearing.decision_waits(None, Right.REFUSAL, adverse=True, in_time=True)
    assert why.value.rule == "gov.ask_for_hearing"
