import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.actor import Actor
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.directory import actions as listings
from linli.registers.directory import queries as directory
from linli.work.orders import actions, rules
from linli.work.orders.models import Order, Participant
from linli.work.orders.rules import Attendee, Party, PartyKind
from tests.actors import AT
from tests.registers.directory.conftest import WEEK
from tests.registers.visiting import visit
from tests.work.orders.conftest import HUPO, Scene, as_role
from tests.work.orders.test_endpoints import call
from tests.work.orders.test_pages import got, post

MEAL: dict[str, Any] = {
    "category": "meals", "name": "长者集体午餐", "summary": "社区食堂里一起吃午饭。", "modes": ["on_site"],
    "region": HUPO, "price_fen": 2000, "subsidy_fen": 800, "subsidy_min_age": 70, "duration_minutes": 60, "capacity": 6,
    "lead_minutes": 0,
}


@pytest.fixture
def meal(scene: Scene) -> UUID:
    return listings.list_service(scene.provider, **MEAL, hours=WEEK, by=scene.manager, at=AT)


def elders(*names: str, places: int = 4, unit: UUID | None = None, people: tuple[UUID, ...] = ()) -> Party:
    return rules.party("elders", places=places, names=names, agreed=True, people=people, unit=unit, most=60)


def book(scene: Scene, meal: UUID, party: Party, *, slot: int = 0, by: Actor | None = None) -> UUID:
    who = by or scene.resident
    return actions.book(meal, slot=scene.slots(service=meal)[slot].ref, person=who.person, party=party, by=who, at=AT)


def test_a_group_takes_its_places_at_once_each_at_the_price_of_a_head(scene: Scene, meal: UUID) -> None:
    ref = book(scene, meal, elders("李秀英", "周玉珍", people=(scene.person,)))
    row = scene.row(ref)
    assert (row.party, row.places, row.price_fen, row.subsidy_fen) == ("elders", 4, 8000, 800)  # one is known to be 82
    assert scene.slots(service=meal)[0].free == 2
    card = scene.card(ref)
    assert card.party is not None and card.party.coming == 4
    assert [one.name for one in card.party.places] == ["张桂英", "李秀英", "周玉珍", ""]
    assert [one.pays_fen for one in card.party.places] == [1200, 2000, 2000, 2000]
    entry = Entry.objects.get(about=ref, fact="orders.PartyBooked")
    assert entry.payload["places"] == 4 and "李秀英" not in str(entry.payload)
    assert b"\xe6\x9d\x8e" not in bytes(Participant.objects.get(order__ref=ref, no=2).name_sealed or b"")


def test_too_few_places_are_refused_whole_and_the_next_time_with_enough_is_known(scene: Scene, meal: UUID) -> None:
    book(scene, meal, elders(places=4))
    with pytest.raises(Conflict, match="2 places left and you need 3; none was taken") as why:
        book(scene, meal, elders(places=3))
    assert why.value.rule == "directory.places" and scene.slots(service=meal)[0].free == 2
    from_ = scene.slots(service=meal)[0].from_
    other = directory.first_with(meal, 3, from_, at=AT)
    assert other and other.ref == scene.slots(service=meal)[1].ref
    with pytest.raises(RuleBroken, match="has 6 places; you need 7"):
        book(scene, meal, elders(places=7))
    book(scene, meal, elders(places=2))
    assert directory.first_with(meal, 1, from_, at=AT) == other and directory.first_with(meal, 7, AT, at=AT) is None


def test_one_is_taken_off_by_themself(scene: Scene, meal: UUID) -> None:
    ref = book(scene, meal, elders("李秀英", places=3, people=(scene.person,)))
    actions.withdraw_participant(ref, participant=1, by=scene.daughter, at=AT)
    row = scene.row(ref)
    assert (row.places, row.price_fen, row.subsidy_fen) == (2, 4000, 0) and scene.slots(service=meal)[0].free == 4
    with pytest.raises(Conflict):
        actions.withdraw_participant(ref, participant=1, by=scene.resident, at=AT)
    with pytest.raises(NotFound, match="no such place"):
        actions.withdraw_participant(ref, participant=9, by=scene.resident, at=AT)
    with pytest.raises(NotFound):
        actions.withdraw_participant(ref, participant=2, by=scene.neighbour, at=AT)
    with pytest.raises(NotAllowed):
        actions.withdraw_participant(ref, participant=2, by=scene.manager, at=AT)
    with pytest.raises(RuleBroken, match="begun"):
        actions.withdraw_participant(ref, participant=2, by=scene.resident, at=row.begin)
    actions.withdraw_participant(ref, participant=2, by=scene.resident, at=row.begin - timedelta(hours=1))
    assert [entry.payload["late"] for entry in Entry.objects.filter(
        about=ref, fact="orders.ParticipantWithdrawn").order_by("pk")] == [False, True]
    with pytest.raises(RuleBroken, match="last one of the group"):
        actions.withdraw_participant(ref, participant=3, by=scene.resident, at=AT)
    actions.cancel(ref, reason="other", by=scene.resident, at=AT)
    assert scene.slots(service=meal)[0].free == 6
    with pytest.raises(Conflict, match="under way or over"):
        actions.withdraw_participant(ref, participant=3, by=scene.resident, at=AT)


def test_a_group_moves_whole_or_not_at_all(scene: Scene, meal: UUID) -> None:
    ref = book(scene, meal, elders(places=4))
    book(scene, meal, elders(places=3), slot=1)
    free = scene.slots(service=meal)
    with pytest.raises(Conflict, match="3 places left and you need 4"):
        actions.change(ref, slot=free[1].ref, by=scene.resident, at=AT)
    assert [one.free for one in scene.slots(service=meal)][:2] == [2, 3]
    actions.change(ref, slot=free[2].ref, by=scene.resident, at=AT)
    assert [one.free for one in scene.slots(service=meal)][:3] == [6, 3, 2]


def test_what_a_group_gives_back_goes_to_all_who_wait(scene: Scene, meal: UUID) -> None:
    ref = book(scene, meal, elders(places=6))
    day = rules.day(scene.row(ref).begin)
    for number in range(1, len(scene.slots(service=meal))):
        book(scene, meal, elders(places=6), slot=number)
    for who in (scene.resident,):
        actions.join(meal, from_on=day, until_on=day + timedelta(days=1), person=who.person, by=who, at=AT)
    actions.cancel(ref, reason="other", by=scene.resident, at=AT)
    assert scene.slots(service=meal)[0].free == 5  # one is kept for who was in line


def test_a_unit_books_and_its_people_see_to_it(scene: Scene, meal: UUID) -> None:
    unit = scene.manager  # an organisation's administrator without a person of their own cannot answer for a group
    with pytest.raises(RuleBroken, match="for whom"):
        actions.book(meal, slot=scene.slots(service=meal)[0].ref, party=elders(places=2, unit=scene.provider), by=unit,
                     at=AT)
    with pytest.raises(NotAllowed, match="do not book for this organisation"):
        book(scene, meal, elders(places=2, unit=new_ref()))
    clerk = Actor(new_ref(), scene.person, (*scene.resident.grants, *as_role(
        "provider_staff", f"organisation:{scene.provider}").grants))
    ref = book(scene, meal, elders("李秀英", places=3, unit=scene.provider), by=clerk)
    card = scene.card(ref, by=scene.clerk)
    assert card.party and card.party.unit_name == "合肥安康居家养老服务中心" and card.party.places[0].name == "李秀英"
    actions.withdraw_participant(ref, participant=1, by=scene.clerk, at=AT)
    with pytest.raises(NotFound):
        scene.card(ref, by=scene.rival)


def test_who_gives_it_counts_who_came(scene: Scene, meal: UUID) -> None:
    ref = book(scene, meal, elders("李秀英", places=4))
    names = [one.name for one in scene.card(ref, by=scene.manager).party.places]  # type: ignore[union-attr]
    assert names == [""] * 4  # not the provider's business before it has taken the booking on
    actions.accept(ref, practitioner=scene.wang, by=scene.manager, at=AT)
    assert scene.card(ref, by=scene.manager).party.places[0].name == "李秀英"  # type: ignore[union-attr]
    begin = scene.row(ref).begin
    here: dict[str, Any] = {"lon": 117.262, "lat": 31.852, "by": scene.carer, "at": begin}
    for wrong in (0, 5):
        with pytest.raises(RuleBroken, match="between 1 and 4") as why:
            actions.check_in(ref, **here, came=wrong)
        assert why.value.field == "came"
    actions.check_in(ref, **here, came=3)
    assert scene.proof(ref).came == 3 and scene.card(ref).party.came == 3  # type: ignore[union-attr]
    with pytest.raises(Conflict):
        actions.withdraw_participant(ref, participant=1, by=scene.resident, at=AT)


def test_what_a_group_cannot_be(scene: Scene, meal: UUID) -> None:
    two = (Attendee(), Attendee())
    with pytest.raises(RuleBroken, match="nobody visits it at home") as why:
        actions.book(scene.service, slot=scene.slots()[0].ref, party=Party(PartyKind.FAMILY, two), by=scene.resident,
                     at=AT)
    assert why.value.field == "mode"
    with pytest.raises(NotFound, match="No such person"):
        book(scene, meal, Party(PartyKind.FAMILY, (Attendee(), Attendee(person=new_ref()))))
    listings.update_service(meal, max_age=60, by=scene.manager, at=AT)
    with pytest.raises(RuleBroken, match="up to age 60"):
        book(scene, meal, Party(PartyKind.FAMILY, (Attendee(), Attendee(person=scene.person))))


def test_a_weekly_series_books_the_group_each_time(scene: Scene, meal: UUID) -> None:
    made = actions.book_series(meal, slot=scene.slots(service=meal)[0].ref, weeks=3, party=elders("李秀英", places=3),
                               person=scene.person, by=scene.resident, at=AT)
    assert [scene.row(ref).places for ref in made.orders] == [3, 3, 3]
    assert {one.free for one in [directory.slot(scene.row(ref).slot) for ref in made.orders]} == {3}
    assert Participant.objects.count() == 9


def form(scene: Scene, meal: UUID, **said: Any) -> dict[str, Any]:
    return {"service": str(meal), "slot": str(scene.slots(service=meal)[0].ref), "key": str(new_ref()),
            "kind": "elders", "places": "4", "people": [str(scene.person)], "names": "李秀英\n周玉珍",
            "agreed": "on", "mode": "on_site", "weeks": "1"} | said


def test_the_page_books_a_group_and_gives_a_place_back(scene: Scene, meal: UUID) -> None:
    slot = scene.slots(service=meal)[0].ref
    alone = got(visit("/orders/book/", {"service": meal, "slot": slot}, by=scene.resident))
    assert f"/orders/party/?service={meal}&amp;slot={slot}" in alone
    assert "party" not in got(visit("/orders/book/", {"service": scene.service, "slot": scene.slots()[0].ref},
                                    by=scene.resident))
    page = got(visit("/orders/party/", {"service": meal, "slot": slot}, by=scene.resident))
    assert "张桂英" in page and "¥20" in page and "For an organisation" not in page
    answer = post("/orders/party/", form(scene, meal), by=scene.resident)
    assert answer.status_code == 302
    row = Order.objects.get()
    assert answer["Location"] == f"/orders/{row.ref}/booked/" and row.places == 4
    own = got(visit(f"/orders/{row.ref}/", by=scene.resident))
    assert "Older people of a community" in own and "4 people take part" in own and "周玉珍" in own
    assert "周玉珍" not in got(visit(f"/orders/{row.ref}/", by=scene.manager))
    assert post(f"/orders/{row.ref}/places/2/withdraw/", by=scene.resident).status_code == 302
    after = got(visit(f"/orders/{row.ref}/", by=scene.resident))
    assert "3 people take part" in after and "taken off" in after
    assert scene.slots(service=meal)[0].free == 3


def test_a_refused_group_keeps_what_was_typed_and_is_offered_another_time(scene: Scene, meal: UUID) -> None:
    listings.update_service(meal, lead_minutes=0, by=scene.manager, at=AT)
    book(scene, meal, elders(places=4))
    page = got(post("/orders/party/", form(scene, meal), by=scene.resident), 409)
    assert "2 places left and you need 4; none was taken" in page and "周玉珍" in page
    assert "The next time with enough places" in page and "kind=elders&amp;places=4" in page and "names" not in \
        re.findall(r'/orders/party/\?[^"]*', page)[0]
    silent = got(post("/orders/party/", form(scene, meal, agreed=""), by=scene.resident), 422)
    assert "only of those who agreed" in silent and Order.objects.count() == 1


def test_the_counting_at_the_door(scene: Scene, meal: UUID) -> None:
    ref = book(scene, meal, elders(places=4))
    actions.accept(ref, practitioner=scene.wang, by=scene.manager, at=AT)
    begin = scene.row(ref).begin
    day = got(visit("/work/", {"day": f"{rules.day(begin)}"}, by=scene.carer, at=begin))
    assert "How many came" in day and 'value="4"' in day
    refused = got(post(f"/orders/{ref}/check-in/", {"lon": "117.262", "lat": "31.852", "came": "9"}, by=scene.carer,
                       at=begin), 422)
    assert "between 1 and 4" in refused
    post(f"/orders/{ref}/check-in/", {"lon": "117.262", "lat": "31.852", "came": "3"}, by=scene.carer, at=begin)
    assert scene.proof(ref).came == 3
    assert "3 of 4 came" in got(visit(f"/orders/{ref}/", by=scene.resident, at=begin))


def test_programs_book_a_group(scene: Scene, meal: UUID) -> None:
    body = {"service": str(meal), "slot": str(scene.slots(service=meal)[0].ref),
            "party": {"kind": "class", "places": 3, "names": ["李秀英"], "names_agreed": True}}
    status, order = call("/orders", body, by=scene.resident)
    assert (status, order["places"], order["amount_fen"]) == (201, 3, 6000)
    assert order["party"]["kind"] == "class" and order["party"]["places"][0]["name"] == "李秀英"
    assert call("/orders", body, by=scene.resident)[0] == 200
    status, order = call(f"/orders/{order['ref']}/withdraw-participant", {"participant": 1}, by=scene.resident)
    assert (status, order["places"], order["party"]["places"][0]["state"]) == (200, 2, "withdrawn")
    status, problem = call("/orders", body | {"party": {"kind": "class", "places": 5}}, by=scene.resident, key="more")
    assert status == 409 and problem["rule"] == "directory.places" and problem["errors"][0]["field"] == "slot"
    status, found = call(f"/services/{meal}/slots?places=5", by=scene.resident, method="GET")
    assert status == 200 and all(one["free"] >= 5 for one in found["items"]) and found["items"]
    assert body["slot"] not in {one["ref"] for one in found["items"]}
