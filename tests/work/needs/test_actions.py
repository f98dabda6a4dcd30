"""A need's story, action by action, and everything that each of them refuses."""
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.engines.journal.models import Entry
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.geometry import Point
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.directory import actions as listings
from linli.registers.directory import queries as directory
from linli.registers.people import actions as people
from linli.work.needs import actions, jobs, queries
from linli.work.needs.models import Need, Offer
from linli.work.needs.rules.triage import Flag, Urgency
from linli.work.needs.rules.wishes import Channel, Window
from linli.work.needs.states import OfferState, State
from tests.actors import AT
from tests.registers.directory.conftest import BATH, WEEK
from tests.work.needs.conftest import DAY, HUPO, LUYANG, NAME, SHUSHAN, TEXT, XIAOYAOJIN, Scene

HERE, PARK, YAOHAI = Point(117.262, 31.852), Point(117.30, 31.87), "340102000000"


def facts() -> list[str]:
    return list(Entry.objects.filter(fact__startswith="needs.").order_by("id").values_list("fact", flat=True))


# post


def test_a_need_is_read_sealed_and_told(scene: Scene) -> None:
    ref = scene.post()
    card = scene.card(ref)
    assert (card.category, card.urgency, card.flags, card.state) == ("home_bathing", Urgency.SOON, (), State.OPEN)
    assert (card.text, card.channel, card.region, card.point) == (TEXT, Channel.SELF, HUPO, None)
    assert {reason.code for reason in card.why} == {"soon", "category"} and card.number.startswith("N261116-")
    assert str(card.expires_on) == "2026-12-16" and card.person_name == "" and {m.name for m in card.moves} == {
        "change", "withdraw"}
    row = Need.objects.values().get()
    assert "洗澡".encode() not in bytes(row["text_sealed"]) and "洗澡".encode() not in bytes(row["why_sealed"])
    entry = Entry.objects.get(fact="needs.NeedPosted")
    assert entry.about == ref and entry.payload["category"] == "home_bathing" and entry.payload["channel"] == "self"


def test_whose_data_is_erased_has_no_words_left(scene: Scene) -> None:
    ref = scene.post(point=HERE)
    people.erase(scene.person, by=SYSTEM, at=AT)
    card = queries.need(ref, by=scene.agent)
    assert "洗澡" not in card.text and card.text and card.why == () and card.point is None


def test_danger_is_flagged_whoever_chose_the_kind(scene: Scene) -> None:
    card = scene.card(scene.post("我爸突然胸口剧痛喘不上气", category="meals", urgency="normal"))
    assert Flag.LIFE_RISK in card.flags and card.category == "meals" and card.urgency is Urgency.NORMAL


def test_words_that_name_no_kind_go_to_a_social_worker(scene: Scene) -> None:
    card = scene.card(scene.post("你好"))
    assert card.category == "social_work" and "untold" in {reason.code for reason in card.why}


def test_for_whom_and_through_whom(scene: Scene) -> None:
    by_family = scene.post(by=scene.daughter, person=scene.person)
    assert scene.card(by_family).channel is Channel.FAMILY
    assert queries.need(by_family, by=scene.daughter).person_name == NAME
    by_agent = scene.post(by=scene.agent, person=scene.person, consented=True)
    assert scene.card(by_agent).channel is Channel.AGENT
    assert queries.need(by_agent, by=scene.agent).person_name != NAME
    assert [card.ref for card in queries.posted_by(scene.agent)] == [by_agent]
    assert {card.ref for card in queries.mine(scene.daughter)} == {by_family, by_agent}


def test_a_place_by_point_by_region_or_at_home(scene: Scene) -> None:
    assert scene.card(scene.post(point=HERE)).region == HUPO  # the point lies in the district where they live
    away = scene.card(scene.post(point=PARK))
    assert away.region == YAOHAI and away.point == PARK
    assert scene.card(scene.post(region=XIAOYAOJIN)).region == XIAOYAOJIN
    assert Need.objects.filter(cell__isnull=False).count() == 2


WRONG: list[tuple[dict[str, Any], type[Refusal], str | None]] = [
    ({"text": " "}, RuleBroken, "text"), ({"text": "好" * 100_000}, RuleBroken, "text"),
    ({"point": Point(31.85, 80.0)}, RuleBroken, "at"), ({"point": Point(116.39, 39.9)}, RuleBroken, "at"),
    ({"point": HERE, "region": LUYANG}, RuleBroken, "at"), ({"region": "340199000000"}, RuleBroken, "region"),
    ({"region": "340000000000"}, RuleBroken, "region"), ({"region": "x"}, RuleBroken, "region"),
    ({"windows": [Window(AT + DAY, AT)]}, RuleBroken, "windows"),
    ({"windows": [Window(AT - DAY, AT - DAY / 2)]}, RuleBroken, "windows"),
    ({"repeat": "FREQ=DAILY;COUNT=3"}, RuleBroken, "repeat"), ({"category": "owl"}, RuleBroken, "category"),
    ({"urgency": "now"}, RuleBroken, "urgency"), ({"mode": "by owl"}, RuleBroken, "mode"),
    ({"requires": {"language": "klingon"}}, RuleBroken, "requires"),
    ({"requires": {"colour": "red"}}, RuleBroken, "requires"),
    ({"requires": {"accessibility": ["lift", "moat"]}}, RuleBroken, "requires"),
    ({"person": uuid4()}, NotFound, None), ({"by": ANONYMOUS}, NotAllowed, None),
]


@pytest.mark.parametrize(("wrong", "kind", "field"), WRONG)
def test_posting_refuses(scene: Scene, wrong: dict[str, Any], kind: type[Refusal], field: str | None) -> None:
    with pytest.raises(kind) as why:
        scene.post(**wrong)
    assert why.value.field == field and str(why.value)
    assert not Need.objects.exists() and not facts()


def test_swapped_numbers_are_said_to_be_swapped(scene: Scene) -> None:
    with pytest.raises(RuleBroken, match="look swapped"):
        directory.placed(31.85, 117.26, field="at")
    with pytest.raises(RuleBroken, match="look swapped"):
        scene.post(point=Point(31.85, 80.0))


def test_nobody_writes_for_others_without_the_right_or_their_consent(scene: Scene) -> None:
    for who in (scene.stranger, scene.manager, scene.officer, scene.elsewhere_agent):
        with pytest.raises(NotFound):
            scene.post(by=who, person=scene.person)
    with pytest.raises(NotAllowed, match="consent"):
        scene.post(by=scene.agent, person=scene.person, consented=False)
    with pytest.raises(NotAllowed):
        scene.post(by=scene.agent)
    assert not Need.objects.exists()


# change, withdraw


def test_what_is_not_given_stays(scene: Scene) -> None:
    ref = scene.post(point=HERE, requires={"gender": "female"}, repeat="FREQ=WEEKLY;COUNT=2")
    actions.change(ref, urgency="urgent", by=scene.resident, at=AT)
    card = scene.card(ref)
    assert (card.urgency, card.text, card.point, card.weeks) == (Urgency.URGENT, TEXT, HERE, 2)
    actions.change(ref, text="想找人送饭", region=XIAOYAOJIN, repeat="", by=scene.daughter, at=AT)
    card = scene.card(ref)
    assert (card.category, card.region, card.point, card.weeks) == ("meals", XIAOYAOJIN, None, 1)
    assert card.requires == {"gender": "female"} and facts() == ["needs.NeedPosted", *["needs.NeedChanged"] * 2]
    with pytest.raises(RuleBroken):
        actions.change(ref, mode="home", windows=[Window(AT, AT)], by=scene.resident, at=AT)
    assert scene.card(ref).mode == ""


def test_withdrawing_ends_the_offers(scene: Scene) -> None:
    ref = scene.post()
    offer = scene.offer(ref)
    actions.withdraw(ref, by=scene.agent, at=AT)
    assert scene.card(ref).state is State.WITHDRAWN and Offer.objects.get(ref=offer).state == OfferState.DECLINED
    assert facts()[-2:] == ["needs.OfferDecided", "needs.NeedWithdrawn"]
    with pytest.raises(NotFound):  # what no longer looks for help is no provider's business
        scene.offer(ref)


# offer


def test_an_offer_is_seen_by_the_person_and_counted(scene: Scene) -> None:
    ref = scene.post()
    made = scene.offer(ref, note="  可以带\n助浴椅 ")
    card = scene.card(ref)
    (seen,) = queries.offers_to(card)
    assert card.standing == 1 and (seen.ref, seen.note, seen.provider) == (made, "可以带 助浴椅", scene.provider)
    assert "助浴椅".encode() not in bytes(Offer.objects.get().note_sealed or b"")
    assert [one.ref for one in queries.offers_of([scene.provider])] == [made]
    actions.withdraw_offer(made, by=scene.manager, at=AT)
    assert queries.offers_to(scene.card(ref)) == [] and scene.offer(ref) != made


def test_offering_refuses(scene: Scene) -> None:
    ref, meals = scene.post(), scene.post("想找人送饭")
    other = listings.list_service(scene.provider, **BATH | {
        "category": "meals", "name": "助餐", "region": HUPO, "area": [SHUSHAN], "modes": ["home"]}, hours=WEEK,
        by=scene.manager, at=AT)
    slot = directory.slots(other, AT + DAY, AT + 9 * DAY)[0].ref
    refused: list[tuple[dict[str, Any], type[Refusal]]] = [
        ({"service": other, "slot": slot}, RuleBroken), ({"slot": slot}, Conflict), ({"slot": uuid4()}, NotFound),
        ({"service": uuid4()}, NotFound), ({"note": "好" * 201}, RuleBroken), ({"by": scene.rival}, NotFound),
        ({"by": scene.resident}, NotFound), ({"at": AT + 60 * DAY}, Conflict),
    ]
    for wrong, kind in refused:
        with pytest.raises(kind):
            scene.offer(ref, **wrong)
    far = scene.post(region=XIAOYAOJIN)
    with pytest.raises(NotFound):
        scene.offer(far)
    for one in range(directory.slot(scene.slot()).free):
        listings.take_slot(scene.slot(), by=scene.resident, at=AT)
    with pytest.raises(Conflict, match="no longer free"):
        scene.offer(ref)
    scene.offer(ref, place=1)
    with pytest.raises(Conflict, match="already"):
        scene.offer(ref, place=2)
    scene.offer(meals, service=other, slot=slot)
    assert Offer.objects.count() == 2


def test_a_paused_service_reaches_nobody(scene: Scene) -> None:
    ref = scene.post()
    assert [one.ref for one in queries.open_needs(scene.manager, at=AT)] == [ref]
    listings.pause(scene.service, by=scene.manager, at=AT)
    assert queries.open_needs(scene.manager, at=AT) == [] and queries.open_needs(scene.rival, at=AT) == []
    with pytest.raises(NotAllowed):
        queries.open_needs(scene.resident, at=AT)


def test_urgent_needs_come_first_then_the_oldest(scene: Scene) -> None:
    old, new = scene.post(at=AT - DAY), scene.post()
    urgent = scene.post(urgency="urgent")
    assert [one.ref for one in queries.open_needs(scene.manager, at=AT)] == [urgent, old, new]


# what follows


def test_the_chosen_offer_wins_and_a_lost_visit_opens_it_again(scene: Scene) -> None:
    ref = scene.post()
    offer = scene.offer(ref)
    actions.mark_booked(ref, order=uuid4(), service=scene.service, by=scene.resident, at=AT)
    assert Offer.objects.get(ref=offer).state == OfferState.CHOSEN and scene.card(ref).state is State.BOOKED
    actions.mark_booked(ref, order=uuid4(), by=scene.resident, at=AT)  # the next visit of a series says nothing more
    assert facts().count("needs.NeedBooked") == 1
    actions.reopen(ref, by=SYSTEM, at=AT + DAY)
    card = scene.card(ref)
    assert card.state is State.OPEN and str(card.expires_on) == "2026-12-17"
    actions.mark_booked(ref, order=uuid4(), by=scene.resident, at=AT)
    actions.mark_met(ref, by=SYSTEM, at=AT)
    actions.mark_met(ref, by=SYSTEM, at=AT)
    assert scene.card(ref).state is State.MET and facts().count("needs.NeedMet") == 1


def test_what_nobody_met_closes_on_the_day_of_the_rule(scene: Scene) -> None:
    ref, later = scene.post(), scene.post(at=AT + DAY)
    scene.offer(ref)
    jobs.expire(AT + timedelta(days=29))
    assert scene.card(ref).state is State.OPEN
    jobs.expire(AT + timedelta(days=30))
    assert scene.card(ref).state is State.EXPIRED and scene.card(later).state is State.OPEN
    assert facts()[-1] == "needs.NeedExpired" and Offer.objects.get().state == OfferState.DECLINED


def test_unmet_needs_are_counted_for_the_own_region(scene: Scene) -> None:
    scene.post(region=f"{HUPO[:9]}001")
    scene.post(urgency="urgent")
    scene.post(by=scene.daughter)
    (first, second) = queries.unmet(scene.officer)
    assert (first.region, first.count, first.urgent, first.categories) == (HUPO, 2, 1, {"home_bathing": 2})
    assert second.region == XIAOYAOJIN
    assert [one.region for one in queries.unmet(scene.elsewhere)] == [XIAOYAOJIN]
    assert queries.unmet_counts(by=scene.officer) == {SHUSHAN: 2, LUYANG: 1}
    with pytest.raises(NotAllowed):
        queries.unmet(scene.resident)
