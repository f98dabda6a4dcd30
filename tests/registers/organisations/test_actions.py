from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from linli.engines.journal.models import Entry
from linli.engines.rulebook import queries as rulebook
from linli.kernel.actor import ANONYMOUS, SYSTEM
from linli.kernel.machine import START
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from linli.registers.organisations import actions, queries
from linli.registers.organisations.models import Organisation, Site
from linli.registers.organisations.states import LIFE, PUBLIC, State
from tests.actors import AT, actor, resident
from tests.registers.organisations.conftest import FORM, SITE, Scene

OTHER = FORM | {"kind": "society", "uscc": "51340100500000015T", "name": "合肥邻里互助协会"}


def test_an_application_raises_a_duty_that_the_decision_meets(scene: Scene) -> None:
    (duty,) = rulebook.duties(on=AT.date(), about=[scene.organisation])
    assert (duty.owner, duty.owed_to) == ("region:340104000000", f"person:{scene.applicant.person}")
    assert str(duty.due_on) == "2026-11-23"
    actions.return_(scene.organisation, reasons="缺电话", by=scene.officer, at=AT)
    assert rulebook.duties(on=AT.date(), about=[scene.organisation])[0].state == "met"
    actions.amend(scene.organisation, **FORM, by=scene.applicant, at=AT + timedelta(days=7))
    again = queries.deadlines([scene.organisation], on=AT.date())[scene.organisation]
    assert str(again.due_on) == "2026-11-30"
    actions.approve(scene.organisation, by=scene.officer, at=AT + timedelta(days=8))
    assert queries.deadlines([scene.organisation], on=AT.date()) == {}
    card = queries.organisation(scene.organisation)
    assert card.active and queries.names([card.ref]) == {card.ref: FORM["name"]} and queries.active([card.ref])


def test_the_approval_tells_accounts_whom_to_let_in(approved: Scene) -> None:
    entry = Entry.objects.get(fact="organisations.OrganisationApproved")
    applicant = str(approved.applicant.person)
    assert entry.visibility == "public" and entry.payload == {
        "organisation": str(approved.organisation), "applicant": applicant, "region": FORM["region"]}


@pytest.mark.parametrize(("changes", "field", "sentence"), [
    ({"uscc": "52340100500000015X"}, "uscc", "last character"), ({"kind": "club"}, "kind", "Choose"),
    ({"kind": "company"}, "uscc", "begins with 52"), ({"name": " "}, "name", "needed"),
    ({"phone": "1"}, "phone", "area"),
    ({"region": "110101000000"}, "region", "outside 合肥市"), ({"region": "340199000000"}, "region", "no region"),
    ({"region": ""}, "region", "Choose the region"), ({"address": "街" * 201}, "address", "201 characters"),
    ({"introduction": "长" * 2001}, "introduction", "2001"), ({"name": "a\x00b"}, "name", "cannot be seen"),
])
def test_a_bad_application_names_the_field_and_leaves_nothing(
    scene: Scene, changes: dict[str, str], field: str, sentence: str
) -> None:
    before = Organisation.objects.count(), Entry.objects.count()
    with pytest.raises(RuleBroken, match=sentence) as why:
        actions.apply_to_join(**FORM | changes, by=scene.stranger, at=AT)
    assert why.value.field == field and (Organisation.objects.count(), Entry.objects.count()) == before


def test_a_code_joins_once_until_it_is_refused(scene: Scene) -> None:
    with pytest.raises(Conflict, match="registered here or has applied") as why:
        actions.apply_to_join(**FORM, by=scene.stranger, at=AT)
    assert why.value.field == "uscc"
    actions.refuse(scene.organisation, reasons="执照已注销", by=scene.officer, at=AT)
    second = actions.apply_to_join(**FORM, by=scene.stranger, at=AT)
    actions.approve(second, by=scene.officer, at=AT)
    assert queries.by_code(f" {FORM['uscc'].lower()} ").ref == second
    with pytest.raises(IntegrityError), transaction.atomic():  # the database has the last word
        Organisation.objects.update(state=State.APPROVED)


def test_who_applies_is_somebody_and_does_not_decide(scene: Scene) -> None:
    with pytest.raises(NotAllowed, match="Sign in"):
        actions.apply_to_join(**OTHER, by=ANONYMOUS, at=AT)
    officer = actor("region:340100000000", "organisations.approve", person=new_ref())
    own = actions.apply_to_join(**OTHER, by=officer, at=AT)
    with pytest.raises(RuleBroken, match="own application"):
        actions.approve(own, by=officer, at=AT)
    actions.approve(own, by=SYSTEM, at=AT)


@pytest.mark.parametrize("move", ["return_", "refuse", "suspend"])
def test_a_decision_against_somebody_gives_reasons(scene: Scene, move: str) -> None:
    if move == "suspend":
        actions.approve(scene.organisation, by=scene.officer, at=AT)
    for reasons in ("", "  ", "长" * 1001):
        with pytest.raises(RuleBroken) as why:
            getattr(actions, move)(scene.organisation, reasons=reasons, by=scene.officer, at=AT)
        assert why.value.field == "reasons"


@pytest.mark.parametrize(("changes", "field", "sentence"), [
    ({"lon": 31.85, "lat": 117.26}, "lon", "look swapped"), ({"lon": 116.4, "lat": 39.9}, "lon", "lies outside"),
    ({"lat": None}, "lat", "both"), ({"lon": 500.0}, "lon", "between -180"), ({"lon": float("nan")}, "lon", "between"),
    ({"region": "110101001000"}, "region", "outside 合肥市"), ({"accessibility": ["slide"]}, "accessibility", "slide"),
    ({"name": ""}, "name", "needed"), ({"phone": "x"}, "phone", "area code"),
])
def test_a_site_that_cannot_be(approved: Scene, changes: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as why:
        actions.add_site(approved.organisation, **SITE | changes, by=approved.manager, at=AT)
    assert why.value.field == field and not Site.objects.exists()


def test_sites_open_change_and_close(approved: Scene) -> None:
    ref = actions.add_site(approved.organisation, **SITE, by=approved.manager, at=AT)
    bare = actions.add_site(approved.organisation, **SITE | {"lon": None, "lat": None}, by=approved.manager, at=AT)
    card = queries.organisation(approved.organisation)
    assert [site.ref for site in card.sites] == [ref, bare] and card.point and card.point.lon == 117.26
    actions.change_site(ref, **SITE | {"name": "新站"}, by=approved.manager, at=AT)
    actions.close_site(bare, by=approved.manager, at=AT)
    with CaptureQueriesContext(connection) as made:
        found = queries.organisations([approved.organisation, new_ref()])
    assert len(made) == 2 and [site.name for site in found[approved.organisation].sites] == ["新站"]
    assert not queries.site(bare).open and queries.sites([ref, bare]).keys() == {ref, bare}
    with pytest.raises(NotFound):
        actions.change_site(bare, **SITE, by=approved.manager, at=AT)


MOVES: dict[str, Callable[[Scene, Any], object]] = {
    "apply_to_join": lambda s, by: actions.apply_to_join(**OTHER, by=by, at=AT),
    "amend": lambda s, by: actions.amend(s.organisation, **FORM, by=by, at=AT),
    "approve": lambda s, by: actions.approve(s.organisation, by=by, at=AT),
    "return": lambda s, by: actions.return_(s.organisation, reasons="x", by=by, at=AT),
    "refuse": lambda s, by: actions.refuse(s.organisation, reasons="x", by=by, at=AT),
    "suspend": lambda s, by: actions.suspend(s.organisation, reasons="x", by=by, at=AT),
    "restore": lambda s, by: actions.restore(s.organisation, by=by, at=AT),
    "describe": lambda s, by: actions.describe(s.organisation, introduction="", phone="12349", by=by, at=AT),
    "add_site": lambda s, by: actions.add_site(s.organisation, **SITE, by=by, at=AT),
    "change_site": lambda s, by: actions.change_site(Site.objects.get().ref, **SITE, by=by, at=AT),
    "close_site": lambda s, by: actions.close_site(Site.objects.get().ref, by=by, at=AT),
    "entrust": lambda s, by: actions.entrust(s.organisation, to=new_ref(), by=by, at=AT),
    "establish": lambda s, by: actions.file(
        None, kind="establishment", changes=[], effective_on=AT.date(), basis="x", by=by, at=AT),
    "file": lambda s, by: actions.file(
        s.organisation, kind="import", changes=[actions.Change(*said) for said in (
            ("name", "甲"), ("uscc", FORM["uscc"]), ("kind", "agency"), ("region", FORM["region"]))],
        effective_on=AT.date(), basis="x", by=by, at=AT),
    "take_in": lambda s, by: actions.take_in([actions.known(name="甲", region="340104000000")], by=by, at=AT),
}
HOLDS: dict[str, set[str]] = {
    "applicant": {"organisations.apply"}, "officer": {"organisations.approve"}, "manager": {"organisations.manage"},
    "elsewhere": set(), "stranger": set(),
}
MATRIX = [
    (move, state, role) for move in LIFE.moves.values() if move.sources != (START,) for state in State for role in HOLDS
]


@pytest.mark.parametrize(("move", "state", "role"), MATRIX, ids=lambda part: getattr(part, "name", part))
def test_every_move_from_every_state_by_every_role(scene: Scene, move: Any, state: State, role: str) -> None:
    Organisation.objects.update(state=state)
    row = Organisation.objects.get()
    Site.objects.create(organisation=row, name="s", address="a", region_code="340104003000")
    by = getattr(scene, role)
    hidden = state not in PUBLIC and not HOLDS[role]
    refusal = NotFound if hidden else NotAllowed if move.permission not in HOLDS[role] else \
        Conflict if state not in move.sources else None
    if refusal:
        with pytest.raises(refusal):
            MOVES[move.name](scene, by)
        assert scene.state() == state
    else:
        MOVES[move.name](scene, by)
        taken_over = move.name == "file" and state == State.LISTED  # an official entry confirms it
        assert scene.state() == (State.REGISTERED if taken_over else move.target or state)


def test_every_move_is_tried() -> None:
    assert set(MOVES) == set(LIFE.moves)


def test_who_knows_of_an_application(scene: Scene) -> None:
    auditor = actor("region:340100000000", "organisations.see")
    for by in (scene.applicant, scene.officer, auditor, SYSTEM):
        assert queries.application(scene.organisation, by=by).ref == scene.organisation
    for by in (scene.stranger, scene.elsewhere, ANONYMOUS, scene.manager):
        with pytest.raises(NotFound):
            queries.application(scene.organisation, by=by)
    assert queries.waiting(scene.officer).count() == 1 and not queries.waiting(scene.elsewhere)
    assert queries.my_applications(resident(new_ref())) == [] == queries.my_applications(ANONYMOUS)
    assert [move.name for move in queries.application(scene.organisation, by=scene.officer).moves] == [
        "approve", "return", "refuse"]


def test_half_rows_cannot_be_stored(approved: Scene) -> None:
    actions.add_site(approved.organisation, **SITE, by=approved.manager, at=AT)
    halves: list[tuple[Any, dict[str, Any]]] = [
        (Organisation, {"kind": "society"}), (Organisation, {"uscc": "5234"}), (Organisation, {"state": "gone"}),
        (Organisation, {"name": ""}), (Site, {"lon": None}), (Site, {"lat": 91}), (Site, {"closed_at": AT}),
    ]
    for model, half in halves:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(**half)
