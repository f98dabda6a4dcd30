"""However visits are given out, moved and changed, nobody's two come closer than what is kept free round them."""
from contextlib import suppress
from datetime import date, time, timedelta
from itertools import combinations, pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from linli.kernel.action import action, attempt
from linli.kernel.geometry import Point, cell
from linli.kernel.refusals import Conflict, Refusal
from linli.registers.directory import actions as listings
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import HoursCard
from linli.registers.directory.rules import hours as opening
from linli.work.orders import actions, queries, rules
from linli.work.orders.models import Order
from linli.work.orders.states import PLANNED
from tests.actors import AT
from tests.registers.directory.conftest import BATH, WEEK
from tests.registers.visiting import visit
from tests.work.orders.conftest import HUPO, Scene
from tests.work.orders.test_pages import got, post

ROUND = ((0, 0), (15, 0), (0, 40), (20, 35))
"""What services keep free before and after."""


class Undo(Exception):
    """Ends a trial: nothing of it stays."""


@pytest.fixture
def services(scene: Scene) -> list[UUID]:
    return [listings.list_service(scene.provider, **BATH | {
        "name": f"服务{no}", "region": HUPO, "duration_minutes": 30 + 5 * no, "buffer_minutes": after,
        "setup_minutes": before, "lead_minutes": 0}, hours=WEEK, by=scene.manager, at=AT)
        for no, (before, after) in enumerate(ROUND)]


@action
def _lived(scene: Scene, services: list[UUID], steps: list[tuple[int, int, int, bool]]) -> None:
    """Book, give to somebody, and move; refused or not, nobody's visits may come too close. Undone at the end."""
    made: list[UUID] = []
    for service, slot, who, moves in steps:
        times = scene.slots(service=services[service])
        carer = (scene.wang, scene.li)[who]
        ref = made[slot % len(made)] if moves and made else None
        with suppress(Refusal), attempt():
            if ref:
                own = scene.slots(service=scene.row(ref).service_id)
                actions.change(ref, slot=own[slot % len(own)].ref, by=scene.resident, at=AT)
            else:
                ref = actions.book(services[service], slot=times[slot % len(times)].ref, by=scene.resident, at=AT)
        if ref is None:
            continue
        made.append(ref)
        with suppress(Refusal), attempt():
            actions.accept(ref, practitioner=carer, by=scene.manager, at=AT)
    for carer in (scene.wang, scene.li):
        visits = Order.objects.filter(practitioner=carer, state__in=PLANNED).order_by("begin")
        stays = [queries.stay(row) for row in visits]
        for one, other in combinations(stays, 2):
            first, second = sorted((one, other), key=lambda stay: stay.from_)
            assert second.from_ - first.until >= first.after + second.before
    raise Undo


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(some.tuples(some.integers(0, 3), some.integers(0, 5), some.integers(0, 1), some.booleans()),
                  min_size=2, max_size=9))
def test_no_two_visits_of_one_practitioner_come_closer_than_the_buffer(
    scene: Scene, services: list[UUID], steps: list[tuple[int, int, int, bool]]
) -> None:
    with pytest.raises(Undo):
        _lived(scene, services, steps)


def _spans() -> some.SearchStrategy[list[tuple[time, time]]]:
    edges = some.lists(some.integers(0, 47), min_size=2, max_size=8, unique=True).map(sorted)
    return edges.map(lambda found: [(time(a // 2, a % 2 * 30), time(b // 2, b % 2 * 30))
                                    for a, b in zip(found[::2], found[1::2], strict=False)])


@settings(max_examples=200, deadline=None)
@given(_spans(), some.integers(5, 180), some.integers(0, 120))
def test_times_of_a_service_keep_its_buffer_over_pauses(
    spans: list[tuple[time, time]], duration: int, gap: int
) -> None:
    day = date(2026, 11, 17)
    hours = [opening.Hours(day.weekday(), opens, closes) for opens, closes in spans]
    times = opening.slot_times(hours, [], day, duration, gap)
    assert all(later.from_ - earlier.until >= timedelta(minutes=gap) for earlier, later in pairwise(times))
    for one in times:
        begin, end = (moment.astimezone(opening.SHANGHAI).time() for moment in (one.from_, one.until))
        assert any(opens <= begin and (end <= closes or end == time(0)) for opens, closes in spans)


def test_the_day_after_begins_no_sooner_than_the_buffer(scene: Scene) -> None:
    round_the_clock = [HoursCard(day, time(0), time(0)) for day in range(7)]
    ref = listings.list_service(scene.provider, **BATH | {
        "name": "夜间陪护", "region": HUPO, "duration_minutes": 120, "buffer_minutes": 20, "setup_minutes": 15},
        hours=round_the_clock, by=scene.manager, at=AT)
    times = directory.slots(ref, AT, AT + timedelta(days=5))
    assert len(times) > 40 and all(
        later.from_ - earlier.until >= timedelta(minutes=35) for earlier, later in pairwise(times))


def test_a_taken_time_keeps_its_buffer_when_the_hours_change(scene: Scene) -> None:
    taken = scene.row(scene.book(slot=0))  # 09:00 to 10:00
    for opens in (time(8, 30), time(9, 20), time(10), time(10, 20)):
        listings.set_hours(scene.service, hours=[HoursCard(day, opens, time(13)) for day in range(5)], by=scene.manager,
                           at=AT)
        for one in scene.slots():
            if one.ref != taken.slot:
                assert one.from_ - taken.until >= timedelta(minutes=30) or taken.begin - one.until >= timedelta(
                    minutes=30), opens


def _two(scene: Scene) -> tuple[UUID, UUID]:
    """A bath at nine with a carer, and a quick visit right after the half hour that is kept free."""
    quick = listings.list_service(scene.provider, **BATH | {
        "name": "擦身", "region": HUPO, "duration_minutes": 30, "buffer_minutes": 0}, hours=WEEK, by=scene.manager,
        at=AT)
    scene.accepted()
    begin = scene.slots()[0].until
    slots = {int((one.from_ - begin).total_seconds() // 60): one.ref for one in scene.slots(service=quick)}
    return actions.book(quick, slot=slots[0], by=scene.resident, at=AT), actions.book(
        quick, slot=slots[30], by=scene.resident, at=AT)


def test_who_is_offered_for_a_visit_keeps_the_buffer(scene: Scene) -> None:
    close, apart = _two(scene)
    offered = {one.line.ref: {card.ref for card in one.fit} for one in queries.incoming(
        scene.provider, by=scene.manager, at=AT)}
    assert offered == {close: {scene.li}, apart: {scene.wang, scene.li}}
    page = got(visit(f"/orders/{close}/", by=scene.manager))
    assert "On another visit then, or too close to it." in page and f'value="{scene.wang}"' not in page
    refused = got(post(f"/orders/{close}/accept/", {"practitioner": str(scene.wang)}, by=scene.manager), 409)
    assert "30 minutes are needed" in refused
    with pytest.raises(Conflict) as why:
        actions.accept(close, practitioner=scene.wang, by=scene.manager, at=AT)
    assert why.value.rule == "orders.buffer"


def test_a_way_longer_than_what_is_left_warns(scene: Scene) -> None:
    _, apart = _two(scene)
    far = rules.Stay(scene.row(apart).begin, scene.row(apart).until, cell=scene.row(apart).cell)
    assert far.cell is None  # no point is known: no way is guessed
    assert not queries.order(apart, by=scene.manager, at=AT).tight
    bath: Any = Order.objects.get(practitioner=scene.wang)
    place = cell(Point(117.262 + 0.12, 31.852))  # eleven kilometres east
    Order.objects.filter(ref=apart).update(cell=place)
    offer = next(one for one in queries.incoming(scene.provider, by=scene.manager, at=AT) if one.line.ref == apart)
    short = offer.tight
    assert [card.ref for card in offer.fit] == [scene.li, scene.wang]  # who can make the way is offered first
    assert bath.cell is not None and 35 <= short[scene.wang] <= 55
    actions.accept(apart, practitioner=scene.wang, by=scene.manager, at=AT)  # it is only an estimate
    card = queries.order(apart, by=scene.manager, at=AT)
    assert [(one.order, minutes) for one, minutes in card.tight] == [(bath.ref, short[scene.wang])]
    assert "minutes more than are left" in got(visit(f"/orders/{apart}/", by=scene.manager))
    assert "minutes more than are left" not in got(visit(f"/orders/{apart}/", by=scene.resident))


