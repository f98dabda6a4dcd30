"""A bundle chosen, booked, seen and called off, by a person and by a program."""
import re
from datetime import time
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse

from linli.kernel.actor import ANONYMOUS
from linli.kernel.refs import new_ref
from linli.registers.directory import actions as directory
from linli.registers.directory import queries as services
from linli.registers.places.models import Region
from linli.work.orders import actions
from linli.work.orders.models import Bundled, Order
from linli.work.orders.states import State
from tests.actors import AT
from tests.registers.visiting import text, visit
from tests.work.orders.conftest import HOME, HUPO, Scene
from tests.work.orders.test_book_bundle import Bundle, make, with_lecture
from tests.work.orders.test_endpoints import call
from tests.work.orders.test_pages import Count, got, post


@pytest.fixture
def bundle(scene: Scene) -> Bundle:
    return make(scene)


def path(bundle: Bundle) -> str:
    return f"/bundles/{bundle.ref}/book/"


def slots(page: str) -> list[str]:
    return re.findall(r'name="slot" value="([^"]+)"', page)


def form(bundle: Bundle, **said: Any) -> dict[str, Any]:
    page = got(visit(path(bundle), by=bundle.scene.resident))
    return {"key": str(new_ref()), "person": str(bundle.scene.person), "address": "", "slot": slots(page)} | said


def followed(link: str) -> tuple[str, dict[str, list[str]]]:
    """A link as a path and what it asks for, empty choices too."""
    parts = urlsplit(unescape(link))
    return parts.path, parse_qs(parts.query, keep_blank_values=True)


def booked(bundle: Bundle) -> tuple[HttpResponse, str]:
    answer = post(path(bundle), form(bundle), by=bundle.scene.resident)
    assert answer.status_code == 302, text(answer)
    return answer, str(Bundled.objects.order_by("no")[0].booking)


def test_the_bundles_page_leads_to_one_page_with_every_time_and_the_whole_price(bundle: Bundle) -> None:
    public = got(visit(f"/bundles/{bundle.ref}/"))
    assert f'href="{path(bundle)}"' in public and "from ¥120 with the subsidies" in public
    page = got(visit(path(bundle), by=bundle.scene.resident))
    for when in ("Mon 16 Nov 2026, 11:00–12:00", "Tue 17 Nov 2026, 09:00–10:00", "Wed 18 Nov 2026, 09:00–10:00"):
        assert when in page
    for line in ("¥260", "¥240", "−¥120", "¥120", "Book all 3 visits", "visit 2 of 2", "张桂英"):
        assert line in page, line
    assert visit(path(bundle), by=ANONYMOUS).status_code == 302  # to sign in, and back


def test_another_time_of_one_part_moves_what_follows(bundle: Bundle) -> None:
    scene = bundle.scene
    page = got(visit(path(bundle), by=scene.resident))
    link = unescape(next(one for one in re.findall(r'href="([^"]+)"', page) if "open=1" in one))
    week = got(visit(link.partition("#")[0], dict(re.findall(r"(\w+)=([^&#]*)", link)) | {"slot": slots(page)},
                     by=scene.resident))
    assert "Times of 上门助浴 that fit" in week and "A week later" in week
    other = [one for one in re.findall(r'href="([^"]+)" class="num"', week)][-1]
    gone = got(visit(*followed(other), by=scene.resident))
    assert slots(gone)[0] == slots(page)[0] and slots(gone)[1] in other  # the first stays, the second is as chosen
    later = bundle.times(scene.service, days=2)[1]  # Wednesday, the day of the second bath
    moved = got(visit(path(bundle), {"slot": [slots(page)[0], str(later.ref), slots(page)[2]]}, by=scene.resident))
    assert slots(moved)[:2] == [slots(page)[0], str(later.ref)] and slots(moved)[2] != slots(page)[2]
    assert "put in order again" in moved and "put in order again" not in page


def test_ways_are_told_and_every_time_that_does_not_fit_has_its_reason(scene: Scene) -> None:
    """The talk is two kilometres from where nursing is given: the page says how far, and why it is not at 11:05."""
    trip = with_lecture(scene, begins=(time(11, 5), time(13)))
    # no exact place is known: the middle of the street
    Region.objects.filter(code=HUPO).update(
        lon=HOME.lon, lat=HOME.lat, placed_at=AT, placed_by=scene.officer.ref)
    nursing = services.bundle(trip.ref, by=scene.resident).parts[0].service
    ten, (soon, later) = str(trip.times(nursing)[0].ref), [str(one.ref) for one in trip.times(trip.nursing)]
    week = got(visit(path(trip), {"slot": [ten], "open": "1"}, by=scene.resident))
    assert "Ways are estimated" in week and "/rules/orders.person_way/" in week and slots(week) == [ten, later]
    assert re.search(r"from the visit before, about \d+ minutes", week) and 'aria-current="true"' in week
    assert "Free times that do not fit, and why" in week
    assert re.search(r"11:05[^<]*: “健康讲座” would begin 5 minutes after “上门护理” is over; the way", week)
    answer = got(post(path(trip), form(trip, slot=[ten, soon]), by=scene.resident), 422)
    assert "the way from there" in answer and slots(answer) == [ten, later]
    status, told = call(f"/bundles/{trip.ref}/times", by=scene.resident, method="GET")
    first, second = told["visits"]
    assert status == 200 and first["way"] is None and second["way"]["minutes"] > 5 and second["unfit"] == []
    assert {one["rule"] for one in first["unfit"]} == {"orders.bundle_order"}
    assert "no time of “健康讲座”" in first["unfit"][0]["why"]
    assert call(f"/bundles/{trip.ref}/times?for={scene.person}", by=scene.neighbour, method="GET")[0] == 404


def test_one_button_books_all_and_twice_is_once(bundle: Bundle) -> None:
    said = form(bundle)
    first, again = (post(path(bundle), said, by=bundle.scene.resident) for _ in range(2))
    assert first["Location"] == again["Location"] and Order.objects.count() == 3
    done = got(visit(first["Location"].partition("?")[0], {"done": "book"}, by=bundle.scene.resident))
    assert "Booked: 居家康养套餐" in done and "the first by" in done and done.count("waiting for an answer") == 3
    other = got(post(path(bundle), said | {"address": "别处 1 号"}, by=bundle.scene.resident), 409)
    assert "used for another request" in other and "别处 1 号" in other and Order.objects.count() == 3


def test_a_time_gone_keeps_what_was_typed_and_proposes_the_next(bundle: Bundle) -> None:
    said = form(bundle, address="琥珀路 9 号")
    actions.book(bundle.scene.service, slot=bundle.times(bundle.scene.service)[0].ref, person=bundle.scene.person,
                 by=bundle.scene.daughter, at=AT)
    answer = got(post(path(bundle), said, by=bundle.scene.resident), 409)
    assert "“上门助浴” could not be booked, so nothing" in answer and "Free instead: 2026-11-17 10:30" in answer
    assert "琥珀路 9 号" in answer and slots(answer)[0] == said["slot"][0] and slots(answer)[1] != said["slot"][1]
    assert not Bundled.objects.exists()
    zh = text(post(path(bundle), said, by=bundle.scene.resident, language="zh"))
    assert "“上门助浴”没有订成" in zh and "just" not in zh


def test_orders_name_their_bundle_to_both_sides(bundle: Bundle) -> None:
    _, booking = booked(bundle)
    bath = Order.objects.get(bundled__no=2)
    page = got(visit(f"/orders/{bath.ref}/", by=bundle.scene.resident))
    assert f"/orders/bundles/{booking}/" in page and "visit 2 of 3 of the bundle “居家康养套餐”" in page
    assert "visit 1 of 3" in page and "visit 3 of 3" in page
    ours = got(visit(f"/orders/{bath.ref}/", by=bundle.scene.manager))
    assert "visit 3 of 3" in ours and "visit 1 of 3" not in ours  # the other provider's part is not theirs to see
    incoming = got(visit("/provider/orders/", by=bundle.scene.manager))
    assert "visit 2 of 3 of the bundle" in incoming
    assert got(visit("/orders/", by=bundle.scene.resident)).count("of the bundle “居家康养套餐”") == 3


def test_the_whole_is_called_off_on_its_page(bundle: Bundle) -> None:
    _, booking = booked(bundle)
    at = f"/orders/bundles/{booking}/"
    assert "Cancel all 3 visits" in got(visit(at, by=bundle.scene.resident))
    assert "<details class=\"cardx\" open>" in got(post(f"{at}cancel/", {"reason": ""}, by=bundle.scene.resident), 422)
    assert post(f"{at}cancel/", {"reason": "ill"}, by=bundle.scene.resident)["Location"] == f"{at}?done=cancel"
    assert {row.state for row in Order.objects.all()} == {State.CANCELLED}
    page = got(visit(at, {"done": "cancel"}, by=bundle.scene.resident))
    assert "Cancelled. What is under way" in page and "Cancel all" not in page
    for who in (bundle.scene.neighbour, ANONYMOUS):
        assert visit(at, by=who).status_code == 404
    assert "2 visits" in got(visit(at, by=bundle.scene.manager))


def test_a_bundle_that_cannot_be_had_says_so(bundle: Bundle) -> None:
    said = form(bundle)
    directory.pause(bundle.nursing, by=bundle.scene.rival, at=AT)
    page = got(visit(path(bundle), by=bundle.scene.resident))
    assert "Not all of this bundle can be had" in page and "Book all" not in page
    assert "Not all of this bundle" in got(post(path(bundle), said, by=bundle.scene.resident), 409)


def test_pages_ask_the_database_few_times(bundle: Bundle, django_assert_max_num_queries: Count) -> None:
    _, booking = booked(bundle)
    for one in (path(bundle), f"/orders/bundles/{booking}/"):
        with django_assert_max_num_queries(8):
            got(visit(one, by=bundle.scene.resident))


def test_programs_plan_book_and_call_off(bundle: Bundle) -> None:
    status, times = call(f"/bundles/{bundle.ref}/times", by=ANONYMOUS, method="GET")
    assert status == 200 and [one["name"] for one in times["visits"]] == ["上门护理", "上门助浴", "上门助浴"]
    body = {"slots": [one["planned"]["ref"] for one in times["visits"]]}
    status, done = call(f"/bundles/{bundle.ref}/book", body, by=bundle.scene.resident)
    assert status == 201 and (done["alone_fen"], done["price_fen"], done["subsidy_fen"], done["amount_fen"]) == (
        26_000, 24_000, 12_000, 12_000)
    assert [one["bundle"]["no"] for one in done["orders"]] == [1, 2, 3] and len(done["cancellable"]) == 3
    assert call(f"/bundles/{bundle.ref}/book", body, by=bundle.scene.resident) == (200, done)
    status, problem = call(f"/bundles/{bundle.ref}/book", body, by=bundle.scene.resident, key="other")
    assert status == 409 and "could not be booked, so nothing" in problem["detail"]
    assert problem["errors"][0]["field"] == "slot_0" and Order.objects.count() == 3
    status, problem = call(f"/bundles/{bundle.ref}/book", body | {"slots": body["slots"][:1]}, by=bundle.scene.resident,
                           key="few")
    assert status == 422 and problem["errors"][0]["field"] == "slots"
    status, done = call(f"/bundle-bookings/{done['ref']}/cancel", {"reason": "ill"}, by=bundle.scene.resident)
    assert status == 200 and {one["state"] for one in done["orders"]} == {"cancelled"} and done["cancellable"] == []
    assert call(f"/bundle-bookings/{done['ref']}", by=bundle.scene.neighbour, method="GET")[0] == 404
