from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from linli.engines.journal.models import Entry
from linli.kernel.actor import ANONYMOUS
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from linli.registers.organisations import actions as organisations
from linli.work.venues import actions, jobs, queries
from linli.work.venues.models import TakenHalf, Venue
from linli.work.venues.states import State
from tests.actors import AT
from tests.work.venues.conftest import COURT, HOUR, NINE, Scene

DAY = timedelta(days=1)


def free(scene: Scene, *, days: int = 0) -> list[tuple[float, float]]:
    """What is free on a day, in hours after nine."""
    on = (NINE + days * DAY).date()
    begin = NINE + days * DAY
    return [((one - begin) / HOUR, (other - begin) / HOUR) for one, other in queries.venue(
        scene.court, by=scene.resident, at=AT, on=on).free]


def test_booking_takes_the_half_hours_and_gives_a_code(scene: Scene) -> None:
    assert free(scene) == [(0, 12)]
    ref = scene.book(hour=1, length=1.5)
    assert free(scene) == [(0, 1), (2.5, 12)] and TakenHalf.objects.count() == 3
    row = scene.row(ref)
    assert (row.state, row.price_fen, row.person_id) == (State.BOOKED, 6000, scene.person) and row.code.isdecimal()
    own, desk = queries.booking(ref, by=scene.resident), queries.booking(ref, by=scene.manager)
    assert own.code == row.code and len(row.code) == 6 and own.person_name == "张桂英"
    assert desk.code == "" and "桂" not in desk.person_name
    assert desk.moves == ("cancel_for_venue", "check_in", "no_show")
    entry = Entry.objects.get(about=ref)
    assert entry.fact == "venues.VenueBooked" and row.code not in str(entry.payload)
    for stranger in (scene.other, scene.rival, scene.elsewhere):
        with pytest.raises(NotFound):
            queries.booking(ref, by=stranger)


def test_nobody_gets_what_is_taken_and_nothing_of_a_refused_booking_stays(scene: Scene) -> None:
    scene.book(hour=1)
    for hour, length in ((1.0, 1.0), (0.5, 1.0), (1.5, 1.0), (0.0, 3.0)):
        with pytest.raises(Conflict, match="just been taken") as why:
            scene.book(hour=hour, length=length, by=scene.other)
        assert why.value.field == "begin"
    assert TakenHalf.objects.count() == 2 and len(queries.mine(scene.other, at=AT)) == 0
    scene.book(hour=0, by=scene.other)
    scene.book(hour=2, by=scene.other)
    with pytest.raises(IntegrityError), transaction.atomic():  # the database itself, whatever the program does
        row = TakenHalf.objects.first()
        assert row
        TakenHalf.objects.create(venue_id=row.venue_id, booking_id=row.booking_id, begin=row.begin)


@pytest.mark.parametrize(("said", "kind", "sentence"), [
    ({"people": 13}, RuleBroken, "holds 12 people"), ({"people": 0}, RuleBroken, "how many"),
    ({"purpose": "own"}, RuleBroken, "what it is for"), ({"hour": 12}, RuleBroken, "not open"),
    ({"length": 4}, RuleBroken, "at most 3 hours"), ({"weeks": 9}, RuleBroken, "at most 8 weeks"),
    ({"days": 40}, RuleBroken, "28 days ahead"), ({"days": -1}, RuleBroken, "passed"),
    ({"person": new_ref()}, NotFound, "No such person"),
])
def test_what_cannot_be_booked(scene: Scene, said: dict[str, Any], kind: type[Refusal], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        scene.book(**said)
    assert not TakenHalf.objects.exists()


def test_for_whom(scene: Scene) -> None:
    assert scene.row(scene.book(by=scene.daughter, person=scene.person)).person_id == scene.person
    assert scene.row(scene.book(hour=1, by=scene.agent, person=scene.person)).person_id == scene.person
    with pytest.raises(NotFound):
        scene.book(hour=2, by=scene.other, person=scene.person)
    with pytest.raises(NotAllowed, match="Sign in"):
        scene.book(hour=2, by=ANONYMOUS)
    with pytest.raises(RuleBroken, match="for whom"):
        scene.book(hour=2, by=scene.manager)


def test_every_week_skips_what_is_taken_and_says_so(scene: Scene) -> None:
    scene.book(days=7, by=scene.other)
    made = actions.book(scene.court, begin=NINE, until=NINE + HOUR, people=4, purpose="sport", weeks=4,
                        by=scene.resident, at=AT)
    assert [scene.row(ref).begin for ref in made.bookings] == [NINE, NINE + 14 * DAY, NINE + 21 * DAY]
    assert [one.begin for one in made.skipped] == [NINE + 7 * DAY] and "taken" in str(made.skipped[0].why)
    first = made.bookings[0]
    assert [card.ref for card in queries.series(scene.row(first).series or new_ref(), by=scene.resident)] == list(
        made.bookings)
    gone = actions.cancel(made.bookings[1], rest=True, by=scene.resident, at=AT)
    assert gone == made.bookings[1:] and scene.row(first).state == State.BOOKED
    with pytest.raises(Conflict, match="taken"):
        actions.book(scene.court, begin=NINE, until=NINE + HOUR, people=4, purpose="sport", weeks=2, by=scene.other,
                     at=AT)


def test_moving_a_booking(scene: Scene) -> None:
    ref = scene.book()
    scene.book(hour=3, by=scene.other)
    # it overlaps what it had: its own half hours are no hindrance
    actions.change(ref, begin=NINE + HOUR / 2, until=NINE + 2 * HOUR, people=6, by=scene.resident, at=AT)
    row = scene.row(ref)
    assert (row.begin, row.people, row.price_fen) == (NINE + HOUR / 2, 6, 6000) and free(scene)[0] == (0, 0.5)
    with pytest.raises(Conflict, match="taken"):
        actions.change(ref, begin=NINE + 3 * HOUR, until=NINE + 4 * HOUR, by=scene.daughter, at=AT)
    assert free(scene)[0] == (0, 0.5) and scene.row(ref).begin == NINE + HOUR / 2
    with pytest.raises(RuleBroken, match="until 12 hours before, here until 2026-11-16 21:30"):
        actions.change(ref, begin=NINE, until=NINE + HOUR, by=scene.resident, at=NINE - 11 * HOUR)
    with pytest.raises(NotFound):
        actions.change(ref, begin=NINE, until=NINE + HOUR, by=scene.other, at=AT)
    with pytest.raises(NotAllowed):
        actions.change(ref, begin=NINE, until=NINE + HOUR, by=scene.manager, at=AT)


def test_cancelling_gives_it_back_in_time(scene: Scene) -> None:
    ref = scene.book()
    assert queries.booking_ahead([scene.person, scene.other.person or ref]) == {scene.person}
    with pytest.raises(RuleBroken, match="门卫 0551-62345678"):
        actions.cancel(ref, by=scene.resident, at=NINE - HOUR)
    actions.cancel(ref, by=scene.daughter, at=NINE - 12 * HOUR)
    assert scene.row(ref).state == State.CANCELLED and free(scene) == [(0, 12)]
    assert queries.booking_ahead([scene.person]) == set()
    with pytest.raises(Conflict):
        actions.cancel(ref, by=scene.resident, at=AT)
    second = scene.book()
    actions.cancel(second, by=scene.manager, at=NINE - HOUR)  # the venue may: a pipe has burst
    payload = Entry.objects.get(about=second, fact="venues.VenueBookingCancelled").payload
    assert payload["by_venue"] and payload["late"]
    third = scene.book()
    with pytest.raises(NotFound):
        actions.cancel(third, by=scene.other, at=AT)
    with pytest.raises(NotAllowed):
        actions.cancel(third, by=scene.officer, at=AT)


def test_who_says_the_code_is_let_in(scene: Scene) -> None:
    ref = scene.book()
    code = scene.row(ref).code

    def let(said: str, minutes: int = 0, by: Any = scene.manager, where: UUID = scene.school) -> UUID:
        return actions.check_in(where, code=said, by=by, at=NINE + timedelta(minutes=minutes))

    for said, minutes in ((code, -16), (code, 60), (code[:5], 0), (f"{(int(code) + 1) % 10**6:06}", 0), ("", 0)):
        with pytest.raises(RuleBroken, match="No booking of now has this code"):
            let(said, minutes)
    with pytest.raises(NotAllowed):
        let(code, by=scene.rival)
    with pytest.raises(NotAllowed):
        let(code, by=scene.resident)
    assert let(f" {code[:3]} {code[3:]} ", -15) == ref
    row = scene.row(ref)
    assert row.state == State.IN_USE and row.came_by == scene.manager.ref
    with pytest.raises(Conflict):
        let(code)
    assert jobs.end_bookings(NINE + timedelta(minutes=59)) == 0 and jobs.end_bookings(NINE + HOUR) == 1
    assert scene.row(ref).state == State.USED and jobs.end_bookings(NINE + HOUR) == 0


def test_who_does_not_come_frees_the_rest(scene: Scene) -> None:
    ref = scene.book(length=2)
    with pytest.raises(RuleBroken, match="until 2026-11-17 09:30"):
        actions.no_show(ref, by=scene.manager, at=NINE + timedelta(minutes=29))
    with pytest.raises(NotAllowed):
        actions.no_show(ref, by=scene.resident, at=NINE + HOUR)
    actions.no_show(ref, by=scene.manager, at=NINE + timedelta(minutes=40))
    assert scene.row(ref).state == State.NO_SHOW and TakenHalf.objects.count() == 2  # from ten on it is free again
    scene.book(hour=1, by=scene.other)


def test_own_use_keeps_others_out(scene: Scene) -> None:
    ref = actions.block(scene.court, begin=NINE, until=NINE + 12 * HOUR, by=scene.manager, at=AT)
    assert scene.row(ref).person_id is None and free(scene) == []
    with pytest.raises(Conflict):
        scene.book()
    with pytest.raises(Conflict):
        actions.block(scene.court, begin=NINE, until=NINE + HOUR, by=scene.manager, at=AT)
    for by in (scene.rival, scene.resident, scene.officer):
        with pytest.raises((NotAllowed, NotFound)):
            actions.block(scene.court, begin=NINE + DAY, until=NINE + DAY + HOUR, by=by, at=AT)
    actions.cancel(ref, by=scene.manager, at=NINE)
    assert free(scene) == [(0, 12)]


def test_a_venue_opens_changes_and_closes(scene: Scene) -> None:
    hall = scene.open(name="报告厅", kind="hall", capacity=200)
    with pytest.raises(Conflict, match="of this name"):
        scene.open(name="报告厅")
    for by in (scene.rival, scene.resident, scene.officer):
        with pytest.raises((NotAllowed, NotFound)):
            actions.open_venue(scene.school, offer=COURT, by=by, at=AT)
        with pytest.raises((NotAllowed, NotFound)):
            actions.update_venue(hall, offer=COURT, by=by, at=AT)
        with pytest.raises((NotAllowed, NotFound)):
            actions.close_venue(hall, by=by, at=AT)
    with pytest.raises(RuleBroken, match="no region"):
        scene.open(name="礼堂", region="999999999999")
    ref = scene.book()
    actions.close_venue(scene.court, by=scene.manager, at=AT)
    with pytest.raises(NotFound):
        scene.book(hour=2)
    assert scene.row(ref).state == State.BOOKED  # what is booked stays
    with pytest.raises(Conflict):
        actions.close_venue(scene.court, by=scene.manager, at=AT)
    actions.reopen_venue(scene.court, by=scene.manager, at=AT)
    scene.book(hour=2)
    assert Venue.objects.count() == 2


def test_a_closed_venue_and_one_of_a_suspended_organisation_take_nothing_new(scene: Scene) -> None:
    ref, day = scene.book(), NINE.date()
    actions.close_venue(scene.court, by=scene.manager, at=AT)
    with pytest.raises(Conflict, match="no bookings at present"):
        actions.change(ref, begin=NINE + 2 * HOUR, until=NINE + 3 * HOUR, by=scene.resident, at=AT)
    actions.reopen_venue(scene.court, by=scene.manager, at=AT)
    assert [card.ref for card in queries.find(on=day, at=AT)] == [scene.court]
    organisations.suspend(scene.school, reasons="整改", by=scene.officer, at=AT)
    for act in (lambda: scene.book(hour=4), lambda: actions.change(
            ref, begin=NINE + 2 * HOUR, until=NINE + 3 * HOUR, by=scene.resident, at=AT)):
        with pytest.raises(Conflict, match="no bookings at present"):
            act()
    assert queries.find(on=day, at=AT) == [] and scene.row(ref).begin == NINE  # what is booked stands
    actions.cancel(ref, by=scene.resident, at=AT)


def test_looking_for_one(scene: Scene) -> None:
    hall = scene.open(name="报告厅", kind="hall", capacity=200, equipment=("sound",))
    scene.book(hour=1)
    day = NINE.date()

    def found(**said: Any) -> list[UUID]:
        return [card.ref for card in queries.find(on=day, at=AT, **said)]

    assert found() == [hall, scene.court]  # the one with more free time first
    assert found(kind="court") == [scene.court] and found(people=13) == [hall] and found(region="340103000000") == []
    assert found(region="340104000000", equipment=("sound",)) == [hall]
    assert found(begin=time(10), until=time(11)) == [hall]
    assert set(found(begin=time(11), until=time(12))) == {hall, scene.court}
    assert found(begin=time(21), until=time(22)) == []
    assert queries.find(on=(NINE + 28 * DAY).date(), at=AT) == []


def test_the_office_sees_how_much_is_used(scene: Scene) -> None:
    ref = scene.book(length=3)
    actions.check_in(scene.school, code=scene.row(ref).code, by=scene.manager, at=NINE)
    lost = scene.book(hour=4, by=scene.other)
    actions.no_show(lost, by=scene.manager, at=NINE + 5 * HOUR)
    (one,) = queries.use("340104000000", NINE.date(), NINE.date() + 7 * DAY)
    assert (one.open_hours, one.taken_hours, one.bookings, one.unused, one.people) == (84, 4, 2, 1, 4)
    assert one.percent == 5 and queries.use("340103000000", NINE.date(), NINE.date() + DAY) == []
