import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.practitioners import queries as passports
from linli.registers.workforce import actions, queries
from linli.registers.workforce.models import Honour
from tests.actors import AT
from tests.registers.visiting import text, visit
from tests.registers.workforce.conftest import ON, Scene
from tests.registers.workforce.test_sanctions import office

GIVEN: dict[str, Any] = {"award": "优秀社会工作者", "giver": "合肥市民政局", "basis": "合民〔2026〕12号",
                         "awarded_on": date(2026, 9, 1)}


def bestowed(scene: Scene, **changes: Any) -> UUID:
    return actions.bestow(**{"passport": scene.number, **GIVEN, **changes}, by=office(), at=AT)


def shown(scene: Scene) -> list[str]:
    return [one.title for one in passports.passport(scene.number, on=ON).remarks]


def test_an_honour_stands_on_the_passport_while_the_person_likes(scene: Scene) -> None:
    ref = bestowed(scene)
    assert shown(scene) == ["优秀社会工作者"]
    actions.hide_honour(ref, by=scene.worker, at=AT)
    assert shown(scene) == [] and queries.own_conduct(by=scene.worker)[0][0].award == "优秀社会工作者"
    actions.show_honour(ref, by=scene.worker, at=AT)
    assert shown(scene) == ["优秀社会工作者"]
    for by in (office(), scene.manager, scene.other):
        with pytest.raises((NotAllowed, NotFound)):
            actions.hide_honour(ref, by=by, at=AT)


def test_a_withdrawn_honour_leaves_the_passport_and_stays_in_the_history(scene: Scene) -> None:
    ref = bestowed(scene)
    actions.withdraw_honour(ref, reasons="材料不实。", by=office(), at=AT)
    card = queries.honour(ref, by=scene.worker)
    assert shown(scene) == [] and (card.state, card.reasons, card.moves) == ("withdrawn", "材料不实。", ())
    with pytest.raises(Conflict):
        actions.withdraw_honour(ref, reasons="x", by=office(), at=AT)
    with pytest.raises(Conflict):
        actions.show_honour(ref, by=scene.worker, at=AT)
    bestowed(scene)  # it can be given anew


@pytest.mark.parametrize(("changes", "field"), [
    ({"award": ""}, "award"), ({"giver": "x" * 101}, "giver"), ({"basis": " "}, "basis"),
    ({"awarded_on": ON + timedelta(1)}, "awarded_on"), ({"passport": "P123"}, "number"),
])
def test_what_is_no_honour(scene: Scene, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as why:
        bestowed(scene, **changes)
    assert why.value.field == field and not Honour.objects.exists()


def test_who_may_record_one(scene: Scene) -> None:
    for by in (scene.elsewhere, scene.reader, scene.manager, scene.worker):
        with pytest.raises(NotAllowed):
            actions.bestow(passport=scene.number, **GIVEN, by=by, at=AT)
    with pytest.raises(RuleBroken, match="themselves"):
        actions.bestow(passport=scene.number, **GIVEN, by=office(person=scene.person), at=AT)
    bestowed(scene)
    with pytest.raises(Conflict, match="recorded already"):
        bestowed(scene)


def test_erasing_empties_what_it_said(scene: Scene) -> None:
    ref = bestowed(scene)
    actions.forget(scene.person, by=SYSTEM, at=AT)
    row = Honour.objects.get(ref=ref)
    assert (row.award, row.giver, row.basis, row.shown) == ("", "", "", False) and shown(scene) == []


def test_the_pages_of_honours(scene: Scene) -> None:
    by, form = office(), {"passport": scene.number, **GIVEN, "awarded_on": "2026-09-01"}
    bad = visit("/officer/workforce/honours/new/", form | {"awarded_on": "2099-01-01"}, by=by, method="POST")
    assert bad.status_code == 422 and "#id_awarded_on" in text(bad) and "合民〔2026〕12号" in text(bad)
    assert visit("/officer/workforce/honours/new/", form, by=by, method="POST").status_code == 302
    ref = Honour.objects.get().ref
    door = text(visit(f"/p/{scene.number}/"))
    assert "优秀社会工作者" in door and "合肥市民政局" in door
    own = text(visit("/me/profession/conduct/", by=scene.worker))
    assert "your passport shows it" in own
    assert visit(f"/me/profession/honours/{ref}/hide/", by=scene.worker, method="POST").status_code == 302
    assert "优秀社会工作者" not in text(visit(f"/p/{scene.number}/"))
    path = f"/officer/workforce/honours/{ref}/withdraw/"
    empty = visit(path, {f"{ref}-reasons": ""}, by=by, method="POST")
    assert empty.status_code == 422 and "<details open" in text(empty)
    assert visit(path, {f"{ref}-reasons": "重复"}, by=by, method="POST").status_code == 302
    assert "重复" in text(visit("/me/profession/conduct/", by=scene.worker))
    assert visit("/officer/workforce/honours/new/", by=scene.reader).status_code == 403
    assert visit("/officer/workforce/honours/", by=scene.worker).status_code == 403


def test_honours_over_the_api(scene: Scene) -> None:
    def send(path: str, data: dict[str, Any], by: Any) -> Any:
        return visit(f"/api/v1/workforce/honours{path}", data, by=by, method="POST", key="k")

    by, given = office(), {"passport": scene.number, **GIVEN, "awarded_on": "2026-09-01"}
    assert [send("", given, by).status_code for _ in range(2)] == [201, 200]
    listed = json.loads(visit("/api/v1/workforce/honours", by=by).content)
    ref = listed["items"][0]["ref"]
    assert listed["total"] == 1 and listed["items"][0]["moves"] == ["withdraw_honour"]
    assert json.loads(send(f"/{ref}/hide", {}, scene.worker).content)["shown"] is False
    assert json.loads(send(f"/{ref}/show", {}, scene.worker).content)["shown"] is True
    assert send(f"/{ref}/withdraw", {"reasons": ""}, by).status_code == 422
    assert json.loads(send(f"/{ref}/withdraw", {"reasons": "误"}, by).content)["state"] == "withdrawn"
