"""A hearing: told of, asked for in time or given up, called in time, held, its record filed."""
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.work.hall import actions, queries
from linli.work.hall.registry import Right, declare
from linli.work.hall.states import HEARING, PROCESS, HearingState, State
from tests.actors import AT
from tests.limits import limit
from tests.registers.visiting import text, visit

from .conftest import ANSWERS, Scene, day
from .matters import prize
from .test_archive import read

ABOUT, RECORD = "拟不予批准，因为邻居提出异议。", "申请人到场陈述，邻居王某到场，双方出示照片。"


def sits(days: int) -> datetime:
    return day(days).replace(hour=1)


def offered(scene: Scene) -> UUID:
    ref = scene.reviewed()
    actions.offer_hearing(ref, text=ABOUT, by=scene.head, at=AT)
    return ref


def asked(scene: Scene) -> UUID:
    ref = offered(scene)
    actions.ask_hearing(ref, text="我有证人。", by=scene.applicant, at=day(1))
    return ref


def called(scene: Scene) -> UUID:
    ref = asked(scene)
    actions.call_hearing(ref, sits_from=sits(14), place="蜀山区政务中心 302", by=scene.head, at=day(2))
    return ref


def clock(ref: UUID) -> rulebook.DutyCard:
    return next(one for one in rulebook.duties(on=AT.date(), about=[ref]) if one.rule_id == "gov.decide")


def heard(scene: Scene, ref: UUID, by: Actor | None = None) -> queries.HearingCard:
    found = scene.file(ref, by=by).hearing
    assert found
    return found


def test_a_hearing_from_its_offer_to_its_record_lets_the_clock_stand(scene: Scene) -> None:
    ref = offered(scene)
    one = heard(scene, ref)
    assert (one.state, one.ask_until, one.told) == (HearingState.OFFERED, date(2026, 11, 23), ABOUT)
    assert clock(ref).state == "running"
    actions.ask_hearing(ref, text="我有证人。", by=scene.applicant, at=day(1))
    assert clock(ref).state == "stopped" and scene.file(ref).stands
    assert scene.file(ref).card.waits_on == date(2026, 12, 15)  # to be held within twenty working days
    actions.call_hearing(ref, sits_from=sits(14), place=" 蜀山区政务中心  302 ", by=scene.head, at=day(2))
    assert (heard(scene, ref).place, heard(scene, ref).sits_from) == ("蜀山区政务中心 302", sits(14))
    with pytest.raises(RuleBroken, match="after its record is filed"):
        actions.grant(ref, by=scene.head, at=day(3))
    actions.file_hearing(ref, text=RECORD, by=scene.second, at=day(14))
    assert heard(scene, ref).record == RECORD and heard(scene, ref).state is HearingState.HELD
    assert (clock(ref).state, clock(ref).due_on) == ("running", date(2026, 12, 25))  # 17 to 30 November: nine days
    assert not rulebook.duties(on=AT.date(), about=[ref], rule_id="gov.hold_hearing", state=rulebook.OWED)
    actions.grant(ref, by=scene.head, at=day(15))
    actions.pack_next(by=SYSTEM, at=day(15))
    (kept,) = read(scene, ref, "steps.json")["hearings"]
    assert (kept["told"], kept["asked"], kept["record"], kept["place"]) == (
        ABOUT, "我有证人。", RECORD, "蜀山区政务中心 302")


def test_who_asks_too_late_or_twice_or_without_being_told_is_refused(scene: Scene) -> None:
    with pytest.raises(Conflict):
        actions.ask_hearing(scene.reviewed(), by=scene.applicant, at=AT)
    ref = offered(scene)
    with pytest.raises(RuleBroken, match="until 23 Nov 2026"):
        actions.ask_hearing(ref, by=scene.applicant, at=day(8))
    actions.ask_hearing(ref, by=scene.applicant, at=day(7))  # the last day
    with pytest.raises(Conflict):
        actions.ask_hearing(ref, by=scene.applicant, at=day(7))
    with pytest.raises(Conflict):
        actions.offer_hearing(ref, text=ABOUT, by=scene.head, at=day(7))


@pytest.mark.parametrize(("offered_at", "until"), [
    (datetime(2026, 2, 12, 2, tzinfo=UTC), date(2026, 2, 26)),  # 春节: 15 to 23 February off, the 14th worked
    (datetime(2026, 9, 24, 2, tzinfo=UTC), date(2026, 10, 9)),  # 中秋 and 国庆: 25 to 27 September, 1 to 7 October off
])
def test_until_when_to_ask(scene: Scene, offered_at: datetime, until: date) -> None:
    ref = scene.ready()
    actions.submit(ref, version=2, by=scene.applicant, at=offered_at)
    actions.accept(ref, by=scene.clerk, at=offered_at)
    actions.offer_hearing(ref, text=ABOUT, by=scene.clerk, at=offered_at)
    assert heard(scene, ref).ask_until == until


def test_it_is_told_long_before_and_held_in_time(scene: Scene) -> None:
    ref = asked(scene)
    for days, place, why in ((10, "302", "27 Nov 2026 or later"), (30, "302", "by 15 Dec 2026"), (14, " ", "where"),
                             (14, "x" * 201, "where")):
        with pytest.raises(RuleBroken, match=why):
            actions.call_hearing(ref, sits_from=sits(days), place=place, by=scene.head, at=day(2))
    actions.call_hearing(ref, sits_from=sits(11), place="302", by=scene.head, at=day(2))  # Friday 27 November
    actions.call_hearing(ref, sits_from=sits(15), place="303", by=scene.head, at=day(3))  # moved
    assert heard(scene, ref).place == "303"
    actions.call_hearing(ref, sits_from=sits(37), place="303", by=scene.head, at=day(28))  # so late: notice wins


def test_its_record_is_filed_afterwards_by_who_did_not_examine(scene: Scene) -> None:
    ref = called(scene)
    with pytest.raises(Conflict, match="not begun"):
        actions.file_hearing(ref, text=RECORD, by=scene.second, at=day(13))
    with pytest.raises(RuleBroken, match="Write down"):
        actions.file_hearing(ref, text=" ", by=scene.second, at=day(14))
    reviewer = replace(scene.second, ref=scene.clerk.ref)
    with pytest.raises(RuleBroken, match="does not lead"):
        actions.file_hearing(ref, text=RECORD, by=reviewer, at=day(14))


def test_given_up_or_not_asked_for_it_is_decided_without(scene: Scene) -> None:
    ref = called(scene)
    actions.waive_hearing(ref, by=scene.applicant, at=day(5))
    assert heard(scene, ref).state is HearingState.WAIVED and clock(ref).state == "running"
    actions.grant(ref, by=scene.head, at=day(5))
    silent = offered(scene)
    assert actions.lapse_hearings(by=SYSTEM, at=day(7)) == 0
    assert actions.lapse_hearings(by=SYSTEM, at=day(8)) == 1
    assert heard(scene, silent).state is HearingState.LAPSED
    with pytest.raises(Conflict):
        actions.ask_hearing(silent, by=scene.applicant, at=day(8))


def test_where_the_matter_says_so_no_refusal_without_it(scene: Scene) -> None:
    declare(prize(scene.office, key="test.heard", hearing=Right.REFUSAL, materials=()))
    declare(prize(scene.office, key="test.unheard", hearing=Right.NEVER, materials=()))
    refs = []
    for key in ("test.heard", "test.unheard"):
        refs.append(ref := actions.draft(key, answers=ANSWERS, by=scene.applicant, at=AT))
        actions.submit(ref, version=1, by=scene.applicant, at=AT)
        actions.accept(ref, by=scene.clerk, at=AT)
        actions.finish_step(ref, step="review", favourable=False, finding="有异议。", by=scene.clerk, at=AT)
    ref, unheard = refs
    with pytest.raises(RuleBroken, match="gives no right"):
        actions.offer_hearing(unheard, text=ABOUT, by=scene.head, at=AT)
    actions.propose_refusal(ref, reasons=ABOUT, ground="fraud", by=scene.head, at=AT)
    assert heard(scene, ref).told == ABOUT and heard(scene, ref).state is HearingState.OFFERED
    with pytest.raises(RuleBroken, match="may still ask"):
        actions.confirm_refusal(ref, by=scene.second, at=day(7))
    actions.ask_hearing(ref, by=scene.applicant, at=day(7))
    with pytest.raises(RuleBroken, match="record is filed"):
        actions.confirm_refusal(ref, by=scene.second, at=day(7))
    actions.waive_hearing(ref, by=scene.applicant, at=day(7))
    actions.confirm_refusal(ref, by=scene.second, at=day(8))
    assert scene.file(ref).card.state is State.REFUSED
    actions.propose_refusal(unheard, reasons=ABOUT, ground="fraud", by=scene.head, at=AT)
    actions.confirm_refusal(unheard, by=scene.second, at=AT)


def test_a_step_and_a_hearing_that_stand_together_run_on_together(scene: Scene) -> None:
    ref = scene.accepted()
    actions.begin_step(ref, step="visit", by=scene.clerk, at=AT)
    actions.offer_hearing(ref, text=ABOUT, by=scene.clerk, at=AT)
    actions.ask_hearing(ref, by=scene.applicant, at=day(1))
    actions.finish_step(ref, step="visit", favourable=True, finding="好。", by=scene.clerk, at=day(2))
    assert clock(ref).state == "stopped"
    actions.waive_hearing(ref, by=scene.applicant, at=day(3))
    assert clock(ref).state == "running" and clock(ref).due_on == date(2026, 12, 17)


def test_withdrawing_ends_what_was_owed_for_it(scene: Scene) -> None:
    ref = called(scene)
    actions.withdraw(ref, by=scene.applicant, at=day(3))
    assert not rulebook.duties(on=AT.date(), about=[ref], state=rulebook.OWED)
    with pytest.raises(Conflict):
        actions.file_hearing(ref, text=RECORD, by=scene.second, at=day(20))
    assert not {move for move in scene.file(ref).moves if move in HEARING.moves}


MAKES = {HearingState.OFFERED: offered, HearingState.ASKED: asked, HearingState.CALLED: called}


@pytest.mark.parametrize("state", MAKES)
def test_each_side_does_its_own_part(scene: Scene, state: HearingState) -> None:
    ref = MAKES[state](scene)
    for name, move in HEARING.moves.items():
        if name == "lapse_hearing":
            continue
        takes: dict[str, dict[str, Any]] = {
            "offer_hearing": {"text": ABOUT}, "file_hearing": {"text": RECORD},
            "call_hearing": {"sits_from": sits(21), "place": "x"}}
        said = takes.get(name, {})
        wrong = scene.applicant if move.permission == PROCESS else scene.head
        for by in (wrong, scene.auditor, scene.neighbour):
            with pytest.raises((NotAllowed, NotFound)):
                getattr(actions, name)(ref, **said, by=by, at=day(2))
        right = scene.head if move.permission == PROCESS else scene.applicant
        if state not in move.sources:
            with pytest.raises(Refusal) as why:
                getattr(actions, name)(ref, **said, by=right, at=day(2))
            assert type(why.value) is Conflict, name


def test_both_sides_on_their_pages_and_over_the_api(scene: Scene) -> None:
    ref = scene.reviewed()
    path, api = f"/hall/applications/{ref}/", f"/api/v1/applications/{ref}"
    assert visit(f"{path}offer-hearing/", {"offer-text": ""}, by=scene.head, method="POST").status_code == 422
    assert visit(f"{path}offer-hearing/", {"offer-text": ABOUT}, by=scene.head, method="POST").status_code == 302
    page = text(visit(path, by=scene.applicant, language="zh"))
    assert ABOUT in page and f"{path}ask-hearing/" in page and "11月23日" in page and "听证" in page
    assert f"{path}ask-hearing/" not in text(visit(path, by=scene.head))
    visit(f"{path}ask-hearing/", {"hearing-text": "我有证人。"}, by=scene.applicant, at=day(1), method="POST")
    at_desk = text(visit(path, by=scene.head, at=day(2)))
    assert "我有证人。" in at_desk and f"{path}call-hearing/" in at_desk
    soon = visit(f"{path}call-hearing/", {"call-sits_from": "2026-11-20T09:00", "call-place": "302"}, by=scene.head,
                 at=day(2), method="POST")
    assert soon.status_code == 422 and "2026-11-20T09:00" in text(soon) and limit("gov.hearing_notice") in text(soon)
    visit(f"{path}call-hearing/", {"call-sits_from": "2026-11-30T09:00", "call-place": "302"}, by=scene.head,
          at=day(2), method="POST")
    assert "09:00" in text(visit(path, by=scene.applicant, at=day(2)))
    said = {"sits_from": "2026-12-01T09:30:00+08:00", "place": "303"}
    moved = visit(f"{api}/call-hearing", said, by=scene.head, at=day(2), method="POST")
    assert moved.status_code == 200 and json.loads(moved.content)["hearing"]["place"] == "303"
    assert visit(f"{api}/call-hearing", {"place": "303"}, by=scene.head, at=day(2), method="POST").status_code == 422
    assert visit(f"{api}/file-hearing", {"text": RECORD}, by=scene.applicant, at=day(16), method="POST"
                 ).status_code == 403
    filed = visit(f"{path}file-hearing/", {"record-text": RECORD}, by=scene.second, at=day(16), method="POST")
    assert filed.status_code == 302 and RECORD in text(visit(path, by=scene.applicant, at=day(16)))
