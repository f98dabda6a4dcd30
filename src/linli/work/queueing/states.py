from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text

JOIN, SERVE, CLOCK = "queueing.join", "queueing.serve", "queueing.clock"
OWN = frozenset({CLOCK})
"""What the end of a day does."""


class QueueState(StrEnum):
    OPEN = auto()
    PAUSED = auto()
    CLOSED = auto()


class State(StrEnum):
    WAITING = auto()
    CALLED = auto()
    SERVING = auto()
    SERVED = auto()
    MISSED = auto()
    LEFT = auto()


QUEUE_LABELS: dict[QueueState, Text] = {
    QueueState.OPEN: N_("open"), QueueState.PAUSED: N_("gives no more numbers"), QueueState.CLOSED: N_("closed"),
}
QUEUE_TONES: dict[QueueState, str] = {
    QueueState.OPEN: "ok", QueueState.PAUSED: "wait", QueueState.CLOSED: "plain"}
LABELS: dict[State, Text] = {
    State.WAITING: N_("waiting"), State.CALLED: N_("called"), State.SERVING: N_("at the counter"),
    State.SERVED: N_("done"), State.MISSED: N_("missed"), State.LEFT: N_("left"),
}
TONES: dict[State, str] = {
    State.WAITING: "calm", State.CALLED: "wait", State.SERVING: "ok", State.SERVED: "plain", State.MISSED: "late",
    State.LEFT: "plain",
}
LIVE = (State.WAITING, State.CALLED, State.SERVING, State.MISSED)
"""Today's, and not over."""

QUEUES = Machine(
    Move("open_queue", N_("Open the queue"), (START, QueueState.PAUSED, QueueState.CLOSED), QueueState.OPEN, SERVE),
    Move("pause", N_("Give no more numbers"), (QueueState.OPEN,), QueueState.PAUSED, SERVE),
    Move("close", N_("Close the queue"), (QueueState.OPEN, QueueState.PAUSED), QueueState.CLOSED, SERVE),
)
LIFE = Machine(
    Move("take", N_("Take a number"), (START,), State.WAITING, JOIN),
    Move("hand_out", N_("Hand out a number"), (START,), State.WAITING, SERVE),
    Move("call_next", N_("Call the next"), (State.WAITING,), State.CALLED, SERVE),
    Move("begin", N_("Is here"), (State.CALLED,), State.SERVING, SERVE),
    Move("finish", N_("Done"), (State.SERVING,), State.SERVED, SERVE),
    Move("miss", N_("Not here"), (State.CALLED,), State.MISSED, SERVE),
    Move("come_back", N_("I am here now"), (State.MISSED,), State.WAITING, JOIN),
    Move("take_back", N_("Is here after all"), (State.MISSED,), State.WAITING, SERVE),
    Move("leave", N_("Leave the queue"), (State.WAITING, State.CALLED, State.MISSED), State.LEFT, JOIN),
    Move("end_day", N_("End of the day"), LIVE, State.LEFT, CLOCK),
)
