"""What an organisation's name, code, number and place must look like."""
import re
import unicodedata
from enum import StrEnum

from stdnum.cn import uscc as stdnum_uscc

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text


class Kind(StrEnum):
    SOCIETY = "society"
    AGENCY = "agency"
    FOUNDATION = "foundation"
    COMPANY = "company"
    PUBLIC_INSTITUTION = "public_institution"
    UNKNOWN = "unknown"
    """Known from a public list that names no code."""


KINDS: dict[Kind, Text] = {
    Kind.SOCIETY: N_("Society"), Kind.AGENCY: N_("Social service agency"), Kind.FOUNDATION: N_("Foundation"),
    Kind.COMPANY: N_("Company"), Kind.PUBLIC_INSTITUTION: N_("Public institution"),
}
KIND_LABELS: dict[Kind, Text] = KINDS | {Kind.UNKNOWN: N_("Kind not known yet")}
BEGINNINGS: dict[Kind, str] = {
    Kind.SOCIETY: "51", Kind.AGENCY: "52", Kind.FOUNDATION: "53", Kind.COMPANY: "91", Kind.PUBLIC_INSTITUTION: "12",
}
"""The first two characters of the code: who registered it, and as what (GB 32100-2015)."""

ACCESSIBILITY: dict[str, Text] = {
    "step_free": N_("Step-free entrance"), "lift": N_("Lift"), "accessible_toilet": N_("Accessible toilet"),
    "parking": N_("Accessible parking"), "tactile_paving": N_("Tactile paving"), "hearing_loop": N_("Hearing loop"),
    "sign_language": N_("Sign language"), "large_print": N_("Large print"), "wheelchair": N_("Wheelchair to borrow"),
}

CODE = "organisations.uscc"
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PHONE = re.compile(
    r"1[3-9]\d{9}|0\d{2,3}-?[2-9]\d{6,7}(-\d{1,5})?|[48]00-?\d{3}-?\d{4}|1[0-9]{4}|9\d{4,5}"
)  # mobile, landline with area code, 400/800, and the short public numbers
_HIDDEN = {"Cc", "Cs", "Co", "Cn"}


def code(text: str, *, kind: Kind) -> str:
    """A unified social credit code in its one form. Both check digits must fit, and its beginning must fit the kind.

    Refuses: RuleBroken. Source: GB 32100-2015, and GB 11714-1997 for characters 9 to 17.
    """
    found = tidy(text)
    if not found:
        raise _wrong(N_("Enter the unified social credit code of the licence."))
    if len(found) != 18:
        raise _wrong(N_("A unified social credit code has 18 characters; this one has {count}."), count=len(found))
    for place, letter in enumerate(found, start=1):
        if letter not in _LETTERS:
            raise _wrong(N_("Character {place} of the code is “{letter}”. A code has digits and capital letters without"
                            " I, O, S, V and Z; 1 and 0 are often taken for I and O."), place=place, letter=letter)
    if found[:2] not in BEGINNINGS.values():
        raise _wrong(N_("Codes that begin with {beginning} cannot join: here join societies (51), social service"
                        " agencies (52), foundations (53), companies (91) and public institutions (12)."),
                     beginning=found[:2])
    if not found[2:8].isdigit():
        raise _wrong(N_("Characters 3 to 8 of the code name a region and are digits."))
    if found[16] != organisation_check(found[8:16]):
        raise _wrong(N_("Characters 9 to 17 of the code do not fit together: one of them is mistyped. Compare them with"
                        " the licence."))
    if not stdnum_uscc.is_valid(found):
        raise _wrong(N_("The last character of the code does not fit the others: one of them is mistyped. Compare them"
                        " with the licence."))
    if found[:2] != BEGINNINGS[kind]:
        raise _wrong(N_("This code begins with {beginning}; the code of this kind ({kind}) begins with {expected}."),
                     beginning=found[:2], kind=KINDS[kind], expected=BEGINNINGS[kind])
    return found


def tidy(text: str) -> str:
    """A code as it may be typed, without what is no part of it."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def kind_of(uscc: str) -> Kind:
    """What a code's beginning says; unknown without a code."""
    return next((kind for kind, begin in BEGINNINGS.items() if uscc.startswith(begin)), Kind.UNKNOWN)


def organisation_check(eight: str) -> str:
    """The check character of an organisation code's eight (GB 11714-1997): letters count from A = 10."""
    rest = 11 - sum(int(letter, 36) * weight for letter, weight in zip(eight, _WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def compose(kind: Kind, region: str, body: str) -> str:
    """The code of this kind, registered in this region (12 digits), with these 8 characters, and both check digits.

    Refuses: ValueError (not 8 characters, a kind that no code begins with). Source: GB 32100-2015.
    """
    if len(body) != 8 or kind not in BEGINNINGS:
        raise ValueError(f"a code has 8 characters of its own, not {len(body)}")
    first = f"{BEGINNINGS[kind]}{region[:6]}{body}{organisation_check(body)}"
    return f"{first}{stdnum_uscc.calc_check_digit(first)}"


def _wrong(message: Text, **values: object) -> RuleBroken:
    return RuleBroken(message, rule=CODE, field="uscc", **values)


def line(text: str, *, field: str, most: int, needed: bool = True, lines: bool = False) -> str:
    """A text as people may type it: trimmed, and without the invisible format characters that pasting brings along.

    Refuses: RuleBroken (empty where needed, too long, control characters).
    """
    found = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    found = "".join(c for c in found if unicodedata.category(c) != "Cf").strip()
    if needed and not found:
        raise RuleBroken(N_("Fill this in: it is needed."), field=field)
    if len(found) > most:
        raise RuleBroken(N_("This is {count} characters long; at most {most} are kept. Make it shorter."),
                         field=field, count=len(found), most=most)
    if any(unicodedata.category(c) in _HIDDEN and not (lines and c in "\n\t") for c in found):
        raise RuleBroken(N_("This holds characters that cannot be seen. Type it again instead of pasting it."),
                         field=field)
    return found


def phone(text: str, *, needed: bool = True) -> str:
    """A public phone number of the mainland. Refuses: RuleBroken."""
    found = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", text)).replace("—", "-").removeprefix("+86")
    if not found and not needed:
        return ""
    if not _PHONE.fullmatch(found):
        raise RuleBroken(N_("Enter a phone number with its area code, such as 0551-62345678, or a mobile number of 11"
                            " digits."), field="phone")
    return found


def accessibility(words: tuple[str, ...] | list[str]) -> list[str]:
    """Known words only, each once, in one order. Refuses: RuleBroken."""
    for word in words:
        if word not in ACCESSIBILITY:
            raise RuleBroken(N_("“{word}” is not one of the accessibility words."), field="accessibility",
                             word=word[:40])
    return [word for word in ACCESSIBILITY if word in words]
