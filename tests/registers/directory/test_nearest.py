"""The nearest, by rings of cells: the same services in the same order as measuring every one of them gives."""
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from linli.kernel.geometry import Point, cell, metres
from linli.registers.directory import actions, queries
from linli.registers.directory.models import OpeningException, OpeningHours, Service, ServiceArea
from linli.registers.directory.queries import ExceptionCard, HoursCard
from linli.registers.directory.queries import nearest as rings
from linli.registers.directory.queries.listing import rows_of, whole_rows
from linli.registers.directory.queries.nearest import ALL, Conditions, nearest
from linli.registers.directory.rules import hours as rules
from tests.actors import AT
from tests.registers.directory.conftest import HERE, LUYANG, SHUSHAN, Scene

MANY = ALL + 60
FEAST = date(2026, 10, 1)
SPANS: list[list[tuple[range, time, time]]] = [
    [(range(5), time(8, 30), time(12)), (range(5), time(14), time(17, 30))],
    [(range(7), time(0), time(0))],
    [(range(7), time(18), time(0)), (range(7), time(0), time(2))],  # past midnight: two rows
    [],
]
DAY = rules.SHANGHAI


def filled(scene: Scene) -> list[Service]:
    """Towns, single places and shared addresses all over the country, some without a point, shut or withdrawn."""
    random, rows = Random(5), list[Service]()
    towns = [(117.26, 31.85, 0.02)] * 3 + [(117.0, 32.0, 0.3), (91.1, 29.6, 0.05), (126.6, 45.7, 1.5)]
    for n in range(MANY):
        lon, lat, spread = towns[n % len(towns)]
        point = Point(lon + random.gauss(0, spread), lat + random.gauss(0, spread))
        if n % 11 == 0 and rows and rows[-1].lon is not None and rows[-1].lat is not None:
            point = Point(rows[-1].lon, rows[-1].lat)
        there = n % 17 > 0
        rows.append(Service(
            provider_id=scene.provider if n % 4 else scene.other, category=("home_bathing", "meals")[n % 2],
            name=f"服务{n}", summary="无", home=n % 3 > 0, on_site=n % 3 == 0, region_code=(SHUSHAN, LUYANG)[n % 2],
            lon=point.lon if there else None, lat=point.lat if there else None, cell=cell(point) if there else None,
            state="listed" if n % 13 else "paused", provider_open=n % 19 > 0, open_on_holidays=n % 5 == 0,
            open_hours=rules.clock_hours(
                HoursCard(day, opens, closes) for days, opens, closes in SPANS[n % 4] for day in days),
            special_until=AT.date() if n % 7 == 0 else None))
    Service.objects.bulk_create(rows)
    OpeningHours.objects.bulk_create(
        OpeningHours(service=row, weekday=day, opens=opens, closes=closes,
                     until=date(2026, 9, 1) if n % 23 == 0 else None)
        for n, row in enumerate(rows) for days, opens, closes in SPANS[n % 4] for day in days)
    OpeningException.objects.bulk_create(
        OpeningException(service=row, on=day, opens=time(9) if n % 2 else None, closes=time(0) if n % 2 else None)
        for n, row in enumerate(rows) if n % 7 == 0 for day in (AT.date(), FEAST))
    return rows


def is_open(row: Service, moment: datetime, weekly: Sequence[Any], special: Sequence[Any]) -> bool:
    here = moment.astimezone(DAY)
    spans = rules.open_spans([HoursCard(h.weekday, h.opens, h.closes, h.since, h.until) for h in weekly],
                             [ExceptionCard(e.on, e.opens, e.closes) for e in special], here.date(),
                             on_holidays=row.open_on_holidays)
    return any(opens <= here.time() and (here.time() < closes or closes == time(0)) for opens, closes in spans)


def measured(rows: Sequence[Service], near: Point, hours: Any, *, keys: set[str] | None, at: datetime | None,
             mode: str | None, within: float | None) -> list[Any]:
    """Every service, one by one."""
    found = []
    for row in rows:
        if row.state != "listed" or not row.provider_open or keys and row.category not in keys:
            continue
        if mode and not getattr(row, mode) or at and not is_open(row, at, *hours[row.pk]):
            continue
        away = None if row.lon is None or row.lat is None else metres(near, Point(row.lon, row.lat))
        if within is None or away is not None and away <= within:
            found.append((away is None, away or 0.0, row.pk, row.ref))
    return [ref for *_, ref in sorted(found)]


@pytest.mark.slow
def test_the_answer_is_the_one_that_measuring_everything_gives(scene: Scene) -> None:
    rows = filled(scene)
    hours = {row.pk: (list(row.hours.order_by("pk")), list(row.exceptions.order_by("pk"))) for row in rows}
    moments = some.datetimes(datetime(2026, 9, 28), datetime(2026, 11, 20)) | some.sampled_from([
        datetime(2026, 10, 1, 11), datetime(2026, 11, 17, 0, 0), datetime(2026, 11, 16, 23, 59, 59),
        datetime(2026, 11, 17, 2), AT.astimezone(DAY).replace(tzinfo=None)])
    spots = some.builds(lambda row, east, north: Point((row.lon or 117.2) + east, (row.lat or 31.8) + north),
                        some.sampled_from(rows), some.floats(-0.2, 0.2), some.floats(-0.2, 0.2))
    anywhere = some.builds(Point, some.floats(73.5, 135), some.floats(18, 53.5))

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(spots | anywhere, some.none() | moments, some.sampled_from([None, ("meals",), ("elderly_care",)]),
           some.sampled_from([None, None, "home"]), some.none() | some.floats(1, 150_000),
           some.integers(0, 40), some.integers(1, 60))
    def same(near: Point, local: datetime | None, keys: Any, mode: str | None, within: float | None, skip: int,
             most: int) -> None:
        at = local.replace(tzinfo=DAY) if local else None
        among = None if keys is None else {leaf for key in keys for leaf in queries.leaves(key)}
        right = measured(rows, near, hours, keys=among, at=at, mode=mode, within=within)
        with CaptureQueriesContext(connection) as said:
            found = queries.find(near=near, open_at=at, categories=keys, mode=mode, within_m=within, at=AT, skip=skip,
                                 most=most)
        assert [card.ref for card in found.items] == right[skip:skip + most]
        assert found.more == (len(right) > skip + most)
        assert found.total == len(right) or skip > len(right)
        assert len(said) <= 8

    same()


@pytest.mark.slow
def test_the_twenty_nearest_are_found_in_few_statements(scene: Scene, django_assert_max_num_queries: Any) -> None:
    filled(scene)
    for near in (HERE, Point(100, 40), Point(126.6, 45.7)):
        for at in (AT, datetime(2026, 11, 17, 3, tzinfo=DAY)):
            with django_assert_max_num_queries(7):
                found = queries.find(near=near, open_at=at, at=AT, counted=False)
            assert len(found.items) == 20 and found.more
    with django_assert_max_num_queries(7):
        assert len(queries.candidates(["elderly_care"], near=HERE)) == 100


def test_a_small_place_is_read_at_once(
    scene: Scene, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rings, "_many", set[Any]())  # what this process knows of other places
    near = scene.list(name="近", hours=())
    nowhere = scene.list(name="无位置", hours=(), point=None, site=None)
    with django_assert_max_num_queries(2):
        assert [card.ref for card in queries.find(near=HERE, at=AT).items] == [near, nowhere]
    with django_assert_max_num_queries(1):
        assert nearest(HERE, Conditions(frozenset({"meals"})), most=5) == []
    assert nearest(HERE, Conditions(frozenset()), most=5) == []


def test_open_past_midnight_is_open_on_both_days(scene: Scene) -> None:
    late = scene.list(hours=[HoursCard(0, time(22), time(0)), HoursCard(1, time(0), time(2))])
    monday = datetime(2026, 11, 16, tzinfo=DAY)

    def shown(hours: float) -> bool:
        at = monday + timedelta(hours=hours)
        return [card.ref for card in queries.find(near=HERE, open_at=at, at=at).items] == [late]

    assert [shown(hours) for hours in (21.99, 22, 23.999, 24, 25.99, 26)] == [False, True, True, True, True, False]


def test_an_exception_goes_before_a_feast_and_the_week(scene: Scene) -> None:
    ref = scene.list(open_on_holidays=False)
    feast = datetime(2026, 10, 1, 2, tzinfo=UTC)  # a Thursday, 10:00 there

    def shown(at: datetime) -> bool:
        return bool(queries.find(near=HERE, open_at=at, at=at).items)

    assert not shown(feast) and shown(feast + timedelta(days=14))
    before = datetime(2026, 9, 1, tzinfo=DAY)
    actions.add_exception(ref, day=ExceptionCard(FEAST, time(9, 30), time(0)), by=scene.manager, at=before)
    assert shown(feast) and not shown(feast - timedelta(hours=1)) and shown(feast + timedelta(hours=13))
    actions.add_exception(ref, day=ExceptionCard(AT.date()), by=scene.manager, at=AT)
    assert not shown(AT)


def test_new_hours_are_found_by_and_old_ones_are_not(scene: Scene) -> None:
    ref = scene.list(hours=[HoursCard(1, time(9), time(12))])
    tuesday = datetime(2026, 11, 17, tzinfo=DAY)

    def shown(hour: int, day: int = 0) -> bool:
        at = tuesday + timedelta(days=day, hours=hour)
        return bool(queries.find(near=HERE, open_at=at, at=AT).items)

    assert shown(10) and not shown(20)
    actions.set_hours(ref, hours=[HoursCard(1, time(19, 30), time(21))], by=scene.manager, at=AT)
    assert shown(20) and not shown(10)
    special = ExceptionCard(tuesday.date() + timedelta(days=8), time(5), time(6))
    actions.add_exception(ref, day=special, by=scene.manager, at=AT)
    assert shown(5, 8) and not shown(5, 7)
    actions.drop_exception(ref, on=special.on, by=scene.manager, at=AT)
    assert not shown(5, 8)


def test_what_is_read_for_a_list_is_what_each_row_says(scene: Scene) -> None:
    refs = [scene.list(name="一", area=[SHUSHAN, LUYANG]), scene.list(name="二", hours=(), point=None, site=None)]
    assert ServiceArea.objects.count() >= 2
    rows = whole_rows(Service.objects.filter(ref__in=refs).order_by("pk"))
    again = rows_of([row.pk for row in rows])
    assert [again[row.pk]._asdict() for row in rows] == [row._asdict() for row in rows]
    assert rows_of([0]) == {}


@pytest.mark.parametrize("sort", ["price", "assured", "soonest"])
def test_within_a_distance_another_order_holds_too(scene: Scene, sort: str) -> None:
    rows = filled(scene)
    close = {row.ref for row in rows if row.state == "listed" and row.provider_open and row.lon is not None
             and row.lat is not None and metres(HERE, Point(row.lon, row.lat)) <= 2000}
    first = queries.find(near=HERE, within_m=2000, sort=sort, at=AT, most=10)
    rest = queries.find(near=HERE, within_m=2000, sort=sort, at=AT, skip=10, most=MANY)
    assert first.total == len(close) and first.more and not rest.more
    assert {card.ref for card in [*first.items, *rest.items]} == close
