"""Every matter that is declared, in every state, under every move, by every role: who may, and what others are told.

A new matter, move or state is tried without a word here: what an action wants to be told is read off its parameters.
"""
from dataclasses import dataclass
from datetime import date
from inspect import signature
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.action import action
from linli.kernel.actor import ANONYMOUS, Actor, Grant
from linli.kernel.doors import say
from linli.kernel.machine import Move
from linli.kernel.refs import new_ref
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal
from linli.registers.people import actions as people
from linli.work.hall import actions, queries, rules
from linli.work.hall.actions import course
from linli.work.hall.models import Application, Stage
from linli.work.hall.queries import content
from linli.work.hall.queries.content import Content
from linli.work.hall.registry import MATTERS, Audience
from linli.work.hall.states import APPLY, LIFE, OWN, PROCESS, SEE, State
from tests.actors import AT, CITY, actor, resident
from tests.work.registration.conftest import Establish

HUPO = "340104003000"
MOVES = [move for move in LIFE.moves.values() if move.name != "draft" and move.permission not in OWN]
OFFICE = frozenset({SEE, *(move.permission for move in MOVES)} - {APPLY})
ROLES = ("applicant", "head", "clerk", "auditor", "own_officer", "street", "elsewhere", "stranger", "nobody")
ACCEPTED = {State.ACCEPTED, State.PROPOSED, State.GRANTED, State.FROZEN, State.DELIVERED, State.REFUSED}
CLOSED = {State.GRANTED, State.FROZEN, State.DELIVERED, State.REFUSED, State.RETURNED, State.WITHDRAWN}


@dataclass
class World:
    person: UUID
    organisation: UUID
    roles: dict[str, Actor]
    rows: dict[tuple[str, State], Application]


def put(world: World, matter: str, state: State) -> Application:
    """An application of this matter in this state, nothing filled in, at the desk where it lies then."""
    one, other = MATTERS[matter], new_ref()
    body = world.organisation if one.audience is Audience.ORGANISATION else None
    row = Application(matter=matter, person_id=world.person, organisation_id=body, region_code=HUPO, desk_code=HUPO,
                      state=state, begun_at=AT, begun_by=other, saved_at=AT, saved_by=other)
    if state is not State.DRAFT:
        row.submitted_at, row.submitted_by, row.number = AT, other, f"{state}-{matter}"[:20]
    if state in ACCEPTED:
        row.accepted_at, row.accepted_by = AT, other
    if state in CLOSED:
        row.closed_at, row.closed_by = AT, other
    row.content_sealed = content.sealed(row, Content())
    row.save(force_insert=True)
    stage = Stage(application=row, step=rules.decision(one).key, desk_code=HUPO, begun_at=AT, begun_by=other)
    if state is State.PROPOSED:
        stage.reading, stage.finding_sealed = True, content.seal_words(row, "不行。", "proposed")
        stage.save()
    elif state is State.DOUBTED:
        stage.step, stage.reading, stage.ground = one.steps[0].key, True, "not_needed"
        stage.finding_sealed = content.seal_words(row, "不用办。", "proposed")
        stage.save()
    elif state is State.ACCEPTED:  # begun and not finished, so that nothing can be granted from an empty form
        stage.step = "open"
        stage.save()
    course.move(row, on=AT.date())
    return row


@pytest.fixture
def world(establish: Establish, settings: Any, tmp_path: Any) -> World:
    settings.ARCHIVE = tmp_path
    person = people.register(name="张桂英", region=HUPO, phone="13855512345", consent_by_phone=True,
                             by=actor(f"region:{CITY}", "people.register"), at=AT)
    ref, province = establish(), "region:340000000000"
    own = Grant(frozenset({APPLY}), f"person:{person}"), Grant(frozenset({APPLY}), f"organisation:{ref}")
    made = World(person, ref, {
        "applicant": Actor(new_ref(), person, own), "head": actor(province, *OFFICE),
        "clerk": actor(province, SEE, PROCESS), "auditor": actor(province, SEE),
        "own_officer": Actor(new_ref(), person, (*own, Grant(OFFICE, province))),
        "street": actor(f"region:{HUPO}", *OFFICE), "elsewhere": actor("region:330000000000", *OFFICE),
        "stranger": resident(new_ref(), APPLY), "nobody": ANONYMOUS}, {})
    made.rows = {(matter, state): put(made, matter, state) for matter in MATTERS for state in State}
    return made


def may(role: str, row: Application) -> frozenset[str] | None:
    """What this role may do to it, said here a second time; None where it may not know of it."""
    handed_in = row.submitted_at is not None
    if role in ("applicant", "own_officer"):
        return frozenset({APPLY})
    if role in ("elsewhere", "stranger", "nobody") or not handed_in:
        return None
    there = row.desk_code == HUPO if role == "street" else True
    found = {"clerk": frozenset({SEE, PROCESS}), "auditor": frozenset({SEE})}
    return found.get(role, OFFICE) if there else frozenset()


class Undo(Exception):
    """Ends a trial: nothing of it stays."""


PLAIN: dict[Any, Any] = {str: "请说明理由。", int: 1, bool: True, UUID: new_ref(), date: date(2026, 11, 30)}


def said(name: str) -> dict[str, Any]:
    """Something of the right shape for whatever an action wants to be told."""
    asked = signature(act(name)).parameters.items()
    needed = [(key, one) for key, one in asked if one.default is one.empty and key not in ("ref", "by", "at")]
    return {key: 99 if key == "version" else PLAIN.get(one.annotation, {}) for key, one in needed}


def act(name: str) -> Any:
    return getattr(actions, {"object": "object_"}.get(name, name))


def outcome(move: Move, given: dict[str, Any], ref: UUID, by: Actor) -> Any:
    """The state that came of it, or the refusal; undone in either case."""

    @action
    def trial() -> None:
        act(move.name)(ref, **given, by=by, at=AT)
        raise Undo(Application.objects.values_list("state", flat=True).get(ref=ref))

    try:
        trial()
    except Undo as done:
        return done.args[0]
    except Refusal as why:
        return why
    return None


def judged(move: Move, row: Application, held: frozenset[str] | None, came: Any) -> str:
    """What is wrong with what came of it; empty for nothing."""
    if isinstance(came, Refusal) and say(came).rstrip("”")[-1:] not in {".", "?", "。", "？"}:
        return "told without a sentence"
    if held is None:
        return "" if isinstance(came, NotFound) else "may know of it"
    if move.permission not in held:
        return "" if isinstance(came, NotAllowed) else "may do it"
    if row.state not in move.sources:
        return "" if isinstance(came, Conflict) else "may do it in this state"
    if isinstance(came, NotFound | NotAllowed):
        return "may not do it"
    if isinstance(came, str) and came != (move.target or row.state):
        return f"leads to {came}"
    return ""


@pytest.mark.slow
def test_every_matter_in_every_state_under_every_move_by_every_role(world: World) -> None:
    wrong, tried = [], set()
    given = {move.name: said(move.name) for move in MOVES}
    for matter, state in world.rows:
        row = world.rows[matter, state]
        for number, role in enumerate(ROLES):
            by, held = world.roles[role], may(role, row)
            try:
                offered = queries.application(row.ref, by=by, at=AT).moves & LIFE.moves.keys()
            except NotFound:
                offered = None
            wanted = None if held is None else {one.name for one in LIFE.open_to(held, state=state)}
            if offered != wanted:
                wrong.append(f"{matter} {state} {role}: offered {offered}")
            for turn, move in enumerate(MOVES, start=[*State].index(state) + [*MATTERS].index(matter) + number):
                if turn % len(MATTERS):  # every move by every role in every state, each in a matter of its own
                    continue
                tried.add((state, role, move.name))
                if why := judged(move, row, held, outcome(move, given[move.name], row.ref, by)):
                    wrong.append(f"{matter} {state} {role} {move.name}: {why}")
    assert wrong == [] and len(tried) == len(State) * len(ROLES) * len(MOVES)


def test_every_state_is_at_the_desk_that_its_step_names(world: World) -> None:
    for (matter, state), row in world.rows.items():
        step = course.waits_for(row, MATTERS[matter])
        assert (row.desk_code, row.step) == (
            (rules.desk(HUPO, step.level), step.key) if step else (HUPO, "")), (matter, state)
        assert (step is not None) == (row.waits_on is not None), (matter, state)
