from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation

from linli.engines.journal import actions as journal
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.geometry import Point
from linli.kernel.refs import new_ref
from linli.kernel.refusals import NotFound
from linli.registers.directory import actions as directory
from linli.registers.directory import queries as directory_queries
from linli.registers.directory.models import Slot
from linli.registers.places import actions as places
from linli.work.matching import queries
from linli.work.matching.queries import Matches, Widened
from linli.work.matching.rules.values import Bar, Order, Signal
from linli.work.needs import actions as needs
from linli.work.needs.states import RESIDENT
from linli.work.orders import actions as booking
from linli.work.orders import events as orders
from tests.actors import AT, CITY, actor
from tests.registers.directory.conftest import BATH, WEEK
from tests.work.orders.conftest import HUPO, set_stage
from tests.work.quality.conftest import record

from .conftest import HERE, LUYANG, VILLAGE, Scene, window


def found(scene: Scene, need: UUID, **said: Any) -> Matches:
    return queries.matches(need, by=scene.resident, at=AT, **said)


def refused(scene: Scene, need: UUID, service: UUID) -> list[tuple[str, str]]:
    matches = found(scene, need)
    assert service not in listed(matches)
    [unfit] = [one for one in matches.refused.examples if one.service.ref == service]
    with translation.override("zh-hans"):
        return [(reason.code, queries.sentence(reason, at=AT)) for reason in unfit.reasons]


def listed(matches: Matches) -> list[UUID]:
    return [one.service.ref for one in matches.matches]


def test_what_fits_comes_with_a_slot_a_price_and_its_reasons(scene: Scene) -> None:
    service = scene.list()
    matches = found(scene, scene.need())
    [match] = matches.matches
    assert match.service.ref == service and match.pays_fen == 2000 and match.who == ("王敏",)
    assert match.slot.from_ == AT + timedelta(hours=2)  # 11:00: earlier times of today can no longer be booked
    with translation.override("zh-hans"):
        said = [queries.sentence(reason, at=AT) for reason in match.reasons]
    assert said == ["今天 11:00 有空，正在您选的时间内", "离您 940 米", "补贴 ¥60 后 ¥20", "还没有评价，按平均水平排序",
                    "机构近几周接了 0 单，接单少的略靠前"]
    assert (matches.fitting, matches.providers, matches.refused.total) == (1, 1, 0)


def test_only_who_may_read_the_need_gets_its_matches(scene: Scene) -> None:
    need = scene.need()
    agent = actor(f"region:{CITY}", *RESIDENT)
    assert queries.matches(need, by=agent, at=AT).need.ref == need
    for by in (scene.neighbour, ANONYMOUS):
        with pytest.raises(NotFound):
            queries.matches(need, by=by, at=AT)


# Hard conditions, as the registers have them


def test_a_lapsed_paper_refuses_and_is_named_with_its_day_and_rule(scene: Scene) -> None:
    lapsed = scene.list(scene.provider(until=date(2026, 11, 3)))
    need = scene.need()
    [(code, said)] = refused(scene, need, lapsed)
    assert code == Bar.CREDENTIAL and "健康证" in said and "2026年11月2日" in said
    [unfit] = found(scene, need).refused.examples
    assert unfit.reasons[0].rule == "passport.required"


def test_papers_count_on_the_day_of_the_visit_not_today(scene: Scene) -> None:
    ends_tomorrow = scene.provider(until=date(2026, 11, 18))  # holds on the 17th, no longer on the 18th
    service = scene.list(ends_tomorrow)
    assert listed(found(scene, scene.need())) == [service]
    [(code, _)] = refused(scene, scene.need(windows=[window(48, 72)]), service)
    assert code == Bar.CREDENTIAL


def test_a_provider_without_staff_is_refused(scene: Scene) -> None:
    [(code, _)] = refused(scene, scene.need(), scene.list(scene.provider(staff=0)))
    assert code == Bar.CREDENTIAL


def test_a_credential_asked_for_is_looked_at_too(scene: Scene) -> None:
    service = scene.list()
    [(code, said)] = refused(scene, scene.need(requires={"credential": "nurse_licence"}), service)
    assert code == Bar.CREDENTIAL and "护士" in said


@pytest.mark.parametrize(("listing", "asked", "code", "part"), [
    ({"category": "meals", "name": "送餐"}, {}, Bar.CATEGORY, "您要的是上门助浴"),
    ({"category": "meals", "modes": ["on_site"]}, {"category": "meals"}, Bar.MODE, "不提供这种方式"),
    ({"area": [LUYANG]}, {}, Bar.AREA, "服务范围不含"),
    ({"min_age": 85}, {}, Bar.AGE, "85 岁"),
    ({"max_age": 70}, {}, Bar.AGE, "70 岁"),
    ({"gender": "male"}, {}, Bar.FOR_GENDER, "只面向"),
    ({"languages": ["zh"]}, {"requires": {"language": "en"}}, Bar.LANGUAGE, "英语"),
    ({}, {"requires": {"gender": "male"}}, Bar.GENDER, "男"),
    ({"accessibility": ["lift"]}, {"requires": {"accessibility": ["step_free"]}}, Bar.ACCESSIBILITY, "无障碍"),
    ({}, {"windows": [window(12, 20)]}, Bar.NO_SLOT, "没有空位"),
], ids=lambda part: part if isinstance(part, Bar) else "")
def test_each_hard_condition_refuses_and_says_why(
    scene: Scene, listing: dict[str, Any], asked: dict[str, Any], code: Bar, part: str
) -> None:
    said = refused(scene, scene.need(**asked), scene.list(**listing))
    assert [one for one, _ in said] == [code] and part in said[0][1], said


def test_a_taken_time_is_not_offered_and_differs_from_none(scene: Scene) -> None:
    service, closed = scene.list(), scene.list(hours=[])
    need = scene.need(windows=[window(24, 25)])
    [match] = found(scene, need).matches
    directory.take_slot(match.slot.ref, by=SYSTEM, at=AT)
    assert [code for code, _ in refused(scene, need, service)] == [Bar.CAPACITY]
    assert [code for code, _ in refused(scene, need, closed)] == [Bar.NO_SLOT]
    assert found(scene, need).refused.counts == {Bar.NO_SLOT: 1, Bar.CAPACITY: 1}
    assert Slot.objects.get(ref=match.slot.ref).taken == 1


def test_refused_ones_are_counted_by_their_first_reason(scene: Scene) -> None:
    scene.list()
    for _ in range(2):
        scene.list(scene.provider(until=date(2026, 11, 3)))
    scene.list(category="meals", name="送餐")
    refusals = found(scene, scene.need()).refused
    assert refusals.counts == {Bar.CREDENTIAL: 2, Bar.CATEGORY: 1} and refusals.total == 3
    assert [one.reasons[0].code for one in refusals.examples] == [Bar.CREDENTIAL, Bar.CREDENTIAL, Bar.CATEGORY]


# Order


def test_nearer_cheaper_and_better_rated_come_first(scene: Scene) -> None:
    plain = scene.list(name="甲", point=Point(117.20, 31.85))
    near = scene.list(name="乙", point=Point(117.252, 31.85))
    assert listed(found(scene, scene.need())) == [near, plain]
    rate(plain, 5, 30)
    rate(near, 1, 30)
    matches = found(scene, scene.need())
    assert listed(matches) == [plain, near]
    assert [r.code for r in matches.matches[1].behind if not r.good] == [Signal.RATING]


def rate(service: UUID, grade: int, times: int) -> None:
    provider, person = new_ref(), new_ref()
    for _ in range(times):
        record(orders.OrderRated(order=new_ref(), service=service, provider=provider, person=person, grade=grade,
                                 region=VILLAGE), at=AT)
    journal.sequence()
    journal.catch_up("quality.scores")


def test_a_plain_order_goes_by_that_figure_alone(scene: Scene) -> None:
    cheap = scene.list(name="便宜", point=Point(117.20, 31.85), price_fen=1000, subsidy_fen=0)
    close = scene.list(name="很近", point=Point(117.251, 31.85), price_fen=20_000, subsidy_fen=0)
    need = scene.need()
    assert listed(found(scene, need, order=Order.PRICE)) == [cheap, close]
    assert listed(found(scene, need, order=Order.DISTANCE)) == [close, cheap]
    assert set(listed(found(scene, need, order=Order.SOONEST))) == {cheap, close}


def test_who_came_before_and_how_busy_a_provider_is_count(regions: object) -> None:
    stage = set_stage()
    stage.confirmed()
    need = needs.post(text="再洗一次", category="home_bathing", mode="home", by=stage.resident, at=AT)
    [match] = [one for one in queries.matches(need, by=stage.resident, at=AT + timedelta(days=2)).matches
               if one.service.ref == stage.service]
    values = {reason.code: reason.value for reason in match.reasons}
    assert values[Signal.CONTINUITY] == 1 and values[Signal.FAIR_SHARE] == 1


def test_no_time_is_offered_at_which_they_have_to_be_elsewhere(regions: object) -> None:
    stage = set_stage()
    need = needs.post(text="再洗一次", category="home_bathing", mode="home", by=stage.resident, at=AT)

    def offered() -> UUID | None:
        [match] = queries.matches(need, by=stage.resident, at=AT).matches
        return match.slot.ref if match.slot else None

    free = directory_queries.slots(stage.service, AT, AT + timedelta(days=2))
    first = next(no for no, one in enumerate(free) if one.ref == offered())
    haircut = directory.list_service(stage.provider, **BATH | {
        "category": "haircut", "name": "理发", "region": HUPO, "lead_minutes": 0}, hours=WEEK, by=stage.manager, at=AT)
    slot = next(one.ref for one in directory_queries.slots(haircut, AT, AT + timedelta(days=2))
                if one.from_ == free[first].from_)
    booking.book(haircut, slot=slot, person=stage.person, by=stage.resident, at=AT)
    assert offered() == free[first + 1].ref


# Place


def test_without_a_point_nearness_goes_by_region_and_says_so(scene: Scene) -> None:
    scene.list()
    [match] = found(scene, scene.need(point=None)).matches
    [reason] = [reason for reason in match.reasons if reason.code == Signal.DISTANCE]
    assert match.metres is None and "同一个区县" in queries.sentence(reason, at=AT)


def test_a_villages_point_is_used_where_it_is_known(scene: Scene) -> None:
    scene.list()
    places.place_point(VILLAGE, point=HERE, by=SYSTEM, at=AT)
    [match] = found(scene, scene.need(point=None)).matches
    [reason] = [reason for reason in match.reasons if reason.code == Signal.DISTANCE]
    assert match.metres is not None and "所在村（社区）中心" in queries.sentence(reason, at=AT)


# Looking further


def test_what_would_fit_if_one_thing_were_left_out_is_counted_and_found(scene: Scene) -> None:
    meals = scene.list(category="meals", name="送餐", modes=["on_site"])
    bath = scene.list()
    need = scene.need(windows=[window(12, 20)], category="home_bathing")
    matches = found(scene, need)
    assert not matches.matches and matches.refused.alone == {Bar.NO_SLOT: 1}
    assert listed(found(scene, need, widened=Widened(any_time=True))) == [bath]
    assert listed(found(scene, need, widened=Widened(any_time=True, any_mode=True, category="meals"))) == [meals]
    assert found(scene, need).need.mode == "home"  # the need itself stays as it was


def test_queries_do_not_grow_with_the_services(scene: Scene, django_assert_max_num_queries: Any) -> None:
    need = scene.need()
    for number in range(12):
        scene.list(scene.provider(f"机构{number}"), name=f"助浴{number}")
    with django_assert_max_num_queries(12):  # three of them read the need
        assert found(scene, need).fitting == 12


def test_many_services_are_asked_about_as_seldom_as_one(scene: Scene, django_assert_max_num_queries: Any) -> None:
    for no in range(6):
        scene.list(scene.provider(f"合肥第{no}居家养老服务中心", staff=2))
    need = scene.need()
    found(scene, need)
    with django_assert_max_num_queries(10):
        assert len(found(scene, need).matches) == 6
