import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.engines.journal import actions as journal
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.organisations import actions as organisations
from linli.registers.places import actions as places
from linli.registers.places.rules.facilities import Tier
from linli.registers.practitioners import actions as practitioners
from linli.registers.workforce import actions, queries
from linli.registers.workforce.models import Assignment, Station
from linli.registers.workforce.states import STATION_LABELS
from linli.registers.workforce.states import Station as State
from tests.actors import AT, actor
from tests.registers.visiting import text, visit
from tests.registers.workforce.conftest import ON, Scene

USCC = "52340100500000015P"


def premises(scene: Scene, kind: str = "social_work_station", name: str = "琥珀街道社工站") -> UUID:
    return places.add_facility(places.Entry(kind, name, "340104003000", Tier.TOWNSHIP, address="琥珀路 2 号"),
                               by=SYSTEM, at=AT)


@pytest.fixture
def station(scene: Scene) -> UUID:
    return actions.open_station(facility=premises(scene), uscc=USCC, by=scene.office, at=AT)


def test_a_station_is_short_until_two_people_one_of_them_registered(scene: Scene, station: UUID) -> None:
    def staffing() -> Any:
        return queries.station(station, on=ON).staffing

    assert staffing().short and staffing().people == 0
    actions.assign(station, practitioner=scene.practitioner, leads=True, by=scene.manager, at=AT)
    second = practitioners.add(organisation=scene.organisation, person=scene.other.person or scene.person, title="社工",
                               consented=True, by=scene.manager, at=AT)
    actions.assign(station, practitioner=second, by=scene.manager, at=AT)
    assert (staffing().people, staffing().registered, staffing().short) == (2, 0, True)
    scene.registered()
    assert (staffing().registered, staffing().short) == (1, False)
    after = queries.station(station, on=date(2029, 11, 16)).staffing  # the term has ended
    assert after.registered == 0 and after.short


@pytest.mark.parametrize(("kind", "uscc", "field", "sentence"), [
    ("day_care", USCC, "facility", "recorded as a social-work station"),
    ("social_work_station", "52340100500000016K", "uscc", "credit code"),
    ("social_work_station", "x", "uscc", "credit code"),
])
def test_what_cannot_be_a_station(scene: Scene, kind: str, uscc: str, field: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        actions.open_station(facility=premises(scene, kind), uscc=uscc, by=scene.office, at=AT)
    assert why.value.field == field


def test_premises_are_one_station_and_only_their_office_opens_it(scene: Scene, station: UUID) -> None:
    facility = Station.objects.get().facility_id
    with pytest.raises(Conflict, match="station already"):
        actions.open_station(facility=facility, uscc=USCC, by=scene.office, at=AT)
    for by in (scene.elsewhere, scene.reader, scene.manager):
        with pytest.raises(NotAllowed):
            actions.open_station(facility=facility, uscc=USCC, by=by, at=AT)
    actions.close_station(station, by=scene.office, at=AT)
    actions.open_station(facility=facility, uscc=USCC, by=scene.office, at=AT)
    with pytest.raises(NotFound):
        actions.open_station(facility=scene.organisation, uscc=USCC, by=scene.office, at=AT)


def test_a_suspended_organisation_runs_no_new_station(scene: Scene) -> None:
    organisations.suspend(scene.organisation, reasons="整改", by=actor("region:340100000000", "organisations.approve"),
                          at=AT)
    with pytest.raises(RuleBroken, match="suspended"):
        actions.open_station(facility=premises(scene), uscc=USCC, by=scene.office, at=AT)


def test_only_own_staff_and_at_one_station_at_a_time(scene: Scene, station: UUID) -> None:
    with pytest.raises(RuleBroken, match="own staff"):
        actions.assign(station, practitioner=scene.organisation, by=scene.manager, at=AT)
    made = actions.assign(station, practitioner=scene.practitioner, by=scene.manager, at=AT)
    second = actions.open_station(facility=premises(scene, name="二站"), uscc=USCC, by=scene.office, at=AT)
    with pytest.raises(Conflict, match="at a station already"):
        actions.assign(second, practitioner=scene.practitioner, by=scene.manager, at=AT)
    with pytest.raises(NotFound):
        actions.relieve(second, assignment=made, by=scene.manager, at=AT)
    actions.relieve(station, assignment=made, by=scene.manager, at=AT)
    with pytest.raises(Conflict, match="ended already"):
        actions.relieve(station, assignment=made, by=scene.manager, at=AT)
    actions.assign(second, practitioner=scene.practitioner, by=scene.manager, at=AT)


def test_who_leaves_the_staff_leaves_the_station_and_a_shut_station_has_nobody(scene: Scene, station: UUID) -> None:
    actions.assign(station, practitioner=scene.practitioner, by=scene.manager, at=AT)
    practitioners.leave(scene.practitioner, by=scene.manager, at=AT)
    journal.run()
    assert queries.station(station, on=ON).staff == ()
    practitioners.rejoin(scene.practitioner, by=scene.manager, at=AT)
    actions.assign(station, practitioner=scene.practitioner, by=scene.manager, at=AT)
    actions.close_station(station, by=scene.office, at=AT)
    assert not Assignment.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(("move", "role"), [(move, role) for move in ("assign", "close_station")
                                            for role in ("manager", "office", "elsewhere", "reader", "worker")])
def test_every_move_from_every_state_by_every_role(scene: Scene, station: UUID, move: str, role: str,
                                                   state: State) -> None:
    Station.objects.update(state=state)
    by = getattr(scene, role)

    def act() -> object:
        if move == "assign":
            return actions.assign(station, practitioner=scene.practitioner, by=by, at=AT)
        return actions.close_station(station, by=by, at=AT)

    right = "manager" if move == "assign" else "office"
    refusal = NotAllowed if role != right else Conflict if state == State.CLOSED else None
    if refusal:
        with pytest.raises(refusal):
            act()
    else:
        act()
    assert set(STATION_LABELS) == set(State)


def test_stations_as_everybody_sees_them(scene: Scene, station: UUID) -> None:
    actions.assign(station, practitioner=scene.practitioner, leads=True, by=scene.manager, at=AT)
    listed = text(visit("/stations/"))
    assert "琥珀街道社工站" in listed and "1 person, 0 of them" in listed
    page = text(visit(f"/stations/{station}/"))
    assert "王敏" in page and f"/p/{scene.number}/" in page and "head" in page
    assert visit(f"/stations/{scene.organisation}/").status_code == 404
    assert "社工站" in text(visit("/stations/", language="zh"))


def test_the_office_opens_and_finds_stations_with_too_few_staff(scene: Scene) -> None:
    facility = premises(scene)
    assert "琥珀街道社工站" in text(visit("/officer/workforce/stations/new/", by=scene.office))
    bad = visit("/officer/workforce/stations/new/", {"facility": str(facility), "uscc": "x"}, by=scene.office,
                method="POST")
    assert bad.status_code == 422 and "#id_uscc" in text(bad) and 'value="x"' in text(bad)
    made = visit("/officer/workforce/stations/new/", {"facility": str(facility), "uscc": USCC}, by=scene.office,
                 method="POST")
    assert made.status_code == 302
    short = text(visit("/officer/workforce/stations/?short=1", by=scene.office))
    assert "琥珀街道社工站" in short and "too few staff" in short and "0 / 2" in short
    assert "Nothing here" in text(visit("/officer/workforce/stations/", by=scene.elsewhere))
    assert visit("/officer/workforce/stations/new/", by=scene.reader).status_code == 403
    ref = Station.objects.get().ref
    assert visit(f"/officer/workforce/stations/{ref}/close/", by=scene.office, method="POST").status_code == 302
    assert "This station is closed." in text(visit(f"/stations/{ref}/"))


def test_the_organisation_staffs_its_station(scene: Scene, station: UUID) -> None:
    page = text(visit("/provider/stations/", by=scene.manager))
    assert "琥珀街道社工站" in page and "0 of 2 people" in page and "王敏 · 社工" in page
    empty = visit(f"/provider/stations/{station}/assign/", {}, by=scene.manager, method="POST")
    assert empty.status_code == 422
    data = {f"{station}-practitioner": str(scene.practitioner), f"{station}-leads": "on"}
    assert visit(f"/provider/stations/{station}/assign/", data, by=scene.office, method="POST").status_code == 403
    assert visit(f"/provider/stations/{station}/assign/", data, by=scene.manager, method="POST").status_code == 302
    page = text(visit("/provider/stations/", by=scene.manager))
    assert "1 of 2 people" in page and "Everybody of your staff" in page
    one = Assignment.objects.get().ref
    relieved = visit(f"/provider/stations/{station}/relieve/{one}/", by=scene.manager, method="POST")
    assert relieved.status_code == 302 and "0 of 2 people" in text(visit("/provider/stations/", by=scene.manager))
    assert visit("/provider/stations/", by=scene.worker).status_code == 403


def test_lists_of_stations_ask_few_questions(scene: Scene, station: UUID) -> None:
    actions.assign(station, practitioner=scene.practitioner, by=scene.manager, at=AT)
    actions.open_station(facility=premises(scene, name="二站"), uscc=USCC, by=scene.office, at=AT)
    for path, by in (("/stations/", scene.worker), ("/officer/workforce/stations/", scene.office)):
        with CaptureQueriesContext(connection) as made:
            visit(path, by=by)
        assert len(made) <= 7, path


def test_stations_over_the_api(scene: Scene) -> None:
    body = {"facility": str(premises(scene)), "uscc": USCC}

    def send(path: str, data: dict[str, Any], by: Any, key: str = "k") -> Any:
        return visit(f"/api/v1/stations{path}", data, by=by, method="POST", key=key)

    made = send("", body, scene.office)
    ref = json.loads(made.content)["ref"]
    assert made.status_code == 201 and send("", body, scene.office).status_code == 200
    staffed = send(f"/{ref}/staff", {"practitioner": str(scene.practitioner)}, scene.manager, key="s")
    assert staffed.status_code == 201 and json.loads(staffed.content)["people"] == 1
    one = json.loads(staffed.content)["staff"][0]["ref"]
    assert json.loads(visit("/api/v1/stations?region=340104003000").content)["total"] == 1
    assert json.loads(visit("/api/v1/stations?region=340103000000").content)["total"] == 0
    assert json.loads(send(f"/{ref}/staff/{one}/end", {}, scene.manager).content)["staff"] == []
    assert json.loads(send(f"/{ref}/close", {}, scene.office).content)["state"] == "closed"
