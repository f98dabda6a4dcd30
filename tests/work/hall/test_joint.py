"""Several bodies answer within one application: each its own desk, limit and opinion; the decision waits for all."""
import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.kernel.text import Both
from linli.work.hall import actions, queries
from linli.work.hall.registry import Body, Kind, Level, Step, declare
from linli.work.hall.states import OpinionState
from tests.actors import AT, CITY
from tests.limits import limit
from tests.registers.visiting import text, visit

from .conftest import ANSWERS, HUPO, SHUSHAN, Scene, day, desk
from .matters import Office, prize
from .test_archive import read

STREET, TOWN = desk(HUPO), desk(CITY)
BODIES = (Body("street", Both("Street office", "街道办事处"), Level.TOWNSHIP),
          Body("city", Both("City bureau", "市局"), Level.CITY, silence_assents=True))
JOINT = Step("opinions", Both("Opinions", "征求意见"), Kind.JOINT, bodies=BODIES)


def joint(office: Office, **changes: Any) -> Any:
    steps = prize(office).steps
    return prize(office, **{"key": "test.joint", "materials": (), "steps": (*steps[:2], JOINT, *steps[2:]), **changes})


def asked(scene: Scene, *, key: str = "test.joint") -> UUID:
    declare(joint(scene.office, key=key))
    ref = actions.draft(key, answers=ANSWERS, by=scene.applicant, at=AT)
    actions.submit(ref, version=1, by=scene.applicant, at=AT)
    actions.accept(ref, by=scene.clerk, at=AT)
    actions.finish_step(ref, step="review", favourable=True, finding="好。", by=scene.clerk, at=AT)
    actions.begin_step(ref, step="opinions", by=scene.clerk, at=AT)
    return ref


def still_out(scene: Scene, ref: UUID) -> list[str]:
    return [one.body for one in scene.file(ref, by=scene.clerk).opinions if one.state is OpinionState.ASKED]


def owed() -> set[tuple[str, date]]:
    return {(one.owner, one.due_on) for one in rulebook.duties(on=AT.date(), rule_id="hall.opinion",
                                                               state=rulebook.OWED)}


def test_each_answers_at_its_desk_in_its_time_and_the_decision_waits(scene: Scene) -> None:
    ref = asked(scene)
    due = date(2026, 11, 30)  # ten working days
    assert owed() == {(f"region:{HUPO}", due), (f"region:{CITY}", due)} and still_out(scene, ref) == ["street", "city"]
    assert [one.ref for one in queries.asked_of(by=STREET, at=AT)] == [ref]
    with pytest.raises(RuleBroken, match="finished by the bodies"):
        actions.finish_step(ref, step="opinions", favourable=True, finding="好。", by=scene.clerk, at=AT)
    actions.give_opinion(ref, body="street", favourable=True, text="情况属实。", by=STREET, at=day(1))
    assert still_out(scene, ref) == ["city"] and not queries.asked_of(by=STREET, at=day(1))
    with pytest.raises((RuleBroken, NotAllowed)):
        actions.grant(ref, by=scene.head, at=day(1))
    actions.give_opinion(ref, body="city", favourable=False, text="预算不足。", by=TOWN, at=day(2))
    one = scene.file(ref, by=scene.head)
    stage = next(stage for stage in one.stages if stage.step.key == "opinions")
    assert (stage.favourable, bool(stage.finished_at)) == (False, True) and not owed()
    assert [opinion.finding for opinion in one.opinions] == ["情况属实。", "预算不足。"]
    assert [opinion.finding for opinion in scene.file(ref).opinions] == ["", ""]  # not for the applicant
    actions.grant(ref, by=scene.head, at=day(3))
    actions.pack_next(by=SYSTEM, at=day(3))
    assert [(kept["body"], kept["found"]) for kept in read(scene, ref, "steps.json")["opinions"]] == [
        ("street", "情况属实。"), ("city", "预算不足。")]


def test_who_may_not_answer_does_not_and_nobody_answers_twice(scene: Scene) -> None:
    ref = asked(scene)
    for by in (scene.applicant, scene.auditor, desk("340104003001")):
        with pytest.raises((NotAllowed, NotFound)):
            actions.give_opinion(ref, body="street", favourable=True, text="好。", by=by, at=AT)
    with pytest.raises(NotAllowed):
        actions.give_opinion(ref, body="city", favourable=True, text="好。", by=desk(SHUSHAN), at=AT)
    with pytest.raises(NotFound):
        actions.give_opinion(ref, body="moon", favourable=True, text="好。", by=STREET, at=AT)
    with pytest.raises(RuleBroken):
        actions.give_opinion(ref, body="street", favourable=True, text=" ", by=STREET, at=AT)
    actions.give_opinion(ref, body="street", favourable=True, text="好。", by=STREET, at=AT)
    with pytest.raises(Conflict):
        actions.give_opinion(ref, body="street", favourable=False, text="不好。", by=STREET, at=AT)


def test_who_stands_above_reads_it_and_does_not_answer_for_it(scene: Scene) -> None:
    ref = asked(scene)
    path = f"/hall/applications/{ref}/"
    for by, body in ((TOWN, "street"), (desk(SHUSHAN), "street"), (desk("340000000000"), "city"),
                     (desk(SHUSHAN), "city")):
        with pytest.raises(NotAllowed, match="Another office is asked"):
            actions.give_opinion(ref, body=body, favourable=True, text="好。", by=by, at=AT)
        page = text(visit(path, by=by))
        assert "Street office" in page and f'value="{body}"' not in page
        sent = {"body": body, f"{body}-favourable": "yes", f"{body}-text": "好。"}
        assert visit(f"{path}give-opinion/", sent, by=by, method="POST").status_code == 403
    assert [one.ref for one in queries.asked_of(by=TOWN, at=AT)] == [ref]  # its own, once
    assert [one.body for one in queries.asked_of(by=TOWN, at=AT)] == ["City bureau"]
    assert still_out(scene, ref) == ["street", "city"]


def test_silence_is_late_and_public_and_assent_only_where_it_was_declared(scene: Scene) -> None:
    ref = asked(scene)
    assert actions.assent_silent(by=SYSTEM, at=day(14)) == 0  # the last day
    assert queries.late_steps(at=day(14))[1] == 0
    found, count = queries.late_steps(at=day(15), region=HUPO)
    assert [(str(one.step), one.desk, one.days_late) for one in found] == [("Street office", HUPO, 1)] and count == 1
    assert actions.assent_silent(by=SYSTEM, at=day(15)) == 1
    one = {opinion.body: opinion for opinion in scene.file(ref, by=scene.clerk, at=day(15)).opinions}
    assert (one["city"].state, one["city"].favourable) == (OpinionState.SILENT, True)
    assert (one["street"].state, one["street"].days_late) == (OpinionState.ASKED, 1)
    page = text(visit("/hall/late/", by=ANONYMOUS, at=day(15), language="zh"))
    assert "街道办事处" in page and "张桂英" not in page


def test_withdrawing_owes_nobody_an_opinion(scene: Scene) -> None:
    ref = asked(scene)
    actions.withdraw(ref, by=scene.applicant, at=day(1))
    assert not owed() and not queries.asked_of(by=STREET, at=day(1)) and queries.late_steps(at=day(40))[1] == 0
    with pytest.raises(Conflict):
        actions.give_opinion(ref, body="street", favourable=True, text="好。", by=STREET, at=day(1))


@pytest.mark.parametrize("wrong", [
    Step("opinions", Both("x", "x"), Kind.JOINT), Step("opinions", Both("x", "x"), Kind.REVIEW, bodies=BODIES),
    Step("opinions", Both("x", "x"), Kind.JOINT, bodies=(BODIES[0], BODIES[0])),
])
def test_a_joint_step_names_its_bodies(wrong: Step) -> None:
    steps = prize(Office()).steps
    with pytest.raises(ValueError, match="names its bodies"):
        declare(prize(Office(), key="test.wrong", steps=(*steps[:2], wrong, *steps[2:])))


def test_guide_desks_and_applicant_see_it_and_the_api_too(scene: Scene) -> None:
    ref = asked(scene)
    guide = text(visit("/hall/matters/test.joint/", language="zh"))
    for said in ("街道办事处", limit("hall.opinion", zh=True), "不视为同意", "视为同意"):
        assert said in guide
    path = f"/hall/applications/{ref}/"
    assert "街道办事处" in text(visit("/officer/hall/", by=STREET, language="zh"))
    page = text(visit(path, by=STREET))
    assert page.count(f"{path}give-opinion/") == 1
    empty = visit(f"{path}give-opinion/", {"body": "street", "street-favourable": "yes", "street-text": ""}, by=STREET,
                  method="POST")
    assert empty.status_code == 422 and "checked" in text(empty)
    reply = {"body": "street", "street-favourable": "no", "street-text": "邻居有异议。"}
    assert visit(f"{path}give-opinion/", {**reply, "body": "city", "city-favourable": "no", "city-text": "x"},
                 by=STREET, method="POST").status_code == 403
    assert visit(f"{path}give-opinion/", reply, by=STREET, method="POST").status_code == 302
    own = text(visit(path, by=scene.applicant, language="zh"))
    assert "街道办事处：一个部门已答复意见。" in own and "征求意见：已开始。" in own
    assert "市局" in own and "邻居有异议" not in own and "邻居有异议" in text(visit(path, by=scene.clerk))
    answer = visit(f"/api/v1/applications/{ref}/give-opinion", {"body": "city", "favourable": True, "text": "同意。"},
                   by=TOWN, method="POST")
    told = json.loads(answer.content)
    assert answer.status_code == 200 and [one["state"] for one in told["opinions"]] == ["given", "given"]
    (step,) = [one for one in json.loads(visit("/api/v1/matters/test.joint").content)["steps"] if one["bodies"]]
    assert [(one["key"], one["silence_assents"]) for one in step["bodies"]] == [("street", False), ("city", True)]


def test_silence_that_assents_does_not_wait_behind_silence_that_does_not(scene: Scene) -> None:
    ref = asked(scene)  # both are late, the street first, whose silence is no assent
    assert actions.assent_silent(by=SYSTEM, at=day(21), most=1) == 1 and still_out(scene, ref) == ["street"]
