from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.kernel.machine import START, Move
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal
from linli.work.orders import access, actions, rules
from linli.work.orders.models import Order
from linli.work.orders.states import HIDDEN, LIFE, State
from tests.actors import AT
from tests.work.orders.conftest import NEAR, Scene

ROLES = ("resident", "daughter", "neighbour", "agent", "manager", "clerk", "rival", "carer", "other_carer", "officer",
         "elsewhere", "system")
TWINS = {"cancel": "cancel_for_provider", "cancel_for_provider": "cancel", "no_show": "report_absence",
         "report_absence": "no_show"}


def _run(scene: Scene, move: Move, ref: UUID, by: Actor) -> None:
    row = scene.row(ref)
    here: dict[str, Any] = {"lon": NEAR[0], "lat": NEAR[1]}
    said: dict[str, tuple[str, dict[str, Any], Any]] = {
        "book": ("book_held", {}, AT), "accept": ("accept", {}, AT), "decline": ("decline", {"reason": "other"}, AT),
        "assign": ("assign", {"practitioner": scene.li}, AT), "check_in": ("check_in", here, row.begin),
        "check_out": ("check_out", here, row.until), "confirm": ("confirm", {}, row.until),
        "rate": ("rate", {"grade": 4}, row.until), "change": ("change", {"slot": scene.slots(days=2)[0].ref}, AT),
        "cancel": ("cancel", {"reason": "other"}, AT), "cancel_for_provider": ("cancel", {"reason": "other"}, AT),
        "no_show": ("no_show", {}, row.until), "report_absence": ("no_show", {}, row.until),
        "dispute": ("dispute", {"claim": (*_claims(row, by), "")[0], "text": "不是这样。"}, row.until),
        "lapse": ("lapse", {}, AT + timedelta(minutes=11)),
    }
    name, more, at = said[move.name]
    if move.name == "decline" and by == SYSTEM:
        more = {"reason": "no_answer"}
    getattr(actions, name)(ref, **more, by=by, at=at)


def _claims(row: Order, by: Actor) -> tuple[rules.Claim, ...]:
    side = access.side(row, by)
    return rules.claims(side, state=row.state, reason=row.reason) if side else ()


class Undo(Exception):
    """Ends a trial: nothing of it stays."""


@action
def _trial(scene: Scene, move: Move, ref: UUID, by: Actor) -> None:
    """What comes of the move, or its refusal; undone in either case."""
    _run(scene, move, ref, by)
    raise Undo(scene.row(ref).state)


def _outcome(scene: Scene, move: Move, ref: UUID, by: Actor) -> object:
    try:
        _trial(scene, move, ref, by)
    except Undo as done:
        return done.args[0]
    except Refusal as why:
        return type(why)
    return None


def _expected(scene: Scene, move: Move, state: State, role: str, by: Actor, held: frozenset[str],
              row: Order) -> object:
    hidden = state in HIDDEN and role in ("manager", "clerk")
    if by != SYSTEM and ("orders.see" not in held or hidden):
        return NotFound
    if move.name == "lapse" and state is not State.HELD:
        return state  # nothing to do, and nothing done
    if move.permission not in held:
        return NotAllowed
    if move.name == "dispute" and state in move.sources and not _claims(row, by):
        return NotAllowed  # nothing that this side could say is wrong
    return (move.target or state) if state in move.sources else Conflict


@pytest.mark.slow
@pytest.mark.parametrize("state", State)
def test_every_move_from_every_state_by_every_role(scene: Scene, state: State) -> None:
    ref = scene.make[state]()
    for role in ROLES:
        by = SYSTEM if role == "system" else getattr(scene, role)
        held = access.held(scene.row(ref), by)
        for move in LIFE.moves.values():
            twin = LIFE.moves.get(TWINS.get(move.name, ""))
            if move.sources == (START,) or twin and twin.permission in held:
                continue  # one word for both sides: the row of the side that the actor is on says what happens
            expected = _expected(scene, move, state, role, by, held, scene.row(ref))
            assert _outcome(scene, move, ref, by) == expected, f"{move.name} from {state} by {role}"


def test_roles_hold_what_their_side_needs(scene: Scene) -> None:
    row = scene.row(scene.accepted())
    names = {role: {m.name for m in LIFE.open_to(access.held(row, getattr(scene, role)), state=row.state)}
             for role in ROLES if role != "system"}
    mine = {"change", "cancel", "report_absence"}
    assert names["resident"] == names["daughter"] == names["agent"] == mine
    assert names["manager"] == {"assign", "check_in", "cancel_for_provider", "no_show"}
    assert names["clerk"] == {"assign", "cancel_for_provider", "no_show"} and names["carer"] == {"check_in"}
    assert not any(names[role] for role in ("neighbour", "rival", "other_carer", "officer", "elsewhere"))
