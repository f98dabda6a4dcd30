"""Places and equipment as a provider says them; how fresh a listing is, who owes its assurance, the office's checks."""
import json
from datetime import timedelta
from typing import Any

import pytest

from linli.engines.journal.models import Entry
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import NotAllowed, RuleBroken
from linli.registers.directory import actions, jobs, queries
from linli.registers.directory.actions import Capacity, Resource
from linli.registers.directory.rules import supply
from tests.actors import AT, actor
from tests.registers.directory.conftest import SHUSHAN, Scene
from tests.registers.visiting import text, visit


def test_the_same_said_again_changes_only_its_age(scene: Scene) -> None:
    ref, before = scene.list(), Entry.objects.count()
    said = [Capacity("places", 30, 4, "low_income", 100), Capacity("beds", 10, 0, waiting_list=True)]
    things = [Resource("room", "羽毛球场", 4), Resource("digital", "直播课", url="https://example.org/live")]
    assert actions.set_capacities(ref, capacities=said, by=scene.manager, at=AT)
    assert not actions.set_capacities(ref, capacities=said, by=scene.manager, at=AT + timedelta(days=1))
    assert actions.set_resources(ref, resources=things, by=scene.manager, at=AT)
    assert not actions.set_resources(ref, resources=things, by=scene.manager, at=AT)
    assert Entry.objects.count() > before
    assert [one.status for one in queries.capacities([ref])[ref]] == ["capacity", "waitlist"]
    places, found = queries.supply_of(ref)
    assert {one.updated_at for one in places} == {AT + timedelta(days=1)}
    assert [one.quantity for one in found] == [4, 1]


def test_a_count_of_free_places_shows_its_age_and_an_old_one_says_so(scene: Scene) -> None:
    ref = scene.list()
    actions.set_capacities(ref, capacities=[Capacity("places", 30, 4)], by=scene.manager, at=AT)
    page, week, old = f"/services/{ref}/", AT + timedelta(days=7), AT + timedelta(days=8)
    assert "4 of 30 places free (counted Mon 16 Nov 2026, 09:00)" in text(visit(page, at=week))
    assert "may have changed" not in text(visit(page, at=week))
    assert "That was 8 days ago and may have changed" in text(visit(page, at=old))
    told = [json.loads(visit(f"/api/v1/services/{ref}/supply", at=at).content)["capacities"][0] for at in (week, old)]
    assert [one["fresh"] for one in told] == [True, False] and told[0]["updated_at"] == "2026-11-16T01:00:00Z"
    actions.set_capacities(ref, capacities=[Capacity("places", 30, 4)], by=scene.manager, at=old)
    assert "may have changed" not in text(visit(page, at=old))


def test_guided_immersive_and_digital_offers_are_found_where_they_are(scene: Scene) -> None:
    ref, address = scene.list(category="tourism_guide", modes=["on_site"]), "https://example.org/live"
    kinds = ("guided", "immersive", "digital", "equipment", "room")
    assert set(kinds) == set(supply.KINDS)
    actions.set_resources(ref, resources=[Resource(kind, f"甲{kind}", url=address) for kind in kinds], by=scene.manager,
                          at=AT)
    page = text(visit(f"/services/{ref}/"))
    assert page.count(f'href="{address}"') == len(kinds) and "immersive experience" in page
    here = queries.hsds.Here("https://e.org", AT.date())
    told = queries.hsds.service(ref, here=here)
    assert json.dumps(told).count(address) == len(kinds)


@pytest.mark.parametrize(("found", "field", "sentence"), [
    ([Capacity("places", 3, 4)], "available", "4 free of 3"), ([Capacity("places", 0, 0)], "maximum", "from 1 to"),
    ([Capacity("people", 3, 1)], "unit", "not one of"), ([Capacity("places", 3, 1, "kings")], "unit", "not one of"),
    ([Capacity("places", 3, 1, "", 101)], "funded_percent", "0 and 100"),
    ([Capacity("places", 3, 1), Capacity("places", 4, 1)], "group", "twice"),
])
def test_places_that_cannot_be(scene: Scene, found: list[Capacity], field: str, sentence: str) -> None:
    ref = scene.list()
    with pytest.raises(RuleBroken, match=sentence) as why:
        actions.set_capacities(ref, capacities=found, by=scene.manager, at=AT)
    assert why.value.field == field and queries.capacities([ref]) == {}


@pytest.mark.parametrize(("found", "field"), [
    ([Resource("castle", "甲")], "kind"), ([Resource("room", " ")], "name"), ([Resource("room", "甲", 0)], "quantity"),
    ([Resource("digital", "甲", url="javascript:alert(1)")], "url"),
    ([Resource("digital", "甲", url='https://e.org/"onx')], "url"),
    ([Resource("room", "甲"), Resource("room", "甲 ")], "name"),
])
def test_resources_that_cannot_be(scene: Scene, found: list[Resource], field: str) -> None:
    with pytest.raises(RuleBroken) as why:
        actions.set_resources(scene.list(), resources=found, by=scene.manager, at=AT)
    assert why.value.field == field


def test_the_desk_keeps_what_was_typed_and_residents_see_what_was_saved(scene: Scene) -> None:
    ref = scene.list()
    path = f"/provider/services/{ref}/supply/"
    form: dict[str, Any] = {"which": "capacities", "unit_0": "places", "maximum_0": "3", "available_0": "4"}
    wrong = visit(path, form, by=scene.manager, method="POST")
    assert wrong.status_code == 422 and "4 free of 3" in text(wrong) and 'value="4"' in text(wrong)
    assert visit(path, form | {"available_0": "2"}, by=scene.manager, method="POST").status_code == 302
    thing = {"which": "resources", "kind_0": "equipment", "name_0": "助浴椅", "quantity_0": "2"}
    assert visit(path, thing, by=scene.manager, method="POST").status_code == 302
    assert 'value="助浴椅"' in text(visit(path, by=scene.manager))
    page = text(visit(f"/services/{ref}/"))
    assert "2 of 3 places free" in page and "助浴椅 × 2" in page
    assert visit(path, by=scene.stranger).status_code == 403


def test_a_listing_that_grows_old_is_owed_its_assurance_and_assuring_it_settles_that(scene: Scene) -> None:
    ref, new = scene.list(), scene.list(name="新的")
    at = AT + timedelta(days=151)
    actions.assure(new, by=scene.manager, at=at)
    assert jobs.remind_of_assurance(at - timedelta(days=2)) == 0 and jobs.remind_of_assurance(at) == 1
    assert jobs.remind_of_assurance(at) == 1  # owing it twice is owing it once
    on = at.date()
    [duty] = rulebook.duties(on=on, rule_id=queries.ASSURE)
    assert (duty.owner, duty.about) == (f"organisation:{scene.provider}", ref)
    assert duty.due_on == AT.date() + timedelta(days=180)
    districts = {one.region: one for one in queries.freshness(on=on)}
    assert (districts[SHUSHAN].fresh, districts[SHUSHAN].due, districts[SHUSHAN].overdue) == (1, 1, 0)
    assert queries.freshness(on=on + timedelta(days=60))[0].overdue == 1
    actions.assure(ref, by=scene.manager, at=at)
    assert [one.state for one in rulebook.duties(on=on, rule_id=queries.ASSURE)] == ["met"]
    assert queries.freshness(on=on)[0].fresh == 2 and queries.freshness(on=on, region="340103000000") == []


def test_the_office_checks_for_itself(scene: Scene) -> None:
    ref = scene.list()
    page = text(visit("/officer/listings/?stand=unchecked", by=scene.officer))
    assert "上门助浴" in page and "蜀山区" in page
    assert visit(f"/officer/listings/{ref}/check/", by=scene.officer, method="POST").status_code == 302
    assert queries.service(ref).checked_on == AT.date()
    assert "上门助浴" not in text(visit("/officer/listings/?stand=unchecked", by=scene.officer))
    assert "The office checked it on" in text(visit(f"/services/{ref}/"))
    with pytest.raises(NotAllowed):
        actions.check_listing(ref, by=actor("region:340103000000", "directory.check"), at=AT)
    with pytest.raises(NotAllowed):
        actions.check_listing(ref, by=scene.manager, at=AT)
    assert visit("/officer/listings/", by=scene.manager).status_code == 403 and SYSTEM
