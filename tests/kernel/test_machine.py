import pytest

from linli.kernel.machine import START, Machine, Move
from linli.kernel.refusals import Conflict, NotAllowed
from linli.kernel.text import N_

OPEN, DONE = "open", "done"
LIFE = Machine(
    Move("begin", N_("Begin"), (START,), OPEN, "a.begin"), Move("finish", N_("Finish"), (OPEN,), DONE, "a.finish"),
    Move("correct", N_("Correct"), (OPEN, DONE), None, "a.finish"),
)


def test_a_move_leads_on() -> None:
    assert LIFE.check("begin", state=START, held={"a.begin"}) == OPEN
    assert LIFE.check("finish", state=OPEN, held={"a.finish"}) == DONE


def test_a_move_without_target_leaves_the_state() -> None:
    assert [LIFE.check("correct", state=state, held={"a.finish"}) for state in (OPEN, DONE)] == [OPEN, DONE]


def test_what_may_not_be_done_comes_before_what_cannot() -> None:
    with pytest.raises(NotAllowed) as refused:
        LIFE.check("finish", state=DONE, held={"a.begin"})
    assert "Finish" in str(refused.value)
    with pytest.raises(Conflict) as conflict:
        LIFE.check("finish", state=DONE, held={"a.finish"})
    assert "no longer open: Finish" in str(conflict.value)


def test_open_moves_are_those_that_would_be_allowed() -> None:
    for state in (START, OPEN, DONE):
        for held in ({"a.begin"}, {"a.finish"}, {"a.begin", "a.finish"}, set[str]()):
            allowed = []
            for name in LIFE.moves:
                try:
                    LIFE.check(name, state=state, held=held)
                except (NotAllowed, Conflict):
                    continue
                allowed.append(name)
            assert [move.name for move in LIFE.open_to(held, state=state)] == allowed


def test_a_name_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="share a name"):
        Machine(*LIFE.moves.values(), Move("begin", N_("Again"), (DONE,), OPEN, "a.begin"))


def test_the_diagram_has_every_arrow() -> None:
    assert LIFE.mermaid().splitlines() == [
        "stateDiagram-v2", "    [*] --> open: begin", "    open --> done: finish", "    open --> open: correct",
        "    done --> done: correct"]
