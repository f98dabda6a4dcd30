"""A bundle in one act: every visit of it, or none and why; at its own price; called off part by part, or whole."""
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.actor import ANONYMOUS, Actor
from linli.kernel.geometry import Point
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.directory import actions as directory
from linli.registers.directory import queries as services
from linli.registers.directory.models import Slot
from linli.registers.directory.queries import HoursCard, SlotCard
from linli.work.orders import actions, queries, rules
from linli.work.orders.models import Bundled, Order
from linli.work.orders.states import State
from tests.actors import AT, CITY
from tests.registers.directory.conftest import BATH
from tests.work.orders.conftest import DAY, HOME, HUPO, Scene

AFTERNOON = [HoursCard(day, time(10), time(14)) for day in range(5)]


@dataclass(frozen=True)
class Bundle:
    """Nursing by another provider (10, 11, 12, 13 o'clock), then two baths of ours (9 and 10:30): 240 yuan for 260."""

    scene: Scene
    ref: UUID
    nursing: UUID

    def times(self, service: UUID, *, days: int = 1) -> list[SlotCard]:
        return services.slots(service, AT + days * DAY, AT + (days + 1) * DAY)

    @property
    def slots(self) -> list[UUID]:
        """Nursing tomorrow at ten, baths on the two days after it at nine."""
        bath = self.scene.service
        return [self.times(self.nursing)[0].ref, self.times(bath, days=2)[0].ref, self.times(bath, days=3)[0].ref]

    def book(self, slots: list[UUID] | None = None, *, by: Actor | None = None, at: datetime = AT, **said: Any) -> UUID:
        given: dict[str, Any] = {"address": "琥珀路 5 号 2 栋 301", "point": HOME, "person": self.scene.person} | said
        return actions.book_bundle(self.ref, slots=self.slots if slots is None else slots,
                                   by=by or self.scene.resident, at=at, **given)

    def card(self, booking: UUID, *, by: Actor | None = None) -> queries.BundleBooking:
        return queries.bundle_booking(booking, by=by or self.scene.resident, at=AT)


def make(scene: Scene) -> Bundle:
    rival = next(iter(scene.rival.refs("directory.manage", "organisation")))
    nursing = directory.list_service(rival, **BATH | {
        "category": "home_nursing", "name": "上门护理", "region": HUPO, "price_fen": 10_000, "subsidy_fen": 0,
        "subsidy_min_age": None, "buffer_minutes": 0, "area": [CITY]}, hours=AFTERNOON, by=scene.rival, at=AT)
    ref = directory.draft_bundle(
        scene.provider, kind="medical_elderly", name="居家康养套餐", summary="护理加助浴。", price_fen=24_000,
        services=[directory.Chosen(nursing), directory.Chosen(scene.service, times=2)], by=scene.manager, at=AT)
    directory.agree_to_bundle(ref, by=scene.rival, at=AT)
    directory.list_bundle(ref, by=scene.manager, at=AT)
    return Bundle(scene, ref, nursing)


@pytest.fixture
def bundle(scene: Scene) -> Bundle:
    return make(scene)


def test_all_of_it_is_booked_at_the_bundles_price(bundle: Bundle) -> None:
    booking = bundle.book()
    card = bundle.card(booking)
    assert [line.slot for line in card.lines] == bundle.slots and card.whole and card.name == "居家康养套餐"
    assert {line.state for line in card.lines} == {State.BOOKED}
    assert (card.alone_fen, card.price_fen) == (26_000, 24_000)
    assert [line.price_fen for line in card.lines] == [9231, 7385, 7384]  # shared as they cost alone, to the fen
    assert [line.subsidy_fen for line in card.lines] == [0, 6000, 6000] and card.pays_fen == 12_000
    assert all(Slot.objects.get(ref=ref).taken == 1 for ref in bundle.slots)
    needs = {line.need for line in card.lines}
    assert len(needs) == 2 and None not in needs  # one for each service; the two baths share theirs


def test_both_providers_see_that_it_is_part_of_a_bundle_and_only_their_own_part(bundle: Bundle) -> None:
    booking = bundle.book()
    ours = bundle.card(booking, by=bundle.scene.manager)
    assert [line.provider for line in ours.lines] == [bundle.scene.provider] * 2 and not ours.whole
    assert ours.cancellable == ()
    nursing = bundle.card(booking, by=bundle.scene.rival).lines
    assert [line.service for line in nursing] == [bundle.nursing]
    mark = nursing[0].bundle
    assert mark and (mark.name, mark.no, mark.of, mark.booking) == ("居家康养套餐", 1, 3, booking)
    whole = bundle.scene.card(nursing[0].ref)
    assert [line.slot for line in whole.parts] == bundle.slots[1:] and whole.siblings == ()
    for stranger in (bundle.scene.neighbour, ANONYMOUS):
        with pytest.raises(NotFound):
            bundle.card(booking, by=stranger)


def test_one_time_gone_and_nothing_is_booked(bundle: Bundle) -> None:
    slots, bath = bundle.slots, bundle.scene.service
    actions.book(bath, slot=slots[2], person=bundle.scene.person, by=bundle.scene.daughter, at=AT)
    before = Order.objects.count()
    with pytest.raises(Conflict, match="just been taken") as why:
        bundle.book(slots)
    assert "“上门助浴” could not be booked, so nothing" in str(why.value) and why.value.field == "slot_2"
    instead = bundle.times(bath, days=3)[1]
    assert f"Free instead: {rules.clock(instead.from_)}" in str(why.value)
    assert Order.objects.count() == before and not Bundled.objects.exists()
    assert [Slot.objects.get(ref=ref).taken for ref in slots] == [0, 0, 1]
    assert bundle.book([*slots[:2], instead.ref])


def moved(bundle: Bundle, *, nursing: int = 0, first: int = 2, second: int = 3) -> list[UUID]:
    bath = bundle.scene.service
    return [bundle.times(bundle.nursing, days=1)[nursing].ref, bundle.times(bath, days=first)[0].ref,
            bundle.times(bath, days=second)[0].ref]


@pytest.mark.parametrize(("said", "field", "sentence"), [
    (lambda b: {"slots": b.slots[:2]}, "slots", "choose a time for each"),
    (lambda b: {"slots": [b.slots[0], b.slots[0], b.slots[2]]}, "slot_1", "no time of “上门助浴”"),
    (lambda b: {"slots": moved(b, first=1, second=2)}, "slot_1", "before “上门护理” is over"),
    (lambda b: {"slots": moved(b, first=3, second=2)}, "slot_2", "different days"),
    (lambda b: {"slots": [*b.slots[:2], b.times(b.scene.service, days=2)[1].ref]}, "slot_2", "different days"),
    (lambda b: {"modes": {b.nursing: "remote"}}, "mode", "“上门护理”, a part of this bundle: This service"),
], ids=["too few", "another's time", "overlap", "order", "one day", "mode"])
def test_what_cannot_be_booked_so(bundle: Bundle, said: Any, field: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        bundle.book(**said(bundle))
    assert why.value.field == field and not Order.objects.exists()


CENTRE = Point(117.262, 31.870)  # two kilometres north of the home


def with_lecture(scene: Scene, *, begins: tuple[time, ...], point: Point = CENTRE) -> Bundle:
    """Nursing at home at ten or eleven tomorrow, then a talk somewhere else, at these times."""
    bundle = make(scene)
    talk = directory.list_service(scene.provider, **BATH | {
        "category": "senior_university", "name": "健康讲座", "region": HUPO, "price_fen": 0, "subsidy_fen": 0,
        "subsidy_min_age": None, "modes": ["on_site"], "point": point, "buffer_minutes": 0, "capacity": 20,
        "duration_minutes": 60}, hours=[HoursCard(1, begin, time(begin.hour + 1, begin.minute)) for begin in begins],
        by=scene.manager, at=AT)
    ref = directory.draft_bundle(
        scene.provider, kind="other", name="护理加讲座", summary="先护理，再听课。", price_fen=None,
        services=[directory.Chosen(bundle.nursing), directory.Chosen(talk)], by=scene.manager, at=AT)
    directory.agree_to_bundle(ref, by=scene.rival, at=AT)
    directory.list_bundle(ref, by=scene.manager, at=AT)
    return Bundle(scene, ref, talk)


def test_nobody_has_to_be_at_two_places_at_once(scene: Scene) -> None:
    """A ride of two kilometres takes 24 minutes: a talk at five past eleven is too soon after nursing until eleven."""
    bundle = with_lecture(scene, begins=(time(11, 5), time(13)))
    nursing = services.bundle(bundle.ref, by=scene.resident).parts[0].service
    ten, talks = bundle.times(nursing)[0], bundle.times(bundle.nursing)
    assert [rules.clock(one.from_)[-5:] for one in (ten, *talks)] == ["10:00", "11:05", "13:00"]
    with pytest.raises(RuleBroken, match="5 minutes after “上门护理” is over; the way from there") as why:
        bundle.book([ten.ref, talks[0].ref])
    assert (why.value.rule, why.value.field) == ("orders.person_way", "slot_1") and not Order.objects.exists()
    near = bundle.book([ten.ref, talks[0].ref], point=CENTRE)  # who lives there is there
    actions.cancel_bundle(near, reason="not_needed", by=scene.resident, at=AT)
    assert bundle.book([bundle.times(nursing)[1].ref, talks[1].ref])


def test_more_visits_than_the_rule_says_are_no_bundle(bundle: Bundle) -> None:
    most = services.most_visits(HUPO, on=rules.day(AT))
    kind: dict[str, Any] = {"kind": "medical_elderly", "name": "长期套餐", "summary": "护理加助浴。", "price_fen": None}
    with pytest.raises(RuleBroken, match=f"at most {most} visits in all, and these are {most + 1}") as why:
        directory.draft_bundle(bundle.scene.provider, **kind, by=bundle.scene.manager, at=AT, services=[
            directory.Chosen(bundle.nursing), directory.Chosen(bundle.scene.service, times=most)])
    assert (why.value.rule, why.value.field) == ("directory.bundle_visits", "services")
    assert directory.draft_bundle(bundle.scene.provider, **kind, by=bundle.scene.manager, at=AT, services=[
        directory.Chosen(bundle.nursing), directory.Chosen(bundle.scene.service, times=most - 1)])


def test_not_for_everybody(bundle: Bundle) -> None:
    directory.update_service(bundle.nursing, min_age=90, by=bundle.scene.rival, at=AT)
    with pytest.raises(RuleBroken, match="“上门护理”, a part of this bundle"):
        bundle.book()
    refusals: list[tuple[Actor, type[Refusal]]] = [(ANONYMOUS, NotAllowed), (bundle.scene.neighbour, NotFound)]
    for who, kind in refusals:
        with pytest.raises(kind):
            bundle.book(by=who)
    directory.pause(bundle.nursing, by=bundle.scene.rival, at=AT)
    with pytest.raises(Conflict, match="Not all of this bundle"):
        bundle.book()
    assert not Order.objects.exists()


def test_one_part_is_cancelled_by_itself_and_the_rest_together(bundle: Bundle) -> None:
    booking = bundle.book()
    nursing, first, second = [line.ref for line in bundle.card(booking).lines]
    assert actions.cancel(nursing, reason="not_needed", by=bundle.scene.resident, at=AT) == (nursing,)
    assert bundle.card(booking).cancellable == (first, second)
    late = bundle.scene.row(first).begin - timedelta(hours=1)
    assert actions.cancel_bundle(booking, reason="ill", by=bundle.scene.daughter, at=late) == (first, second)
    assert [bundle.scene.row(ref).cancelled_late for ref in (nursing, first, second)] == [False, True, False]
    assert [Slot.objects.get(ref=bundle.scene.row(ref).slot).taken for ref in (nursing, first, second)] == [0, 0, 0]
    with pytest.raises(Conflict, match="Nothing of this bundle"):
        actions.cancel_bundle(booking, reason="ill", by=bundle.scene.resident, at=late)


def test_cancelling_the_whole_is_the_residents(bundle: Bundle) -> None:
    booking = bundle.book()
    for who, kind in ((bundle.scene.manager, NotAllowed), (bundle.scene.neighbour, NotFound)):
        with pytest.raises(kind):
            actions.cancel_bundle(booking, reason="not_needed", by=who, at=AT)
    with pytest.raises(RuleBroken):
        actions.cancel_bundle(booking, reason="whim", by=bundle.scene.resident, at=AT)
    assert len(bundle.card(booking).cancellable) == 3
