from enum import StrEnum, auto

from linli.kernel.text import N_


class State(StrEnum):
    """What was done with a document; that its time has run out is read off the day."""

    VALID = auto()
    REPLACED = auto()
    REVOKED = auto()


class Standing(StrEnum):
    """How a document stands on a day."""

    VALID = auto()
    EARLY = auto()
    EXPIRED = auto()
    REPLACED = auto()
    REVOKED = auto()


class Reason(StrEnum):
    """Why a document was taken back; a closed list, since everybody may read it."""

    ENDED = auto()
    CORRECTED = auto()
    UNLAWFUL = auto()
    MISTAKE = auto()
    SURRENDERED = auto()
    REPLACED = auto()


class Withdrawal(StrEnum):
    """Why a key signs no more (RFC 5280, 5.3.1)."""

    COMPROMISED = auto()
    SUPERSEDED = auto()
    CEASED = auto()


WITHDRAWALS = {
    Withdrawal.COMPROMISED: N_("Somebody else may have it."), Withdrawal.SUPERSEDED: N_("Another took its place."),
    Withdrawal.CEASED: N_("The office that signed with it issues nothing more."),
}
STANDINGS = {
    Standing.VALID: N_("Valid now"), Standing.EARLY: N_("Not valid yet"), Standing.EXPIRED: N_("Expired"),
    Standing.REPLACED: N_("Replaced by a newer one"), Standing.REVOKED: N_("Revoked"),
}
REASONS = {
    Reason.ENDED: N_("What it was issued for has ended."),
    Reason.CORRECTED: N_("What it says was corrected in the register."),
    Reason.UNLAWFUL: N_("It was obtained unlawfully."),
    Reason.MISTAKE: N_("It was issued by mistake."),
    Reason.SURRENDERED: N_("Its holder gave it back."),
    Reason.REPLACED: N_("A newer one was issued in its place."),
}


class Verdict(StrEnum):
    """What a file turned out to be."""

    ISSUED = auto()
    ADDED = auto()
    ALTERED = auto()
    WITHDRAWN = auto()
    OURS = auto()
    OTHERS = auto()
    UNSIGNED = auto()
    NO_PDF = auto()


VERDICTS = {
    Verdict.ISSUED: N_("Genuine: this very file was issued here."),
    Verdict.ADDED: N_("Not genuine as it is: something was added to a document that was issued here."),
    Verdict.ALTERED: N_("Not genuine: the file was changed after it was signed."),
    Verdict.WITHDRAWN: N_("Not to be relied on: the key that signed it was withdrawn, and nothing proves that the file"
                          " was signed before."),
    Verdict.OURS: N_("Signed with a key of this place, but not found among what was issued here."),
    Verdict.OTHERS: N_("Signed, but by somebody whom this place does not answer for."),
    Verdict.UNSIGNED: N_("Not genuine: the file has no signature over the whole of it."),
    Verdict.NO_PDF: N_("This file is no PDF. Documents from here are PDF files."),
}
