"""The life of a rectification."""
from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text

ANSWER, JUDGE, SEE = "quality.answer", "quality.judge", "quality.see"
RAISE, SETTLE, DROP = "quality.raise", "quality.settle", "quality.drop"
OWN = frozenset({RAISE, SETTLE, DROP})
"""What follows from a fact or from the passing of time: nobody's permission, held by the actions themselves."""


class State(StrEnum):
    OPEN = auto()
    ANSWERED = auto()
    ACCEPTED = auto()
    SETTLED = auto()
    DROPPED = auto()


LABELS: dict[State, Text] = {
    State.OPEN: N_("waits for the provider"), State.ANSWERED: N_("waits for the resident"),
    State.ACCEPTED: N_("accepted"), State.SETTLED: N_("closed without objection"),
    State.DROPPED: N_("the rating does not count"),
}
CLOSED = (State.ACCEPTED, State.SETTLED, State.DROPPED)
TONES: dict[State, str] = {State.OPEN: "late", State.ANSWERED: "wait", State.ACCEPTED: "ok", State.SETTLED: "plain",
                          State.DROPPED: "plain"}

LIFE = Machine(
    Move("raise_rectification", N_("Ask for a rectification"), (START,), State.OPEN, RAISE),
    Move("answer", N_("Say what was done"), (State.OPEN,), State.ANSWERED, ANSWER),
    Move("accept", N_("Solved"), (State.ANSWERED,), State.ACCEPTED, JUDGE),
    Move("reject", N_("Not solved"), (State.ANSWERED,), State.OPEN, JUDGE),
    Move("settle", N_("Close without objection"), (State.OPEN, State.ANSWERED), State.SETTLED, SETTLE),
    Move("drop", N_("The rating does not count"), (State.OPEN, State.ANSWERED), State.DROPPED, DROP),
)
