from enum import StrEnum, auto

from linli.kernel.text import N_, Text


class State(StrEnum):
    """How a need stands in the figures: as its own room says it."""

    OPEN = auto()
    BOOKED = auto()
    MET = auto()
    WITHDRAWN = auto()
    EXPIRED = auto()


LABELS: dict[State, Text] = {
    State.OPEN: N_("looking for help"), State.BOOKED: N_("booked"), State.MET: N_("met"),
    State.WITHDRAWN: N_("taken back"), State.EXPIRED: N_("expired"),
}
UNMET = (State.OPEN, State.EXPIRED)
"""Nobody has come, and nobody is booked to."""
SEE = "insight.see"
