"""Services of several fields as one offer: who leads, who must agree, what it may cost, who finds it."""
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.directory import actions, queries
from linli.registers.directory.models import Bundle
from linli.registers.directory.states import BUNDLE_LABELS, BUNDLE_LIFE, MANAGE, BundleState
from tests.actors import AT, actor
from tests.registers.directory.conftest import Scene
from tests.registers.visiting import text, visit


def draft(scene: Scene, services: list[UUID], **said: Any) -> UUID:
    given: dict[str, Any] = {
        "kind": "medical_elderly", "name": "助浴加护理", "summary": "一次办。", "by": scene.manager} | said
    return actions.draft_bundle(scene.provider, services=[actions.Chosen(ref) for ref in services], at=AT, **given)


@pytest.fixture
def two(scene: Scene) -> list[UUID]:
    """A service of ours in elderly care, and one of another provider in health."""
    return [scene.list(), scene.list(organisation=scene.other, by=scene.stranger, category="home_nursing", site=None)]


def test_a_bundle_is_listed_once_its_partner_has_agreed(scene: Scene, two: list[UUID]) -> None:
    ref = draft(scene, two, price_fen=12_000)
    card = queries.bundle(ref, by=scene.manager)
    assert (card.price_fen, card.worth_fen, [part.agreed for part in card.parts]) == (12_000, 16_000, [True, False])
    with pytest.raises(NotFound):
        queries.bundle(ref, by=ANONYMOUS)
    with pytest.raises(RuleBroken, match="has not agreed"):
        actions.list_bundle(ref, by=scene.manager, at=AT)
    assert [move.name for move in queries.bundle_moves(card, by=scene.stranger)] == ["agree_to_bundle"]
    actions.agree_to_bundle(ref, by=scene.stranger, at=AT)
    actions.list_bundle(ref, by=scene.manager, at=AT)
    assert queries.bundle(ref, by=ANONYMOUS).open and [one.ref for one in queries.bundles()[0]] == [ref]
    assert list(queries.bundles_with(two)) == two and queries.bundles(kind="other") == ([], 0)
    actions.pause(two[1], by=scene.stranger, at=AT)
    assert not queries.bundle(ref, by=ANONYMOUS).open and queries.bundles() == ([], 0)
    actions.withdraw_bundle(ref, by=scene.manager, at=AT)
    with pytest.raises(NotFound):
        queries.bundle(ref, by=ANONYMOUS)


def test_changing_a_draft_keeps_what_was_agreed(scene: Scene, two: list[UUID]) -> None:
    ref = draft(scene, two)
    actions.agree_to_bundle(ref, by=scene.stranger, at=AT)
    more = scene.list(category="meals", name="送餐")
    actions.change_bundle(ref, kind="medical_elderly", name="新名", summary="甲", services=[
        actions.Chosen(two[1], 2), actions.Chosen(two[0]), actions.Chosen(more, role="logistics")],
        by=scene.manager, at=AT)
    card = queries.bundle(ref, by=scene.manager)
    assert [(part.service, part.times, part.role, part.agreed) for part in card.parts] == [
        (two[1], 2, "main", True), (two[0], 1, "main", True), (more, 1, "logistics", True)]


@pytest.mark.parametrize(("said", "field", "sentence"), [
    ({"kind": "alchemy"}, "kind", "not one of the choices"), ({"name": " "}, "name", "Fill this in"),
    ({"kind": "sports_health"}, "services", "joins other fields"), ({"price_fen": 16_001}, "price_fen", "at most"),
    ({"price_fen": -1}, "price_fen", "at most"),
])
def test_what_no_bundle_can_be(scene: Scene, two: list[UUID], said: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        draft(scene, two, **said)
    assert why.value.field == field and not Bundle.objects.exists()


def test_its_services_are_several_fields_some_of_them_the_leaders(scene: Scene, two: list[UUID]) -> None:
    other = scene.list(category="home_care", name="照护")
    theirs = scene.list(organisation=scene.other, by=scene.stranger, site=None)
    for services, sentence in (([two[0]], "2 to 12"), ([two[0], other], "joins other fields"),
                               ([two[1]] * 2, "each once"), ([two[1], theirs], "leads")):
        with pytest.raises(RuleBroken, match=sentence):
            draft(scene, services)
    with pytest.raises(RuleBroken, match="different fields"):
        draft(scene, [two[0], other], kind="other")
    for by in (scene.stranger, scene.resident):
        with pytest.raises(NotAllowed):
            draft(scene, two, by=by)


MATRIX = [(move, state, role) for move in BUNDLE_LIFE.moves.values() if move.name != "draft_bundle"
          for state in BundleState for role in ("manager", "stranger", "resident", "outsider")]


@pytest.mark.parametrize(("move", "state", "role"), MATRIX, ids=lambda part: getattr(part, "name", part))
def test_every_move_from_every_state_by_every_role(
    scene: Scene, two: list[UUID], move: Any, state: BundleState, role: str
) -> None:
    ref = draft(scene, two)
    if move.name == "list_bundle":
        actions.agree_to_bundle(ref, by=scene.stranger, at=AT)
    Bundle.objects.filter(ref=ref).update(state=state)
    by: Actor = actor("organisation:01a20355-c270-7be7-871c-0dfb2e3c8669", MANAGE) if role == "outsider" else getattr(
        scene, role)
    more = {"kind": "medical_elderly", "name": "新名", "summary": "甲", "services": [actions.Chosen(one) for one in two]
            } if move.name == "change_bundle" else {}
    right = "stranger" if move.name == "agree_to_bundle" else "manager"
    refusal: type[Refusal] | None = None
    if role != right:
        refusal = NotAllowed if state == BundleState.LISTED or role in ("manager", "stranger") else NotFound
    elif state not in move.sources:
        refusal = Conflict

    def run() -> None:
        getattr(actions, move.name)(ref, by=by, at=AT, **more)

    if refusal:
        with pytest.raises(refusal):
            run()
        assert Bundle.objects.get().state == state
    else:
        run()
        assert Bundle.objects.get().state == (move.target or state)


def test_every_bundle_state_has_its_words() -> None:
    assert set(BUNDLE_LABELS) == set(BundleState)


def test_the_pages_lead_from_a_draft_to_what_residents_see(scene: Scene, two: list[UUID]) -> None:
    form = {"kind": "medical_elderly", "name": "助浴加护理", "summary": "一次办。", "price_fen": "120",
            "service_0": str(two[0]), "times_0": "2", "role_0": "main", "service_1": str(two[1])}
    wrong = visit("/provider/bundles/new/", form | {"service_1": ""}, by=scene.manager, method="POST")
    assert wrong.status_code == 422 and 'value="助浴加护理"' in text(wrong)
    done = visit("/provider/bundles/new/", form, by=scene.manager, method="POST")
    assert done.status_code == 302
    ref = Bundle.objects.get().ref
    page = text(visit(f"/provider/bundles/{ref}/", by=scene.manager))
    assert "has not agreed yet" in page and 'value="120"' in page
    late = visit(f"/provider/bundles/{ref}/list/", by=scene.manager, method="POST")
    assert late.status_code == 422 and "A partner has not agreed yet" in text(late)
    assert "Agree" in text(visit("/provider/bundles/", by=scene.stranger))
    visit(f"/provider/bundles/{ref}/agree/", by=scene.stranger, method="POST")
    assert visit(f"/provider/bundles/{ref}/list/", by=scene.manager, method="POST").status_code == 302
    assert "助浴加护理" in text(visit("/bundles/")) and "医养结合" in text(visit("/bundles/", language="zh"))
    page = text(visit(f"/bundles/{ref}/"))
    assert "¥120" in page and "¥240" in page and "× 2" in page and "和顺" in page
    assert "助浴加护理" in text(visit(f"/services/{two[1]}/")) and visit(f"/bundles/{scene.site}/").status_code == 404
    assert visit(f"/provider/bundles/{ref}/", by=scene.resident).status_code == 403
