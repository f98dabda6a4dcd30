"""The life of an application."""
from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text

APPLY, SEE, PROCESS, DECIDE = "hall.apply", "hall.see", "hall.process", "hall.decide"
EXTEND = "hall.extend"
"""What the head of an office alone does; 行政许可法 Art. 42."""
CLOCK = "hall.clock"
OWN = frozenset({CLOCK})
"""What follows from the passing of time or from a delivery: nobody's permission, held by the actions themselves."""


class State(StrEnum):
    DRAFT = auto()
    SUBMITTED = auto()
    DOUBTED = auto()
    INCOMPLETE = auto()
    ACCEPTED = auto()
    PROPOSED = auto()
    GRANTED = auto()
    FROZEN = auto()
    DELIVERED = auto()
    REFUSED = auto()
    RETURNED = auto()
    WITHDRAWN = auto()
    REVOKED = auto()


LABELS: dict[State, Text] = {
    State.DRAFT: N_("draft"), State.SUBMITTED: N_("handed in"),
    State.DOUBTED: N_("acceptance read a second time"), State.INCOMPLETE: N_("to be completed"),
    State.ACCEPTED: N_("under review"), State.PROPOSED: N_("second reading"),
    State.GRANTED: N_("granted, to be delivered"), State.FROZEN: N_("granted, delivery held up"),
    State.DELIVERED: N_("granted and delivered"), State.REFUSED: N_("not granted"),
    State.RETURNED: N_("not accepted"), State.WITHDRAWN: N_("taken back by the applicant"),
    State.REVOKED: N_("granted, then revoked"),
}
TONES: dict[State, str] = {
    State.DRAFT: "plain", State.SUBMITTED: "calm", State.DOUBTED: "calm", State.INCOMPLETE: "wait",
    State.ACCEPTED: "calm",
    State.PROPOSED: "calm", State.GRANTED: "ok", State.FROZEN: "wait", State.DELIVERED: "ok", State.REFUSED: "late",
    State.RETURNED: "late", State.WITHDRAWN: "plain", State.REVOKED: "late",
}
AT_DESK = (State.SUBMITTED, State.DOUBTED, State.ACCEPTED, State.PROPOSED, State.GRANTED, State.FROZEN)
"""The office has to do something."""
OPEN = (State.DRAFT, State.INCOMPLETE, *AT_DESK)
SETTLED = (State.DELIVERED, State.REFUSED, State.RETURNED)
"""Ended by the office: can be rated."""
_READ = (State.SUBMITTED, State.DOUBTED, State.ACCEPTED, State.PROPOSED)
PENDING = (State.INCOMPLETE, *_READ)
"""Handed in, and neither decided nor ended."""

LIFE = Machine(
    Move("draft", N_("Begin an application"), (START,), State.DRAFT, APPLY),
    Move("save", N_("Save"), (State.DRAFT, State.INCOMPLETE), None, APPLY),
    Move("submit", N_("Hand in"), (State.DRAFT,), State.SUBMITTED, APPLY),
    Move("complete", N_("Hand in what was missing"), (State.INCOMPLETE,), State.SUBMITTED, APPLY),
    Move("withdraw", N_("Withdraw the application"), (State.DRAFT, State.INCOMPLETE, *_READ), State.WITHDRAWN, APPLY),
    Move("rate", N_("Rate how it was handled"), SETTLED, None, APPLY),
    Move("take", N_("Take over"), AT_DESK, None, PROCESS),
    Move("open_numbers", N_("Show the numbers in full"), AT_DESK, None, PROCESS),
    Move("ask_completion", N_("Ask for completion"), (State.SUBMITTED,), State.INCOMPLETE, PROCESS),
    Move("accept", N_("Accept the application"), (State.SUBMITTED,), State.ACCEPTED, PROCESS),
    Move("accept_silently", N_("Count as accepted"), (State.SUBMITTED, State.DOUBTED), State.ACCEPTED, CLOCK),
    Move("propose_return", N_("Propose not to accept"), (State.SUBMITTED,), State.DOUBTED, PROCESS),
    Move("confirm_return", N_("Confirm that it is not accepted"), (State.DOUBTED,), State.RETURNED, DECIDE),
    Move("object_return", N_("Send back to the desk"), (State.DOUBTED,), State.SUBMITTED, DECIDE),
    Move("transfer", N_("Pass to the office in charge"), (State.SUBMITTED,), None, PROCESS),
    Move("begin_step", N_("Begin the step"), (State.ACCEPTED,), None, PROCESS),
    Move("finish_step", N_("Finish the step"), (State.ACCEPTED,), None, PROCESS),
    Move("grant", N_("Grant"), (State.ACCEPTED,), State.GRANTED, DECIDE),
    Move("propose_refusal", N_("Propose a refusal"), (State.ACCEPTED,), State.PROPOSED, DECIDE),
    Move("confirm_refusal", N_("Confirm the refusal"), (State.PROPOSED,), State.REFUSED, DECIDE),
    Move("object", N_("Send back to review"), (State.PROPOSED,), State.ACCEPTED, DECIDE),
    Move("extend", N_("Extend the time limit"), (State.ACCEPTED, State.PROPOSED), None, EXTEND),
    Move("deliver", N_("Deliver"), (State.GRANTED,), State.DELIVERED, CLOCK),
    Move("freeze", N_("Hold up the delivery"), (State.GRANTED,), State.FROZEN, CLOCK),
    Move("resume", N_("Try the delivery again"), (State.FROZEN,), State.GRANTED, PROCESS),
    Move("answer_rating", N_("Answer the rating"), SETTLED, None, PROCESS),
    Move("revoke", N_("Revoke what was granted"), (State.GRANTED, State.FROZEN, State.DELIVERED), State.REVOKED, CLOCK),
)


class HearingState(StrEnum):
    OFFERED = auto()
    ASKED = auto()
    CALLED = auto()
    HELD = auto()
    WAIVED = auto()
    LAPSED = auto()


HEARING_LABELS: dict[HearingState, Text] = {
    HearingState.OFFERED: N_("a hearing may be asked for"), HearingState.ASKED: N_("a hearing was asked for"),
    HearingState.CALLED: N_("day and place of the hearing are set"), HearingState.HELD: N_("the hearing was held"),
    HearingState.WAIVED: N_("no hearing is wanted"), HearingState.LAPSED: N_("no hearing was asked for in time"),
}
class OpinionState(StrEnum):
    ASKED = auto()
    GIVEN = auto()
    SILENT = auto()


OPINION_LABELS: dict[OpinionState, Text] = {
    OpinionState.ASKED: N_("still out"), OpinionState.GIVEN: N_("answered"),
    OpinionState.SILENT: N_("silent, which counts as assent"),
}
OPINION = Machine(
    Move("ask_opinion", N_("Ask for an opinion"), (START,), OpinionState.ASKED, PROCESS),
    Move("give_opinion", N_("Give the opinion"), (OpinionState.ASKED,), OpinionState.GIVEN, PROCESS),
    Move("assent_silently", N_("Count silence as assent"), (OpinionState.ASKED,), OpinionState.SILENT, CLOCK),
)

class PromiseState(StrEnum):
    OWED = auto()
    KEPT = auto()
    MENDING = auto()
    MENDED = auto()
    PROPOSED = auto()
    BROKEN = auto()


PROMISE_LABELS: dict[PromiseState, Text] = {
    PromiseState.OWED: N_("to be checked"), PromiseState.KEPT: N_("kept"), PromiseState.MENDING: N_("to be mended"),
    PromiseState.MENDED: N_("mended in time"), PromiseState.PROPOSED: N_("not mended, second reading"),
    PromiseState.BROKEN: N_("broken"),
}
PROMISE_TONES: dict[PromiseState, str] = {
    PromiseState.OWED: "calm", PromiseState.KEPT: "ok", PromiseState.MENDING: "wait", PromiseState.MENDED: "ok",
    PromiseState.PROPOSED: "wait", PromiseState.BROKEN: "late",
}
TO_CHECK = (PromiseState.OWED, PromiseState.MENDING, PromiseState.PROPOSED)
"""The office has to do something about the promise, or who promised has."""
PROMISE = Machine(
    Move("owe_check", N_("Owe the check of a promise"), (START,), PromiseState.OWED, CLOCK),
    Move("find_kept", N_("Find the promise kept"), (PromiseState.OWED,), PromiseState.KEPT, PROCESS),
    Move("ask_mending", N_("Ask to mend it"), (PromiseState.OWED,), PromiseState.MENDING, PROCESS),
    Move("answer_mending", N_("Say what was mended"), (PromiseState.MENDING,), None, APPLY),
    Move("find_mended", N_("Find it mended"), (PromiseState.MENDING,), PromiseState.MENDED, PROCESS),
    Move("propose_revocation", N_("Propose to revoke"), (PromiseState.MENDING,), PromiseState.PROPOSED, DECIDE),
    Move("confirm_revocation", N_("Confirm that it is revoked"), (PromiseState.PROPOSED,), PromiseState.BROKEN, DECIDE),
    Move("object_revocation", N_("Send back to the check"), (PromiseState.PROPOSED,), PromiseState.OWED, DECIDE),
)

HEARD = (State.ACCEPTED, State.PROPOSED)
"""An application in these states can have its hearing."""

HEARING = Machine(
    Move("offer_hearing", N_("Tell of the right to a hearing"), (START,), HearingState.OFFERED, PROCESS),
    Move("ask_hearing", N_("Apply for a hearing"), (HearingState.OFFERED,), HearingState.ASKED, APPLY),
    Move("waive_hearing", N_("Do without a hearing"), (HearingState.OFFERED, HearingState.ASKED, HearingState.CALLED),
         HearingState.WAIVED, APPLY),
    Move("call_hearing", N_("Set day and place of the hearing"), (HearingState.ASKED, HearingState.CALLED),
         HearingState.CALLED, PROCESS),
    Move("file_hearing", N_("File the record of the hearing"), (HearingState.CALLED,), HearingState.HELD, PROCESS),
    Move("lapse_hearing", N_("Count as not asked for"), (HearingState.OFFERED,), HearingState.LAPSED, CLOCK),
)
