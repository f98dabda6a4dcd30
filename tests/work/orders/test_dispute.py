"""What is written down is disputed, heard on both sides, and decided with reasons; the order and the score follow."""
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from linli.engines.archive.access import disk
from linli.engines.journal.models import Entry
from linli.engines.journal.registry import TELLINGS
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM, Actor, Grant
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.accounts.registry import ROLES
from linli.registers.people import actions as people
from linli.work.orders import actions, jobs, queries
from linli.work.orders.models import Dispute, Statement
from linli.work.orders.states import State
from tests.actors import AT
from tests.engines.archive import samples
from tests.registers.visiting import text, visit
from tests.work.orders.conftest import DAY, SHUSHAN, Scene

PHOTO = samples.jpeg()
WORDS = "那天下午我一直在家，没有人来。"


def raised(scene: Scene, ref: UUID, *, claim: str = "not_given", by: Actor | None = None, **said: Any) -> UUID:
    return actions.dispute(ref, claim=claim, text=WORDS, by=by or scene.resident, at=scene.row(ref).until, **said)


def decided(scene: Scene, dispute: UUID, outcome: str, **said: Any) -> None:
    row = Dispute.objects.select_related("order").get(ref=dispute)
    actions.say(dispute, text="我们的记录是这样的。", at=row.raised_at,
                by=scene.manager if row.side == "resident" else scene.resident)
    actions.decide(dispute, outcome=outcome, reasons="查看了门禁记录。", by=scene.officer, at=row.raised_at + DAY,
                   **said)


def test_a_visit_that_did_not_take_place_is_struck(scene: Scene) -> None:
    ref = scene.served()
    need = scene.row(ref).need
    dispute = raised(scene, ref, file=PHOTO)
    duty, = rulebook.duties(on=AT.date(), about=[dispute])
    assert (duty.owner, duty.owed_to, duty.state) == (f"region:{SHUSHAN}", f"person:{scene.person}", "running")
    payload = Entry.objects.filter(fact="orders.DisputeRaised").latest("pk").payload
    assert set(TELLINGS["orders.DisputeRaised"].to(payload)) == {
        f"organisation:{scene.provider}", f"region:{scene.row(ref).region_code}"}
    decided(scene, dispute, "struck")
    row = scene.row(ref)
    assert (row.state, row.reduced_fen) == (State.STRUCK, row.price_fen - row.subsidy_fen)
    assert scene.card(ref).line.pays_fen == 0 and scene.need(need) == "open"
    assert rulebook.duties(on=AT.date(), about=[dispute])[0].state == "met"
    assert queries.served_before(scene.person, [scene.service]) == {}
    card = queries.dispute(dispute, by=scene.manager, at=row.until)
    assert card.reasons == "查看了门禁记录。" and card.statements[0].text == WORDS and card.own == "provider"


def test_fewer_minutes_and_a_lower_price(scene: Scene) -> None:
    ref = scene.confirmed()
    dispute = raised(scene, ref, claim="shorter")
    recorded, pays = scene.proof(ref).minutes, scene.card(ref).line.pays_fen
    assert recorded
    for minutes in (0, recorded, None):
        with pytest.raises(RuleBroken, match="fewer than"):
            decided(scene, dispute, "minutes", minutes=minutes)
    decided(scene, dispute, "minutes", minutes=recorded // 2)
    assert scene.proof(ref).minutes == recorded // 2 and scene.row(ref).state == State.CONFIRMED
    assert scene.card(ref).line.pays_fen == pays * (recorded // 2) // recorded
    row = Dispute.objects.get()
    assert (row.minutes, row.minutes_before) == (recorded // 2, recorded)


def test_a_lower_price_is_at_most_what_is_paid(scene: Scene) -> None:
    ref = scene.confirmed()
    dispute, pays = raised(scene, ref, claim="not_as_agreed"), scene.card(ref).line.pays_fen
    for amount in (None, 0, pays + 1):
        with pytest.raises(RuleBroken, match="at most what is paid"):
            decided(scene, dispute, "price", reduced_fen=amount)
    decided(scene, dispute, "price", reduced_fen=pays)
    assert scene.card(ref).line.pays_fen == 0


def test_a_struck_rating_is_gone_and_the_visit_stands(scene: Scene) -> None:
    ref = scene.make["rated"]()
    dispute = raised(scene, ref, claim="rating", by=scene.clerk)
    decided(scene, dispute, "rating_struck")
    row = scene.row(ref)
    assert (row.state, row.grade, row.comment_sealed) == (State.CONFIRMED, None, None)
    assert Entry.objects.filter(fact="orders.RatingStruck", about=ref).count() == 1
    actions.rate(ref, grade=4, by=scene.resident, at=row.until + 2 * DAY)  # anew, about this visit


@pytest.mark.parametrize(("absent", "claim", "who", "outcome"), [
    ("resident_absent", "was_there", "resident", "provider_absent"),
    ("provider_absent", "came", "manager", "resident_absent"),
])
def test_who_was_absent_is_turned_round(scene: Scene, absent: str, claim: str, who: str, outcome: str) -> None:
    ref = scene.accepted()
    by = scene.manager if absent == "resident_absent" else scene.resident
    actions.no_show(ref, by=by, at=scene.row(ref).begin + timedelta(minutes=30))
    assert scene.row(ref).reason == absent
    dispute = raised(scene, ref, claim=claim, by=getattr(scene, who))
    decided(scene, dispute, outcome)
    assert (scene.row(ref).state, scene.row(ref).reason) == (State.NO_SHOW, outcome)


def test_what_stands_changes_nothing(scene: Scene) -> None:
    ref = scene.make["rated"]()
    decided(scene, raised(scene, ref), "stands")
    row = scene.row(ref)
    assert (row.state, row.grade, row.reduced_fen) == (State.RATED, 5, 0)
    with pytest.raises(Conflict, match="already"):
        raised(scene, ref, claim="shorter")


def test_nobody_is_judged_unheard_or_by_a_side(scene: Scene) -> None:
    ref = scene.served()
    dispute = raised(scene, ref)
    at = scene.row(ref).until
    with pytest.raises(RuleBroken, match="may answer until 2026-11-22"):
        actions.decide(dispute, outcome="stands", reasons="不成立。", by=scene.officer, at=at + 5 * DAY)
    neighbour = Actor(scene.officer.ref, scene.person, scene.officer.grants)
    carer = Actor(scene.carer.ref, None, (*scene.carer.grants, *scene.officer.grants))
    for own in (neighbour, carer):
        with pytest.raises(NotAllowed, match="Somebody else of your office"):
            actions.decide(dispute, outcome="stands", reasons="不成立。", by=own, at=at + 6 * DAY)
    manager = Actor(scene.manager.ref, None, (*scene.manager.grants, *scene.officer.grants))
    with pytest.raises(NotAllowed):
        actions.decide(dispute, outcome="stands", reasons="不成立。", by=manager, at=at + 6 * DAY)
    for stranger in (scene.elsewhere, scene.neighbour, scene.rival, scene.carer):
        with pytest.raises(NotFound):
            actions.decide(dispute, outcome="stands", reasons="不成立。", by=stranger, at=at + 6 * DAY)
    for outcome, reasons in (("minutes", "不成立。"), ("stands", "  ")):
        with pytest.raises(RuleBroken):
            actions.decide(dispute, outcome=outcome, reasons=reasons, by=scene.officer, at=at + 6 * DAY)
    actions.decide(dispute, outcome="stands", reasons="不成立。", by=scene.officer, at=at + 6 * DAY)
    with pytest.raises(Conflict):
        actions.decide(dispute, outcome="struck", reasons="改判。", by=scene.officer, at=at + 6 * DAY)


def test_meanwhile_nothing_is_confirmed_or_rated_by_anybody(scene: Scene) -> None:
    ref = scene.served()
    dispute = raised(scene, ref)
    at = scene.row(ref).until
    with pytest.raises(Conflict, match="disputed"):
        actions.confirm(ref, by=scene.resident, at=at)
    with pytest.raises(Conflict, match="disputed"):
        actions.rate(ref, grade=1, by=scene.resident, at=at)
    assert {"confirm", "rate", "dispute"}.isdisjoint(move.name for move in scene.card(ref, at=at).moves)
    assert jobs.confirm_undisputed(at + 60 * DAY) == 0 and jobs.ask_for_ratings(at + 4 * DAY) == 0
    assert not actions.confirm_undisputed(ref, at=at + 60 * DAY)
    actions.withdraw(dispute, by=scene.daughter, at=at)
    actions.confirm(ref, by=scene.resident, at=at)
    assert raised(scene, ref)  # taken back is not decided


def test_only_the_own_side_takes_back_and_only_the_two_sides_speak(scene: Scene) -> None:
    dispute = raised(scene, scene.served())
    with pytest.raises(NotAllowed):
        actions.withdraw(dispute, by=scene.manager, at=AT)
    with pytest.raises(NotAllowed, match="two sides"):
        actions.say(dispute, text="我也说一句", by=scene.officer, at=AT)
    actions.say(dispute, text="补充一点。", by=scene.daughter, at=AT)
    assert Dispute.objects.get().state == "open"
    for _ in range(8):
        actions.say(dispute, text="补充一点。", by=scene.resident, at=AT)
    with pytest.raises(RuleBroken, match="at most 10 times"):
        actions.say(dispute, text="补充一点。", by=scene.resident, at=AT)
    actions.say(dispute, text="答复。", by=scene.manager, at=AT)
    assert Dispute.objects.get().state == "answered"


def test_too_late_or_nothing_to_dispute(scene: Scene) -> None:
    ref = scene.served()
    with pytest.raises(RuleBroken, match="within 15 days"):
        actions.dispute(ref, claim="not_given", text=WORDS, by=scene.resident, at=scene.row(ref).until + 16 * DAY)
    with pytest.raises(NotAllowed, match="nothing here"):
        raised(scene, ref, by=scene.manager)
    for claim in ("rating", "was_there", ""):
        with pytest.raises(RuleBroken, match="from the list"):
            raised(scene, ref, claim=claim)
    with pytest.raises(Conflict):
        raised(scene, scene.accepted(days=2))
    assert not Dispute.objects.exists()


@pytest.mark.parametrize(("content", "sentence"), [
    (b"<html><script>", "JPEG, PNG"), (PHOTO + b"0" * 1_000_000, "larger than 1 MB"), (b"GIF89a", "JPEG, PNG"),
    (samples.PROGRAM, "a program"), (samples.PDF[:40], "broken off"),
])
def test_files_that_are_no_evidence(scene: Scene, content: bytes, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        raised(scene, scene.served(), file=content)
    assert not Dispute.objects.exists()


def test_evidence_is_sealed_and_read_by_those_concerned_alone(scene: Scene) -> None:
    dispute = raised(scene, scene.served(), file=PHOTO)
    row = Statement.objects.get()
    assert row.file and row.text_sealed
    assert disk.opened(row.file).read() != PHOTO and WORDS.encode() not in bytes(row.text_sealed)
    path = f"/disputes/{dispute}/files/{row.ref}/"
    for by in (scene.resident, scene.daughter, scene.manager, scene.officer):
        answer = raw(path, by)
        assert answer.getvalue() == PHOTO and answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Type"] == "image/jpeg"
    for by in (scene.neighbour, scene.rival, scene.carer, scene.elsewhere):
        with pytest.raises(NotFound):
            queries.evidence(dispute, row.ref, by=by)
    people.erase(scene.person, by=scene.resident, at=AT + 30 * DAY)
    with pytest.raises(NotFound):
        queries.evidence(dispute, row.ref, by=scene.officer)
    assert "erased" in str(queries.dispute(dispute, by=scene.officer, at=AT).statements[0].text)


def raw(path: str, by: Actor) -> Any:
    request = RequestFactory().get(path)
    request.actor, request.at, request.account = by, AT, None  # type: ignore[attr-defined]
    view, args, kwargs = resolve(path)
    return view(request, *args, **kwargs)


def test_an_officer_without_the_region_decides_nothing(scene: Scene) -> None:
    dispute = raised(scene, scene.served())
    assert queries.deciding(scene.officer).count() == 1 and queries.deciding(scene.elsewhere).count() == 0
    auditor = Actor(scene.officer.ref, None, (Grant(ROLES["auditor"].permissions, f"region:{SHUSHAN}"),))
    with pytest.raises(NotFound):
        actions.decide(dispute, outcome="stands", reasons="不成立。", by=auditor, at=AT + 30 * DAY)
    with pytest.raises(NotFound):
        queries.dispute(dispute, by=SYSTEM, at=AT)


# Doors


def got(answer: HttpResponse, status: int = 200) -> str:
    assert answer.status_code == status, text(answer)[:2000]
    return text(answer)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_the_order_to_the_decision(scene: Scene, language: str, django_assert_max_num_queries: Any) -> None:
    ref = scene.served()
    at = scene.row(ref).until

    def open_(path: str, by: Actor, status: int = 200, **more: Any) -> str:
        with django_assert_max_num_queries(8):
            return got(visit(path, by=by, at=more.pop("at", at), language=language, **more), status)

    page = open_(f"/orders/{ref}/", scene.resident)
    assert f"/orders/{ref}/dispute/" in page
    page = open_(f"/orders/{ref}/dispute/", scene.resident)
    assert 'value="not_given"' in page and 'value="rating"' not in page
    refused = got(visit(f"/orders/{ref}/dispute/", {"claim": "not_given", "text": ""}, by=scene.resident, at=at,
                        method="POST", language=language), 422)
    assert 'value="not_given"' in refused and not Dispute.objects.exists()
    sent = visit(f"/orders/{ref}/dispute/", {"claim": "not_given", "text": WORDS, "file": SimpleUploadedFile(
        "我家.jpg", PHOTO)}, by=scene.resident, at=at, method="POST", language=language)
    dispute = Dispute.objects.get().ref
    assert sent["Location"] == f"/disputes/{dispute}/"
    assert WORDS in open_(f"/disputes/{dispute}/", scene.manager)
    assert f"/disputes/{dispute}/" in open_(f"/orders/{ref}/", scene.resident)
    assert f"/disputes/{dispute}/" in open_("/officer/disputes/", scene.officer)
    assert f"/disputes/{dispute}/" in open_("/provider/disputes/", scene.manager)
    assert f"/disputes/{dispute}/" not in open_("/officer/disputes/", scene.elsewhere)
    early = got(visit(f"/disputes/{dispute}/decide/", {"outcome": "stands", "reasons": "不成立。"}, by=scene.officer,
                      at=at, method="POST", language=language), 422)
    assert "2026-11-22" in early
    said = visit(f"/disputes/{dispute}/say/", {"text": "当时门铃没人应。"}, by=scene.manager, at=at, method="POST")
    assert said.status_code == 302
    page = open_(f"/disputes/{dispute}/", scene.officer)
    assert "当时门铃没人应。" in page and 'value="struck"' in page and 'name="minutes"' not in page
    done = visit(f"/disputes/{dispute}/decide/", {"outcome": "struck", "reasons": "门禁记录显示无人到访。"},
                 by=scene.officer, at=at, method="POST")
    assert done.status_code == 302
    for by in (scene.resident, scene.manager, scene.officer):
        assert "门禁记录显示无人到访。" in open_(f"/disputes/{dispute}/", by)
        open_(f"/orders/{ref}/", by)
    assert visit("/officer/disputes/", by=scene.resident).status_code == 403


def test_the_calls(scene: Scene) -> None:
    ref = scene.served()
    at = scene.row(ref).until

    def post(path: str, body: dict[str, Any], by: Actor) -> HttpResponse:
        return visit(f"/api/v1{path}", body, by=by, at=at, method="POST")

    assert "dispute" in json.loads(visit(f"/api/v1/orders/{ref}", by=scene.resident, at=at).content)["moves"]
    assert post(f"/orders/{ref}/dispute", {"reason": "not_given"}, scene.resident).status_code == 422
    told = json.loads(post(f"/orders/{ref}/dispute", {"reason": "not_given", "comment": WORDS}, scene.resident).content)
    assert "dispute" not in told["moves"] and told["dispute"]
    path = f"/disputes/{told['dispute']}"
    assert json.loads(post(f"{path}/say", {"text": "记录如此。"}, scene.manager).content)["state"] == "answered"
    assert post(f"{path}/decide", {"outcome": "struck", "text": "理由。"}, scene.manager).status_code == 403
    done = json.loads(post(f"{path}/decide", {"outcome": "struck", "text": "理由。"}, scene.officer).content)
    assert (done["state"], done["outcome"], done["reasons"], done["own"]) == ("decided", "struck", "理由。", None)
    assert post(f"{path}/withdraw", {}, scene.resident).status_code == 409
    assert visit(f"/api/v1{path}", by=scene.neighbour, at=at).status_code == 404
