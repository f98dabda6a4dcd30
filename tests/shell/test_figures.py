"""The four figures of the first page equal what one counts by hand."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from linli.engines.rulebook import actions as duties
from linli.kernel.actor import SYSTEM
from linli.kernel.refs import new_ref
from linli.shell import figures, remembered
from linli.work.needs.models import Need, Offer
from linli.work.orders.models import Order, Proof
from linli.work.orders.states import State
from tests.actors import AT, CITY
from tests.registers.directory.conftest import HUPO
from tests.registers.visiting import text, visit
from tests.shell.conftest import City

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOMEBODY = new_ref()


def need(city: City, posted_at: datetime, region: str = HUPO) -> UUID:
    return Need.objects.create(
        number=str(new_ref())[-12:], person_id=city.person, channel="self", text_sealed=b"", why_sealed=b"",
        category="home_bathing", urgency="normal", region_code=region, state="open", posted_at=posted_at,
        posted_by=SOMEBODY, expires_on=posted_at.date()).ref


def offer(city: City, ref: UUID, made_at: datetime, state: str = "open") -> None:
    Offer.objects.create(need=Need.objects.get(ref=ref), service=city.service, slot=new_ref(), provider=city.provider,
                         state=state, made_at=made_at, made_by=SOMEBODY)


def order(city: City, from_: datetime, state: State, *, ref: UUID | None = None, began: datetime | None = None,
          ended: datetime | None = None, **more: Any) -> Order:
    sent = new_ref() if began else None
    given: dict[str, Any] = {"booked_at": from_ - DAY, "booked_by": SOMEBODY} | more
    row = Order.objects.create(
        need=ref or new_ref(), person_id=city.person, channel="self", service_id=city.service, service_name="上门助浴",
        category="home_bathing", provider=city.provider, slot=new_ref(), begin=from_, until=from_ + HOUR, state=state,
        price_fen=8000, mode="home", region_code=HUPO, practitioner=sent, created_at=from_ - DAY, created_by=SOMEBODY,
        **given)
    if began and sent:
        done = {"check_out_at": ended, "check_out_by": SOMEBODY, "ended": ended, "minutes": 60, "worth": "B",
                "check_out_method": "geofence"} if ended else {}
        Proof.objects.create(
            order=row, service=city.service, person=city.person, on=from_.date(), region_code=HUPO, practitioner=sent,
            began=began, check_in_at=began, check_in_by=SOMEBODY, check_in_method="geofence", **done)
    return row


def test_without_records_there_is_no_data_yet(city: City) -> None:
    found = figures.counted(AT)
    assert (found.met, found.minutes, found.on_time, found.late) == (0, None, None, 0)
    page = text(visit("/figures/"))
    assert page.count("No data yet") == 2 and "none late" in page


def test_the_median_goes_from_a_need_to_its_first_offer_or_answer(city: City) -> None:
    quick, booked, both, silent, old = (need(city, AT - hours * HOUR) for hours in (10, 20, 30, 40, 24 * 7 + 1))
    offer(city, quick, AT - 10 * HOUR + timedelta(minutes=10))
    offer(city, quick, AT - 9 * HOUR, "withdrawn")  # the second one is not the first
    order(city, AT + DAY, State.ACCEPTED, ref=booked, booked_at=AT - 20 * HOUR, accepted_by=SOMEBODY,
          accepted_at=AT - 20 * HOUR + timedelta(minutes=40))
    offer(city, both, AT - 30 * HOUR + timedelta(minutes=90))
    order(city, AT + DAY, State.DECLINED, ref=both, booked_at=AT - 30 * HOUR, closed_by=SOMEBODY,
          closed_at=AT - 30 * HOUR + timedelta(minutes=70))
    order(city, AT + DAY, State.BOOKED, ref=silent, booked_at=AT - 40 * HOUR)  # not answered
    offer(city, old, AT - HOUR)  # posted more than 7 days ago
    need(city, AT - HOUR, region="330100000000")  # of another city
    found = figures.counted(AT)
    assert (found.needs, found.answered, found.minutes) == (4, 3, 40)
    page = text(visit("/figures/"))
    assert "40 minutes" in page and "3 of 4 needs have been answered." in page


def test_on_time_is_ten_minutes_after_the_agreed_time_at_most(city: City) -> None:
    begin = AT - 2 * DAY
    for minutes in (-5, 0, 10, 11):
        order(city, begin, State.SERVED, began=begin + timedelta(minutes=minutes), ended=begin + HOUR)
    order(city, begin, State.NO_SHOW, reason="provider_absent", closed_at=AT, closed_by=SOMEBODY)
    order(city, begin, State.NO_SHOW, reason="resident_absent", closed_at=AT, closed_by=SOMEBODY)  # not their fault
    order(city, begin, State.CANCELLED, closed_at=AT, closed_by=SOMEBODY)
    order(city, AT - 29 * DAY, State.SERVED, began=AT - 28 * DAY, ended=AT - 28 * DAY)
    found = figures.counted(AT)
    assert (found.in_time, found.visits, found.on_time) == (3, 5, 60.0)
    page = text(visit("/figures/"))
    assert "60%" in page and "3 of 5 visits." in page and "at most 10 minutes" in page


def test_a_need_is_met_today_once_however_many_visits_ended_since_midnight(city: City) -> None:
    midnight = AT - 9 * HOUR  # 09:00 in Hefei
    twice = new_ref()
    for ended, ref in ((midnight, twice), (midnight + HOUR, twice), (AT - HOUR, new_ref()),
                       (midnight - timedelta(seconds=1), new_ref())):
        order(city, ended - HOUR, State.SERVED, ref=ref, began=ended - HOUR, ended=ended)
    order(city, AT - HOUR, State.IN_SERVICE, began=AT - HOUR)
    assert figures.counted(AT).met == 2


def test_late_duties_count_ours_apart(city: City) -> None:
    for owner in (f"region:{CITY}", f"organisation:{city.provider}"):
        duties.raise_duty("service.rectify_bad_rating", owner=owner, owed_to=f"person:{city.person}", about=new_ref(),
                          region=CITY, since=AT.date(), by=SYSTEM, at=AT)
    duties.mark_overdue(by=SYSTEM, at=AT + 60 * DAY)
    assert (figures.counted(AT).late, figures.counted(AT).late_ours) == (2, 1)
    home = text(visit("/"))
    assert "2 (ours: 1)" in home and 'href="/duties/"' in home and 'href="/figures/#door"' in home


@pytest.mark.parametrize(("values", "median"), [([], None), ([5.0], 5), ([1.0, 2.0, 100.0], 2), ([1.0, 4.0], 2)])
def test_median(values: list[float], median: int | None) -> None:
    assert figures.middle(values) == median


def test_a_share_of_nothing_is_no_figure() -> None:
    assert figures.share(0, 0) is None and figures.share(0, 7) == 0 and figures.share(2, 3) == 66.7


def test_figures_are_remembered_for_a_minute_whatever_is_sent_meanwhile(
    city: City, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any,
) -> None:
    monkeypatch.setattr(remembered, "ON", True)
    remembered.forget()
    before = figures.counted(AT)
    need(city, AT - HOUR)
    Client().post("/prefs/elder/", {"elder": "0"})
    with django_assert_num_queries(0):
        assert figures.counted(AT + timedelta(seconds=59)) == before
    assert figures.counted(AT + timedelta(seconds=61)).needs == 1
    remembered.forget()


def test_what_is_somebodys_own_is_counted_anew_after_a_form(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "ON", True)
    remembered.forget()
    counts = iter((1, 2))
    assert [remembered.recent("own", lambda: next(counts), at=AT, age=HOUR) for _ in range(2)] == [1, 1]
    Client().post("/prefs/elder/", {"elder": "0"})
    assert remembered.recent("own", lambda: next(counts), at=AT, age=HOUR) == 2
    remembered.forget()
