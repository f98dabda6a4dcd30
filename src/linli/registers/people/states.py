from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_


class State(StrEnum):
    """Of a representation."""

    REQUESTED = auto()
    ACTIVE = auto()
    ENDED = auto()


LABELS = {
    State.REQUESTED: N_("waiting for consent"), State.ACTIVE: N_("in force"), State.ENDED: N_("ended"),
}
LIFE = Machine(
    Move("represent", N_("Act for somebody"), (START,), State.ACTIVE, "people.manage"),
    Move("request", N_("Ask to act for somebody"), (START,), State.REQUESTED, "people.manage"),
    Move("accept", N_("Consent"), (State.REQUESTED,), State.ACTIVE, "people.consent"),
    Move("end_representation", N_("End"), (State.REQUESTED, State.ACTIVE), State.ENDED, "people.manage"),
)


class Asked(StrEnum):
    """Of what somebody asks of their data."""

    OPEN = auto()
    GRANTED = auto()
    REFUSED = auto()
    WITHDRAWN = auto()


ASKED_LABELS = {
    Asked.OPEN: N_("with the office"), Asked.GRANTED: N_("done"), Asked.REFUSED: N_("refused"),
    Asked.WITHDRAWN: N_("taken back"),
}
RIGHTS = Machine(
    Move("ask", N_("Ask the office"), (START,), Asked.OPEN, "people.exercise"),
    Move("grant", N_("Do it"), (Asked.OPEN,), Asked.GRANTED, "people.decide"),
    Move("refuse", N_("Refuse"), (Asked.OPEN,), Asked.REFUSED, "people.decide"),
    Move("take_back", N_("Take back"), (Asked.OPEN,), Asked.WITHDRAWN, "people.exercise"),
)


class Permit(StrEnum):
    """Of a wish to open the data of somebody under age."""

    WAITING = auto()
    ALLOWED = auto()
    REFUSED = auto()
    USED = auto()


PERMIT_LABELS = {
    Permit.WAITING: N_("waits for a second person"), Permit.ALLOWED: N_("allowed"), Permit.REFUSED: N_("refused"),
    Permit.USED: N_("used"),
}
PERMITS = Machine(
    Move("ask_to_open", N_("Ask to open it"), (START,), Permit.WAITING, "people.open"),
    Move("allow", N_("Allow"), (Permit.WAITING,), Permit.ALLOWED, "people.allow"),
    Move("disallow", N_("Do not allow"), (Permit.WAITING,), Permit.REFUSED, "people.allow"),
    Move("use", N_("Open it"), (Permit.ALLOWED,), Permit.USED, "people.open"),
)


class Audited(StrEnum):
    """Of an audit of how data are handled."""

    OPEN = auto()
    CONCLUDED = auto()


AUDITED_LABELS = {Audited.OPEN: N_("to be done"), Audited.CONCLUDED: N_("concluded")}
AUDITS = Machine(
    Move("open_audit", N_("Open an audit"), (START,), Audited.OPEN, "people.audit"),
    Move("conclude", N_("Conclude it"), (Audited.OPEN,), Audited.CONCLUDED, "people.audit"),
)


class Living(StrEnum):
    """Of somebody in a household."""

    INVITED = auto()
    LIVING = auto()
    ENDED = auto()


LIVING_LABELS = {
    Living.INVITED: N_("asked to join"), Living.LIVING: N_("lives there"), Living.ENDED: N_("lives there no longer"),
}
HOUSEHOLDS = Machine(
    Move("invite", N_("Ask to join"), (START,), Living.INVITED, "people.manage"),
    Move("settle", N_("Note as living there"), (START,), Living.LIVING, "people.manage"),
    Move("join", N_("Join the household"), (Living.INVITED,), Living.LIVING, "people.consent"),
    Move("leave", N_("Leave the household"), (Living.INVITED, Living.LIVING), Living.ENDED, "people.manage"),
)
