from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from linli.engines.journal import actions as journal
from linli.engines.journal.models import Entry
from linli.kernel.actor import SYSTEM
from linli.kernel.machine import START
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.organisations import actions as organisations
from linli.registers.people import actions as people_actions
from linli.registers.people import queries as people
from linli.registers.people.models import Person
from linli.registers.practitioners import actions, queries
from linli.registers.practitioners.models import Credential, Practitioner
from linli.registers.practitioners.states import LABELS, LIFE, State
from tests.actors import AT, actor
from tests.registers.practitioners.conftest import ID, ID_2, SINCE, UNTIL, WANG, Scene

ON = date(2026, 11, 16)


def test_enrolling_registers_the_person_and_their_identity(scene: Scene) -> None:
    card = queries.practitioner(scene.carer)
    assert (card.name, card.title, card.gender, card.languages) == ("王敏", "护理员", "female", ("zh",))
    assert card.number.startswith("P") and card.joined_on == ON
    assert people.person(card.person, by=SYSTEM).real_name_checked_at == AT
    papers = queries.file(scene.carer, by=scene.manager, on=ON).credentials
    assert [(paper.kind, paper.valid, paper.last_day) for paper in papers] == [("identity", True, None)]
    entry = Entry.objects.get(fact="practitioners.PractitionerAdded")
    assert entry.by == scene.manager.ref and set(entry.payload) == {"practitioner", "person", "organisation"}
    assert Entry.objects.get(fact="people.PersonRegistered").by == scene.manager.ref


def test_somebody_registered_already_is_found_by_number_and_name(scene: Scene) -> None:
    other = organisations.apply_to_join(
        kind="society", name="另一家", uscc="51340100500000015T", region="340104000000", address="x", phone="12349",
        by=scene.stranger, at=AT)
    organisations.approve(other, by=scene.officer, at=AT)
    boss = actor(f"organisation:{other}", "practitioners.manage")
    with pytest.raises(Conflict, match="under another name") as why:
        actions.enrol(organisation=other, **WANG | {"name": "王芳"}, by=boss, at=AT)
    assert why.value.field == "name"
    second = actions.enrol(organisation=other, **WANG, by=boss, at=AT)
    assert queries.practitioner(second).person == queries.practitioner(scene.carer).person
    assert queries.practitioner(second).number != scene.number and Person.objects.count() == 1


@pytest.mark.parametrize(("changes", "refusal", "sentence"), [
    ({"consented": False}, RuleBroken, "Ask the person first"), ({"id_number": ""}, RuleBroken, "Give the ID number"),
    ({"id_number": ID_2[:-1] + "1"}, RuleBroken, "last digit"), ({"name": "", "id_number": ID_2}, RuleBroken, "name"),
    ({"title": "", "id_number": ID_2}, RuleBroken, "needed"), ({}, Conflict, "on the staff already"),
    ({"id_number": ID_2, "languages": ["Klingon"]}, RuleBroken, "no language"),
    ({"id_number": ID_2, "gender": "female"}, RuleBroken, "another gender"),
])
def test_an_enrolment_refused_leaves_nothing(
    scene: Scene, changes: dict[str, Any], refusal: type[Exception], sentence: str
) -> None:
    before = Practitioner.objects.count(), Person.objects.count(), Entry.objects.count()
    with pytest.raises(refusal, match=sentence):
        actions.enrol(organisation=scene.organisation, **WANG | changes, by=scene.manager, at=AT)
    assert (Practitioner.objects.count(), Person.objects.count(), Entry.objects.count()) == before


def test_nobody_is_added_to_a_suspended_or_foreign_organisation(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        actions.enrol(organisation=scene.organisation, **WANG, by=scene.elsewhere, at=AT)
    organisations.suspend(scene.organisation, reasons="整改", by=scene.officer, at=AT)
    with pytest.raises(Conflict, match="suspended"):
        actions.enrol(organisation=scene.organisation, **WANG | {"id_number": ID_2}, by=scene.manager, at=AT)


def test_a_credential_is_sealed_and_shown_by_its_end(green: Scene) -> None:
    row = Credential.objects.get(kind="health_certificate")
    assert row.number_sealed and b"NO-health" not in bytes(row.number_sealed)
    shown = {paper.kind: paper.number for paper in queries.file(green.carer, by=green.manager, on=ON).credentials}
    assert shown["health_certificate"] == "…cate" and shown["identity"] == ""
    assert "NO-" not in str(list(Entry.objects.values_list("payload", flat=True)))


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"kind": "magic"}, "no such kind"), ({"valid_until": None}, "has a last day"),
    ({"valid_until": SINCE}, "before the first"), ({"number": "9" * 61}, "61 characters"),
    ({"issuer": "a\x00b"}, "cannot be seen"),
])
def test_a_credential_that_cannot_be(scene: Scene, changes: dict[str, Any], sentence: str) -> None:
    given: dict[str, Any] = {"kind": "insurance", "valid_from": SINCE, "valid_until": UNTIL} | changes
    with pytest.raises(RuleBroken, match=sentence):
        actions.record_credential(scene.carer, **given, by=scene.manager, at=AT)
    assert Credential.objects.count() == 1


def test_identity_is_not_recorded_by_hand(scene: Scene) -> None:
    person = people_actions.register(name="陈静", region="340104000000", by=SYSTEM, at=AT)
    ref = actions.add(organisation=scene.organisation, person=person, title="护士", consented=True, by=scene.manager,
                      at=AT)
    assert queries.file(ref, by=scene.manager, on=ON).credentials == ()
    with pytest.raises(RuleBroken, match="checked first"):
        actions.record_credential(ref, kind="identity", valid_from=SINCE, valid_until=None, by=scene.manager, at=AT)
    with pytest.raises(NotFound):
        actions.add(organisation=scene.organisation, person=new_ref(), title="x", consented=True, by=SYSTEM, at=AT)


def test_colours_follow_papers_on_the_day_in_one_query(green: Scene) -> None:
    def look(on: date, **more: Any) -> queries.Colour:
        return queries.colours([green.carer], on=on, **more)[green.carer]

    assert look(ON).colour == "green" and look(UNTIL - timedelta(1)).colour == "yellow" and look(UNTIL).colour == "red"
    assert look(UNTIL - timedelta(1)).fit and not look(UNTIL).fit
    asked = look(ON, for_category_credentials={"nurse_licence"})
    assert asked.colour == "red" and str(asked.reasons[0]) == "Nurse's licence is missing."
    assert look(UNTIL, for_category_credentials={"identity"}).colour == "green"  # no home visit, no health certificate
    green.holds("nurse_licence")
    assert look(ON, for_category_credentials={"nurse_licence"}).colour == "green"
    with CaptureQueriesContext(connection) as made:
        queries.colours([green.carer, new_ref()], on=ON)
    assert len(made) == 1 and queries.colours([], on=ON) == {}


def test_who_can_go_and_whether_an_organisation_is_ready(green: Scene) -> None:
    second = actions.enrol(organisation=green.organisation, **WANG | {"name": "李强", "id_number": ID_2},
                           by=green.manager, at=AT)
    need = {"health_certificate", "no_bar"}
    assert queries.who_can(green.organisation, credentials=need, on=ON) == [green.carer]
    assert queries.who_can(green.organisation, credentials=need, on=UNTIL - timedelta(1)) == [green.carer]
    assert queries.who_can(green.organisation, credentials=need, on=UNTIL) == []
    assert queries.who_can(green.organisation, credentials=(), on=ON) == [green.carer, second]
    empty = new_ref()
    with CaptureQueriesContext(connection) as made:
        found = queries.ready([green.organisation, empty], credentials=need, on=ON)
    assert len(made) == 1 and (found[green.organisation].green, found[empty].green) == (1, 0)
    late = queries.ready([green.organisation], credentials=need, on=UNTIL)[green.organisation]
    assert (late.green, late.colour) == (0, "red") and "Health certificate ended on 30 Nov 2027." == str(late.reason)
    assert found[empty].reason and [card.gender for card in found[green.organisation].fit] == ["female"]


def test_withdrawing_revokes_or_undoes(green: Scene) -> None:
    paper = Credential.objects.get(kind="no_bar")
    actions.withdraw_credential(paper.ref, why="revoked", by=green.manager, at=AT)
    found = queries.colours([green.carer], on=ON)[green.carer]
    assert found.colour == "red" and "was withdrawn" in found.reasons[0]
    with pytest.raises(Conflict):
        actions.withdraw_credential(paper.ref, why="mistake", by=green.manager, at=AT)
    green.holds("nurse_licence", until=date(2026, 6, 1))
    assert queries.passport(green.number, on=ON).colour.colour == "red"
    wrong = Credential.objects.get(kind="nurse_licence")
    with pytest.raises(RuleBroken):
        actions.withdraw_credential(wrong.ref, why="whim", by=green.manager, at=AT)
    with pytest.raises(NotFound):
        actions.withdraw_credential(wrong.ref, why="mistake", by=green.elsewhere, at=AT)
    actions.withdraw_credential(wrong.ref, why="mistake", by=green.manager, at=AT)
    assert "nurse_licence" not in {paper.kind for paper in queries.passport(green.number, on=ON).papers}


def test_a_lapsed_licence_turns_the_passport_red_at_the_door(green: Scene) -> None:
    green.holds("nurse_licence", until=date(2026, 11, 1))
    card = queries.passport(green.number, on=ON)
    assert card.colour.colour == "red" and str(card.colour.reasons[0]) == "Nurse's licence ended on 31 Oct 2026."
    green.holds("nurse_licence")
    assert queries.passport(green.number, on=ON).colour.colour == "green"
    assert queries.passport(green.number, on=UNTIL - timedelta(3)).colour.colour == "yellow"
    organisations.suspend(green.organisation, reasons="整改", by=green.officer, at=AT)
    assert queries.passport(green.number, on=ON).colour.colour == "red"


def test_leaving_and_coming_back_keeps_the_passport(green: Scene) -> None:
    number = green.number
    person = queries.practitioner(green.carer).person
    assert queries.at_work([person, new_ref()]) == {person}
    actions.leave(green.carer, by=green.manager, at=AT)
    assert queries.at_work([person]) == set()
    assert queries.passport(number, on=ON).colour.colour == "red" and queries.of_organisation(green.organisation) == []
    assert not queries.who_can(green.organisation, credentials=(), on=ON)
    actions.rejoin(green.carer, by=green.manager, at=AT)
    assert queries.passport(number, on=ON).colour.colour == "green" and green.number == number


def test_lapses_are_announced_once_and_not_after_a_renewal(green: Scene) -> None:
    soon = AT.replace(year=2027, month=11, day=10)
    green.holds("insurance", until=UNTIL + timedelta(300))
    assert actions.announce_lapsing(by=SYSTEM, at=AT) == 0
    assert actions.announce_lapsing(by=SYSTEM, at=soon) == 2  # health and no_bar; the insurance is renewed
    assert actions.announce_lapsing(by=SYSTEM, at=soon) == 0
    entry = Entry.objects.filter(fact="practitioners.CredentialLapses").first()
    assert entry and entry.payload["valid_until"] == "2027-11-30"


def test_an_erased_person_shows_no_name_any_more(green: Scene) -> None:
    number = green.number
    people_actions.erase(queries.practitioner(green.carer).person, by=SYSTEM, at=AT)
    journal.run()
    row = Practitioner.objects.get(ref=green.carer)
    assert (row.public_name, row.languages, row.state) == ("", [], "left")
    with pytest.raises(NotFound):
        queries.passport(number, on=ON)
    with pytest.raises(Conflict):
        actions.rejoin(green.carer, by=green.manager, at=AT)
    assert [paper.number for paper in queries.file(green.carer, by=green.manager, on=ON).credentials] == [""] * 4


MOVES: dict[str, Callable[[Scene, Any], object]] = {
    "add": lambda s, by: actions.enrol(organisation=s.organisation, **WANG | {"id_number": ID_2, "name": "李强"}, by=by,
                                       at=AT),
    "change": lambda s, by: actions.change(s.carer, title="x", public_name="y", languages=["zh"], by=by, at=AT),
    "record_credential": lambda s, by: actions.record_credential(
        s.carer, kind="insurance", valid_from=SINCE, valid_until=UNTIL, by=by, at=AT),
    "withdraw_credential": lambda s, by: actions.withdraw_credential(
        Credential.objects.get(kind="identity").ref, why="mistake", by=by, at=AT),
    "leave": lambda s, by: actions.leave(s.carer, by=by, at=AT),
    "rejoin": lambda s, by: actions.rejoin(s.carer, by=by, at=AT),
}
MATRIX = [
    (move, state, role) for move in LIFE.moves.values()
    for state in ((START,) if move.sources == (START,) else State) for role in ("manager", "officer", "elsewhere")
]


@pytest.mark.parametrize(("move", "state", "role"), MATRIX, ids=lambda part: getattr(part, "name", part))
def test_every_move_from_every_state_by_every_role(scene: Scene, move: Any, state: str, role: str) -> None:
    if state == State.LEFT:
        Practitioner.objects.update(state=state, left_at=AT, left_by=scene.manager.ref)
    by = getattr(scene, role)
    hidden = NotAllowed if state == START else NotFound
    answers: dict[str, Any] = {"manager": None, "officer": NotAllowed, "elsewhere": hidden}
    refusal = answers[role]
    if refusal is None and state not in move.sources:
        refusal = Conflict
    if refusal:
        with pytest.raises(refusal):
            MOVES[move.name](scene, by)
    else:
        MOVES[move.name](scene, by)
        assert Practitioner.objects.filter(state=move.target or state).exists()


def test_every_state_has_a_label_and_half_rows_cannot_be_stored(scene: Scene) -> None:
    assert set(LABELS) == set(State) and set(MOVES) == set(LIFE.moves)
    halves: list[tuple[Any, dict[str, Any]]] = [
        (Practitioner, {"state": "left"}), (Practitioner, {"left_at": AT}), (Practitioner, {"gender": "x"}),
        (Credential, {"withdrawn_at": AT}), (Credential, {"valid_until": SINCE, "valid_from": SINCE}),
    ]
    for model, half in halves:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(**half)


def test_who_sees_whom(scene: Scene) -> None:
    assert queries.file(scene.carer, by=scene.officer, on=ON).moves == ()
    own = actor(f"practitioner:{scene.carer}", "practitioners.see")
    assert queries.file(scene.carer, by=own, on=ON).card.name == "王敏"
    for by in (scene.elsewhere, scene.stranger, actor("region:340103000000", "practitioners.see")):
        with pytest.raises(NotFound):
            queries.file(scene.carer, by=by, on=ON)
        assert queries.staff(scene.organisation, by=by, on=ON) == []
    assert ID not in str(queries.file(scene.carer, by=scene.manager, on=ON))
