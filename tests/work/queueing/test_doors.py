import json
from typing import Any

import pytest
from django.http import HttpResponse

from linli.kernel.actor import ANONYMOUS, Actor
from linli.work.queueing import actions, queries
from linli.work.queueing.models import Queue
from tests.registers.visiting import text, visit

from .conftest import Scene


def got(answer: HttpResponse, status: int = 200) -> str:
    assert answer.status_code == status, text(answer)[:2000]
    return text(answer)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_resident_takes_a_number_and_follows_it(scene: Scene, language: str,
                                                  django_assert_max_num_queries: Any) -> None:
    path = f"/queues/{scene.queue}/"
    for by in (ANONYMOUS, scene.resident, scene.clerk):
        with django_assert_max_num_queries(8):
            assert "长者食堂窗口" in got(visit(path, by=by, language=language))
        assert "长者食堂窗口" in got(visit("/queues/", by=by, language=language))
    scene.out(12)
    assert visit(f"{path}take/", by=scene.resident, method="POST")["Location"] == path
    with django_assert_max_num_queries(8):
        page = got(visit(path, by=scene.resident, language=language))
    assert "A013" in page and "张桂英" not in page
    assert "A013" not in got(visit(path, by=ANONYMOUS))
    assert visit(f"{path}take/", by=scene.resident, method="POST").status_code == 409
    ticket = queries.mine(scene.queue, by=scene.resident, at=scene.row(scene.out()[0]).taken_at)[0].ref
    answer = visit(f"/tickets/{ticket}/leave/", {"queue": scene.queue}, by=scene.resident, method="POST")
    assert answer["Location"] == path and "A013" not in got(visit(path, by=scene.resident))


def test_the_counters(scene: Scene, django_assert_max_num_queries: Any) -> None:
    desk = f"/provider/queues/{scene.queue}/"
    for _ in range(3):
        assert visit(f"{desk}hand-out/", by=scene.clerk, method="POST").status_code == 302
    assert visit(f"{desk}call/", {"counter": "2"}, by=scene.clerk, method="POST")["Location"] == f"{desk}?counter=2"
    with django_assert_max_num_queries(8):
        page = got(visit(desk, by=scene.clerk))
    assert "A001" in page and "Is here" in page and "Not here" in page
    with django_assert_max_num_queries(8):
        assert "A001" in got(visit(f"/queues/{scene.queue}/board/"))
    refused = got(visit(f"{desk}call/", {"counter": "9"}, by=scene.clerk, method="POST"), 422)
    assert "no counter of this number" in refused
    assert visit(f"{desk}set/", {"counters": "3"}, by=scene.clerk, method="POST").status_code == 302
    assert Queue.objects.get().counters == 3
    assert "Between 1 and 50" in got(visit(f"{desk}set/", {"counters": "0"}, by=scene.clerk, method="POST"), 422)
    assert visit(f"{desk}set/", {"do": "pause"}, by=scene.clerk, method="POST").status_code == 302
    assert "still wait" in got(visit(f"{desk}set/", {"do": "close"}, by=scene.clerk, method="POST"), 409)
    for by in (scene.resident, scene.orders.rival):
        assert visit(desk, by=by).status_code == 404
        assert visit(f"{desk}call/", by=by, method="POST").status_code == 403


def test_opening_a_queue_keeps_what_was_typed(scene: Scene) -> None:
    page = got(visit("/provider/queues/", by=scene.manager))
    assert "长者食堂窗口" in page and "Open a queue" in page
    said = {"service": str(scene.service), "name": "新窗口", "letter": "B", "counters": "2"}
    assert 'value="新窗口"' in got(visit("/provider/queues/open/", said, by=scene.manager, method="POST"), 422)
    actions.close(scene.queue, by=scene.manager, at=Queue.objects.get().opened_at)
    answer = visit("/provider/queues/open/", said, by=scene.manager, method="POST")
    assert answer["Location"] == f"/provider/queues/{scene.queue}/" and Queue.objects.get().prefix == "B"
    assert visit("/provider/queues/", by=scene.resident).status_code == 403


def test_the_calls(scene: Scene) -> None:
    def call(path: str, by: Actor, body: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
        return visit(f"/api/v1{path}", body, by=by, method="GET" if body is None else "POST", **more)

    listed = json.loads(call("/queues", ANONYMOUS).content)
    assert listed[0]["ref"] == str(scene.queue) and listed[0]["state"] == "open"
    made = call(f"/queues/{scene.queue}/tickets", scene.resident, {}, key="a")
    ticket, = json.loads(made.content)
    assert made.status_code == 201 and ticket["number"] == "A001" and ticket["moves"] == ["leave"]
    assert call(f"/queues/{scene.queue}/tickets", scene.resident, {}, key="a").status_code == 200
    assert call(f"/queues/{scene.queue}/tickets", scene.resident, {}, key="b").status_code == 409
    assert call(f"/queues/{scene.queue}/call", scene.resident, {}).status_code == 403
    assert json.loads(call(f"/queues/{scene.queue}/call", scene.clerk, {}).content)["called"] == ["A001"]
    assert call(f"/tickets/{ticket['ref']}/begin", scene.clerk, {}).status_code == 204
    assert call(f"/tickets/{ticket['ref']}/leave", scene.resident, {}).status_code == 409
    assert call(f"/tickets/{ticket['ref']}/finish", scene.orders.rival, {}).status_code == 404
