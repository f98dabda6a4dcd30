"""However many there are: the frame of a page asks three times, so what is left for its figures is five."""
from datetime import date, timedelta

from pytest_django import DjangoAssertNumQueries

from linli.kernel.actor import SYSTEM, Actor
from linli.registers.directory.models import Service
from linli.registers.places import actions as places
from linli.registers.places import queries as regions
from linli.watchers.insight import queries
from linli.watchers.insight.rules.measures import Measure
from tests.actors import AT
from tests.registers.directory.conftest import Scene, scene
from tests.watchers.insight.conftest import HUPO, NOW, SHUSHAN, XIAOYAOJIN, Wish

__all__ = ["scene"]


def test_figures_ask_few_times(
    scene: Scene, wish: Wish, officer: Actor, django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(6):
        wish((HUPO, XIAOYAOJIN)[number % 2], ago=95, group="living_alone")
        Service.objects.filter(ref=scene.list(name=f"助浴 {number}")).update(assured_on=date(2026, 1, 1))
        places.add_facility(places.Entry("canteen", f"食堂 {number}", "340104003001"), by=SYSTEM, at=AT)
    for district, _, streets in regions.streets():  # remembered by a running node
        regions.called([district, *(code for code, _ in streets)])
    for measure in Measure:
        for region, group in (("", ""), (SHUSHAN, ""), ("", "living_alone")):
            of = queries.asked(measure=measure, region=region, group=group, days=365, by=officer)
            with django_assert_max_num_queries(4):
                assert queries.coverage(of, by=officer, at=NOW).lines
    later = AT + timedelta(days=400)
    with django_assert_max_num_queries(5):
        assert queries.freshness(by=officer, at=NOW).items
    with django_assert_max_num_queries(5):
        assert queries.facilities(by=officer, at=later).items
    with django_assert_max_num_queries(5):
        assert queries.unreached(by=officer, at=NOW).lines
    with django_assert_max_num_queries(5):
        assert len(queries.people(group="living_alone", by=officer, at=NOW).items) == 6
