from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_


class State(StrEnum):
    """Of a representation."""

    REQUESTED = auto()
    ACTIVE = auto()
    ENDED = auto()


LABELS = {
    State.REQUESTED: N_("waiting for consent"), State.ACTIVE: N_("in force"), State.ENDED: N_("ended"),
}
LIFE = Machine(
    Move("represent", N_("Act for somebody"), (START,), State.ACTIVE, "people.manage"),
    Move("request", N_("Ask to act for somebody"), (START,), State.REQUESTED, "people.manage"),
    Move("accept", N_("Consent"), (State.REQUESTED,), State.ACTIVE, "people.consent"),
    Move("end_representation", N_("End"), (State.REQUESTED, State.ACTIVE), State.ENDED, "people.manage"),
)
