"""The figures for programs: the same as on the pages, and refused to the same people."""
import json
from datetime import date, timedelta
from typing import Any

from linli.kernel.actor import SYSTEM, Actor
from linli.registers.directory.models import Service
from linli.registers.places import actions as places
from tests.actors import AT, CITY, actor
from tests.registers.directory.conftest import Scene, scene
from tests.registers.visiting import visit
from tests.watchers.insight.conftest import HUPO, NOW, SHUSHAN, Wish

__all__ = ["scene"]


def get(path: str, by: Actor, at: Any = NOW) -> Any:
    answer = visit(f"/api/v1/insight/{path}", by=by, at=at)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def test_coverage_says_what_it_counted_and_what_it_means(wish: Wish, officer: Actor) -> None:
    wish(met=2)
    wish(ago=3)
    told = get("coverage", officer)
    shushan = next(one for one in told["items"] if one["region"] == SHUSHAN)
    assert shushan["figures"] == {"posted": 2, "met": 1, "booked": 0, "unmet": 1, "withdrawn": 0, "days": 2.0}
    assert told["total"]["posted"] == 2 and told["elsewhere"] is None
    assert {one["measure"] for one in told["definitions"]} == {"unmet", "posted", "met", "days"}
    assert "28 days" in told["definitions"][0]["sentence"]
    assert get("coverage?measure=services", officer)["total"] == {
        "services": 0, "served": 0, "free": None, "people": None, "rate": None}
    assert get("coverage?measure=reach", officer)["total"]["within"] == 0
    listed = get("coverage/needs?state=unmet&limit=1", officer)
    assert [one["state"] for one in listed["items"]] == ["open"] and listed["next"] is None
    assert get("coverage/needs?limit=1", officer)["next"] == "1"
    assert visit("/api/v1/insight/coverage?measure=x", by=officer, at=NOW).status_code == 422
    for path in ("coverage", "coverage/needs", "coverage/services", "freshness", "freshness/facilities", "unreached",
                 "unreached/people?group=living_alone"):
        assert visit(f"/api/v1/insight/{path}", by=actor(f"region:{CITY}", "x"), at=NOW).status_code == 403, path


def test_reminders(scene: Scene, officer: Actor) -> None:
    ref = scene.list()
    Service.objects.filter(ref=ref).update(assured_on=date(2026, 1, 1))
    assert [one["service"] for one in get("coverage/services", officer)["items"]] == [str(ref)]
    [stand] = get("freshness", officer, AT)["items"]
    assert (stand["key"], stand["overdue"], stand["remindable"]) == (str(scene.provider), 1, True)
    path = f"/api/v1/insight/freshness/providers/{scene.provider}/remind"
    done = visit(path, {}, by=officer, method="POST")
    assert json.loads(done.content) == {"reminded_of": 1}
    assert visit(path, {}, by=officer, method="POST").status_code == 409
    facility = places.add_facility(places.Entry("canteen", "食堂", f"{HUPO[:9]}001"), by=SYSTEM, at=AT)
    later = AT + timedelta(days=400)
    assert get("freshness/facilities", officer, later)["things"] == 1
    path = f"/api/v1/insight/freshness/offices/{HUPO}/remind"
    assert json.loads(visit(path, {}, by=officer, at=later, method="POST").content) == {"reminded_of": 1}
    assert visit(f"/api/v1/facilities/{facility}/confirm", {}, by=officer, at=later, method="POST").status_code == 200
    assert get("freshness/facilities", officer, later)["things"] == 0


def test_unreached(wish: Wish, officer: Actor) -> None:
    for _ in range(5):
        wish(ago=95, group="living_alone")
    told = get("unreached", officer)
    assert next(one for one in told["items"] if one["key"] == SHUSHAN)["unreached"] == 5
    assert {"key": "low_income", "name": "households on the minimum living allowance", "members": 0,
            "unreached": 0} in told["groups"]
    people = get("unreached/people?group=living_alone&limit=2", officer)
    assert people["total"] == 5 and people["next"] == "2" and {one["name"] for one in people["items"]} == {"张**"}
