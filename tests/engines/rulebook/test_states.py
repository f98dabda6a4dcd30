"""State × role, from the machine: whatever it allows works, whatever it does not is refused."""
from datetime import timedelta

import pytest

from linli.engines.rulebook import actions
from linli.engines.rulebook.models import ClockStop, Duty
from linli.engines.rulebook.states import DECIDE, LABELS, LIFE, State
from linli.kernel.machine import START
from linli.kernel.refusals import Conflict, NotAllowed
from tests.actors import AT
from tests.engines.rulebook.conftest import Owed

INPUT = {"stop_clock": {"reason": "hearing"}, "waive": {"reason": "settled"}}
MOVES = [move for move in LIFE.moves.values() if move.permission == DECIDE]


@pytest.mark.parametrize("role", ["officer", "auditor", "provider", "resident"])
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.name)
def test_every_move_in_every_state_by_every_role(owed: Owed, move: object, state: State, role: str) -> None:
    name, sources = move.name, move.sources  # type: ignore[attr-defined]
    Duty.objects.update(state=state)
    if state is State.STOPPED:
        ClockStop.objects.create(duty=Duty.objects.get(), reason="hearing", from_on=AT.date(), stopped_at=AT,
                                 stopped_by=owed.officer.ref)
    by = getattr(owed, role)

    def act() -> None:
        getattr(actions, name)(owed.duty, by=by, at=AT + timedelta(days=1), **INPUT.get(name, {}))

    if role != "officer":
        with pytest.raises(NotAllowed):
            act()
    elif state not in sources:
        with pytest.raises(Conflict):
            act()
    else:
        act()
        assert Duty.objects.get().state == move.target  # type: ignore[attr-defined]


def test_every_state_has_a_label_and_a_way_in() -> None:
    assert set(LABELS) == set(State) == {move.target for move in LIFE.moves.values()}
    assert {START} | set(State) >= {source for move in LIFE.moves.values() for source in move.sources}
