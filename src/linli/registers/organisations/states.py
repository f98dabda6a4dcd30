from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text


class State(StrEnum):
    APPLIED = auto()
    RETURNED = auto()
    REFUSED = auto()
    APPROVED = auto()
    SUSPENDED = auto()


LABELS: dict[State, Text] = {
    State.APPLIED: N_("waiting for a decision"), State.RETURNED: N_("to be completed"), State.REFUSED: N_("refused"),
    State.APPROVED: N_("approved"), State.SUSPENDED: N_("suspended"),
}
PUBLIC = (State.APPROVED, State.SUSPENDED)
"""Everybody may know of these: who was promised a visit must see that its provider is suspended."""

APPLY, DECIDE, MANAGE = "organisations.apply", "organisations.approve", "organisations.manage"
"""`APPLY` is held by the person who applies, over their own application; the others come with a role."""

LIFE = Machine(
    Move("apply_to_join", N_("Apply to join"), (START,), State.APPLIED, APPLY),
    Move("amend", N_("Complete and send again"), (State.RETURNED,), State.APPLIED, APPLY),
    Move("approve", N_("Approve"), (State.APPLIED,), State.APPROVED, DECIDE),
    Move("return", N_("Return to be completed"), (State.APPLIED,), State.RETURNED, DECIDE),
    Move("refuse", N_("Refuse"), (State.APPLIED, State.RETURNED), State.REFUSED, DECIDE),
    Move("suspend", N_("Suspend"), (State.APPROVED,), State.SUSPENDED, DECIDE),
    Move("restore", N_("Restore"), (State.SUSPENDED,), State.APPROVED, DECIDE),
    Move("describe", N_("Change the description"), PUBLIC, None, MANAGE),
    Move("add_site", N_("Add a site"), PUBLIC, None, MANAGE),
    Move("change_site", N_("Change a site"), PUBLIC, None, MANAGE),
    Move("close_site", N_("Close a site"), PUBLIC, None, MANAGE),
)
