"""Nobody has to be at two places at once: other orders of the same person, and the visits of a bundle that moves."""
from collections.abc import Callable
from datetime import time
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from linli.kernel.geometry import Point
from linli.kernel.refusals import Conflict, RuleBroken
from linli.registers.directory import actions as listings
from linli.registers.directory import queries as directory
from linli.registers.directory.queries import HoursCard
from linli.work.orders import actions, queries, rules
from linli.work.orders.models import Order
from linli.work.orders.rules import PartyKind
from linli.work.orders.states import State
from tests.actors import AT
from tests.races import at_once
from tests.registers.directory.conftest import BATH
from tests.registers.visiting import visit
from tests.work.orders.conftest import HUPO, Scene
from tests.work.orders.test_book_bundle import Bundle, make, with_lecture
from tests.work.orders.test_pages import got, post

CENTRE = Point(117.262, 31.870)  # two kilometres north of the home: a ride of 24 minutes


def listed(scene: Scene, category: str, name: str, *, begins: time = time(9), minutes: int = 60, **said: Any) -> UUID:
    """A service of ours with one time a day."""
    ends = time(begins.hour + (begins.minute + minutes) // 60, (begins.minute + minutes) % 60)
    return listings.list_service(scene.provider, **BATH | {
        "category": category, "name": name, "region": HUPO, "duration_minutes": minutes, "buffer_minutes": 0,
        "price_fen": 0, "subsidy_fen": 0, "subsidy_min_age": None, **said},
        hours=[HoursCard(day, begins, ends) for day in range(7)], by=scene.manager, at=AT)


def book(scene: Scene, service: UUID, *, days: int = 1, by: Any = None, **said: Any) -> UUID:
    slot = scene.slots(service=service, days=days)[0].ref
    return actions.book(service, slot=slot, by=by or scene.resident, at=AT, **{"person": scene.person, **said})


def test_a_second_order_at_the_same_time_names_the_first(scene: Scene) -> None:
    scene.book()  # a bath at nine
    haircut = listed(scene, "haircut", "上门理发", begins=time(9, 30))
    with pytest.raises(Conflict, match="“上门助浴” is booked for the same time, 2026-11-17 09:00 to") as why:
        book(scene, haircut, by=scene.daughter)
    assert (why.value.rule, why.value.field) == ("orders.presence", "slot")
    with pytest.raises(Conflict, match="same time"):
        actions.hold(haircut, slot=scene.slots(service=haircut)[0].ref, by=scene.resident, at=AT)
    assert Order.objects.count() == 1 and scene.slots(service=haircut)[0].free == 1
    assert book(scene, haircut, days=2)
    assert book(scene, listed(scene, "haircut", "隔壁理发", begins=time(10)))  # one after the other


def test_what_is_not_theirs_to_see_is_only_a_time(scene: Scene) -> None:
    """The officer of another district, who posts for a caller, learns when, and not for what."""
    ref = scene.book()
    one = scene.row(ref)
    theirs, strangers = (queries.presences([scene.person], one.begin, one.until, by=by, at=AT)
                         for by in (scene.daughter, scene.elsewhere))
    assert [found.name for found in theirs] == ["上门助浴"] and [found.name for found in strangers] == [""]
    with pytest.raises(Conflict, match="Another order of this person is at that time, 2026-11-17 09:00") as why:
        rules.require_free(rules.Presence(None, one.begin, one.until), strangers)
    assert "助浴" not in str(why.value)


@pytest.mark.parametrize(("category", "said"), [
    ("meals", {"modes": ["home"]}), ("housekeeping", {}), ("babysitting", {}), ("childcare", {"modes": ["on_site"]}),
])
def test_what_comes_without_them_may_come_meanwhile(scene: Scene, category: str, said: dict[str, Any]) -> None:
    scene.book()
    assert book(scene, listed(scene, category, "另一项", **said, point=CENTRE))


def test_a_meal_at_the_canteen_takes_them_there(scene: Scene) -> None:
    scene.book()
    with pytest.raises(Conflict, match="same time"):
        book(scene, listed(scene, "meals", "社区食堂", modes=["on_site"], point=CENTRE))


def test_who_let_the_first_go_is_free_again(scene: Scene) -> None:
    ref, haircut = scene.book(), listed(scene, "haircut", "上门理发")
    actions.cancel(ref, reason="not_needed", by=scene.resident, at=AT)
    assert book(scene, haircut)


def test_what_was_held_before_is_not_booked_beside_it(scene: Scene) -> None:
    held, haircut = scene.hold(), listed(scene, "haircut", "上门理发")
    assert book(scene, haircut)  # what is only held stands in nobody's way
    with pytest.raises(Conflict, match="“上门理发” is booked for the same time"):
        actions.book_held(held, by=scene.resident, at=AT)
    assert scene.row(held).state == State.HELD


def test_an_order_does_not_move_into_another(scene: Scene) -> None:
    scene.book(days=2)
    haircut = listed(scene, "haircut", "上门理发")
    ref = book(scene, haircut)
    slot = scene.slots(service=haircut, days=2)[0].ref
    with pytest.raises(Conflict, match="“上门助浴” is booked for the same time, 2026-11-18"):
        actions.change(ref, slot=slot, by=scene.resident, at=AT)
    page = got(visit(f"/orders/{ref}/change/", by=scene.resident))
    assert f'value="{slot}"' not in page and "is booked for the same time, 2026-11-18 09:00" in page
    assert "same time" in got(post(f"/orders/{ref}/change/", {"slot": str(slot)}, by=scene.resident), 422)
    actions.change(ref, slot=scene.slots(service=haircut, days=3)[0].ref, by=scene.resident, at=AT)


def test_a_week_of_a_series_that_meets_another_order_is_left_out(scene: Scene) -> None:
    haircut = listed(scene, "haircut", "上门理发")
    book(scene, haircut, days=8)
    series = actions.book_series(scene.service, slot=scene.slots()[0].ref, weeks=3, person=scene.person,
                                 by=scene.resident, at=AT)
    assert len(series.orders) == 2 and ["“上门理发”" in str(one.why) for one in series.skipped] == [True]


def test_a_group_is_not_booked_over_one_of_its_members(scene: Scene) -> None:
    scene.book()
    talk = listed(scene, "senior_university", "健康讲座", modes=["on_site"], point=CENTRE, capacity=20)
    one = rules.Attendee
    with pytest.raises(Conflict, match="Somebody of this group is booked elsewhere for that time, 2026-11-17 09:00"):
        book(scene, talk, party=rules.Party(PartyKind.FAMILY, (one(scene.person), one())))
    ref = book(scene, talk, party=rules.Party(PartyKind.FAMILY, (one(), one())))  # it does not say who
    assert ref
    later = book(scene, talk, days=2, party=rules.Party(PartyKind.FAMILY, (one(scene.person), one())))
    bath = scene.slots(days=2)[0].ref
    with pytest.raises(Conflict, match="“健康讲座” is booked for the same time"):
        actions.book(scene.service, slot=bath, person=scene.person, by=scene.resident, at=AT)
    actions.withdraw_participant(later, participant=1, by=scene.resident, at=AT)
    assert actions.book(scene.service, slot=bath, person=scene.person, by=scene.resident, at=AT)


def test_a_way_that_is_too_long_is_said_before_and_after(scene: Scene) -> None:
    """A bath until ten, and a talk two kilometres away at five past: it may be booked, for the way is an estimate."""
    bath = scene.book()
    talk = listed(scene, "senior_university", "健康讲座", begins=time(10, 5), modes=["on_site"], point=CENTRE)
    slot = scene.slots(service=talk)[0].ref
    page = got(visit(f"/orders/book/?service={talk}&slot={slot}", by=scene.resident))
    assert "“上门助浴”" in page and "the way takes about" in page and "5 are left" in page
    ref = book(scene, talk)
    for order, other in ((ref, "“上门助浴”"), (bath, "“健康讲座”")):
        (near,) = scene.card(order).ways
        assert near.left == 5 and 20 <= near.way.minutes <= 28
        page = got(visit(f"/orders/{order}/", by=scene.resident))
        assert other in page and "the way takes about" in page
        assert "the way takes about" not in got(visit(f"/orders/{order}/", by=scene.manager))
    assert not scene.card(book(scene, listed(scene, "haircut", "理发", begins=time(8)))).ways  # all of it at home


def test_the_booking_page_says_what_is_in_the_way(scene: Scene) -> None:
    scene.book()
    haircut = listed(scene, "haircut", "上门理发")
    slot = scene.slots(service=haircut)[0].ref
    page = got(visit(f"/orders/book/?service={haircut}&slot={slot}", by=scene.resident))
    assert "is booked for the same time, 2026-11-17 09:00" in page


@pytest.fixture
def bundle(scene: Scene) -> Bundle:
    return make(scene)


def test_a_bundle_is_not_offered_or_booked_over_another_order(bundle: Bundle) -> None:
    scene, slots = bundle.scene, bundle.slots
    book(scene, listed(scene, "haircut", "上门理发", begins=time(9)), days=2)
    steps = queries.steps(directory.bundle(bundle.ref, by=scene.resident), person=scene.person, by=scene.resident,
                          at=AT)
    assert slots[1] not in {one.ref for one in steps[1].times} and slots[1] in {one.time.ref for one in steps[1].busy}
    with pytest.raises(Conflict, match="so nothing of the bundle was. “上门理发” is booked for") as why:
        bundle.book()
    assert why.value.field == "slot_1" and "Free instead: 2026-11-18 10:30" in str(why.value)
    assert Order.objects.count() == 1


def test_a_visit_of_a_bundle_moves_between_its_neighbours(bundle: Bundle) -> None:
    scene = bundle.scene
    nursing, first, second = [line.ref for line in bundle.card(bundle.book()).lines]
    bath = bundle.times

    def refused(ref: UUID, slot: UUID, sentence: str) -> None:
        with pytest.raises(RuleBroken, match=sentence) as why:
            actions.change(ref, slot=slot, by=scene.resident, at=AT)
        assert (why.value.field, why.value.rule) == ("slot", "orders.bundle_order")

    refused(first, bath(scene.service, days=3)[1].ref, "next visit of “上门助浴” in this bundle is on 2026-11-19 09")
    refused(second, bath(scene.service, days=2)[1].ref, "on different days, one after the other")
    refused(first, bath(scene.service, days=1)[0].ref, "“上门助浴” would begin before “上门护理” is over")
    refused(nursing, bath(bundle.nursing, days=3)[0].ref, "which follows in this bundle, begins on 2026-11-18 09:00")
    page = got(visit(f"/orders/{first}/change/?from=2026-11-17", by=scene.resident))
    assert "The next visit of “上门助浴”" in page and f'value="{bath(scene.service, days=3)[1].ref}"' not in page
    actions.change(second, slot=bath(scene.service, days=4)[0].ref, by=scene.resident, at=AT)
    actions.change(first, slot=bath(scene.service, days=3)[1].ref, by=scene.daughter, at=AT)
    actions.cancel(first, reason="not_needed", by=scene.resident, at=AT)
    actions.change(second, slot=bath(scene.service, days=2)[0].ref, by=scene.resident, at=AT)  # nobody between


def test_a_visit_of_a_bundle_keeps_the_way_to_its_neighbours(scene: Scene) -> None:
    bundle = with_lecture(scene, begins=(time(11, 5), time(12, 30)))
    nursing = directory.bundle(bundle.ref, by=scene.resident).parts[0].service
    hours, talks = bundle.times(nursing), bundle.times(bundle.nursing)
    care, talk = [line.ref for line in bundle.card(bundle.book([hours[0].ref, talks[1].ref])).lines]
    with pytest.raises(RuleBroken, match="5 minutes after “上门护理” is over; the way from there") as why:
        actions.change(talk, slot=talks[0].ref, by=scene.resident, at=AT)
    assert why.value.rule == "orders.person_way"
    with pytest.raises(RuleBroken, match="“健康讲座”, which follows in this bundle, begins on 2026-11-17 12:30"):
        actions.change(care, slot=hours[2].ref, by=scene.resident, at=AT)
    actions.change(care, slot=hours[1].ref, by=scene.resident, at=AT)
    assert scene.row(care).begin == hours[1].from_


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_of_a_family_book_for_her_at_once(scene: Scene) -> None:
    """Four services at the same time, another moved there and a held one: one of them gets her, however they race."""
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    kinds = [listed(scene, "haircut", f"理发{no}") for no in range(4)]
    moving, held = book(scene, kinds[0], days=2), scene.hold()
    slots = [scene.slots(service=kind)[0].ref for kind in kinds]
    acts: list[Callable[[], object]] = [
        partial(actions.book, kind, slot=slot, person=scene.person, by=by, at=AT)
        for kind, slot, by in zip(kinds[1:], slots[1:], (scene.resident, scene.daughter, scene.agent), strict=True)]
    acts += [partial(actions.change, moving, slot=slots[0], by=scene.daughter, at=AT),
             partial(actions.book_held, held, by=scene.resident, at=AT)]
    assert at_once(*acts) == {"done": 1, "told": 4}
    begin = scene.row(held).begin
    assert Order.objects.filter(begin__date=begin.date(), state=State.BOOKED).count() == 1
