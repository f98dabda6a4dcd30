from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text

BOOK, KEEP, SEE, CLOCK = "venues.book", "venues.keep", "venues.see", "venues.clock"
OWN = frozenset({CLOCK})
"""What the clock does: a booking whose time is over counts as used."""


class VenueState(StrEnum):
    OPEN = auto()
    CLOSED = auto()


class State(StrEnum):
    BOOKED = auto()
    IN_USE = auto()
    USED = auto()
    CANCELLED = auto()
    NO_SHOW = auto()


VENUE_LABELS: dict[VenueState, Text] = {VenueState.OPEN: N_("can be booked"), VenueState.CLOSED: N_("not open now")}
VENUE_TONES: dict[VenueState, str] = {VenueState.OPEN: "ok", VenueState.CLOSED: "plain"}
LABELS: dict[State, Text] = {
    State.BOOKED: N_("booked"), State.IN_USE: N_("in use"), State.USED: N_("over"), State.CANCELLED: N_("cancelled"),
    State.NO_SHOW: N_("nobody came"),
}
TONES: dict[State, str] = {
    State.BOOKED: "ok", State.IN_USE: "wait", State.USED: "plain", State.CANCELLED: "plain", State.NO_SHOW: "late",
}
STANDING = (State.BOOKED, State.IN_USE)

VENUES = Machine(
    Move("open_venue", N_("Open a venue"), (START,), VenueState.OPEN, KEEP),
    Move("update_venue", N_("Change"), (VenueState.OPEN, VenueState.CLOSED), None, KEEP),
    Move("close_venue", N_("Take no more bookings"), (VenueState.OPEN,), VenueState.CLOSED, KEEP),
    Move("reopen_venue", N_("Open again"), (VenueState.CLOSED,), VenueState.OPEN, KEEP),
    Move("block", N_("Keep for own use"), (VenueState.OPEN,), None, KEEP),
)
LIFE = Machine(
    Move("book", N_("Book"), (START,), State.BOOKED, BOOK),
    Move("change", N_("Change the time"), (State.BOOKED,), None, BOOK),
    Move("cancel", N_("Cancel"), (State.BOOKED,), State.CANCELLED, BOOK),
    Move("cancel_for_venue", N_("Cancel for the venue"), (State.BOOKED,), State.CANCELLED, KEEP),
    Move("check_in", N_("Check in"), (State.BOOKED,), State.IN_USE, KEEP),
    Move("no_show", N_("Nobody came"), (State.BOOKED,), State.NO_SHOW, KEEP),
    Move("end", N_("The time is over"), STANDING, State.USED, CLOCK),
)
