from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text


class State(StrEnum):
    ACTIVE = auto()
    LEFT = auto()


LABELS: dict[State, Text] = {State.ACTIVE: N_("works here"), State.LEFT: N_("has left")}
MANAGE, SEE = "practitioners.manage", "practitioners.see"

LIFE = Machine(
    Move("add", N_("Add"), (START,), State.ACTIVE, MANAGE),
    Move("change", N_("Change"), (State.ACTIVE,), None, MANAGE),
    Move("record_credential", N_("Record a credential"), (State.ACTIVE,), None, MANAGE),
    Move("withdraw_credential", N_("Withdraw a credential"), (State.ACTIVE, State.LEFT), None, MANAGE),
    Move("leave", N_("Note that somebody left"), (State.ACTIVE,), State.LEFT, MANAGE),
    Move("rejoin", N_("Take back onto the staff"), (State.LEFT,), State.ACTIVE, MANAGE),
)
