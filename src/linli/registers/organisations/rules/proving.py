"""What check digits prove of a code as it stands in a file: that it is whole, or which zero it lost on the way."""
from itertools import pairwise
from operator import mul

from linli.registers.organisations.rules import BEGINNINGS, tidy

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {letter: value for value, letter in enumerate(LETTERS)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_BODY_VALUES = {letter: int(letter, 36) for letter in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_BODY_CHECKS = "0X987654321"
_BEGINNINGS = frozenset(BEGINNINGS.values())
_ALIKE = {"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "V": "U", "D": "0", "B": "8", "8": "B",
          "0": "D", "1": "L", "5": "6", "6": "5", "U": "V", "M": "N", "N": "M", "3": "8", "2": "Z"}


def fits(code: str) -> bool:
    """Whether both check digits of a code of 18 characters fit, and it begins as codes here do (GB 32100, GB 11714)."""
    if len(code) != 18 or code[:2] not in _BEGINNINGS or not code[2:8].isdigit():
        return False
    try:
        values = [_VALUES[letter] for letter in code]
    except KeyError:
        return False
    return (sum(map(mul, values, _WEIGHTS)) + values[17]) % 31 == 0 and number_fits(code[8:17])


def number_fits(nine: str) -> bool:
    """Whether the check character of an organisation number fits its eight (GB 11714-1997): letters from A = 10."""
    if len(nine) != 9:
        return False
    try:
        total = sum(map(mul, map(_BODY_VALUES.__getitem__, nine), _BODY_WEIGHTS))
    except KeyError:
        return False
    return nine[8] == _BODY_CHECKS[total % 11]


def with_zeros(code: str) -> str:
    """The code with the leading zeros that its organisation number lost in a sheet, where both check digits prove it;
    else nothing. The number begins at the ninth character; one or two zeros, as more would prove little."""
    if len(code) not in (16, 17):
        return ""
    whole = code[:8] + "0" * (18 - len(code)) + code[8:]
    return whole if fits(whole) else ""


def number_with_zeros(number: str) -> str:
    """The same for an organisation number that stands alone, of nine characters."""
    whole = number.rjust(9, "0")
    return whole if len(number) in (7, 8) and number_fits(whole) else ""


def perhaps(code: str) -> str:
    """The one code that may be meant: one character taken for another, or two neighbours swapped. Only a suggestion,
    for whoever compares it with the certificate; nothing where several would fit."""
    if len(code) != 18:
        return ""
    clean = "".join(_ALIKE[letter] if letter not in _VALUES and letter in _ALIKE else letter for letter in code)
    tries = {clean}
    for place, letter in enumerate(clean):
        if other := _ALIKE.get(letter):
            tries.add(clean[:place] + other + clean[place + 1:])
    for place, (one, two) in enumerate(pairwise(clean)):
        tries.add(clean[:place] + two + one + clean[place + 2:])
    found = [one for one in tries if one != code and fits(one)]
    return found[0] if len(found) == 1 else ""


def as_typed(text: str) -> str:
    """A code without what is no part of it, fast where it is clean already."""
    return text if text.isascii() and text.isalnum() and text.isupper() else text if text.isdigit() and text.isascii() \
        else tidy(text)
