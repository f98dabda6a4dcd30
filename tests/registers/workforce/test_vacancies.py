import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.engines.journal import actions as journal
from linli.engines.journal.models import Entry
from linli.engines.rulebook.models import Duty
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.organisations import actions as organisations
from linli.registers.people import actions as people
from linli.registers.practitioners import actions as practitioners
from linli.registers.practitioners import queries as staff
from linli.registers.workforce import actions, queries
from linli.registers.workforce.models import Candidacy, Vacancy
from linli.registers.workforce.states import CANDIDACIES, CANDIDACY_LABELS, VACANCY_LABELS
from linli.registers.workforce.states import Candidacy as State
from linli.registers.workforce.states import Vacancy as Open
from tests.actors import AT, actor
from tests.registers.visiting import text, visit
from tests.registers.workforce.conftest import ON, Scene, person

POST: dict[str, Any] = {"title": "驻站社工", "description": "在社工站接待居民，上门走访。", "places": 1,
                        "closes_on": date(2026, 12, 1), "pay_from_fen": 450_000, "pay_until_fen": 600_000}


def advertised(scene: Scene, **changes: Any) -> UUID:
    return actions.advertise(organisation=scene.organisation, **POST | changes, by=scene.manager, at=AT)


def sent(scene: Scene, vacancy: UUID, **changes: Any) -> UUID:
    given: dict[str, Any] = {"letter": "做过三年走访。", "consented": True} | changes
    return actions.send(vacancy, **given, by=scene.other, at=AT)


def test_a_post_is_advertised_applied_for_offered_and_taken(scene: Scene) -> None:
    post = advertised(scene)
    ref = sent(scene, post)
    duty = Duty.objects.get(about=ref)
    assert (duty.owner, duty.due_on) == (f"organisation:{scene.organisation}", date(2026, 12, 1))
    (card,) = queries.candidacies(post, by=scene.manager, on=ON)
    assert (card.name, card.letter) == ("李强", "做过三年走访。")  # they agreed to it
    actions.offer_post(ref, answer="周一来报到。", by=scene.manager, at=AT)
    duty.refresh_from_db()
    assert duty.state == "met"
    with pytest.raises(RuleBroken, match="residents see"):
        actions.take_post(ref, consented=False, by=scene.other, at=AT)
    actions.take_post(ref, consented=True, by=scene.other, at=AT)
    assert {card.name: card.title for card in staff.of_organisation(scene.organisation)}["李强"] == "驻站社工"
    assert queries.vacancy(post, on=ON).state == "filled" and queries.vacancies(on=ON)[1] == 0
    said = str(list(Entry.objects.values_list("payload", flat=True)))
    assert "走访" not in said and b"\xe8" not in bytes(Candidacy.objects.get().letter_sealed)[:3]


def test_who_left_comes_back_with_the_same_passport(scene: Scene) -> None:
    number = scene.number
    practitioners.leave(scene.practitioner, by=scene.manager, at=AT)
    ref = actions.send(advertised(scene), letter="想回来。", consented=True, by=scene.worker, at=AT)
    actions.offer_post(ref, answer="欢迎。", by=scene.manager, at=AT)
    actions.take_post(ref, consented=True, by=scene.worker, at=AT)
    assert staff.practitioner(scene.practitioner).state == "active" and scene.number == number


def test_the_last_place_refuses_all_others(scene: Scene) -> None:
    post, third = advertised(scene), person("赵丽", "340104199003072342")
    first = sent(scene, post)
    second = actions.send(post, letter="我也想来。", consented=True, by=third, at=AT)
    for ref in (first, second):
        actions.offer_post(ref, answer="可以。", by=scene.manager, at=AT)
    actions.take_post(first, consented=True, by=scene.other, at=AT)
    with pytest.raises(Conflict, match="gone"):
        actions.take_post(second, consented=True, by=third, at=AT)
    assert queries.candidacy(second, by=third, on=ON).state == "refused"
    assert not Duty.objects.filter(rule_id="workforce.answer", state="running").exists()


@pytest.mark.parametrize(("changes", "field", "sentence"), [
    ({"title": ""}, "title", "needed"), ({"description": " "}, "description", "needed"),
    ({"level": "wizard"}, "level", "three levels"), ({"places": 0}, "places", "1 to 500"),
    ({"pay_from_fen": 0}, "pay_from", "pay of a month"), ({"pay_until_fen": 1}, "pay_until", "below"),
    ({"pay_from_fen": None}, "pay_until", "below"), ({"closes_on": ON}, "last_on", "last day"),
    ({"closes_on": ON + timedelta(184)}, "last_on", "half a year"),
])
def test_what_cannot_be_advertised(scene: Scene, changes: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        advertised(scene, **changes)
    assert why.value.field == field and not Vacancy.objects.exists()


def test_who_may_advertise(scene: Scene) -> None:
    for by in (scene.office, scene.worker, actor(f"organisation:{scene.practitioner}", "workforce.recruit")):
        with pytest.raises(NotAllowed):
            actions.advertise(organisation=scene.organisation, **POST, by=by, at=AT)
    organisations.suspend(scene.organisation, reasons="整改", by=actor("region:340100000000", "organisations.approve"),
                          at=AT)
    with pytest.raises(Conflict, match="suspended"):
        advertised(scene)


def test_what_cannot_be_applied_for(scene: Scene) -> None:
    post = advertised(scene, level="worker")
    with pytest.raises(RuleBroken, match="registration as Social worker or higher"):
        sent(scene, post)
    for level, number in (("assistant", "ZG-0101"), ("senior", "ZG-0102")):
        ref = actions.apply(level=level, certificate=number, certified_on=date(2026, 6, 1), by=scene.other, at=AT)
        actions.register(ref, by=scene.office, at=AT)
        if level == "assistant":
            with pytest.raises(RuleBroken):
                sent(scene, post)
    with pytest.raises(RuleBroken, match="Agree"):
        sent(scene, post, consented=False)
    with pytest.raises(RuleBroken, match="needed"):
        sent(scene, post, letter="")
    sent(scene, post)
    with pytest.raises(Conflict, match="applied for this post already"):
        sent(scene, post)
    with pytest.raises(Conflict, match="work for this organisation"):
        actions.send(advertised(scene), letter="x", consented=True, by=scene.worker, at=AT)
    with pytest.raises(Conflict, match="not open any more"):
        actions.send(post, letter="x", consented=True, by=scene.worker, at=AT + timedelta(15))
    with pytest.raises(NotAllowed):
        actions.send(post, letter="x", consented=True, by=scene.office, at=AT)


def test_what_has_passed_its_day_is_closed_once_everybody_is_answered(scene: Scene) -> None:
    post, later = advertised(scene), AT + timedelta(20)
    ref = sent(scene, post)
    assert actions.close_ended(by=SYSTEM, at=later) == 0
    actions.refuse_candidacy(ref, answer="已有人选。", by=scene.manager, at=later)
    assert actions.close_ended(by=SYSTEM, at=AT) == 0 and actions.close_ended(by=SYSTEM, at=later) == 1
    assert queries.vacancy(post, on=ON).state == "closed"


def test_closing_a_post_answers_who_waits_and_erasure_ends_an_application(scene: Scene) -> None:
    post = advertised(scene)
    ref = sent(scene, post)
    actions.close_vacancy(post, by=scene.manager, at=AT)
    assert queries.candidacy(ref, by=scene.other, on=ON).state == "refused"
    second = sent(scene, advertised(scene))
    people.erase(scene.other.person or scene.person, by=SYSTEM, at=AT)
    journal.run()
    found = queries.candidacy(second, by=scene.manager, on=ON)
    assert found.state == "refused" and "走访" not in found.letter


MOVES: dict[str, tuple[str, Callable[[Any, Any], object]]] = {
    "withdraw_candidacy": ("other", lambda ref, by: actions.withdraw_candidacy(ref, by=by, at=AT)),
    "offer_post": ("manager", lambda ref, by: actions.offer_post(ref, answer="x", by=by, at=AT)),
    "refuse_candidacy": ("manager", lambda ref, by: actions.refuse_candidacy(ref, answer="x", by=by, at=AT)),
    "take_post": ("other", lambda ref, by: actions.take_post(ref, consented=True, by=by, at=AT)),
    "decline_post": ("other", lambda ref, by: actions.decline_post(ref, by=by, at=AT)),
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("role", ["other", "manager", "worker", "office"])
@pytest.mark.parametrize("move", list(MOVES))
def test_every_move_from_every_state_by_every_role(scene: Scene, move: str, role: str, state: State) -> None:
    ref = sent(scene, advertised(scene))
    Candidacy.objects.update(state=state)
    right, act = MOVES[move]
    refusal: type[Exception] | None = None
    if role in ("worker", "office"):
        refusal = NotFound
    elif role != right:
        refusal = NotAllowed
    elif state not in CANDIDACIES.moves[move].sources:
        refusal = Conflict
    if refusal:
        with pytest.raises(refusal):
            act(ref, getattr(scene, role))
    else:
        act(ref, getattr(scene, role))
        assert Candidacy.objects.get().state == CANDIDACIES.moves[move].target


def test_every_state_has_a_label() -> None:
    assert set(CANDIDACY_LABELS) == set(State) and set(VACANCY_LABELS) == set(Open)


def test_the_pages_of_a_post(scene: Scene) -> None:
    form = {"title": "驻站社工", "description": "接待居民。", "level": "", "places": "1", "pay_from": "4500",
            "pay_until": "4000", "last_on": "2026-11-30"}
    bad = visit("/provider/vacancies/new/", form, by=scene.manager, method="POST")
    assert bad.status_code == 422 and "#id_pay_until" in text(bad) and 'value="驻站社工"' in text(bad)
    made = visit("/provider/vacancies/new/", form | {"pay_until": "6000"}, by=scene.manager, method="POST")
    assert made.status_code == 302
    ref = Vacancy.objects.get().ref
    listed = text(visit("/vacancies/?q=社工"))
    assert "驻站社工" in listed and "¥4,500" in listed and "30 Nov 2026" in listed
    assert "No post fits" in text(visit("/vacancies/?q=飞行员")) and "岗位" in text(visit("/vacancies/", language="zh"))
    one = f"/vacancies/{ref}/"
    assert "Sign in to apply" in text(visit(one))
    empty = visit(one, {"letter": "我愿意来。"}, by=scene.other, method="POST")
    assert empty.status_code == 422 and "我愿意来。" in text(empty) and "#id_consented" in text(empty)
    assert visit(one, {"letter": "我愿意来。", "consented": "on"}, by=scene.other, method="POST").status_code == 302
    desk = f"/provider/vacancies/{ref}/"
    page = text(visit(desk, by=scene.manager))
    assert "李强" in page and "我愿意来。" in page and "0 of 1 places" in page
    assert visit(desk, by=scene.worker).status_code == 403
    candidacy = Candidacy.objects.get().ref
    unsaid = visit(f"/provider/candidacies/{candidacy}/offer/", {}, by=scene.manager, method="POST")
    assert unsaid.status_code == 422
    answer = {f"{candidacy}-answer": "周一报到。"}
    offered = visit(f"/provider/candidacies/{candidacy}/offer/", answer, by=scene.manager, method="POST")
    assert offered.status_code == 302
    assert "周一报到。" in text(visit("/me/vacancies/", by=scene.other))
    unwilling = visit(f"/me/vacancies/{candidacy}/take/", {}, by=scene.other, method="POST")
    assert unwilling.status_code == 422 and "Agree that residents" in text(unwilling)
    taken = visit(f"/me/vacancies/{candidacy}/take/", {"consented": "on"}, by=scene.other, method="POST")
    assert taken.status_code == 302
    assert "filled" in text(visit("/provider/vacancies/", by=scene.manager))
    assert visit(f"{desk}close/", by=scene.manager, method="POST").status_code == 409


def test_posts_over_the_api(scene: Scene) -> None:
    def call(path: str, data: dict[str, Any], by: Any, key: str = "k") -> Any:
        return visit(f"/api/v1{path}", data, by=by, method="POST", key=key)

    body = {"organisation": str(scene.organisation), **POST, "closes_on": "2026-12-01"}
    made = call("/vacancies", body, scene.manager)
    ref = json.loads(made.content)["ref"]
    assert made.status_code == 201 and call("/vacancies", body, scene.manager).status_code == 200
    assert json.loads(visit("/api/v1/vacancies").content)["items"][0]["open"]
    one = call(f"/vacancies/{ref}/candidacies", {"letter": "x", "consented": True}, scene.other, key="c")
    mine = json.loads(one.content)["ref"]
    assert one.status_code == 201 and json.loads(one.content)["moves"] == ["withdraw_candidacy"]
    assert visit(f"/api/v1/candidacies/{mine}", by=scene.worker).status_code == 404
    assert json.loads(call(f"/candidacies/{mine}/offer", {"answer": "x"}, scene.manager).content)["state"] == "offered"
    assert json.loads(call(f"/candidacies/{mine}/decline", {}, scene.other).content)["state"] == "declined"
    assert call(f"/candidacies/{mine}/take", {"consented": True}, scene.other).status_code == 409
    assert json.loads(call(f"/vacancies/{ref}/close", {}, scene.manager).content)["state"] == "closed"
