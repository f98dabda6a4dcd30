from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from linli.engines.journal.models import Entry
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.geometry import Point
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.directory import actions as listings
from linli.registers.organisations.models import Organisation
from linli.work.needs import actions as needs
from linli.work.needs import queries as asked
from linli.work.orders import actions
from linli.work.orders.models import Order
from linli.work.orders.states import State
from tests.actors import AT
from tests.registers.directory.conftest import BATH, WEEK
from tests.work.orders.conftest import HOME, HUPO, LUYANG, Scene


def test_booking_takes_the_time_makes_a_need_and_tells_the_provider(scene: Scene) -> None:
    ref = scene.book()
    row = scene.row(ref)
    assert (row.state, row.person_id, row.provider, row.channel) == (State.BOOKED, scene.person, scene.provider, "self")
    assert (row.price_fen, row.subsidy_fen, row.mode, row.region_code) == (8000, 6000, "home", HUPO)
    assert row.number == f"HF-2611-{row.pk:06}" and scene.free() == 0
    assert row.need and row.address_sealed
    need = asked.need(row.need, by=scene.resident)
    assert (need.state, need.category, need.text, need.person) == ("booked", "home_bathing", "上门助浴", scene.person)
    entry = Entry.objects.get(about=ref)
    assert (entry.fact, entry.visibility) == ("orders.OrderBooked", "shared")
    assert entry.payload["order"] == str(ref) and entry.payload["subsidy_fen"] == 6000
    assert "琥珀" not in str(entry.payload) and "117.26" not in str(entry.payload)
    duty = rulebook.duties(on=AT.date(), about=[ref])[0]
    assert (duty.rule_id, duty.owner, duty.due_on) == ("orders.answer", f"organisation:{scene.provider}",
                                                       date(2026, 11, 17))


def test_what_is_said_about_the_place_is_sealed(scene: Scene) -> None:
    row = scene.row(scene.book())
    assert "琥珀".encode() not in bytes(row.address_sealed or b"") and b"117.26" not in bytes(row.point_sealed or b"")
    assert scene.card(row.ref).address == "" and scene.card(row.ref, reveal=True).address == "琥珀路 5 号 2 栋 301"
    assert scene.card(row.ref, by=scene.agent, reveal=True).address == ""


def test_without_an_address_the_one_on_file_is_used(scene: Scene) -> None:
    ref = scene.book(address="", point=None)
    assert scene.card(ref, reveal=True).address == "琥珀路 5 号 2 栋 301" and scene.row(ref).point_sealed is None


def test_a_daughter_and_an_agent_book_for_somebody(scene: Scene) -> None:
    first, second = scene.book(by=scene.daughter), scene.book(by=scene.agent, slot=1)
    assert (scene.row(first).channel, scene.row(second).channel) == ("family", "agent")
    assert scene.row(first).created_by == scene.daughter.ref and scene.card(first, by=scene.daughter).side == "resident"


def test_booking_for_a_need_uses_what_it_says(scene: Scene) -> None:
    need = needs.post(text="想找人上门给妈妈洗澡", person=scene.person, region=HUPO, point=HOME, by=scene.daughter,
                      at=AT)
    ref = actions.book(scene.service, slot=scene.slots()[0].ref, need=need, by=scene.daughter, at=AT)
    assert scene.row(ref).need == need and scene.row(ref).person_id == scene.person
    assert scene.row(ref).cell is not None and scene.need(need) == "booked"
    with pytest.raises(NotFound):
        actions.book(scene.service, slot=scene.slots()[1].ref, need=need, by=scene.neighbour, at=AT)


def test_the_second_who_wants_a_time_is_told(scene: Scene) -> None:
    scene.book()
    before = Order.objects.count(), Entry.objects.count(), asked.mine(scene.resident)
    with pytest.raises(Conflict, match="just been taken; choose another") as why:
        scene.book(by=scene.daughter)
    assert why.value.field == "slot"
    assert (Order.objects.count(), Entry.objects.count(), asked.mine(scene.resident)) == before


def _refusals(scene: Scene) -> list[tuple[dict[str, Any], type[Refusal], str, str | None]]:
    other = listings.list_service(scene.provider, **BATH | {"name": "夜间助浴", "region": HUPO}, hours=WEEK,
                                  by=scene.manager, at=AT)
    strange = scene.slots(service=other)[0].ref
    return [
        ({"by": ANONYMOUS}, NotAllowed, "Sign in first", None),
        ({"by": scene.neighbour}, NotFound, "No such person", None),
        ({"by": scene.officer}, NotAllowed, "Your role", None), ({"by": scene.rival}, NotFound, "No such person", None),
        ({"person": new_ref()}, NotFound, "No such person", None),
        ({"by": scene.agent, "person": None}, RuleBroken, "for whom", "person"),
        ({"mode": "remote"}, RuleBroken, "not given in that way", "mode"),
        ({"point": Point(116.4, 39.9)}, RuleBroken, "outside", "point"),
        ({"address": "长" * 201}, RuleBroken, "at most 200", "address"),
        ({"slot_ref": strange}, RuleBroken, "belongs to another service", "slot"),
        ({"slot_ref": new_ref()}, NotFound, "no such time", None),
        ({"at": AT + timedelta(days=1)}, RuleBroken, "passed", "slot"),
        ({"at": AT + timedelta(hours=23)}, RuleBroken, "120 minutes ahead", "slot"),
    ]


def test_a_refusal_books_nothing(scene: Scene) -> None:
    for said, kind, sentence, field in _refusals(scene):
        said = dict(said)
        slot = said.pop("slot_ref", None) or scene.slots()[0].ref
        arguments: dict[str, Any] = {"person": scene.person, "by": scene.resident, "at": AT, "address": "琥珀路 5 号"}
        arguments |= said
        with pytest.raises(kind, match=sentence) as why:
            actions.book(scene.service, slot=slot, **arguments)
        assert why.value.field == field, sentence
    assert not Order.objects.exists() and scene.free() == 1


def test_who_a_service_is_not_for(scene: Scene) -> None:
    listings.update_service(scene.service, min_age=90, by=scene.manager, at=AT)
    with pytest.raises(RuleBroken, match="from age 90") as why:
        scene.book()
    assert (why.value.rule, why.value.field) == ("directory.eligibility", "person")
    listings.update_service(scene.service, min_age=None, area=(LUYANG,), by=scene.manager, at=AT)
    with pytest.raises(RuleBroken, match="does not come to your place"):
        scene.book()


def test_a_suspended_or_paused_provider_takes_no_bookings(scene: Scene) -> None:
    listings.pause(scene.service, by=scene.manager, at=AT)
    with pytest.raises(Conflict, match="no bookings at present"):
        scene.book()
    listings.resume(scene.service, by=scene.manager, at=AT)
    Organisation.objects.filter(ref=scene.provider).update(state="suspended")
    listings.close_services(scene.provider, by=SYSTEM, at=AT)
    with pytest.raises(Refusal):
        scene.book()


@pytest.mark.parametrize(
    "change",
    [{"state": "somewhere"}, {"channel": "device"}, {"hold_until": None, "state": "held"}, {"need": None},
     {"practitioner": UUID(int=7)}, {"state": "in_service"}, {"subsidy_fen": 9000}, {"grade": 5}, {"closed_at": AT},
     {"state": "rated", "rated_at": AT, "rated_by": UUID(int=7), "practitioner": UUID(int=7)},
     {"series": UUID(int=7)}, {"until": AT}],
    ids=str,
)
def test_what_an_order_cannot_be(scene: Scene, change: dict[str, Any]) -> None:
    ref = scene.book()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(ref=ref).update(**change)
