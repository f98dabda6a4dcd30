"""Somebody cancels, and the next in line has the time kept for a while; nobody else gets it meanwhile."""
import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse

from linli.engines.journal.models import Entry
from linli.engines.journal.registry import TELLINGS
from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotFound, RuleBroken
from linli.registers.directory import actions as listings
from linli.registers.people import actions as people
from linli.work.orders import actions, jobs, queries, rules
from linli.work.orders.models import Order, Turn, Wait
from linli.work.orders.states import State, WaitState
from tests.actors import AT
from tests.registers.visiting import text, visit
from tests.work.orders.conftest import DAY, HUPO, Scene, as_role

TOMORROW = date(2026, 11, 17)
MINUTE = timedelta(minutes=1)


def old(scene: Scene, name: str = "李秀英", born: date = date(1946, 5, 1)) -> Actor:
    """Another resident of the street, old enough for a subsidy."""
    ref = people.register(name=name, region=HUPO, phone="13855500000", birth_on=born, address="琥珀路 9 号",
                          consent_by_phone=True, by=scene.agent, at=AT)
    return as_role("resident", f"person:{ref}", person=ref)


def join(scene: Scene, by: Actor, *, at: datetime = AT, **said: Any) -> UUID:
    whole = {"from_on": TOMORROW, "until_on": TOMORROW + DAY} | said
    return actions.join(scene.service, by=by, at=at, **whole)


def full(scene: Scene) -> list[UUID]:
    """All times of tomorrow, taken by the resident."""
    return [scene.book(slot=no) for no in range(len(scene.slots()))]


def kept(order: UUID | None = None) -> Turn:
    return Turn.objects.select_related("order", "wait").get(**{"order__ref": order} if order else {"outcome": ""})


def test_the_first_in_line_has_the_time_kept_and_books_it(scene: Scene) -> None:
    orders = full(scene)
    first, second = old(scene), old(scene, "周玉珍")
    wait = join(scene, first)
    join(scene, second, at=AT + MINUTE)
    assert [card.place for card in queries.waits(by=second, at=AT + MINUTE)] == [2]
    actions.cancel(orders[0], reason="ill", by=scene.resident, at=AT + 2 * MINUTE)
    turn = kept()
    assert turn.order.person_id == first.person and turn.order.state == State.HELD and scene.free() == 0
    assert turn.order.hold_until == AT + 62 * MINUTE
    with pytest.raises(Conflict, match="just been taken"):
        scene.book(slot=0, by=scene.daughter)
    card = queries.waits(by=first, at=AT + 3 * MINUTE)[0]
    assert (card.state, card.order, card.place) == ("offered", turn.order.ref, None)
    assert queries.waits(by=second, at=AT + 3 * MINUTE)[0].place == 1
    actions.book_held(turn.order.ref, by=first, at=AT + 30 * MINUTE)
    assert scene.row(turn.order.ref).state == State.BOOKED and Wait.objects.get(ref=wait).state == WaitState.TAKEN
    assert scene.card(turn.order.ref, by=first).address == "" and scene.row(turn.order.ref).address_sealed


def test_the_price_is_the_days_and_the_need_is_written_when_it_is_booked(scene: Scene) -> None:
    orders = full(scene)
    first = old(scene)
    join(scene, first)
    listings.update_service(scene.service, price_fen=9000, by=scene.manager, at=AT)
    actions.cancel(orders[0], reason="ill", by=scene.resident, at=AT)
    order = kept().order
    assert (order.price_fen, order.subsidy_fen, order.need) == (9000, 6000, None)
    actions.book_held(order.ref, by=first, at=AT)
    assert scene.row(order.ref).need is not None


def test_a_time_not_taken_goes_to_the_next_and_then_to_everybody(scene: Scene) -> None:
    orders = full(scene)
    first, second = old(scene), old(scene, "周玉珍")
    join(scene, first)
    join(scene, second, at=AT + MINUTE)
    actions.cancel(orders[0], reason="ill", by=scene.resident, at=AT)
    assert kept().order.person_id == first.person
    assert jobs.lapse_holds(AT + 61 * MINUTE) == 1
    assert kept().order.person_id == second.person and scene.free() == 0
    assert Wait.objects.get(person__ref=first.person).state == WaitState.WAITING
    actions.cancel(kept().order.ref, reason="other_time", by=second, at=AT + 70 * MINUTE)
    assert scene.free() == 1 and not Turn.objects.filter(outcome="").exists()
    assert [turn.outcome for turn in Turn.objects.order_by("pk")] == ["missed", "passed"]
    assert jobs.keep_free_times(AT + 71 * MINUTE) == 0  # both have been asked about this very time


def test_whoever_comes_after_a_hold_has_run_out_does_not_push_in(scene: Scene) -> None:
    """The clock has not passed by yet; the booking itself lets the hold lapse, and the line goes first."""
    full(scene)
    actions.cancel(Order.objects.get(slot=scene.slots()[0].ref).ref, reason="ill", by=scene.resident, at=AT)
    scene.hold(slot=0)
    second = old(scene)
    join(scene, second)
    with pytest.raises(Conflict):
        scene.book(slot=0, by=scene.daughter)
    late = AT + 11 * MINUTE
    with pytest.raises(Conflict, match="just been taken"):
        actions.book(scene.service, slot=scene.slots()[0].ref, person=scene.person, by=scene.daughter, at=late)
    actions.keep_free(scene.slots()[0].ref, at=late)
    assert kept().order.person_id == second.person


def test_two_times_let_go_end_the_waiting(scene: Scene) -> None:
    orders = full(scene)
    first = old(scene)
    wait = join(scene, first)
    for no, order in enumerate(orders):
        actions.cancel(order, reason="ill", by=scene.resident, at=AT)
        if no < 2:
            actions.cancel(kept().order.ref, reason="other_time", by=first, at=AT)
    assert Wait.objects.get(ref=wait).state == WaitState.ENDED and not Turn.objects.filter(outcome="").exists()
    assert Entry.objects.filter(fact="orders.WaitEnded", about=wait).count() == 1


def test_a_time_outside_what_was_asked_for_is_nobodys_turn(scene: Scene) -> None:
    orders = full(scene)
    afternoon, later = old(scene), old(scene, "周玉珍")
    join(scene, afternoon, part="afternoon")
    for no in range(len(scene.slots(days=2))):
        scene.book(slot=no, days=2)
    join(scene, later, from_on=TOMORROW + DAY, until_on=TOMORROW + 2 * DAY)
    actions.cancel(orders[0], reason="ill", by=scene.resident, at=AT)  # tomorrow at nine
    assert scene.free() == 1 and not Turn.objects.exists()


def test_leaving_gives_the_kept_time_to_the_next(scene: Scene) -> None:
    orders = full(scene)
    first, second = old(scene), old(scene, "周玉珍")
    wait = join(scene, first)
    join(scene, second, at=AT + MINUTE)
    actions.cancel(orders[0], reason="ill", by=scene.resident, at=AT)
    for stranger in (second, scene.neighbour, scene.manager):
        with pytest.raises(NotFound):
            actions.leave(wait, by=stranger, at=AT)
    actions.leave(wait, by=first, at=AT)
    assert Wait.objects.get(ref=wait).state == WaitState.LEFT and kept().order.person_id == second.person
    with pytest.raises(Conflict):
        actions.leave(wait, by=first, at=AT)


def test_who_cancels_a_whole_series_gives_each_time_to_somebody_else(scene: Scene) -> None:
    slot = scene.slots()[0].ref
    made = actions.book_series(scene.service, slot=slot, weeks=2, person=scene.person, by=scene.resident, at=AT)
    for days in (1, 8):
        for no, one in enumerate(scene.slots(days=days)):
            if one.free:
                scene.book(slot=no, days=days)
    people_ = [old(scene), old(scene, "周玉珍")]
    for by in people_:
        join_by_hand(scene, by)
    actions.cancel(made.orders[0], reason="not_needed", rest=True, by=scene.resident, at=AT)
    turns = Turn.objects.filter(outcome="").select_related("order").order_by("order__begin")
    assert [turn.order.person_id for turn in turns] == [by.person for by in people_]


def join_by_hand(scene: Scene, by: Actor) -> None:
    """In line for both weeks, though other days between them are free."""
    ref = join(scene, by)
    Wait.objects.filter(ref=ref).update(until_on=TOMORROW + 8 * DAY)


def test_new_times_are_kept_for_who_waits(scene: Scene) -> None:
    full(scene)
    first = old(scene)
    join(scene, first)
    listings.update_service(scene.service, capacity=2, by=scene.manager, at=AT)
    assert jobs.keep_free_times(AT) == 1 and kept().order.person_id == first.person
    assert jobs.keep_free_times(AT) == 0  # one time at once


def test_changing_ones_time_frees_it_for_who_waits(scene: Scene) -> None:
    orders = full(scene)
    first = old(scene)
    join(scene, first)
    actions.change(orders[1], slot=scene.slots(days=2)[0].ref, by=scene.resident, at=AT)
    assert kept().order.person_id == first.person and kept().slot == scene.slots()[1].ref


def test_a_declined_booking_goes_to_who_waits(scene: Scene) -> None:
    orders = full(scene)
    first = old(scene)
    join(scene, first)
    actions.decline(orders[0], reason="other", by=scene.manager, at=AT)
    assert kept().order.person_id == first.person


def test_somebody_erased_meanwhile_is_passed_over(scene: Scene) -> None:
    orders = full(scene)
    first, second = old(scene), old(scene, "周玉珍")
    join(scene, first)
    join(scene, second, at=AT + MINUTE)
    assert first.person
    people.erase(first.person, by=first, at=AT)
    actions.cancel(orders[0], reason="ill", by=scene.resident, at=AT)
    assert kept().order.person_id == second.person


@pytest.mark.parametrize(("at", "latest", "until"), [
    ("16T10:00", "17T09:00", "16T11:00"), ("16T20:00", "17T12:00", "16T21:00"), ("16T20:30", "17T12:00", "17T08:30"),
    ("16T21:00", "17T12:00", "17T09:00"), ("16T23:30", "17T12:00", "17T09:00"), ("17T05:00", "17T12:00", "17T09:00"),
    ("16T10:00", "16T10:15", "16T10:15"), ("16T10:00", "16T10:14", None), ("16T10:00", "16T09:00", None),
    ("16T23:30", "17T08:20", "17T08:20"), ("16T23:30", "17T08:10", None), ("16T20:50", "16T23:00", None),
])
def test_nobody_loses_their_turn_asleep(at: str, latest: str, until: str | None) -> None:
    """An hour that does not run from nine until eight; with less than a quarter of it left nobody is asked."""
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-{text}:00+08:00")

    found = rules.turn_until(moment(at), minutes=60, night=(21, 8), latest=moment(latest))
    assert found == (moment(until) if until else None)


@pytest.mark.parametrize(("said", "sentence"), [
    ({"from_on": TOMORROW - 2 * DAY}, "has passed"), ({"until_on": TOMORROW}, "before the first"),
    ({"until_on": TOMORROW + 80 * DAY}, "at most 60 days"), ({"part": "night"}, "parts of the day"),
])
def test_days_that_make_no_sense(scene: Scene, said: dict[str, Any], sentence: str) -> None:
    full(scene)
    with pytest.raises(RuleBroken, match=sentence):
        join(scene, scene.resident, person=scene.person, **said)
    assert not Wait.objects.exists()


def test_nobody_waits_for_what_is_free_or_twice_or_for_somebody_else(scene: Scene) -> None:
    with pytest.raises(RuleBroken, match="is free: 2026-11-17 09:00"):
        join(scene, scene.resident)
    full(scene)
    join(scene, scene.resident)
    with pytest.raises(Conflict, match="already"):
        join(scene, scene.daughter, person=scene.person)
    with pytest.raises(NotFound):
        join(scene, scene.neighbour, person=scene.person)
    listings.pause(scene.service, by=scene.manager, at=AT)
    with pytest.raises(Conflict, match="no bookings"):
        join(scene, old(scene))


def test_days_that_are_over_end_the_waiting(scene: Scene) -> None:
    full(scene)
    wait = join(scene, scene.resident)
    assert jobs.end_waits(AT + DAY) == 0
    assert jobs.end_waits(AT + 2 * DAY) == 1 and Wait.objects.get(ref=wait).state == WaitState.ENDED
    assert not actions.end_wait(wait, at=AT + 2 * DAY)


def test_what_was_only_held_is_no_news_for_the_provider(scene: Scene) -> None:
    ref = scene.hold()
    actions.cancel(ref, reason="other_time", by=scene.resident, at=AT)
    payload = Entry.objects.filter(about=ref).latest("pk").payload
    assert list(TELLINGS["orders.OrderCancelled"].to(payload)) == []
    booked = scene.book()
    actions.cancel(booked, reason="other_time", by=scene.resident, at=AT)
    payload = Entry.objects.filter(about=booked).latest("pk").payload
    assert list(TELLINGS["orders.OrderCancelled"].to(payload)) == [f"organisation:{scene.provider}"]


# Doors


def test_the_page_of_the_waiting_list(scene: Scene, django_assert_max_num_queries: Any) -> None:
    orders = full(scene)
    first = old(scene)
    page = got(visit(f"/orders/waits/join/?service={scene.service}", {"service": scene.service}, by=first))
    assert "Join the waiting list" in page and "李秀英" in page and 'value="2026-11-17"' in page
    said = {"service": str(scene.service), "key": str(new_ref()), "person": str(first.person), "mode": "home",
            "address": "琥珀路 9 号", "from_on": "2026-11-17", "until_on": "2026-11-17", "part": "any"}
    for _ in range(2):  # sent twice is one place
        assert visit("/orders/waits/join/", said, by=first, method="POST")["Location"] == "/orders/waits/"
    assert Wait.objects.get().until_on == TOMORROW + DAY
    with django_assert_max_num_queries(8):
        page = got(visit("/orders/waits/", by=first))
    assert "No. 1 in line" in page and "上门助浴" in page and "Who joined first is first" in page
    actions.cancel(orders[0], reason="ill", by=scene.resident, at=AT)
    assert "Book it before today 10:00" in got(visit("/orders/waits/", by=first))
    order = kept().order.ref
    assert "Kept for you until 10:00" in got(visit(f"/orders/{order}/", by=first))
    assert visit(f"/orders/waits/{Wait.objects.get().ref}/leave/", by=first, method="POST").status_code == 302
    refused = visit(f"/orders/waits/{Wait.objects.get().ref}/leave/", by=first, method="POST")
    assert refused.status_code == 409 and "no longer open" in refused.content.decode()


def test_a_refused_form_keeps_what_was_typed(scene: Scene) -> None:
    said = {"service": str(scene.service), "key": str(new_ref()), "person": str(scene.person), "mode": "home",
            "address": "三楼左手", "from_on": "2026-11-17", "until_on": "2026-11-17", "part": "morning"}
    page = got(visit("/orders/waits/join/", said, by=scene.resident, method="POST"), 422)
    assert "is free: 2026-11-17 09:00" in page and "三楼左手" in page and not Wait.objects.exists()
    assert visit("/orders/waits/", by=ANONYMOUS).status_code in {302, 403}


def test_the_provider_sees_how_many_wait_and_no_names(scene: Scene) -> None:
    full(scene)
    join(scene, old(scene))
    join(scene, old(scene, "周玉珍"), part="morning")
    page = got(visit("/provider/waits/", by=scene.manager))
    assert "上门助浴" in page and ">2<" in page and "李秀英" not in page and "周玉珍" not in page
    assert visit("/provider/waits/", by=scene.resident).status_code == 403
    assert "Nobody waits" in got(visit("/provider/waits/", by=scene.rival))


def test_the_calls(scene: Scene) -> None:
    orders, first = full(scene), old(scene)
    body = {"service": str(scene.service), "from": "2026-11-17", "until": "2026-11-18"}
    made = visit("/api/v1/waits", body, by=first, method="POST", key="a")
    assert made.status_code == 201 and json.loads(made.content)["place"] == 1
    assert visit("/api/v1/waits", body, by=first, method="POST", key="a").status_code == 200
    assert visit("/api/v1/waits", body, by=first, method="POST", key="b").status_code == 409
    actions.cancel(orders[0], reason="ill", by=scene.resident, at=AT)
    told = json.loads(visit("/api/v1/waits", by=first).content)
    assert told[0]["order"] and told[0]["expires_at"].startswith("2026-11-16T02:00") and told[0]["place"] is None
    assert json.loads(visit("/api/v1/waits", by=scene.neighbour).content) == []
    left = visit(f"/api/v1/waits/{told[0]['ref']}/leave", by=first, method="POST")
    assert json.loads(left.content)["state"] == "left"


def got(answer: HttpResponse, status: int = 200) -> str:
    assert answer.status_code == status, text(answer)[:2000]
    return text(answer)
