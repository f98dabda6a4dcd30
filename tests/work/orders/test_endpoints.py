import json
from datetime import timedelta
from typing import Any

from django.http import HttpResponse

from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.refs import new_ref
from linli.work.orders.models import Order
from tests.actors import AT
from tests.registers.visiting import visit
from tests.work.orders.conftest import FAR, NEAR, Scene


def call(path: str, data: dict[str, Any] | None = None, *, by: Actor, key: str = "k", **more: Any) -> tuple[int, Any]:
    answer: HttpResponse = visit(f"/api/v1{path}", data, by=by, key=key, method=more.pop("method", "POST"), **more)
    return answer.status_code, json.loads(answer.content)


def test_a_retried_booking_is_one_order(scene: Scene) -> None:
    first, second = (slot.ref for slot in scene.slots()[:2])
    body = {"service": str(scene.service), "slot": str(first)}
    status, order = call("/orders", body, by=scene.resident)
    assert status == 201 and order["state"] == "booked" and order["expires_at"] is None
    assert order["amount_fen"] == 2000 and order["from"] == "2026-11-17T01:00:00Z" and order["need"]
    assert order["moves"] == ["change", "cancel"] and order["proof"] is None
    assert [e["fact"] for e in order["timeline"]] == ["needs.NeedPosted", "orders.OrderBooked"]
    assert call("/orders", body, by=scene.resident) == (200, order)
    status, problem = call("/orders", body | {"slot": str(second)}, by=scene.resident)
    assert status == 409 and problem["detail"].startswith("This idempotency key")
    status, problem = call("/orders", body, by=scene.resident, key="other")
    assert status == 409 and problem["errors"][0]["field"] == "slot" and Order.objects.count() == 1


def test_a_held_order_says_until_when(scene: Scene) -> None:
    body = {"service": str(scene.service), "slot": str(scene.slots()[0].ref), "hold": True}
    status, order = call("/orders", body, by=scene.resident)
    assert (status, order["state"], order["expires_at"]) == (201, "held", "2026-11-16T01:10:00Z")
    assert order["moves"] == ["book", "change", "cancel"]
    path = f"/orders/{order['ref']}/book"
    assert call(path, by=scene.resident, at=AT + timedelta(minutes=10))[0] == 409
    status, order = call(path, by=scene.resident)
    assert (status, order["state"]) == (200, "booked")


def test_the_life_of_an_order_in_words(scene: Scene) -> None:
    ref = scene.book()
    begin, until = scene.row(ref).begin, scene.row(ref).until

    def move(word: str, by: Actor, at: Any = AT, **body: Any) -> tuple[int, Any]:
        return call(f"/orders/{ref}/{word}", body, by=by, at=at)

    there = {"at": {"lon": NEAR[0], "lat": NEAR[1]}}
    status, problem = move("decline", scene.manager)
    assert status == 422 and problem["errors"] == [{"field": "reason", "detail": "Give “reason” with this move."}]
    assert move("accept", scene.manager)[1]["state"] == "accepted"
    assert move("assign", scene.manager, practitioner=str(scene.wang))[1]["practitioner"] == str(scene.wang)
    status, problem = move("check-in", scene.carer, at=begin)  # nothing is said of where
    assert status == 422 and problem["rule"] == "orders.check_in_metres"
    status, problem = call(f"/orders/{ref}/check-in", {"at": {"lon": FAR[0], "lat": FAR[1]}}, by=scene.carer, at=begin)
    assert (status, problem["rule"], problem["errors"][0]["field"]) == (422, "orders.check_in_metres", "lon")
    assert call(f"/orders/{ref}/check-in", there, by=scene.carer, at=begin - timedelta(days=1))[0] == 422
    assert call(f"/orders/{ref}/check-in", there, by=scene.carer, at=begin)[1]["state"] == "in_service"
    order = call(f"/orders/{ref}/check-out", there, by=scene.carer, at=until)[1]
    assert (order["proof"]["minutes"], order["proof"]["grade"], order["proof"]["check_out_metres"]) == (60, "B", 65)
    assert move("confirm", scene.resident, at=until)[1]["proof"]["grade"] == "A"
    assert move("rate", scene.resident, at=until, grade=5, comment="好")[1]["state"] == "rated"
    assert move("cancel", scene.resident, reason="ill")[0] == 409
    naive = {"method": "later", "reason": "forgot", "began": "2026-11-17T09:00:00"}
    assert call(f"/orders/{ref}/check-in", naive, by=scene.manager)[1]["errors"][0]["field"].endswith("began")
    assert move("dispute", scene.resident)[0] == 422 and move("confirm", scene.manager)[0] == 403


def test_who_sees_what(scene: Scene) -> None:
    ref = scene.accepted()
    for by, status in ((scene.resident, 200), (scene.manager, 200), (scene.carer, 200), (scene.officer, 200),
                       (scene.neighbour, 404), (scene.rival, 404), (scene.elsewhere, 404), (ANONYMOUS, 404)):
        assert call(f"/orders/{ref}", by=by, method="GET")[0] == status
    assert call(f"/orders/{new_ref()}", by=scene.resident, method="GET")[0] == 404
    assert call(f"/orders/{ref}/accept", by=scene.neighbour)[0] == 404
    _, order = call(f"/orders/{ref}", by=scene.officer, method="GET")
    assert order["moves"] == [] and "张桂英" not in json.dumps(order, ensure_ascii=False)


def test_a_list_by_state_and_cursor(scene: Scene) -> None:
    refs = [str(scene.book(days=days)) for days in (1, 2, 3)]
    path = "/orders?limit=2"
    status, page = call("/orders", {"limit": "2"}, by=scene.resident, method="GET")
    assert status == 200 and [one["ref"] for one in page["items"]] == refs[:0:-1] and page["next"] == refs[1], path
    _, rest = call("/orders", {"limit": "2", "after": page["next"]}, by=scene.resident, method="GET")
    assert [one["ref"] for one in rest["items"]] == refs[:1] and rest["next"] is None
    assert call("/orders", {"state": "held"}, by=scene.resident, method="GET")[1]["items"] == []
    assert call("/orders", {"state": "nowhere"}, by=scene.resident, method="GET")[0] == 422
    assert call("/orders", by=ANONYMOUS, method="GET")[1]["items"] == []


def test_bad_bodies_name_the_field(scene: Scene) -> None:
    good = {"service": str(scene.service), "slot": str(scene.slots()[0].ref)}
    for said, field in (({"service": "x"}, "service"), ({"at": {"lon": 31.85, "lat": 117.26}}, "lon"),
                        ({"weeks": 13}, "weeks"), ({"mode": "air"}, "mode"), ({"address": "长" * 201}, "address")):
        status, problem = call("/orders", good | said, by=scene.resident)
        assert status == 422 and problem["errors"][0]["field"].endswith(field), problem
    assert call("/orders", good, by=ANONYMOUS)[0] == 403 and call("/orders", good, by=scene.resident, key="")[0] == 422
    assert not Order.objects.exists()


def test_a_series_by_the_api(scene: Scene) -> None:
    body = {"service": str(scene.service), "slot": str(scene.slots()[0].ref), "weeks": 3}
    status, order = call("/orders", body, by=scene.resident)
    assert status == 201 and len(order["orders"]) == 3 and order["orders"][0] == order["ref"]
