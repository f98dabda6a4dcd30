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


class BundleState(StrEnum):
    DRAFT = auto()
    LISTED = auto()
    WITHDRAWN = auto()


BUNDLE_LABELS: dict[BundleState, Text] = {
    BundleState.DRAFT: N_("draft"), BundleState.LISTED: N_("listed"), BundleState.WITHDRAWN: N_("withdrawn"),
}

MANAGE, CHECK = "directory.manage", "directory.check"
"""`CHECK` is the office's: it looks at a listing from outside and changes nothing of it."""

LIFE = Machine(
    Move("draft_service", N_("Save as a draft"), (START,), State.DRAFT, MANAGE),
    Move("list_service", N_("List a service"), (START,), State.LISTED, MANAGE),
    Move("list_draft", N_("List"), (State.DRAFT,), State.LISTED, MANAGE),
    Move("update_service", N_("Change"), KEPT, None, MANAGE),
    Move("set_hours", N_("Set the opening hours"), KEPT, None, MANAGE),
    Move("add_exception", N_("Add an exceptional day"), KEPT, None, MANAGE),
    Move("drop_exception", N_("Remove an exceptional day"), KEPT, None, MANAGE),
    Move("set_capacities", N_("Set the places"), KEPT, None, MANAGE),
    Move("set_resources", N_("Set equipment and resources"), KEPT, None, MANAGE),
    Move("assure", N_("Still right"), PUBLIC, None, MANAGE),
    Move("check_listing", N_("Checked by the office"), PUBLIC, None, CHECK),
    Move("pause", N_("Pause"), (State.LISTED,), State.PAUSED, MANAGE),
    Move("resume", N_("Resume"), (State.PAUSED,), State.LISTED, MANAGE),
    Move("withdraw", N_("Withdraw"), KEPT, State.WITHDRAWN, MANAGE),
)

BUNDLE_LIFE = Machine(
    Move("draft_bundle", N_("Draft a bundle"), (START,), BundleState.DRAFT, MANAGE),
    Move("change_bundle", N_("Change"), (BundleState.DRAFT,), None, MANAGE),
    Move("agree_to_bundle", N_("Agree"), (BundleState.DRAFT, BundleState.LISTED), None, MANAGE),
    Move("list_bundle", N_("List the bundle"), (BundleState.DRAFT,), BundleState.LISTED, MANAGE),
    Move("withdraw_bundle", N_("Withdraw the bundle"), (BundleState.DRAFT, BundleState.LISTED),
         BundleState.WITHDRAWN, MANAGE),
)
"""`agree_to_bundle` belongs to the provider of a part, the others to the one who leads."""
