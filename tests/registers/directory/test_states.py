"""Every move from every state by every role, from the Machine."""
from datetime import date
from typing import Any

import pytest

from linli.kernel.machine import START, Move
from linli.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal
from linli.registers.directory import actions
from linli.registers.directory.models import Service
from linli.registers.directory.queries import ExceptionCard
from linli.registers.directory.states import CHECK, LABELS, LIFE, PUBLIC, State
from tests.actors import AT
from tests.registers.directory.conftest import WEEK, Scene

INPUT: dict[str, dict[str, Any]] = {
    "set_hours": {"hours": WEEK}, "add_exception": {"day": ExceptionCard(date(2026, 12, 1))},
    "drop_exception": {"on": date(2026, 12, 1)}, "update_service": {"name": "新名称"},
    "set_capacities": {"capacities": [actions.Capacity("places", 10, 3)]},
    "set_resources": {"resources": [actions.Resource("equipment", "助浴椅", 2)]},
}
MATRIX = [
    (move, state, role) for move in LIFE.moves.values() if move.sources != (START,)
    for state in State for role in ("manager", "officer", "stranger", "resident")
]


@pytest.mark.parametrize(("move", "state", "role"), MATRIX, ids=lambda part: getattr(part, "name", part))
def test_every_move_from_every_state_by_every_role(scene: Scene, move: Move, state: State, role: str) -> None:
    ref = scene.list(hours=())
    row = Service.objects.get(ref=ref)
    row.exceptions.create(on=date(2026, 12, 1))
    Service.objects.filter(ref=ref).update(state=state)
    refusal: type[Refusal] | None = None
    right = "officer" if move.permission == CHECK else "manager"
    if role != right:  # what one may not know of is not there
        refusal = NotAllowed if state in PUBLIC or role == "manager" else NotFound
    elif role == "officer" and state not in PUBLIC:
        refusal = NotFound
    elif state not in move.sources:
        refusal = Conflict

    def run() -> None:
        getattr(actions, move.name)(ref, by=getattr(scene, role), at=AT, **INPUT.get(move.name, {}))

    if refusal:
        with pytest.raises(refusal):
            run()
        assert Service.objects.get(ref=ref).state == state
    else:
        run()
        assert Service.objects.get(ref=ref).state == (move.target or state)


def test_every_state_has_a_label_and_a_way_in() -> None:
    assert set(LABELS) == set(State) == {move.target for move in LIFE.moves.values() if move.target}
