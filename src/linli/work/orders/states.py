from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text


class State(StrEnum):
    HELD = auto()
    BOOKED = auto()
    ACCEPTED = auto()
    IN_SERVICE = auto()
    SERVED = auto()
    CONFIRMED = auto()
    RATED = auto()
    DECLINED = auto()
    CANCELLED = auto()
    NO_SHOW = auto()
    LAPSED = auto()
    STRUCK = auto()


LABELS: dict[State, Text] = {
    State.HELD: N_("held for you"), State.BOOKED: N_("waiting for an answer"), State.ACCEPTED: N_("taken on"),
    State.IN_SERVICE: N_("in service"), State.SERVED: N_("visit over"), State.CONFIRMED: N_("confirmed"),
    State.RATED: N_("rated"), State.DECLINED: N_("declined"), State.CANCELLED: N_("cancelled"),
    State.NO_SHOW: N_("did not take place"), State.LAPSED: N_("hold lapsed"),
    State.STRUCK: N_("does not count"),
}
TONES: dict[State, str] = {
    State.HELD: "wait", State.BOOKED: "wait", State.ACCEPTED: "ok", State.IN_SERVICE: "ok", State.SERVED: "wait",
    State.CONFIRMED: "ok", State.RATED: "calm", State.DECLINED: "late", State.CANCELLED: "plain",
    State.NO_SHOW: "late", State.LAPSED: "plain", State.STRUCK: "late",
}
OPEN = (State.HELD, State.BOOKED, State.ACCEPTED, State.IN_SERVICE, State.SERVED)
"""Going on: somebody still has something to do."""
LIVE = (State.HELD, State.BOOKED, State.ACCEPTED, State.IN_SERVICE)
"""The visit still lies ahead or is under way."""
EXPECTED = (State.BOOKED, State.ACCEPTED, State.IN_SERVICE)
"""Somebody has to be there; what is only held may still be let go."""
DONE = tuple(state for state in State if state not in OPEN)
PLANNED = (State.ACCEPTED, State.IN_SERVICE)
"""A practitioner's time is taken."""
COMING = (State.ACCEPTED, State.IN_SERVICE)
"""Who visits may know whom and where."""
VISITED = (State.IN_SERVICE, State.SERVED, State.CONFIRMED, State.RATED)
HIDDEN = (State.HELD, State.LAPSED)
"""Not yet, or never, the provider's business."""

SEE, HOLD, BOOK, CHANGE, CANCEL = "orders.see", "orders.hold", "orders.book", "orders.change", "orders.cancel"
CONFIRM, RATE, REPORT = "orders.confirm", "orders.rate", "orders.report_absence"
ACCEPT, DECLINE, ASSIGN, NO_SHOW = "orders.accept", "orders.decline", "orders.assign", "orders.no_show"
CANCEL_FOR_PROVIDER, SUPERVISE = "orders.cancel_for_provider", "orders.supervise"
CHECK_IN, CHECK_OUT, LAPSE = "orders.check_in", "orders.check_out", "orders.lapse"
WAIT, TURN = "orders.wait", "orders.turn"
DISPUTE, DECIDE = "orders.dispute", "orders.decide"
BOOK_FOR_UNIT = "orders.book_for_unit"

RESIDENT = (SEE, HOLD, BOOK, CHANGE, CANCEL, CONFIRM, RATE, REPORT, WAIT, DISPUTE)
PROVIDER = (SEE, ACCEPT, DECLINE, ASSIGN, NO_SHOW, CANCEL_FOR_PROVIDER, DISPUTE, BOOK_FOR_UNIT)
SUPERVISOR = (*PROVIDER, CHECK_IN, CHECK_OUT, SUPERVISE)
PRACTITIONER = (SEE, CHECK_IN, CHECK_OUT)
UNIT = frozenset({SEE, CHANGE, CANCEL})
"""What colleagues of who booked for an organisation may do about it."""
OWN = frozenset({LAPSE, CONFIRM, DECLINE, TURN})
"""What the clock does by itself: let holds lapse, decline what nobody answered, confirm what nobody disputed, and give
who waits their turn."""

LIFE = Machine(
    Move("hold", N_("Keep this time"), (START,), State.HELD, HOLD),
    Move("book", N_("Book"), (START, State.HELD), State.BOOKED, BOOK),
    Move("accept", N_("Accept"), (State.BOOKED,), State.ACCEPTED, ACCEPT),
    Move("decline", N_("Decline"), (State.BOOKED,), State.DECLINED, DECLINE),
    Move("assign", N_("Choose who goes"), (State.ACCEPTED,), None, ASSIGN),
    Move("check_in", N_("Check in"), (State.ACCEPTED,), State.IN_SERVICE, CHECK_IN),
    Move("check_out", N_("Check out"), (State.IN_SERVICE,), State.SERVED, CHECK_OUT),
    Move("confirm", N_("Confirm that it took place"), (State.SERVED,), State.CONFIRMED, CONFIRM),
    Move("rate", N_("Rate"), (State.SERVED, State.CONFIRMED), State.RATED, RATE),
    Move("change", N_("Change the time"), (State.HELD, State.BOOKED, State.ACCEPTED), State.BOOKED, CHANGE),
    Move("cancel", N_("Cancel"), (State.HELD, State.BOOKED, State.ACCEPTED), State.CANCELLED, CANCEL),
    Move("cancel_for_provider", N_("Cancel"), (State.ACCEPTED,), State.CANCELLED, CANCEL_FOR_PROVIDER),
    Move("no_show", N_("Nobody was there"), (State.ACCEPTED,), State.NO_SHOW, NO_SHOW),
    Move("report_absence", N_("Nobody came"), (State.ACCEPTED,), State.NO_SHOW, REPORT),
    Move("lapse", N_("Let the hold lapse"), (State.HELD,), State.LAPSED, LAPSE),
    Move("dispute", N_("Dispute what is written down"), (State.SERVED, State.CONFIRMED, State.RATED, State.NO_SHOW),
         None, DISPUTE),
)


class Coming(StrEnum):
    COMING = auto()
    WITHDRAWN = auto()


COMING_LABELS: dict[Coming, Text] = {
    Coming.COMING: N_("takes part"), Coming.WITHDRAWN: N_("taken off"),
}
PLACES = Machine(
    Move("withdraw_participant", N_("Take off"), (Coming.COMING,), Coming.WITHDRAWN, CANCEL),
)


class WaitState(StrEnum):
    WAITING = auto()
    OFFERED = auto()
    TAKEN = auto()
    LEFT = auto()
    ENDED = auto()


WAIT_LABELS: dict[WaitState, Text] = {
    WaitState.WAITING: N_("in line"), WaitState.OFFERED: N_("a time is kept for you"), WaitState.TAKEN: N_("booked"),
    WaitState.LEFT: N_("left the waiting list"), WaitState.ENDED: N_("ended without a time"),
}
WAIT_TONES: dict[WaitState, str] = {
    WaitState.WAITING: "calm", WaitState.OFFERED: "wait", WaitState.TAKEN: "ok", WaitState.LEFT: "plain",
    WaitState.ENDED: "plain",
}
STANDING = (WaitState.WAITING, WaitState.OFFERED)
"""Still in line."""

WAITS = Machine(
    Move("join", N_("Join the waiting list"), (START,), WaitState.WAITING, WAIT),
    Move("give_turn", N_("Keep a time for who is next"), (WaitState.WAITING,), WaitState.OFFERED, TURN),
    Move("take", N_("Take the time"), (WaitState.OFFERED,), WaitState.TAKEN, TURN),
    Move("pass_on", N_("Pass the time on"), (WaitState.OFFERED,), WaitState.WAITING, TURN),
    Move("end_wait", N_("End the waiting"), STANDING, WaitState.ENDED, TURN),
    Move("leave", N_("Leave the waiting list"), STANDING, WaitState.LEFT, WAIT),
)


class DisputeState(StrEnum):
    OPEN = auto()
    ANSWERED = auto()
    DECIDED = auto()
    WITHDRAWN = auto()


DISPUTE_LABELS: dict[DisputeState, Text] = {
    DisputeState.OPEN: N_("waits for the other side"), DisputeState.ANSWERED: N_("waits for the decision"),
    DisputeState.DECIDED: N_("decided"), DisputeState.WITHDRAWN: N_("taken back"),
}
DISPUTE_TONES: dict[DisputeState, str] = {
    DisputeState.OPEN: "wait", DisputeState.ANSWERED: "wait", DisputeState.DECIDED: "ok",
    DisputeState.WITHDRAWN: "plain",
}
PENDING = (DisputeState.OPEN, DisputeState.ANSWERED)
"""Not decided yet: nothing else is done about the order meanwhile."""

DISPUTES = Machine(
    Move("raise_dispute", N_("Dispute what is written down"), (START,), DisputeState.OPEN, DISPUTE),
    Move("answer", N_("Answer"), PENDING, DisputeState.ANSWERED, DISPUTE),
    Move("add", N_("Add something"), PENDING, None, DISPUTE),
    Move("withdraw", N_("Take it back"), PENDING, DisputeState.WITHDRAWN, DISPUTE),
    Move("decide", N_("Decide"), PENDING, DisputeState.DECIDED, DECIDE),
)


class FeedState(StrEnum):
    OPEN = auto()
    STOPPED = auto()


FEEDS = Machine(
    Move("make_feed", N_("Make a calendar address"), (START, FeedState.STOPPED), FeedState.OPEN, SEE),
    Move("renew_feed", N_("Make a new address"), (FeedState.OPEN,), None, SEE),
    Move("stop_feed", N_("Stop"), (FeedState.OPEN,), FeedState.STOPPED, SEE),
)
