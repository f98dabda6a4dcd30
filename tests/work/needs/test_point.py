"""A point tapped on the map, from the need's form and back into it, without JavaScript."""
import gzip
import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.actor import ANONYMOUS, SYSTEM, Actor
from linli.kernel.geometry import Point, metres
from linli.registers.places import actions as places
from linli.registers.places.queries import view_of
from linli.work.needs.models import Need
from tests.actors import AT
from tests.work.needs.conftest import HUPO, LUYANG, SHUSHAN, TEXT, Ask, Scene, text
from tests.work.needs.test_pages import NEW, wish

VILLAGE, NEAR = "340104003001", Point(117.255, 31.855)
DOOR = Point(117.2583, 31.8517)


def sent(answer: Any) -> dict[str, Any]:
    """What the map's form sends besides what is pressed."""
    found: dict[str, Any] = {}
    form = answer.content.decode().partition('class="split"')[2].partition("</form>")[0]
    for tag in re.findall(r'<input type="hidden"[^>]*>', form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = [*found.get(name[1], []), value[1]]
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def picture(answer: Any) -> str:
    found = re.search(r'<input type="image" name="map" src="data:image/svg\+xml,([^"]*)"', answer.content.decode())
    assert found
    return unquote(found[1])


def tap(answer: Any, on: Point) -> dict[str, str]:
    """The pixel in which a place is drawn, as a browser sends it."""
    x, y = view_of(sent(answer)["map_view"]).pixel(on.lon, on.lat)
    return {"map.x": str(int(x)), "map.y": str(int(y))}


@pytest.fixture
def placed(scene: Scene) -> Scene:
    places.place_point(VILLAGE, point=NEAR, by=SYSTEM, at=AT)
    return scene


@pytest.mark.parametrize(("language", "says", "back"), [
    ("en", "蜀山区: ", "The point: 蜀山区: "), ("zh-hans", "蜀山区：琥珀街道", "位置：蜀山区：琥珀街道"),
])
def test_taps_lead_from_the_city_to_a_point_and_the_need_is_posted_there(
    placed: Scene, ask: Ask, language: str, says: str, back: str
) -> None:
    def go(said: dict[str, Any]) -> Any:
        with CaptureQueriesContext(connection) as asked:
            answer = ask(NEW, placed.resident, said, language=language)
        assert len(asked) <= 8, [one["sql"] for one in asked]
        return answer

    answer = go({"text": TEXT})
    typed = wish(answer, gender="female", accessibility=["lift", "accessible_toilet"], day1="x")
    answer, scales = go(typed | {"step": "map"}), []
    assert "巢湖市" in picture(answer) and 'name="map_go" value="done"' not in answer.content.decode()
    while (view := view_of(sent(answer)["map_view"])).scale not in scales:
        scales.append(view.scale)
        answer = go(sent(answer) | tap(answer, DOOR))
        page = picture(answer)
        assert answer.status_code == 200 and 'stroke="#a8271d"' in page and says in text(answer)
        assert len(gzip.compress(page.encode())) <= 25_000 and len(gzip.compress(answer.content)) <= 25_000
    assert 3 <= len(scales) <= 5 and scales[-1] == 8 and not Need.objects.exists()
    assert 'width="288" height="360"' in answer.content.decode() and "<script>" not in page
    answer = go(sent(answer) | {"map_go": "done"})
    body = answer.content.decode()
    assert back in text(answer) and '<option value="female" selected>' in body and 'value="x"' in body
    assert len(re.findall(r'name="accessibility"[^>]* checked', body)) == 2 and TEXT in text(answer)
    lon, lat = (re.search(rf'name="{name}" value="([\d.]+)"', body) for name in ("lon", "lat"))
    assert lon and lat
    done = ask(NEW, placed.resident, typed | {"step": "post", "day1": "", "lon": lon[1], "lat": lat[1]})
    card = placed.card(Need.objects.get().ref)
    assert done.status_code == 302 and card.point and metres(card.point, DOOR) <= 8 and card.region == HUPO


def test_outside_the_city_is_refused_in_a_sentence_and_the_cross_stays(placed: Scene, ask: Ask) -> None:
    answer = ask(NEW, placed.resident, {"step": "map", "text": TEXT})
    answer = ask(NEW, placed.resident, sent(answer) | tap(answer, DOOR))
    kept = sent(answer)
    for _ in range(2):
        answer = ask(NEW, placed.resident, sent(answer) | {"map_go": "out"})
    refused = ask(NEW, placed.resident, sent(answer) | {"map.x": "3", "map.y": "3"})
    assert refused.status_code == 422 and "This point lies outside 合肥市. Tap a place inside" in text(refused)
    assert sent(refused)["map_at"] == kept["map_at"] and TEXT in sent(refused)["text"]
    chinese = ask(NEW, placed.resident, sent(answer) | {"map.x": "3", "map.y": "3"}, language="zh-hans")
    assert "不在合肥市" in text(chinese) or "合肥市" in text(chinese) and "市界" in text(chinese)


def test_without_a_pointer_the_buttons_lead_there(placed: Scene, ask: Ask) -> None:
    answer = ask(NEW, placed.resident, {"step": "map", "text": TEXT, "lon": str(DOOR.lon), "lat": str(DOOR.lat)})
    first = view_of(sent(answer)["map_view"])
    assert first.scale == 8 and sent(answer)["map_at"] == str(DOOR) and "琥珀街道" in text(answer)
    for way in ("north", "east", "south", "west"):
        answer = ask(NEW, placed.resident, sent(answer) | {"map_go": way})
    assert metres(view_of(sent(answer)["map_view"]).middle, DOOR) < 20 and sent(answer)["map_at"] == str(DOOR)
    answer = ask(NEW, placed.resident, sent(answer) | {"map_go": "north"})
    answer = ask(NEW, placed.resident, sent(answer) | {"map.x": "0", "map.y": "0"})  # the picture pressed by a key
    moved = view_of(sent(answer)["map_view"]).middle
    assert sent(answer)["map_at"] == str(moved) and moved.lat > DOOR.lat
    wide = ask(NEW, placed.resident, sent(answer) | {"map_go": "out"})
    assert view_of(sent(wide)["map_view"]).scale > 30 and sent(wide)["map_at"] == str(moved)
    for nonsense in ({"map.x": "a"}, {"map.x": "nan", "map.y": "1"}, {"map.x": "-4", "map.y": "1"}, {"map_go": "fly"}):
        assert sent(ask(NEW, placed.resident, sent(wide) | nonsense)) == sent(wide)


def test_the_list_and_the_way_back_keep_what_was_typed(placed: Scene, ask: Ask) -> None:
    typed = wish(ask(NEW, placed.resident, {"text": TEXT}), gender="male", where="other", district=LUYANG, step="map")
    answer = ask(NEW, placed.resident, typed)
    assert view_of(sent(answer)["map_view"]).scale < 200 and sent(answer)["map_at"] == ""
    listed = ask(NEW, placed.resident, sent(answer) | {"map_go": "list"}).content.decode()
    assert f'<option value="{LUYANG}" selected>' in listed and '<option value="male" selected>' in listed
    back = ask(NEW, placed.resident, sent(answer) | {"map_go": "cancel"}).content.decode()
    assert '<option value="male" selected>' in back and 'name="lon" value' not in back
    other = ask(NEW, placed.resident, sent(answer) | {"map_at": str(DOOR), "map_go": "done"}).content.decode()
    assert f'<option value="{SHUSHAN}" selected>' in other and 'value="117.258300"' in other


def test_who_may_not_write_a_need_sees_no_map(placed: Scene, ask: Ask) -> None:
    def status(by: Actor, path: str = NEW, **said: Any) -> int:
        answer = ask(path, by, {"step": "map", "text": TEXT} | said)
        assert answer.status_code == 200 and by == placed.resident or b'type="image"' not in answer.content
        return answer.status_code

    assert status(placed.resident) == 200 and status(ANONYMOUS) == 200 and status(placed.manager) == 403
    assert status(placed.stranger, person=str(placed.person)) == 404
    change = f"/needs/{placed.post()}/change/"
    assert status(placed.resident, change) == 200 and status(placed.stranger, change) == 404
    assert status(placed.manager, change) in (403, 404)


def test_an_open_need_gets_its_point_from_the_map(placed: Scene, ask: Ask) -> None:
    ref = placed.post()
    change = f"/needs/{ref}/change/"
    typed = {"text": TEXT, "category": "home_bathing", "urgency": "soon", "where": "here", "when": "soon", "weeks": "1"}
    answer = ask(change, placed.resident, typed | {"step": "map"})
    for _ in range(5):
        answer = ask(change, placed.resident, sent(answer) | tap(answer, DOOR))
    answer = ask(change, placed.resident, sent(answer) | {"map_go": "done"})
    assert "The point: 蜀山区" in text(answer)
    found = re.search(r'name="lon" value="([\d.]+)"', answer.content.decode())
    assert found and abs(float(found[1]) - DOOR.lon) < .0001
