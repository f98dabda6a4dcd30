from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text


class State(StrEnum):
    DRAFT = auto()
    LISTED = auto()
    PAUSED = auto()
    WITHDRAWN = auto()


LABELS: dict[State, Text] = {
    State.DRAFT: N_("draft"), State.LISTED: N_("listed"), State.PAUSED: N_("paused"), State.WITHDRAWN: N_("withdrawn"),
}
PUBLIC = (State.LISTED, State.PAUSED)
"""Everybody may know of these; a paused one says so and has nothing to book."""
KEPT = (State.DRAFT, State.LISTED, State.PAUSED)

MANAGE = "directory.manage"

LIFE = Machine(
    Move("draft_service", N_("Save as a draft"), (START,), State.DRAFT, MANAGE),
    Move("list_service", N_("List a service"), (START,), State.LISTED, MANAGE),
    Move("list_draft", N_("List"), (State.DRAFT,), State.LISTED, MANAGE),
    Move("update_service", N_("Change"), KEPT, None, MANAGE),
    Move("set_hours", N_("Set the opening hours"), KEPT, None, MANAGE),
    Move("add_exception", N_("Add an exceptional day"), KEPT, None, MANAGE),
    Move("drop_exception", N_("Remove an exceptional day"), KEPT, None, MANAGE),
    Move("assure", N_("Still right"), PUBLIC, None, MANAGE),
    Move("pause", N_("Pause"), (State.LISTED,), State.PAUSED, MANAGE),
    Move("resume", N_("Resume"), (State.PAUSED,), State.LISTED, MANAGE),
    Move("withdraw", N_("Withdraw"), KEPT, State.WITHDRAWN, MANAGE),
)
