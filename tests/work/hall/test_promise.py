"""A promise in place of a paper: told, signed, checked after the decision; mended in time, or what was granted is
revoked by two and no promise is taken for years."""
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from linli.engines.archive import actions as archive
from linli.engines.documents import queries as documents
from linli.engines.journal import queries as journal
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken, Several
from linli.registers.people import actions as people
from linli.work.hall import actions, queries
from linli.work.hall.models import Promise
from linli.work.hall.queries import PromiseCard
from linli.work.hall.states import APPLY, DECIDE, OWN, PROCESS, PROMISE, PromiseState, State
from tests.actors import AT, resident
from tests.registers.visiting import text, visit

from .conftest import ANSWERS, PNG, Scene, day
from .test_archive import read

CHECK, MEND = "hall.check_promise", "hall.mend_promise"
SAID = {"material": "photo", "text": "走访三户邻居，均表示没有这件事。"}


def owed(ref: UUID, at: datetime = AT) -> dict[str, str]:
    return {one.rule_id: one.owner for one in rulebook.duties(on=at.date(), about=[ref], state=rulebook.OWED)}


def given(scene: Scene, ref: UUID, *, desk: bool = False) -> PromiseCard:
    (one,) = scene.file(ref, by=scene.head if desk else None).promises
    return one


def delivered(scene: Scene) -> UUID:
    ref = scene.granted()
    actions.deliver_next(by=SYSTEM, at=AT)
    return ref


def mending(scene: Scene, *, over: bool = False) -> UUID:
    """To be mended; where it is `over`, the day has passed and is no provisional one."""
    ref = delivered(scene)
    actions.ask_mending(ref, **SAID, by=scene.head, at=AT)
    if over:
        Promise.objects.update(due_on=AT.date() - timedelta(days=1), provisional=False)
    return ref


def proposed(scene: Scene) -> UUID:
    ref = mending(scene, over=True)
    actions.propose_revocation(ref, **SAID, by=scene.head, at=AT)
    return ref


def broken(scene: Scene) -> UUID:
    ref = proposed(scene)
    actions.confirm_revocation(ref, material="photo", by=scene.second, at=AT)
    return ref


def test_it_is_told_before_it_is_signed_and_kept_as_it_was_signed(scene: Scene) -> None:
    ref = scene.draft()
    form, path = f"/hall/applications/{ref}/form/", f"/hall/applications/{ref}/promises/"
    page = text(visit(form, by=scene.applicant, language="zh"))
    for said in ("我做了这件好事，并持有照片。", "工作人员将走访邻居核实。", "撤销原决定"):
        assert said in page, said
    sent = {"version": "1", "material": "photo", "promise": "1"}
    unread = visit(path, sent, by=scene.applicant, method="POST")
    assert unread.status_code == 422 and "Tick that you have read" in text(unread)
    assert visit(path, sent | {"agreed": "on"}, by=scene.applicant, method="POST").status_code == 302
    (signed,) = scene.file(ref).content.signed
    assert (signed.material, signed.by, signed.zh[0]) == (
        "photo", str(scene.applicant.ref), "我做了这件好事，并持有照片。")
    assert "You promised in writing" in text(visit(form, by=scene.applicant))
    assert [one.fact for one in journal.history([ref])][-1] == "hall.PromiseSigned"
    visit(path, {"version": "2", "material": "photo"}, by=scene.applicant, method="POST")
    assert not scene.file(ref).content.signed


def test_its_check_is_owed_after_the_decision_and_not_before(scene: Scene) -> None:
    ref = scene.reviewed()
    assert CHECK not in owed(ref) and given(scene, ref).state is None
    with pytest.raises(NotFound):
        actions.find_kept(ref, **SAID, by=scene.head, at=AT)
    actions.grant(ref, by=scene.head, at=AT)
    assert owed(ref)[CHECK] == "region:340100000000" and given(scene, ref).state is PromiseState.OWED
    (line,) = queries.owed_of(by=scene.head, at=AT)
    assert (line.ref, line.state, line.days_late) == (ref, PromiseState.OWED, 0)
    assert not queries.owed_of(by=scene.other_clerk, at=AT)
    assert not queries.owed_of(by=replace(scene.head, person=scene.applicant.person), at=AT), "nobody checks their own"
    desk = text(visit("/officer/hall/", by=scene.head))
    assert "Promises to check" in desk and f"/hall/applications/{ref}/#promises" in desk
    refused = scene.refused()
    assert CHECK not in owed(refused) and not Promise.objects.filter(application__ref=refused).exists()


def test_a_promise_that_was_kept_owes_nothing_more(scene: Scene) -> None:
    ref = delivered(scene)
    with pytest.raises(RuleBroken):
        actions.find_kept(ref, material="photo", text=" ", by=scene.head, at=AT)
    actions.find_kept(ref, material="photo", text="看过照片。", by=scene.head, at=AT)
    assert (given(scene, ref).state, given(scene, ref).finding) == (PromiseState.KEPT, "看过照片。")
    assert CHECK not in owed(ref) and not queries.owed_of(by=scene.head, at=AT)
    with pytest.raises(Conflict):
        actions.ask_mending(ref, **SAID, by=scene.head, at=AT)


def test_what_is_not_so_is_mended_in_time_with_the_paper_and_nothing_follows(scene: Scene) -> None:
    ref = delivered(scene)
    path = f"/hall/applications/{ref}/"
    assert visit(f"{path}ask-mending/", {"material": "photo", "promise-photo-text": ""}, by=scene.head,
                 method="POST").status_code == 422
    visit(f"{path}ask-mending/", {"material": "photo", "promise-photo-text": SAID["text"]}, by=scene.head,
          method="POST")
    assert owed(ref)[MEND] == f"person:{scene.person}" and CHECK not in owed(ref)
    mine = text(visit(path, by=scene.applicant, language="zh"))
    assert SAID["text"] in mine and "待整改" in mine and f"{path}answer-mending/" in mine
    sent = {"material": "photo", "file": SimpleUploadedFile("a.png", PNG)}
    assert visit(f"{path}papers/", sent, by=scene.applicant, method="POST")["Location"] == f"{path}#promises"
    bad = {"material": "photo", "file": SimpleUploadedFile("a.png", b"MZ" + b"\0" * 300)}
    assert visit(f"{path}papers/", bad, by=scene.applicant, method="POST").status_code == 422
    visit(f"{path}answer-mending/", {"material": "photo", "promise-photo-text": "照片已补交。"}, by=scene.applicant,
          method="POST")
    assert "照片已补交。" in text(visit(path, by=scene.head)) and "a.png" in text(visit(path, by=scene.head))
    with pytest.raises(RuleBroken, match="They may mend it until"):
        actions.propose_revocation(ref, **SAID, by=scene.head, at=AT)
    actions.find_mended(ref, material="photo", text="照片属实。", by=scene.head, at=AT)
    assert given(scene, ref).state is PromiseState.MENDED and not owed(ref)
    assert visit(f"{path}papers/", sent, by=scene.applicant, method="POST").status_code == 409
    assert queries.barred_until(scene.person, None, on=AT.date()) is None


def test_what_was_not_mended_is_revoked_by_two_and_told_with_remedies(scene: Scene) -> None:
    ref = proposed(scene)
    mine = given(scene, ref)
    assert (mine.state, mine.reasons) == (PromiseState.MENDING, "")  # nobody reads what does not hold yet
    with pytest.raises(RuleBroken, match="Somebody else"):
        actions.confirm_revocation(ref, material="photo", by=scene.head, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():  # nor past the action
        Promise.objects.update(state="broken", read_at=AT, read_by=scene.head.ref, barred_until=date(2029, 11, 16))
    actions.object_revocation(ref, material="photo", text="第四户没有走访。", by=scene.second, at=AT)
    again = given(scene, ref, desk=True)
    assert (again.state, again.remark) == (PromiseState.OWED, "第四户没有走访。") and CHECK in owed(ref)
    actions.ask_mending(ref, **SAID, by=scene.head, at=AT)
    Promise.objects.update(due_on=AT.date() - timedelta(days=1), provisional=False)
    actions.propose_revocation(ref, **SAID, by=scene.second, at=AT)
    actions.confirm_revocation(ref, material="photo", by=scene.head, at=AT)
    one = scene.file(ref)
    assert (one.card.state, one.reasons, len(scene.office.revoked)) == (State.REVOKED, SAID["text"], 1)
    assert [str(product.title) for product in one.products][-1] == "Entry struck out" and not owed(ref)
    told = text(visit(f"/hall/applications/{ref}/", by=scene.applicant, language="zh"))
    for said in ("准予后撤销", SAID["text"], "行政复议", "2029年11月16日"):
        assert said in told, said
    assert journal.history([ref], facts=["hall.GrantRevoked"])[0].payload["until"] == "2029-11-16"


def test_its_pages_ask_few_questions(scene: Scene, django_assert_max_num_queries: Any) -> None:
    ref = proposed(scene)
    for by in (scene.applicant, scene.head, scene.second):
        with django_assert_max_num_queries(8):
            assert visit(f"/hall/applications/{ref}/", by=by).status_code == 200


def test_a_program_sees_a_promise_through(scene: Scene) -> None:
    ref = delivered(scene)

    def move(name: str, by: Actor, **said: str) -> dict[str, Any]:
        told = visit(f"/api/v1/applications/{ref}/{name}", {"material": "photo"} | said, by=by, method="POST")
        assert told.status_code == 200, told.content
        (found,) = json.loads(told.content)["promised"]
        return dict(found)

    first = move("ask-mending", scene.head, text=SAID["text"])
    assert (first["state"], first["moves"]) == ("mending", ["find-mended", "propose-revocation"])
    assert move("answer-mending", scene.applicant, text="照片已补交。")["answer"] == "照片已补交。"
    Promise.objects.update(due_on=AT.date() - timedelta(days=1), provisional=False)
    move("propose-revocation", scene.head, text=SAID["text"])
    last = move("confirm-revocation", scene.second)
    assert (last["state"], last["barred_until"], last["reasons"]) == ("broken", "2029-11-16", SAID["text"])


def test_of_who_broke_one_none_is_taken_until_the_day(scene: Scene) -> None:
    before = scene.ready()
    broken(scene)
    with pytest.raises(Several) as why:
        actions.submit(before, version=2, by=scene.applicant, at=AT)
    assert "until 16 Nov 2029 none is taken" in str(why.value.whys[0])
    ref = scene.draft()
    with pytest.raises(RuleBroken, match="A promise of yours was broken"):
        actions.save(ref, version=1, answers={}, promises=["photo"], by=scene.applicant, at=AT)
    page = text(visit(f"/hall/applications/{ref}/form/", by=scene.applicant))
    assert "until 16 Nov 2029 none is taken" in page and "Sign the promise" not in page
    told = visit(f"/api/v1/applications/{ref}/save", {"version": 1, "promises": ["photo"]}, by=scene.applicant,
                 method="POST")
    assert told.status_code == 422 and json.loads(told.content)["rule"] == "hall.promise_bar"
    later = datetime(2029, 11, 16, 4, tzinfo=AT.tzinfo)
    ref = actions.draft("test.prize", answers=ANSWERS, by=scene.applicant, at=later)
    assert actions.save(ref, version=1, answers={}, promises=["photo"], by=scene.applicant, at=later) == 2


@pytest.mark.slow
def test_a_revocation_is_a_letter_and_what_was_signed_lies_in_the_archive(scene: Scene) -> None:
    ref = broken(scene)
    assert "letters/revoked/" in text(visit(f"/hall/applications/{ref}/", by=scene.applicant))
    actions.take_letter(ref, letter="revoked", by=scene.applicant, at=AT)
    (letter,) = documents.about([ref])
    told = str(documents.values(letter.ref))
    assert letter.title.zh == "撤销决定书" and SAID["text"] in told and "第六十九条" in told and "复议" in told
    assert actions.pack_next(by=SYSTEM, at=AT) == 1
    (signed,) = read(scene, ref, "application.json")["signed"]
    assert signed["zh"][0] == "我做了这件好事，并持有照片。"


def test_a_revocation_is_packed_beside_the_decision_that_it_revokes(scene: Scene) -> None:
    ref = proposed(scene)
    assert actions.pack_next(by=SYSTEM, at=AT) == 1
    first = scene.file(ref, by=scene.head).package
    actions.confirm_revocation(ref, material="photo", by=scene.second, at=AT)
    assert actions.pack_next(by=SYSTEM, at=AT) == 1 and actions.pack_next(by=SYSTEM, at=AT) == 0
    second = scene.file(ref, by=scene.head).package
    assert first and second and first != second
    assert read(scene, ref, "decision.json")["state"] == "revoked"
    for package in (first, second):
        assert archive.check(package, by=SYSTEM, at=AT) == ""  # the one before stays as it was
    packed = [entry.payload["package"] for entry in journal.history([ref], facts=["hall.PackageMade"])]
    assert packed == [str(first), str(second)]


MINE, DESKS = {"answer_mending"}, {PROCESS, DECIDE}


@pytest.mark.parametrize("state", PromiseState)
def test_each_side_may_in_each_state_what_its_part_is(state: PromiseState) -> None:
    parts = {PromiseState.OWED: {"find_kept", "ask_mending"}, PromiseState.MENDING: {"find_mended",
             "propose_revocation"}, PromiseState.PROPOSED: {"confirm_revocation", "object_revocation"}}
    assert {move.name for move in PROMISE.open_to(DESKS, state=state)} == parts.get(state, set())
    assert {move.name for move in PROMISE.open_to({APPLY}, state=state)} == (
        MINE if state is PromiseState.MENDING else set())
    assert not PROMISE.open_to(OWN, state=state)
    desk = {move.name for move in PROMISE.open_to({PROCESS}, state=state)}
    assert desk <= {"find_kept", "ask_mending", "find_mended"}


def test_nobody_checks_a_promise_of_their_own_or_elsewhere(scene: Scene) -> None:
    ref = delivered(scene)
    for stranger in (scene.neighbour, scene.other_clerk):
        with pytest.raises(NotFound):
            actions.find_kept(ref, **SAID, by=stranger, at=AT)
    for by in (scene.applicant, scene.clerk, scene.auditor):  # its giver; another desk than the one that decided
        with pytest.raises(NotAllowed):
            actions.find_kept(ref, **SAID, by=by, at=AT)
    with pytest.raises(NotAllowed):
        actions.answer_mending(mending(scene), **SAID, by=scene.head, at=AT)


def test_of_who_was_erased_the_check_still_ends(scene: Scene) -> None:
    ref = delivered(scene)
    people.erase(scene.person, by=resident(scene.person, "people.see", "people.manage"), at=AT)
    actions.find_kept(ref, **SAID, by=scene.head, at=AT)
    assert CHECK not in owed(ref) and given(scene, ref, desk=True).finding == ""


def test_days_are_taken_over_when_they_are_counted_again(scene: Scene) -> None:
    ref = delivered(scene)
    (duty,) = [one for one in rulebook.duties(on=AT.date(), about=[ref]) if one.rule_id == CHECK]
    Promise.objects.update(due_on=day(1).date(), provisional=True)
    moved = actions.recount_promises(by=SYSTEM, at=AT)
    one = Promise.objects.get()
    assert (moved, one.due_on, one.provisional) == (1, duty.due_on, duty.provisional)
