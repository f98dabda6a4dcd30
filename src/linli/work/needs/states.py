from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text


class State(StrEnum):
    OPEN = auto()
    BOOKED = auto()
    MET = auto()
    WITHDRAWN = auto()
    EXPIRED = auto()


class OfferState(StrEnum):
    OPEN = auto()
    CHOSEN = auto()
    DECLINED = auto()
    WITHDRAWN = auto()


LABELS: dict[State, Text] = {
    State.OPEN: N_("looking for help"), State.BOOKED: N_("booked"), State.MET: N_("met"),
    State.WITHDRAWN: N_("taken back"), State.EXPIRED: N_("expired"),
}
TONES: dict[State, str] = {
    State.OPEN: "wait", State.BOOKED: "ok", State.MET: "ok", State.WITHDRAWN: "plain", State.EXPIRED: "plain",
}
OFFER_LABELS: dict[OfferState, Text] = {
    OfferState.OPEN: N_("offered"), OfferState.CHOSEN: N_("chosen"), OfferState.DECLINED: N_("not chosen"),
    OfferState.WITHDRAWN: N_("taken back"),
}

POST, SEE, CHANGE, WITHDRAW = "needs.post", "needs.see", "needs.change", "needs.withdraw"
OFFER, SEE_OPEN, SEE_UNMET = "needs.offer", "needs.see_open", "needs.see_unmet"
FOLLOW, EXPIRE = "needs.follow", "needs.expire"

RESIDENT = (POST, SEE, CHANGE, WITHDRAW)
PROVIDER = (OFFER, SEE_OPEN)
OWN = frozenset({FOLLOW, EXPIRE})
"""What follows from an order, or from the clock; nobody holds these."""

LIFE = Machine(
    Move("post", N_("Post"), (START,), State.OPEN, POST),
    Move("change", N_("Change"), (State.OPEN,), None, CHANGE),
    Move("withdraw", N_("Take it back"), (State.OPEN,), State.WITHDRAWN, WITHDRAW),
    Move("mark_booked", N_("Booked"), (State.OPEN, State.BOOKED), State.BOOKED, FOLLOW),
    Move("reopen", N_("Look again"), (State.BOOKED,), State.OPEN, FOLLOW),
    Move("mark_met", N_("Met"), (State.BOOKED,), State.MET, FOLLOW),
    Move("expire", N_("Expire"), (State.OPEN,), State.EXPIRED, EXPIRE),
)
OFFERS = Machine(
    Move("offer", N_("Offer"), (START,), OfferState.OPEN, OFFER),
    Move("withdraw_offer", N_("Take the offer back"), (OfferState.OPEN,), OfferState.WITHDRAWN, OFFER),
    Move("choose", N_("Choose"), (OfferState.OPEN,), OfferState.CHOSEN, FOLLOW),
    Move("decline", N_("Not chosen"), (OfferState.OPEN,), OfferState.DECLINED, FOLLOW),
)
