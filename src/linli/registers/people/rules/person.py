"""What a name, a phone number and an identity number look like, and what they give away."""
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from secrets import randbelow

from stdnum.cn import ric
from stdnum.iso7064 import mod_11_10

from linli.kernel.cjk import mask_middle
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text

CONSENT = "2026-1"  # the version of the privacy notice that people consent to
OLDEST = 130  # years
LONGEST_NAME = 60
LONGEST_ADDRESS = 200
SHORTEST_REASON = 5
LONGEST_REASON = 200
GB11643 = "GB 11643-1999"
_PROVINCES = {71, 81, 82, 83}.union(
    range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66)
)
_MOBILE = re.compile("1[3-9][0-9]{9}")
_LANDLINE = re.compile("0(10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}")


class Gender(StrEnum):
    FEMALE = auto()
    MALE = auto()


class Kind(StrEnum):
    """What somebody acts for another as."""

    FAMILY = auto()
    GUARDIAN = auto()
    AGENT = auto()


class Consent(StrEnum):
    """How somebody consented to being registered."""

    SELF = auto()
    PHONE = auto()
    FAMILY = auto()
    GUARDIAN = auto()


class Field(StrEnum):
    """What lies sealed and can be opened."""

    NAME = auto()
    ID_NUMBER = auto()
    PHONE = auto()
    ADDRESS = auto()
    BIRTH_ON = auto()
    HOUSEHOLD = auto()


GENDERS: dict[Gender, Text] = {Gender.FEMALE: N_("female"), Gender.MALE: N_("male")}
KINDS: dict[Kind, Text] = {
    Kind.FAMILY: N_("family member"), Kind.GUARDIAN: N_("guardian"), Kind.AGENT: N_("authorised agent"),
}
FIELDS: dict[Field, Text] = {
    Field.NAME: N_("full name"), Field.ID_NUMBER: N_("ID number"), Field.PHONE: N_("phone number"),
    Field.ADDRESS: N_("address"), Field.BIRTH_ON: N_("date of birth"),
    Field.HOUSEHOLD: N_("address of the household"),
}


@dataclass(frozen=True)
class Identity:
    """What an identity number says by itself."""

    number: str
    born_on: date
    gender: Gender


def _broken(message: Text, field: str, rule: str, **values: object) -> RuleBroken:
    return RuleBroken(message, rule=rule, field=field, **values)


def identity(text: str, *, on: date) -> Identity:
    """Read a resident identity number: 18 characters, place, date of birth, sequence with gender, check digit.

    A permanent residence card of a foreigner has the same build with a 9 before the province. `on` is today.
    Refuses: RuleBroken, one sentence for each thing that can be wrong. Source: GB 11643-1999.
    """
    number = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if not re.fullmatch("[0-9]{17}[0-9X]", number):
        raise _broken(N_("The ID number has 18 characters: 17 digits, then a digit or X. Copy it from the card."),
                      "id_number", GB11643)
    if int(number[:2]) not in _PROVINCES and not (number[0] == "9" and int(number[1:3]) in _PROVINCES):
        raise _broken(N_("The ID number begins with digits that stand for no province. Check the first digits."),
                      "id_number", GB11643)
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise _broken(N_("Digits 7 to 14 of the ID number are no date of birth. Check them on the card."),
                      "id_number", GB11643) from None
    birth(born_on, on=on, field="id_number")
    if ric.calc_check_digit(number) != number[17]:
        raise _broken(N_("The last digit of the ID number does not fit the others: one of them is mistyped."),
                      "id_number", GB11643)
    return Identity(number, born_on, Gender.MALE if int(number[16]) % 2 else Gender.FEMALE)


def birth(born_on: date, *, on: date, field: str = "birth_on") -> None:
    """Refuses: RuleBroken for a date of birth after `on`, or more than 130 years before."""
    if born_on > on:
        raise _broken(N_("The date of birth lies in the future. Check the year."), field, "people.birth")
    if age(born_on, on=on) > OLDEST:
        raise _broken(N_("The date of birth lies more than {years} years back. Check the year."), field, "people.birth",
                      years=OLDEST)


def agreed(found: Identity, *, gender: Gender | None, birth_on: date | None) -> None:
    """Refuses: RuleBroken where what was typed beside the ID number contradicts it."""
    if gender and gender != found.gender:
        raise _broken(N_("The ID number says another gender (its 17th digit). Correct one of the two."), "gender",
                      GB11643)
    if birth_on and birth_on != found.born_on:
        raise _broken(N_("The ID number says another date of birth. Correct one of the two."), "birth_on", GB11643)


def name(text: str) -> str:
    """A person's name with single blanks. Refuses: RuleBroken for an empty or overlong one, and for signs in it."""
    one = " ".join(unicodedata.normalize("NFC", text).split())
    if not one:
        raise _broken(N_("Write the name."), "name", "people.name")
    if len(one) > LONGEST_NAME:
        raise _broken(N_("A name has at most {most} characters. Write the one on the ID card."), "name", "people.name",
                      most=LONGEST_NAME)
    if not all(unicodedata.category(c)[0] in "LM" or c in " ·•・.'’-" for c in one) or not any(map(str.isalpha, one)):
        raise _broken(N_("A name holds letters or characters only, no digits or signs. Write the one on the ID card."),
                      "name", "people.name")
    return one


def phone(text: str) -> str:
    """A mainland mobile or landline number as digits. Refuses: RuleBroken for anything else."""
    digits = re.sub(r"[\s()+.-]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub("^(00)?86(?=1[3-9]|0)", "", digits)
    if not _MOBILE.fullmatch(digits) and not _LANDLINE.fullmatch(digits):
        raise _broken(N_("This is no phone number: a mobile has 11 digits, a landline begins with its area code."),
                      "phone", "people.phone")
    return digits


def looks_like_phone(text: str) -> bool:
    """Whether somebody who typed this meant a phone number."""
    try:
        phone(text)
    except RuleBroken:
        return False
    return True


def address(text: str) -> str:
    """An address on one line. Refuses: RuleBroken for an overlong one."""
    one = " ".join(text.split())
    if len(one) > LONGEST_ADDRESS:
        raise _broken(N_("An address has at most {most} characters."), "address", "people.address",
                      most=LONGEST_ADDRESS)
    return one


def language(text: str) -> str:
    """A language tag such as zh-hans, or nothing. Refuses: RuleBroken for anything else. Source: RFC 5646."""
    if text and (len(text) > 10 or not re.fullmatch("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text)):
        raise _broken(N_("This is no language. Choose one from the list."), "language", "people.language")
    return text


def reason(text: str) -> str:
    """Why somebody opens another's data. Refuses: RuleBroken under 5 characters or over 200. Source: PIPL Art. 6."""
    one = " ".join(text.split())
    if not SHORTEST_REASON <= len(one) <= LONGEST_REASON:
        raise _broken(N_("Say in {least} to {most} characters why you need this. The person will read it."), "reason",
                      "people.reason", least=SHORTEST_REASON, most=LONGEST_REASON)
    return one


def age(born_on: date, *, on: date) -> int:
    """Full years on that day; who is born on 29 February has their birthday on 1 March in other years."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def new_number() -> str:
    """A Linli number: 9 random digits, the first not 0, and a check digit (ISO 7064, MOD 11,10)."""
    digits = str(100_000_000 + randbelow(900_000_000))
    return digits + mod_11_10.calc_check_digit(digits)


def is_number(text: str) -> bool:
    """Whether this is a well-formed Linli number."""
    return bool(re.fullmatch("[1-9][0-9]{9}", text)) and bool(mod_11_10.is_valid(text))


def shown_phone(digits: str) -> str:
    return mask_middle(digits, keep_start=3, keep_end=4)


def shown_id_number(number: str) -> str:
    return mask_middle(number, keep_start=0, keep_end=4)
