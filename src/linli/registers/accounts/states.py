from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_


class State(StrEnum):
    """Of an account."""

    ACTIVE = auto()
    LOCKED = auto()
    CLOSED = auto()


LABELS = {State.ACTIVE: N_("in use"), State.LOCKED: N_("locked"), State.CLOSED: N_("closed for good")}
LIFE = Machine(
    Move("open_account", N_("Open an account"), (START,), State.ACTIVE, "accounts.open"),
    Move("lock", N_("Lock"), (State.ACTIVE,), State.LOCKED, "accounts.reset"),
    Move("unlock", N_("Unlock"), (State.LOCKED,), State.ACTIVE, "accounts.reset"),
    Move("close", N_("Close"), (State.ACTIVE, State.LOCKED), State.CLOSED, "accounts.reset"),
)
