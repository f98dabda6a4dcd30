"""A decision files and is delivered, or is refused after a second reading; nothing is lost when something fails."""
import json
import zipfile
from io import BytesIO
from uuid import UUID

import pytest

from linli.engines.archive import actions as archive_actions
from linli.engines.archive import queries as archive
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, RuleBroken
from linli.work.hall import actions
from linli.work.hall.models import Application
from linli.work.hall.states import APPLY, CLOCK, DECIDE, LIFE, OWN, PROCESS, State
from tests.actors import AT

from .conftest import Scene, day, picture


def owed(ref: UUID) -> set[str]:
    return {one.rule_id for one in rulebook.duties(on=AT.date(), about=[ref], state=rulebook.OWED)}


def test_granting_files_in_the_same_moment_and_delivery_follows(scene: Scene) -> None:
    ref = scene.granted()
    (case,) = scene.office.filed
    assert case.answers["address"] == "合肥市蜀山区长江西路 1 号" and case.number and case.person == scene.person
    one = scene.file(ref)
    assert (one.card.state, [str(p.title) for p in one.products]) == (State.GRANTED, ["Entry in the register"])
    assert owed(ref) == {"gov.deliver", "hall.check_promise"}
    assert actions.deliver_next(by=SYSTEM, at=AT) == 1
    one = scene.file(ref)
    assert (one.card.state, [p.number for p in one.products]) == (State.DELIVERED, ["第 7 号", "证 7"])
    assert owed(ref) == {"hall.check_promise"} and actions.deliver_next(by=SYSTEM, at=AT) == 0


def test_what_the_register_refuses_is_not_granted(scene: Scene) -> None:
    ref = scene.reviewed()
    scene.office.refusing = True
    with pytest.raises(RuleBroken, match="The register refuses"):
        actions.grant(ref, by=scene.head, at=AT)
    assert scene.file(ref).card.state is State.ACCEPTED and "gov.decide" in owed(ref)


def test_two_officers_deciding_at_once_decide_once(scene: Scene) -> None:
    ref = scene.granted()
    with pytest.raises(Conflict):
        actions.grant(ref, by=scene.second, at=AT)
    with pytest.raises(Conflict):
        actions.propose_refusal(ref, reasons="不行。", ground="fraud", by=scene.second, at=AT)
    assert len(scene.office.filed) == 1


def test_a_refusal_needs_a_ground_reasons_and_a_second_reader(scene: Scene) -> None:
    ref = scene.reviewed()
    for wrong in ({"reasons": "", "ground": "fraud"}, {"reasons": "不行。", "ground": ""}):
        with pytest.raises(RuleBroken):
            actions.propose_refusal(ref, **wrong, by=scene.head, at=AT)
    actions.propose_refusal(ref, reasons="没有查到这件事。", ground="no_deed", by=scene.head, at=AT)
    mine = scene.file(ref)
    assert mine.card.state is State.PROPOSED and not mine.readings and not mine.reasons  # not told yet
    with pytest.raises(RuleBroken, match="Somebody else"):
        actions.confirm_refusal(ref, by=scene.head, at=AT)
    with pytest.raises(NotAllowed):
        actions.confirm_refusal(ref, by=scene.clerk, at=AT)
    actions.object_(ref, text="邻居的证言没有看。", by=scene.second, at=AT)
    assert scene.file(ref).card.state is State.ACCEPTED
    actions.propose_refusal(ref, reasons="看过证言，仍没有这件事。", ground="no_deed", by=scene.second, at=AT)
    actions.confirm_refusal(ref, by=scene.head, at=AT)
    one = scene.file(ref)
    assert (one.card.state, one.ground, one.reasons) == (State.REFUSED, "no_deed", "看过证言，仍没有这件事。")
    desk = scene.file(ref, by=scene.head)
    assert [(r.agreed, r.remark) for r in desk.readings] == [(False, "邻居的证言没有看。"), (True, "")]
    assert not owed(ref) and not scene.office.filed


def test_a_delivery_that_fails_is_tried_again_then_waits_and_nothing_is_lost(scene: Scene) -> None:
    ref = scene.granted()
    scene.office.failing = True
    for _ in range(6):
        actions.deliver_next(by=SYSTEM, at=AT)
    row = Application.objects.get(ref=ref)
    assert (row.state, row.tries, row.failure) == ("frozen", 5, "ConnectionError")  # no word of whom it was about
    assert scene.file(ref).content.answers["deed"] and len(scene.file(ref).products) == 1 and "gov.deliver" in owed(ref)
    scene.office.failing = False
    actions.resume(ref, by=scene.head, at=day(1))
    assert Application.objects.get(ref=ref).tries == 0
    assert actions.deliver_next(by=SYSTEM, at=day(1)) == 1
    assert scene.file(ref).card.state is State.DELIVERED


def test_what_was_decided_is_packed_once_and_frozen(scene: Scene) -> None:
    ref = scene.draft()
    actions.attach(ref, material="photo", name="a.png", stream=picture(), by=scene.applicant, at=AT)
    actions.submit(ref, version=1, by=scene.applicant, at=AT)
    actions.accept(ref, by=scene.clerk, at=AT)
    assert actions.pack_next(by=SYSTEM, at=AT) == 0  # not decided yet
    actions.finish_step(ref, step="review", favourable=True, finding="好。", by=scene.clerk, at=AT)
    actions.grant(ref, by=scene.head, at=AT)
    assert actions.pack_next(by=SYSTEM, at=AT) == 1 and actions.pack_next(by=SYSTEM, at=AT) == 0
    package = scene.file(ref).package
    assert package
    packed = archive.package(package)
    assert packed.until is None and archive_actions.check(package, by=SYSTEM, at=AT) == ""
    with zipfile.ZipFile(BytesIO(b"".join(archive.read(packed.file)))) as whole:
        names = whole.namelist()
        (form,) = [name for name in names if name.endswith("application.json")]
        assert json.loads(whole.read(form))["answers"]["deed"] == "替张奶奶买了一个月的菜"
    assert any(name.endswith("papers/001-photo.png") for name in names)


def test_a_bad_rating_is_owed_an_answer_within_fifteen_working_days(scene: Scene) -> None:
    ref = scene.refused()
    for wrong in (0, 6):
        with pytest.raises(RuleBroken):
            actions.rate(ref, grade=wrong, by=scene.applicant, at=AT)
    actions.rate(ref, grade=2, remark="等了太久。", by=scene.applicant, at=AT)
    with pytest.raises(Conflict, match="rated already"):
        actions.rate(ref, grade=5, by=scene.applicant, at=AT)
    (duty,) = rulebook.duties(on=AT.date(), about=[ref], state=rulebook.OWED)
    assert (duty.rule_id, str(duty.due_on)) == ("gov.rectify_bad_rating", "2026-12-07")
    actions.answer_rating(ref, text="今后三天内办结。", by=scene.head, at=day(1))
    one = scene.file(ref)
    assert (one.remark, one.answer) == ("等了太久。", "今后三天内办结。") and not owed(ref)
    with pytest.raises(Conflict):
        actions.answer_rating(ref, text="再答一次。", by=scene.head, at=day(1))


def test_a_good_rating_owes_nothing_and_nothing_is_rated_before_its_end(scene: Scene) -> None:
    ref = scene.granted()
    with pytest.raises(Conflict):
        actions.rate(ref, grade=5, by=scene.applicant, at=AT)
    actions.deliver_next(by=SYSTEM, at=AT)
    actions.rate(ref, grade=5, by=scene.applicant, at=AT)
    assert owed(ref) == {"hall.check_promise"}


ROLES = {"applicant": {APPLY}, "clerk": {PROCESS}, "head": {PROCESS, DECIDE}, "clock": OWN, "nobody": set()}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", State)
def test_each_role_may_in_each_state_what_its_part_is(state: State, role: str) -> None:
    parts = {
        "applicant": {"draft": {"save", "submit", "withdraw"}, "incomplete": {"save", "complete", "withdraw"},
                      **{key: {"withdraw"} for key in ("submitted", "doubted", "accepted", "proposed")},
                      **{key: {"rate"} for key in ("delivered", "refused", "returned")}},
        "clerk": {"submitted": {"take", "ask_completion", "accept", "propose_return", "transfer"},
                  "doubted": {"take"},
                  "accepted": {"take", "begin_step", "finish_step"}, "proposed": {"take"}, "granted": {"take"},
                  "frozen": {"take", "resume"},
                  **{key: {"answer_rating"} for key in ("delivered", "refused", "returned")}},
        "clock": {"submitted": {"accept_silently"}, "doubted": {"accept_silently"},
                  "granted": {"deliver", "freeze", "revoke"}, "frozen": {"revoke"}, "delivered": {"revoke"}},
    }
    decides = {"accepted": {"grant", "propose_refusal"}, "proposed": {"confirm_refusal", "object"},
               "doubted": {"confirm_return", "object_return"}}
    wanted = set(parts.get("clerk" if role == "head" else role, {}).get(state, set()))
    wanted |= {"open_numbers"} if "take" in wanted else set()
    if role == "head":
        wanted |= decides.get(state, set())
    assert {move.name for move in LIFE.open_to(ROLES[role], state=state)} == wanted
    assert CLOCK in OWN
