"""Reads for other contexts: sets, in few queries, nearest first."""
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linli.engines.journal import actions as journal
from linli.engines.search import queries as search
from linli.kernel.actor import SYSTEM
from linli.kernel.geometry import Point
from linli.kernel.refusals import NotFound
from linli.registers.directory import actions, jobs, queries
from linli.registers.directory.models import Service, Slot
from linli.registers.directory.queries import ExceptionCard
from linli.registers.organisations.events import OrganisationRestored, OrganisationSuspended
from linli.registers.organisations.models import Organisation
from tests.actors import AT
from tests.registers.directory.conftest import HERE, HUPO, LUYANG, SHUSHAN, Scene

NEAR = Point(117.261, 31.851)


def names(cards: list[queries.ServiceCard]) -> list[str]:
    return [card.name for card in cards]


def test_candidates_are_the_nearest_open_ones(scene: Scene, django_assert_max_num_queries: Any) -> None:
    scene.list(name="近", hours=())
    scene.list(name="远", hours=(), point=Point(117.20, 31.83), site=None, region=SHUSHAN)
    scene.list(name="无位置", hours=(), point=None, site=None, region=HUPO)
    scene.list(name="别类", hours=(), category="home_care")
    actions.pause(scene.list(name="停", hours=()), by=scene.manager, at=AT)
    with django_assert_max_num_queries(3):
        found = queries.candidates(["home_bathing"], near=NEAR, region=HUPO)
    assert names(found) == ["近", "远", "无位置"]
    with django_assert_max_num_queries(3):
        assert names(queries.candidates(["home_bathing"], near=NEAR, limit=1)) == ["近"]
    assert names(queries.candidates(["elderly_care"], near=NEAR))[-1] == "无位置"
    assert queries.candidates(["home_bathing"], near=NEAR, mode="on_site") == []
    assert queries.candidates([], near=NEAR) == [] == queries.candidates(["alchemy"])


def test_without_a_point_the_closest_region_comes_first(scene: Scene, django_assert_max_num_queries: Any) -> None:
    for name, region in (("庐阳", LUYANG), ("琥珀", HUPO), ("蜀山", SHUSHAN)):
        scene.list(name=name, hours=(), site=None, region=region, point=None)
    with django_assert_max_num_queries(2):
        found = queries.candidates(["home_bathing"], region="340104003001")
    assert names(found) == ["琥珀", "蜀山", "庐阳"]  # the last is left in: matching says that it does not serve there
    assert [card.serves("340104003001") for card in found] == [True, True, False]


def test_a_suspended_provider_offers_nothing_until_it_is_restored(scene: Scene) -> None:
    ref = scene.list()
    slot = queries.slots(ref, AT, AT + timedelta(days=2))[1]
    from linli.kernel.action import action

    @action
    def tell(fact: Any) -> None:
        from linli.engines.journal.actions import record

        record(fact(scene.provider, SHUSHAN), about=scene.provider, by=SYSTEM, at=AT)

    Organisation.objects.filter(ref=scene.provider).update(state="suspended")
    tell(OrganisationSuspended)
    journal.run()
    assert queries.candidates(["home_bathing"]) == [] and not queries.service(ref).open
    with pytest.raises(NotFound):
        queries.service_for(ref, by=scene.resident)
    with pytest.raises(Exception, match="no bookings at present"):
        actions.take_slot(slot.ref, by=scene.resident, at=AT)
    tell(OrganisationRestored)
    journal.run()
    assert queries.service(ref).open and names(queries.candidates(["home_bathing"])) == ["上门助浴"]


def test_only_the_system_closes_services(scene: Scene) -> None:
    with pytest.raises(NotFound):
        actions.close_services(scene.provider, by=scene.manager, at=AT)


def test_the_one_box_finds_what_is_listed_and_forgets_what_is_withdrawn(scene: Scene) -> None:
    ref = scene.list()
    documents = list(queries.documents({ref}))
    assert [doc.lang for doc in documents] == ["zh", "en"] and documents[0].cell
    assert "洗澡" in documents[0].also and "洗澡" not in documents[0].body  # found by it, never shown it
    journal.run()
    assert [hit.ref for hit in search.search("助浴", kinds=["service"])] == [ref]
    actions.withdraw(ref, by=scene.manager, at=AT)
    journal.run()
    assert list(search.search("助浴", kinds=["service"])) == []


def test_open_now_knows_hours_exceptions_and_holidays(scene: Scene) -> None:
    usual, feast = scene.list(), scene.list(name="全年", open_on_holidays=True)
    both = {usual, feast}
    assert queries.open_now(both, at=AT) == both
    for shut in (AT - timedelta(minutes=1), AT + timedelta(hours=3)):
        assert queries.open_now(both, at=shut) == set()
    assert queries.open_now(both, at=datetime(2026, 10, 1, 1, tzinfo=UTC)) == {feast}
    actions.add_exception(usual, day=ExceptionCard(AT.date()), by=scene.manager, at=AT)
    assert queries.open_now(both, at=AT) == {feast}


def test_results_are_sorted_as_asked(scene: Scene) -> None:
    scene.list(name="贵", price_fen=9000, subsidy_fen=0, hours=())
    scene.list(name="便宜", price_fen=9000, subsidy_fen=8500, hours=())
    scene.list(name="有空", price_fen=20000, subsidy_fen=0)
    assert names(queries.find(sort="price", at=AT).items) == ["便宜", "贵", "有空"]
    assert names(queries.find(sort="soonest", at=AT).items)[0] == "有空"
    found = queries.find(text="助浴 空", at=AT)
    assert (names(found.items), found.total) == (["有空"], 1)
    assert queries.find(region=LUYANG, at=AT).total == 0 and queries.find(region=HUPO, at=AT).total == 3
    assert queries.find(near=HERE, within_m=1, at=AT).total == 3
    assert queries.counts() == {"home_bathing": 3}


def test_the_night_brings_the_next_day_and_twice_changes_nothing(scene: Scene) -> None:
    ref = scene.list()
    actions.withdraw(scene.list(name="没了"), by=scene.manager, at=AT)
    before = Slot.objects.count()
    night = AT + timedelta(days=1, hours=18)
    assert jobs.publish_slots(night) == (4, 0) and jobs.publish_slots(night) == (0, 0)
    assert Slot.objects.count() == before + 4 and Service.objects.count() == 2 and queries.refs() == [ref]
