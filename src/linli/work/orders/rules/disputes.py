"""Who may dispute what of a visit, what can be decided, and which kinds of file are evidence."""
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text
from linli.work.orders.rules.visits import DISPUTE_ANSWER, PROVIDER_ABSENT, RESIDENT_ABSENT, clock, words

EVIDENCE = ("jpeg", "png", "pdf")
MOST_BYTES, MOST_STATEMENTS, LONGEST_STATEMENT = 1_000_000, 10, 1000


class Side(StrEnum):
    RESIDENT = auto()
    PROVIDER = auto()

    @property
    def other(self) -> "Side":
        return Side.PROVIDER if self is Side.RESIDENT else Side.RESIDENT


SIDES: dict[Side, Text] = {Side.RESIDENT: N_("Resident"), Side.PROVIDER: N_("Provider")}


class Claim(StrEnum):
    """What a side says is written down wrongly."""

    NOT_GIVEN = auto()
    SHORTER = auto()
    NOT_AS_AGREED = auto()
    WAS_THERE = auto()
    CAME = auto()
    RATING = auto()


CLAIMS: dict[Claim, Text] = {
    Claim.NOT_GIVEN: N_("The visit did not take place"), Claim.SHORTER: N_("The visit was shorter than written down"),
    Claim.NOT_AS_AGREED: N_("Something else was given than was agreed"),
    Claim.WAS_THERE: N_("I was there, nobody came"), Claim.CAME: N_("We came, nobody was there"),
    Claim.RATING: N_("The rating is not about this visit, or it insults somebody"),
}


class Outcome(StrEnum):
    """What an officer decides."""

    STANDS = auto()
    STRUCK = auto()
    MINUTES = auto()
    PRICE = auto()
    PROVIDER_ABSENT = auto()
    RESIDENT_ABSENT = auto()
    RATING_STRUCK = auto()


OUTCOMES: dict[Outcome, Text] = {
    Outcome.STANDS: N_("It stands as it is written down"),
    Outcome.STRUCK: N_("The visit does not count, and nothing is paid for it"),
    Outcome.MINUTES: N_("Fewer minutes count, and the price goes down with them"),
    Outcome.PRICE: N_("The price is reduced"),
    Outcome.PROVIDER_ABSENT: N_("Nobody came: it counts against the provider"),
    Outcome.RESIDENT_ABSENT: N_("Nobody was there: it does not count against the provider"),
    Outcome.RATING_STRUCK: N_("The rating does not count"),
}
DECISIONS: dict[Claim, tuple[Outcome, ...]] = {
    Claim.NOT_GIVEN: (Outcome.STRUCK, Outcome.STANDS),
    Claim.SHORTER: (Outcome.MINUTES, Outcome.STANDS),
    Claim.NOT_AS_AGREED: (Outcome.PRICE, Outcome.STRUCK, Outcome.STANDS),
    Claim.WAS_THERE: (Outcome.PROVIDER_ABSENT, Outcome.STANDS),
    Claim.CAME: (Outcome.RESIDENT_ABSENT, Outcome.STANDS),
    Claim.RATING: (Outcome.RATING_STRUCK, Outcome.STANDS),
}
"""What can be decided about each claim; the first follows it."""


def claims(side: Side, *, state: str, reason: str) -> tuple[Claim, ...]:
    """What this side may dispute of an order in this state; `reason` says who was absent."""
    if state == "no_show":
        if side is Side.RESIDENT:
            return (Claim.WAS_THERE,) if reason == RESIDENT_ABSENT else ()
        return (Claim.CAME,) if reason == PROVIDER_ABSENT else ()
    if side is Side.PROVIDER:
        return (Claim.RATING,) if state == "rated" else ()
    given = state in ("served", "confirmed", "rated")
    return (Claim.NOT_GIVEN, Claim.SHORTER, Claim.NOT_AS_AGREED) if given else ()


def require_claim(claim: str, known: tuple[Claim, ...]) -> Claim:
    """Refuses: RuleBroken (not one that this side may make of this visit)."""
    if claim not in known:
        raise RuleBroken(N_("Choose what is wrong, from the list."), field="claim", rule="orders.claim")
    return Claim(claim)


@dataclass(frozen=True)
class Correction:
    """What a decision changes: the minutes that count, and by how much the price goes down, in fen."""

    minutes: int | None = None
    reduced_fen: int = 0


def correction(outcome: str, claim: Claim, *, minutes: int | None, reduced_fen: int | None, recorded: int | None,
               pays_fen: int) -> Correction:
    """What follows from a decision. With fewer minutes the price goes down in proportion, to the fen, for the resident.

    Refuses: RuleBroken (an outcome that does not answer the claim; minutes or price missing, or not less than before).
    """
    if outcome not in DECISIONS[claim]:
        raise RuleBroken(N_("Choose a decision that answers what was disputed."), field="outcome",
                         rule="orders.decision")
    if outcome == Outcome.STRUCK:
        return Correction(reduced_fen=pays_fen)
    if outcome == Outcome.MINUTES:
        if minutes is None or recorded is None or not 0 < minutes < recorded:
            raise RuleBroken(N_("Give the minutes that count: more than 0, fewer than the {recorded} written down."),
                             field="minutes", recorded=recorded or 0)
        return Correction(minutes, pays_fen - pays_fen * minutes // recorded)
    if outcome == Outcome.PRICE:
        if reduced_fen is None or not 0 < reduced_fen <= pays_fen:
            raise RuleBroken(N_("Say by how much the price goes down: more than nothing, at most what is paid."),
                             field="reduced_fen")
        return Correction(reduced_fen=reduced_fen)
    return Correction()


def require_heard(*, answered: bool, until: datetime, at: datetime) -> None:
    """Nobody is judged unheard. Refuses: RuleBroken (the other side may still answer)."""
    if not answered and at <= until:
        raise RuleBroken(N_("The other side may answer until {until}. Decide once they have answered, or then."),
                         rule=DISPUTE_ANSWER, until=clock(until))


def statement(text: str, *, field: str) -> str:
    """What a side says, or why an officer decides so. Refuses: RuleBroken (nothing, too long, invisible characters)."""
    said = words(text, most=LONGEST_STATEMENT, field=field)
    if not said:
        raise RuleBroken(N_("Say in a few sentences what happened and why you say so."), field=field)
    return said
