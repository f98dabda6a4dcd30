from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.geometry import Point
from linli.kernel.refusals import NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.directory import actions, queries
from linli.registers.directory.models import Service, Slot
from linli.registers.directory.queries import HoursCard
from linli.registers.organisations.models import Organisation
from tests.actors import AT
from tests.registers.directory.conftest import BATH, HERE, HUPO, LUYANG, SHUSHAN, Scene


def test_a_listed_service_is_complete_and_has_times(scene: Scene) -> None:
    card = queries.service(ref := scene.list())
    assert (card.provider_name, card.region, card.point, card.accessibility) == (
        "合肥安康居家养老服务中心", HUPO, HERE, ("step_free",))
    assert (card.area, card.modes, card.open, card.assured_on) == ((SHUSHAN,), ("home",), True, date(2026, 11, 16))
    assert (card.price_for(age=82), card.price_for(age=40), card.price_for()) == (2000, 8000, 8000)
    times = queries.slots(ref, AT, AT + timedelta(days=1))
    assert [f"{s.from_:%H:%M}–{s.until:%H:%M}" for s in times] == ["02:30–03:30"]  # UTC; 09:00 is now, so it is past
    assert len(queries.slots(ref, AT, AT + timedelta(days=60))) == 4 * 5 * 2 - 1
    entry = Entry.objects.filter(fact="directory.ServiceListed").get()
    assert (entry.visibility, entry.about, entry.payload["price_fen"]) == ("public", ref, 8000)


def test_without_a_site_the_organisation_says_where(scene: Scene) -> None:
    card = queries.service(scene.list(site=None, region=HUPO, area=[LUYANG, SHUSHAN], hours=()))
    assert (card.point, card.region, card.area) == (None, HUPO, (LUYANG, SHUSHAN))
    assert card.serves(HUPO) and card.serves(LUYANG) and not card.serves("340102000000")


@pytest.mark.parametrize(("said", "field", "sentence"), [
    ({"name": "  "}, "name", "Fill this in"),
    ({"name": "助" * 61}, "name", "61 characters long; at most 60"),
    ({"summary": "a\x00b"}, "summary", "cannot be seen"),
    ({"modes": []}, "modes", "at least one way"),
    ({"modes": ["on_site"]}, "modes", "not given so: At the site"),
    ({"modes": ["by_owl"]}, "modes", "by_owl"),
    ({"price_fen": -1}, "price_fen", "between ¥0"),
    ({"subsidy_fen": 8001}, "subsidy_fen", "at most the price"),
    ({"min_age": 70, "max_age": 60}, "max_age", "below the lowest"),
    ({"subsidy_min_age": 131}, "subsidy_min_age", "between 0 and 130"),
    ({"languages": ["klingon"]}, "languages", "klingon"),
    ({"groups": ["the rich"]}, "groups", "the rich"),
    ({"gender": "robot"}, "gender", "robot"),
    ({"price_unit": "bottle"}, "price_unit", "bottle"),
    ({"duration_minutes": 4}, "duration_minutes", "5 minutes and a day"),
    ({"capacity": 0}, "capacity", "1 and 500"),
    ({"horizon_days": 181}, "horizon_days", "180 days"),
    ({"area": ["999999000000"]}, "area", "999999000000"),
    ({"region": "340199000000"}, "region", "340199000000"),
    ({"point": Point(116.39, 39.9)}, "point", "outside"),
    ({"point": Point(31.85, 90.0)}, "point", "outside|swapped"),
])
def test_what_a_service_cannot_say(scene: Scene, said: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        scene.list(**said)
    assert why.value.field == field and not Service.objects.exists()
    assert not Entry.objects.filter(fact__startswith="directory.").exists()


def test_overlapping_hours_are_refused_naming_both(scene: Scene) -> None:
    with pytest.raises(RuleBroken, match="Monday, 09:00–12:00 and 11:30–17:00 overlap"):
        scene.list(hours=[HoursCard(0, time(9), time(12)), HoursCard(0, time(11, 30), time(17))])
    assert not Service.objects.exists()


def test_who_may_list(scene: Scene) -> None:
    def refused(kind: type[Refusal], **said: Any) -> str:
        with pytest.raises(kind) as why:
            scene.list(**said)
        return str(why.value)

    assert "role" in refused(NotAllowed, by=scene.stranger) and "role" in refused(NotAllowed, by=scene.resident)
    assert "no such organisation" in refused(NotFound, organisation=uuid4())
    assert "not one of the provider's" in refused(RuleBroken, organisation=scene.other, by=scene.stranger)
    assert "no such category" in refused(NotFound, category="alchemy")
    Organisation.objects.filter(ref=scene.provider).update(state="suspended")
    assert "suspended; only an approved" in refused(RuleBroken)


def test_an_organisation_that_waits_may_draft_and_lists_once_approved(scene: Scene) -> None:
    Organisation.objects.filter(ref=scene.provider).update(state="applied")
    ref = actions.draft_service(scene.provider, **BATH, by=scene.manager, at=AT)
    with pytest.raises(NotFound):
        queries.service_for(ref, by=scene.resident)
    with pytest.raises(NotFound):  # a body that is not public is not shown to others, not even by a refusal
        actions.draft_service(scene.provider, **BATH, by=scene.stranger, at=AT)
    with pytest.raises(RuleBroken, match="only an approved"):
        actions.list_draft(ref, by=scene.manager, at=AT)
    Organisation.objects.filter(ref=scene.provider).update(state="approved")
    actions.list_draft(ref, by=scene.manager, at=AT)
    assert queries.service_for(ref, by=scene.resident).open and not Slot.objects.exists()
