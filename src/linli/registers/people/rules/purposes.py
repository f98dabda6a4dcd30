"""What personal data are used for, on which footing, and what follows when somebody says no."""
from dataclasses import dataclass
from enum import StrEnum, auto

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text


class Purpose(StrEnum):
    SERVICE = auto()
    RANKING = auto()
    SUBSIDIES = auto()
    OUTREACH = auto()
    FINDING = auto()
    CHILD = auto()


class Footing(StrEnum):
    """Why a purpose is lawful, and so what a person can do about it."""

    NEEDED = auto()  # for what the person asks for; ends with the erasure of their data: PIPL Art. 13 (2), (3)
    REFUSABLE = auto()  # holds until they refuse, in one step: PIPL Art. 24
    CONSENT = auto()  # holds only while they consent to it by itself: PIPL Art. 14, 29
    GUARDIAN = auto()  # of a child under 14: holds only while a guardian consents to it by itself: PIPL Art. 31


@dataclass(frozen=True)
class Use:
    """A purpose in words. `version` goes up when it means more than it did: consent to the old one counts no more."""

    name: Text
    sentence: Text
    without: Text
    footing: Footing
    version: str
    basis: str


USES: dict[Purpose, Use] = {
    Purpose.SERVICE: Use(
        N_("My matters"),
        N_("Your name, contact, region and needs are kept, so that somebody can help you."),
        N_("Without this nobody can help you. To end it, have your data erased."),
        Footing.NEEDED, "2026-1", "PIPL Art. 13",
    ),
    Purpose.RANKING: Use(
        N_("Ranking by my earlier visits"),
        N_("Who has visited you before stands higher in the list of who can help."),
        N_("Without this, lists are ranked by distance, time, price and ratings only: the same for everybody."),
        Footing.REFUSABLE, "2026-1", "PIPL Art. 24",
    ),
    Purpose.SUBSIDIES: Use(
        N_("Finding what is meant for my group"),
        N_("The special groups noted for you are used to find services and subsidies that are meant for them."),
        N_("Without this you are shown what is open to everybody, at the price for everybody."),
        Footing.CONSENT, "2026-1", "PIPL Art. 29",
    ),
    Purpose.OUTREACH: Use(
        N_("Calling on me unasked"),
        N_("The office of your community may call or visit you to ask whether you need something."),
        N_("Without this you are only counted: nobody of the office calls you unasked."),
        Footing.CONSENT, "2026-1", "PIPL Art. 29",
    ),
    Purpose.FINDING: Use(
        N_("Finding my passport in the search"),
        N_("If you work for an organisation here, everybody finds your passport by its number, your post, your"
           " organisation and its region; your name is not among what is searched."),
        N_("Without this, your passport is seen only by who scans its code or types its number."),
        Footing.REFUSABLE, "2026-1", "PIPL Art. 44",
    ),
    Purpose.CHILD: Use(
        N_("Keeping the data of a child under 14"),
        N_("A parent or guardian has read the rules for children's data and agreed to them, apart from all else."),
        N_("Without this a child's data may not be kept. To end it, have them erased."),
        Footing.GUARDIAN, "2026-1", "PIPL Art. 31",
    ),
}


def purpose(word: str) -> Purpose:
    """Refuses: RuleBroken."""
    if word not in list(Purpose):
        raise RuleBroken(N_("There is no such purpose. Choose one from the list."), rule="people.purpose",
                         field="purpose")
    return Purpose(word)


def changeable(one: Purpose, *, giving: bool) -> None:
    """Refuses: RuleBroken for what can only end with everything else."""
    if USES[one].footing is Footing.NEEDED or USES[one].footing is Footing.GUARDIAN and not giving:
        raise RuleBroken(USES[one].without, rule=USES[one].basis, field="purpose")
