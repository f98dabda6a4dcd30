import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.refs import new_ref
from linli.registers.practitioners.models import Credential
from linli.work.needs import actions as needs
from linli.work.orders import actions, queries
from linli.work.orders.models import Order
from linli.work.orders.states import HIDDEN, State
from tests.actors import AT
from tests.registers.visiting import text, visit
from tests.work.orders.conftest import FAR, NEAR, Scene

Count = Callable[..., AbstractContextManager[Any]]


def form(scene: Scene, **said: Any) -> dict[str, Any]:
    slot = scene.slots()[0].ref
    return {"service": str(scene.service), "slot": str(slot), "key": str(new_ref()), "person": str(scene.person),
            "mode": "home", "address": "琥珀路 5 号", "weeks": "1", "do": "book"} | said


def post(path: str, data: dict[str, Any] | None = None, *, by: Actor, at: datetime = AT, **more: Any) -> HttpResponse:
    return visit(path, data, by=by, at=at, method="POST", **more)


def got(answer: HttpResponse, status: int = 200) -> str:
    assert answer.status_code == status, text(answer)[:2000]
    return text(answer)


def test_booking_from_the_service_page(scene: Scene) -> None:
    slot = scene.slots()[0].ref
    page = got(visit(f"/orders/book/?service={scene.service}&slot={slot}", {"service": scene.service, "slot": slot},
                     by=scene.resident))
    assert "上门助浴" in page and "¥20 (subsidy ¥60)" in page and "Tue 17 Nov 2026, 09:00–10:00" in page
    assert "Keep this time for 10 minutes" in page and "张桂英" in page
    answer = post("/orders/book/", form(scene), by=scene.resident)
    assert answer.status_code == 302
    row = Order.objects.get()
    assert answer["Location"] == f"/orders/{row.ref}/booked/" and row.state == State.BOOKED
    done = got(visit(answer["Location"], by=scene.resident))
    assert str(row.number) in done and "answers by Tue 17 Nov 2026, 09:00" in done


def test_the_same_form_sent_twice_books_once(scene: Scene) -> None:
    said = form(scene)
    first, again = (post("/orders/book/", said, by=scene.resident) for _ in range(2))
    assert first["Location"] == again["Location"] and Order.objects.count() == 1
    other = got(post("/orders/book/", said | {"address": "别处 1 号"}, by=scene.resident), 422)
    assert "used for another request" in other and "别处 1 号" in other and Order.objects.count() == 1


def test_a_refused_booking_keeps_what_was_typed(scene: Scene) -> None:
    scene.book(by=scene.daughter)
    page = got(post("/orders/book/", form(scene, address="三楼左手"), by=scene.resident), 422)
    assert "just been taken; choose another" in page and 'value="三楼左手"' in page
    swapped = got(post("/orders/book/", form(scene, slot=str(scene.slots()[1].ref), lon="31.85", lat="117.26"),
                       by=scene.resident), 422)
    assert "look swapped" in swapped and Order.objects.count() == 1


def test_holding_from_the_page(scene: Scene) -> None:
    answer = post("/orders/book/", form(scene, do="hold"), by=scene.resident)
    ref = Order.objects.get().ref
    assert answer["Location"] == f"/orders/{ref}/"
    page = got(visit(answer["Location"], by=scene.resident))
    assert "Kept for you until 09:10: tomorrow 09:00" in page and "Book this time" in page
    late = AT + timedelta(minutes=10)
    assert "no longer kept" in got(visit(answer["Location"], by=scene.resident, at=late))
    refused = got(post(f"/orders/{ref}/book/", by=scene.resident, at=late), 409)
    assert "was kept until 2026-11-16 09:10" in refused
    assert post(f"/orders/{ref}/book/", by=scene.resident)["Location"] == f"/orders/{ref}/booked/"


def test_a_series_says_which_weeks_it_has(scene: Scene) -> None:
    actions.book(scene.service, slot=scene.slots(days=8)[0].ref, person=scene.person, by=scene.agent, at=AT)
    answer = post("/orders/book/", form(scene, weeks="3"), by=scene.resident)
    page = got(visit(answer["Location"], by=scene.resident))
    part = page.split("All visits of this series")[1]
    have, lack = part.split("Weeks without a free time")
    assert "17 Nov" in have and "1 Dec" in have and "24 Nov" not in have and "24 Nov" in lack


def test_who_may_not_book(scene: Scene) -> None:
    slot = scene.slots()[0].ref
    ask = {"service": scene.service, "slot": slot}
    answer = visit(f"/orders/book/?service={scene.service}", ask, by=ANONYMOUS)
    assert answer.status_code == 302 and "/sign-in/?next=%2Forders%2Fbook%2F" in answer["Location"]
    assert visit("/orders/book/", ask | {"for": scene.person}, by=scene.neighbour).status_code == 404
    assert visit("/orders/book/", {"service": "x"}, by=scene.resident).status_code == 404
    assert visit("/orders/book/", ask, by=scene.agent).status_code == 403
    page = got(visit("/orders/book/", ask | {"for": scene.person}, by=scene.agent))
    assert "张**" in page and "张桂英" not in page
    answer = post("/orders/book/", form(scene), by=scene.agent)
    assert answer.status_code == 302 and Order.objects.get().channel == "agent"
    assert post("/orders/book/", form(scene), by=scene.neighbour).status_code == 404


def test_addresses_that_mean_nothing(scene: Scene) -> None:
    ask = {"service": scene.service, "slot": scene.slots()[0].ref}
    for more in ({"for": "x"}, {"need": "x"}, {"slot": ""}, {"need": new_ref()}):
        assert visit("/orders/book/", ask | more, by=scene.resident).status_code == 404, more
    assert post("/orders/book/", form(scene, key="x", weeks="99", mode="air"), by=scene.resident).status_code == 422
    desks = (("/provider/calendar/", scene.manager), ("/provider/orders/", scene.manager), ("/work/", scene.carer))
    for path, by in desks:
        for day in ("9999-12-31", "0001-01-01", "morgen"):
            assert visit(path, {"day": day}, by=by).status_code == 200
    ref = scene.accepted()
    assert visit(f"/orders/{ref}/change/", {"from": "9999-12-31"}, by=scene.resident).status_code == 200
    assert visit("/orders/", {"after": "x"}, by=scene.resident).status_code == 200


def test_the_page_says_where_things_stand_from_need_to_rating(scene: Scene) -> None:
    ref = scene.book()
    path = f"/orders/{ref}/"

    def heading(by: Actor, at: datetime = AT) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", got(visit(path, by=by, at=at)))
        assert found
        return found[1]

    begin, until = scene.row(ref).begin, scene.row(ref).until
    assert heading(scene.resident) == "Waiting for an answer: tomorrow 09:00"
    desk = got(visit(path, by=scene.manager))
    assert "张**" in desk and "张桂英" not in desk and "琥珀路" not in desk and "Answer this booking" in desk
    assert post(f"{path}accept/", {"practitioner": str(scene.wang)}, by=scene.manager).status_code == 302
    assert heading(scene.resident) == "王敏 comes tomorrow 09:00"
    page = got(visit(path, by=scene.resident))
    assert "papers in order" in page and "/p/P" in page and "Show the address" in page and "琥珀路" not in page
    assert "琥珀路 5 号 2 栋 301" in got(visit(path, {"address": "1"}, by=scene.resident))
    desk = got(visit(path, by=scene.manager))
    assert "张桂英" in desk and "琥珀路 5 号 2 栋 301" in desk and "13855512345" in desk
    assert "张桂英" not in got(visit(path, by=scene.officer)) and visit(path, by=scene.other_carer).status_code == 404
    there = {"lon": str(NEAR[0]), "lat": str(NEAR[1])}
    assert post(f"{path}check-in/", there, by=scene.carer, at=begin).status_code == 302
    assert heading(scene.resident, begin) == "王敏 is there now"
    assert post(f"{path}check-out/", there, by=scene.carer, at=until).status_code == 302
    assert heading(scene.resident, until) == "Done. Please confirm and rate"
    assert "琥珀路" not in got(visit(path, by=scene.manager, at=until))  # the visit is over
    page = got(visit(path, by=scene.resident, at=until))
    assert all(word in page for word in ("Very satisfied", "Satisfied", "Mostly satisfied", "Dissatisfied"))
    bad = got(post(f"{path}rate/", {"grade": "9", "comment": "很好"}, by=scene.resident, at=until), 422)
    assert "很好" in bad
    assert post(f"{path}rate/", {"grade": "5", "comment": "很细心"}, by=scene.resident, at=until).status_code == 302
    assert heading(scene.resident, until) == "Done and rated: Very satisfied"
    page = got(visit(path, by=scene.manager, at=until))
    assert "很细心" in page and "position in and out, confirmed by the resident" in page
    assert "很细心" not in got(visit(path, by=scene.officer, at=until))
    told = [one for one in ("The need was posted", "Booked.", "The provider accepted.", "Who goes was chosen.",
                            "The visit began.", "The visit ended after 60 minutes.", "Rated 5 of 5.") if one in page]
    assert len(told) == 7


@pytest.mark.slow
@pytest.mark.parametrize("state", State)
def test_every_state_has_a_page_in_both_languages(scene: Scene, state: State) -> None:
    ref = scene.make[state]()
    row = scene.row(ref)
    at = AT if state == State.HELD else row.begin
    for by in (scene.resident, scene.manager, scene.carer, scene.officer):
        hidden = by is scene.manager and state in HIDDEN or by is scene.carer and not row.practitioner
        for language in ("en", "zh"):
            page = visit(f"/orders/{ref}/", by=by, at=at, language=language)
            assert page.status_code == (404 if hidden else 200)
            assert hidden or str(row.number) in text(page)


def test_at_the_door_the_refusal_says_what_to_do(scene: Scene) -> None:
    ref = scene.accepted()
    begin = scene.row(ref).begin
    path = f"/orders/{ref}/check-in/"
    far = got(post(path, {"lon": str(FAR[0]), "lat": str(FAR[1])}, by=scene.carer, at=begin), 422)
    assert "You are 1516 m from the agreed place" in far
    nothing = got(post(path, {}, by=scene.carer, at=begin), 422)
    assert "Turn on your phone" in nothing
    there = {"lon": str(NEAR[0]), "lat": str(NEAR[1])}
    early = got(post(path, there, by=scene.carer, at=begin - timedelta(days=1)), 422)
    assert "check-in opens at 2026-11-17 08:45" in early
    late = post(path, {"method": "later", "reason": "no_signal", "stated": "2026-11-17T09:02"}, by=scene.carer,
                at=begin + timedelta(hours=2))
    assert late.status_code == 302 and scene.proof(ref).began == begin + timedelta(minutes=2)


def test_changing_the_time_on_the_page(scene: Scene) -> None:
    ref = scene.accepted()
    path = f"/orders/{ref}/change/"
    page = got(visit(path, by=scene.resident))
    assert "now Tue 17 Nov 2026, 09:00–10:00" in page and page.count('type="radio"') > 5
    assert "Choose a time" in got(post(path, {}, by=scene.resident), 422)
    same = got(post(path, {"slot": str(scene.row(ref).slot)}, by=scene.resident), 422)
    assert "the time that you have already" in same
    new = scene.slots(days=2)[1]
    assert post(path, {"slot": str(new.ref)}, by=scene.resident).status_code == 302
    assert (scene.row(ref).begin, scene.row(ref).state) == (new.from_, State.BOOKED)
    assert visit(path, by=scene.manager).status_code == 409


def test_cancelling_on_the_page_needs_a_reason(scene: Scene) -> None:
    ref = scene.book()
    assert "This field is required" in got(post(f"/orders/{ref}/cancel/", {}, by=scene.resident), 422)
    assert post(f"/orders/{ref}/cancel/", {"reason": "ill"}, by=scene.resident).status_code == 302
    page = got(visit(f"/orders/{ref}/", by=scene.resident))
    assert "Illness or hospital" in page and "See who else can come" in page
    assert "no longer open" in got(post(f"/orders/{ref}/cancel/", {"reason": "ill"}, by=scene.resident), 409)


def test_my_needs_and_orders(scene: Scene, django_assert_max_num_queries: Count) -> None:
    assert "Nothing is going on" in got(visit("/orders/", by=scene.resident))
    needs.post(text="想找人陪妈妈去医院复查", person=scene.person, by=scene.resident, at=AT)
    scene.served()
    scene.book(slot=1)
    actions.cancel(scene.book(days=2), reason="ill", by=scene.resident, at=AT)
    with django_assert_max_num_queries(12):
        page = got(visit("/orders/", by=scene.resident))
    going, done = page.split("<h2>Done</h2>")
    assert "Done. Please confirm" in going and "陪妈妈" in going and "Cancelled" in done and "Cancelled" not in going
    assert "Done. Please confirm" in got(visit("/orders/", by=scene.daughter))
    assert "Nothing is going on" in got(visit("/orders/", by=scene.neighbour))
    assert visit("/orders/", by=ANONYMOUS).status_code == 302


def test_the_providers_desk(scene: Scene, django_assert_max_num_queries: Count) -> None:
    assert "Nothing waits" in got(visit("/provider/orders/", by=scene.manager))
    first, second = scene.book(slot=1), scene.book(days=2)
    with django_assert_max_num_queries(14):
        page = got(visit("/provider/orders/", by=scene.manager))
    assert page.index(str(first)) < page.index(str(second))  # both booked now, but the first visit is sooner
    assert "张**" in page and "张桂英" not in page and "王敏" in page and "24 hours left" in page
    assert str(second) not in got(visit("/provider/orders/", {"day": "2026-11-17"}, by=scene.manager))
    assert str(first) not in got(visit("/provider/orders/", {"category": "meals"}, by=scene.manager))
    answer = post("/provider/orders/accept/", {"order": [str(first), str(second)], f"who-{first}": str(scene.wang)},
                  by=scene.manager)
    assert answer.status_code == 302 and {scene.row(ref).state for ref in (first, second)} == {State.ACCEPTED}
    assert scene.row(first).practitioner == scene.wang and scene.row(second).practitioner is None
    assert str(first) in got(visit("/provider/orders/", {"state": "going_on"}, by=scene.manager))
    assert "Tick the bookings" in got(post("/provider/orders/accept/", {}, by=scene.manager), 422)
    assert visit("/provider/orders/", by=scene.resident).status_code == 403
    assert str(first) not in got(visit("/provider/orders/", {"state": "going_on"}, by=scene.rival))


def test_a_refused_choice_says_why_and_offers_the_others(scene: Scene) -> None:
    Credential.objects.filter(practitioner__ref=scene.wang, kind="insurance").update(valid_until=AT.date())
    ref = scene.book()
    page = got(post(f"/orders/{ref}/accept/", {"practitioner": str(scene.wang)}, by=scene.manager), 422)
    assert "王敏 cannot go" in page and "李强 · 护理员" in page and "Who cannot go, and why" in page
    assert scene.row(ref).state == State.BOOKED


def test_accepting_several_says_which_one_was_refused(scene: Scene) -> None:
    first, second = scene.book(), scene.book(slot=1)
    actions.cancel(second, reason="ill", by=scene.resident, at=AT)
    page = got(post("/provider/orders/accept/", {"order": [str(first), str(second)]}, by=scene.manager), 422)
    assert "no longer open" in page and "1 booking accepted" in page and scene.row(first).state == State.ACCEPTED


def test_the_calendar_shows_bars_and_who_is_sent_nowhere(scene: Scene) -> None:
    scene.accepted()
    actions.accept(scene.book(slot=1), by=scene.manager, at=AT)
    for one in Credential.objects.filter(practitioner__ref=scene.li, kind="health_certificate"):
        one.valid_until = AT.date()
        one.save()
    page = got(visit("/provider/calendar/", {"day": "2026-11-17"}, by=scene.manager))
    assert "上门助浴 · 张桂英" in page and "Nobody goes yet" in page
    assert "Not sent until it is renewed" in page.split("李强")[1]
    assert "上门助浴" not in got(visit("/provider/calendar/", by=scene.manager))


def test_a_practitioners_day_on_a_phone(scene: Scene, django_assert_max_num_queries: Count) -> None:
    ref = scene.accepted()
    begin = scene.row(ref).begin
    assert "No visits on this day" in got(visit("/work/", by=scene.carer))
    with django_assert_max_num_queries(12):
        page = got(visit("/work/", by=scene.carer, at=begin - timedelta(minutes=40)))
    assert "张桂英" in page and "琥珀路 5 号 2 栋 301" in page
    assert "tel:13855512345" in page and "Call the office" in page
    assert "Check-in opens at 08:45" in page and "btn-primary" not in page
    page = got(visit("/work/", by=scene.carer, at=begin))
    assert f"/orders/{ref}/check-in/" in page
    there = {"lon": str(NEAR[0]), "lat": str(NEAR[1]), "back": "day"}
    assert post(f"/orders/{ref}/check-in/", there, by=scene.carer, at=begin)["Location"] == "/work/"
    assert "Checked in at 09:00" in got(visit("/work/", by=scene.carer, at=begin))
    assert "张桂英" not in got(visit("/work/", by=scene.other_carer, at=begin))
    assert visit("/work/", by=scene.resident).status_code == 403


def test_the_order_page_is_light(scene: Scene, django_assert_max_num_queries: Count) -> None:
    ref = scene.accepted()
    with django_assert_max_num_queries(12):
        visit(f"/orders/{ref}/", by=scene.resident)
    assert queries.order(ref, by=scene.resident, at=AT).moves
