import re
from typing import Any

from icalendar import Calendar

from linli.kernel.actor import ANONYMOUS
from linli.kernel.refs import new_ref
from linli.work.orders.queries import feeds
from linli.work.venues import actions
from linli.work.venues.models import Booking, Venue
from linli.work.venues.states import State
from tests.actors import AT
from tests.registers.visiting import visit
from tests.work.orders.conftest import HUPO
from tests.work.orders.test_endpoints import call
from tests.work.orders.test_feeds import account, events, key
from tests.work.orders.test_pages import Count, got, post
from tests.work.venues.conftest import HOUR, NINE, Scene

DAY = "2026-11-17"


def form(scene: Scene, **said: Any) -> dict[str, Any]:
    return {"key": str(new_ref()), "day": DAY, "begin": "09:00", "until": "10:30", "people": "4", "purpose": "sport",
            "person": str(scene.person), "weeks": "1"} | said


def test_from_looking_to_the_code(scene: Scene) -> None:
    page = got(visit("/venues/", {"day": DAY, "kind": "court", "begin": "09:00", "until": "10:00"}, by=scene.resident))
    assert "一号羽毛球场" in page and "¥40 an hour" in page and "up to 12 people" in page and "09:00–10:00" in page
    assert f"/venues/{scene.court}/?day={DAY}&amp;begin=09%3A00&amp;until=10%3A00" in page
    assert "No venue is free then" in got(visit("/venues/", {"day": DAY, "kind": "hall"}))
    page = got(visit(f"/venues/{scene.court}/", {"day": DAY, "begin": "09:30"}, by=scene.resident))
    assert "09:00–21:00" in page and '门卫 <a href="tel:0551-62345678">' in page
    assert '<option value="09:30" selected>' in page
    assert "请穿室内运动鞋" in page and "Nets and goals" in page
    answer = post(f"/venues/{scene.court}/book/", form(scene), by=scene.resident)
    row = Booking.objects.get()
    assert answer["Location"] == f"/venues/bookings/{row.ref}/" and row.begin == NINE
    own = got(visit(answer["Location"], by=scene.resident))
    assert row.code in own and "¥60" in own and "Change the time" in own
    assert row.code not in got(visit(answer["Location"], by=scene.manager))
    assert "一号羽毛球场" in got(visit("/venues/bookings/", by=scene.resident))
    assert visit("/venues/bookings/", by=ANONYMOUS).status_code != 200


def test_the_same_form_twice_and_a_refused_one(scene: Scene) -> None:
    said = form(scene)
    first, again = (post(f"/venues/{scene.court}/book/", said, by=scene.resident) for _ in range(2))
    assert first["Location"] == again["Location"] and Booking.objects.count() == 1
    page = got(post(f"/venues/{scene.court}/book/", form(scene, people="7"), by=scene.resident), 409)
    assert "just been taken" in page and 'value="7"' in page and "10:30–21:00" in page
    assert "holds 12 people" in got(post(f"/venues/{scene.court}/book/", form(scene, begin="11:00", until="12:00",
                                                                              people="40"), by=scene.resident), 422)
    assert "Sign in to book" in got(visit(f"/venues/{scene.court}/"))


def test_changing_and_cancelling_on_the_page(scene: Scene) -> None:
    ref = scene.book()
    moved = {"day": DAY, "begin": "14:00", "until": "15:00", "people": "5"}
    assert post(f"/venues/bookings/{ref}/change/", moved, by=scene.resident).status_code == 302
    assert scene.row(ref).begin == NINE + 5 * HOUR
    late = NINE + 4 * HOUR
    assert "too late to change or cancel" in got(visit(f"/venues/bookings/{ref}/", by=scene.resident, at=late))
    assert "12 hours before" in got(post(f"/venues/bookings/{ref}/cancel/", by=scene.resident, at=late), 422)
    assert post(f"/venues/bookings/{ref}/cancel/", by=scene.resident).status_code == 302
    assert scene.row(ref).state == State.CANCELLED


def test_the_venues_own_desk(scene: Scene) -> None:
    ref = scene.book()
    day = got(visit("/provider/venues/", {"day": DAY}, by=scene.manager))
    assert "一号羽毛球场" in day and "09:00–10:00" in day and "张桂英" not in day
    bad = got(post("/provider/venues/check-in/", {"code": "000000"}, by=scene.manager, at=AT), 422)
    assert "No booking of now has this code" in bad
    let_in = got(post("/provider/venues/check-in/", {"code": scene.row(ref).code}, by=scene.manager, at=NINE))
    assert "4 people: let in" in let_in
    week = got(visit(f"/provider/venues/{scene.court}/week/", {"from": DAY}, by=scene.manager))
    assert "09:00–10:00" in week and "10:00–21:00" in week and "calendar.ics" in week
    kept = {"day": DAY, "begin": "18:00", "until": "24:00"}
    assert "not open all" in got(post(f"/provider/venues/{scene.court}/block/", kept, by=scene.manager), 422)
    assert post(f"/provider/venues/{scene.court}/block/", kept | {"until": "21:00"},
                by=scene.manager).status_code == 302
    assert "own use" in got(visit(f"/provider/venues/{scene.court}/week/", {"from": DAY}, by=scene.manager))
    late = scene.book(hour=5)
    nobody = got(visit(f"/venues/bookings/{late}/", by=scene.manager, at=NINE + 6 * HOUR))
    assert "Nobody came" in nobody
    assert "until 2026-11-17 14:30" in got(post(f"/venues/bookings/{late}/no-show/", by=scene.manager,
                                                at=NINE + 5 * HOUR), 422)
    post(f"/venues/bookings/{late}/no-show/", by=scene.manager, at=NINE + 6 * HOUR)
    assert scene.row(late).state == State.NO_SHOW


def test_opening_a_venue_on_the_page(scene: Scene) -> None:
    got(visit("/provider/venues/new/", by=scene.manager))
    said = {"name": "报告厅", "kind": "hall", "about": "", "address": "琥珀路 1 号", "region": "340104000000",
            "capacity": "200", "equipment": ["sound"], "house_rules": "", "opened_by": "总务处", "price_fen": "120.5",
            "lead_hours": "24", "cancel_hours": "24", "most_hours": "4", "horizon_days": "60", "d5_0_opens": "09:00",
            "d5_0_closes": "17:00"}
    half = got(post("/provider/venues/new/", said | {"d6_0_opens": "09:00"}, by=scene.manager), 422)
    assert "only one of its two times" in half and 'value="报告厅"' in half
    answer = post("/provider/venues/new/", said, by=scene.manager)
    row = Venue.objects.get(name="报告厅")
    assert answer["Location"] == f"/provider/venues/{row.ref}/week/" and row.price_fen == 12050
    page = got(visit(f"/provider/venues/{row.ref}/", by=scene.manager))
    assert 'value="120.50"' in page and 'value="09:00"' in page
    post(f"/provider/venues/{row.ref}/", said | {"capacity": "150"}, by=scene.manager)
    row.refresh_from_db()
    assert row.capacity == 150 and row.hours.count() == 1
    post(f"/provider/venues/{row.ref}/close/", by=scene.manager)
    assert visit(f"/venues/{row.ref}/", by=scene.resident).status_code == 404
    assert "not open now" in got(visit("/provider/venues/", by=scene.manager))


def test_who_sees_the_desks(scene: Scene) -> None:
    for by in (scene.resident, scene.officer):
        assert visit("/provider/venues/", by=by).status_code == 403
    assert visit(f"/provider/venues/{scene.court}/week/", by=scene.rival).status_code == 404
    scene.book()
    page = got(visit("/officer/venues/", {"from": DAY}, by=scene.officer))
    assert "一号羽毛球场" in page and "336" in page
    assert "No venue is open in your region" in got(visit("/officer/venues/", {"from": DAY}, by=scene.elsewhere))
    assert visit("/officer/venues/", by=scene.resident).status_code == 403


def test_calendars_name_nobody(scene: Scene) -> None:
    ref = scene.book()
    public = visit(f"/venues/{scene.court}/calendar.ics")
    (event,) = Calendar.from_ical(public.content).walk("VEVENT")
    assert event.decoded("dtstart") == NINE and "张桂英" not in public.content.decode()
    own = visit(f"/venues/bookings/{ref}/calendar.ics", by=scene.resident)
    assert scene.row(ref).code not in own.content.decode() and "琥珀路" in own.content.decode()
    assert visit(f"/venues/bookings/{ref}/calendar.ics", by=scene.other).status_code == 404


def test_ones_own_calendar_has_the_venues_that_one_booked(scene: Scene) -> None:
    ref, gone = scene.book(), scene.book(hour=2)
    scene.book(hour=4, by=scene.other)
    actions.cancel(gone, by=scene.resident, at=AT)
    own = key("own", account("own", "resident", f"person:{scene.person}", person=scene.person))
    found = events(own)
    assert [(one["SUMMARY"], one["STATUS"], one["LOCATION"]) for one in found] == [
        ("一号羽毛球场 · 合肥市琥珀小学", state, "琥珀路 1 号") for state in ("CONFIRMED", "CANCELLED")]
    assert found[0]["UID"] == f"{ref}@linli" and found[0]["URL"].endswith(f"/venues/bookings/{ref}/")
    assert found[0]["DTSTART"].startswith("2026-11-17 01:00:00+00:00")
    assert scene.row(ref).code not in str(found) and "张桂英" not in str(found)
    rival = account("rival", "provider_admin", f"organisation:{scene.school}")
    assert "own" not in {card.scope for card in feeds(rival)}, "whose court it is has no calendar of who plays there"


def test_programs(scene: Scene) -> None:
    status, found = call("/venues?on=2026-11-17&kind=court", by=ANONYMOUS, method="GET")
    assert status == 200 and found["items"][0]["free"] == [
        {"from": "2026-11-17T01:00:00Z", "until": "2026-11-17T13:00:00Z"}]
    body = {"from": "2026-11-17T09:00:00+08:00", "until": "2026-11-17T10:00:00+08:00", "people": 4, "purpose": "sport",
            "weeks": 2}
    status, made = call(f"/venues/{scene.court}/bookings", body, by=scene.resident)
    assert status == 201 and len(made["items"]) == 2 and made["items"][0]["amount_fen"] == 4000
    assert call(f"/venues/{scene.court}/bookings", body, by=scene.resident) == (200, made)
    status, problem = call(f"/venues/{scene.court}/bookings", body, by=scene.other, key="other")
    assert status == 409 and problem["errors"][0]["field"] == "from"
    first, second = (one["ref"] for one in made["items"])
    status, moved = call(f"/venue-bookings/{first}/change", {"from": "2026-11-17T11:00:00+08:00",
                                                             "until": "2026-11-17T12:00:00+08:00"}, by=scene.resident)
    assert status == 200 and moved["from"] == "2026-11-17T03:00:00Z"
    assert call(f"/venue-bookings/{second}/cancel", by=scene.resident)[1]["state"] == "cancelled"
    code = call(f"/venue-bookings/{first}", by=scene.resident, method="GET")[1]["code"]
    status, let_in = call("/venues/check-in", {"organisation": str(scene.school), "code": code}, by=scene.manager,
                          at=NINE + 2 * HOUR)
    assert status == 200 and let_in["state"] == "in_use" and let_in["code"] == ""
    said = {"organisation": str(scene.school), "name": "排练厅", "kind": "rehearsal_room", "address": "琥珀路 1 号",
            "region": HUPO, "capacity": 20, "opened_by": "总务处", "hours": [
                {"weekday": 5, "opens": "09:00", "closes": "17:00"}]}
    status, venue = call("/venues", said, by=scene.manager, key="open")
    assert (status, venue["state"], venue["most_hours"]) == (201, "open", 3)
    said.pop("organisation")
    assert call(f"/venues/{venue['ref']}/update", said | {"capacity": 30}, by=scene.manager)[1]["capacity"] == 30
    status, kept = call(f"/venues/{venue['ref']}/block", {
        "from": "2026-11-21T09:00:00+08:00", "until": "2026-11-21T12:00:00+08:00"}, by=scene.manager, key="own")
    assert (status, kept["purpose"]) == (201, "own")
    assert call(f"/venues/{venue['ref']}/close", by=scene.manager)[1]["state"] == "closed"
    assert call(f"/venues/{venue['ref']}", by=scene.resident, method="GET")[0] == 404


def test_lists_ask_little(scene: Scene, django_assert_max_num_queries: Count) -> None:
    for number in range(6):
        scene.open(name=f"场地{number}", kind="hall")
        scene.book(hour=number)
    pages = [("/venues/", scene.resident), (f"/venues/{scene.court}/", scene.resident),
             ("/venues/bookings/", scene.resident), ("/provider/venues/", scene.manager),
             (f"/provider/venues/{scene.court}/week/", scene.manager), ("/officer/venues/", scene.officer)]
    for path, by in pages:
        with django_assert_max_num_queries(8):
            got(visit(path, {"day": DAY, "from": DAY}, by=by))


def test_the_pages_speak_chinese(scene: Scene) -> None:
    ref = scene.book()
    for path, by, said in (
        (f"/venues/{scene.court}/", scene.resident, "预约这个场地"),
        (f"/venues/bookings/{ref}/", scene.resident, "入场码"),
        ("/provider/venues/", scene.manager, "开放一个场地"), ("/officer/venues/", scene.officer, "占用小时"),
    ):
        page = got(visit(path, {"day": DAY, "from": DAY}, by=by, language="zh"))
        assert said in page and not re.search(r">[^<]*\b(venue|booking|Book|Venue)\b[^<]*<", page)


def test_changing_a_venue_leaves_it_where_it_lies(scene: Scene) -> None:
    page = got(visit(f"/provider/venues/{scene.court}/", by=scene.manager))
    assert f'<option value="{HUPO}" selected>' in page
