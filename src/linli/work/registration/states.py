"""Who may conclude on the yearly reports (the office that registers organisations of that kind there), and how a failed
check is read twice."""
from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text

CONCLUDE = "registration.conclude"


class State(StrEnum):
    PROPOSED = auto()
    CONFIRMED = auto()
    OBJECTED = auto()


LABELS: dict[State, Text] = {
    State.PROPOSED: N_("second reading"), State.CONFIRMED: N_("confirmed"), State.OBJECTED: N_("sent back"),
}
FAILURE = Machine(
    Move("propose_failure", N_("Propose that the check is failed"), (START,), State.PROPOSED, CONCLUDE),
    Move("confirm_failure", N_("Confirm that the check is failed"), (State.PROPOSED,), State.CONFIRMED, CONCLUDE),
    Move("object_failure", N_("Send back to the annual check"), (State.PROPOSED,), State.OBJECTED, CONCLUDE),
)
