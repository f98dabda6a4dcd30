from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.directory import actions, queries
from linli.registers.directory.models import Slot
from linli.registers.directory.queries import ExceptionCard, HoursCard
from tests.actors import AT
from tests.registers.directory.conftest import WEEK, Scene

TOMORROW = AT + timedelta(days=1)


def tomorrow(service: UUID) -> list[queries.SlotCard]:
    return queries.slots(service, TOMORROW, TOMORROW + timedelta(hours=12))


def clock(slots: list[queries.SlotCard]) -> list[str]:
    return [f"{s.from_.astimezone(queries.SHANGHAI):%H:%M}" for s in slots]


def test_publishing_twice_changes_nothing(scene: Scene) -> None:
    service = scene.list()
    before = list(Slot.objects.order_by("begin").values())
    assert actions.publish_slots(service, by=SYSTEM, at=AT) == (0, 0)
    assert list(Slot.objects.order_by("begin").values()) == before
    assert actions.publish_slots(service, by=SYSTEM, at=TOMORROW) == (2, 0)  # one day more
    assert actions.publish_slots(service, until=date(2027, 1, 5), by=scene.manager, at=AT) == (30, 0)
    with pytest.raises(RuleBroken, match="180 days"):
        actions.publish_slots(service, until=date(2028, 1, 1), by=SYSTEM, at=AT)
    with pytest.raises(NotAllowed):
        actions.publish_slots(service, by=scene.resident, at=AT)


def test_a_place_is_taken_once_and_given_back(scene: Scene) -> None:
    slot = tomorrow(scene.list())[0]
    actions.take_slot(slot.ref, by=scene.resident, at=AT)
    assert queries.slot(slot.ref).free == 0
    with pytest.raises(Conflict, match="just been taken; choose another"):
        actions.take_slot(slot.ref, by=scene.resident, at=AT)
    actions.give_back_slot(slot.ref, by=scene.resident, at=AT)
    with pytest.raises(Conflict, match="Nobody has taken"):
        actions.give_back_slot(slot.ref, by=scene.resident, at=AT)
    actions.take_slot(slot.ref, by=scene.resident, at=AT)


def test_when_a_time_cannot_be_taken(scene: Scene) -> None:
    service = scene.list()
    slot = tomorrow(service)[0]

    def refused(kind: type[Refusal], at: datetime = AT, ref: UUID = slot.ref) -> str:
        with pytest.raises(kind) as why:
            actions.take_slot(ref, by=scene.resident, at=at)
        return str(why.value)

    assert "passed" in refused(RuleBroken, at=slot.from_)
    assert "120 minutes ahead" in refused(RuleBroken, at=slot.from_ - timedelta(minutes=119))
    assert "no such time" in refused(NotFound, ref=uuid4())
    with pytest.raises(NotFound):
        actions.give_back_slot(uuid4(), by=scene.resident, at=AT)
    actions.pause(service, by=scene.manager, at=AT)
    assert "no bookings at present" in refused(Conflict)
    actions.resume(service, by=scene.manager, at=AT)
    actions.take_slot(slot.ref, by=scene.resident, at=slot.from_ - timedelta(minutes=120))


def test_a_slot_is_never_overfull(scene: Scene) -> None:
    slot = tomorrow(scene.list())[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.filter(ref=slot.ref).update(taken=2)


def test_changed_hours_move_free_times_and_leave_taken_ones(scene: Scene) -> None:
    service = scene.list()
    taken, free = tomorrow(service)
    assert clock([taken, free]) == ["09:00", "10:30"]
    actions.take_slot(taken.ref, by=scene.resident, at=AT)
    actions.set_hours(service, hours=[HoursCard(1, time(9, 30), time(14))], by=scene.manager, at=AT)
    assert clock(tomorrow(service)) == ["09:00", "11:00", "12:30"]  # 09:30 would overlap what is taken
    actions.set_hours(service, hours=WEEK, by=scene.manager, at=AT)
    assert clock(tomorrow(service)) == ["09:00", "10:30"] and queries.slot(taken.ref).free == 0


def test_a_time_that_was_once_taken_is_kept_for_its_order_but_not_offered(scene: Scene) -> None:
    service = scene.list()
    slot = tomorrow(service)[0]
    actions.take_slot(slot.ref, by=scene.resident, at=AT)
    actions.give_back_slot(slot.ref, by=scene.resident, at=AT)
    actions.update_service(service, duration_minutes=90, buffer_minutes=0, by=scene.manager, at=AT)
    assert clock([s for s in tomorrow(service) if s.free]) == ["09:00", "10:30"]
    assert queries.slot(slot.ref).free == 0  # the old hour is there, without places
    actions.update_service(service, duration_minutes=60, buffer_minutes=30, by=scene.manager, at=AT)
    assert clock([s for s in tomorrow(service) if s.free]) == ["09:00", "10:30"] and queries.slot(slot.ref).free == 1


def test_more_places_and_another_lead_time_reach_the_times_on_offer(scene: Scene) -> None:
    service = scene.list()
    slot = tomorrow(service)[0]
    actions.take_slot(slot.ref, by=scene.resident, at=AT)
    actions.update_service(service, capacity=3, lead_minutes=0, by=scene.manager, at=AT)
    again = queries.slot(slot.ref)
    assert (again.capacity, again.free, again.book_until) == (3, 2, slot.from_)


def test_an_exceptional_day_takes_its_free_times_and_names_what_is_booked(scene: Scene) -> None:
    service = scene.list()
    taken, _ = tomorrow(service)
    actions.take_slot(taken.ref, by=scene.resident, at=AT)
    on = date(2026, 11, 17)
    assert actions.add_exception(service, day=ExceptionCard(on, reason="停水"), by=scene.manager, at=AT) == 1
    assert clock(tomorrow(service)) == ["09:00"]
    shorter = ExceptionCard(on, time(9), time(10))
    assert actions.add_exception(service, day=shorter, by=scene.manager, at=AT) == 0
    assert [e.reason for e in queries.exceptions(service, from_=on)] == [""]  # the second replaced the first
    actions.drop_exception(service, on=on, by=scene.manager, at=AT)
    assert clock(tomorrow(service)) == ["09:00", "10:30"]
    with pytest.raises(NotFound):
        actions.drop_exception(service, on=on, by=scene.manager, at=AT)
    for day, field in (
        (ExceptionCard(date(2026, 11, 15)), "on"), (ExceptionCard(on, time(9)), "opens"),
        (ExceptionCard(on, time(9), time(8)), "closes"), (ExceptionCard(on, reason="x" * 101), "reason"),
        (ExceptionCard(date(9999, 12, 31)), "on"), (ExceptionCard(date(2029, 11, 17)), "on"),
        (ExceptionCard(on, reason="停\0水"), "reason"),
    ):
        with pytest.raises(RuleBroken) as why:
            actions.add_exception(service, day=day, by=scene.manager, at=AT)
        assert why.value.field == field


def test_withdrawing_takes_the_free_times_away(scene: Scene) -> None:
    service = scene.list()
    slot = tomorrow(service)[0]
    actions.take_slot(slot.ref, by=scene.resident, at=AT)
    actions.withdraw(service, by=scene.manager, at=AT)
    assert [s.ref for s in queries.slots(service, AT, AT + timedelta(days=90))] == [slot.ref]
    with pytest.raises(Conflict):
        actions.publish_slots(service, by=SYSTEM, at=AT)


def test_the_first_free_time_of_several_services_in_one_query(scene: Scene, django_assert_num_queries: object) -> None:
    one, two, never = scene.list(), scene.list(name="助浴二", lead_minutes=0), scene.list(name="助浴三", hours=())
    until = AT + timedelta(days=7)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = queries.first_free([one, two, never], AT, until)
    assert {ref: f"{slot.from_:%d %H:%M}" for ref, slot in found.items()} == {one: "17 01:00", two: "16 02:30"}
    afternoon = [(TOMORROW + timedelta(hours=1), TOMORROW + timedelta(hours=6))]
    later = queries.first_free([one, two], AT, until, afternoon)
    assert {f"{slot.from_:%d %H:%M}" for slot in later.values()} == {"17 02:30"}
    actions.take_slot(found[one].ref, by=scene.resident, at=AT)
    assert f"{queries.first_free([one], AT, until)[one].from_:%d %H:%M}" == "17 02:30"
    assert queries.first_free([], AT, until) == {}


@pytest.mark.concurrent
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ten_people_race_for_one_place(scene: Scene) -> None:
    """One gets it, nine are told so; never two, and nobody sees an error of the database."""
    if connection.vendor != "postgresql":
        pytest.skip("threads share one connection to SQLite in memory")
    slot = tomorrow(scene.list())[0].ref
    outcomes: list[str] = []
    start = Barrier(10)

    def take() -> None:
        start.wait()
        try:
            actions.take_slot(slot, by=scene.resident, at=AT)
            outcomes.append("taken")
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [Thread(target=take) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["taken"] + ["told"] * 9 and queries.slot(slot).free == 0
