from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text


class State(StrEnum):
    APPLIED = auto()
    RETURNED = auto()
    REFUSED = auto()
    APPROVED = auto()
    SUSPENDED = auto()
    LISTED = auto()
    REGISTERED = auto()
    """In the register, and offers nothing here."""


class ClaimState(StrEnum):
    OPEN = auto()
    GRANTED = auto()
    REFUSED = auto()


LABELS: dict[State, Text] = {
    State.APPLIED: N_("waiting for a decision"), State.RETURNED: N_("to be completed"), State.REFUSED: N_("refused"),
    State.APPROVED: N_("approved"), State.SUSPENDED: N_("suspended"),
    State.LISTED: N_("from a public list, not confirmed"), State.REGISTERED: N_("in the register"),
}
CLAIM_LABELS: dict[ClaimState, Text] = {
    ClaimState.OPEN: N_("waiting for a decision"), ClaimState.GRANTED: N_("granted"), ClaimState.REFUSED: N_("refused"),
}
JOINED = (State.APPROVED, State.SUSPENDED)
PUBLIC = (*JOINED, State.LISTED, State.REGISTERED)
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
    Move("take_in", N_("Take in from a public list"), (START,), State.LISTED, DECIDE),
    Move("establish", N_("Establish"), (START,), State.REGISTERED, DECIDE),
    Move("entrust", N_("Entrust the entry to who acts for it"), (State.REGISTERED,), State.APPROVED, DECIDE),
    Move("file", N_("Enter a filing"), PUBLIC, None, DECIDE),
    Move("describe", N_("Change the description"), JOINED, None, MANAGE),
    Move("add_site", N_("Add a site"), JOINED, None, MANAGE),
    Move("change_site", N_("Change a site"), JOINED, None, MANAGE),
    Move("close_site", N_("Close a site"), JOINED, None, MANAGE),
)

CLAIM_LIFE = Machine(
    Move("claim", N_("Claim"), (START,), ClaimState.OPEN, APPLY),
    Move("grant_claim", N_("Grant the claim"), (ClaimState.OPEN,), ClaimState.GRANTED, DECIDE),
    Move("refuse_claim", N_("Refuse the claim"), (ClaimState.OPEN,), ClaimState.REFUSED, DECIDE),
)
