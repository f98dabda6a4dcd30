"""The life of a duty."""
from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text

SEE, DECIDE = "rulebook.see", "rulebook.decide"
RAISE, MEET, CLOCK = "rulebook.raise", "rulebook.meet", "rulebook.clock"
OWN = frozenset({RAISE, MEET, CLOCK})
"""What contexts do through the actions: they have judged who may act, the duty only follows."""


class State(StrEnum):
    RUNNING = auto()
    STOPPED = auto()
    OVERDUE = auto()
    MET = auto()
    MET_LATE = auto()
    WAIVED = auto()


OWED = (State.RUNNING, State.STOPPED, State.OVERDUE)

LABELS: dict[State, Text] = {
    State.RUNNING: N_("Running"), State.STOPPED: N_("Clock stopped"), State.OVERDUE: N_("Overdue"),
    State.MET: N_("Met"), State.MET_LATE: N_("Met late"), State.WAIVED: N_("Waived"),
}

LIFE = Machine(
    Move("raise_duty", N_("Raise"), (START,), State.RUNNING, RAISE),
    Move("stop_clock", N_("Stop the clock"), (State.RUNNING,), State.STOPPED, DECIDE),
    Move("resume_clock", N_("Let the clock run again"), (State.STOPPED,), State.RUNNING, DECIDE),
    Move("extend", N_("Extend the limit"), (State.RUNNING,), State.RUNNING, MEET),
    Move("mark_overdue", N_("Mark as overdue"), (State.RUNNING,), State.OVERDUE, CLOCK),
    Move("meet", N_("Meet"), (State.RUNNING, State.STOPPED), State.MET, MEET),
    Move("meet_late", N_("Meet late"), (State.RUNNING, State.OVERDUE), State.MET_LATE, MEET),
    Move("waive", N_("Waive"), OWED, State.WAIVED, DECIDE),
)


class StopReason(StrEnum):
    """What lets a clock stand: 行政许可法 Art. 45; 政府信息公开条例 Art. 33; 民法典 Art. 180."""

    HEARING = auto()
    EXPERT_REVIEW = auto()
    SITE_CHECK = auto()
    THIRD_PARTY = auto()
    COMPLETION = auto()
    FORCE_MAJEURE = auto()


class WaiveReason(StrEnum):
    WITHDRAWN = auto()
    NOT_OWED = auto()
    SETTLED = auto()
    IMPOSSIBLE = auto()


STOP_REASONS: dict[StopReason, Text] = {
    StopReason.HEARING: N_("A hearing is held"),
    StopReason.EXPERT_REVIEW: N_("Experts examine the case"),
    StopReason.SITE_CHECK: N_("The place is inspected"),
    StopReason.THIRD_PARTY: N_("A third party is asked"),
    StopReason.COMPLETION: N_("The other side has to add something"),
    StopReason.FORCE_MAJEURE: N_("An event that nobody could prevent"),
}
WAIVE_REASONS: dict[WaiveReason, Text] = {
    WaiveReason.WITHDRAWN: N_("What it was about was withdrawn"),
    WaiveReason.NOT_OWED: N_("It was never owed"),
    WaiveReason.SETTLED: N_("It was settled in another way"),
    WaiveReason.IMPOSSIBLE: N_("It can no longer be done"),
}
