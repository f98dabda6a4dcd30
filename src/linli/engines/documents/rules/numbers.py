"""Numbers of documents: 12 characters that people read out and type, such as 26K7-3QMX-9D2F.

Two for the year, nine drawn at random (45 bits: who has no document guesses none), one for checking (ISO/IEC 7064,
hybrid system over 32 characters). No I, L, O or U: what looks alike is read alike.
"""
from collections.abc import Callable

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_ALIKE = str.maketrans("OILU", "011V") | {ord(sign): None for sign in " -–—－.·　"}
_WIDE = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)}


def new(year: int, *, draw: Callable[[int], int]) -> str:
    """A number of this year; `draw(n)` gives a random integer below n."""
    body = f"{year % 100:02d}" + "".join(ALPHABET[draw(len(ALPHABET))] for _ in range(LENGTH - 3))
    return body + str(mod_37_36.calc_check_digit(body, ALPHABET))


def read(typed: str) -> str:
    """As it is kept, from what somebody typed: small letters, spaces, hyphens and look-alikes are put right."""
    return typed.strip().translate(_WIDE).upper().translate(_ALIKE)


def sound(number: str) -> bool:
    """Whether it can be a number at all; a wrong or a swapped character makes it none."""
    try:
        return len(number) == LENGTH and not set(number) - set(ALPHABET) and bool(
            mod_37_36.validate(number, ALPHABET))
    except ValidationError:
        return False


def shown(number: str) -> str:
    """In groups of four."""
    return "-".join(number[place : place + 4] for place in range(0, len(number), 4))
